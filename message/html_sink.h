// HtmlSink: text runs of one kind (visible or hidden) into one stream, white space collapsed as a
// renderer does (CSS Text 3, section 4.1).
#pragma once

#include <cstdint>
#include <string_view>

#include "message/html_elements.h"
#include "message/text_pieces.h"

namespace ringfence {

enum class WhiteSpace : std::uint8_t { kCollapse, kPreserve, kPreserveBreaks };

class HtmlSink {
 public:
  HtmlSink(Place place, StreamIds& ids) : place_(place), ids_(&ids) {}

  /// True when `run` had more than white space. NUL is dropped.
  bool text(std::string_view run, WhiteSpace mode, TextPieces& out);
  /// What comes next stands apart; the widest of several breaks counts, and none at the very end.
  void part(Break width);
  /// Text that is not shown stood here: U+2063 if no space or break parts the characters around it.
  void mark_gap() { gap_ = pending_ == Break::kNone && inked_; }
  void finish(TextPieces& out);

 private:
  bool collapse(std::string_view run, bool keep_newlines, TextPieces& out);
  bool preserve(std::string_view run, TextPieces& out);
  void settle(TextPieces& out);
  void emit(std::string_view bytes, TextPieces& out);

  Place place_;
  StreamIds* ids_;
  std::uint32_t stream_ = 0;  // 0: nothing emitted yet
  Break pending_ = Break::kNone;
  bool gap_ = false;
  bool inked_ = false;     // the last byte emitted is no white space
  bool after_cr_ = false;  // of a CR LF in preserved text
};

}  // namespace ringfence
