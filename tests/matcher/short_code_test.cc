#include "matcher/short_code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "matcher/matcher.h"
#include "matcher/number_reader.h"

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(ShortCodeNumber, KeepsCountriesApart) {
  const auto number = [](int code, const char* region, const char* digits) {
    const auto out = short_code_number(code, region, digits);
    return out ? out->to_string() : "";
  };
  EXPECT_EQ(number(1, "US", "72733"), "+100538072733");
  EXPECT_EQ(number(1, "CA", "72733"), "+100052072733");
  EXPECT_EQ(number(44, "GB", "60006"), "+4400157060006");
  EXPECT_EQ(number(598, "UY", "611"), "+59800544000611");
  EXPECT_EQ(number(1, "AA", "100"), "+100000000100");
  for (const char* none : {"", "12", "1234567", "0123", "12a", "72 733"}) {
    EXPECT_EQ(number(1, "US", none), "") << none;
  }
  EXPECT_EQ(number(0, "US", "72733"), "");
  EXPECT_EQ(number(1, "us", "72733"), "");
  EXPECT_EQ(number(1, "001", "72733"), "");
}

TEST(ShortCodeNumber, ThereAndBack) {
  for (const char* region : {"US", "CA", "AA", "ZZ", "DE"}) {
    for (const char* digits : {"100", "611", "2345", "72733", "999999"}) {
      for (const int code : {1, 49, 598}) {
        const auto number = short_code_number(code, region, digits);
        ASSERT_TRUE(number.has_value());
        EXPECT_EQ(short_code_of(*number), (ShortCode{region, digits}));
      }
    }
  }
  for (const char* number : {"+12025550147", "+442079460000", "+390612345678", "+4915112345678",
                             "+100538000099", "+100676072733", "+101538072733", "+538072733"}) {
    EXPECT_EQ(short_code_of(E164::parse(number).value()), std::nullopt) << number;
  }
}

std::shared_ptr<const MatcherEngine> engine(std::vector<std::string> regions) {
  MatcherOptions options;
  options.regions = std::move(regions);
  options.short_codes = true;
  return MatcherEngine::create(options).value();
}

/// Short codes as "72733@US", other numbers as they are.
std::vector<std::string> found_in(const std::shared_ptr<const MatcherEngine>& engine,
                                  const std::string& text, std::size_t piece = std::string::npos) {
  MessageMatcher matcher(engine);
  for (std::size_t at = 0; at < text.size(); at += std::min(piece, text.size())) {
    matcher.push(1, Place::kPlain, std::string_view(text).substr(at, piece));
  }
  std::vector<std::string> out;
  for (const Finding& finding : matcher.finish().numbers) {
    const auto code = short_code_of(finding.number);
    EXPECT_EQ(code.has_value(), finding.short_code);
    EXPECT_TRUE(!code || (finding.valid && code->region == finding.region));
    out.push_back(code ? code->digits + "@" + code->region : finding.number.to_string());
  }
  return out;
}

TEST(ShortCodes, AreFoundNearAWordForCallingOrTexting) {
  static const auto us = engine({"US"});
  const struct {
    const char* text;
    const char* code;
  } table[] = {
      {"text STOP to 72733", "72733@US"},
      {"Text STOP to 72733.", "72733@US"},
      {"SMS 'HELP' to 72733 now", "72733@US"},
      {"Reply YES to\n72733 to go on", "72733@US"},
      {"send JOIN to (72733)", "72733@US"},
      {"call 611", "611@US"},
      {"Dial *611 from your phone", "611@US"},
      {"Questions? Call us at 411!", "411@US"},
      {"text STOP to \xEF\xBC\x97\xEF\xBC\x92\xEF\xBC\x97\xEF\xBC\x93\xEF\xBC\x93", "72733@US"},
  };
  for (const auto& row : table) {
    EXPECT_THAT(found_in(us, row.text), ElementsAre(row.code)) << row.text;
    EXPECT_THAT(found_in(us, std::string(9000, '.') + '\n' + row.text, 1), ElementsAre(row.code));
  }
}

TEST(ShortCodes, OtherDigitsAreNone) {
  static const auto us = engine({"US"});
  for (const char* text : {
           "72733",                 // no word
           "context 72733 is new",  // within a word
           "call 911",
           "dial 911 in an emergency",  // emergency
           "call 300 people today",     // a count
           "we call 2026 a good year",
           "call 1999",  // a year
           "send $72733",
           "send 727.33",
           "send 72,733",
           "text 72733%",
           "send 72733 5550",
           "text 7273-3",
           "call a 72733b",
           "text 727331234567890",
           "He sent a text. Order 72733 is ready",            // another sentence
           "text me about the order with number 72733 soon",  // far off
           "dial 012345",
           "text 12",
       }) {
    EXPECT_THAT(found_in(us, text), IsEmpty()) << text;
  }
}

TEST(ShortCodes, DoNotDisturbOtherNumbers) {
  static const auto us = engine({"US"});
  EXPECT_THAT(found_in(us, "call 202 555 0147 or text HELP to 72733, call (202) 555-0148"),
              testing::UnorderedElementsAre("+12025550147", "72733@US", "+12025550148"));
  EXPECT_THAT(found_in(us, "call 2025550147"), ElementsAre("+12025550147"));
}

TEST(ShortCodes, AreReadInTheRegionsInTheirOrder) {
  EXPECT_THAT(found_in(engine({"GB", "US"}), "text WIN to 60006"), ElementsAre("60006@GB"));
  EXPECT_THAT(found_in(engine({"CA"}), "text STOP to 72733"), ElementsAre("72733@CA"));
  // Not a code of the first one.
  EXPECT_THAT(found_in(engine({"DE", "US"}), "text STOP to 72733"), ElementsAre("72733@US"));
}

TEST(ShortCodes, OnlyOnRequest) {
  static const auto without = MatcherEngine::create({}).value();
  EXPECT_THAT(found_in(without, "text STOP to 72733, call 611"), IsEmpty());
  EXPECT_FALSE(without->parse_number("72733").has_value());
}

TEST(ShortCodes, AreReadAsTyped) {
  MatcherOptions options;
  options.short_codes = true;
  const auto reader = NumberReader::create(options).value();
  const auto read = [&](const char* text, const char* region) {
    const auto number = reader->parse_number(text, region);
    return number ? number->to_string() : "";
  };
  EXPECT_EQ(read("72733", ""), "+100538072733");
  EXPECT_EQ(read(" 72733 ", "ca"), "+100052072733");
  EXPECT_EQ(read("+100538072733", "GB"), "+100538072733");
  EXPECT_EQ(read("911", "US"), "");
  EXPECT_EQ(read("72733", "XX"), "");
  EXPECT_EQ(read("+12025550147", "US"), "+12025550147");
  EXPECT_EQ(read("202 555 0147", "US"), "+12025550147");
}

}  // namespace
}  // namespace ringfence
