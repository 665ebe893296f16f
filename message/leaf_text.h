// LeafText: the body of one part in, as the mail carries it, cut anywhere; the text it shows out.
//
// Does: transfer decoding, the choice of what the bytes are (by declared type and by their first
// bytes), charset, format. Bytes of parts that hold no text are passed over undecoded. Does not
// know: where the part begins and ends.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "message/charset.h"
#include "message/document_hash.h"
#include "message/message_reader.h"
#include "message/mime_parser.h"
#include "message/sniff.h"
#include "message/text_format.h"
#include "message/text_pieces.h"
#include "message/text_sieve.h"
#include "message/transfer_decoder.h"

namespace ringfence {

/// What a part is, for those who read what is not text.
struct PartContent {
  MediaType type;                             // as declared
  std::string file_name;                      // UTF-8, empty when it has none
  SniffedKind sniffed = SniffedKind::kEmpty;  // as its first bytes have it
};

/// How the text of a part is to be read.
enum class TextKind { kNone, kPlain, kFlowed, kHtml, kEnriched, kCalendar, kContact, kRaw };

/// By the declared type where it is textual and the bytes do not contradict it, else by the bytes.
TextKind choose_text_kind(const MediaType& type, SniffedKind sniffed, std::string_view head);

/// Once, and no more than MessageFacts::kDocumentsMax.
void note_document(MimeTally& tally, const std::string& hash);

class AsideTexts;

class LeafText {
 public:
  /// What the reader of a message shares with its parts; all outlive this object.
  struct Context {
    const MessageOptions& options;
    StreamIds& ids;
    MimeTally& tally;
  };

  /// The body of a part.
  LeafText(const Context& context, const PartHeader& header);
  /// Bytes of no known type: Place::kRaw, charset detected.
  explicit LeafText(const Context& context);
  ~LeafText();

  void push(std::string_view bytes, TextPieces& out);
  void finish(TextPieces& out);
  const PartContent& content() const { return content_; }

 private:
  void take_decoded(std::string_view bytes, TextPieces& out);
  void push_undecided(std::string_view bytes, TextPieces& out);
  void take_foreign(TextPieces& out);
  void take_text(std::string_view bytes, TextPieces& out);
  void decide(TextPieces& out, bool force = false);
  void note_charset(const std::string& label);
  void begin_document(std::string_view head);
  void take_document(std::string_view bytes);
  void make_format();
  void emit(TextPieces& out);

  Context context_;
  PartContent content_;
  TransferDecoder decoder_;
  std::string buffer_;  // decoded bytes of one push
  std::string head_;    // the first bytes, until decided
  bool decided_ = false;
  TextKind kind_ = TextKind::kRaw;
  CharsetDecoder charset_;
  std::string utf8_;  // text of one push
  std::unique_ptr<TextFormat> format_;
  std::optional<DocumentHash> document_;  // of a part without text that is one
  std::string foreign_lines_;             // lines within base64 that are none, until decided
  std::unique_ptr<AsideTexts> asides_;
};

/// The texts of what a transfer decoder gives beside its bytes: lines that are not encoded, and
/// other ways of decoding.
class AsideTexts {
 public:
  explicit AsideTexts(const LeafText::Context& context) : context_(context) {}

  void push_foreign(std::string_view lines, TextPieces& out) { push(foreign_, lines, out); }
  void take_joined(TransferDecoder& decoder, TextPieces& out);
  void finish(TextPieces& out);

 private:
  // Most of what is decoded another way is no text.
  struct Joined {
    std::optional<TextSieve> sieve;
    std::unique_ptr<LeafText> text;
  };

  void push(std::unique_ptr<LeafText>& text, std::string_view bytes, TextPieces& out);

  LeafText::Context context_;
  std::unique_ptr<LeafText> foreign_;
  std::array<Joined, Base64Decoder::kJoinedWays> joined_;
};

}  // namespace ringfence
