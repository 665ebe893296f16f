#include "matcher/hinted_reading.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace ringfence {
namespace {

/// The hint that a number was read by, null for none: it says its country code itself.
const RegionHint* hint_of(const Reading& reading, std::span<const RegionHint> hints,
                          const NumberingPlan& plan) {
  const std::string digits = std::to_string(reading.number->value());
  const auto by = std::find_if(hints.begin(), hints.end(), [&](const RegionHint& hint) {
    return digits.starts_with(std::to_string(plan.country_code(hint.region)));
  });
  return by == hints.end() ? nullptr : &*by;
}

/// Numbers of people and shops, not of services.
bool is_common(LineType type) {
  return type == LineType::kFixedLine || type == LineType::kMobile ||
         type == LineType::kFixedLineOrMobile || type == LineType::kTollFree;
}

/// What a message mentions is no home of all digits in it: then the number must be valid, of a
/// common kind, announced, and written as numbers of its country are: with the trunk prefix, or
/// where there is none with separators, and longer than a date.
bool is_doubtful(const Cluster& cluster, const Reading& reading, const RegionHint& hint,
                 const NumberingPlan& plan) {
  constexpr std::ptrdiff_t kDateDigits = 8;
  if (hint.clue == RegionClue::kOtherNumber || hint.clue == RegionClue::kSenderDomain ||
      hint.clue == RegionClue::kRecipientDomain) {
    return false;
  }
  if (!reading.valid || !reading.announced || !is_common(reading.line_type)) return true;
  const std::string_view written =
      std::string_view(cluster.text).substr(reading.begin, reading.end - reading.begin);
  if (written.starts_with('0') || written.starts_with("(0")) return false;
  const std::ptrdiff_t digits = std::count_if(written.begin(), written.end(), is_ascii_digit);
  return plan.trunk_prefix_expected(hint.region) || digits <= kDateDigits ||
         digits == static_cast<std::ptrdiff_t>(written.size());
}

}  // namespace

std::vector<RegionHint> strongest_hints(const RegionHints& hints,
                                        std::span<const std::string> tried,
                                        const NumberingPlan& plan, std::size_t count) {
  std::vector<int> codes;
  for (const std::string& region : tried) codes.push_back(plan.country_code(region));
  std::vector<RegionHint> out;
  for (RegionHint& hint : hints.in_order()) {
    if (out.size() == count) break;
    const int code = plan.country_code(hint.region);
    if (code == 0 || std::find(codes.begin(), codes.end(), code) != codes.end()) continue;
    codes.push_back(code);
    out.push_back(std::move(hint));
  }
  return out;
}

void read_by_hints(const Cluster& cluster, const NumberingPlan& plan,
                   std::span<const RegionHint> hints, std::vector<Reading>& out) {
  if (hints.empty()) return;
  std::vector<std::string> regions;
  for (const RegionHint& hint : hints) regions.push_back(hint.region);
  std::vector<Reading> readings;
  read_cluster(cluster, plan, regions, readings);
  for (Reading& reading : readings) {
    if (!reading.number) continue;
    const RegionHint* const hint = hint_of(reading, hints, plan);
    if (hint == nullptr || is_doubtful(cluster, reading, *hint, plan)) continue;
    reading.reason = reason_token(hint->clue);
    out.push_back(std::move(reading));
  }
}

}  // namespace ringfence
