// Surroundings: what stands around a candidate, as numbers that weighing adds up.
//
// Does: look back and ahead for words that announce a telephone number or something else, at what
// is glued to the digits, and whether the candidate has a line or table cell of its own. Does not:
// look at the digits themselves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "matcher/cluster.h"
#include "matcher/digit_groups.h"

namespace ringfence {

/// A candidate's place in the text.
struct Span {
  std::size_t first = 0;  // groups[first .. last]
  std::size_t last = 0;
  std::uint32_t begin = 0;          // with '+' and opening bracket
  std::uint32_t end = 0;            // with closing bracket, without extension
  std::uint32_t extension_end = 0;  // end, or where the extension ends
};

struct Surroundings {
  double call = 0;           // 0 .. kCallWeightMax: how clearly a telephone number is announced
  bool id_label = false;     // a label of some other number stands right before
  bool id_doubtful = false;  // ... that has other meanings: "lot", "key"
  bool id_near = false;      // such a word stands near, and no word for calling nearer
  bool own_line = false;     // a line or cell of its own
  bool alone = false;        // nothing else in the whole window
  bool table = false;        // one of many figures in a line
  bool own_field = false;    // in a line parted by tabs, bars, semicolons or wide gaps
  bool cells_go_on = false;  // digits stand in the cell before it or after it
  double glue = 0;           // 0 or less: what is glued to it, by how little a number stands so
  std::string_view reason;   // for the strongest of what speaks against it; static storage
};

inline constexpr double kCallWeightMax = 3;
inline constexpr double kCallNear = 2.5;  // from here on a telephone number is plainly announced

Surroundings look_around(const Cluster& cluster, const DigitGroups& groups, const Span& span);

}  // namespace ringfence
