// Rules that are well-formed and make no sense, and several errors in one go.
#include "config/load_policy.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/config.h"

namespace ringfence {
namespace {

std::string errors_of(const std::string& yaml) {
  const auto config = parse_config(yaml, "f");
  return config ? "" : config.error().message;
}

/// The errors of one rule, whose `when` or other keys stand on line 5.
std::string errors_of_rule(const std::string& line, const char* action = "tag") {
  return errors_of(
      fmt::format("policy:\n  rules:\n    - name: r\n      action: {}\n      {}\n", action, line));
}

TEST(LoadPolicy, ConditionsThatCanNeverHoldOrSayNothing) {
  const struct {
    const char* when;
    const char* why;
  } cases[] = {
      {"{number: {score_min: 80, score_max: 79}}",
       "never holds: score_min 80 is above score_max 79"},
      {"{number: {states: [allowed], score_min: 1}}", "never holds: allowed numbers have score 0"},
      {"{number: {states: denied, score_max: 99}}", "never holds: denied numbers have score 100"},
      {"{numbers_min: 3, numbers_max: 2}", "never holds: numbers_min 3 is above numbers_max 2"},
      {"{number: {valid: true}, numbers_max: 0}",
       "never holds: with conditions on a number, numbers_min is 1; write numbers_min: 0 for mail "
       "without such a number"},
      {"{numbers_min: 0}",
       "numbers_min: 0 holds for all mail; leave it out, or give numbers_max too"},
      {"{number: {score_min: 80}, numbers_min: 0}",
       "numbers_min: 0 holds for all mail; leave it out, or give numbers_max too"},
      {"{number: {brand_mismatch: true, genuine: true}}",
       "never holds: a genuine number mismatches no brand"},
      {"{number: {brand_mismatch: [norton], genuine: [norton]}}",
       "never holds: a genuine number mismatches no brand"},
      {"{number: {brand_mismatch: norton, states: [allowed]}}",
       "never holds: an allowed number mismatches no brand"},
      {"{number: {block_members_min: 3, genuine: true}}",
       "never holds: a block lends nothing to a genuine number"},
      {"{number: {listings_min: 1, states: [unlisted]}}",
       "never holds: an unlisted number has no listing that counts"},
      {"{number: {local: {messages_min: 3, messages_max: 2}}}",
       "never holds: messages_min 3 is above messages_max 2"},
      {"{number: {local: {good_messages_min: 3, good_messages_max: 2}}}",
       "never holds: good_messages_min 3 is above good_messages_max 2"},
      {"{number: {local: {first_seen_min: 3d, first_seen_max: 2d}}}",
       "never holds: first_seen_min is above first_seen_max"},
      {"{partial: false, limits: [numbers]}",
       "never holds: a message that reached a limit is partial"},
      {"{defective: false, defects: [nul-byte]}",
       "never holds: a message with a defect is defective"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(errors_of_rule(fmt::format("when: {}", c.when)),
              fmt::format("f:5:13: when: {}", c.why))
        << c.when;
  }
}

TEST(LoadPolicy, ConditionsThatLookOddAndAreNot) {
  const char* cases[] = {
      "{number: {score_min: 80, score_max: 80}}",
      "{number: {states: [allowed]}}",
      "{number: {states: [allowed, active], score_min: 1}}",
      "{number: {states: [denied], score_min: 100}}",
      "{numbers_max: 0}",
      "{number: {score_min: 1}, numbers_min: 0, numbers_max: 0}",
      "{numbers_min: 2, numbers_max: 2}",
      "{number: {brand_mismatch: true, genuine: false}}",
      "{number: {brand_mismatch: false, genuine: true}}",
      "{number: {block_members_min: 3, states: [unlisted]}}",
      "{number: {brand_mismatch: true, states: [unlisted]}, brands: [norton]}",
      "{partial: true, limits: [numbers]}",
      "{defective: true, defects: [nul-byte]}",
      "{partial: false, defective: false}",
  };
  for (const char* when : cases) {
    EXPECT_EQ(errors_of_rule(fmt::format("when: {}", when)), "") << when;
  }
}

TEST(LoadPolicy, ConditionsThatAreNotGiven) {
  const std::string catch_all =
      "when: no condition is given; leave the key out for a rule that always holds";
  EXPECT_EQ(errors_of_rule("when:"), "f:5:7: " + catch_all);
  EXPECT_EQ(errors_of_rule("when: {}"), "f:5:13: " + catch_all);
  EXPECT_EQ(errors_of_rule("when: {number: {}}"),
            "f:5:22: number: no condition is given; leave the key out");
  EXPECT_EQ(errors_of_rule("when: {number: }"),
            "f:5:14: number: no condition is given; leave the key out");
}

TEST(LoadPolicy, Replies) {
  const std::string long_line(kReplyLineBytesMax + 1, 'x');
  std::string many = "[l0";
  for (std::size_t i = 1; i <= kReplyLinesMax; ++i) many += fmt::format(", l{}", i);
  many += "]";
  const struct {
    const char* action;
    std::string reply;
    std::string error;
  } cases[] = {
      {"reject", "{code: 451}",
       "f:5:21: code: '451' does not go with action reject, which takes 5xx and 5.x.x"},
      {"reject", "{enhanced: 4.7.1}",
       "f:5:25: enhanced: '4.7.1' does not go with action reject, which takes 5xx and 5.x.x"},
      {"tempfail", "{code: 550, enhanced: 4.7.1}",
       "f:5:21: code: '550' does not go with action tempfail, which takes 4xx and 4.x.x"},
      {"tempfail", "{code: 451, enhanced: 5.7.1}",
       "f:5:36: enhanced: '5.7.1' does not go with action tempfail, which takes 4xx and 4.x.x"},
      {"quarantine", "{text: no}",
       "f:5:14: reply: action quarantine tells the client nothing; only reject and tempfail have a "
       "reply"},
      {"discard", "{}",
       "f:5:14: reply: action discard tells the client nothing; only reject and tempfail have a "
       "reply"},
      {"reject", "{text: \"one\\n\\ntwo\"}", "f:5:21: text: a line of the reply is empty"},
      {"reject", "{text: \"one\\rtwo\"}",
       "f:5:21: text: 'one\\x0dtwo' holds other than printable ASCII, which SMTP replies are made "
       "of"},
      {"reject", fmt::format("{{text: {}}}", many),
       "f:5:21: text: 33 lines, SMTP replies of a milter have 32 at most"},
      {"reject", "{text: " + long_line + "}",
       "f:5:21: text: '" + std::string(60, 'x') + "...' is a line of 497 bytes, 496 at most"},
      {"reject", "{code: 550, enhanced: 5.7.1, text: '100% sure'}", ""},
      {"reject", "{text: [same, same]}", ""},
      {"tempfail", "{code: 421}", ""},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(errors_of_rule("reply: " + c.reply, c.action), c.error) << c.reply.substr(0, 80);
  }
}

TEST(LoadPolicy, RulesAmongOneAnother) {
  EXPECT_EQ(errors_of(R"(policy:
  rules:
    - name: a
      when: {partial: true}
      action: tag
    - {name: a, when: {defective: true}, action: tag}
    - action: tag
      when: {partial: true}
    - name: c
    - name: trial
      action: tag
      mode: shadow
    - name: all
      action: accept
    - name: after
      action: tag
      when: {partial: true}
)"),
            "f:6:14: name: rule 'a' is already on line 3\n"
            "f:7:7: a rule without 'name'\n"
            "f:9:7: a rule without 'action'\n"
            "f:10:7: this rule is never reached: the one on line 9 always holds\n"
            "f:13:7: this rule is never reached: the one on line 9 always holds\n"
            "f:15:7: this rule is never reached: the one on line 9 always holds");
  EXPECT_EQ(errors_of(R"(policy:
  rules:
    - {name: trial, action: tag, mode: shadow}
    - {name: last, action: tag}
)"),
            "");
}

TEST(LoadPolicy, RulesAreBounded) {
  std::string yaml = "policy:\n  rules:\n";
  for (int i = 0; i <= 1'000; ++i) {
    yaml += fmt::format("    - {{name: r{}, action: tag, when: {{partial: true}}}}\n", i);
  }
  EXPECT_EQ(errors_of(yaml), "f:3:5: rules: 1001 rules, at most 1000");
}

TEST(ParseConfigErrors, AllOfAFileInOneGo) {
  EXPECT_EQ(
      errors_of(R"(milter:
  socket: inet:8891
  timeout: 300
  sockt_mode: 0660
matcher:
  regions: [US, uk, US]
polcy: {}
policy:
  rules:
    - name: bad name
      action: reject
      when:
        number:
          score_min: 101
          places: [html, body]
        client_networks: 10.0.0.1/8
      reply:
        code: 250
matcher: {}
)"),
      "f:2:11: socket: 'inet:8891' has no host: inet:8891@127.0.0.1 listens on this machine only\n"
      "f:3:12: timeout: '300' is not a duration from 1s to 1d, such as 30s, 5m, 2h or 14d\n"
      "f:4:3: unknown key 'sockt_mode' in milter; did you mean 'socket_mode'?\n"
      "f:6:17: regions: 'uk' is written 'UK'\n"
      "f:6:21: regions: 'US' is given twice\n"
      "f:7:1: unknown key 'polcy' in the file; did you mean 'policy'?\n"
      "f:10:13: name: 'bad name' is not the name of a rule: letters A-Z and a-z, digits and "
      "'_-', at most 64\n"
      "f:14:22: score_min: '101' is not a whole number from 0 to 100\n"
      "f:15:26: places: 'body' is not one of subject, from, header, plain, html, html-hidden, "
      "href, html-attr, ics, vcf, filename, raw, pdf, office, archive, image, qr\n"
      "f:16:26: client_networks: '10.0.0.1/8' has bits set after its prefix; '10.0.0.0/8' is "
      "the network\n"
      "f:18:15: code: '250' is not an SMTP reply code 4xx or 5xx, such as 451 or 550\n"
      "f:19:1: key 'matcher' is given twice, first on line 5");
}

TEST(ParseConfigErrors, WhatNoSingleKeyCanTell) {
  EXPECT_EQ(errors_of("milter:\n  socket: unix:/run/a\n  control_socket: /run/a\n"),
            "f:3:19: control_socket: is the path of the milter's own socket");
  EXPECT_EQ(errors_of("milter:\n  socket: unix:/run/ringfence/control.sock\n"),
            "f:2:3: control_socket: is the path of the milter's own socket");
  EXPECT_EQ(errors_of("reputation:\n  decay:\n    expire_after: 28d\n"),
            "f:3:19: expire_after: is not longer than dormant_after");
  EXPECT_EQ(errors_of("reputation: {decay: {dormant_after: 366d}}"),
            "f:1:21: expire_after: is not longer than dormant_after");
}

TEST(ParseConfigErrors, LongSocketPaths) {
  const std::string longest = "/" + std::string(kUnixPathBytesMax - 1, 'x');
  EXPECT_EQ(errors_of("milter: {control_socket: " + longest + "}"), "");
  EXPECT_EQ(errors_of("milter: {socket: 'unix:" + longest + "'}"), "");
  const std::string end = "' is too long for a socket: 108 bytes, 107 at most";
  EXPECT_THAT(errors_of("milter: {control_socket: " + longest + "x}"),
              testing::EndsWith(fmt::format("{}...{}", std::string(59, 'x'), end)));
  EXPECT_THAT(errors_of("milter: {socket: 'unix:" + longest + "x'}"),
              testing::StartsWith("f:1:18: socket: '/xxx"));
}

TEST(ParseConfigErrors, RecipientRegions) {
  EXPECT_EQ(
      errors_of("recipient_regions:\n  example.de: [DE, at]\n  ann@example.org: US\n  x: {a: b}\n"),
      "f:2:20: recipient_regions: 'at' is written 'AT'\n"
      "f:3:3: recipient_regions: 'ann@example.org' is an address; a domain is meant: "
      "'example.org'\n"
      "f:4:6: recipient_regions: a list is expected, not a map");
}

TEST(ParseConfigErrors, HostileValuesAreMadeSafeToShow) {
  const std::string errors = errors_of("milter: {on_failure: \"\\e[31m\\u202Ex\"}\n\"k\\n\": 1\n");
  EXPECT_EQ(errors.find('\x1b'), std::string::npos);
  EXPECT_EQ(errors.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_EQ(std::count(errors.begin(), errors.end(), '\n'), 1) << errors;
}

TEST(ParseConfigErrors, NameOfTheFileIsShown) {
  const auto config = parse_config("x: 1", "/etc/ringfence/ringfence.yaml");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, testing::StartsWith("/etc/ringfence/ringfence.yaml:1:1: "));
}

}  // namespace
}  // namespace ringfence
