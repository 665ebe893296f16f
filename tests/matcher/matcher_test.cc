#include "matcher/matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::shared_ptr<const MatcherEngine> engine_of(const MatcherOptions& options) {
  auto made = MatcherEngine::create(options);
  EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().message);
  return std::move(*made);
}

std::shared_ptr<const MatcherEngine> engine() {
  static const std::shared_ptr<const MatcherEngine> made = engine_of({});
  return made;
}

Findings match(std::string_view text, Place place = Place::kPlain,
               std::vector<std::string> regions = {}) {
  MessageMatcher matcher(engine(), std::move(regions));
  matcher.push(1, place, text);
  return matcher.finish();
}

std::vector<std::string> numbers(const Findings& findings) {
  std::vector<std::string> out;
  for (const Finding& f : findings.numbers) out.push_back(f.number.to_string());
  return out;
}

TEST(MatcherEngine, DescribesItself) {
  EXPECT_THAT(engine()->describe(), HasSubstr("hyperscan 5."));
  EXPECT_THAT(engine()->describe(), HasSubstr("libphonenumber"));
}

TEST(MatcherEngine, RefusesUnknownRegions) {
  for (const char* region : {"XX", "USA", "", "Atlantis"}) {
    MatcherOptions options;
    options.regions = {"US", region};
    const auto made = MatcherEngine::create(options);
    ASSERT_FALSE(made.has_value()) << region;
    EXPECT_EQ(made.error().kind, ErrorKind::kConfig);
    EXPECT_THAT(made.error().message, HasSubstr("region"));
  }
}

TEST(MatcherEngine, TakesRegionsInAnyCase) {
  MatcherOptions options;
  options.regions = {"gb"};
  EXPECT_THAT(engine_of(options)->options().regions, ElementsAre("GB"));
}

TEST(MatcherEngine, ParsesNumbersAsTyped) {
  const auto parsed = [](std::string_view text, std::string_view region = {}) {
    const auto number = engine()->parse_number(text, region);
    return number ? number->to_string() : std::string("none");
  };
  EXPECT_EQ(parsed("1 (888) 555-0123"), "+18885550123");
  EXPECT_EQ(parsed("+44 20 7946 0000"), "+442079460000");
  EXPECT_EQ(parsed("020 7946 0000", "GB"), "+442079460000");
  EXPECT_EQ(parsed("020 7946 0000", "gb"), "+442079460000");
  EXPECT_EQ(parsed(" ＋１　２０２ ５５５ ０１４７ "), "+12025550147");
  EXPECT_EQ(parsed("+1\u200B202\u200B5550147"), "+12025550147");
  for (const char* text : {"", "hello", "12", "+", "999999999999999999999"}) {
    const auto number = engine()->parse_number(text);
    ASSERT_FALSE(number.has_value()) << text;
    EXPECT_EQ(number.error().kind, ErrorKind::kData);
  }
}

TEST(MessageMatcher, FindsNumbersInOrder) {
  const Findings found = match("Call +1 202-555-0147, (202) 555-0148 or +44 1632 960123.");
  EXPECT_THAT(numbers(found), ElementsAre("+12025550147", "+12025550148", "+441632960123"));
  EXPECT_TRUE(found.limits.empty());
  EXPECT_THAT(found.notes, IsEmpty());
}

TEST(MessageMatcher, MergesOneNumberFromManyPlaces) {
  MessageMatcher matcher(engine());
  matcher.push(1, Place::kSubject, "Call +1 202-555-0147");
  matcher.end(1);
  matcher.push(2, Place::kHtml, "or call (202) 555-0147 and call ２０２-555-0147");
  matcher.push(3, Place::kHref, "+12025550147");
  matcher.push(4, Place::kHtmlHidden, "call 202-555-0148");
  const Findings found = matcher.finish();
  ASSERT_THAT(numbers(found), ElementsAre("+12025550147", "+12025550148"));
  const Finding& first = found.numbers[0];
  EXPECT_EQ(first.places, (PlaceSet{Place::kSubject, Place::kHtml, Place::kHref}));
  EXPECT_EQ(first.count, 4u);
  EXPECT_EQ(first.region, "US");
  EXPECT_THAT(first.shown, HasSubstr("202-555-0147"));
  EXPECT_TRUE(first.tricks.contains(Trick::kUnicodeDigits));
  EXPECT_FALSE(first.tricks.contains(Trick::kHiddenText));
  EXPECT_TRUE(found.numbers[1].tricks.contains(Trick::kHiddenText));
}

TEST(MessageMatcher, KeepsInterleavedStreamsApart) {
  MessageMatcher matcher(engine());
  matcher.push(1, Place::kHtml, "call +1 202");
  matcher.push(2, Place::kHtmlHidden, "call +44 16");
  matcher.push(1, Place::kHtml, "-555-01");
  matcher.push(2, Place::kHtmlHidden, "32 960");
  matcher.push(1, Place::kHtml, "47");
  matcher.push(2, Place::kHtmlHidden, "123");
  EXPECT_THAT(numbers(matcher.finish()), ElementsAre("+12025550147", "+441632960123"));
}

TEST(MessageMatcher, EndOfAStreamPartsTexts) {
  MessageMatcher matcher(engine());
  matcher.push(1, Place::kPlain, "+1 202 555");
  matcher.end(1);
  matcher.end(1);
  matcher.end(99);
  matcher.push(1, Place::kPlain, "0147");
  EXPECT_THAT(matcher.finish().numbers, IsEmpty());
}

TEST(MessageMatcher, ReadsByHintedRegionsFirst) {
  EXPECT_THAT(numbers(match("Tel. 01632 960123", Place::kPlain, {"GB"})),
              ElementsAre("+441632960123"));
  EXPECT_THAT(numbers(match("Tel. 01632 960123", Place::kPlain, {"gb", "nonsense"})),
              ElementsAre("+441632960123"));
}

TEST(MessageMatcher, ShowsAsWrittenOnOneLine) {
  const Findings found = match("call now: +1 202 \r\n 555–0147 please");
  ASSERT_THAT(found.numbers, SizeIs(1));
  EXPECT_EQ(found.numbers[0].shown, "+1 202 555–0147");
}

TEST(MessageMatcher, EveryCutGivesTheSame) {
  const std::string text =
      "Ihre Rechnung: rufen Sie +49 30 23125 123 an, or call ２０２\u200B-555-0147. Or (202) "
      "555-\r\n0148Hey";
  const std::vector<std::string> whole = numbers(match(text));
  ASSERT_FALSE(whole.empty());
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    MessageMatcher matcher(engine());
    matcher.push(1, Place::kPlain, std::string_view(text).substr(0, cut));
    matcher.push(1, Place::kPlain, std::string_view(text).substr(cut));
    ASSERT_EQ(numbers(matcher.finish()), whole) << cut;
  }
  MessageMatcher matcher(engine());
  for (const char& c : text) matcher.push(1, Place::kPlain, {&c, 1});
  EXPECT_EQ(numbers(matcher.finish()), whole);
}

TEST(MessageMatcher, ExplainsWhenAsked) {
  MessageMatcher matcher(engine(), {}, true);
  matcher.push(1, Place::kSubject, "Call +1 202-555-0147 or +1 202-555-0147, order no. 1234567");
  const Findings found = matcher.finish();
  std::vector<std::string> outcomes;
  for (const CandidateNote& note : found.notes) {
    outcomes.push_back(note.outcome);
    EXPECT_EQ(note.place, Place::kSubject);
    EXPECT_FALSE(note.shown.empty());
    EXPECT_EQ(note.number.has_value(), note.outcome != "rejected");
    EXPECT_EQ(note.reason.empty(), note.outcome != "rejected") << note.reason;
  }
  EXPECT_THAT(outcomes, testing::IsSupersetOf({"number", "duplicate", "rejected"}));
}

std::string distinct_numbers(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    out += "+1202" + std::to_string(2'000'000 + i) + "\n\n";
  }
  return out;
}

TEST(MessageMatcher, StopsAtNumbersMax) {
  MatcherOptions options;
  options.numbers_max = 10;
  MessageMatcher matcher(engine_of(options));
  matcher.push(1, Place::kPlain, distinct_numbers(30));
  const Findings found = matcher.finish();
  EXPECT_THAT(found.numbers, SizeIs(10));
  EXPECT_TRUE(found.limits.contains(Limit::kNumbers));
}

TEST(MessageMatcher, StopsAtCandidatesMax) {
  MatcherOptions options;
  options.candidates_max = 50;
  MessageMatcher matcher(engine_of(options));
  matcher.push(1, Place::kPlain, "call +1 202-555-0147 first. " + distinct_numbers(500));
  const Findings found = matcher.finish();
  EXPECT_TRUE(found.limits.contains(Limit::kCandidates));
  EXPECT_LE(found.numbers.size(), 50u);
  EXPECT_EQ(found.numbers.at(0).number.to_string(), "+12025550147");
}

TEST(MessageMatcher, EmptyMessagesGiveNothing) {
  EXPECT_THAT(match("").numbers, IsEmpty());
  MessageMatcher never_pushed(engine());
  EXPECT_THAT(never_pushed.finish().numbers, IsEmpty());
}

TEST(MessageMatcher, ManyThreadsShareAnEngine) {
  const std::vector<std::string> expected = {"+12025550147", "+441632960123"};
  std::vector<std::thread> threads;
  std::vector<int> wrong(8, 0);
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i) {
        MessageMatcher matcher(engine());
        matcher.push(1, Place::kPlain, "call +1 202-555-01");
        matcher.push(2, Place::kPlain, "or +44 1632 960");
        matcher.push(1, Place::kPlain, "47 now");
        matcher.push(2, Place::kPlain, "123");
        wrong[t] += numbers(matcher.finish()) != expected;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(wrong, testing::Each(0));
}

TEST(MessageMatcher, MovesBetweenThreads) {
  MessageMatcher matcher(engine());
  const std::string text = "please call +1 202-555-0147 today";
  for (const char& c : text) {
    std::thread([&] { matcher.push(1, Place::kPlain, {&c, 1}); }).join();
  }
  MessageMatcher moved = std::move(matcher);
  EXPECT_THAT(numbers(moved.finish()), ElementsAre("+12025550147"));
}

TEST(Tokens, RoundTrip) {
  for (int i = 0; i < kTrickCount; ++i) {
    const auto trick = static_cast<Trick>(i);
    EXPECT_EQ(trick_from_token(to_token(trick)), trick);
  }
  EXPECT_EQ(trick_from_token("nonsense"), std::nullopt);
  EXPECT_EQ(to_token(LineType::kVoicemail), "voicemail");
  EXPECT_EQ(to_token(LineType::kTollFree), "toll-free");
}

}  // namespace
}  // namespace ringfence
