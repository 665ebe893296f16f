// decide(): the first rule that holds, for each recipient; then one verdict for the message.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "config/policy.h"

namespace ringfence {
namespace {

template <typename T>
bool contains(const std::vector<T>& values, const T& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool in_force(const Listing& listing, TimePoint now) {
  return !listing.expires || *listing.expires > now;
}

/// Some listing that has not expired, by its own date or by its age, fulfils `holds`.
template <typename F>
bool any_in_force(const NumberReputation& reputation, TimePoint now, F holds) {
  return reputation.state != ReputationState::kExpired &&
         std::any_of(reputation.listings.begin(), reputation.listings.end(),
                     [&](const Listing& l) { return in_force(l, now) && holds(l); });
}

/// Of a block list; what other lists call a category is a brand or a provider.
bool has_category(const NumberReputation& reputation, const std::vector<std::string>& categories,
                  TimePoint now) {
  const bool expired = reputation.state == ReputationState::kExpired;
  if (!expired && contains(categories, reputation.category)) return true;  // "deny" has no listing
  return any_in_force(reputation, now, [&](const Listing& l) {
    return l.role == ListRole::kBlock && contains(categories, l.category);
  });
}

bool on_list(const NumberReputation& reputation, const std::vector<std::string>& lists,
             TimePoint now) {
  return any_in_force(reputation, now, [&](const Listing& l) { return contains(lists, l.list); });
}

bool contains_any(const std::vector<std::string>& wanted, const std::vector<std::string>& found) {
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const std::string& name) { return contains(found, name); });
}

bool has_provider(const NumberReputation& reputation, const std::vector<std::string>& names) {
  return reputation.provider &&
         std::any_of(names.begin(), names.end(), [&](const std::string& name) {
           return iequals(name, reputation.provider->provider);
         });
}

/// Different block lists that count for the score.
int lists_that_count(const NumberReputation& reputation) {
  std::vector<std::string_view> names;
  for (const ScorePart& part : reputation.parts) {
    if (part.kind != ScorePart::Kind::kListing || part.index >= reputation.listings.size()) {
      continue;
    }
    const std::string_view name = reputation.listings[part.index].list;
    if (!contains(names, name)) names.push_back(name);
  }
  return static_cast<int>(names.size());
}

/// What brands' directories, providers, blocks and several lists say.
bool has_background(const NumberEvidence& number, const NumberCondition& when) {
  const NumberReputation& reputation = number.reputation;
  return (!when.brand_mismatch || *when.brand_mismatch == !number.mismatch.empty()) &&
         (when.mismatched_brands.empty() ||
          contains_any(when.mismatched_brands, number.mismatch)) &&
         (!when.genuine || *when.genuine == !reputation.genuine_of.empty()) &&
         (when.genuine_of.empty() || contains_any(when.genuine_of, reputation.genuine_of)) &&
         (when.providers.empty() || has_provider(reputation, when.providers)) &&
         (when.line_types.empty() || when.line_types.contains(number.line_type())) &&
         (!when.block_members_min ||
          (reputation.block && reputation.block->members >= *when.block_members_min)) &&
         (!when.listings_min || lists_that_count(reputation) >= *when.listings_min);
}

bool has_history(const NumberEvidence& number, const NumberCondition& when, TimePoint now) {
  return !when.local || holds(*when.local, number.local, now);
}

bool fulfils(const NumberEvidence& number, const NumberCondition& when, TimePoint now) {
  const Finding& finding = number.finding;
  const NumberReputation& reputation = number.reputation;
  const bool allowed = reputation.state == ReputationState::kAllowed;
  if (allowed && !contains(when.states, ReputationState::kAllowed)) return false;
  const int score = allowed ? 0 : reputation.score;
  return (!when.score_min || score >= *when.score_min) &&
         (!when.score_max || score <= *when.score_max) &&
         (when.states.empty() || contains(when.states, reputation.state)) &&
         (when.places.empty() || finding.places.intersects(when.places)) &&
         (when.tricks.empty() || finding.tricks.intersects(when.tricks)) &&
         (when.regions.empty() || contains(when.regions, finding.region)) &&
         (!when.valid || finding.valid == *when.valid) &&
         (when.categories.empty() || has_category(reputation, when.categories, now)) &&
         (when.lists.empty() || on_list(reputation, when.lists, now)) &&
         has_background(number, when) && has_history(number, when, now);
}

bool numbers_hold(const Conditions& when, const Evidence& evidence) {
  const int at_least = when.numbers_min.value_or(when.number.empty() ? 0 : 1);
  if (at_least == 0 && !when.numbers_max) return true;
  const auto count = std::count_if(
      evidence.numbers.begin(), evidence.numbers.end(),
      [&](const NumberEvidence& number) { return fulfils(number, when.number, evidence.now); });
  return count >= at_least && (!when.numbers_max || count <= *when.numbers_max);
}

const std::vector<std::string>& names_of(const Conditions& when, LexiconKind kind) {
  return kind == LexiconKind::kLure ? when.lures : when.brands;
}

/// At least `min` different lures, or brands; of those that `when` names, if it does.
bool has_hits(const Conditions& when, const Evidence& evidence, LexiconKind kind,
              std::optional<int> min) {
  const auto& names = names_of(when, kind);
  const int at_least = min.value_or(names.empty() ? 0 : 1);
  if (at_least == 0) return true;
  const auto counts = [&](const LexiconHit& hit) {
    return hit.kind == kind && (names.empty() || contains(names, hit.name));
  };
  return std::count_if(evidence.lexicon.begin(), evidence.lexicon.end(), counts) >= at_least;
}

/// Some lure or brand near a number; of those that `when` names, if it does.
bool has_near_hit(const Conditions& when, const Evidence& evidence, int distance_max) {
  const bool any = when.lures.empty() && when.brands.empty();
  return std::any_of(evidence.lexicon.begin(), evidence.lexicon.end(), [&](const LexiconHit& hit) {
    return hit.distance && std::cmp_less_equal(*hit.distance, distance_max) &&
           (any || contains(names_of(when, hit.kind), hit.name));
  });
}

bool lexicon_holds(const Conditions& when, const Evidence& evidence) {
  return has_hits(when, evidence, LexiconKind::kLure, when.lures_min) &&
         has_hits(when, evidence, LexiconKind::kBrand, when.brands_min) &&
         (!when.lure_distance_max || has_near_hit(when, evidence, *when.lure_distance_max));
}

bool covers(const std::vector<std::string>& patterns, std::string_view domain) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return domain_matches(pattern, domain); });
}

bool in_networks(const std::vector<Network>& networks, const std::string& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return network.contains(address); });
}

/// Every condition but the recipient's: the same for all recipients.
bool holds_for_message(const Conditions& when, const Evidence& evidence) {
  const Envelope& envelope = evidence.envelope;
  return (!when.authenticated || !envelope.authenticated.empty() == *when.authenticated) &&
         (!when.partial || !evidence.limits.empty() == *when.partial) &&
         (when.limits.empty() || evidence.limits.intersects(when.limits)) &&
         (!when.defective || !evidence.defects.empty() == *when.defective) &&
         (when.defects.empty() || evidence.defects.intersects(when.defects)) &&
         (when.sender_domains.empty() ||
          covers(when.sender_domains, address_domain(envelope.mail_from)) ||
          covers(when.sender_domains, evidence.from_domain)) &&
         (when.client_networks.empty() ||
          in_networks(when.client_networks, envelope.client_address)) &&
         lexicon_holds(when, evidence) && numbers_hold(when, evidence);
}

/// Distinct, in order; one empty domain when there is no recipient.
std::vector<std::string> recipient_domains(const Envelope& envelope) {
  std::vector<std::string> domains;
  for (const std::string& recipient : envelope.recipients) {
    domains.push_back(address_domain(recipient));
  }
  std::sort(domains.begin(), domains.end());
  domains.erase(std::unique(domains.begin(), domains.end()), domains.end());
  if (domains.empty()) domains.emplace_back();
  return domains;
}

Action action_of(const Rule* rule) { return rule == nullptr ? Action::kAccept : rule->action; }

/// The rules each recipient still waits for, and the choice among what they got.
class Search {
 public:
  Search(SeveralRecipients several, std::vector<std::string> domains)
      : several_(several), open_(std::move(domains)) {}

  bool over() const { return open_.empty(); }

  /// `rule` holds for the message; it decides for the open recipients it also holds for.
  void offer(const Rule& rule) {
    const auto& patterns = rule.when.recipient_domains;
    const std::size_t closed = std::erase_if(open_, [&](const std::string& domain) {
      return patterns.empty() || covers(patterns, domain);
    });
    if (closed > 0) choose(&rule);
  }

  /// The rule chosen, null for none: accept.
  const Rule* finish() {
    if (!open_.empty()) choose(nullptr);
    return chosen_;
  }

 private:
  void choose(const Rule* rule) {
    const bool better = several_ == SeveralRecipients::kStrictest
                            ? action_of(rule) > action_of(chosen_)
                            : action_of(rule) < action_of(chosen_);
    if (!begun_ || better) chosen_ = rule;
    begun_ = true;
  }

  SeveralRecipients several_;
  std::vector<std::string> open_;
  const Rule* chosen_ = nullptr;
  bool begun_ = false;
};

Reply reply_for(const Rule& rule) {
  Reply reply = default_reply(rule.action);
  if (reply.code.empty()) return reply;  // the action tells the client nothing
  if (!rule.reply.code.empty()) reply.code = rule.reply.code;
  if (!rule.reply.enhanced.empty()) reply.enhanced = rule.reply.enhanced;
  if (!rule.reply.lines.empty()) reply.lines = rule.reply.lines;
  return reply;
}

}  // namespace

Verdict decide(const Policy& policy, const Evidence& evidence) {
  const std::vector<std::string> domains = recipient_domains(evidence.envelope);
  Search enforced(policy.several_recipients, domains);
  Search all(policy.several_recipients, domains);  // as if nothing were in shadow mode
  for (const Rule& rule : policy.rules) {
    if (enforced.over()) break;  // then `all` is too: it was offered no fewer rules
    if (!holds_for_message(rule.when, evidence)) continue;
    all.offer(rule);
    if (rule.mode == Mode::kEnforce) enforced.offer(rule);
  }

  const Rule* would = all.finish();
  const Rule* does = policy.mode == Mode::kShadow ? nullptr : enforced.finish();
  Verdict verdict;
  verdict.score = evidence.score();
  verdict.action = action_of(does);
  if (does != nullptr) {
    verdict.rule = does->name;
    verdict.reply = reply_for(*does);
  }
  const bool accepts_either_way =
      action_of(would) == Action::kAccept && action_of(does) == Action::kAccept;
  if (would != does && !accepts_either_way) {
    verdict.shadow = Verdict::Shadow{action_of(would), would == nullptr ? "" : would->name};
  }
  return verdict;
}

}  // namespace ringfence
