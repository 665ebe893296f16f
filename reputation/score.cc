#include "reputation/score.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace ringfence {
namespace {

constexpr int kScoreMax = 100;

}  // namespace

DecayedScore decay(const Listing& listing, TimePoint now, const DecayOptions& options) {
  const std::chrono::seconds age = std::max(now - listing.last_seen, std::chrono::seconds{0});
  if (age >= options.expire_after || (listing.expires && *listing.expires <= now)) {
    return {.score = 0, .state = ReputationState::kExpired};
  }
  const auto half_life = std::max(options.half_life, std::chrono::seconds{1});
  const double halvings = static_cast<double>(age.count()) / static_cast<double>(half_life.count());
  const int listed = std::clamp(listing.score, 0, kScoreMax);
  const int decayed = static_cast<int>(std::lround(listed * std::exp2(-halvings)));
  return {
      .score = std::max(decayed, std::min(listed, options.floor)),
      .state = age < options.dormant_after ? ReputationState::kActive : ReputationState::kDormant};
}

bool in_force(const Override& entry, TimePoint now) {
  return !entry.expires || now < *entry.expires;
}

NumberReputation assess(std::vector<Listing> listings,
                        const std::optional<Override>& override_entry, TimePoint now,
                        const DecayOptions& options) {
  struct Scored {
    DecayedScore decayed;
    Listing listing;
  };
  std::vector<Scored> scored;
  scored.reserve(listings.size());
  for (Listing& listing : listings) {
    const DecayedScore decayed = decay(listing, now, options);
    scored.push_back({decayed, std::move(listing)});
  }
  std::sort(scored.begin(), scored.end(), [](const Scored& a, const Scored& b) {
    return std::tie(b.decayed.score, b.listing.score, a.listing.list) <
           std::tie(a.decayed.score, a.listing.score, b.listing.list);
  });

  NumberReputation out;
  if (!scored.empty()) {
    out.score = scored.front().decayed.score;
    out.category = scored.front().listing.category;
    out.state = ReputationState::kExpired;
    for (const Scored& s : scored) {
      // kActive, kDormant, kExpired ascend: the smallest is the liveliest.
      out.state = std::min(out.state, s.decayed.state);
    }
  }
  out.listings.reserve(scored.size());
  for (Scored& s : scored) out.listings.push_back(std::move(s.listing));

  if (override_entry && in_force(*override_entry, now)) {
    out.override_entry = override_entry;
    if (override_entry->kind == OverrideKind::kAllow) {
      out.score = 0;
      out.state = ReputationState::kAllowed;
    } else {
      out.score = kScoreMax;
      out.state = ReputationState::kDenied;
      out.category = "deny";
    }
  }
  return out;
}

}  // namespace ringfence
