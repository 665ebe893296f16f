// The score of a number: its listings, decayed by age, and the operator's word. Pure functions over
// `now`.
//
// Does not know: where listings come from. Source: DESIGN section 6 (decay with memory).
#pragma once

#include <chrono>
#include <vector>

#include "reputation/listing.h"

namespace ringfence {

/// How evidence fades. Ages count from a listing's last_seen: a new sighting re-arms it to the full
/// score. A `now` before last_seen (a clock that jumped) counts as age 0.
struct DecayOptions {
  std::chrono::seconds half_life = std::chrono::days{14};  // the score halves each; at least 1 s
  int floor = 10;                                          // 0-100; not below it while dormant
  std::chrono::seconds dormant_after = std::chrono::days{28};  // active before this age
  std::chrono::seconds expire_after = std::chrono::days{365};  // from this age on the score is 0

  bool operator==(const DecayOptions&) const = default;
};

struct DecayedScore {
  int score = 0;                                      // 0-100
  ReputationState state = ReputationState::kExpired;  // kActive, kDormant or kExpired

  bool operator==(const DecayedScore&) const = default;
};

///   score(now) = max(min(listed, floor), round(listed * 2^(-age / half_life)))
/// and 0, expired, once age reaches expire_after or `now` reaches the listing's own expiry.
DecayedScore decay(const Listing& listing, TimePoint now, const DecayOptions& options);

/// True while an override holds.
bool in_force(const Override& entry, TimePoint now);

/// All together: an override in force decides (allow: 0, deny: 100); else the highest decayed score
/// of all listings wins, and the state is the liveliest one (active before dormant before expired).
/// The listings come back sorted by decayed score, then listed score, then name.
NumberReputation assess(std::vector<Listing> listings,
                        const std::optional<Override>& override_entry, TimePoint now,
                        const DecayOptions& options);

}  // namespace ringfence
