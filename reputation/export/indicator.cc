#include "reputation/export/indicator.h"

#include <fmt/chrono.h>

#include <algorithm>

namespace ringfence {

std::string export_time(TimePoint time, std::string_view fraction) {
  // The last second of year 9999, which all readers take.
  constexpr TimePoint kLatest{std::chrono::seconds(253'402'300'799)};
  const TimePoint told = std::clamp(time, TimePoint{}, kLatest);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}{}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(told)), fraction);
}

std::string describe(const Indicator& indicator) {
  std::string out = indicator.category.empty() ? "not listed" : indicator.category;
  if (indicator.local) {
    const LocalSightings& local = *indicator.local;
    out += fmt::format(", seen in {} message{}", local.messages, local.messages == 1 ? "" : "s");
    if (local.brand_count > 0) {
      out += fmt::format(" under {} brand{}", local.brand_count, local.brand_count == 1 ? "" : "s");
    }
  }
  return out;
}

}  // namespace ringfence
