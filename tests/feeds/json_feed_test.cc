// JSON as a feed: cutting records out of documents of any size, and columns by name in them.
#include "reputation/feeds/json_feed.h"

#include <gmock/gmock.h>

#include "tests/feeds/stage_support.h"

namespace ringfence {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<FeedParser> json_feed() {
  return std::make_unique<JsonFeed>(FeedColumnNames({}, ListRole::kBlock));
}

TEST(JsonFeedTest, Samples) {
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  expect_samples(
      {
          {"", ""},
          {" \n\n", ""},
          {"[]", ""},
          {"{}", "1!no-number"},
          // An array of objects.
          {R"([{"number": "+18885550100"}, {"number": "+18885550101"}])",
           "1:+18885550100 1:+18885550101"},
          {"[\n {\"number\":\n \"1\"},\n\n {\"number\": \"2\"}\n]\n", "2:1 5:2"},
          {R"([{"number": "1"}, {"number": "2"},])", "1:1 1:2"},
          {R"([{"number": "1"} {"number": "2"}])", "1:1 1:2"},
          // Numbers alone.
          {R"(["+18885550100", 18885550101, "x,]}\"\\"])",
           "1:+18885550100 1:18885550101 1:x,]}\"\\"},
          {"18885550100\n\"+18885550101\"\n", "1:18885550100 2:+18885550101"},
          {"18885550100", "1:18885550100"},
          {"[1.8885550100e10, 1.5, true, null, []]",
           "1:18885550100 1:1.5 1:true 1!no-number 1!no-number"},
          // JSON Lines; a broken line is one row.
          {"{\"number\": 1}\n{\"number\": 2}\n\n{\"number\": 3}", "1:1 2:2 4:3"},
          {"{\"number\": 1}\r\n{\"number\": 2}\r\n", "1:1 2:2"},
          {"{\"number\": 1}\n{\"number\": 2\n{\"number\": 3}\n", "1:1 2!broken 3:3"},
          {"{\"number\": 1}\n{\"number\": \"2\n{\"number\": 3}\n", "1:1 2!broken 3:3"},
          {"{\"number\": 1}\nnonsense here\n{\"number\": 3}\n", "1:1 2!broken 2!broken 3:3"},
          {"{\"number\": 1}\n{\"number\": 2", "1:1 2!broken"},
          {"{\"number\": 1} {\"number\": 2}\n", "1:1 1:2"},
          // Objects over several lines.
          {"{\n\"number\": 1\n}\n{\n\"number\": 2\n}\n", "1:1 4:2"},
          // Broken within an array.
          {R"([{"number": 1}, {"number" 2}, {"number": 3}])", "1:1 1!broken 1:3"},
          {R"([{"number": 1}, {number: 2}, {"a": [,]}, 3])", "1:1 1!broken 1!broken 1:3"},
          {R"([1, {]}, 3])",
           "1:1 1!broken error: line 1: it is not JSON: '}' stands where it cannot"},
          {R"([{"number": "\ud800"}, {"number": 3}])", "1!broken 1:3"},
          {"[\"\xff\xfe\", 3]", "1!broken 1:3"},
          {"[" + deep + ", {\"number\": 3}]", "1!broken 1:3"},
          // Columns.
          {R"([{"Phone-Number": "1", "x": {"number": "9"}}])", "1:1"},
          {R"([{"numbers": ["1", 2, null, {"number": 7}, [8]]}])", "1:1 1:2 1:7"},
          {R"([{"tags": ["1"], "a": {"b": [{"number": "2"}]}}])", "1:2"},
          {R"([{"a": {"b": {"c": {"d": {"e": {"number": "2"}}}}}}])", "1!no-number"},
          {R"({"data": [{"id": 7, "attributes": {"company-phone-number": "8885550100"}}]})",
           "1:8885550100"},
          {R"([{"number": ""}, {"number": null}, {"number": {}}, {"number": [""]}])",
           "1!no-number 1!no-number 1!no-number 1!no-number"},
          // Not JSON, or not all of it.
          {"[{\"number\": 1}, {\"number\": 2}", "1:1 1:2 error: it is cut short in line 1"},
          {"[{\"number\": 1},\n{\"num", "1:1 error: it is cut short in line 2"},
          {"{\"number\": 1", "error: it is cut short in line 1"},
          {"\"+188", "error: it is cut short in line 1"},
          {"]", "error: line 1: it is not JSON: ']' stands where it cannot"},
          {"[1}\n", "1:1 error: line 1: it is not JSON: '}' stands where it cannot"},
          {"[1:2]", "1!broken"},
      },
      json_feed);
}

TEST(JsonFeedTest, Cells) {
  const StageResult result = run_stage(json_feed, {R"([{"number": "020 7946 0000", "country": "GB",
      "category": ["x"], "type": "Toad", "score": 87.5, "first_seen": 1790000000, "expires": null,
      "last_seen": "2026-09-20", "reports": 12}])"});
  ASSERT_EQ(result.rows.size(), 1U);
  EXPECT_EQ(result.rows[0], (FeedRow{.line = 1,
                                     .number = "020 7946 0000",
                                     .region = "GB",
                                     .category = "Toad",
                                     .score = "87.5",
                                     .first_seen = "1790000000",
                                     .last_seen = "2026-09-20",
                                     .repeats = "12"}));
}

TEST(JsonFeedTest, AVastObjectIsOneRefusedRow) {
  const std::unique_ptr<FeedParser> feed = json_feed();
  Rows rows;
  ASSERT_TRUE(feed->push("[{\"number\": \"1\"}, {\"number\": \"", rows));
  const std::string block(1 << 20, '7');
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(feed->push(block, rows));
  ASSERT_TRUE(feed->push("\"}, {\"number\": \"2\"}]", rows));
  ASSERT_TRUE(feed->finish(rows));
  EXPECT_EQ(show(rows), "1:1 1!too-long 1:2");
}

TEST(JsonFeedTest, HugeNestingIsARefusedRowOrAnError) {
  const std::string open(3 << 20, '[');
  EXPECT_THAT(show(run_stage(json_feed, {open})), HasSubstr("cut short"));
  const std::string all = "[1, " + open + std::string(3 << 20, ']') + ", 2]";
  EXPECT_EQ(show(run_stage(json_feed, {all})), "1:1 1!broken 1:2");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_THAT(show(run_stage(json_feed, {objects})), HasSubstr("cut short"));
}

TEST(JsonRecordsTest, EnvelopesWithinEachOtherAreBounded) {
  JsonRecords records({.envelope = true, .members = {"objects"}});
  std::vector<JsonRecord> out;
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "{\"objects\":";
  const auto pushed = records.push(text, out);
  ASSERT_FALSE(pushed);
  EXPECT_THAT(pushed.error().message, HasSubstr("nested too deep"));
}

// A large document goes through in pieces; what is held is one record.
TEST(JsonRecordsTest, ADocumentOfAnySizeStreams) {
  JsonRecords records({});
  std::vector<JsonRecord> out;
  std::string block;
  for (int i = 0; i < 1000; ++i) block += R"({"number": "+18885550100", "note": "[{,}]\"x"},)";
  ASSERT_TRUE(records.push("[", out));
  std::size_t count = 0;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(records.push(block, out));
    count += out.size();
    out.clear();
  }
  ASSERT_TRUE(records.push("]", out));
  ASSERT_TRUE(records.finish(out));
  EXPECT_EQ(count, 100'000U);
}

}  // namespace
}  // namespace ringfence
