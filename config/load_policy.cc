#include "config/load_policy.h"

#include <fmt/core.h>

#include <map>
#include <utility>

#include "base/text.h"
#include "config/load_local.h"
#include "matcher/lexicon.h"

namespace ringfence {
namespace {

constexpr std::size_t kRulesMax = 1'000;
constexpr int kNumbersMax = 100'000;
constexpr int kListingsMax = 1'000;
constexpr int kLexiconMax = static_cast<int>(kLexiconEntriesMax);
constexpr int kDistanceMax = 1'000'000;

const Tokens<Mode>& mode_tokens() {
  static const Tokens<Mode> tokens = {{"enforce", Mode::kEnforce}, {"shadow", Mode::kShadow}};
  return tokens;
}

Parsed<std::string> parse_lexicon_name(std::string_view text) {
  if (auto checked = check_lexicon_name(text); !checked) {
    return tl::unexpected(in_quotes(text) + ' ' + checked.error().message);
  }
  return std::string(text);
}

/// true, false, or a list of brands.
Key<NumberCondition> flag_or_brands(std::string name, std::optional<bool> NumberCondition::*flag,
                                    std::vector<std::string> NumberCondition::*brands) {
  auto read = [=](const YamlNode& node, NumberCondition& out, ConfigErrors& errors) {
    const bool scalar = node.kind == YamlNode::Kind::kScalar;
    if (scalar && (node.text == "true" || node.text == "false")) {
      out.*flag = node.text == "true";
    } else {
      out.*brands = read_list<std::string>(node, name, parse_lexicon_name, false, errors);
    }
  };
  return {name, read};
}

/// A map that must say something: `when:` and `number:` with every line commented out would make a
/// rule hold for all mail.
template <typename T, typename M>
Key<T> conditions(std::string name, M T::*member, const Table<M>& table, std::string advice) {
  auto read = [name, member, &table, advice](const YamlNode& node, T& out, ConfigErrors& errors) {
    const bool empty = node.kind == YamlNode::Kind::kMap && node.entries.empty();
    if (node.kind == YamlNode::Kind::kNull || empty) {
      errors.add(node.at, fmt::format("{}: no condition is given; {}", name, advice));
    } else {
      read_map(node, table, name, out.*member, errors);
    }
  };
  return {name, read, dotted_names(table)};
}

void read_local(const YamlNode& node, NumberCondition& out, ConfigErrors& errors) {
  struct Holder {
    LocalCondition local;
  } holder;
  conditions("local", &Holder::local, local_table(), "leave the key out")
      .read(node, holder, errors);
  out.local = holder.local;
}

const Table<NumberCondition>& number_table() {
  using C = NumberCondition;
  constexpr int kStates = static_cast<int>(ReputationState::kDenied) + 1;
  constexpr int kLineTypes = static_cast<int>(LineType::kVoicemail) + 1;
  static const Table<C> table = {
      scalar("score_min", &C::score_min, integer(0, 100)),
      scalar("score_max", &C::score_max, integer(0, 100)),
      list("categories", &C::categories, parse_name),
      list("lists", &C::lists, parse_name),
      list("states", &C::states, token(all_tokens<ReputationState>(kStates))),
      token_set("places", &C::places, all_tokens<Place>(kPlaceCount)),
      token_set("tricks", &C::tricks, all_tokens<Trick>(kTrickCount)),
      list("regions", &C::regions, parse_number_region),
      scalar("valid", &C::valid, parse_boolean),
      flag_or_brands("brand_mismatch", &C::brand_mismatch, &C::mismatched_brands),
      flag_or_brands("genuine", &C::genuine, &C::genuine_of),
      list("providers", &C::providers, parse_provider),
      token_set("line_types", &C::line_types, all_tokens<LineType>(kLineTypes)),
      scalar("block_members_min", &C::block_members_min, integer(1, 1'000)),
      scalar("listings_min", &C::listings_min, integer(1, kListingsMax)),
      {"local", read_local, dotted_names(local_table())},
  };
  return table;
}

const Table<Conditions>& when_table() {
  using C = Conditions;
  static const Table<C> table = {
      conditions("number", &C::number, number_table(), "leave the key out"),
      scalar("numbers_min", &C::numbers_min, integer(0, kNumbersMax)),
      scalar("numbers_max", &C::numbers_max, integer(0, kNumbersMax)),
      list("recipient_domains", &C::recipient_domains, parse_domain),
      list("sender_domains", &C::sender_domains, parse_domain),
      list("client_networks", &C::client_networks, parse_network),
      scalar("authenticated", &C::authenticated, parse_boolean),
      scalar("partial", &C::partial, parse_boolean),
      token_set("limits", &C::limits, all_tokens<Limit>(kLimitCount)),
      scalar("defective", &C::defective, parse_boolean),
      token_set("defects", &C::defects, all_tokens<Defect>(kDefectCount)),
      list("lures", &C::lures, parse_lexicon_name),
      list("brands", &C::brands, parse_lexicon_name),
      scalar("lures_min", &C::lures_min, integer(1, kLexiconMax)),
      scalar("brands_min", &C::brands_min, integer(1, kLexiconMax)),
      scalar("lure_distance_max", &C::lure_distance_max, integer(0, kDistanceMax)),
  };
  return table;
}

/// A list of lines, or one text whose line ends part them (YAML's `|`).
void read_reply_text(const YamlNode& node, Reply& out, ConfigErrors& errors) {
  out.lines.clear();
  const auto add = [&](Position at, std::string_view line) {
    if (auto parsed = parse_reply_line(line)) {
      out.lines.push_back(std::move(*parsed));
    } else {
      errors.add(at, "text: " + parsed.error());
    }
  };
  if (node.kind == YamlNode::Kind::kScalar) {
    std::string_view text = node.text;
    if (text.ends_with('\n')) text.remove_suffix(1);
    for (const std::string_view line : split(text, '\n')) add(node.at, line);
  } else {
    for (const YamlNode* item : list_items(node, "text", false, errors)) {
      const std::string* line = scalar_text(*item, "text", errors);
      if (line != nullptr) add(item->at, *line);
    }
  }
  if (out.lines.size() > kReplyLinesMax) {
    errors.add(node.at, fmt::format("text: {} lines, SMTP replies of a milter have {} at most",
                                    out.lines.size(), kReplyLinesMax));
  }
}

const Table<Reply>& reply_table() {
  static const Table<Reply> table = {
      scalar("code", &Reply::code, parse_reply_code),
      scalar("enhanced", &Reply::enhanced, parse_enhanced_code),
      {"text", read_reply_text},
  };
  return table;
}

const Table<Rule>& rule_table() {
  static const Table<Rule> table = {
      scalar("name", &Rule::name, parse_rule_name),
      conditions("when", &Rule::when, when_table(),
                 "leave the key out for a rule that always holds"),
      scalar("action", &Rule::action, token(all_tokens<Action>(6))),
      section("reply", &Rule::reply, reply_table()),
      scalar("mode", &Rule::mode, token(mode_tokens())),
  };
  return table;
}

/// RFC 5321, 4.2.1 and RFC 3463, 3.1: 4 is try again, 5 is never.
void check_reply(const Rule& rule, const YamlNode& node, ConfigErrors& errors) {
  const Reply usual = default_reply(rule.action);
  if (usual.code.empty()) {
    errors.add(node.at, fmt::format("reply: action {} tells the client nothing; only reject and "
                                    "tempfail have a reply",
                                    to_token(rule.action)));
    return;
  }
  const auto check_class = [&](std::string_view key, const std::string& code) {
    if (code.empty() || code[0] == usual.code[0]) return;
    const YamlNode* value = find_value(node, key);
    errors.add(value != nullptr ? value->at : node.at,
               fmt::format("{}: {} does not go with action {}, which takes {}xx and {}.x.x", key,
                           in_quotes(code), to_token(rule.action), usual.code[0], usual.code[0]));
  };
  check_class("code", rule.reply.code);
  check_class("enhanced", rule.reply.enhanced);
}

void check_rule(const Rule& rule, const YamlNode& node, ConfigErrors& errors) {
  for (const std::string_view key : {"name", "action"}) {
    if (find_value(node, key) == nullptr) {
      errors.add(node.at, fmt::format("a rule without '{}'", key));
    }
  }
  const YamlNode* reply = find_value(node, "reply");
  if (reply != nullptr && find_value(node, "action") != nullptr) check_reply(rule, *reply, errors);
  const YamlNode* when = find_value(node, "when");
  if (when == nullptr) return;
  for (const std::string& why : contradictions(rule.when)) errors.add(when->at, "when: " + why);
}

/// Names are unique, and every rule can be reached.
class RuleOrder {
 public:
  void add(const Rule& rule, const YamlNode& node, ConfigErrors& errors) {
    if (!rule.name.empty()) {
      const auto [first, is_new] = lines_.emplace(rule.name, node.at.line);
      if (!is_new) {
        errors.add(find_value(node, "name")->at, fmt::format("name: rule {} is already on line {}",
                                                             in_quotes(rule.name), first->second));
      }
    }
    if (catch_all_line_ != 0) {
      errors.add(node.at, fmt::format("this rule is never reached: the one on line {} always holds",
                                      catch_all_line_));
    } else if (rule.mode == Mode::kEnforce && find_value(node, "when") == nullptr) {
      catch_all_line_ = node.at.line;
    }
  }

 private:
  std::map<std::string, int> lines_;
  int catch_all_line_ = 0;
};

void read_rules(const YamlNode& node, Policy& out, ConfigErrors& errors) {
  out.rules.clear();
  if (node.kind != YamlNode::Kind::kList) {
    errors.add(node.at,
               fmt::format("rules: a list of rules is expected, not {}; [] is an empty one",
                           node.describe()));
    return;
  }
  if (node.items.size() > kRulesMax) {
    errors.add(node.at, fmt::format("rules: {} rules, at most {}", node.items.size(), kRulesMax));
    return;
  }
  RuleOrder order;
  for (const YamlNode& item : node.items) {
    Rule rule;
    read_map(item, rule_table(), "a rule", rule, errors);
    if (item.kind != YamlNode::Kind::kMap) continue;
    check_rule(rule, item, errors);
    order.add(rule, item, errors);
    out.rules.push_back(std::move(rule));
  }
}

bool only(const std::vector<ReputationState>& states, ReputationState state) {
  return states.size() == 1 && states.front() == state;
}

/// What no number can be at once.
void add_number_contradictions(const NumberCondition& number, std::vector<std::string>& found) {
  const bool mismatch = number.brand_mismatch == true || !number.mismatched_brands.empty();
  const bool genuine = number.genuine == true || !number.genuine_of.empty();
  if (mismatch && genuine) {
    found.emplace_back("never holds: a genuine number mismatches no brand");
  }
  if (mismatch && only(number.states, ReputationState::kAllowed)) {
    found.emplace_back("never holds: an allowed number mismatches no brand");
  }
  if (number.block_members_min && genuine) {
    found.emplace_back("never holds: a block lends nothing to a genuine number");
  }
  if (number.listings_min && only(number.states, ReputationState::kUnlisted)) {
    found.emplace_back("never holds: an unlisted number has no listing that counts");
  }
}

}  // namespace

std::vector<std::string> contradictions(const Conditions& when) {
  std::vector<std::string> found;
  const NumberCondition& number = when.number;
  const int least = when.numbers_min.value_or(number.empty() ? 0 : 1);
  if (number.score_min && number.score_max && *number.score_min > *number.score_max) {
    found.push_back(fmt::format("never holds: score_min {} is above score_max {}",
                                *number.score_min, *number.score_max));
  }
  if (only(number.states, ReputationState::kAllowed) && number.score_min.value_or(0) > 0) {
    found.push_back("never holds: allowed numbers have score 0");
  }
  if (only(number.states, ReputationState::kDenied) && number.score_max.value_or(100) < 100) {
    found.push_back("never holds: denied numbers have score 100");
  }
  add_number_contradictions(number, found);
  if (number.local) {
    for (std::string& why : contradictions(*number.local)) found.push_back(std::move(why));
  }
  if (when.numbers_max && least > *when.numbers_max) {
    found.push_back(when.numbers_min
                        ? fmt::format("never holds: numbers_min {} is above numbers_max {}", least,
                                      *when.numbers_max)
                        : "never holds: with conditions on a number, numbers_min is 1; "
                          "write numbers_min: 0 for mail without such a number");
  }
  if (when.numbers_min == 0 && !when.numbers_max) {
    found.push_back("numbers_min: 0 holds for all mail; leave it out, or give numbers_max too");
  }
  if (when.partial == false && !when.limits.empty()) {
    found.push_back("never holds: a message that reached a limit is partial");
  }
  const auto check_min = [&](std::string_view key, std::optional<int> at_least, std::size_t named) {
    if (at_least && named > 0 && std::cmp_greater(*at_least, named)) {
      found.push_back(fmt::format("never holds: {}_min {} of {} {}", key, *at_least, named, key));
    }
  };
  check_min("lures", when.lures_min, when.lures.size());
  check_min("brands", when.brands_min, when.brands.size());
  if (when.defective == false && !when.defects.empty()) {
    found.push_back("never holds: a message with a defect is defective");
  }
  return found;
}

const Table<Policy>& policy_table() {
  static const Tokens<SeveralRecipients> several = {{"strictest", SeveralRecipients::kStrictest},
                                                    {"mildest", SeveralRecipients::kMildest}};
  static const Table<Policy> table = {
      scalar("mode", &Policy::mode, token(mode_tokens())),
      scalar("several_recipients", &Policy::several_recipients, token(several)),
      {"rules", read_rules, dotted_names(rule_table())},
  };
  return table;
}

}  // namespace ringfence
