// The built-in configuration. config/ringfence.yaml says the same, with reasons; a test compares
// them.
#include "config/config.h"
#include "config/load_lexicon.h"
#include "config/load_overlay.h"

namespace ringfence {
namespace {

Policy default_policy() {
  Rule denied;
  denied.name = "denied-number";
  denied.when.number.states = {ReputationState::kDenied};
  denied.action = Action::kReject;
  denied.reply = {"550",
                  "5.7.1",
                  {"This message shows a telephone number that this site refuses mail for.",
                   "If you think that is wrong, write to postmaster and leave the number out."}};

  Rule known;
  known.name = "known-scam-number";
  known.when.number.score_min = 60;
  known.action = Action::kQuarantine;

  Rule suspicious;
  suspicious.name = "suspicious-number";
  suspicious.when.number.score_min = 20;
  suspicious.action = Action::kTag;

  Rule dormant;
  dormant.name = "dormant-number";
  dormant.when.number.states = {ReputationState::kDormant};
  dormant.action = Action::kTag;

  Rule reused;
  reused.name = "reused-number";
  reused.when.number.states = {ReputationState::kUnlisted};
  reused.when.number.genuine = false;
  reused.when.number.local = LocalCondition{};
  reused.when.number.local->brands_min = 2;
  reused.when.number.local->good_messages_max = 0;
  reused.when.number.local->first_seen_max = std::chrono::days(30);
  reused.action = Action::kTag;

  Policy policy;
  policy.rules = {denied, known, suspicious, dormant, reused};
  return policy;
}

}  // namespace

Config default_config() {
  Config config;
  config.policy = default_policy();
  config.matcher.lexicon = builtin_lexicon();
  config.matcher.overlays = {builtin_overlay()};
  return config;
}

}  // namespace ringfence
