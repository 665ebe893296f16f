#include "config/policy.h"

#include <array>

namespace ringfence {
namespace {

constexpr std::array<std::string_view, 6> kActionTokens = {"accept",   "tag",    "quarantine",
                                                           "tempfail", "reject", "discard"};

}  // namespace

std::string_view to_token(Action action) { return kActionTokens[static_cast<std::size_t>(action)]; }

std::optional<Action> action_from_token(std::string_view token) {
  for (std::size_t i = 0; i < kActionTokens.size(); ++i) {
    if (kActionTokens[i] == token) return static_cast<Action>(i);
  }
  return std::nullopt;
}

Reply default_reply(Action action) {
  if (action == Action::kReject) return {"550", "5.7.1", {"Message refused by local policy"}};
  if (action == Action::kTempfail) {
    return {"451", "4.7.1", {"Message not accepted at this time, try again later"}};
  }
  return {};
}

bool NumberCondition::empty() const { return *this == NumberCondition{}; }

bool Conditions::empty() const { return *this == Conditions{}; }

}  // namespace ringfence
