#include "reputation/sightings/retention_clock.h"

namespace ringfence {

std::optional<std::int32_t> RetentionClock::tell(std::int32_t day, Steady now) {
  const bool goes_on = day_ && (day == *day_ || day == *day_ + 1);
  if (!goes_on) since_ = now;
  day_ = day;
  if (now - since_ < kSettleTime) return std::nullopt;
  return day_;
}

}  // namespace ringfence
