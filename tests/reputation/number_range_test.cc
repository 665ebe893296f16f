#include "reputation/number_range.h"

#include <gtest/gtest.h>

#include <random>

namespace ringfence {
namespace {

TEST(NumberRangeParse, Table) {
  const struct {
    const char* text;
    const char* expected;  // "" refused
  } rows[] = {
      {"+33162######", "+33162######"},
      {"33162######", "+33162######"},
      {"+33162xxxXXX", "+33162######"},
      {"+339475*", "+339475*"},
      {"1*", "+1*"},
      {"+18885550123", "+18885550123"},
      {"+1888555012#", "+1888555012#"},
      {"+18885550123*", "+18885550123*"},
      {"+999999999999999", "+999999999999999"},
      {"+4##############", "+4##############"},
      {"+9999999999999999", ""},  // 16 digits
      {"+99999999999999##", ""},
      {"+123456", ""},  // 6 digits
      {"+12345#", ""},
      {"", ""},
      {"+", ""},
      {"*", ""},
      {"#######", ""},
      {"+0123456#", ""},
      {"+1##8885550", ""},  // wildcards stand last
      {"+1888*#", ""},
      {"+1888#*", ""},
      {"+1 888*", ""},
      {"++1888*", ""},
      {"+1888**", ""},
      {"0800*", ""},
  };
  for (const auto& row : rows) {
    const auto range = NumberRange::parse(row.text);
    EXPECT_EQ(range ? range->to_string() : "", row.expected) << row.text;
    if (!range) continue;
    EXPECT_EQ(NumberRange::parse(range->to_string()), range) << row.text;
  }
}

TEST(NumberRangeMake, Bounds) {
  EXPECT_TRUE(NumberRange::make("1", 0));
  EXPECT_TRUE(NumberRange::make("1", 7));
  EXPECT_TRUE(NumberRange::make("1", 15));
  EXPECT_FALSE(NumberRange::make("1", 6));
  EXPECT_FALSE(NumberRange::make("1", 16));
  EXPECT_FALSE(NumberRange::make("1", -1));
  EXPECT_FALSE(NumberRange::make("12345678", 7));
  EXPECT_TRUE(NumberRange::make("12345678", 8));
  EXPECT_FALSE(NumberRange::make("", 7));
  EXPECT_FALSE(NumberRange::make("0", 7));
  EXPECT_FALSE(NumberRange::make("1a", 7));
}

TEST(NumberRangeContains, AsTheTextSays) {
  const auto range = [](const char* text) { return *NumberRange::parse(text); };
  const auto number = [](const char* text) { return *E164::parse(text); };
  const struct {
    const char* range;
    const char* number;
    bool expected;
  } rows[] = {
      {"+1888555####", "+18885550123", true},  {"+1888555####", "+188855501234", false},
      {"+1888555####", "+1888555012", false},  {"+1888555*", "+188855501234", true},
      {"+1888555*", "+1888555", true},         {"+1888555*", "+18885560123", false},
      {"+18885550123", "+18885550123", true},  {"+18885550123", "+18885550124", false},
      {"+4##############", "+4412345", false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(range(row.range).contains(number(row.number)), row.expected)
        << row.range << " " << row.number;
  }
}

TEST(NumberRangeAround, IsTheRangeOfThatShape) {
  const E164 number = *E164::parse("+18885550123");
  EXPECT_EQ(NumberRange::around(number, 4, 11), NumberRange::parse("+1888#######"));
  EXPECT_EQ(NumberRange::around(number, 4, 0), NumberRange::parse("+1888*"));
  EXPECT_EQ(NumberRange::around(number, 11, 11), NumberRange(number));
  EXPECT_EQ(NumberRange::around(number, 12, 0), std::nullopt);
  EXPECT_EQ(NumberRange::around(number, 4, 10), std::nullopt);
  EXPECT_EQ(NumberRange::around(number, 0, 11), std::nullopt);
}

TEST(RangesOfInterval, Table) {
  const auto text = [](std::uint64_t first, std::uint64_t last) {
    std::string out;
    for (const NumberRange& r :
         ranges_of_interval(*E164::from_value(first), *E164::from_value(last))) {
      out += r.to_string() + " ";
    }
    return out;
  };
  EXPECT_EQ(text(18885550100, 18885550199), "+188855501## ");
  EXPECT_EQ(text(18885550100, 18885550100), "+18885550100 ");
  EXPECT_EQ(text(18885550108, 18885550121),
            "+18885550108 +18885550109 +1888555011# +18885550120 +18885550121 ");
  EXPECT_EQ(text(1000000, 9999999),
            "+1###### +2###### +3###### +4###### +5###### +6###### +7###### +8###### +9###### ");
  EXPECT_EQ(text(18885550101, 18885550100), "");
  EXPECT_EQ(text(9999999, 10000000), "");  // 7 digits and 8
}

// Every number of the interval is in exactly one range, none outside is, and no fewer would do:
// no ten neighbours could be one.
TEST(RangesOfInterval, CoverExactly) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 400; ++round) {
    const std::uint64_t base = 18'885'550'000 + random() % 3000;
    const std::uint64_t last = base + random() % 2500;
    const auto ranges = ranges_of_interval(*E164::from_value(base), *E164::from_value(last));
    ASSERT_FALSE(ranges.empty());
    std::uint64_t covered = 0;
    for (const NumberRange& r : ranges) {
      std::uint64_t numbers = 1;
      for (int free = r.digits() - r.prefix_digits(); free > 0; --free) numbers *= 10;
      EXPECT_EQ(r.prefix() * numbers, base + covered);  // one behind the other, without a gap
      covered += numbers;
    }
    EXPECT_EQ(base + covered - 1, last);
    for (const std::uint64_t outside : {base - 1, last + 1}) {
      for (const NumberRange& r : ranges) EXPECT_FALSE(r.contains(*E164::from_value(outside)));
    }
    for (std::size_t i = 0; i + 10 <= ranges.size(); ++i) {
      const bool mergeable = ranges[i].prefix() % 10 == 0 &&
                             ranges[i].prefix_digits() == ranges[i + 9].prefix_digits();
      EXPECT_FALSE(mergeable && ranges[i].prefix() + 9 == ranges[i + 9].prefix());
    }
  }
}

TEST(RangesOfInterval, TheWorstOnes) {
  const auto count = [](std::uint64_t first, std::uint64_t last) {
    return ranges_of_interval(*E164::from_value(first), *E164::from_value(last)).size();
  };
  // Nine of each size upwards, seven of the largest, nine of each size downwards.
  EXPECT_EQ(count(10'000'000'001, 99'999'999'998), 9 * 10 + 7 + 9 * 10U);
  EXPECT_EQ(count(100'000'000'000'001, 999'999'999'999'998), 0U);  // 259
}

}  // namespace
}  // namespace ringfence
