// TextFeed and CsvFeed: what they make of dirty input, and that it does not depend on where it is
// cut.
#include <algorithm>

#include "reputation/feeds/csv_feed.h"
#include "reputation/feeds/text_feed.h"
#include "tests/feeds/feeds_fixture.h"
#include "tests/feeds/stage_support.h"

namespace ringfence {
namespace {

std::unique_ptr<FeedParser> text_feed() { return std::make_unique<TextFeed>(); }
std::unique_ptr<FeedParser> csv_feed() {
  return std::make_unique<CsvFeed>(CsvShape{}, FeedColumnNames({}, ListRole::kBlock));
}
Rows read_csv(const std::vector<std::string_view>& chunks) {
  StageResult result = run_stage(csv_feed, chunks);
  EXPECT_EQ(result.error, "");
  return std::move(result.rows);
}

const std::vector<StageSample>& text_samples() {
  static const std::vector<StageSample> kSamples = {
      {"", ""},
      {"\n", "1!empty"},
      {"123", "1:123"},
      {"123\n", "1:123"},
      {"123\n456", "1:123 2:456"},
      {"123\r\n456\r\n", "1:123 2:456"},
      {"123\r456\r", "1:123 2:456"},
      {"123\n\r\n456", "1:123 2!empty 3:456"},
      {"  1 2 3 \t\n", "1:1 2 3"},
      {"1,2;3\t4\n", "1:1 1:2 1:3 1:4"},
      {"1,,2,\n", "1:1 1:2"},
      {",\n", "1!empty"},
      {"# c\n1", "1!comment 2:1"},
      {"  # c\n// d\n; e\n1", "1!comment 2!comment 3!comment 4:1"},
      {"1 # c, 2\n3", "1:1 2:3"},
      {"33#44\n", "1:33#44"},
      {"1,//2\n", "1:1 1://2"},
      {"# no end", "1!comment"},
      {std::string(kTextPieceBytesMax, '1') + "\n", "1:" + std::string(kTextPieceBytesMax, '1')},
      {std::string(5000, '1') + ",2\n3", "1!too-long 1:2 2:3"},
      {std::string("1\0002\n", 4), std::string("1:1\0002", 5)},
  };
  return kSamples;
}

TEST(TextFeedTest, Samples) { expect_samples(text_samples(), text_feed); }

TEST(TextFeedTest, AllInOne) {
  std::string all;
  for (const StageSample& sample : text_samples()) {
    if (sample.text.size() < 1000) all += sample.text;
  }
  expect_every_split(all, text_feed);
}

TEST(TextFeedTest, ALineOfMegabytesTakesNoMemory) {
  TextFeed feed;
  Rows rows;
  const std::string block(1 << 20, '7');
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(feed.push(block, rows));
  ASSERT_TRUE(feed.finish(rows));
  ASSERT_EQ(show(rows), "1!too-long");
  EXPECT_LE(rows[0].number.size(), kTextPieceBytesMax + 1);
}

const std::vector<StageSample>& csv_samples() {
  static const std::vector<StageSample> kSamples = {
      {"number\n", ""},
      {"number", ""},
      {"number\n1\n2", "2:1 3:2"},
      {"number\r\n1\r\n\r\n2\r\n", "2:1 3!empty 4:2"},
      {"number\n  \n1\n", "2!empty 3:1"},
      {"# c\nnumber\n# c\n1\n", "1!comment 3!comment 4:1"},
      {"x,number\n1\n,\n1,2,3\n", "2!no-number 3!no-number 4:2"},
      {"number,x\n1,\"a\nb\n\nc\"\n2,\n", "2:1 6:2"},
      {"number,x\n1,\"a\n# not a comment\"\n2,\n", "2:1 4:2"},
      {"\"number\",x\n\"1\",\"say \"\"hi\"\"\"\n", "2:1"},
      {"number,phone\n1,2\n", "2:1"},
      {"number\r1\r\r# c\r2", "2:1 3!empty 4!comment 5:2"},
      {"number,x\r\n1,\"a\r\nb\"\r\n2,\r\n", "2:1 4:2"},
      {"number,x\r1,\"a\rb\"\r2,\r", "2:1 4:2"},
      {"# c\r\nnumber\r\n# d\r\n\r\n1\r\n", "1!comment 3!comment 4!empty 5:1"},
      {"a,b\rc\rd",
       "error: its header names no column with numbers (\"number\", \"phone\", ...): a, b"},
  };
  return kSamples;
}

TEST(CsvFeedTest, Samples) { expect_samples(csv_samples(), csv_feed); }

TEST(CsvFeedTest, AnOpenQuoteIsGivenUpAndReadingGoesOn) {
  std::string text = "number,note\n1,good\n2,\"never closed\n";
  while (text.size() < 3 * kCsvRecordBytesMax) text += "3,swallowed until the bound\n";
  text += "4,good\n";
  const Rows rows = read_csv({text});
  ASSERT_GE(rows.size(), 4U);
  EXPECT_EQ(rows[0].number, "1");
  EXPECT_EQ(rows[1].refusal, Refusal::kTooLong);
  EXPECT_EQ(rows[1].line, 3U);
  EXPECT_EQ(rows[1].number, "2");
  EXPECT_EQ(rows[2].number, "3");  // the first whole line after the bound
  EXPECT_EQ(rows.back().number, "4");
  // Lines are counted on: the last one is where it stands.
  EXPECT_EQ(rows.back().line,
            static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')));

  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < text.size(); ++i)
    bytes.push_back(std::string_view(text).substr(i, 1));
  EXPECT_EQ(read_csv(bytes), rows);
  for (std::size_t cut = 1; cut < text.size(); cut += 997) {
    ASSERT_EQ(read_csv({std::string_view(text).substr(0, cut), std::string_view(text).substr(cut)}),
              rows)
        << cut;
  }
}

// The bound may be met by either byte of a line end within quotes.
TEST(CsvFeedTest, AnEndlessQuoteOfLineEnds) {
  for (const std::string begin : {"number\n\"", "number\n\"x"}) {
    std::string text = begin;
    while (text.size() < 3 * kCsvRecordBytesMax) text += "\r\n";
    const Rows rows = read_csv({text});
    ASSERT_FALSE(rows.empty());
    EXPECT_EQ(rows[0].refusal, Refusal::kTooLong);
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
      bytes.push_back(std::string_view(text).substr(i, 1));
    }
    EXPECT_EQ(read_csv(bytes), rows);
  }
}

TEST(CsvFeedTest, AnEndlessFieldTakesNoMemory) {
  CsvFeed feed({}, FeedColumnNames({}, ListRole::kBlock));
  Rows rows;
  ASSERT_TRUE(feed.push("number\n\"", rows));
  const std::string block(1 << 20, '7');
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(feed.push(block, rows));
  ASSERT_TRUE(feed.finish(rows));
  EXPECT_EQ(show(rows), "2!too-long");
}

TEST(CsvFeedTest, HeaderWithoutNumbersIsAnError) {
  for (const std::string text : {"a,b\n1,2\n", "a,b", "", "\n\n"}) {
    EXPECT_THAT(run_stage(csv_feed, {text}).error, ::testing::HasSubstr("no column with numbers"))
        << text;
  }
}

TEST(CsvFeedTest, ShapeByTheFirstLine) {
  struct Row {
    const char* line;
    ListRole role;
    std::optional<CsvShape> shape;
  };
  using enum ListRole;
  const std::vector<FeedCell> brand_first = {FeedCell::kCategory, FeedCell::kNumber};
  const std::vector<FeedCell> number_first = {FeedCell::kNumber, FeedCell::kCategory};
  const std::vector<FeedCell> provider = {FeedCell::kPrefix, FeedCell::kCategory, FeedCell::kType};
  const Row rows[] = {
      {"id,Phone_Number", kBlock, CsvShape{.separator = ','}},
      {"id;\"Phone Number\";x", kBlock, CsvShape{.separator = ';'}},
      {"id\tTEL", kBlock, CsvShape{.separator = '\t'}},
      {"id|msisdn", kBlock, CsvShape{.separator = '|'}},
      {"pattern", kBlock, CsvShape{.separator = ','}},
      {"operator;prefix", kBlock, CsvShape{.separator = ';'}},
      {"+18885550123,scam", kBlock, {}},
      {"339900|Example Mobile", kBlock, {}},
      {"phone of the week", kBlock, {}},
      {"", kBlock, {}},
      {"brand,number", kGenuine, CsvShape{.separator = ','}},
      {"Example Bank,+18885550123", kGenuine, CsvShape{',', brand_first}},
      {"\"Example, Bank\";0800 555 0123", kGenuine, {}},
      {"+18885550123;Example Bank", kGenuine, CsvShape{';', number_first}},
      {"nothing,here", kGenuine, {}},
      {"prefix,provider,type", kProvider, CsvShape{.separator = ','}},
      {"339900|Example Mobile", kProvider, CsvShape{'|', provider}},
      {"1888555,Example Voice,voip", kProvider, CsvShape{',', provider}},
      {"Example,1888555", kProvider, {}},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(csv_shape(row.line, FeedColumnNames({}, row.role), row.role), row.shape) << row.line;
  }
}

// The cells of one line below one header.
FeedRow row_of(const std::string& header, const std::string& line, ListRole role = ListRole::kBlock,
               const FeedColumns& own = {}) {
  const FeedColumnNames names(own, role);
  const auto shape = csv_shape(header, names, role);
  CsvFeed feed(shape.value_or(CsvShape{}), names);
  Rows rows;
  EXPECT_TRUE(feed.push(header + "\n" + line + "\n", rows)) << header;
  EXPECT_TRUE(feed.finish(rows)) << header;
  return rows.size() == 1 ? rows.front() : FeedRow{};
}

TEST(CsvFeedTest, ColumnsByName) {
  const FeedRow row =
      row_of("ID,Phone Number,Country,Class,Risk_Score,First seen,LAST-SEEN,Expiry,Reports",
             "7,020 7946 0000,GB,Toad,90,2026-09-01,2026-09-02,2026-10-01,12");
  EXPECT_EQ(row, (FeedRow{.line = 2,
                          .number = "020 7946 0000",
                          .region = "GB",
                          .category = "Toad",
                          .score = "90",
                          .first_seen = "2026-09-01",
                          .last_seen = "2026-09-02",
                          .expires = "2026-10-01",
                          .repeats = "12"}));
}

TEST(CsvFeedTest, ColumnsDependOnTheRole) {
  EXPECT_EQ(row_of("number,type", "1,x").category, "x");
  EXPECT_EQ(row_of("number,operator", "1,x").category, "");
  EXPECT_EQ(row_of("brand,number", "x,1").category, "");
  EXPECT_EQ(row_of("brand,number", "x,1", ListRole::kGenuine).category, "x");
  EXPECT_EQ(row_of("prefix,operator,type", "1888,x,y", ListRole::kProvider),
            (FeedRow{.line = 2, .number = "1888*", .category = "x", .type = "y"}));
}

TEST(CsvFeedTest, TheOperatorsOwnNamesWin) {
  EXPECT_EQ(row_of("number,A-Nummer", "1,2", ListRole::kBlock, {.number = "a nummer"}).number, "2");
  EXPECT_EQ(row_of("phone,Grund,type", "1,x,y", ListRole::kBlock, {.category = "Grund"}).category,
            "x");
  EXPECT_EQ(
      row_of("phone,zuletzt", "1,2026-09-01", ListRole::kBlock, {.last_seen = "zuletzt"}).last_seen,
      "2026-09-01");
  // A name the operator gives and the header has not: nothing is guessed.
  EXPECT_THAT(run_stage(
                  [] {
                    return std::make_unique<CsvFeed>(
                        CsvShape{}, FeedColumnNames({.number = "a nummer"}, ListRole::kBlock));
                  },
                  {"number\n1\n"})
                  .error,
              ::testing::HasSubstr("): number"));
}

TEST(CsvFeedTest, RangesFromTwoColumns) {
  EXPECT_EQ(row_of("range start,range end", "+18885550100,+18885550199").number,
            "+18885550100 - +18885550199");
  EXPECT_EQ(row_of("prefix", "+1888555").number, "+1888555*");
  EXPECT_EQ(row_of("operator,prefix,pattern", "A,+33199,33199######").number, "+33199######");
  EXPECT_EQ(row_of("operator,prefix,pattern", "A,,33199######").number, "33199######");
}

}  // namespace
}  // namespace ringfence
