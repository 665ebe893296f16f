#include "reputation/score.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace ringfence {
namespace {

constexpr int kScoreMax = 100;

// By its own date only: allow, genuine and provider lists do not fade.
bool holds(const Listing& listing, TimePoint now) {
  return listing.weight > 0 && (!listing.expires || now < *listing.expires);
}

struct Scored {
  DecayedScore worth;
  Listing listing;
};

std::vector<Listing> sort_by_worth(std::vector<Listing> listings, TimePoint now,
                                   const ScoreOptions& options, std::vector<DecayedScore>& worth) {
  std::vector<Scored> scored;
  scored.reserve(listings.size());
  for (Listing& listing : listings) {
    const DecayedScore w = weighed_score(listing, now, options);
    scored.push_back({w, std::move(listing)});
  }
  std::sort(scored.begin(), scored.end(), [](const Scored& a, const Scored& b) {
    return std::tie(b.worth.score, b.listing.score, a.listing.list, b.listing.range) <
           std::tie(a.worth.score, a.listing.score, b.listing.list, a.listing.range);
  });
  listings.clear();
  for (Scored& s : scored) {
    worth.push_back(s.worth);
    listings.push_back(std::move(s.listing));
  }
  return listings;
}

// Scores that each say "fraud" by themselves, taken together: 1 - (1 - a)(1 - b)...
class Sum {
 public:
  explicit Sum(NumberReputation& out) : out_(out) {}
  void add(ScorePart::Kind kind, int score, std::size_t index) {
    innocent_ = innocent_ * (kScoreMax - score) / kScoreMax;
    const int total = static_cast<int>(std::lround(kScoreMax - innocent_));
    part(kind, total, score, index);
  }
  // What has the last word, whatever the others say.
  void settle(ScorePart::Kind kind, int total, std::size_t index) {
    part(kind, total, total, index);
  }

 private:
  void part(ScorePart::Kind kind, int total, int score, std::size_t index) {
    out_.parts.push_back(
        {.kind = kind, .points = total - out_.score, .score = score, .index = index});
    out_.score = total;
  }

  NumberReputation& out_;
  double innocent_ = kScoreMax;  // what no list says a word against, in percent
};

void add_listings(NumberReputation& out, const std::vector<DecayedScore>& worth, Sum& sum) {
  for (std::size_t i = 0; i < out.listings.size(); ++i) {
    const Listing& listing = out.listings[i];
    if (listing.role != ListRole::kBlock || listing.weight <= 0) continue;
    if (out.state == ReputationState::kUnlisted) {
      out.category = listing.category;
      out.state = worth[i].state;
    }
    // kActive, kDormant, kExpired ascend: the smallest is the liveliest.
    out.state = std::min(out.state, worth[i].state);
    if (worth[i].score > 0) sum.add(ScorePart::Kind::kListing, worth[i].score, i);
  }
}

void add_block(NumberReputation& out, const std::vector<Block>& blocks, TimePoint now,
               const ScoreOptions& options, Sum& sum) {
  if (!options.blocks.enabled) return;
  const Block* best = nullptr;
  int lent = 0;
  for (const Block& block : blocks) {
    const int score = block_score(block, now, options.blocks, options.decay_of(block.category));
    const bool smaller = best != nullptr && score == lent &&
                         block.range.prefix_digits() > best->range.prefix_digits();
    if (score > lent || (score > 0 && smaller)) {
      best = &block;
      lent = score;
    }
  }
  if (best == nullptr) return;
  out.block = BlockEvidence{.range = best->range,
                            .members = best->members,
                            .spread = best->spread,
                            .scores = best->scores,
                            .score = lent,
                            .last_seen = best->last_seen,
                            .category = best->category};
  if (out.state == ReputationState::kUnlisted) out.category = best->category;
  sum.add(ScorePart::Kind::kBlock, lent, 0);
}

void name_genuine_and_provider(NumberReputation& out, TimePoint now) {
  const Listing* provider = nullptr;
  for (const Listing& listing : out.listings) {
    if (!holds(listing, now)) continue;
    if (listing.role == ListRole::kGenuine) {
      if (std::find(out.genuine_of.begin(), out.genuine_of.end(), listing.category) ==
          out.genuine_of.end()) {
        out.genuine_of.push_back(listing.category);
      }
    } else if (listing.role == ListRole::kProvider && listing.range) {
      // The longest prefix, then the list the operator trusts more, then the one named first.
      const auto rank = [](const Listing& l) {
        return std::pair(l.range->prefix_digits(), l.weight);
      };
      if (provider == nullptr || rank(listing) > rank(*provider)) provider = &listing;
    }
  }
  if (provider == nullptr) return;
  const auto [name, type] = split_provider(provider->category);
  out.provider = ProviderEvidence{
      .provider = std::string(name), .type = std::string(type), .range = *provider->range};
}

}  // namespace

const DecayOptions& ScoreOptions::decay_of(std::string_view category) const {
  const auto it = decay_categories.find(category);
  return it == decay_categories.end() ? decay : it->second;
}

std::chrono::seconds age_of(TimePoint last_seen, TimePoint now) {
  return now <= last_seen ? std::chrono::seconds{0} : now - last_seen;
}

double remaining_share(std::chrono::seconds age, const DecayOptions& options) {
  const auto half_life = std::max(options.half_life, std::chrono::seconds{1});
  return std::exp2(-static_cast<double>(age.count()) / static_cast<double>(half_life.count()));
}

DecayedScore decay(const Listing& listing, TimePoint now, const DecayOptions& options) {
  const std::chrono::seconds age = age_of(listing.last_seen, now);
  if (age >= options.expire_after || (listing.expires && *listing.expires <= now)) {
    return {.score = 0, .state = ReputationState::kExpired};
  }
  const int listed = std::clamp(listing.score, 0, kScoreMax);
  const int decayed = static_cast<int>(std::lround(listed * remaining_share(age, options)));
  return {
      .score = std::max(decayed, std::min(listed, options.floor)),
      .state = age < options.dormant_after ? ReputationState::kActive : ReputationState::kDormant};
}

DecayedScore weighed_score(const Listing& listing, TimePoint now, const ScoreOptions& options) {
  DecayedScore out = decay(listing, now, options.decay_of(listing.category));
  const int weight = listing.role == ListRole::kBlock ? std::clamp(listing.weight, 0, 100) : 0;
  out.score = (out.score * weight + 50) / 100;
  return out;
}

bool in_force(const Override& entry, TimePoint now) {
  return !entry.expires || now < *entry.expires;
}

NumberReputation assess(NumberFacts facts, TimePoint now, const ScoreOptions& options) {
  NumberReputation out;
  std::vector<DecayedScore> worth;
  worth.reserve(facts.listings.size());
  out.listings = sort_by_worth(std::move(facts.listings), now, options, worth);
  if (facts.override_entry && in_force(*facts.override_entry, now)) {
    out.override_entry = std::move(facts.override_entry);
  }
  const bool allowed = out.override_entry && out.override_entry->kind == OverrideKind::kAllow;
  const auto allow_list =
      std::find_if(out.listings.begin(), out.listings.end(),
                   [now](const Listing& l) { return l.role == ListRole::kAllow && holds(l, now); });
  name_genuine_and_provider(out, now);

  Sum sum(out);
  add_listings(out, worth, sum);
  if (!allowed && allow_list == out.listings.end() && out.genuine_of.empty()) {
    add_block(out, facts.blocks, now, options, sum);
  }
  if (out.override_entry) {
    sum.settle(ScorePart::Kind::kOverride, allowed ? 0 : kScoreMax, 0);
    out.state = allowed ? ReputationState::kAllowed : ReputationState::kDenied;
    if (!allowed) out.category = "deny";
  } else if (allow_list != out.listings.end()) {
    sum.settle(ScorePart::Kind::kAllowList, 0,
               static_cast<std::size_t>(allow_list - out.listings.begin()));
    out.state = ReputationState::kAllowed;
  }
  return out;
}

}  // namespace ringfence
