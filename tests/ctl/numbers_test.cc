#include "ctl/numbers.h"

#include <gmock/gmock.h>

#include "matcher/matcher.h"

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class NumbersTest : public testing::Test {
 protected:
  std::vector<std::string> ranges(const std::string& text, const std::string& region = "") const {
    const auto parsed = parse_ranges(*reader_, {text}, region);
    if (!parsed) return {"error: " + parsed.error().message};
    std::vector<std::string> out;
    for (const NumberRange& range : *parsed) out.push_back(range.to_string());
    return out;
  }

  const std::shared_ptr<const NumberReader> reader_ =
      NumberReader::create(MatcherOptions{}).value();
};

TEST_F(NumbersTest, NumbersRangesAndIntervals) {
  const struct {
    const char* text;
    const char* region;
    std::vector<std::string> expected;
  } cases[] = {
      {"1-888-555-0123", "", {"+18885550123"}},
      {"(888) 555-0123", "", {"+18885550123"}},
      {"+1 888 555 012#", "", {"+1888555012#"}},
      {"+1 (888) 555-01##", "", {"+188855501##"}},
      {"+339475*", "", {"+339475*"}},
      {"+1*", "", {"+1*"}},
      {"(888) 555-01##", "", {"+188855501##"}},
      {"1-888-555-####", "", {"+1888555####"}},
      {"020 7946 0###", "GB", {"+442079460###"}},
      {"030 23125 ###", "DE", {"+493023125###"}},
      {"+18885550120-+18885550129", "", {"+1888555012#"}},
      {"+1 888 555 0120 - +1 888 555 0129", "", {"+1888555012#"}},
      {"+18885550118..+18885550131",
       "",
       {"+18885550118", "+18885550119", "+1888555012#", "+18885550130", "+18885550131"}},
      {"(888) 555-0120 .. (888) 555-0129", "", {"+1888555012#"}},
      {"+18885550123-+18885550123", "", {"+18885550123"}},
  };
  for (const auto& c : cases) EXPECT_EQ(ranges(c.text, c.region), c.expected) << c.text;
}

TEST_F(NumbersTest, WhatIsNoneSaysWhy) {
  const std::pair<const char*, const char*> cases[] = {
      {"hello", "hello"},
      {"", ""},
      {"+", "+"},
      {"*", "the country code is needed"},
      {"888555*", "the country code is needed"},
      {"+1888*555", "one '*' for all"},
      {"+1888#550123", "a '#' for each digit"},
      {"(888) #55-0123", "each '#' stands for a digit at the end"},
      {"###", "no number whatever"},
      {"+#######", "a '#' for each digit"},
      {"+188855501################", "a '#' for each digit"},
      {"+18885550129-+18885550120", "no interval"},
      {"+18885550120-+442079460000", "no interval"},
      {"+18885550120-+hello", "hello"},
      {"+18885550120..", ""},
      {"..", ""},
  };
  for (const auto& [text, why] : cases) {
    const auto parsed = ranges(text);
    ASSERT_EQ(parsed.size(), 1u) << text;
    EXPECT_THAT(parsed[0], testing::StartsWith("error: ")) << text;
    EXPECT_THAT(parsed[0], HasSubstr(why)) << text;
  }
  const auto several = parse_ranges(*reader_, {"x", "+18885550123", "12"}, "");
  ASSERT_FALSE(several);
  EXPECT_EQ(several.error().kind, ErrorKind::kData);
  EXPECT_EQ(std::count(several.error().message.begin(), several.error().message.end(), '\n'), 1);
}

TEST_F(NumbersTest, EachRangeOnce) {
  const auto parsed =
      parse_ranges(*reader_, {"+1888555012#", "888 555 012#", "+18885550120-+18885550129"}, "");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->size(), 1u);
  EXPECT_EQ(describe(parsed->front()), "+1888555012# (10 numbers)");
  EXPECT_EQ(describe(*NumberRange::parse("+1888*")), "+1888* (all that begin so)");
  EXPECT_EQ(describe(*NumberRange::parse("+18885550123")), "+18885550123");
}

}  // namespace
}  // namespace ringfence
