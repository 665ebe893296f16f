#include "reputation/block.h"

#include <algorithm>
#include <cmath>

#include "reputation/score.h"

namespace ringfence {

int block_score(const Block& block, TimePoint now, const BlockOptions& options,
                const DecayOptions& fade) {
  const BlockSizeOptions& size = options.size(block.range.digits() - block.range.prefix_digits());
  const int members_min = std::max(size.members_min, 1);
  if (block.members < members_min || block.spread < size.spread_min) return 0;
  const std::chrono::seconds age = age_of(block.last_seen, now);
  if (age >= fade.expire_after) return 0;
  // share * mean * density with one division: halves must not be lost before they are rounded.
  const int full = 2 * members_min;
  const double undecayed = static_cast<double>(size.share_percent) * block.scores *
                           std::min(block.members, full) / (100.0 * block.members * full);
  const double lent = undecayed * remaining_share(age, fade);
  return std::clamp(static_cast<int>(std::lround(lent)), 0, std::clamp(options.score_max, 0, 100));
}

}  // namespace ringfence
