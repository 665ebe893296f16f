// Policy: an ordered list of rules over Evidence; the first rule whose conditions all hold decides.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limit.h"
#include "base/place.h"
#include "config/evidence.h"
#include "config/network.h"
#include "message/defect.h"

namespace ringfence {

/// In ascending order of strictness.
enum class Action : std::uint8_t { kAccept, kTag, kQuarantine, kTempfail, kReject, kDiscard };
/// "accept", "tag", "quarantine", "tempfail", "reject", "discard".
std::string_view to_token(Action action);
std::optional<Action> action_from_token(std::string_view token);

/// What the client is told on reject and tempfail.
struct Reply {
  std::string code;                 // "550", "451"; empty: the action's default
  std::string enhanced;             // RFC 3463: "5.7.1"; empty: the action's default
  std::vector<std::string> lines;   // ASCII, at least one once loaded

  bool operator==(const Reply&) const = default;
};

/// Conditions on one number: all that are set must hold of the same number.
struct NumberCondition {
  std::optional<int> score_min;               // 0-100, inclusive
  std::optional<int> score_max;
  std::vector<std::string> categories;        // any of
  std::vector<std::string> lists;             // listed (not expired) on any of
  std::vector<ReputationState> states;        // any of
  PlaceSet places;                            // stands in any of
  TrickSet tricks;                            // shows any of
  std::vector<std::string> regions;           // any of
  std::optional<bool> valid;

  /// True when no condition is set.
  bool empty() const;
};

/// All that are set must hold. An empty `when` always holds.
struct Conditions {
  NumberCondition number;                          // some number of the message fulfils it
  std::optional<int> numbers_min;                  // findings fulfilling `number`, inclusive
  std::optional<int> numbers_max;
  std::vector<std::string> recipient_domains;      // any of; ".example.org" also subdomains
  std::vector<std::string> sender_domains;         // MAIL FROM or From header, likewise
  std::vector<Network> client_networks;            // any of
  std::optional<bool> authenticated;
  std::optional<bool> partial;                     // some limit was reached
  LimitSet limits;                                 // any of these limits was reached
  std::optional<bool> defective;                   // some defect
  DefectSet defects;                               // any of these
};

enum class Mode : std::uint8_t { kEnforce, kShadow };

struct Rule {
  std::string name;  // unique, [A-Za-z0-9_-]
  Conditions when;
  Action action = Action::kAccept;
  Reply reply;
  Mode mode = Mode::kEnforce;
};

/// One message has several recipients and one verdict.
enum class SeveralRecipients : std::uint8_t { kStrictest, kMildest };

struct Policy {
  Mode mode = Mode::kEnforce;
  SeveralRecipients several_recipients = SeveralRecipients::kStrictest;
  std::vector<Rule> rules;
};

struct Verdict {
  Action action = Action::kAccept;  // what is done
  std::string rule;                 // name of the rule that decided, "" when none did
  Reply reply;                      // filled for kReject and kTempfail
  int score = 0;                    // Evidence::score()
  /// In shadow mode, what the policy would have done; nothing when it does what it says.
  struct Shadow {
    Action action;
    std::string rule;
  };
  std::optional<Shadow> shadow;
};

/// Pure. Rules are tried for each recipient (once when there is none) and the strictest or mildest
/// verdict is taken. A shadow rule that matches is noted and the search goes on below it.
Verdict decide(const Policy& policy, const Evidence& evidence);

}  // namespace ringfence
