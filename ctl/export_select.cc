#include "ctl/export_select.h"

#include <algorithm>
#include <utility>

#include "matcher/short_code.h"
#include "reputation/record.h"

namespace ringfence {
namespace {

bool holds(const Listing& listing, TimePoint now) {
  return !listing.expires || now < *listing.expires;
}

// What a list says of a number counts against it: in force, of some weight, among those asked for.
bool counts(const Listing& listing, const ExportRules& rules, TimePoint now) {
  return listing.role == ListRole::kBlock && listing.weight > 0 && holds(listing, now) &&
         (rules.lists.empty() ||
          std::find(rules.lists.begin(), rules.lists.end(), listing.list) != rules.lists.end());
}

bool is_honest(const NumberFacts& facts, const std::optional<Aggregate>& seen, TimePoint now) {
  if (seen && seen->good_messages > 0) return true;
  if (facts.override_entry && facts.override_entry->kind == OverrideKind::kAllow &&
      in_force(*facts.override_entry, now)) {
    return true;
  }
  return std::any_of(facts.listings.begin(), facts.listings.end(), [&](const Listing& listing) {
    return (listing.role == ListRole::kAllow || listing.role == ListRole::kGenuine) &&
           holds(listing, now);
  });
}

// Only what the lists that are asked for say; what honest lists say is heard before.
void keep_lists(NumberFacts& facts, const ExportRules& rules) {
  if (rules.lists.empty()) return;
  std::erase_if(facts.listings, [&](const Listing& listing) {
    return listing.role == ListRole::kBlock &&
           std::find(rules.lists.begin(), rules.lists.end(), listing.list) == rules.lists.end();
  });
  facts.blocks.clear();
}

// What the listings in force add up to.
struct Listed {
  int score = 0;  // the highest, weighed, as listed
  std::string category{};
  TimePoint first{};
  TimePoint last{};
  std::optional<TimePoint> expires{};
  bool for_ever = false;  // some list has no expiry
  std::vector<std::string> lists{};
};

std::optional<Listed> listed(const std::vector<Listing>& listings, const ExportRules& rules,
                             TimePoint now) {
  std::optional<Listed> out;
  for (const Listing& listing : listings) {
    if (!counts(listing, rules, now)) continue;
    if (!out) out = Listed{.first = listing.first_listed, .last = listing.last_seen};
    const int score = (listing.score * listing.weight + 50) / 100;
    if (score > out->score || out->category.empty()) out->category = listing.category;
    out->score = std::max(out->score, score);
    out->first = std::min(out->first, listing.first_listed);
    out->last = std::max(out->last, listing.last_seen);
    if (!listing.expires) out->for_ever = true;
    if (listing.expires)
      out->expires = std::max(out->expires.value_or(TimePoint{}), *listing.expires);
    out->lists.push_back(listing.list);
  }
  if (!out) return out;
  if (out->for_ever) out->expires.reset();
  out->last = std::max(out->last, out->first);
  std::sort(out->lists.begin(), out->lists.end());
  out->lists.erase(std::unique(out->lists.begin(), out->lists.end()), out->lists.end());
  return out;
}

LocalSightings told(const Aggregate& seen, const BrandNames& brands) {
  LocalSightings out{.messages = seen.messages,
                     .first_seen = from_seconds(seen.first_seen),
                     .last_seen = from_seconds(std::max(seen.first_seen, seen.last_seen)),
                     .brand_count = static_cast<int>(seen.brands.size()),
                     .sender_domains = static_cast<int>(seen.sender_domains.size())};
  for (const DatedItem& item : seen.brands) {
    if (const auto name = brands.find(item.item); name != brands.end()) {
      out.brands.push_back(name->second);
    }
  }
  std::sort(out.brands.begin(), out.brands.end());
  return out;
}

TimePoint valid_until(const Indicator& indicator, const ScoreOptions& scoring, TimePoint now) {
  const DecayOptions& decay = scoring.decay_of(indicator.category);
  TimePoint out = indicator.last_seen + decay.dormant_after;
  if (out <= now) out = indicator.last_seen + decay.expire_after;
  return indicator.expires ? std::min(out, *indicator.expires) : out;
}

bool is_denied(const std::optional<Override>& entry, TimePoint now) {
  return entry && entry->kind == OverrideKind::kDeny && in_force(*entry, now);
}

}  // namespace

bool suspect_here(const Aggregate& seen, const ExportRules& rules, TimePoint now) {
  return seen.good_messages == 0 && seen.messages > 0 &&
         from_seconds(seen.first_seen) >= now - rules.local_age_max &&
         local_evidence(seen, now, rules.window).brands >= rules.local_brands_min;
}

Selected select(E164 number, NumberFacts facts, const std::optional<Aggregate>& seen,
                const ExportRules& rules, const ScoreOptions& scoring, const BrandNames& brands,
                TimePoint now) {
  if (short_code_of(number)) return {.left_out = LeftOut::kShortCode};
  if (is_honest(facts, seen, now)) return {.left_out = LeftOut::kHonest};
  keep_lists(facts, rules);
  const std::optional<Listed> known = listed(facts.listings, rules, now);
  const bool denied = is_denied(facts.override_entry, now);
  const std::optional<Override> entry = facts.override_entry;
  const NumberReputation reputation = assess(std::move(facts), now, scoring);

  const bool by_list = known && reputation.score >= rules.score_min;
  const bool by_word = rules.deny && denied;
  const bool by_sight = rules.local && seen && suspect_here(*seen, rules, now);
  if (!by_list && !by_word && !by_sight) return {.left_out = LeftOut::kWeak};

  Indicator out{.number = number, .state = reputation.state};
  const bool shown_here = rules.local && seen && seen->messages > 0;
  if (shown_here) out.local = told(*seen, brands);
  if (known) {
    out.category = known->category;
    out.score = known->score;
    out.score_now = reputation.score;
    out.first_seen = known->first;
    out.last_seen = known->last;
    out.expires = known->expires;
    out.lists = known->lists;
  } else if (by_word) {
    out.category = "other";
    out.score = out.score_now = reputation.score;
    out.first_seen = out.last_seen = entry->added;
    out.expires = entry->expires;
  } else {
    out.first_seen = out.local->first_seen;
    out.last_seen = out.local->last_seen;
  }
  if (out.local) out.last_seen = std::max(out.last_seen, std::min(out.local->last_seen, now));
  out.valid_until = valid_until(out, scoring, now);
  if (rules.since && out.last_seen < now - *rules.since) return {.left_out = LeftOut::kOld};
  return {.indicator = std::move(out)};
}

}  // namespace ringfence
