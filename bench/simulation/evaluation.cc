#include "bench/simulation/evaluation.h"

#include <fmt/core.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "bench/simulation/feed_tables.h"
#include "config/config.h"
#include "reputation/sightings/aggregate.h"

namespace ringfence::simulation {
namespace {

constexpr std::int64_t kCountsAfter = 2;  // seconds from a mail to its evidence, at the most
constexpr std::int64_t kFresh = 2 * kDay;

TimePoint time_of(std::int64_t seconds) { return TimePoint(std::chrono::seconds(seconds)); }

std::vector<E164> numbers_of(const Mail& mail) {
  std::vector<E164> out{*E164::from_value(mail.number)};
  if (mail.second != 0) out.push_back(*E164::from_value(mail.second));
  return out;
}

Sighting sighting_of(const Mail& mail) {
  Sighting out;
  out.when = time_of(mail.at);
  out.from_domain = fmt::format("s{}.example", mail.sender);
  out.recipients = {"user@example.org"};
  out.direction = mail.group == Group::kOwn ? Direction::kOutbound : Direction::kInbound;
  out.quotes = mail.quotes;
  out.action = "accept";
  if (mail.brand != 0) out.brand = fmt::format("brand{}", mail.brand);
  return out;
}

// What the built-in policy was before the simulation spoke against it.
Policy at_any_age(Policy policy) {
  for (Rule& rule : policy.rules) {
    if (rule.when.number.local) rule.when.number.local->first_seen_max.reset();
  }
  return policy;
}

Cause cause_of(const Verdict& verdict, const Mail& mail, const Evidence& evidence) {
  if (verdict.rule == "reused-number") {
    switch (mail.group) {
      case Group::kBusiness:
        return Cause::kReuseBusiness;
      case Group::kNewsletter:
        return Cause::kReuseNewsletter;
      case Group::kPerson:
        return Cause::kReusePerson;
      case Group::kCourier:
        return Cause::kReuseCourier;
      case Group::kReseller:
        return Cause::kReuseReseller;
      case Group::kNewcomer:
        return Cause::kReuseNewcomer;
      default:
        return Cause::kOther;
    }
  }
  if (mail.group == Group::kReassigned) return Cause::kReassigned;
  const bool is_listed = std::any_of(
      evidence.numbers.begin(), evidence.numbers.end(),
      [](const NumberEvidence& n) { return n.reputation.state != ReputationState::kUnlisted; });
  return is_listed ? Cause::kListedInError : Cause::kBlock;
}

void count(Tally& tally, Action action) {
  ++tally.mails;
  if (action >= Action::kTag) ++tally.tagged;
  if (action >= Action::kQuarantine) ++tally.quarantined;
}

class Evaluation {
 public:
  Evaluation(const World& world, const Parameters& parameters, const Config& config,
             FeedTables tables)
      : world_(world),
        parameters_(parameters),
        window_(config.sightings.window),
        policy_(config.policy),
        policy_any_age_(at_any_age(config.policy)),
        judged_from_(kStart + parameters.warm_up_days * kDay),
        tables_(std::move(tables)) {
    for (const RacketNumber& number : world.racket.numbers) {
      first_mail_.emplace(number.number, number.first());
    }
  }

  Result<Outcome> run() {
    std::int64_t refresh = kStart;
    for (const Mail& mail : world_.mails) {
      for (; refresh <= mail.at; refresh += pause_after(refresh)) {
        if (auto done = tables_.publish(world_.feed, refresh); !done) {
          return tl::unexpected(done.error());
        }
      }
      learn_until(mail.at - kCountsAfter);
      if (mail.at >= judged_from_ && mail.group != Group::kOwn) {
        if (auto done = judge(mail); !done) return tl::unexpected(done.error());
      }
      waiting_.push_back(&mail);
    }
    tell_facts();
    return out_;
  }

 private:
  std::int64_t pause_after(std::int64_t refresh) const {
    // The days before are learned from once a day.
    return refresh < judged_from_ ? kDay : kDay / parameters_.refreshes_a_day;
  }

  void learn_until(std::int64_t time) {
    for (; !waiting_.empty() && waiting_.front()->at <= time; waiting_.pop_front()) {
      const SightingKeys keys(sighting_of(*waiting_.front()));
      for (const E164 number : numbers_of(*waiting_.front())) {
        update(aggregates_[number.value()], keys, {Place::kPlain});
      }
    }
  }

  LocalEvidence local_of(E164 number, const SightingKeys& keys, TimePoint now) const {
    const auto known = aggregates_.find(number.value());
    return local_evidence(known == aggregates_.end() ? Aggregate() : known->second, keys,
                          {Place::kPlain}, now, window_);
  }

  Evidence evidence_of(const Mail& mail) const {
    Evidence out;
    out.now = time_of(mail.at);
    const Sighting sighting = sighting_of(mail);
    out.from_domain = sighting.from_domain;
    out.envelope.mail_from = "bounce@" + sighting.from_domain;
    out.envelope.recipients = sighting.recipients;
    for (const E164 number : numbers_of(mail)) {
      NumberEvidence made{.finding = {.number = number, .places = {Place::kPlain}, .valid = true}};
      out.numbers.push_back(std::move(made));
    }
    return out;
  }

  Result<void> judge(const Mail& mail) {
    const std::vector<E164> numbers = numbers_of(mail);
    const TimePoint now = time_of(mail.at);
    const SightingKeys keys(sighting_of(mail));
    Evidence evidence = evidence_of(mail);
    for (std::size_t c = 0; c < kConfigurations.size(); ++c) {
      const Configuration& configuration = kConfigurations[c];
      auto found = tables_.lookup(configuration.memory, configuration.blocks, numbers, now);
      if (!found) return tl::unexpected(found.error());
      for (std::size_t i = 0; i < numbers.size(); ++i) {
        NumberEvidence& number = evidence.numbers[i];
        number.reputation = c == kWithoutFeed ? NumberReputation() : std::move((*found)[i]);
        number.local = configuration.local ? local_of(numbers[i], keys, now) : LocalEvidence();
      }
      tell(mail, evidence, decide(configuration.any_age ? policy_any_age_ : policy_, evidence),
           out_.configurations[c]);
    }
    return {};
  }

  void tell(const Mail& mail, const Evidence& evidence, const Verdict& verdict,
            ConfigurationOutcome& out) const {
    count(out.groups[static_cast<std::size_t>(mail.group)], verdict.action);
    if (mail.group == Group::kRacket) {
      count(out.scam, verdict.action);
      const auto first = first_mail_.find(mail.number);
      if (first != first_mail_.end() && mail.at < first->second + kFresh) {
        count(out.fresh, verdict.action);
      }
      return;
    }
    count(out.honest, verdict.action);
    if (verdict.action >= Action::kTag) {
      ++out.causes[static_cast<std::size_t>(cause_of(verdict, mail, evidence))];
    }
  }

  void tell_facts() {
    WorldFacts& facts = out_.facts;
    const std::int64_t until = judged_from_ + parameters_.days * kDay;
    std::unordered_set<std::uint64_t> listed;
    for (const FeedEntry& entry : world_.feed) listed.insert(entry.number);
    std::vector<double> lives;
    for (const RacketNumber& number : world_.racket.numbers) {
      lives.push_back(
          static_cast<double>(number.bursts[number.second_life - 1].until - number.first()) / kDay);
      const bool in_use = std::any_of(
          number.bursts.begin(), number.bursts.end(),
          [&](const Burst& burst) { return burst.until > judged_from_ && burst.from < until; });
      if (in_use) facts.numbers_listed += listed.contains(number.number) ? 1 : 0;
      if (in_use) ++facts.numbers;
    }
    std::sort(lives.begin(), lives.end());
    if (!lives.empty()) facts.life_days_median = lives[lives.size() / 2];
    std::unordered_set<std::uint64_t> here;
    for (const Mail& mail : world_.mails) {
      if (mail.at < judged_from_ || mail.group == Group::kOwn) continue;
      if (mail.group == Group::kRacket) {
        here.insert(mail.number);
      } else if (mail.brand != 0) {
        ++facts.honest_branded;
      }
    }
    facts.numbers_here = here.size();
  }

  const World& world_;
  const Parameters& parameters_;
  const std::chrono::seconds window_;
  const Policy policy_;
  const Policy policy_any_age_;
  const std::int64_t judged_from_;
  FeedTables tables_;
  std::unordered_map<std::uint64_t, std::int64_t> first_mail_;
  std::unordered_map<std::uint64_t, Aggregate> aggregates_;
  std::deque<const Mail*> waiting_;  // that do not count yet
  Outcome out_;
};

}  // namespace

std::string_view to_token(Cause cause) {
  constexpr std::string_view kTokens[kCauseCount] = {
      "listed in error",   "reassigned",    "neighbours listed", "reuse: business",
      "reuse: newsletter", "reuse: person", "reuse: courier",    "reuse: reseller",
      "reuse: newcomer",   "reuse: other"};
  return kTokens[static_cast<std::size_t>(cause)];
}

Result<Outcome> evaluate(const World& world, const Parameters& parameters,
                         const std::filesystem::path& directory) {
  const Config config = default_config();
  auto tables = FeedTables::make(directory, config.reputation);
  if (!tables) return tl::unexpected(tables.error());
  return Evaluation(world, parameters, config, std::move(*tables)).run();
}

}  // namespace ringfence::simulation
