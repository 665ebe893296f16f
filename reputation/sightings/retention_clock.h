// RetentionClock: which day it is for those who delete. A clock that jumped is not believed until
// it has stayed there for a while. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace ringfence {

class RetentionClock {
 public:
  using Steady = std::chrono::steady_clock::time_point;
  /// A wrong clock is mostly set right within minutes of a boot.
  static constexpr std::chrono::minutes kSettleTime{10};

  /// It is `day` by the wall clock at the time `now` of a clock that never jumps. Gives the day to
  /// delete by: nothing until the wall clock has gone on for kSettleTime without jumping to
  /// another day than the next.
  std::optional<std::int32_t> tell(std::int32_t day, Steady now);

 private:
  std::optional<std::int32_t> day_;
  Steady since_{};
};

}  // namespace ringfence
