#include "matcher/number_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "matcher/matcher.h"

namespace ringfence {
namespace {

using testing::HasSubstr;

std::shared_ptr<const NumberReader> reader(std::vector<std::string> regions = {"us", "DE"}) {
  MatcherOptions options;
  options.regions = std::move(regions);
  return NumberReader::create(options).value();
}

std::string read(std::string_view text, std::string_view region = {}) {
  static const auto shared = reader();
  const auto number = shared->parse_number(text, region);
  return number ? number->to_string() : "error: " + number.error().message;
}

TEST(NumberReader, ReadsWhatPeopleType) {
  EXPECT_EQ(read("+18885550123"), "+18885550123");
  EXPECT_EQ(read("  +1 888 555 0123\r\n"), "+18885550123");
  EXPECT_EQ(read("1 (888) 555-0123"), "+18885550123");
  EXPECT_EQ(read("888.555.0123"), "+18885550123");
  EXPECT_EQ(read("18885550123"), "+18885550123");
  EXPECT_EQ(read("030 23125 123", "de"), "+493023125123");
  EXPECT_EQ(read("+49 (0)30 23125 123"), "+493023125123");
  EXPECT_EQ(read("+44 20 7946 0000", "XX"), "+442079460000");
  EXPECT_EQ(read("\xEF\xBC\x8B\xEF\xBC\x91 888 555\xE2\x80\x91"
                 "0123"),
            "+18885550123");
  EXPECT_EQ(read("1-800-FLOWERS"), "+18003569377");
  EXPECT_EQ(read("+1 983 555 0123"), "+19835550123");  // possible is enough
}

TEST(NumberReader, SaysWhatIsNone) {
  for (const char* none : {"", " ", "hello", "12", "+", "+1888555", "+999 123 4567",
                           "8885550123456", "\xff\xfe", "+1888555012345"}) {
    EXPECT_THAT(read(none), HasSubstr("is not a telephone number")) << none;
  }
  EXPECT_THAT(read("030 23125 123", "XX"), HasSubstr("(read as in XX)"));
}

TEST(NumberReader, RefusesUnknownRegions) {
  MatcherOptions options;
  options.regions = {"US", "USA"};
  const auto made = NumberReader::create(options);
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().kind, ErrorKind::kConfig);
  EXPECT_THAT(made.error().message, HasSubstr("\"USA\""));
}

TEST(NumberReader, WithoutRegionsOnlyInternationalNumbers) {
  const auto none = reader({});
  EXPECT_TRUE(none->parse_number("+18885550123").has_value());
  EXPECT_FALSE(none->parse_number("8885550123").has_value());
}

}  // namespace
}  // namespace ringfence
