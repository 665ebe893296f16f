#include "config/local_condition.h"

#include <fmt/core.h>

#include <utility>

namespace ringfence {
namespace {

template <typename N>
bool at_least(N value, const std::optional<int>& min) {
  return !min || std::cmp_greater_equal(value, *min);
}

template <typename N>
bool at_most(N value, const std::optional<int>& max) {
  return !max || std::cmp_less_equal(value, *max);
}

}  // namespace

bool holds(const LocalCondition& when, const LocalEvidence& evidence, TimePoint now) {
  if (evidence.messages_total == 0 && evidence.good_messages == 0) return false;
  // Mail of our own users does not date a number.
  const std::chrono::seconds age = now - evidence.first_seen.value_or(now);
  return at_least(evidence.messages, when.messages_min) &&
         at_most(evidence.messages, when.messages_max) && at_least(evidence.days, when.days_min) &&
         at_least(evidence.brands, when.brands_min) &&
         at_least(evidence.formats, when.formats_min) &&
         at_least(evidence.sender_domains, when.sender_domains_min) &&
         at_least(evidence.recipient_domains, when.recipient_domains_min) &&
         (!when.first_seen_min || age >= *when.first_seen_min) &&
         (!when.first_seen_max || age <= *when.first_seen_max) &&
         at_least(evidence.dormant_days, when.dormant_days_min) &&
         at_least(evidence.good_messages, when.good_messages_min) &&
         at_most(evidence.good_messages, when.good_messages_max) &&
         (!when.campaign || *when.campaign == !evidence.campaign.empty());
}

std::vector<std::string> contradictions(const LocalCondition& when) {
  std::vector<std::string> found;
  const auto check = [&](const char* name, const std::optional<int>& min,
                         const std::optional<int>& max) {
    if (min && max && *min > *max) {
      found.push_back(
          fmt::format("never holds: {0}_min {1} is above {0}_max {2}", name, *min, *max));
    }
  };
  check("messages", when.messages_min, when.messages_max);
  check("good_messages", when.good_messages_min, when.good_messages_max);
  if (when.first_seen_min && when.first_seen_max && *when.first_seen_min > *when.first_seen_max) {
    found.emplace_back("never holds: first_seen_min is above first_seen_max");
  }
  return found;
}

}  // namespace ringfence
