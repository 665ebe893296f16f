// The built-in configuration. config/ringfence.yaml says the same, with reasons; a test compares
// them.
#include "config/config.h"
#include "config/load_lexicon.h"

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
  known.when.number.score_min = 80;
  known.action = Action::kQuarantine;

  Rule suspicious;
  suspicious.name = "suspicious-number";
  suspicious.when.number.score_min = 40;
  suspicious.action = Action::kTag;

  Policy policy;
  policy.rules = {denied, known, suspicious};
  return policy;
}

}  // namespace

Config default_config() {
  Config config;
  config.policy = default_policy();
  config.matcher.lexicon = builtin_lexicon();
  return config;
}

}  // namespace ringfence
