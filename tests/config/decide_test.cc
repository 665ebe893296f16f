#include <gtest/gtest.h>

#include "config/policy.h"
#include "tests/config/evidence_maker.h"

namespace ringfence {
namespace {

TEST(Decide, NoRuleAccepts) {
  const Verdict verdict = decide(Policy{}, scam_mail());
  EXPECT_EQ(verdict.action, Action::kAccept);
  EXPECT_EQ(verdict.rule, "");
  EXPECT_EQ(verdict.score, 95);
  EXPECT_EQ(verdict.reply, Reply{});
  EXPECT_FALSE(verdict.shadow);
}

TEST(Decide, FirstRuleThatHoldsDecides) {
  Policy policy;
  policy.rules = {rule("never", Action::kDiscard), rule("first", Action::kTag),
                  rule("second", Action::kReject)};
  policy.rules[0].when.authenticated = true;
  const Verdict verdict = decide(policy, scam_mail());
  EXPECT_EQ(verdict.action, Action::kTag);
  EXPECT_EQ(verdict.rule, "first");
}

TEST(Decide, ReplyIsFilledForRejectAndTempfailOnly) {
  const Reply own{"571", "5.7.29", {"one", "two"}};
  const struct {
    Action action;
    Reply given;
    Reply expected;
  } cases[] = {
      {Action::kReject, {}, default_reply(Action::kReject)},
      {Action::kReject, own, own},
      {Action::kReject,
       {"", "5.7.29", {}},
       {"550", "5.7.29", default_reply(Action::kReject).lines}},
      {Action::kTempfail, {}, default_reply(Action::kTempfail)},
      {Action::kTempfail, {"", "", {"later"}}, {"451", "4.7.1", {"later"}}},
      {Action::kQuarantine, own, {}},
      {Action::kAccept, {}, {}},
      {Action::kTag, {}, {}},
      {Action::kDiscard, {}, {}},
  };
  for (const auto& c : cases) {
    Policy policy;
    policy.rules = {rule("r", c.action)};
    policy.rules[0].reply = c.given;
    const Verdict verdict = decide(policy, scam_mail());
    EXPECT_EQ(verdict.action, c.action);
    EXPECT_EQ(verdict.reply, c.expected) << to_token(c.action);
  }
  EXPECT_EQ(default_reply(Action::kReject).code, "550");
  EXPECT_EQ(default_reply(Action::kTempfail).code, "451");
  EXPECT_EQ(default_reply(Action::kReject).lines.size(), 1u);
}

TEST(Decide, SeveralRecipients) {
  Policy policy;
  policy.rules = {rule("org", Action::kReject), rule("net", Action::kTag),
                  rule("net-again", Action::kDiscard), rule("com", Action::kTag)};
  policy.rules[0].when.recipient_domains = {"example.org"};
  policy.rules[1].when.recipient_domains = {"example.net"};
  policy.rules[2].when.recipient_domains = {"example.net"};
  policy.rules[3].when.recipient_domains = {"example.com"};
  const struct {
    std::vector<std::string> recipients;
    const char* strictest;
    const char* mildest;
  } cases[] = {
      {{"a@example.org"}, "org", "org"},
      {{"a@example.net"}, "net", "net"},
      {{"a@example.org", "b@example.net"}, "org", "net"},
      {{"b@example.net", "a@example.org"}, "org", "net"},
      {{"a@example.com", "b@example.net"}, "net", "net"},
      {{"a@example.org", "b@example.invalid"}, "org", ""},
      {{"a@example.invalid", "b@example.net"}, "net", ""},
      {{}, "", ""},
  };
  for (const auto& c : cases) {
    Evidence evidence = scam_mail();
    evidence.envelope.recipients = c.recipients;
    policy.several_recipients = SeveralRecipients::kStrictest;
    EXPECT_EQ(decide(policy, evidence).rule, c.strictest);
    policy.several_recipients = SeveralRecipients::kMildest;
    EXPECT_EQ(decide(policy, evidence).rule, c.mildest);
  }
}

TEST(Decide, ShadowRuleIsNotedAndTheSearchGoesOn) {
  Policy policy;
  policy.rules = {rule("trial", Action::kReject), rule("second-trial", Action::kDiscard),
                  rule("live", Action::kTag)};
  policy.rules[0].mode = policy.rules[1].mode = Mode::kShadow;
  const Verdict verdict = decide(policy, scam_mail());
  EXPECT_EQ(verdict.action, Action::kTag);
  EXPECT_EQ(verdict.rule, "live");
  EXPECT_EQ(verdict.reply, Reply{});
  ASSERT_TRUE(verdict.shadow);
  EXPECT_EQ(verdict.shadow->action, Action::kReject);
  EXPECT_EQ(verdict.shadow->rule, "trial");
}

TEST(Decide, ShadowRuleBelowTheDecidingOneIsNotNoted) {
  Policy policy;
  policy.rules = {rule("live", Action::kTag), rule("trial", Action::kReject)};
  policy.rules[1].mode = Mode::kShadow;
  EXPECT_FALSE(decide(policy, scam_mail()).shadow);
}

TEST(Decide, ShadowRuleThatDoesNotHoldIsNotNoted) {
  Policy policy;
  policy.rules = {rule("trial", Action::kReject)};
  policy.rules[0].mode = Mode::kShadow;
  policy.rules[0].when.authenticated = true;
  EXPECT_FALSE(decide(policy, scam_mail()).shadow);
  policy.rules[0].when.authenticated = false;
  const Verdict verdict = decide(policy, scam_mail());
  EXPECT_EQ(verdict.action, Action::kAccept);
  EXPECT_EQ(verdict.rule, "");
  EXPECT_TRUE(verdict.shadow);
}

TEST(Decide, ShadowPolicyAcceptsAndSaysWhatItWouldDo) {
  Policy policy;
  policy.mode = Mode::kShadow;
  policy.rules = {rule("trial", Action::kQuarantine), rule("live", Action::kReject)};
  policy.rules[0].when.authenticated = true;
  Verdict verdict = decide(policy, scam_mail());
  EXPECT_EQ(verdict.action, Action::kAccept);
  EXPECT_EQ(verdict.rule, "");
  EXPECT_EQ(verdict.reply, Reply{});
  ASSERT_TRUE(verdict.shadow);
  EXPECT_EQ(verdict.shadow->action, Action::kReject);
  EXPECT_EQ(verdict.shadow->rule, "live");

  policy.rules[1].action = Action::kAccept;
  EXPECT_FALSE(decide(policy, scam_mail()).shadow) << "it would accept as well";
  policy.rules.clear();
  EXPECT_FALSE(decide(policy, scam_mail()).shadow);
}

TEST(Decide, ShadowAndSeveralRecipients) {
  Policy policy;
  policy.rules = {rule("trial", Action::kReject), rule("live", Action::kTag)};
  policy.rules[0].mode = Mode::kShadow;
  policy.rules[0].when.recipient_domains = {"example.org"};
  Evidence evidence = scam_mail();
  evidence.envelope.recipients = {"a@example.org", "b@example.net"};
  Verdict verdict = decide(policy, evidence);
  EXPECT_EQ(verdict.rule, "live");
  ASSERT_TRUE(verdict.shadow);
  EXPECT_EQ(verdict.shadow->rule, "trial");

  policy.several_recipients = SeveralRecipients::kMildest;
  verdict = decide(policy, evidence);
  EXPECT_EQ(verdict.rule, "live");
  EXPECT_FALSE(verdict.shadow) << "the other recipient's tag would be the mildest all the same";
}

TEST(Decide, ManyRecipientsAndNumbersStayCheap) {
  Evidence evidence = scam_mail();
  evidence.numbers.assign(1'000, number("18885550123"));
  evidence.envelope.recipients.clear();
  for (int i = 0; i < 10'000; ++i) {
    evidence.envelope.recipients.push_back("a@example" + std::to_string(i % 7) + ".org");
  }
  Policy policy;
  for (int i = 0; i < 50; ++i) {
    policy.rules.push_back(rule("r", Action::kReject));
    policy.rules.back().when.number.score_min = 50;
  }
  EXPECT_EQ(decide(policy, evidence).action, Action::kAccept);
}

TEST(Evidence, ScoreIsTheHighest) {
  Evidence evidence;
  EXPECT_EQ(evidence.score(), 0);
  evidence.numbers = {number("18885550123", 10), number("18885550124", 70),
                      number("18885550125", 3)};
  EXPECT_EQ(evidence.score(), 70);
}

TEST(Envelope, AddressDomain) {
  const struct {
    const char* address;
    const char* domain;
  } cases[] = {{"ann@Example.ORG", "example.org"},
               {"root", ""},
               {"", ""},
               {"ann@", ""},
               {"\"a@b\"@example.org", "example.org"},
               {"@example.org", "example.org"},
               {"ann@[192.0.2.1]", "[192.0.2.1]"}};
  for (const auto& c : cases) EXPECT_EQ(address_domain(c.address), c.domain) << c.address;
}

TEST(Envelope, DomainMatches) {
  const struct {
    const char* pattern;
    const char* domain;
    bool expected;
  } cases[] = {
      {"example.org", "example.org", true},
      {"example.org", "mail.example.org", false},
      {"example.org", "example.org.", true},
      {".example.org", "example.org", true},
      {".example.org", "mail.example.org", true},
      {".example.org", "a.b.example.org.", true},
      {".example.org", "notexample.org", false},
      {".example.org", "org", false},
      {".example.org", "", false},
      {"", "", false},
      {"", "example.org", false},
      {".example.org", ".example.org", true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(domain_matches(c.pattern, c.domain), c.expected) << c.pattern << " " << c.domain;
  }
}

TEST(Action, TokensGoBothWays) {
  for (const char* token : {"accept", "tag", "quarantine", "tempfail", "reject", "discard"}) {
    const auto action = action_from_token(token);
    ASSERT_TRUE(action) << token;
    EXPECT_EQ(to_token(*action), token);
  }
  for (const char* token : {"", "Accept", "hold", "accept "}) {
    EXPECT_FALSE(action_from_token(token)) << token;
  }
  EXPECT_LT(Action::kAccept, Action::kTag);
  EXPECT_LT(Action::kQuarantine, Action::kTempfail);
  EXPECT_LT(Action::kReject, Action::kDiscard);
}

}  // namespace
}  // namespace ringfence
