#include "base/e164.h"

#include <gtest/gtest.h>

namespace ringfence {
namespace {

TEST(E164, ParsesOnlyPlusAndDigits) {
  ASSERT_TRUE(E164::parse("+18885550123"));
  EXPECT_EQ(E164::parse("+18885550123")->to_string(), "+18885550123");
  EXPECT_EQ(E164::parse("+18885550123")->value(), 18885550123u);
  for (const char* bad : {"", "+", "18885550123", "+1 8885550123", "+08885550123", "+123456",
                          "+1234567890123456", "+1888555012a", "+-8885550123"}) {
    EXPECT_FALSE(E164::parse(bad)) << bad;
  }
  EXPECT_TRUE(E164::parse("+1234567"));
  EXPECT_TRUE(E164::parse("+999999999999999"));
}

TEST(E164, KeysKeepTheOrderOfValues) {
  const E164 low = *E164::parse("+18885550199"), high = *E164::parse("+18885550200");
  const auto low_key = low.key(), high_key = high.key();
  EXPECT_LT(std::string_view(low_key.data(), 8), std::string_view(high_key.data(), 8));
  EXPECT_EQ(E164::from_key(std::string_view(low_key.data(), 8)), low);
}

TEST(E164, KeysOfWrongLengthOrRangeAreRefused) {
  EXPECT_FALSE(E164::from_key("1234567"));
  EXPECT_FALSE(E164::from_key(std::string_view("\0\0\0\0\0\0\0\1", 8)));
  EXPECT_FALSE(E164::from_key("\xff\xff\xff\xff\xff\xff\xff\xff"));
  EXPECT_FALSE(E164::from_value(999'999));
  EXPECT_FALSE(E164::from_value(1'000'000'000'000'000));
}

}  // namespace
}  // namespace ringfence
