// Where a cluster begins and ends, given one place within it: a pure function of the text around.
//
// Bounded both ways, so that a scanner with a bounded window gives what one with the whole text
// would.
#pragma once

#include <cstddef>
#include <string_view>

#include "matcher/patterns.h"

namespace ringfence {

struct Extent {
  std::size_t begin = 0;  // text[begin, end) is the cluster
  std::size_t end = 0;
  int digits = 0;      // digits proper
  int stand_ins = 0;   // look-alike letters, number words, letters of a vanity number
  bool flood = false;  // `at` stands in a run of digits too long for any number: [begin, end) is as
                       // much of the run as is known, nothing more
};

/// A run of so many digits without a separator is no number and parts clusters.
inline constexpr std::size_t kDigitRunMax = 20;
/// The walk to the left goes at most so far from `at`.
inline constexpr std::size_t kWalkLeftMax = 128;
/// So far beyond the end of a cluster its extent may depend on the text.
inline constexpr std::size_t kPeekBytes = kNumberWordBytesMax + kDigitRunMax + kGapBytesMax;

/// `at`: the offset after a pattern's match; `floor`: the cluster begins there at the earliest (the
/// end of the one before). What stands at text[at - kWalkLeftMax - kPeekBytes] and before, or after
/// text[begin + Cluster::kClusterBytesMax + kPeekBytes], never matters. A cluster too long is cut
/// after its last line end, else its last gap.
Extent cluster_extent(std::string_view text, std::size_t at, std::size_t floor, PatternKinds kinds);

}  // namespace ringfence
