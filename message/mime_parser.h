// MimeParser: the bytes of one message in, cut anywhere; its structure out, as calls on a handler.
//
// Does: header fields (folding, any line end, junk), nested multiparts, attached messages,
// preambles and epilogues, in memory bounded by MessageOptions. Does not: decode transfer
// encodings, charsets or encoded words. Where mail programs disagree about a structure the text is
// given both ways: a line that may be a boundary begins a part, and the part's header lines are
// given as stray text too. Source: RFC 5322 section 2.2, RFC 2045, RFC 2046 section 5.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/limit.h"
#include "message/defect.h"
#include "message/header_value.h"
#include "message/message_reader.h"

namespace ringfence {

/// What a part's header says about its body.
struct PartHeader {
  bool is_message = false;  // the header of a message, not of a body part
  MediaType type;
  MediaType disposition;
  TransferEncoding encoding = TransferEncoding::kIdentity;
  // What some programs go by instead; kIdentity: they show the body as it stands.
  std::vector<TransferEncoding> other_encodings;
  std::vector<std::string> other_boundaries;  // likewise, of a multipart
  std::string description;                    // Content-Description, raw
};

/// What a body is to the parser.
enum class BodyKind {
  kLeaf,      // the body of a part that is no container, or of a message that came encoded
  kPreamble,  // of a multipart, before its first boundary
  kRaw,       // an epilogue, or parts beyond a limit
};

class MimeHandler {
 public:
  virtual ~MimeHandler() = default;
  /// A field of a message's or a body part's header; `value` unfolded, raw, valid during the call.
  virtual void on_field(bool is_message, std::string_view name, std::string_view value) = 0;
  /// A header is complete.
  virtual void on_header_end(const PartHeader& header) = 0;
  /// A body begins; of other than kLeaf, `header` is that of the container around it. No bodies
  /// nest.
  virtual void on_body_begin(BodyKind kind, const PartHeader& header) = 0;
  virtual void on_body(std::string_view bytes) = 0;
  virtual void on_body_end() = 0;
  /// A header line that cannot be placed.
  virtual void on_stray(std::string_view text) = 0;
};

/// What all parsers of one message share: an encoded attached message has a parser of its own.
struct MimeTally {
  int parts = 0;
  int second_readings = 0;             // ways to read this stretch of bytes beside the first
  std::vector<std::string> charsets;   // as in MessageFacts
  std::vector<std::string> documents;  // likewise
  std::size_t document_bytes = 0;      // hashed so far
  DefectSet defects;
  LimitSet limits;
};

class MimeParser {
 public:
  /// `options`, `tally` and `handler` outlive this object. `depth`: containers around this message.
  MimeParser(const MessageOptions& options, MimeTally& tally, MimeHandler& handler, int depth = 0);
  /// From where `at` is on. The new handler has seen nothing of the body that may be open.
  MimeParser(const MimeParser& at, MimeTally& tally, MimeHandler& handler);

  /// Begins within the body of a multipart whose header is known, instead of with a message's
  /// header.
  void begin_in_multipart(const PartHeader& header);
  void push(std::string_view bytes);
  void finish();
  /// Containers around what is being read.
  int depth() const { return static_cast<int>(frames_.size()) + outer_depth_; }

 private:
  MimeParser(const MimeParser&) = default;

  enum class State { kHeader, kBody };
  // A container whose parts are being read.
  struct Frame {
    PartHeader header;
    std::vector<std::string> boundaries;  // without the two hyphens, none empty
    bool multipart = true;                // false: an attached message
    bool opened = false;                  // the first boundary came
    bool closed = false;                  // the closing boundary came
    bool doubtful = false;                // to other programs its parts are no parts
  };
  struct Match {
    std::size_t frame = 0;
    bool found = false;
    bool closes = false;
    bool exact = true;  // false: junk stands behind the boundary
  };

  // Headers (mime_header.cc).
  void begin_header(bool is_message, bool doubtful);
  std::size_t push_header(std::string_view bytes);
  void take_header_line(std::string_view line);
  bool begins_own_body(std::string_view line);
  void take_field_line(std::string_view line, bool known);
  void take_junk_line(std::string_view line);
  void extend_field(std::string_view line);
  void end_field();
  void note_content_field(std::string_view name, std::string_view value);
  void add_other(TransferEncoding encoding);
  void end_header();
  void end_header_as_is();
  void end_header_with(std::string_view line);

  // Bodies and the containers around them (mime_body.cc).
  void enter_multipart();
  void begin_body(BodyKind kind, const PartHeader& header);
  void end_body();
  std::size_t push_body(std::string_view bytes);
  std::size_t take_line_start(std::string_view bytes);
  std::size_t release_line_start();
  bool take_boundary_line(std::string_view line);
  Match match_boundary(std::string_view line) const;
  Match match_loosely(std::string_view rest) const;
  void at_boundary(const Match& match);
  void pop_frames(std::size_t keep);
  void note_frames();
  bool may_adopt() const;
  std::size_t watch_next_line(std::string_view bytes);

  const MessageOptions& options_;
  MimeTally* tally_;
  MimeHandler* handler_;
  int outer_depth_;

  bool begun_ = false;
  State state_ = State::kHeader;
  std::vector<Frame> frames_;
  bool boundaries_ = false;            // a multipart is among the frames
  std::size_t boundary_line_max_ = 0;  // no boundary line is longer

  // The header being read.
  PartHeader header_;
  bool doubtful_ = false;  // its lines are given as stray text too
  bool first_line_ = true;
  bool suspicious_ = false;   // a line was no field: only well-known fields still count as header
  bool empty_first_ = false;  // an empty line came before all
  bool seen_type_ = false, seen_encoding_ = false, seen_from_ = false, seen_subject_ = false;
  int field_count_ = 0;
  std::string line_;                    // a line begun, at most header_bytes_max of it
  std::string_view line_break_ = "\n";  // how the last line ended
  std::string field_;                   // the field begun, likewise
  bool field_open_ = false;
  std::string junk_;  // lines that are no fields, until a later line tells what they are
  bool junk_held_ = false;
  bool junk_is_body_ = false;  // if no known field follows: not just a slip in the last line

  // The body being read.
  bool in_body_ = false;  // on_body_begin without its on_body_end
  bool at_line_start_ = true;
  std::string line_end_;   // the line end before this line: a boundary's own if one follows
  std::string held_;       // the start of a line that may be a boundary
  std::string adoptable_;  // such a line in a preamble, without its hyphens
  bool watching_ = false;  // the line behind it tells
};

}  // namespace ringfence
