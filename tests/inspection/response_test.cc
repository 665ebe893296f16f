#include "inspection/response.h"

#include <gmock/gmock.h>

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

NumberEvidence number(const char* e164, int score) {
  NumberEvidence out{Finding{.number = *E164::parse(e164)}, {}};
  out.finding.places = {Place::kPlain, Place::kHtml};
  out.finding.shown = "1 (888) 555-0123";
  out.finding.valid = true;
  out.reputation.score = score;
  return out;
}

Report listed_report() {
  Report report;
  NumberEvidence bad = number("+18885550123", 95);
  bad.reputation.category = "toad";
  bad.reputation.state = ReputationState::kActive;
  bad.reputation.listings = {{.list = "local-soc", .category = "toad", .score = 95},
                             {.list = "misp", .category = "toad", .score = 60}};
  report.evidence.numbers = {number("+442079460000", 0), bad};
  report.verdict = {.action = Action::kQuarantine,
                    .rule = "known-scam-number",
                    .reply = {},
                    .score = 95,
                    .shadow = {}};
  return report;
}

std::string unfolded(std::string value) {
  for (std::size_t at; (at = value.find("\n\t")) != std::string::npos;) value.replace(at, 2, " ");
  return value;
}

TEST(Response, TheContractOfTheHeaders) {
  const Response out = make_response(Config{}, listed_report(), "mx1.example.org");
  EXPECT_EQ(out.action, Action::kQuarantine);
  EXPECT_EQ(out.quarantine_reason, "ringfence: rule known-scam-number, +18885550123 score 95");
  ASSERT_THAT(out.headers, SizeIs(4));
  EXPECT_EQ(out.headers[0].name, "X-Ringfence");
  EXPECT_EQ(unfolded(out.headers[0].value),
            "yes; v=1; score=95; action=quarantine; rule=known-scam-number; host=mx1.example.org");
  EXPECT_EQ(out.headers[1], (HeaderField{"X-Ringfence-Score", "95"}));
  EXPECT_EQ(out.headers[2].name, "X-Ringfence-Number");
  EXPECT_EQ(
      unfolded(out.headers[2].value),
      "+18885550123; score=95; class=toad; state=active; lists=local-soc,misp; in=plain,html; "
      "shown=\"1 (888) 555-0123\"");
  EXPECT_EQ(unfolded(out.headers[3].value),
            "+442079460000; score=0; state=unlisted; in=plain,html; shown=\"1 (888) 555-0123\"");
}

TEST(Response, LinesAreFoldedAndAscii) {
  const Response out = make_response(Config{}, listed_report(), "mx1.example.org");
  for (const HeaderField& field : out.headers) {
    std::size_t start = 0;
    const std::string whole = field.name + ": " + field.value;
    while (start <= whole.size()) {
      const std::size_t end = std::min(whole.find('\n', start), whole.size());
      EXPECT_LE(end - start, 78u) << whole;
      if (start > 0) {
        EXPECT_EQ(whole[start], '\t');
      }
      start = end + 1;
    }
  }
}

TEST(Response, NothingFromTheMailOrAListBreaksAHeader) {
  Report report = listed_report();
  report.evidence.numbers[1].finding.shown = "8\r\nX-Evil: 1\"\\%\xEF\xBC\x98";
  report.evidence.numbers[1].reputation.category = "to\r\nad; x";
  report.evidence.numbers[1].reputation.listings[0].list = "a,b\nc";
  report.verdict.rule = "r;\r\nX: y";
  const Response out = make_response(Config{}, report, "mx\r\nX-Host: 1");
  const std::string value = unfolded(out.headers[2].value);
  EXPECT_THAT(value, HasSubstr("class=to__ad__x;"));
  EXPECT_THAT(value, HasSubstr("lists=a_b_c,misp;"));
  EXPECT_THAT(value, HasSubstr("shown=\"8%0D%0AX-Evil: 1%22%5C%25%EF%BC%98\""));
  EXPECT_THAT(unfolded(out.headers[0].value), HasSubstr("rule=r___X:_y; host=mx__X-Host:_1"));
  for (const HeaderField& field : out.headers) {
    EXPECT_THAT(unfolded(field.value), Not(testing::ContainsRegex("[^ -~]")));
  }
  EXPECT_THAT(out.quarantine_reason, Not(HasSubstr("\n")));
}

NumberRange range(std::string_view text) { return NumberRange::parse(text).value(); }

TEST(Response, WhatIsKnownAroundANumber) {
  Report report;
  NumberEvidence known = number("+33162000123", 71);
  known.finding.line_type = LineType::kMobile;
  known.finding.tricks = {Trick::kSpelled};
  known.mismatch = {"norton", "paypal"};
  NumberReputation& reputation = known.reputation;
  reputation.state = ReputationState::kActive;
  reputation.category = "telemarketing";
  reputation.listings = {{.list = "arcep", .range = range("+33162######")},
                         {.list = "soc", .range = range("+33162*")},
                         {.list = "arcep", .range = range("+33162######")},
                         {.list = "carriers", .role = ListRole::kProvider, .range = range("+331*")},
                         {.list = "own", .role = ListRole::kGenuine}};
  reputation.block = BlockEvidence{.range = range("+3316200012#"), .members = 4};
  reputation.provider =
      ProviderEvidence{.provider = "Exempl\xC3\xA9 \"T\"", .type = "voip", .range = range("+331*")};
  NumberEvidence genuine = number("+18885550123", 0);
  genuine.finding.line_type = LineType::kTollFree;
  genuine.reputation.genuine_of = {"norton", "some bank"};
  genuine.reputation.block = BlockEvidence{.range = range("+18885550###"), .members = 41};
  report.evidence.numbers = {known, genuine};
  const Response out = make_response(Config{}, report, "h");
  EXPECT_EQ(unfolded(out.headers[2].value),
            "+33162000123; score=71; class=telemarketing; state=active; lists=arcep,soc; "
            "range=+33162######,+33162*; block=4/10; mismatch=norton,paypal; in=plain,html; "
            "tricks=spelled; line=voip; provider=\"Exempl%C3%A9 %22T%22\"; "
            "shown=\"1 (888) 555-0123\"");
  EXPECT_EQ(unfolded(out.headers[3].value),
            "+18885550123; score=0; state=unlisted; block=41/1000; genuine=norton,some_bank; "
            "in=plain,html; line=toll-free; shown=\"1 (888) 555-0123\"");
}

TEST(Response, TheOperatorsRangeIsShown) {
  Report report;
  report.evidence.numbers = {number("+18885550123", 0)};
  NumberReputation& reputation = report.evidence.numbers[0].reputation;
  reputation.state = ReputationState::kAllowed;
  reputation.override_entry =
      Override{.kind = OverrideKind::kAllow, .range = range("+1888555012#")};
  EXPECT_THAT(unfolded(make_response(Config{}, report, "h").headers[2].value),
              HasSubstr("state=allowed; range=+1888555012#; in="));
}

TEST(Response, LongAndHostileBackgroundIsCutAndEscaped) {
  Report report;
  report.evidence.numbers = {number("+18885550123", 0)};
  NumberEvidence& evidence = report.evidence.numbers[0];
  for (int i = 0; i < 12; ++i) {
    evidence.mismatch.push_back("brand" + std::to_string(i));
    evidence.reputation.genuine_of.push_back(std::string(300, 'g'));
    evidence.reputation.listings.push_back(
        {.list = "l", .range = NumberRange::make(std::to_string(18885550 + i), 0)});
  }
  std::string name = std::string(63, 'x') + "\xC3\xA9";  // the cut would fall into the letter
  evidence.reputation.provider =
      ProviderEvidence{.provider = name, .type = "", .range = range("+1*")};
  const HeaderField field = make_response(Config{}, report, "h").headers[2];
  const std::string value = unfolded(field.value);
  EXPECT_THAT(value,
              HasSubstr("mismatch=brand0,brand1,brand2,brand3,brand4,brand5,brand6,brand7,+4;"));
  EXPECT_THAT(value, HasSubstr("range=+18885550*,+18885551*,+18885552*,+18885553*; mismatch"));
  EXPECT_THAT(value, HasSubstr("genuine=" + std::string(64, 'g') + ","));
  EXPECT_THAT(value, HasSubstr("provider=\"" + std::string(63, 'x') + "\";"));
  evidence.reputation.provider->provider = "a\r\nX-Evil: 1\";\x7f";
  EXPECT_THAT(unfolded(make_response(Config{}, report, "h").headers[2].value),
              HasSubstr("provider=\"a%0D%0AX-Evil: 1%22;%7F\";"));
  std::size_t longest = 0;
  for (std::size_t at = 0; at < field.value.size();) {
    const std::size_t end = std::min(field.value.find('\n', at), field.value.size());
    longest = std::max(longest, end - at);
    at = end + 1;
  }
  EXPECT_LE(longest, 998u);
}

TEST(Response, CleanMailIsMarkedUnlessToldNot) {
  Config config;
  const Report clean;
  EXPECT_THAT(make_response(config, clean, "h").headers,
              ElementsAre(HeaderField{"X-Ringfence", "no; v=1; score=0; action=accept; host=h"}));
  config.headers.add_to_clean = false;
  EXPECT_THAT(make_response(config, clean, "h").headers, SizeIs(0));
  Report found;
  found.evidence.numbers = {number("+442079460000", 0)};
  EXPECT_THAT(make_response(config, found, "h").headers, SizeIs(3));
}

TEST(Response, ShadowSaysWhatItWouldHaveDone) {
  Report report = listed_report();
  report.verdict.action = Action::kAccept;
  report.verdict.rule = "";
  report.verdict.shadow = Verdict::Shadow{Action::kReject, "strict"};
  const Response out = make_response(Config{}, report, "h");
  EXPECT_EQ(out.action, Action::kAccept);
  EXPECT_EQ(unfolded(out.headers[0].value),
            "yes; v=1; score=95; action=accept; shadow=reject; shadow-rule=strict; host=h");
}

TEST(Response, PartialAndDefectiveMailSaysSo) {
  Report report;
  report.evidence.limits = {Limit::kMessageBytes, Limit::kNumbers};
  report.evidence.defects = {Defect::kBoundaryUnclosed};
  EXPECT_EQ(unfolded(make_response(Config{}, report, "h").headers[0].value),
            "no; v=1; score=0; action=accept; partial=message-bytes,numbers; "
            "defects=boundary-unclosed; host=h");
}

TEST(Response, LuresAndBrandsStandInTheSummary) {
  Report report;
  report.evidence.lexicon = {{.kind = LexiconKind::kLure, .name = "renewal", .distance = 4},
                             {.kind = LexiconKind::kBrand, .name = "norton", .distance = 9},
                             {.kind = LexiconKind::kLure, .name = "invoice"}};
  report.evidence.limits = {Limit::kLexicon};
  EXPECT_EQ(unfolded(make_response(Config{}, report, "h").headers[0].value),
            "no; v=1; score=0; action=accept; lures=renewal,invoice; brands=norton; "
            "partial=lexicon; host=h");
  report.evidence.lexicon.clear();
  for (int i = 0; i < 11; ++i) {
    report.evidence.lexicon.push_back(
        {.kind = LexiconKind::kBrand, .name = "b" + std::to_string(i)});
    if (i < 8) {
      report.evidence.lexicon.push_back(
          {.kind = LexiconKind::kLure, .name = "l" + std::to_string(i)});
    }
  }
  const std::string value = unfolded(make_response(Config{}, report, "h").headers[0].value);
  EXPECT_THAT(value, HasSubstr("; lures=l0,l1,l2,l3,l4,l5,l6,l7; "));
  EXPECT_THAT(value, HasSubstr("; brands=b0,b1,b2,b3,b4,b5,b6,b7,+3; "));
}

TEST(Response, ManyNumbersAndListsAreCutWithACount) {
  Report report;
  for (int i = 0; i < 30; ++i) {
    report.evidence.numbers.push_back(number(("+1888555" + std::to_string(1000 + i)).c_str(), i));
  }
  for (int i = 0; i < 11; ++i) {
    report.evidence.numbers[29].reputation.listings.push_back({.list = "l" + std::to_string(i)});
  }
  const Response out = make_response(Config{}, report, "h");
  EXPECT_THAT(out.headers, SizeIs(22));  // numbers_max is 20
  EXPECT_THAT(unfolded(out.headers[0].value), HasSubstr("; more=10;"));
  EXPECT_THAT(unfolded(out.headers[2].value), HasSubstr("+18885551029; score=29;"));
  EXPECT_THAT(unfolded(out.headers[2].value), HasSubstr("lists=l0,l1,l2,l3,l4,l5,l6,l7,+3;"));
}

TEST(Response, TricksAndInvalidNumbersAreNamed) {
  Report report;
  report.evidence.numbers = {number("+18885550123", 0)};
  report.evidence.numbers[0].finding.tricks = {Trick::kInvisible, Trick::kUnicodeDigits};
  report.evidence.numbers[0].finding.valid = false;
  EXPECT_THAT(unfolded(make_response(Config{}, report, "h").headers[2].value),
              HasSubstr("tricks=unicode-digits,invisible; valid=no; shown="));
}

TEST(Response, SkipAndFailure) {
  EXPECT_THAT(make_skip_response("authenticated", "h").headers,
              ElementsAre(HeaderField{"X-Ringfence", "skip; v=1; reason=authenticated; host=h"}));
  const Response accepted = make_failure_response(OnFailure::kAccept, "reputation", "h");
  EXPECT_EQ(accepted.action, Action::kAccept);
  EXPECT_THAT(accepted.headers,
              ElementsAre(HeaderField{"X-Ringfence", "error; v=1; reason=reputation; host=h"}));
  const Response refused = make_failure_response(OnFailure::kTempfail, "reputation", "h");
  EXPECT_EQ(refused.action, Action::kTempfail);
  EXPECT_EQ(refused.reply.code, "451");
  EXPECT_EQ(refused.reply.enhanced, "4.7.1");
  EXPECT_THAT(refused.reply.lines, SizeIs(1));
}

TEST(Response, OwnHeadersAreKnownInAnyCase) {
  for (const char* own : {"X-Ringfence", "x-ringfence", "X-RINGFENCE-Score", "X-Ringfence-Number",
                          "X-Ringfence-", "x-ringfence-later"}) {
    EXPECT_TRUE(is_own_header(own)) << own;
  }
  for (const char* other :
       {"", "X-Ring", "X-Ringfenced", "Ringfence", "XX-Ringfence", "X-Ringfence_2"}) {
    EXPECT_FALSE(is_own_header(other)) << other;
  }
}

// What the header says of a number with this history, after its score.
std::string history_shown(const LocalEvidence& local) {
  Report report = listed_report();
  report.evidence.numbers.pop_back();
  report.evidence.numbers[0].local = local;
  const std::string value = unfolded(make_response(Config{}, report, "mx").headers[2].value);
  const std::size_t begin = value.find("in=plain,html; ") + 15;
  return value.substr(begin, value.find("shown=") - begin);
}

TEST(Response, SaysWhatThisSiteSawOfTheNumber) {
  EXPECT_EQ(history_shown({}), "");
  EXPECT_EQ(history_shown({.messages = 1, .days = 1, .brands = 1, .messages_total = 1}), "")
      << "this mail alone";
  EXPECT_EQ(history_shown({.messages = 12, .days = 4, .brands = 3, .messages_total = 40}),
            "messages=12; days=4; brands=3; ");
  EXPECT_EQ(history_shown({.messages = 2, .days = 1, .messages_total = 2}), "messages=2; days=1; ");
  EXPECT_EQ(history_shown({.messages = 1, .messages_total = 1, .campaign = "c7f3a1"}),
            "campaign=c7f3a1; ");
}

}  // namespace
}  // namespace ringfence
