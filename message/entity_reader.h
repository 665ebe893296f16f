// EntityReader: the bytes of one message in, cut anywhere; the texts of its parts out.
//
// Does: put the MIME parser's events together with what reads header fields and leaf bodies; open
// messages and multiparts that are encoded as a whole; read a message with odd line ends in both
// ways. Does not: bound the message as a whole (message_reader).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "message/leaf_text.h"
#include "message/message_reader.h"
#include "message/mime_parser.h"
#include "message/transfer_decoder.h"

namespace ringfence {

/// One message, its attached messages included where they are not encoded.
class EntityReader final : public MimeHandler {
 public:
  /// `facts` is null for attached messages; what `context` and it refer to outlives the reader.
  EntityReader(const LeafText::Context& context, MessageFacts* facts, int depth)
      : context_(context), facts_(facts), parser_(context.options, context.tally, *this, depth) {}

  void begin_in_multipart(const PartHeader& header, TextPieces& out) {
    out_ = &out;
    parser_.begin_in_multipart(header);
  }
  void push(std::string_view bytes, TextPieces& out);
  void finish(TextPieces& out);

  void on_field(bool is_message, std::string_view name, std::string_view value) override;
  void on_header_end(const PartHeader& header) override;
  void on_body_begin(BodyKind kind, const PartHeader& header) override;
  void on_body(std::string_view bytes) override;
  void on_body_end() override;
  void on_stray(std::string_view text) override;

 private:
  // A body whose encoding hides a structure: an encoded message, or an encoded multipart.
  // What its reader notes counts only if there was one: any preamble of a multipart could be such.
  struct Nested {
    PartHeader header;
    MimeTally tally;
    bool multipart = false;
    bool second = false;  // of the same bytes, as some other programs read them
    std::optional<TransferDecoder> decoder;
    std::optional<AsideTexts> asides;
    std::string head, buffer;
    std::unique_ptr<EntityReader> reader;
  };

  /// From where `at` is on, but for the body it is in.
  EntityReader(const EntityReader& at, MimeTally& tally);
  void push_lines(std::string_view bytes);
  void push_lone_return();
  void begin_other_lines();

  void show(Place place, std::string_view text);
  void show_mailboxes(Place place, std::string_view name, std::string_view value);
  void note_fact(std::string& fact, std::string_view value);
  void begin_others(PartHeader header);
  Nested& expect_nested(const PartHeader& header, TransferEncoding encoding, bool multipart);
  void push_nested(Nested& nested, std::string_view bytes);
  void begin_nested(Nested& nested);
  void push_encoded(Nested& nested, std::string_view bytes);
  void finish_nested(Nested& nested);

  LeafText::Context context_;
  MessageFacts* facts_;  // null in attached messages
  bool facts_open_ = true;
  MimeParser parser_;
  TextPieces* out_ = nullptr;  // of the call in progress

  std::unique_ptr<LeafText> leaf_;
  std::vector<std::unique_ptr<LeafText>> others_;  // the same body as other programs decode it

  std::vector<std::unique_ptr<Nested>> nested_;

  // From the first CR on that has no LF behind it: the message as those see it to whom such a CR
  // ends a line.
  struct OtherLines {
    MimeTally tally;
    std::string buffer;
    std::unique_ptr<EntityReader> reader;
  };
  std::unique_ptr<OtherLines> other_lines_;
  bool held_return_ = false;  // the last push ended with a CR, which waits for the next
};

}  // namespace ringfence
