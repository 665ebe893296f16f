#include "matcher/numbering_plan_tables.h"

#include <gtest/gtest.h>
#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "tests/support/read_text.h"

namespace ringfence {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

const PlanTables& tables() {
  static const PlanTables out = PlanTables::create().value();
  return out;
}

/// The slow way: what the library's parser makes of it, possible numbers only; "" for none.
std::string by_library(const std::string& text, const std::string& region) {
  const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
  PhoneNumber parsed;
  if (util.Parse(text, region.empty() ? "ZZ" : region, &parsed) !=
      PhoneNumberUtil::NO_PARSING_ERROR) {
    return "";
  }
  parsed.clear_extension();
  if (util.IsPossibleNumberWithReason(parsed) != PhoneNumberUtil::IS_POSSIBLE) return "";
  std::string national;
  util.GetNationalSignificantNumber(parsed, &national);
  const auto number = E164::from_digits(std::to_string(parsed.country_code()) + national);
  return number ? number->to_string() : "";
}

std::vector<PhoneNumber> example_numbers() {
  const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
  std::vector<PhoneNumber> out;
  std::set<std::string> regions;
  util.GetSupportedRegions(&regions);
  for (const std::string& region : regions) {
    for (int type = PhoneNumberUtil::FIXED_LINE; type <= PhoneNumberUtil::VOICEMAIL; ++type) {
      PhoneNumber number;
      if (util.GetExampleNumberForType(region, static_cast<PhoneNumberUtil::PhoneNumberType>(type),
                                       &number)) {
        out.push_back(number);
      }
    }
  }
  std::set<int> codes;
  util.GetSupportedGlobalNetworkCallingCodes(&codes);
  for (const int code : codes) {
    PhoneNumber number;
    if (util.GetExampleNumberForNonGeoEntity(code, &number)) out.push_back(number);
  }
  return out;
}

struct Tally {
  int asked = 0;
  int sure = 0;
  int numbers = 0;
  int wrong = 0;

  void compare(const std::string& text, const std::string& region) {
    ++asked;
    const TableAnswer answer = tables().parse(text, region);
    if (!answer.sure) return;
    ++sure;
    const std::string number = answer.number ? answer.number->to_string() : "";
    numbers += !number.empty();
    const std::string expected = by_library(text, region);
    if (number == expected) return;
    // One message for each kind of difference is enough to see it.
    if (++wrong <= 10)
      ADD_FAILURE() << text << " in " << region << ": " << expected << " is right, not " << number;
  }
};

std::string digits_of(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (is_ascii_digit(c)) out += c;
  }
  return out;
}

TEST(PlanTables, ReadsExampleNumbersAsTheLibraryDoes) {
  const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
  const std::vector<PhoneNumber> examples = example_numbers();
  ASSERT_GT(examples.size(), 1000u);
  Tally international;
  Tally national;
  for (const PhoneNumber& number : examples) {
    std::string region;
    util.GetRegionCodeForNumber(number, &region);
    for (const auto format : {PhoneNumberUtil::E164, PhoneNumberUtil::INTERNATIONAL}) {
      std::string text;
      util.Format(number, format, &text);
      international.compare(text, "");
      international.compare(text, "US");
      international.compare(text, region);
    }
    std::string text;
    util.Format(number, PhoneNumberUtil::NATIONAL, &text);
    std::string significant;
    util.GetNationalSignificantNumber(number, &significant);
    for (const std::string& home : {region, std::string("US"), std::string("DE")}) {
      national.compare(text, home);
      national.compare(digits_of(text), home);
      national.compare(significant, home);
      national.compare(std::to_string(number.country_code()) + significant, home);
    }
  }
  // What the tables do not dare to say costs the library's time.
  EXPECT_GT(international.numbers, international.asked * 9 / 10);
  EXPECT_GT(national.sure, national.asked / 3);
}

TEST(PlanTables, ReadsChangedNumbersAsTheLibraryDoes) {
  std::mt19937 random(7);
  const auto below = [&](std::size_t bound) { return random() % bound; };
  const std::vector<PhoneNumber> examples = example_numbers();
  const std::vector<std::string> regions = {"US", "GB", "DE", "BR", "IT",
                                            "MX", "AU", "CA", "",   "XX"};
  Tally tally;
  for (int i = 0; i < 40'000; ++i) {
    const PhoneNumber& number = examples[below(examples.size())];
    std::string significant;
    PhoneNumberUtil::GetInstance()->GetNationalSignificantNumber(number, &significant);
    std::string text = std::to_string(number.country_code()) + significant;
    for (std::size_t changes = below(4); changes > 0; --changes) {
      const std::size_t at = below(text.size());
      switch (below(4)) {
        case 0:
          text[at] = static_cast<char>('0' + below(10));
          break;
        case 1:
          text.insert(at, 1, static_cast<char>('0' + below(10)));
          break;
        case 2:
          if (text.size() > 1) text.erase(at, 1);
          break;
        default:
          text.insert(at, 1, " -.()"[below(5)]);
      }
    }
    if (below(2) == 0) text.insert(0, 1, '+');
    tally.compare(text, regions[below(regions.size())]);
  }
  EXPECT_GT(tally.numbers, 10'000);
}

TEST(PlanTables, ReadsRandomDigitsAsTheLibraryDoes) {
  std::mt19937_64 random(8);
  Tally tally;
  for (int i = 0; i < 40'000; ++i) {
    const std::string digits = std::to_string(random()).substr(0, 2 + random() % 18);
    tally.compare((i % 2 == 0 ? "+" : "") + digits, i % 3 == 0 ? "US" : i % 3 == 1 ? "GB" : "");
  }
  EXPECT_GT(tally.numbers, 1'000);
}

/// What the tables have read is the same number to the library as what it read itself, leading
/// zeros included.
TEST(PlanTables, NumbersReadAreValidAsTheLibrarySays) {
  const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
  for (const PhoneNumber& number : example_numbers()) {
    std::string digits;
    util.Format(number, PhoneNumberUtil::E164, &digits);
    std::string region;
    util.GetRegionCodeForNumber(number, &region);
    const PlanAnswer answer = test_plan().international(digits.substr(1));
    // Canada's 310 1234 has a length that the region speaking for its country code has not, Iran's
    // 9601 is too short for E164.
    const bool possible = util.IsPossibleNumberWithReason(number) == PhoneNumberUtil::IS_POSSIBLE &&
                          E164::parse(digits);
    ASSERT_EQ(answer.number.has_value(), possible) << digits;
    if (!possible) continue;
    EXPECT_EQ(answer.number->to_string(), digits);
    EXPECT_EQ(answer.valid, util.IsValidNumber(number)) << digits;
    EXPECT_EQ(answer.region, region == "ZZ" ? "" : region) << digits;
    std::string national;
    util.GetNationalSignificantNumber(number, &national);
    EXPECT_EQ(answer.national_digits, static_cast<int>(national.size())) << digits;
  }
}

TEST(PlanTables, LeavesTheRestToTheLibrary) {
  // Prefixes, letters, extensions, Unicode.
  for (const char* text :
       {"+44 (0)20 7946 0000", "1-800-FLOWERS", "888-555-0123 x12", "+1+8885550123",
        "tel:+18885550123", "011442079460000", "+", "", "++18885550123",
        "+\xEF\xBC\x91"
        "8885550123",
        "+999123456789", "123456789012345678901"}) {
    EXPECT_FALSE(tables().parse(text, "US").sure) << text;
  }
  EXPECT_FALSE(tables().parse("020 7946 0000", "GB").sure);
  EXPECT_FALSE(tables().parse("8885550123", "").sure);
  EXPECT_FALSE(tables().parse("8885550123", "XX").sure);
}

TEST(PlanTables, LeadingDigits) {
  const auto only = [](std::string_view digits) {
    unsigned out = 0;
    for (const char c : digits) out |= 1u << (c - '0');
    return static_cast<DigitSet>(out);
  };
  const DigitSet any = 0x3FF;
  EXPECT_EQ(leading_digits(""), 0);
  EXPECT_EQ(leading_digits("0"), only("0"));
  EXPECT_EQ(leading_digits("06"), only("0"));
  EXPECT_EQ(leading_digits("0|(1(?:[12]\\d|79)\\d\\d)"), only("01"));
  EXPECT_EQ(leading_digits("[08]"), only("08"));
  EXPECT_EQ(leading_digits("([258-9]\\d{4})$"), only("2589"));
  EXPECT_EQ(leading_digits("(?:0|90)(?:(1[245])(\\d{10,11}))?"), only("09"));
  EXPECT_EQ(leading_digits("8|[3-5]1|2?"), any);
  for (const char* unsure :
       {"0?1", "[03]?1", "(?:0)?1", "0{0,2}1", "\\d", ".", "()", "(0", "[0", "0|", "^0", "[^1]"}) {
    EXPECT_EQ(leading_digits(unsure), any) << unsure;
  }
}

}  // namespace
}  // namespace ringfence
