// Indicators for tests, and a writer's whole document.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reputation/export/indicator.h"

namespace ringfence {

inline constexpr TimePoint kNow{std::chrono::seconds{1'790'000'000}};  // 2026-09-21T14:13:20Z

inline ExportHead make_head() {
  return {.identity = "mx.example.org", .now = kNow, .generation = 7};
}

inline Indicator make_indicator(std::string_view number, std::string_view category) {
  Indicator out{.number = *E164::parse(number), .category = std::string(category)};
  out.state = ReputationState::kActive;
  out.score = 95;
  out.score_now = 70;
  out.first_seen = kNow - std::chrono::days(10);
  out.last_seen = kNow - std::chrono::days(6);
  out.valid_until = kNow + std::chrono::days(22);
  out.lists = {"soc"};
  return out;
}

inline LocalSightings make_local() {
  return {.messages = 12,
          .first_seen = kNow - std::chrono::days(3),
          .last_seen = kNow - std::chrono::days(1),
          .brands = {"norton", "paypal"},
          .brand_count = 3,
          .sender_domains = 5};
}

inline std::string written(IndicatorWriter& writer, const std::vector<Indicator>& indicators) {
  std::string out;
  writer.begin(out);
  for (const Indicator& indicator : indicators) writer.push(indicator, out);
  writer.finish(out);
  return out;
}

}  // namespace ringfence
