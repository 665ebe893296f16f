// LocalCondition: what a rule may ask of a number's own history at this site.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "reputation/local_evidence.h"

namespace ringfence {

/// All that are set must hold. Without evidence (sightings are off, or could not be read) none
/// does, not even an empty one. Counts are of LocalEvidence: within the window, the message at hand
/// included.
struct LocalCondition {
  std::optional<int> messages_min;
  std::optional<int> messages_max;  // 1: never seen before in the window
  std::optional<int> days_min;
  std::optional<int> brands_min;
  std::optional<int> formats_min;
  std::optional<int> sender_domains_min;
  std::optional<int> recipient_domains_min;
  std::optional<std::chrono::seconds> first_seen_min;  // first seen at least so long ago
  std::optional<std::chrono::seconds> first_seen_max;  // at most; a new number is first seen now
  std::optional<int> dormant_days_min;
  std::optional<int> good_messages_min;
  std::optional<int> good_messages_max;
  std::optional<bool> campaign;  // belongs to one

  bool operator==(const LocalCondition&) const = default;
};

bool holds(const LocalCondition& when, const LocalEvidence& evidence, TimePoint now);

/// Why the condition can never hold, each a sentence without its end.
std::vector<std::string> contradictions(const LocalCondition& when);

}  // namespace ringfence
