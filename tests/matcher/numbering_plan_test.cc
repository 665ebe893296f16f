#include "matcher/numbering_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/support/read_text.h"

namespace ringfence {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string e164(const PlanAnswer& a) { return a.number ? a.number->to_string() : ""; }

TEST(NumberingPlan, KnowsRegionsAndCountryCodes) {
  const NumberingPlan& plan = test_plan();
  for (const char* region : {"US", "DE", "GB", "BR", "IN", "ZA", "TA"}) {
    EXPECT_TRUE(plan.knows_region(region)) << region;
  }
  for (const char* region : {"", "us", "XX", "ZZ", "001", "USA", "United States"}) {
    EXPECT_FALSE(plan.knows_region(region)) << region;
  }
  EXPECT_EQ(plan.country_code("US"), 1);
  EXPECT_EQ(plan.country_code("GB"), 44);
  EXPECT_EQ(plan.country_code("IE"), 353);
  EXPECT_EQ(plan.country_code("XX"), 0);
  EXPECT_EQ(plan.country_code_length("18885550123"), 1);
  EXPECT_EQ(plan.country_code_length("442079460000"), 2);
  EXPECT_EQ(plan.country_code_length("353200000000"), 3);
  EXPECT_EQ(plan.country_code_length("80012345678"), 3);
  EXPECT_EQ(plan.country_code_length("0123"), 0);
  EXPECT_EQ(plan.country_code_length("999123"), 0);
  EXPECT_EQ(plan.country_code_length(""), 0);
  EXPECT_THAT(plan.describe(), StartsWith("libphonenumber"));
}

struct International {
  const char* digits;
  const char* number;
  bool valid;
  LineType type;
  const char* region;
};

TEST(NumberingPlan, International) {
  const International table[] = {
      {"18885550123", "+18885550123", true, LineType::kTollFree, "US"},
      {"12125550123", "+12125550123", true, LineType::kFixedLineOrMobile, "US"},
      {"14165550123", "+14165550123", true, LineType::kFixedLineOrMobile, "CA"},
      {"442079460000", "+442079460000", true, LineType::kFixedLine, "GB"},
      {"447400123456", "+447400123456", true, LineType::kMobile, "GB"},
      {"4402079460000", "+442079460000", true, LineType::kFixedLine, "GB"},  // (0)
      {"493023125123", "+493023125123", true, LineType::kFixedLine, "DE"},
      {"390612345678", "+390612345678", true, LineType::kFixedLine, "IT"},  // the zero stays
      {"80012345678", "+80012345678", true, LineType::kTollFree, "001"},
      // Opened after the metadata was made: possible.
      {"19835550123", "+19835550123", false, LineType::kUnknown, "US"},
      {"447700900123", "+447700900123", false, LineType::kUnknown, "GB"},  // kept for fiction
      {"11234567890", "+11234567890", false, LineType::kUnknown, "US"},
  };
  for (const International& row : table) {
    const PlanAnswer a = test_plan().international(row.digits);
    EXPECT_EQ(e164(a), row.number) << row.digits;
    EXPECT_EQ(a.valid, row.valid) << row.digits;
    EXPECT_EQ(a.line_type, row.type) << row.digits;
    EXPECT_EQ(a.region, row.region) << row.digits;
  }
  for (const char* none : {"", "1", "1888555", "188855501234", "0", "00000000000", "99912345678",
                           "12345678901234567890", "4420794600001234"}) {
    EXPECT_EQ(e164(test_plan().international(none)), "") << none;
  }
}

struct National {
  const char* digits;
  const char* region;
  const char* number;
  bool valid;
  bool prefix_taken;
};

TEST(NumberingPlan, National) {
  const National table[] = {
      {"8885550123", "US", "+18885550123", true, false},
      {"18885550123", "US", "+18885550123", true, true},
      {"18885550123", "CA", "+18885550123", true, true},
      {"02079460000", "GB", "+442079460000", true, true},
      {"2079460000", "GB", "+442079460000", true, false},
      {"03023125123", "DE", "+493023125123", true, true},
      {"0612345678", "IT", "+390612345678", true, false},
      {"0199001234", "FR", "+33199001234", true, true},
      {"912345678", "ES", "+34912345678", true, false},
      // What the library alone can take apart: carrier codes, a 15 that becomes a 9, ...
      {"01123456789", "BR", "+551123456789", true, true},
      {"015112345678", "BR", "", false, false},
      {"0343155551212", "AR", "+5493435551212", true, true},
      {"0449991234567", "MX", "+529991234567", true, true},
      // International prefixes of their own.
      {"001144207946000", "SG", "", false, false},
      {"0011442079460000", "AU", "+442079460000", true, true},
  };
  for (const National& row : table) {
    const PlanAnswer a = test_plan().national(row.digits, row.region);
    if (row.number[0] == '\0') {
      EXPECT_FALSE(a.valid) << row.digits << row.region;
      continue;
    }
    EXPECT_EQ(e164(a), row.number) << row.digits << row.region;
    EXPECT_EQ(a.valid, row.valid) << row.digits << row.region;
    EXPECT_EQ(a.prefix_taken, row.prefix_taken) << row.digits << row.region;
  }
  for (const char* none : {"", "1", "911", "5550123", "12345678901234567890"}) {
    EXPECT_EQ(e164(test_plan().national(none, "US")), "") << none;
  }
  EXPECT_EQ(e164(test_plan().national("8885550123", "XX")), "");
}

/// The quick answer must never rule out what the full one would find.
TEST(NumberingPlan, QuickAnswersRuleOutNothing) {
  const NumberingPlan& plan = test_plan();
  std::uint64_t x = 12345;
  int found = 0;
  for (int i = 0; i < 4000; ++i) {
    x = x * 6364136223846793005ULL + 1442695040888963407ULL;
    const std::string digits = std::to_string(x >> 20).substr(0, 5 + (x >> 60));
    for (const char* region : {"US", "GB", "BR"}) {
      const bool is_number = plan.national(digits, region).number.has_value();
      found += is_number;
      EXPECT_TRUE(!is_number || plan.may_be_national(digits, region)) << digits << region;
    }
    EXPECT_TRUE(!plan.international(digits).number || plan.may_be_international(digits)) << digits;
  }
  EXPECT_GT(found, 100);
}

TEST(NumberingPlan, SaysWhereTheCountryParts) {
  EXPECT_EQ(test_plan().international("12125550123").breaks, 1u << 7 | 1u << 4);
  EXPECT_EQ(test_plan().international("442079460000").breaks, 1u << 8 | 1u << 4);
  EXPECT_EQ(test_plan().international("33199001234").breaks, 1u << 8 | 1u << 6 | 1u << 4 | 1u << 2);
  EXPECT_EQ(test_plan().international("12125550123").national_digits, 10);
}

TEST(NumberingPlan, TrunkPrefixExpected) {
  for (const char* region : {"DE", "GB", "FR", "AU", "NG"}) {
    EXPECT_TRUE(test_plan().trunk_prefix_expected(region)) << region;
  }
  for (const char* region : {"US", "ES", "IT", "IN", "BR", "PL", "XX"}) {
    EXPECT_FALSE(test_plan().trunk_prefix_expected(region)) << region;
  }
}

TEST(NumberingPlan, ParsesWhatPeopleType) {
  const NumberingPlan& plan = test_plan();
  const auto number = [&](const char* text, const char* region) {
    const auto parsed = plan.parse(text, region);
    return parsed ? parsed->to_string() : "error: " + parsed.error().message;
  };
  EXPECT_EQ(number("1 (888) 555-0123", "US"), "+18885550123");
  EXPECT_EQ(number("+44 20 7946 0000", ""), "+442079460000");
  EXPECT_EQ(number("020 7946 0000", "GB"), "+442079460000");
  EXPECT_EQ(number("888-555-0123 ext. 12", "US"), "+18885550123");
  EXPECT_EQ(number("1-800-FLOWERS", "US"), "+18003569377");
  for (const char* none : {"", "hello", "12", "020 7946 0000", "\xff\xfe", "+", "++++"}) {
    EXPECT_THAT(number(none, ""), HasSubstr("is not a telephone number")) << none;
  }
  EXPECT_THAT(number(std::string(10'000, '1').c_str(), "US"), StartsWith("error"));
  ASSERT_FALSE(plan.parse("x", "US").has_value());
  EXPECT_EQ(plan.parse("x", "US").error().kind, ErrorKind::kData);
}

TEST(NumberingPlan, AllThreadsGetTheSameAnswers) {
  const auto plan = *NumberingPlan::create();
  // More numbers than one shard of the cache holds, and each asked for by all threads at once.
  constexpr int kThreads = 6, kNumbers = 1500;
  const auto ask = [&] {
    std::string all;
    for (int i = 0; i < kNumbers; ++i) {
      const PlanAnswer a = plan->international("1" + std::to_string(2015550100 + i * 1'000'003LL));
      all += e164(a) + (a.valid ? "v" : "-") + a.region;
    }
    return all;
  };
  std::vector<std::string> answers(kThreads);
  std::vector<std::thread> threads;
  for (std::string& answer : answers) threads.emplace_back([&] { answer = ask(); });
  for (std::thread& t : threads) t.join();
  const std::string expected = ask();
  EXPECT_GT(expected.size(), 1000u);
  for (const std::string& answer : answers) EXPECT_EQ(answer, expected);
}

}  // namespace
}  // namespace ringfence
