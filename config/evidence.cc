#include "config/evidence.h"

#include <algorithm>

namespace ringfence {

int Evidence::score() const {
  int highest = 0;
  for (const NumberEvidence& number : numbers) highest = std::max(highest, number.reputation.score);
  return highest;
}

}  // namespace ringfence
