// TextFeed and CsvFeed: what they make of dirty input, and that it does not depend on where it is
// cut.
#include <functional>

#include "reputation/feeds/csv_feed.h"
#include "reputation/feeds/text_feed.h"
#include "tests/feeds/feeds_fixture.h"

namespace ringfence {
namespace {

using Rows = std::vector<FeedRow>;

Rows read_text(const std::vector<std::string_view>& chunks) {
  TextFeed feed;
  Rows rows;
  for (const std::string_view chunk : chunks) feed.push(chunk, rows);
  feed.finish(rows);
  return rows;
}

Rows read_csv(const std::vector<std::string_view>& chunks) {
  CsvFeed feed(',');
  Rows rows;
  for (const std::string_view chunk : chunks) {
    const auto pushed = feed.push(chunk, rows);
    EXPECT_TRUE(pushed) << pushed.error().message;
  }
  const auto finished = feed.finish(rows);
  EXPECT_TRUE(finished) << finished.error().message;
  return rows;
}

// "line:number" or "line!refusal" of each row.
std::string show(const Rows& rows) {
  std::string out;
  for (const FeedRow& row : rows) {
    if (!out.empty()) out += ' ';
    out += std::to_string(row.line);
    out += row.refusal ? "!" + std::string(to_token(*row.refusal)) : ":" + row.number;
  }
  return out;
}

void expect_every_split(std::string_view text,
                        const std::function<Rows(const std::vector<std::string_view>&)>& read) {
  const Rows whole = read({text});
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    ASSERT_EQ(read({text.substr(0, cut), text.substr(cut)}), whole) << "cut at " << cut;
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < text.size(); ++i) bytes.push_back(text.substr(i, 1));
  EXPECT_EQ(read(bytes), whole) << "byte by byte";
}

struct Sample {
  std::string text;
  std::string rows;
};

const std::vector<Sample>& text_samples() {
  static const std::vector<Sample> kSamples = {
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

TEST(TextFeedTest, Samples) {
  for (const Sample& sample : text_samples()) {
    EXPECT_EQ(show(read_text({sample.text})), sample.rows) << printable(sample.text);
  }
}

TEST(TextFeedTest, EverySplit) {
  std::string all;
  for (const Sample& sample : text_samples()) {
    if (sample.text.size() < 1000) all += sample.text;
  }
  expect_every_split(all, read_text);
  for (const Sample& sample : text_samples()) expect_every_split(sample.text, read_text);
}

TEST(TextFeedTest, ALineOfMegabytesTakesNoMemory) {
  TextFeed feed;
  Rows rows;
  const std::string block(1 << 20, '7');
  for (int i = 0; i < 20; ++i) feed.push(block, rows);
  feed.finish(rows);
  ASSERT_EQ(show(rows), "1!too-long");
  EXPECT_LE(rows[0].number.size(), kTextPieceBytesMax + 1);
}

const std::vector<Sample>& csv_samples() {
  static const std::vector<Sample> kSamples = {
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
  };
  return kSamples;
}

TEST(CsvFeedTest, Samples) {
  for (const Sample& sample : csv_samples()) {
    EXPECT_EQ(show(read_csv({sample.text})), sample.rows) << printable(sample.text);
  }
}

TEST(CsvFeedTest, EverySplit) {
  for (const Sample& sample : csv_samples()) expect_every_split(sample.text, read_csv);
}

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

TEST(CsvFeedTest, AnEndlessFieldTakesNoMemory) {
  CsvFeed feed(',');
  Rows rows;
  ASSERT_TRUE(feed.push("number\n\"", rows));
  const std::string block(1 << 20, '7');
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(feed.push(block, rows));
  ASSERT_TRUE(feed.finish(rows));
  EXPECT_EQ(show(rows), "2!too-long");
}

TEST(CsvFeedTest, HeaderWithoutNumbersIsAnError) {
  for (const std::string text : {"a,b\n1,2\n", "a,b", "", "\n\n"}) {
    CsvFeed feed(',');
    Rows rows;
    auto result = feed.push(text, rows);
    if (result) result = feed.finish(rows);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().kind, ErrorKind::kData);
    EXPECT_THAT(result.error().message, ::testing::HasSubstr("no column with numbers"));
  }
}

TEST(CsvFeedTest, Separators) {
  EXPECT_EQ(csv_separator("id,Phone_Number"), ',');
  EXPECT_EQ(csv_separator("id;\"Phone Number\";x"), ';');
  EXPECT_EQ(csv_separator("id\tTEL"), '\t');
  EXPECT_EQ(csv_separator("id|msisdn"), '|');
  EXPECT_EQ(csv_separator("pattern"), ',');
  EXPECT_EQ(csv_separator("+18885550123,scam"), std::nullopt);
  EXPECT_EQ(csv_separator("phone of the week"), std::nullopt);
  EXPECT_EQ(csv_separator(""), std::nullopt);
}

}  // namespace
}  // namespace ringfence
