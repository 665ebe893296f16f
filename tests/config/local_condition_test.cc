#include "config/local_condition.h"

#include <gtest/gtest.h>

#include <functional>

#include "config/config.h"
#include "tests/config/evidence_maker.h"
#include "tests/config/yaml_maker.h"

namespace ringfence {
namespace {

using std::chrono::days;
using std::chrono::seconds;

LocalEvidence some_evidence() {
  LocalEvidence evidence;
  evidence.messages = 5;
  evidence.days = 3;
  evidence.brands = 2;
  evidence.formats = 4;
  evidence.sender_domains = 6;
  evidence.recipient_domains = 7;
  evidence.messages_total = 9;
  evidence.first_seen = kNow - days(20);
  evidence.last_seen = kNow - days(8);
  evidence.dormant_days = 8;
  evidence.good_messages = 1;
  return evidence;
}

TEST(LocalCondition, EachAlone) {
  struct Case {
    const char* what;
    std::function<void(LocalCondition&)> set;
    bool expected;
  };
  const Case cases[] = {
      {"nothing asked", [](auto&) {}, true},
      {"messages", [](auto& c) { c.messages_min = 5; }, true},
      {"more messages", [](auto& c) { c.messages_min = 6; }, false},
      {"at most messages", [](auto& c) { c.messages_max = 5; }, true},
      {"fewer messages", [](auto& c) { c.messages_max = 4; }, false},
      {"days", [](auto& c) { c.days_min = 3; }, true},
      {"more days", [](auto& c) { c.days_min = 4; }, false},
      {"brands", [](auto& c) { c.brands_min = 2; }, true},
      {"more brands", [](auto& c) { c.brands_min = 3; }, false},
      {"formats", [](auto& c) { c.formats_min = 4; }, true},
      {"more formats", [](auto& c) { c.formats_min = 5; }, false},
      {"senders", [](auto& c) { c.sender_domains_min = 6; }, true},
      {"more senders", [](auto& c) { c.sender_domains_min = 7; }, false},
      {"recipients", [](auto& c) { c.recipient_domains_min = 7; }, true},
      {"more recipients", [](auto& c) { c.recipient_domains_min = 8; }, false},
      {"old enough", [](auto& c) { c.first_seen_min = days(20); }, true},
      {"not old enough", [](auto& c) { c.first_seen_min = days(20) + seconds(1); }, false},
      {"young enough", [](auto& c) { c.first_seen_max = days(20); }, true},
      {"too old", [](auto& c) { c.first_seen_max = days(20) - seconds(1); }, false},
      {"dormant", [](auto& c) { c.dormant_days_min = 8; }, true},
      {"not so long", [](auto& c) { c.dormant_days_min = 9; }, false},
      {"good", [](auto& c) { c.good_messages_min = 1; }, true},
      {"more good", [](auto& c) { c.good_messages_min = 2; }, false},
      {"little good", [](auto& c) { c.good_messages_max = 1; }, true},
      {"no good", [](auto& c) { c.good_messages_max = 0; }, false},
      {"no campaign", [](auto& c) { c.campaign = false; }, true},
      {"a campaign", [](auto& c) { c.campaign = true; }, false},
  };
  for (const Case& c : cases) {
    LocalCondition when;
    c.set(when);
    EXPECT_EQ(holds(when, some_evidence(), kNow), c.expected) << c.what;
    EXPECT_FALSE(holds(when, LocalEvidence(), kNow)) << c.what << ", without evidence";
  }
}

TEST(LocalCondition, ANewNumberIsFirstSeenNow) {
  LocalEvidence evidence;
  evidence.messages = evidence.messages_total = 1;
  LocalCondition when;
  when.first_seen_max = seconds(0);
  EXPECT_TRUE(holds(when, evidence, kNow));
  when = {};
  when.first_seen_min = seconds(1);
  EXPECT_FALSE(holds(when, evidence, kNow));
}

// The default policy's last rule, as the page documents it.
class ReusedNumber : public testing::Test {
 protected:
  ReusedNumber() {
    evidence_.now = kNow;
    evidence_.numbers = {number("18885550123")};
    evidence_.numbers[0].local = some_evidence();
    evidence_.numbers[0].local.good_messages = 0;
  }
  std::string rule() const { return decide(default_config().policy, evidence_).rule; }

  Evidence evidence_;
};

TEST_F(ReusedNumber, UnderTwoBrandsIsTagged) {
  EXPECT_EQ(rule(), "reused-number");
  EXPECT_EQ(decide(default_config().policy, evidence_).action, Action::kTag);
}

TEST_F(ReusedNumber, UnderOneBrandIsNot) {
  evidence_.numbers[0].local.brands = 1;
  EXPECT_EQ(rule(), "");
}

TEST_F(ReusedNumber, SeenForLongerThanARacketLivesIsNot) {
  evidence_.numbers[0].local.first_seen = kNow - std::chrono::days(30);
  EXPECT_EQ(rule(), "reused-number");
  evidence_.numbers[0].local.first_seen = kNow - std::chrono::days(30) - seconds(1);
  EXPECT_EQ(rule(), "");
}

TEST_F(ReusedNumber, OfOurOwnMailIsNot) {
  evidence_.numbers[0].local.good_messages = 1;
  EXPECT_EQ(rule(), "");
}

TEST_F(ReusedNumber, KnownToAFeedIsTheFeedsMatter) {
  evidence_.numbers[0].reputation.state = ReputationState::kExpired;
  EXPECT_EQ(rule(), "");
}

TEST_F(ReusedNumber, OfABrandsDirectoryIsNot) {
  evidence_.numbers[0].reputation.genuine_of = {"norton"};
  EXPECT_EQ(rule(), "");
}

TEST_F(ReusedNumber, AllowedIsNot) {
  evidence_.numbers[0].reputation.state = ReputationState::kAllowed;
  EXPECT_EQ(rule(), "");
}

TEST_F(ReusedNumber, AnotherNumbersHistoryDoesNotCount) {
  evidence_.numbers.push_back(number("18885550124"));
  std::swap(evidence_.numbers[0].reputation.state, evidence_.numbers[1].reputation.state);
  evidence_.numbers[0].reputation.genuine_of = {"norton"};
  EXPECT_EQ(rule(), "");
}

TEST(LocalKeys, AreRead) {
  const auto config = parse_config(
      "policy:\n  rules:\n    - name: r\n      when:\n        number:\n          local:\n"
      "            brands_min: 2\n            first_seen_max: 14d\n            campaign: false\n"
      "      action: tag\n",
      "f");
  ASSERT_TRUE(config) << config.error().message;
  LocalCondition expected;
  expected.brands_min = 2;
  expected.first_seen_max = days(14);
  expected.campaign = false;
  EXPECT_EQ(config->policy.rules[0].when.number.local, expected);
}

TEST(LocalKeys, AnEmptyMapIsRefused) {
  const auto config = parse_config(
      "policy:\n  rules:\n    - name: r\n      when: {number: {local: {}}}\n      action: tag\n",
      "f");
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().message.find("local: no condition is given"), std::string::npos)
      << config.error().message;
}

}  // namespace
}  // namespace ringfence
