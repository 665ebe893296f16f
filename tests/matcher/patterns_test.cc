#include "matcher/patterns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/text.h"
#include "matcher/pattern_database.h"
#include "matcher/pattern_self_test.h"

namespace ringfence {
namespace {

using testing::HasSubstr;

class Kinds final : public PatternSink {
 public:
  void on_match(std::uint32_t id, std::uint64_t end) override {
    kinds.insert(static_cast<PatternKind>(id));
    ends.push_back(end);
  }
  PatternKinds kinds;
  std::vector<std::uint64_t> ends;
};

std::unique_ptr<const PatternDatabase> database(PatternDatabase::Mode mode) {
  auto made = PatternDatabase::create(number_patterns(), mode);
  EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().message);
  return std::move(*made);
}

PatternKinds kinds_in(std::string_view text) {
  static const auto blocks = database(PatternDatabase::Mode::kBlock);
  Kinds kinds;
  EXPECT_TRUE(blocks->scan(text, kinds));
  return kinds.kinds;
}

TEST(Patterns, FindWhatTheyShould) {
  const PatternKinds digits = {PatternKind::kDigits};
  for (const char* text : {"18885550123", "+1 (202) 555-0147", "1 - 8 0 0 - 5 5 5 - 0 1 9 9",
                           "1-2`0`2`5-5`5-0`1`2`3", "+44 (0)1632 960123", "1 202  \r\n555-0147",
                           "202\n> 555-0147", "01632/960_123", "\"202\".\"555\".\"0147\"",
                           "2\x01"
                           "0\x01"
                           "2\x01"
                           "5\x01"
                           "5\x01"
                           "5\x01"
                           "0",
                           "l-8OO-S55-OI23", "2OZ SS5 O1B0 2O2-555-OI47"}) {
    EXPECT_TRUE(kinds_in(text).contains(PatternKind::kDigits)) << text;
  }
  EXPECT_EQ(kinds_in("18885550123"), digits);
  for (const char* text :
       {"1-866-858-HOST", "1-800-FLOWERS", "888 GO FEDEX", "(800) FLOWERS", "1.800.flowers"}) {
    EXPECT_TRUE(kinds_in(text).contains(PatternKind::kVanity)) << text;
  }
  for (const char* text : {"one eight hundred", "one-8-double-eight", "EIGHT, Eight", "oneeight",
                           "five oh two", "8 zero 5", "two 0 two"}) {
    EXPECT_TRUE(kinds_in(text).contains(PatternKind::kSpelled)) << text;
  }
}

TEST(Patterns, PassOverTheRest) {
  for (const char* text :
       {"", "Dear customer, your invoice is attached.", "page 12 of 40", "$399.99", "24 hours",
        "the 300 people of 12 towns", "one of two", "a@b 12@34@56@78", "7 days, 365 a year"}) {
    EXPECT_TRUE(kinds_in(text).empty()) << text;
  }
}

TEST(Patterns, SeparatorsAgreeWithTheExpressions) {
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    if (is_ascii_digit(c) || is_look_alike(c)) continue;
    std::string text = "1";
    for (int j = 0; j < 6; ++j) text += std::string{c, '1'};
    EXPECT_EQ(kinds_in(text).contains(PatternKind::kDigits), is_separator(c)) << i;
  }
  for (const char c : std::string_view("OoIl|SsB")) EXPECT_TRUE(is_look_alike(c)) << c;
  for (const char c : std::string_view("0123456789abLi")) EXPECT_FALSE(is_look_alike(c)) << c;
}

TEST(Patterns, CountsNumberWords) {
  EXPECT_EQ(number_words("eight"), 1);
  EXPECT_EQ(number_words("EightHundred"), 2);
  EXPECT_EQ(number_words("oh"), 1);
  EXPECT_EQ(number_words("sevensix"), 2);
  for (const char* word : {"", "phone", "eighty", "one1", "ones", "nin"}) {
    EXPECT_EQ(number_words(word), 0) << word;
  }
  EXPECT_EQ(number_words(std::string(kNumberWordBytesMax + 1, 'o')), 0);
}

TEST(PatternDatabase, SaysWhichExpressionIsBad) {
  const std::vector<PatternSpec> bad = {{1, "fine"}, {2, "broken("}};
  const auto made = PatternDatabase::create(bad, PatternDatabase::Mode::kStream);
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().kind, ErrorKind::kSoftware);
  EXPECT_THAT(made.error().message, HasSubstr("broken("));
}

TEST(PatternDatabase, TakesLiteralsAsTheyAre) {
  const std::vector<PatternSpec> specs = {{7, "a.b(c", true, true}};
  const auto made = PatternDatabase::create(specs, PatternDatabase::Mode::kBlock);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  Kinds seen;
  EXPECT_TRUE((*made)->scan("xxA.B(C axb(c", seen));
  EXPECT_THAT(seen.ends, testing::ElementsAre(7u));
}

TEST(PatternDatabase, StreamsHopThreads) {
  const auto streams = database(PatternDatabase::Mode::kStream);
  const std::string text = "call +1 202 555 0147 now";
  PatternStream stream(*streams);
  Kinds seen;
  for (const char& c : text) {
    std::thread([&] { EXPECT_TRUE(stream.scan({&c, 1}, seen)); }).join();
  }
  EXPECT_TRUE(seen.kinds.contains(PatternKind::kDigits));
}

TEST(PatternSelfTest, AcceptsThisEngine) {
  const auto proved = prove_streams(*database(PatternDatabase::Mode::kBlock),
                                    *database(PatternDatabase::Mode::kStream));
  EXPECT_TRUE(proved.has_value()) << proved.error().message;
}

/// A stand-in engine: matches are places of "55"; its stream can lose those across a cut.
bool scan_pieces(std::span<const std::string_view> pieces, std::vector<SeenMatch>& out,
                 bool loses) {
  std::string text;
  for (const std::string_view piece : pieces) {
    const std::size_t before = text.size();
    text += piece;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      if (text.compare(i, 2, "55") != 0 || i + 2 <= before) continue;
      if (!loses || i >= before) out.push_back({0, i + 2});
    }
  }
  return true;
}

TEST(PatternSelfTest, RefusesAnEngineThatLosesMatchesAtCuts) {
  const auto sound = [](auto pieces, auto& out) { return scan_pieces(pieces, out, false); };
  const auto lossy = [](auto pieces, auto& out) { return scan_pieces(pieces, out, true); };
  EXPECT_TRUE(prove_streams(sound, sound).has_value());
  const auto proved = prove_streams(sound, lossy);
  ASSERT_FALSE(proved.has_value());
  EXPECT_EQ(proved.error().kind, ErrorKind::kSoftware);
  EXPECT_THAT(proved.error().message, HasSubstr("vectorscan"));
}

TEST(PatternSelfTest, RefusesAnEngineThatFails) {
  const auto sound = [](auto pieces, auto& out) { return scan_pieces(pieces, out, false); };
  const auto failing = [](auto, auto&) { return false; };
  EXPECT_FALSE(prove_streams(failing, sound).has_value());
  EXPECT_FALSE(prove_streams(sound, failing).has_value());
}

}  // namespace
}  // namespace ringfence
