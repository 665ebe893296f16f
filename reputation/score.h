// The score of a number: its listings, decayed by age and weighed by their lists, what its block
// lends, and who has the last word. Pure functions over `now`.
//
// Does not know: where listings come from. Source: DESIGN section 6; docs/reputation.md has the
// formulas with examples and why.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reputation/block.h"
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

/// By category; a category that is not named has the default.
using DecayCategories = std::map<std::string, DecayOptions, std::less<>>;

struct ScoreOptions {
  DecayOptions decay{};
  DecayCategories decay_categories{};
  BlockOptions blocks{};

  const DecayOptions& decay_of(std::string_view category) const;
};

struct DecayedScore {
  int score = 0;                                      // 0-100
  ReputationState state = ReputationState::kExpired;  // kActive, kDormant or kExpired

  bool operator==(const DecayedScore&) const = default;
};

/// 0 while `now` lies before `last_seen`: a clock that was set back.
std::chrono::seconds age_of(TimePoint last_seen, TimePoint now);
/// 2^(-age / half_life).
double remaining_share(std::chrono::seconds age, const DecayOptions& options);

///   score(now) = max(min(listed, floor), round(listed * 2^(-age / half_life)))
/// and 0, expired, once age reaches expire_after or `now` reaches the listing's own expiry.
DecayedScore decay(const Listing& listing, TimePoint now, const DecayOptions& options);
/// decay() weighed by the list: score * weight / 100, rounded. Only block lists score.
DecayedScore weighed_score(const Listing& listing, TimePoint now, const ScoreOptions& options);

/// True while an override holds.
bool in_force(const Override& entry, TimePoint now);

/// What the table and the overrides hold of one number.
struct NumberFacts {
  std::vector<Listing> listings{};  // of the number and of ranges that hold it, of every role
  std::vector<Block> blocks{};      // those around it
  std::optional<Override> override_entry{};
};

/// All together.
/// * Block lists: each unexpired listing is worth its weighed score w; together
///   100 * (1 - prod(1 - w / 100)). A list of weight 0 is on trial: listed, without effect.
/// * The block that lends most counts like one more listing, unless an allow or genuine list names
///   the number.
/// * Allow lists with a weight, unexpired: 0. An override in force beats them: allow 0, deny 100.
/// * The state is the liveliest of the block listings (active before dormant before expired);
///   unlisted without one, even when a block lends.
/// * The category is that of the listing worth most, of the block when there is no listing.
/// The listings come back sorted by weighed score, then listed score, then name of list.
NumberReputation assess(NumberFacts facts, TimePoint now, const ScoreOptions& options);

}  // namespace ringfence
