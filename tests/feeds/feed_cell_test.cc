#include "reputation/feeds/feed_cell.h"

#include <gtest/gtest.h>

namespace ringfence {
namespace {

using std::chrono::seconds;

TEST(FeedCellTest, NumberText) {
  struct Row {
    std::string cell;
    std::string text;  // when it may be a number
    std::optional<Refusal> refusal;
  };
  const Row rows[] = {
      {"+18885550123", "+18885550123", {}},
      {" (888) 555-0123 ", "(888) 555-0123", {}},
      {"'+18885550123'", "+18885550123", {}},
      {"\"`+18885550123`\"", "+18885550123", {}},
      {"tel:+1-888-555-0123", "+1-888-555-0123", {}},
      {"+49/30/23125000", "+49/30/23125000", {}},
      {"1-866-555-HOST", "1-866-555-HOST", {}},
      {"+1\xc2\xa0"
       "888\xc2\xa0"
       "5550123",
       "+1\xc2\xa0"
       "888\xc2\xa0"
       "5550123",
       {}},
      {"01.99.00.12.34", "01.99.00.12.34", {}},  // five groups: French, no address
      {"", "", Refusal::kNoNumber},
      {"''", "", Refusal::kNoNumber},
      {std::string(65, '1'), "", Refusal::kTooLong},
      {"1111111111", "", Refusal::kNotANumber},
      {"000-000-0000", "", Refusal::kNotANumber},
      {"(012) 345-6789", "", Refusal::kNotANumber},
      {"1234567890", "", Refusal::kNotANumber},
      {"111111", "111111", {}},
      {"1888888888", "1888888888", {}},
      {"1234567891234", "1234567891234", {}},
      {"1234567890123456789", "", Refusal::kNotANumber},
      {"030 2312*", "", Refusal::kNotANumber},
      {"33199######", "", Refusal::kNotANumber},
      {"tel:+44-20-7946-0000;phone-context=+44", "+44-20-7946-0000", {}},
      {"***", "", Refusal::kNotANumber},
      {"192.0.2.1", "", Refusal::kNotANumber},
      {"2026-04-07", "", Refusal::kNotANumber},
      {"2026/04/07 10:00", "", Refusal::kNotANumber},
      {"07.04.2026", "", Refusal::kNotANumber},
      {"a690ad2fd9d93ad9b8e51b842aca860352e1d8ed", "", Refusal::kNotANumber},
      {"https://example.org/1", "", Refusal::kNotANumber},
      {"user12345678@example.org", "", Refusal::kNotANumber},
      {"Call 888 555 0123", "", Refusal::kNotANumber},
      {"198[.]51[.]100[.]7", "", Refusal::kNotANumber},
      {std::string("888\0005550123", 11), "", Refusal::kNotANumber},
  };
  for (const Row& row : rows) {
    const NumberText got = number_text(row.cell);
    EXPECT_EQ(got.refusal, row.refusal) << row.cell;
    if (!row.refusal) {
      EXPECT_EQ(got.text, row.text) << row.cell;
    }
  }
}

TEST(FeedCellTest, Score) {
  struct Row {
    const char* cell;
    std::optional<int> score;
  };
  const Row rows[] = {{"0", 0},     {"100", 100}, {" 87 ", 87}, {"87.5", 88}, {"87%", 87},
                      {"87 %", 87}, {"0.4", 0},   {"", {}},     {"101", {}},  {"-1", {}},
                      {"1e2", {}},  {"nan", {}},  {"inf", {}},  {"high", {}}, {"8 7", {}},
                      {"%", {}},    {"100.1", {}}};
  for (const Row& row : rows) EXPECT_EQ(parse_score(row.cell), row.score) << row.cell;
}

TEST(FeedCellTest, Date) {
  constexpr std::int64_t kDay = 1'790'121'600;  // 2026-09-23
  struct Row {
    const char* cell;
    std::optional<std::int64_t> time;
  };
  const Row rows[] = {
      {"2026-09-23", kDay},
      {"2026/09/23", kDay},
      {"23.09.2026", kDay},
      {"2026-9-3", kDay - 20 * 86400},
      {"2026-09-23 00:02:35", kDay + 155},
      {"2026-09-23T00:02:35Z", kDay + 155},
      {"2026-09-23T00:02:35.123456Z", kDay + 155},
      {"2026-09-23T02:02:35+02:00", kDay + 155},
      {"2026-09-22 17:02:35 -0700", kDay + 155},
      {"2026-09-23 18:22", kDay + 18 * 3600 + 22 * 60},
      {"1790121600", kDay},
      {"1790121600123", kDay},
      {"2026-02-30", {}},
      {"2026-13-01", {}},
      {"09/10/2026", {}},
      {"23.09.26", {}},
      {"2026-09-23 25:00", {}},
      {"2026-09-23 12:60", {}},
      {"2026-09-23 12:00 PDT", {}},
      {"2026-09-23x", {}},
      {"2026-09", {}},
      {"yesterday", {}},
      {"", {}},
      {"12345678901234", {}},
      {"-5", {}},
      {"2026-09-23T00:00:00+", {}},
  };
  for (const Row& row : rows) {
    const auto got = parse_date(row.cell);
    ASSERT_EQ(got.has_value(), row.time.has_value()) << row.cell;
    if (row.time) {
      EXPECT_EQ(*got, TimePoint(seconds(*row.time))) << row.cell;
    }
  }
}

TEST(FeedCellTest, Category) {
  EXPECT_EQ(category_token("Tech Support"), "tech-support");
  EXPECT_EQ(category_token("  Scam: \"IRS\"  "), "scam-irs");
  EXPECT_EQ(category_token("TOAD"), "toad");
  EXPECT_EQ(category_token("--"), "");
  EXPECT_EQ(category_token("\xc3\xa4"), "");
  EXPECT_EQ(category_token(std::string(100, 'a')), std::string(kCategoryBytesMax, 'a'));
}

TEST(FeedCellTest, Tokens) {
  EXPECT_EQ(to_token(Refusal::kEmpty), "empty");
  EXPECT_EQ(to_token(Refusal::kBadDate), "bad-date");
}

}  // namespace
}  // namespace ringfence
