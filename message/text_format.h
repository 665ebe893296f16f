// Formats of text: decoded text of one part in, cut anywhere; what a reader sees of it out.
//
// Does: plain text with quote marks and format=flowed, HTML, iCalendar and vCard. One object for
// one part. Does not know: transfer encodings, charsets. Source: RFC 3676, RFC 5545 section 3.1,
// RFC 6350 section 3.2, RFC 1896.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/limit.h"
#include "message/html_text.h"
#include "message/message_reader.h"
#include "message/text_pieces.h"

namespace ringfence {

class TextFormat {
 public:
  virtual ~TextFormat() = default;
  /// Well-formed UTF-8, whole scalars.
  virtual void push(std::string_view utf8, TextPieces& out) = 0;
  virtual void finish(TextPieces& out) = 0;
  virtual LimitSet limits() const { return {}; }
};

/// Plain text as it stands, less the quote marks ("> ", ">> ") at line starts: so a number that is
/// wrapped within a quotation has only a line end between its halves.
class PlainFormat final : public TextFormat {
 public:
  PlainFormat(Place place, StreamIds& ids) : place_(place), ids_(ids) {}
  void push(std::string_view utf8, TextPieces& out) override;
  void finish(TextPieces& out) override;

 private:
  enum class At : std::uint8_t { kLineStart, kQuoteMarks, kWithin };
  Place place_;
  StreamIds& ids_;
  std::uint32_t stream_ = 0;  // 0: no text yet
  At at_ = At::kLineStart;
};

/// format=flowed: lines that end in a space go on in the next line of the same quote depth;
/// stuffing and quote marks go. With `delete_space` (DelSp=yes) that space goes too.
class FlowedFormat final : public TextFormat {
 public:
  FlowedFormat(bool delete_space, StreamIds& ids) : delete_space_(delete_space), ids_(ids) {}
  void push(std::string_view utf8, TextPieces& out) override;
  void finish(TextPieces& out) override;

 private:
  enum class At : std::uint8_t { kQuoteMarks, kStuffing, kWithin };
  void begin_content(TextPieces& out);
  void take_content(std::string_view text, TextPieces& out);
  void end_line(TextPieces& out);

  bool delete_space_;
  StreamIds& ids_;
  std::uint32_t stream_ = 0;
  At at_ = At::kQuoteMarks;
  int depth_ = 0;            // quote marks of this line
  int broken_depth_ = -1;    // of the line before, when it ended in a soft break; -1: it did not
  bool hard_break_ = false;  // a line end is owed before the next content
  std::size_t returns_ = 0;  // CRs held back, behind it
  bool space_ = false;       // one space held back: the line may end behind it
  std::string start_;        // the first bytes of the line's content: "-- " never is a soft break
};

/// Contents of iCalendar (Place::kCalendar) and vCard (Place::kContact): one "NAME: value" a line,
/// for the properties a person is shown; unfolded, escapes undone. A vCard's TEL and any tel: URI
/// are also given as Place::kHref, HTML descriptions as text.
class DirectoryFormat final : public TextFormat {
 public:
  DirectoryFormat(Place place, const MessageOptions& options, StreamIds& ids)
      : place_(place), options_(options), ids_(ids) {}
  void push(std::string_view utf8, TextPieces& out) override;
  void finish(TextPieces& out) override;

 private:
  void begin_line(std::string_view next, TextPieces& out);
  void add_to_line(std::string_view text, TextPieces& out);
  void end_line(bool goes_on, TextPieces& out);
  void show(std::string_view parameters, std::string_view value, bool goes_on, TextPieces& out);
  void show_html(std::string_view html, TextPieces& out);
  void show_text(std::string_view text, TextPieces& out);
  void show_link(std::string_view target, TextPieces& out);

  Place place_;
  const MessageOptions& options_;
  StreamIds& ids_;
  std::uint32_t stream_ = 0;
  std::string line_;  // the logical line, unfolded so far, at most header_bytes_max of it
  std::size_t head_size_ =
      0;  // of "NAME;PARAMETERS:" at its start when that went out with a part of it
  bool after_feed_ = false;        // a line end came: the next byte tells whether the line goes on
  bool quoted_printable_ = false;  // vCard 2.1: '=' at the line end joins lines
};

/// HTML by HtmlText; its visible text is given the place `place`.
class HtmlFormat final : public TextFormat {
 public:
  HtmlFormat(Place place, const MessageOptions& options, StreamIds& ids)
      : place_(place), html_(options, ids) {}
  void push(std::string_view utf8, TextPieces& out) override;
  void finish(TextPieces& out) override;
  LimitSet limits() const override { return html_.limits(); }

 private:
  void rename(std::size_t first, TextPieces& out) const;

  Place place_;
  HtmlText html_;
};

}  // namespace ringfence
