#include "ctl/explain.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ctl/common.h"

namespace ringfence {
namespace {

using Kind = ScorePart::Kind;

/// "14d", "36h": as the configuration has it.
std::string exact_span(std::chrono::seconds span) {
  constexpr std::pair<std::int64_t, const char*> kUnits[] = {
      {86'400, "d"}, {3'600, "h"}, {60, "m"}};
  for (const auto& [size, name] : kUnits) {
    if (span.count() % size == 0) return fmt::format("{}{}", span.count() / size, name);
  }
  return fmt::format("{}s", span.count());
}

std::string ago(TimePoint time, TimePoint now) {
  return time > now ? "in the future, which counts as now" : short_span(now - time) + " ago";
}

/// Of a score before it and one beside it.
std::string of_the_rest(int score, int total_before) {
  return fmt::format("{}% of the {} that are left", score, 100 - total_before);
}

/// Lines of one part: the points, what it is, and the arithmetic below it.
class Account {
 public:
  void part(const std::string& points, std::string_view what) {
    out_ += fmt::format("  {:>5}  {}\n", points, what);
  }
  void total(int score) { out_ += fmt::format("  {:>5}\n", fmt::format("= {}", score)); }
  void below(std::string_view line) { out_ += fmt::format("         {}\n", line); }
  void line(std::string_view text) { out_ += fmt::format("  {}\n", text); }
  void begin(std::string_view headline) { out_ += fmt::format("{}\n", headline); }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

std::string points_of(int points) { return fmt::format("{:+}", points); }

std::string name_of(const Listing& listing) {
  return fmt::format("{} list {}{}", to_token(listing.role), printable(listing.list),
                     listing.range ? ", by its range " + listing.range->to_string() : "");
}

std::string dates_of(const Listing& listing, TimePoint now) {
  return fmt::format("first listed {}, last seen {}{}", iso_time(listing.first_listed),
                     iso_time(listing.last_seen),
                     !listing.expires
                         ? ""
                         : fmt::format(", {} {}", *listing.expires <= now ? "ended" : "until",
                                       iso_time(*listing.expires)));
}

/// "seen 6d ago, halves every 14d: 95 * 0.743 = 71".
std::string decay_of(const Listing& listing, TimePoint now, const ScoreOptions& options) {
  const DecayOptions& fade = options.decay_of(listing.category);
  const DecayedScore decayed = decay(listing, now, fade);
  const auto age = age_of(listing.last_seen, now);
  const double share = remaining_share(age, fade);
  std::string out =
      fmt::format("seen {}, halves every {}: {} * {:.3f} = {}", ago(listing.last_seen, now),
                  exact_span(fade.half_life), listing.score, share, decayed.score);
  if (decayed.score > 0 && decayed.score == std::min(listing.score, fade.floor) &&
      listing.score * share < decayed.score - 0.5) {
    out = fmt::format("seen {}, halves every {}, but not below {}: {}", ago(listing.last_seen, now),
                      exact_span(fade.half_life), fade.floor, decayed.score);
  }
  if (decayed.state == ReputationState::kDormant) {
    out += fmt::format("; dormant after {}", exact_span(fade.dormant_after));
  }
  return out;
}

void add_listing(Account& account, const ScorePart& part, const Listing& listing, int before,
                 TimePoint now, const ScoreOptions& options) {
  account.part(points_of(part.points), fmt::format("{}: {}, listed with {}", name_of(listing),
                                                   printable(listing.category), listing.score));
  account.below(decay_of(listing, now, options));
  if (listing.weight != 100) {
    account.below(fmt::format("the list weighs {}%: {}", listing.weight, part.score));
  }
  if (before > 0) account.below(of_the_rest(part.score, before));
  account.below(dates_of(listing, now));
}

void add_block(Account& account, const ScorePart& part, const BlockEvidence& block, int before,
               TimePoint now, const ScoreOptions& options) {
  const int free_digits = block.range.digits() - block.range.prefix_digits();
  const BlockSizeOptions& size = options.blocks.size(free_digits);
  const DecayOptions& fade = options.decay_of(block.category);
  const int members = std::max(block.members, 1);
  const double mean = static_cast<double>(block.scores) / members;
  const double density = std::min(1.0, static_cast<double>(members) / (2 * size.members_min));
  account.part(
      points_of(part.points),
      fmt::format("block {}: {} listed neighbours in {} of its ten parts, mostly {}",
                  block.range.to_string(), block.members, block.spread, printable(block.category)));
  const double share = remaining_share(age_of(block.last_seen, now), fade);
  const double lent = mean * size.share_percent / 100 * density * share;
  account.below(fmt::format(
      "mean {:.0f} * share {}% * density {:.3f} * {:.3f} = {:.0f}, seen {}, halves every {}", mean,
      size.share_percent, density, share, lent, ago(block.last_seen, now),
      exact_span(fade.half_life)));
  if (part.score == options.blocks.score_max && lent > part.score) {
    account.below(fmt::format("{} is the most a block lends", options.blocks.score_max));
  }
  if (before > 0) account.below(of_the_rest(part.score, before));
}

void add_override(Account& account, const ScorePart& part, const Override& entry) {
  account.part(
      points_of(part.points),
      fmt::format("{} list of the operator{}: {} whatever the lists say", to_token(entry.kind),
                  entry.range ? ", for " + entry.range->to_string() : "",
                  entry.kind == OverrideKind::kAllow ? 0 : 100));
  account.below(fmt::format("added {} by {}{}{}", iso_time(entry.added),
                            entry.author.empty() ? "unknown" : printable(entry.author),
                            entry.expires ? ", until " + iso_time(*entry.expires) : "",
                            entry.reason.empty() ? "" : ": " + printable(entry.reason, 1000)));
}

void add_parts(Account& account, const NumberReputation& reputation, TimePoint now,
               const ScoreOptions& options) {
  int total = 0;
  for (const ScorePart& part : reputation.parts) {
    const bool listed = part.kind == Kind::kListing || part.kind == Kind::kAllowList;
    if (listed && part.index >= reputation.listings.size()) continue;
    if (part.kind == Kind::kListing) {
      add_listing(account, part, reputation.listings[part.index], total, now, options);
    } else if (part.kind == Kind::kBlock && reputation.block) {
      add_block(account, part, *reputation.block, total, now, options);
    } else if (part.kind == Kind::kOverride && reputation.override_entry) {
      add_override(account, part, *reputation.override_entry);
    } else if (part.kind == Kind::kAllowList) {
      const Listing& listing = reputation.listings[part.index];
      account.part(points_of(part.points), name_of(listing) + ": 0 whatever block lists say");
      account.below(dates_of(listing, now));
    }
    total += part.points;
  }
  if (!reputation.parts.empty()) account.total(reputation.score);
}

/// Why a block list adds nothing.
std::string why_nothing(const Listing& listing, TimePoint now, const ScoreOptions& options) {
  const DecayOptions& fade = options.decay_of(listing.category);
  if (listing.expires && *listing.expires <= now) return "its time is over";
  if (age_of(listing.last_seen, now) >= fade.expire_after) {
    return fmt::format("seen {}, forgotten after {}", ago(listing.last_seen, now),
                       exact_span(fade.expire_after));
  }
  if (listing.weight == 0) return "the list weighs 0%: on trial";
  return "nothing is left of it";
}

/// Listings that are no part of the score.
void add_others(Account& account, const NumberReputation& reputation, TimePoint now,
                const ScoreOptions& options) {
  for (std::size_t i = 0; i < reputation.listings.size(); ++i) {
    const Listing& listing = reputation.listings[i];
    if (listing.role != ListRole::kBlock && listing.role != ListRole::kAllow) continue;
    const bool counts =
        std::any_of(reputation.parts.begin(), reputation.parts.end(), [&](const ScorePart& part) {
          return part.index == i && (part.kind == Kind::kListing || part.kind == Kind::kAllowList);
        });
    if (counts) continue;
    account.part("0", listing.role == ListRole::kBlock
                          ? fmt::format("{}: {}, listed with {}; {}", name_of(listing),
                                        printable(listing.category), listing.score,
                                        why_nothing(listing, now, options))
                          : name_of(listing) + (reputation.override_entry
                                                    ? ": the operator has the last word"
                                                    : ": not in force"));
    account.below(dates_of(listing, now));
  }
}

void add_background(Account& account, const NumberReputation& reputation, TimePoint now) {
  for (const Listing& listing : reputation.listings) {
    if (listing.role != ListRole::kGenuine) continue;
    const bool over = listing.expires && *listing.expires <= now;
    account.line(fmt::format("{} of {} by list {}{}",
                             over ? "was a genuine number" : "genuine number",
                             printable(listing.category), printable(listing.list),
                             listing.range ? ", by its range " + listing.range->to_string() : ""));
  }
  if (const auto& provider = reputation.provider) {
    account.line(fmt::format("provider {}{}, by its range {}", printable(provider->provider),
                             provider->type.empty() ? "" : ", " + printable(provider->type),
                             provider->range.to_string()));
  }
}

Json part_json(const ScorePart& part, const NumberReputation& reputation, TimePoint now,
               const ScoreOptions& options) {
  static constexpr const char* kKinds[] = {"listing", "block", "override", "allow-list"};
  Json out = {{"kind", kKinds[static_cast<std::size_t>(part.kind)]},
              {"points", part.points},
              {"score", part.score}};
  const auto add_age = [&](TimePoint last_seen, std::string_view category) {
    const DecayOptions& fade = options.decay_of(category);
    const auto age = age_of(last_seen, now);
    out["age_seconds"] = age.count();
    out["half_life_seconds"] = fade.half_life.count();
    constexpr double kSteps = 10'000;  // nobody reads more digits
    out["remaining"] = std::round(remaining_share(age, fade) * kSteps) / kSteps;
  };
  const bool listed = part.kind == Kind::kListing || part.kind == Kind::kAllowList;
  if (listed && part.index < reputation.listings.size()) {
    const Listing& listing = reputation.listings[part.index];
    out["list"] = listing.list;
    out["range"] = listing.range ? Json(listing.range->to_string()) : Json(nullptr);
    if (part.kind == Kind::kAllowList) return out;
    out["listed"] = listing.score;
    out["weight"] = listing.weight;
    out["decayed"] = decay(listing, now, options.decay_of(listing.category)).score;
    add_age(listing.last_seen, listing.category);
  } else if (part.kind == Kind::kBlock && reputation.block) {
    out["range"] = reputation.block->range.to_string();
    add_age(reputation.block->last_seen, reputation.block->category);
  }
  return out;
}

}  // namespace

std::string explain_text(const NumberEvidence& number, TimePoint now, const ScoreOptions& options) {
  const NumberReputation& reputation = number.reputation;
  const Finding& finding = number.finding;
  Account account;
  account.begin(fmt::format(
      "{}: {}, score {}{}", finding.number.to_string(), to_token(reputation.state),
      reputation.score, reputation.category.empty() ? "" : ", " + printable(reputation.category)));
  account.line(fmt::format(
      "{}, {}{}", finding.region.empty() ? "no region" : finding.region,
      number.line_type() == LineType::kUnknown ? "line type unknown" : to_token(number.line_type()),
      finding.valid ? "" : ", possible but not in the numbering plan"));
  add_background(account, reputation, now);
  add_parts(account, reputation, now, options);
  add_others(account, reputation, now, options);
  return account.take();
}

Json explain_json(const NumberEvidence& number, TimePoint now, const ScoreOptions& options) {
  Json parts = Json::array();
  for (const ScorePart& part : number.reputation.parts) {
    parts.push_back(part_json(part, number.reputation, now, options));
  }
  Json out = {{"number", number.finding.number.to_string()},
              {"region", number.finding.region},
              {"line_type", to_token(number.line_type())},
              {"valid", number.finding.valid}};
  out.update(to_json(number.reputation));
  out["parts"] = std::move(parts);
  return out;
}

}  // namespace ringfence
