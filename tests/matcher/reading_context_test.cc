// Readings that hang on what stands around: labels, fields, lists, neighbours.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/read_text.h"

namespace ringfence {
namespace {

struct Case {
  const char* text;
  std::vector<std::string> numbers;
  std::vector<std::string> regions = {"US"};
};

void expect_all(const std::vector<Case>& table) {
  for (const Case& c : table) EXPECT_EQ(numbers_in(c.text, c.regions), c.numbers) << c.text;
}

const std::vector<std::string> kBritish = {"GB"};
const std::vector<std::string> kGerman = {"DE"};
const std::vector<std::string> kFrench = {"FR"};
const std::vector<std::string> kSpanish = {"ES"};

TEST(ReadingContext, LabelsOfOtherThingsEndWhereTheyEnd) {
  expect_all({
      {"Phone on file: 2065550144", {"+12065550144"}},
      {"file: 2065550144", {}},
      {"Reply with the order to 206-555-0144", {"+12065550144"}},
      {"Code 441775. Service client 01 99 00 01 44", {"+33199000144"}, kFrench},
      {"client 01 99 00 01 44", {}, kFrench},
      {"Bookings: 0161 496 0123", {"+441614960123"}, kBritish},
      {"Lost card: 0161 496 0123 (+44 161 496 0124 from abroad)",
       {"+441614960123", "+441614960124"},
       kBritish},
      {"Booking: 0161 496 0123", {}, kBritish},
      {"CEP 01310-100, cel. (11) 99000-1234", {"+5511990001234"}, {"BR"}},
      {"Caller ID 2065550144", {"+12065550144"}},
  });
}

TEST(ReadingContext, WordsForCallingAnnounceTheirOwnNumber) {
  expect_all({
      {"Phone: 1-800-555-0123 VCV 2065550144", {"+18005550123"}},
      {"Phone: 1-800-555-0123 or 2065550144", {"+18005550123", "+12065550144"}},
      {"2065550144 calls a day", {}},
      {"2065550144 (call)", {"+12065550144"}},
      {"The number is\n2065550144\n", {"+12065550144"}},
      {"The order number is 2065550144", {}},
  });
}

TEST(ReadingContext, FieldsOfALine) {
  expect_all({
      {"Hello\r\nT 020 7946 0211  F 020 7946 0212  M 020 7946 0213\r\n",
       {"+442079460211", "+442079460212", "+442079460213"},
       kBritish},
      {"T 2125550123", {}},
      {"Busch;Piet;030/23125702;0152 28817301;10117;100442",
       {"+493023125702", "+4915228817301"},
       kGerman},
      {"M 0491 570 156 | O (07) 5550 1417 | 1300 975 707 | 13 14 50",
       {"+61491570156", "+61755501417", "+611300975707"},
       {"AU"}},
      {"name; 17; 1 2 3 4; 99; 0152 28 817; 301", {}, kGerman},
      {"North       212      555     1420\nSouth       415      555     1773", {}},
  });
}

TEST(ReadingContext, GroupingsALibraryDoesNotKnow) {
  expect_all({
      {"Ve a 91 000 01 23 o 910 000 124", {"+34910000123"}, kSpanish},
      {"Consultas 91 000 01 23 o tel. 910 000 124", {"+34910000123", "+34910000124"}, kSpanish},
      {"so 0152 28817301 geht", {"+4915228817301"}, kGerman},
      {"so 0171/39 200 42 geht", {"+491713920042"}, kGerman},
      {"91 000 012 3", {}, kSpanish},
  });
}

TEST(ReadingContext, TheLongerNumberWins) {
  expect_all({
      {"Hello 02-36618 300", {"+390236618300"}, {"IT"}},
      {"Hello +39 02-36618 300 again", {"+390236618300"}, {"IT"}},
      {"Hello 02-36618 2026", {"+390236618"}, {"IT"}},
      {"+49 69 90009144 60311 Frankfurt", {"+496990009144"}, kGerman},
      // A short number and a short rest are a longer number.
      {"Tel. +49 (0)30 / 231 25-122", {"+493023125122"}, kGerman},
      {"Tel. +49 30 231 25 12", {"+49302312512"}, kGerman},
      {"Tel. +49 (30) 231 25-0, Fax: -122", {"+4930231250"}, kGerman},
      {"Tel. +49 30 23125122 10 Uhr", {"+493023125122"}, kGerman},
      {"phone +1 202 555 0147 24 hours", {"+12025550147"}},
  });
}

TEST(ReadingContext, LabelsOfOtherLanguagesAndScripts) {
  expect_all({
      {"Y-tunnus 0144177-5", {}, {"FI"}},
      {"Viitenumero 0401234567", {}, {"FI"}},
      {"Puhelinnumero 0401234567", {"+358401234567"}, {"FI"}},
      {"Comanda nr. 0721234567", {}, {"RO"}},
      {"Заказ № 8 916 123 45 67", {}, {"RU"}},
      {"Заказ 12345, тел. 8 916 123 45 67", {"+79161234567"}, {"RU"}},
      {"Звоните по заказу 8 916 123 45 67", {"+79161234567"}, {"RU"}},
      {"注文番号 090-1234-5678", {}, {"JP"}},
      {"注文番号 5014417 電話 090-1234-5678", {"+819012345678"}, {"JP"}},
      {"電話 03-0000-1189 注文番号 090-1234-5678", {"+81300001189"}, {"JP"}},
      {"주문번호: 010-1234-5678", {}, {"KR"}},
      {"전화번호: 010-1234-5678", {"+821012345678"}, {"KR"}},
      {"快递单号：13912345678", {}, {"CN"}},
      {"订单 7 +86 10 6278 1234", {"+861062781234"}, {"CN"}},
  });
}

TEST(ReadingContext, SlashesAndVersions) {
  expect_all({
      {"Lee Park  213/555-0115  Lab B", {"+12135550115"}},
      {"/var/213/555-0115", {}},
      {"call 888-555-0123/0124", {"+18885550123"}},
      {"call 212-555-0123/0124", {"+12125550123"}},
      {"tag v212.555.0144", {}},
      {"v. 212.555.0144", {"+12125550144"}},
      {"Call [1][866][555][0150]", {"+18665550150"}},
      {"[1][866][555]", {}},
  });
}

TEST(ReadingContext, BareDigits) {
  expect_all({
      {"mine is 07911123456 now", {"+447911123456"}, kBritish},
      {"order 07911123456", {}, kBritish},
      {"mine is 7911123456 now", {}, kBritish},
      {"policy 0049-1500-05", {}, {"ES"}},
  });
}

TEST(ReadingContext, RoundTheClock) {
  expect_all({
      {"Support24x7866-555-0171", {"+18665550171"}},
      {"call 24/7 866-555-0171", {"+18665550171"}},
      {"call 24*7866-555-0171", {"+18665550171"}},
      {"124x7866-555-0171", {}},
  });
}

TEST(ReadingContext, OIsADigitAmongDigitsSaidOneByOneOnly) {
  expect_all({
      {"tel. 910 000 611 o al 910 000 612", {"+34910000611", "+34910000612"}, kSpanish},
      {"c 714 555 0148 o 714-555-0149", {"+17145550148", "+17145550149"}},
      {"call eight o o five five five o one two three", {"+18005550123"}},
      {"call 8 o o 5 5 5 o 1 2 3", {"+18005550123"}},
  });
}

TEST(ReadingContext, DisguisesAllThrough) {
  expect_all({
      {"call l-8OO-SSS-Oll8", {"+18005550118"}},
      {"ring I (8OO) 555-OII9", {"+18005550119"}},
      {"call |-800-555-0||8", {"+18005550118"}},
      {"call eight6six-555-01four3", {"+18665550143"}},
      {"call one-eight-double-six-triple-five-zero-double-one-zero", {"+18665550110"}},
      {"Support: 866=555=0156, 866#555#0157", {"+18665550156", "+18665550157"}},
      {"id=866=5550156", {}},
      {"650//253-0123", {"+16502530123"}},
  });
}

TEST(ReadingContext, BracketsOfARemark) {
  const std::vector<Reading> read = read_text("(+1 888-555-0123 from abroad)");
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].begin, 1u);
  ASSERT_TRUE(read[0].number);
  EXPECT_EQ(read[0].number->to_string(), "+18885550123");
}

TEST(ReadingContext, DigitsOfACountrysOwnScriptAreNoTrick) {
  const auto tricks = [](const char* text, const char* region) {
    const std::vector<Reading> read = read_text(text, {region});
    EXPECT_EQ(read.size(), 1u) << text;
    return read.empty() ? TrickSet{} : read[0].tricks;
  };
  EXPECT_TRUE(tricks("TEL ０３－３２３４－５６７８", "JP").empty());
  EXPECT_TRUE(tricks("tel ٠٢ ٢٣٤٥ ٦٧٨٩", "EG").empty());
  EXPECT_EQ(tricks("tel 8️⃣88-555-0123", "US"), TrickSet{Trick::kUnicodeDigits});
  EXPECT_EQ(tricks("tel １-888-555-0123", "JP"), TrickSet{Trick::kUnicodeDigits});
  EXPECT_EQ(tricks("tel +٨١ 3 3234 5678", "JP"), TrickSet{Trick::kUnicodeDigits});
}

TEST(ReadingContext, VanityWithoutTollFreePrefix) {
  expect_all({
      {"ring the hotline at (212) 555-UNION", {"+12125558646"}},
      {"order part 212-555-UNIO", {}},
      {"310-555-ROSE (7673)", {"+13105557673"}},
      {"310-555-ROSE (1234)", {}},
      {"call 310-555-Rose", {}},
      {"Call 844 555 HELP now", {"+18445554357"}},
      {"row 844 555 HELP", {}},
  });
}

}  // namespace
}  // namespace ringfence
