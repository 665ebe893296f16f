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
  const std::chrono::seconds age = now - block.last_seen;
  if (age >= fade.expire_after) return 0;
  const double mean = static_cast<double>(block.scores) / block.members;
  const double density = std::min(1.0, static_cast<double>(block.members) / (2 * members_min));
  const double lent = size.share_percent / 100.0 * mean * density * remaining_share(age, fade);
  return std::clamp(static_cast<int>(std::lround(lent)), 0, std::clamp(options.score_max, 0, 100));
}

}  // namespace ringfence
