#include "matcher/reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/read_text.h"

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Case {
  const char* text;
  std::vector<std::string> numbers;
  std::vector<std::string> regions = {"US"};
};

void expect_all(const std::vector<Case>& table) {
  for (const Case& c : table) EXPECT_EQ(numbers_in(c.text, c.regions), c.numbers) << c.text;
}

/// Every way of writing one number that real mail was seen to use.
TEST(Reading, LayoutsOfOneNumber) {
  const char* layouts[] = {
      "+18885550123",
      "+1 888 555 0123",
      "+1-888-555-0123",
      "+1.888.555.0123",
      "+1 (888) 555-0123",
      "+1-(888)-555-0123",
      "+1(888)5550123",
      "+1 (888)555-0123",
      "(+1) 888 555 0123",
      "+ 1 888 555 0123",
      "1-888-555-0123",
      "1 888 555 0123",
      "1.888.555.0123",
      "1 (888) 555-0123",
      "1- (888) 555-0123",
      "(888) 555-0123",
      "(888)555-0123",
      "(888)-555-0123",
      "(888) 555 0123",
      "[888] 555-0123",
      "888-555-0123",
      "888.555.0123",
      "888 555 0123",
      "888/555-0123",
      "888 - 555 - 0123",
      "888_555_0123",
      "+1 888_555_0123",
      "8885550123",
      "18885550123",
      "0018885550123",
      "001 888 555 0123",
      "011 1 888 555 0123",
      "888-5550123",
      "(888) (555) (0123)",
      "1 - 8 8 8 - 5 5 5 - 0 1 2 3",
      "8 8 8 5 5 5 0 1 2 3",
      "8-8-8-5-5-5-0-1-2-3",
      "8.8.8.5.5.5.0.1.2.3",
      "1-8`8`8-5`5`5-0`1`2`3",
      "1-`888`-`555`-`0123`",
      "888*555*0123",
      "888|555|0123",
      "888~555~0123",
      "(8.8.8).5.5.5.[0123]",
      "888  555  0123",
      "888--555--0123",
      "*888-555-0123*",
      "\"888-555-0123\"",
      "888\t555\t0123",
      "(888)\t555-0123",
      "1\t\t8\t\t8\t\t8\t\t5\t\t5\t\t5\t\t0\t\t1\t\t2\t\t3",
      "8\n8\n8\n5\n5\n5\n0\n1\n2\n3",
      "1 888  \n555-0123",
      "+1 (888)\r\n555-0123",
      "888-555-\n0123",
      "+1 (888)\n> 555-0123",
      "one eight eight eight five five five zero one two three",
      "eight-eight-eight-five-five-five-oh-one-two-three",
      "one-8-double-eight-555-0123",
      "1-888-triple five-0123",
      "B88-555-O123",
      "888-555-Ol23",
      "l-888-555-0123",
      "I (888) 555-OI23",
      "8B8-SSS-0|23",
  };
  for (const char* layout : layouts) {
    const std::string text = "Please call us at " + std::string(layout) + " to cancel.";
    EXPECT_THAT(numbers_in(text), ElementsAre("+18885550123")) << text;
  }
}

TEST(Reading, LayoutsOfUnicode) {
  const char* layouts[] = {
      ("\uFF0B\uFF11 \uFF08\uFF18\uFF18\uFF18\uFF09 \uFF15\uFF15\uFF15"
       "\uFF0D\uFF10\uFF11\uFF12\uFF13"),
      "\u2787\u2787\u2787 555 0123",
      "888\u2011555\u20110123",
      "888\u2013555\u20130123",
      "888\u00A0555\u00A00123",
      "888\u22C5555\u22C50123",
      "8\u200B8\u200B8-5\u200B55-0\u200B123",
      "888\U0001F4DE555\U0001F4DE0123",
      "\u202D888-555-0123\u202C",
      "8\uFE0F\u20E38\uFE0F\u20E38\uFE0F\u20E3-555-0123",
      "\u0668\u0668\u0668-555-0123",
  };
  for (const char* layout : layouts) {
    const std::string text = "Please call us at " + std::string(layout) + " to cancel.";
    EXPECT_THAT(numbers_in(text), ElementsAre("+18885550123")) << text;
  }
}

TEST(Reading, NeedsNoWordWhenTheLayoutIsPlain) {
  for (const char* layout : {"+18885550123", "+1 888 555 0123", "+1(888)5550123", "1-212-555-0123",
                             "(212) 555-0123", "212-555-0123", "212.555.0123", "(212)555-0123"}) {
    EXPECT_THAT(numbers_in("Best regards, J. Doe, " + std::string(layout) + ", Springfield"),
                testing::SizeIs(1))
        << layout;
  }
}

TEST(Reading, LabelsGluedToTheDigits) {
  expect_all({
      {"Technical Support Number: +1 (582) 555-0123Hey, we", {"+15825550123"}},
      {"contact us at 212-555-0123Thank you", {"+12125550123"}},
      {"Call1-888-555-0123 now", {"+18885550123"}},
      {"Helpline:888-555-0123Norton", {"+18885550123"}},
      {"Tel.:030/23125123", {"+493023125123"}, {"DE"}},
      {"703-555-0123W 703-555-0124Fax", {"+17035550123", "+17035550124"}},
      {"Phone888-555-0123", {"+18885550123"}},
      {"My number-212-555-0123", {"+12125550123"}},
      {"help@example.com888-555-0123", {"+18885550123"}},
      {"call eight eight eight five five five zero one two threeNow", {"+18885550123"}},
      {"call 888-555-O123Norton", {"+18885550123"}},
  });
}

TEST(Reading, SeveralInARow) {
  expect_all({
      {"888-555-0123 / 888-555-0124", {"+18885550123", "+18885550124"}},
      {"888-555-0123/888-555-0124", {"+18885550123", "+18885550124"}},
      {"Tel 212-555-0123 or 212-555-0124", {"+12125550123", "+12125550124"}},
      {"+1 888 555 0123 +44 20 7946 0123", {"+18885550123", "+442079460123"}},
      {"+18885550123+442079460123", {"+18885550123", "+442079460123"}},
      {"415-555-0123 - 800-555-0124 - 212-555-0125 - 650-555-0126",
       {"+14155550123", "+18005550124", "+12125550125", "+16505550126"}},
      {"Tel: +27 61 000 1234 or +27 61 000 1235\nFax: +27 86 000 1236",
       {"+27610001234", "+27610001235", "+27860001236"}},
      {"CA 94111 - 415-555-0123 is my number.", {"+14155550123"}},
      {"(415) 555-0123. 94111 is my zip-code.", {"+14155550123"}},
      {"Portland, OR 97225-2668\n503-555-0123 (voice)\n503-555-0124 (fax)",
       {"+15035550123", "+15035550124"}},
      {"FAX: +49-302-312-5123\n10115 Berlin", {"+493023125123"}, {"DE"}},
      {"Call 888-555-0123 24/7", {"+18885550123"}},
      {"888-555-0123 9am-5pm", {"+18885550123"}},
  });
}

TEST(Reading, ExtensionsArePartOfNothing) {
  expect_all({
      {"212-555-0123 ext. 12", {"+12125550123"}},
      {"212-555-0123 ext 7246433", {"+12125550123"}},
      {"(212) 555-0123x123", {"+12125550123"}},
      {"(212) 555-0123 , extension 4567", {"+12125550123"}},
      {"(212) 555-0123*2", {"+12125550123"}},
      {"212-555-0123 #12", {"+12125550123"}},
      {"+12125550123,,12#", {"+12125550123"}},
      {"+12125550123;ext=12", {"+12125550123"}},
      {"Phone: 408.555.0123  x 4138    Fax: 408.555.0124", {"+14085550123", "+14085550124"}},
      {"+44 2079460123x456", {"+442079460123"}, {"GB"}},
      {"030 23125 123 Durchwahl 45", {"+493023125123"}, {"DE"}},
  });
}

TEST(Reading, NumbersOfTheWorld) {
  expect_all({
      {"+44 (0)20 7946 0123", {"+442079460123"}},
      {"+44 (0)1632 960123", {"+441632960123"}},
      {"020 7946 0123", {"+442079460123"}, {"GB"}},
      {"Call Us: 01632 960123", {"+441632960123"}, {"GB"}},
      {"0131 496 0123", {"+441314960123"}, {"GB"}},
      {"Freephone 0800 012 3456", {"+448000123456"}, {"GB"}},
      {"Tel. 0131 496\n0123", {"+441314960123"}, {"GB"}},
      {"+49 30 23125 123", {"+493023125123"}},
      {"+49 30 8545-0", {"+493085450"}},
      {"+49-302-31-25123", {"+493023125123"}},
      {"Telefon 030 / 23125-123", {"+493023125123"}, {"DE"}},
      {"06 39 98 12 34", {"+33639981234"}, {"FR"}},
      {"J. Dupont\n0612345678\nParis", {"+33612345678"}, {"FR"}},
      {"+33 (0)1 99 00 12 34", {"+33199001234"}},
      {"+32 2555 0123", {"+3225550123"}},
      {"+41 21 555 01 23", {"+41215550123"}},
      {"+46 (0)70 174 06 12", {"+46701740612"}},
      {"+39 02-36618 300", {"+390236618300"}},
      {"Chiama 02 36618300", {"+390236618300"}, {"IT"}},
      {"Tel. 912 345 678", {"+34912345678"}, {"ES"}},
      {"(11) 5550-0123", {"+551155500123"}, {"BR"}},
      {"Mob - 9876 54 3210", {"+919876543210"}, {"IN"}},
      {"+91 98765 43210", {"+919876543210"}},
      {"AU: 1300 975 707", {"+611300975707"}, {"AU"}},
      {"International: + 61 3 5550 0123", {"+61355500123"}, {"AU"}},
      {"+27 710_000_123", {"+27710000123"}, {"ZA"}},
      {"Tel:(+234)80-3000-0123", {"+2348030000123"}, {"NG"}},
      {"+353-1-5550123", {"+35315550123"}},
      {"00 44 20 7946 0123", {"+442079460123"}, {"DE"}},
      {"Tel: 44 20 7946 0123", {"+442079460123"}, {"DE"}},
      {"Call 0011-650-555-0123", {"+16505550123"}, {"SG"}},
      {"Toll free 1-888-555-0123", {"+18885550123"}, {"DE"}},
      {"Tel. 6123 4567", {"+6561234567"}, {"SG"}},
  });
}

TEST(Reading, RegionsAreTriedInOrder) {
  EXPECT_THAT(numbers_in("Tel. 020 7946 0123", {"US", "GB"}), ElementsAre("+442079460123"));
  EXPECT_THAT(numbers_in("Tel. (212) 555-0123", {"GB", "US"}), ElementsAre("+12125550123"));
  EXPECT_THAT(numbers_in("Tel. 020 7946 0123", {"US"}), IsEmpty());
  EXPECT_THAT(numbers_in("Tel. 020 7946 0123", {}), IsEmpty());
  EXPECT_THAT(numbers_in("Tel. +44 20 7946 0123", {}), ElementsAre("+442079460123"));
  // No more than kReadingRegionsMax of them.
  std::vector<std::string> regions(kReadingRegionsMax, "US");
  regions.push_back("GB");
  EXPECT_THAT(numbers_in("Tel. 020 7946 0123", regions), IsEmpty());
}

TEST(Reading, VanityNumbers) {
  expect_all({
      {"call 1-800-FLOWERS today", {"+18003569377"}},
      {"1-866-555-HOST (4678)", {"+18665554678"}},
      {"Dial +1 800 GO FEDEX", {"+18004633339"}},
      {"1 (800) MY-APPLE", {"+18006927753"}},
      {"1-800-Contacts", {"+18002668228"}},  // the last letter is dialled for nothing
      {"800-555-CALL", {"+18005552255"}},
      {"1-800 Call us now", {}},
      {"section 800-FLOWERING", {}},
      {"1-800-NOW", {}},
  });
  const auto readings = read_text("call 1-800-FLOWERS today");
  ASSERT_EQ(readings.size(), 1u);
  EXPECT_TRUE(readings[0].tricks.contains(Trick::kVanity));
}

struct TrickCase {
  const char* text;
  TrickSet tricks;
};

TEST(Reading, NamesTricks) {
  const TrickCase table[] = {
      {"call 888-555-0123", {}},
      {"call +1 (888) 555-0123 ext. 4", {}},
      {"call 1 888\n555 0123", {}},
      {"call 888-555-Ol23", {Trick::kLookAlike}},
      {"call eight eight eight five five five zero one two three", {Trick::kSpelled}},
      {"call 8 8 8 5 5 5 0 1 2 3", {Trick::kOddSeparators}},
      {"call 1-8`8`8-5`5`5-0`1`2`3", {Trick::kOddSeparators}},
      {"call 888*555*0123", {Trick::kOddSeparators}},
      {"call \uFF18\uFF18\uFF18-555-0123", {Trick::kUnicodeDigits}},
      {"call 8\u200B88-555-0123", {Trick::kInvisible}},
      {"call \u202E888-555-0123\u202C", {Trick::kBidi}},
      {"call\u200B now: 888-555-0123", {}},  // outside the number
  };
  for (const TrickCase& c : table) {
    const auto readings = read_text(c.text);
    ASSERT_EQ(readings.size(), 1u) << c.text;
    EXPECT_TRUE(readings[0].number) << c.text;
    EXPECT_EQ(readings[0].tricks.bits(), c.tricks.bits()) << c.text;
  }
}

TEST(Reading, PossibleButNotValidIsKeptWhenTheShapeConvinces) {
  const auto only = [](const char* text) {
    const auto readings = read_text(text);
    EXPECT_EQ(readings.size(), 1u) << text;
    return readings.at(0);
  };
  for (const char* text :
       {"+1 983-555-0123", "call us: (235) 555-0123", "1-983-555-0123", "Helpline 235-555-0123"}) {
    const Reading r = only(text);
    EXPECT_TRUE(r.number) << text;
    EXPECT_FALSE(r.valid) << text;
    EXPECT_EQ(r.region, "US") << text;
    EXPECT_EQ(r.line_type, LineType::kUnknown) << text;
  }
  for (const char* text : {"call 123-456-7890", "call 199-555-0123", "call 983-155-0123",
                           "9835550123", "+999 123 456 789"}) {
    const Reading r = only(text);
    EXPECT_FALSE(r.number) << text;
    EXPECT_FALSE(r.reason.empty()) << text;
  }
}

TEST(Reading, SaysWhereTheNumberStands) {
  const std::string text = "Call +1 (888) 555-0123 ext. 4, or [212] 555-0124!";
  const auto readings = read_text(text);
  ASSERT_EQ(readings.size(), 2u);
  const auto shown = [&](const Reading& r) { return text.substr(r.begin, r.end - r.begin); };
  EXPECT_EQ(shown(readings[0]), "+1 (888) 555-0123");
  EXPECT_EQ(shown(readings[1]), "[212] 555-0124");
  EXPECT_EQ(readings[0].line_type, LineType::kTollFree);
  EXPECT_EQ(readings[1].line_type, LineType::kFixedLineOrMobile);
  EXPECT_TRUE(readings[0].valid);
}

TEST(Reading, BeginsInTheClusterAndMayEndAfterIt) {
  Cluster cluster = cluster_of("Tel 212-555-0123, Fax 212-555-0124, or 212-555-0125");
  const auto read = [&](std::size_t begin, std::size_t end) {
    cluster.begin = static_cast<std::uint32_t>(begin);
    cluster.end = static_cast<std::uint32_t>(end);
    std::vector<Reading> out;
    const std::vector<std::string> regions = {"US"};
    read_cluster(cluster, test_plan(), regions, out);
    std::vector<std::string> numbers;
    for (const Reading& r : out) {
      if (r.number) numbers.push_back(r.number->to_string());
    }
    return numbers;
  };
  EXPECT_THAT(read(20, 34), ElementsAre("+12125550124"));
  EXPECT_THAT(read(20, 27), ElementsAre("+12125550124"));
  EXPECT_THAT(read(0, 20), ElementsAre("+12125550123"));
  EXPECT_THAT(read(17, 51), ElementsAre("+12125550124", "+12125550125"));
  EXPECT_THAT(read(17, 21), IsEmpty());
}

TEST(Reading, AnInternationalPrefixComesFirst) {
  expect_all({
      {"Tel 0044 20 7946 0233", {"+442079460233"}, {"DE"}},
      {"Tel 0033 1 99 00 33 44", {"+33199003344"}, {"DE"}},
      {"London 0044 20 7946 0233, New York 001 212 555-0143",
       {"+442079460233", "+12125550143"},
       {"DE"}},
  });
}

TEST(Reading, NumbersBetweenNumbers) {
  expect_all({
      {"USA: 888-555-0101 / 888-555-0102, UK +44 20 7946 0011",
       {"+18885550101", "+18885550102", "+442079460011"}},
      {"Tel: 91 000 12 34, movil 600 000 123, 900 123 456",
       {"+34910001234", "+34600000123", "+34900123456"},
       {"ES"}},
      {"5035550119, 5035550120, 5035550121 - these phones are in the pilot",
       {"+15035550119", "+15035550120", "+15035550121"}},
      {"5035550119, 5035550120, 5035550121 - these orders are in the pilot", {}},
  });
}

TEST(Reading, LinesAreNumbersOfTheirOwn) {
  expect_all({
      {"01632-960302\n01632 960 303\n", {"+441632960302", "+441632960303"}, {"GB"}},
      {"Call 888\n555\n0123", {"+18885550123"}},
      {"250\n250\n3330\n", {}},
      {"Store\tMon\tTue\n212\t555\t1361\t881\n", {}},
      {"Zentrale 030 23125-60, Durchwahl 030 23125-651", {"+49302312560", "+493023125651"}, {"DE"}},
  });
}

TEST(Reading, LabelsThatSayOtherThingsToo) {
  expect_all({
      {"Bus lot: 603-555-0113.", {"+16035550113"}},
      {"Bus lot: 6035550113.", {}},
      {"Art.-Nr. 030-2312-51; x", {}, {"DE"}},
      {"USDOT 2125550, MC 415555. Dispatch 708-555-0134", {"+17085550134"}},
      {"3 pages, Caller-ID: 1-832-555-0143", {"+18325550143"}},
      {"the spare key (her number is 512 555 0152)", {"+15125550152"}},
      {"Tag: <509.555.0172>, thanks", {"+15095550172"}},
  });
}

TEST(Reading, HundredsAndGluedWords) {
  expect_all({
      {"Call one eight hundred five five five zero one four three", {"+18005550143"}},
      {"Call EightSixSixFiveFiveFiveZeroOneFourSeven", {"+18665550147"}},
      {"Call one eight-double-six triple-five zero-double-one-zero", {"+18665550110"}},
      {"two hundred five people and six hundred one seats", {}},
  });
}

TEST(Reading, AnyBytesGiveAnAnswer) {
  std::uint32_t x = 1;
  const std::string_view alphabets[] = {"0123456789", "0123456789 -.()/\n\t+", "01Ol|SB-(",
                                        "one two-8 doubleeight", "8\x01\x02\x7f#*,xext "};
  for (int round = 0; round < 300; ++round) {
    const std::string_view alphabet = alphabets[round % 5];
    Cluster cluster;
    for (std::size_t i = 0; i < Cluster::kClusterBytesMax + 2 * Cluster::kContextBytes; ++i) {
      x = x * 1664525 + 1013904223;
      cluster.text += alphabet[(x >> 16) % alphabet.size()];
    }
    cluster.begin = Cluster::kContextBytes;
    cluster.end = static_cast<std::uint32_t>(cluster.text.size() - Cluster::kContextBytes);
    std::vector<Reading> out;
    const std::vector<std::string> regions = {"US", "DE", "BR"};
    read_cluster(cluster, test_plan(), regions, out);
    std::uint32_t last = 0;
    for (const Reading& r : out) {
      EXPECT_LE(last, r.begin);
      EXPECT_LT(r.begin, r.end);
      EXPECT_LE(r.end, cluster.text.size());
      EXPECT_NE(r.number.has_value(), !r.reason.empty());
      last = r.begin;
    }
  }
  EXPECT_THAT(read_text(""), IsEmpty());
}

}  // namespace
}  // namespace ringfence
