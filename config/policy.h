// Policy: an ordered list of rules over Evidence; the first rule whose conditions all hold decides.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_set.h"
#include "base/limit.h"
#include "base/place.h"
#include "config/evidence.h"
#include "config/local_condition.h"
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
  std::string code;                // "550", "451"; empty: the action's default
  std::string enhanced;            // RFC 3463: "5.7.1"; empty: the action's default
  std::vector<std::string> lines;  // ASCII, at least one once loaded

  bool operator==(const Reply&) const = default;
};
/// 550 5.7.1 for kReject, 451 4.7.1 for kTempfail, each with one line of text; empty for the
/// others.
Reply default_reply(Action action);

/// Conditions on one number: all that are set must hold of the same number. A number the operator
/// allows fulfils none, not even empty ones, unless `states` names kAllowed.
struct NumberCondition {
  std::optional<int> score_min;  // 0-100, inclusive
  std::optional<int> score_max;
  std::vector<std::string> categories;  // any of; of any listing that has not expired
  std::vector<std::string> lists;       // listed (not expired) on any of
  std::vector<ReputationState> states;  // any of
  PlaceSet places;                      // stands in any of
  TrickSet tricks;                      // shows any of
  std::vector<std::string> regions;     // any of
  std::optional<bool> valid;
  /// The message wears a brand with a directory of genuine numbers, and this is none of them.
  std::optional<bool> brand_mismatch;
  std::vector<std::string> mismatched_brands;  // any of: the same of these brands
  std::optional<bool> genuine;                 // is in some brand's directory
  std::vector<std::string> genuine_of;         // any of: in these brands'
  std::vector<std::string> providers;          // any of, by the table of providers; case folded
  EnumSet<LineType> line_types;                // any of; NumberEvidence::line_type()
  std::optional<int> block_members_min;        // listed neighbours in the row that lends it most
  std::optional<int> listings_min;             // different block lists that count for its score
  std::optional<LocalCondition> local;         // of what this site saw of it

  /// True when no condition is set.
  bool empty() const;
  bool operator==(const NumberCondition&) const = default;
};

/// All that are set must hold. An empty `when` always holds.
struct Conditions {
  NumberCondition number;
  /// How many findings fulfil `number`, inclusive. `numbers_min` not set is 1 when `number` has a
  /// condition (some number fulfils it), else 0. "No such number" is 0 and 0.
  std::optional<int> numbers_min;
  std::optional<int> numbers_max;
  std::vector<std::string> recipient_domains;  // any of; ".example.org" also subdomains
  std::vector<std::string> sender_domains;     // MAIL FROM or From header, likewise
  std::vector<Network> client_networks;        // any of
  std::optional<bool> authenticated;
  std::optional<bool> partial;      // some limit was reached
  LimitSet limits;                  // any of these limits was reached
  std::optional<bool> defective;    // some defect
  DefectSet defects;                // any of these
  std::vector<std::string> lures;   // of the lexicon: any of
  std::vector<std::string> brands;  // of the lexicon: any of
  /// So many different ones, of `lures` when given; not set is 1 with `lures`, else 0.
  std::optional<int> lures_min;
  std::optional<int> brands_min;  // likewise
  /// Some lure or brand stands no further than so many bytes from a number; one of those named in
  /// `lures` and `brands`, when any is.
  std::optional<int> lure_distance_max;

  /// True when no condition is set: the rule always holds.
  bool empty() const;
  bool operator==(const Conditions&) const = default;
};

enum class Mode : std::uint8_t { kEnforce, kShadow };

struct Rule {
  std::string name;  // unique, [A-Za-z0-9_-]
  Conditions when;
  Action action = Action::kAccept;
  Reply reply;
  Mode mode = Mode::kEnforce;

  bool operator==(const Rule&) const = default;
};

/// One message has several recipients and one verdict.
enum class SeveralRecipients : std::uint8_t { kStrictest, kMildest };

struct Policy {
  Mode mode = Mode::kEnforce;
  SeveralRecipients several_recipients = SeveralRecipients::kStrictest;
  std::vector<Rule> rules;

  bool operator==(const Policy&) const = default;
};

struct Verdict {
  Action action = Action::kAccept;  // what is done
  std::string rule;                 // name of the rule that decided, "" when none did
  Reply reply;                      // filled for kReject and kTempfail
  int score = 0;                    // Evidence::score()
  /// What would be done, by which rule, if every rule and the policy were in enforce mode; nothing
  /// when that is the rule that decided, or accept either way.
  struct Shadow {
    Action action;
    std::string rule;
  };
  std::optional<Shadow> shadow;
};

/// Pure. The rules are tried for each recipient (once when there is none); of their verdicts the
/// strictest or mildest is taken, of equals the one of the upper rule. Accept when no rule holds.
/// Rules in shadow mode are passed over; a policy in shadow mode accepts. See Verdict::shadow.
Verdict decide(const Policy& policy, const Evidence& evidence);

}  // namespace ringfence
