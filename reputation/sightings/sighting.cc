#include "reputation/sightings/sighting.h"

#include <algorithm>
#include <array>

namespace ringfence {
namespace {

constexpr std::array<std::string_view, 3> kDirections = {"inbound", "outbound", "trusted"};
constexpr std::int64_t kLastDay = 2'932'896;  // 9999-12-31

std::size_t bytes_of(const std::vector<std::string>& texts) {
  std::size_t sum = 0;
  for (const std::string& text : texts) sum += sizeof(text) + text.size();
  return sum;
}

}  // namespace

std::string_view to_token(Direction direction) {
  return kDirections[static_cast<std::size_t>(direction)];
}

std::optional<Direction> direction_from_token(std::string_view token) {
  for (std::size_t i = 0; i < kDirections.size(); ++i) {
    if (kDirections[i] == token) return static_cast<Direction>(i);
  }
  return std::nullopt;
}

std::size_t Sighting::bytes() const {
  std::size_t sum = sizeof(*this) + queue_id.size() + message_id.size() + from_domain.size() +
                    mail_from_domain.size() + from_display.size() + subject.size() + rule.size() +
                    template_hash.size() + bytes_of(recipients) + bytes_of(brands) +
                    bytes_of(lures) + bytes_of(document_hashes);
  for (const SeenNumber& seen : numbers) {
    sum += sizeof(seen) + seen.tricks.size() + seen.shown.size();
  }
  return sum;
}

std::int32_t day_of(TimePoint when) {
  const auto day = std::chrono::floor<std::chrono::days>(when).time_since_epoch().count();
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(day, 0, kLastDay));
}

}  // namespace ringfence
