// Evidence and rules written down in short, for the tests of decide().
#pragma once

#include <functional>

#include "config/policy.h"

namespace ringfence {

inline constexpr TimePoint kNow{std::chrono::seconds(1'800'000'000)};

inline NumberEvidence number(const char* digits, int score = 0,
                             ReputationState state = ReputationState::kUnlisted) {
  NumberEvidence evidence{Finding{*E164::from_digits(digits), {}, digits, true, {}, "US", {}, 1},
                          {}};
  evidence.finding.places.insert(Place::kPlain);
  evidence.reputation.score = score;
  evidence.reputation.state = state;
  return evidence;
}

inline Listing listing(const char* list, const char* category, int score) {
  Listing made;
  made.list = list;
  made.category = category;
  made.score = score;
  return made;
}

inline NumberEvidence listed(const char* digits, int score, const char* list,
                             const char* category) {
  NumberEvidence evidence = number(digits, score, ReputationState::kActive);
  evidence.reputation.category = category;
  evidence.reputation.listings = {listing(list, category, score)};
  return evidence;
}

/// A mail of example.com to example.org with one scam number in its text.
inline Evidence scam_mail() {
  Evidence evidence;
  evidence.now = kNow;
  evidence.envelope.client_address = "192.0.2.7";
  evidence.envelope.mail_from = "bounce@Sender.example.com";
  evidence.envelope.recipients = {"ann@example.org"};
  evidence.from_domain = "brand.example.net";
  evidence.numbers = {listed("18885550123", 95, "local-soc", "toad")};
  return evidence;
}

inline Rule rule(const char* name, Action action) {
  Rule r;
  r.name = name;
  r.action = action;
  return r;
}

inline bool holds(const Conditions& when, const Evidence& evidence) {
  Policy policy;
  policy.rules = {rule("r", Action::kTag)};
  policy.rules[0].when = when;
  return decide(policy, evidence).action == Action::kTag;
}

inline Conditions with(const std::function<void(Conditions&)>& set) {
  Conditions when;
  set(when);
  return when;
}

}  // namespace ringfence
