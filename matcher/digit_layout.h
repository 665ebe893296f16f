// DigitLayout: how the digits of one candidate are written.
//
// Does: say what the gaps within a candidate are made of, as a whole.
// Does not: judge; weighing does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "matcher/digit_groups.h"
#include "matcher/surroundings.h"

namespace ringfence {

struct DigitLayout {
  std::uint32_t breaks = 0;  // bit k: a separator before the last k digits
  bool bracket = false;
  bool line = false;   // goes on over a line end
  bool cells = false;  // goes on over table cells
  bool wide = false;   // several blanks
  bool odd = false;
  bool uneven = false;         // odd separators of several kinds
  bool spaced = false;         // digits one by one
  bool fractions = false;      // lines of digits with points between some: figures in a column
  bool ragged = false;         // some digits alone, others not
  bool all_bracketed = false;  // as no one writes a number
  bool nested = false;         // more brackets than a number has
  bool unmatched = false;      // brackets that do not pair, or around the last digits
  bool mixed = false;          // several kinds of separators
  bool only_dots = true;
  bool first_dot = false;    // the first separator is a point
  bool first_slash = false;  // or a slash
  bool look_alike = false;
  bool spelled = false;
  bool only_spaces = true;
  std::size_t groups = 0;
  std::size_t lines = 0;  // line ends within
  std::size_t marked_gaps = 0;
};

DigitLayout digit_layout(std::string_view text, const DigitGroups& groups, const Span& span);

}  // namespace ringfence
