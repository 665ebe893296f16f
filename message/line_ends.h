// Line ends other than CRLF: whether there are any, and where a CR stands alone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "message/defect.h"

namespace ringfence {

/// Notes a CR or LF that stands alone, wherever in the message; off once one was met.
class LineEndCheck {
 public:
  void push(std::string_view bytes, DefectSet& defects);
  void finish(DefectSet& defects);

 private:
  void note(DefectSet& defects);

  bool found_ = false;
  bool after_return_ = false;
};

/// Where the first CR stands that has no LF behind it, npos for none. One at the end has none.
std::size_t find_lone_return(std::string_view bytes);

/// `bytes` with an LF for every CR that has none behind it.
void with_returns_as_line_ends(std::string_view bytes, std::string& out);

}  // namespace ringfence
