// Ranges as keys of tables, ranges of one, and ranges within ranges.
#include <gtest/gtest.h>

#include "reputation/number_range.h"

namespace ringfence {
namespace {

NumberRange range(std::string_view text) { return NumberRange::parse(text).value(); }

TEST(NumberRangeKey, GoesThereAndBack) {
  for (const char* text : {"+1*", "+1888555012#", "+18885550123", "+18885550123*", "+339475*",
                           "+999999999999999", "+4##############"}) {
    const auto key = range(text).key();
    EXPECT_EQ(NumberRange::from_key({key.data(), key.size()}), range(text)) << text;
  }
  const auto key = range("+33162######").key();
  EXPECT_EQ(std::string(key.data(), key.size()), std::string("\5\13\0\0\0\0\0\0\x81\x8a", 10));
}

TEST(NumberRangeKey, OtherBytesAreNone) {
  const auto good = range("+33162######").key();
  const std::string key(good.data(), good.size());
  EXPECT_FALSE(NumberRange::from_key(""));
  EXPECT_FALSE(NumberRange::from_key(key.substr(1)));
  EXPECT_FALSE(NumberRange::from_key(key + "0"));
  for (const auto& [at, byte] : {std::pair{0, '\4'},
                                 {0, '\0'},
                                 {0, '\xff'},
                                 {1, '\4'},
                                 {1, '\x10'},
                                 {2, '\xff'},
                                 {8, '\0'}}) {
    std::string wrong = key;
    wrong[static_cast<std::size_t>(at)] = byte;
    EXPECT_FALSE(NumberRange::from_key(wrong)) << at;
  }
}

TEST(NumberRangeOfOne, IsTheNumber) {
  const E164 number = *E164::parse("+18885550123");
  EXPECT_EQ(NumberRange(number), range("+18885550123"));
  EXPECT_EQ(NumberRange(number).to_string(), "+18885550123");
  EXPECT_EQ(NumberRange(number).number(), number);
  EXPECT_EQ(range("+18885550123*").number(), std::nullopt);
  EXPECT_EQ(range("+1888555012#").number(), std::nullopt);
}

TEST(NumberRangeAround, IsTheRangeOfAShape) {
  const E164 number = *E164::parse("+18885550123");
  EXPECT_EQ(NumberRange::around(number, 4, 0), range("+1888*"));
  EXPECT_EQ(NumberRange::around(number, 10, 11), range("+1888555012#"));
  EXPECT_EQ(NumberRange::around(number, 11, 11), range("+18885550123"));
  EXPECT_EQ(NumberRange::around(number, 11, 0), range("+18885550123*"));
  EXPECT_EQ(NumberRange::around(number, 12, 0), std::nullopt);
  EXPECT_EQ(NumberRange::around(number, 4, 10), std::nullopt);
  EXPECT_EQ(NumberRange::around(number, 0, 0), std::nullopt);
}

TEST(NumberRangeContains, RangesWithin) {
  const struct {
    const char* outer;
    const char* inner;
    bool expected;
  } cases[] = {
      {"+1888*", "+1888555012#", true},        {"+1888*", "+1888*", true},
      {"+1888*", "+18885550123", true},        {"+1888*", "+188*", false},
      {"+1888#######", "+1888555####", true},  {"+1888#######", "+1888555*", false},
      {"+1888#######", "+1888555###", false},  {"+1889*", "+1888555012#", false},
      {"+18885550123", "+18885550123", true},  {"+18885550123", "+18885550123*", false},
      {"+18885550123*", "+18885550123", true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(range(c.outer).contains(range(c.inner)), c.expected) << c.outer << " " << c.inner;
  }
}

}  // namespace
}  // namespace ringfence
