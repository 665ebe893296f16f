// FeedImport: documents to entries, by what FeedOptions say; and that nothing a document holds gets
// past the counts.
#include "reputation/feeds/feed_import.h"

#include <zlib.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/feeds/feeds_fixture.h"
#include "tests/feeds/stage_support.h"

namespace ringfence {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Json = nlohmann::json;
using std::string_literals::operator""s;

class FeedImportTest : public FeedsTest {
 protected:
  GenerationBuilder begin_builder() const {
    auto builder = GenerationBuilder::begin(builder_options(store_));
    EXPECT_TRUE(builder) << builder.error().message;
    return std::move(*builder);
  }

  // A document as a list of its own in a builder that is thrown away; "" or the error.
  std::string counts_of(const FeedOptions& feed, const std::vector<std::string_view>& chunks,
                        FeedCounts& counts) const {
    auto builder = begin_builder();
    auto import = FeedImport::begin(feed, "test", builder, test_parser, kNow);
    EXPECT_TRUE(import);
    import->begin_document("doc");
    Result<void> read;
    for (const std::string_view chunk : chunks) {
      if (read) read = import->push(chunk);
    }
    if (read) read = import->end_document();
    counts = import->counts();
    return read ? "" : read.error().message;
  }
};

void expect_all_counted(const FeedCounts& counts, std::string_view what) {
  std::uint64_t rows = counts.accepted;
  for (const std::uint64_t refused : counts.refused) rows += refused;
  EXPECT_EQ(rows, counts.rows) << printable(what, 500);
}

TEST_F(FeedImportTest, OneListOfManyDocuments) {
  auto builder = begin_builder();
  auto import =
      FeedImport::begin({.name = "many"}, "https://feeds.example/", builder, test_parser, kNow);
  ASSERT_TRUE(import);
  const auto document = [&](std::string_view name, std::string_view text) {
    import->begin_document(name);
    auto read = import->push(text);
    if (read) read = import->end_document();
    return read ? std::string() : read.error().message;
  };
  EXPECT_EQ(document("1.txt", "+18885550100\nnonsense\n"), "");
  EXPECT_EQ(document("2.json", "[{\"number\": \"+18885550101\"}, {\"num"),
            "2.json: it is cut short in line 1");
  EXPECT_EQ(document("3.xlsx", "PK\x03\x04"),
            "3.xlsx: it is a zip archive or spreadsheet; export it as CSV");
  EXPECT_EQ(document("4.csv", "phone;score\n+18885550102;101\n+18885550103;7\n"), "");
  EXPECT_EQ(document("5", ""), "");
  const FeedCounts& counts = import->counts();
  EXPECT_EQ(counts.documents, 5U);
  EXPECT_EQ(counts.accepted, 3U);
  EXPECT_EQ(counts.format, FeedFormat::kText);
  ASSERT_THAT(counts.examples, SizeIs(2));
  EXPECT_EQ(counts.examples[0].document, "1.txt");
  EXPECT_EQ(counts.examples[1].document, "4.csv");
  EXPECT_EQ(counts.examples[1].text, "101");
  EXPECT_EQ(describe_refused(counts), "1 not-a-number, 1 bad-score, the first in line 2: nonsense");
  const auto settled = builder.settle(import->list());
  ASSERT_TRUE(settled);
  EXPECT_EQ(settled->numbers, 3U);
}

TEST_F(FeedImportTest, TheBoundIsOnAllDocumentsTogether) {
  auto builder = begin_builder();
  auto import = FeedImport::begin({.name = "many", .limits = {.inflated_bytes_max = 30}}, "x",
                                  builder, test_parser, kNow);
  ASSERT_TRUE(import);
  for (int i = 0; i < 2; ++i) {
    import->begin_document("a");
    ASSERT_TRUE(import->push("+18885550100\n"));
    ASSERT_TRUE(import->end_document());
  }
  import->begin_document("b");
  EXPECT_FALSE(import->push("+18885550101\n"));
}

TEST_F(FeedImportTest, CompressedFilesAreRead) {
  const std::filesystem::path path = base_ / "list.csv.gz";
  gzFile file = gzopen(path.c_str(), "wb");
  ASSERT_NE(file, nullptr);
  gzputs(file, "\xef\xbb\xbfnumber,score\n+18885550100,70\n");
  gzclose(file);
  const auto report = import(path);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->read.format, FeedFormat::kCsv);
  EXPECT_EQ(lookup("+18885550100").score, 70);
}

TEST_F(FeedImportTest, RepeatsWeigh) {
  std::string text = "number,complaints\n+18885550100,\n";
  for (int i = 0; i < 3; ++i) text += "+12125550100,\n";
  text +=
      "+13105550100,27\n+14155550100,0\n+15105550100,many\n+16175550100,4294967295\n+16175550100,"
      "9\n";
  const auto report = import_text("a.csv", text, {.score = 80, .repeats_weigh = true});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->read.accepted, 9U);
  EXPECT_EQ(lookup("+18885550100").score, 20);
  EXPECT_EQ(lookup("+12125550100").score, 40);
  EXPECT_EQ(lookup("+13105550100").score, 72);
  EXPECT_EQ(lookup("+14155550100").score, 20);
  EXPECT_EQ(lookup("+15105550100").score, 20);
  EXPECT_EQ(lookup("+16175550100").score, 80);
  // Without being told, a repeat is a repeat.
  ASSERT_TRUE(import_text("a.csv", text, {.score = 80}));
  EXPECT_EQ(lookup("+12125550100").score, 80);
}

TEST(RepeatedScoreTest, Formula) {
  struct Row {
    int score;
    std::uint64_t repeats;
    int expected;
  };
  const Row rows[] = {
      {100, 0, 0}, {100, 1, 25},    {100, 3, 50}, {100, 9, 75}, {100, 27, 90},
      {80, 2, 32}, {100, 597, 100}, {0, 7, 0},    {1, 3, 1},    {100, std::uint64_t(-1), 100}};
  for (const Row& row : rows) {
    EXPECT_EQ(repeated_score(row.score, row.repeats), row.expected) << row.repeats;
  }
}

TEST_F(FeedImportTest, DirectoriesAndProviders) {
  ASSERT_TRUE(import_text("brands.csv",
                          "brand,number\nExample Bank,+18885550100\nÉxample,+18885550101\n",
                          {.name = "brands", .role = ListRole::kGenuine}));
  ASSERT_TRUE(import_text("more.csv", "Example Shop;+18885550100\n",
                          {.name = "more", .role = ListRole::kGenuine}));
  ASSERT_TRUE(import_text(
      "carriers.txt",
      "# prefix|name\n\n1888555|Example\tVoice\n18885550|Example Mobile, Inc\n1888555010,x\n",
      {.name = "carriers", .role = ListRole::kProvider}));
  ASSERT_TRUE(import_text("types.csv", "prefix,provider,type\n44,Example UK,fixed\n4420,,voip\n",
                          {.name = "types", .role = ListRole::kProvider}));
  const NumberReputation found = lookup("+18885550100");
  EXPECT_THAT(found.genuine_of, ::testing::UnorderedElementsAre("example-bank", "example-shop"));
  EXPECT_EQ(found.score, 0);
  ASSERT_TRUE(found.provider);
  EXPECT_EQ(found.provider->provider, "Example Mobile, Inc");
  EXPECT_EQ(found.provider->type, "");
  EXPECT_EQ(found.provider->range.to_string(), "+18885550*");
  const NumberReputation british = lookup("+441632960000");
  ASSERT_TRUE(british.provider);
  EXPECT_EQ(british.provider->provider, "Example UK");
  EXPECT_EQ(british.provider->type, "fixed");
  EXPECT_EQ(lookup("+442079460000").provider.value().type, "voip");
  EXPECT_THAT(lookup("+493023125000").genuine_of, IsEmpty());
}

TEST_F(FeedImportTest, RangesInEveryFormat) {
  const auto report =
      import_text("a.txt", "+1888555####\n030 2312*\n+442079460000-+442079460099\n");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->numbers(), 0U);
  EXPECT_EQ(report->ranges(), 3U);
  EXPECT_EQ(report->read.ranges, 3U);
  EXPECT_EQ(lookup("+18885559999").score, 80);
  EXPECT_EQ(lookup("+493023125000").score, 80);
  EXPECT_EQ(lookup("+442079460099").score, 80);
  EXPECT_EQ(lookup("+442079460100").state, ReputationState::kUnlisted);
}

TEST_F(FeedImportTest, TheRowsOwnCountryWins) {
  ASSERT_TRUE(import_text(
      "a.csv", "phone,country\n020 7946 0000,GB\n030 23125 000,\n030 23125 001,Germany\n"));
  for (const char* number : {"+442079460000", "+493023125000", "+493023125001"}) {
    EXPECT_EQ(lookup(number).listings.size(), 1U) << number;
  }
}

TEST_F(FeedImportTest, WithdrawnNumbers) {
  const FeedOptions feed{.name = "taxii", .format = FeedFormat::kStix, .keep_missing = true};
  const std::string first =
      R"({"objects": [{"type": "phone-number", "value": "+18885550100"},
                      {"type": "phone-number", "value": "+12125550100"}]})";
  const std::string next =
      R"({"objects": [{"type": "phone-number", "value": "+18885550100", "revoked": true},
                      {"type": "phone-number", "value": "no number", "revoked": true}]})";
  ASSERT_TRUE(import_text("1", first, feed));
  const auto report = import_text("2", next, feed, {.allow_empty = true});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->read.refused_for(Refusal::kWithdrawn), 2U);
  EXPECT_EQ(lookup("+18885550100").state, ReputationState::kExpired);
  EXPECT_EQ(lookup("+12125550100").state, ReputationState::kActive);
  // A feed that is whole each time just has it no more.
  FeedOptions whole = feed;
  whole.keep_missing = false;
  ASSERT_TRUE(import_text("3", next, whole, {.allow_empty = true}));
  EXPECT_EQ(lookup("+18885550100").state, ReputationState::kUnlisted);
}

TEST_F(FeedImportTest, FormatIsSettledByTheFirstBytesOrByWhatIsTold) {
  struct Row {
    const char* text;
    FeedOptions feed;
    FeedFormat format;
  };
  using enum FeedFormat;
  const Row rows[] = {
      {"+18885550100\n", {}, kText},
      {"\xef\xbb\xbf+18885550100\n", {}, kText},
      {"number\n+18885550100\n", {}, kCsv},
      {"[\"+18885550100\"]", {}, kJson},
      {" \n{\"number\": 18885550100}\n", {}, kJson},
      {R"({"type": "bundle", "objects": [{"type": "phone-number", "value": "+18885550100"}]})",
       {},
       kStix},
      {R"({"objects": [{"type": "phone-number", "value": "+18885550100"}]})", {}, kStix},
      {R"({"Event": {"Attribute": [{"type": "prtn", "value": "+18885550100"}]}})", {}, kMisp},
      {R"({"response": {"Attribute": [{"type": "prtn", "value": "+18885550100"}]}})", {}, kMisp},
      {R"([{"Event": {"Attribute": [{"type": "prtn", "value": "+18885550100"}]}}])", {}, kMisp},
      {R"({"x": {}, "Event": {"Attribute": [{"type": "prtn", "value": "+18885550100"}]}})",
       {.source = FeedSource::kMispFeed},
       kMisp},
      {R"({"x": 1, "objects": [{"type": "phone-number", "value": "+18885550100"}]})",
       {.source = FeedSource::kTaxii},
       kStix},
      {"Begin:vCard\nTEL:+18885550100\nEND:VCARD\n", {}, kVcard},
      {"<a><number>+18885550100</number></a>", {}, kXml},
      {"{\"number\": 18885550100}\n", {.format = kText}, kText},
      {"Anschluss\n+18885550100\n", {.columns = {.number = "Anschluss"}}, kCsv},
      {"Anschluss\n+18885550100\n", {}, kText},
  };
  for (const Row& row : rows) {
    FeedOptions feed = row.feed;
    feed.name = "test";
    FeedCounts whole;
    EXPECT_EQ(counts_of(feed, {row.text}, whole), "") << row.text;
    EXPECT_EQ(whole.format, row.format) << row.text;
    if (row.format != kText || row.feed.format == kAuto) {
      EXPECT_EQ(whole.accepted, 1U) << row.text;
    }
    // Neither the format nor the counts depend on where it is cut.
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; row.text[i] != '\0'; ++i) bytes.emplace_back(row.text + i, 1);
    FeedCounts cut;
    EXPECT_EQ(counts_of(feed, bytes, cut), "") << row.text;
    EXPECT_EQ(cut.format, whole.format) << row.text;
    EXPECT_EQ(cut.accepted, whole.accepted) << row.text;
    EXPECT_EQ(cut.refused, whole.refused) << row.text;
  }
}

TEST_F(FeedImportTest, BrandsAndProvidersAreNotBoundedAsCategoriesAre) {
  std::string csv = "brand,number\n";
  for (int i = 0; i < 200; ++i) {
    csv += "Brand " + std::to_string(i) + ",+1888555" + std::to_string(1000 + i) + "\n";
  }
  const auto report = import_text("a.csv", csv, {.role = ListRole::kGenuine});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->read.categories_folded, 0U);
  EXPECT_THAT(lookup("+18885551199").genuine_of, ElementsAre("brand-199"));
}

const std::vector<std::string>& seeds() {
  static const std::vector<std::string> kSeeds = {
      "# c\n+18885550100,+18885550101\n030 2312*\n+18885550100-+18885550199 # x\n",
      "number;score;last_seen;country\n\"+18885550100\";90;2026-09-01;GB\n020 7946 0000;1;;GB\n",
      "[{\"number\": \"+18885550100\", \"score\": 7, \"expires\": \"2027-01-01\", \"reports\": "
      "3},\n"
      "{\"data\": [{\"phone\": [18885550101, \"x\"]}]}]",
      "{\"number\": \"+18885550100\"}\n{\"number\": 18885550101}\n",
      R"({"type": "bundle", "objects": [{"type": "indicator", "valid_from": "2026-09-01T00:00:00Z",
"labels": ["toad"], "confidence": 80, "revoked": false, "pattern_type": "stix",
"pattern": "[phone-number:number = '020 7946 0000' AND phone-number:country = 'GB'] OR [phone-number:value IN ('1')]"},
{"type": "observed-data", "objects": {"0": {"type": "phone-number", "value": "+18885550100"}}},
{"type": "x-misp-object", "x_misp_name": "phone", "x_misp_attributes": [{"type": "prtn", "value": "+18885550101"}]},
{"type": "x-misp-attribute", "x_misp_type": "phone-number", "x_misp_value": "+18885550102"},
{"type": "phone-number", "value": "+18885550103", "valid_until": "2027-01-01T00:00:00Z"}]})",
      R"({"Event": {"info": "x", "Attribute": [{"type": "phone-number", "value": "+18885550100",
"timestamp": "1790000000", "deleted": false, "to_ids": "0"}], "Object": [{"name": "phone", "deleted": 0,
"Attribute": [{"type": "prtn", "value": "+18885550101", "last_seen": "2026-09-01"}]}]}})",
      "BEGIN:VCARD\r\nTEL;TYPE=\"a,b\":+1888\r\n "
      "5550100\r\nitem1.TEL:tel:+18885550101\r\nEND:VCARD\r\n",
      "<?xml version=\"1.0\"?><a><number "
      "id=\"1\">+18885550100</number><b><number>1&amp;2</number></b></a>",
  };
  return kSeeds;
}

// Any bytes: an error about the document or rows that are all counted, never more.
TEST_F(FeedImportTest, MutatedDocuments) {
  std::mt19937 random(11);
  const std::string bytes = "\0\"'{}[]<>,;:\\\n#*x-+&!0 \xff\xc3"s;
  auto builder = begin_builder();
  int list = 0;
  for (int round = 0; round < 400; ++round) {
    for (const std::string& seed : seeds()) {
      std::string text = seed;
      for (std::uint32_t changes = 1 + random() % 4; changes > 0; --changes) {
        const std::size_t at = random() % text.size();
        switch (random() % 4) {
          case 0:
            text[at] = bytes[random() % bytes.size()];
            break;
          case 1:
            text.erase(at, 1 + random() % 5);
            break;
          case 2:
            text.insert(at, 1 + random() % 3, bytes[random() % bytes.size()]);
            break;
          default:
            text.insert(at, seed.substr(random() % seed.size(), random() % 30));
        }
        if (text.empty()) text = " ";
      }
      const std::string name = "l" + std::to_string(list++ % 1000);
      auto import = FeedImport::begin({.name = name}, "x", builder, test_parser, kNow);
      ASSERT_TRUE(import) << import.error().message;
      import->begin_document("doc");
      auto read = import->push(text);
      if (read) read = import->end_document();
      expect_all_counted(import->counts(), text);
      EXPECT_LE(import->counts().rows, text.size() + 2) << printable(text, 2000);
      ASSERT_TRUE(builder.withdraw(import->list()));
    }
  }
}

// Calls `visit` with `document` after each value in it was replaced by each of `values`.
void replace_each(Json& document, Json& at, const std::vector<Json>& values,
                  const std::function<void()>& visit) {
  const Json before = at;
  for (const Json& value : values) {
    at = value;
    visit();
  }
  at = before;
  if (at.is_object() || at.is_array()) {
    for (Json& child : at) replace_each(document, child, values, visit);
  }
}

TEST_F(FeedImportTest, EveryValueOfEveryType) {
  const std::vector<Json> values = {
      nullptr,
      true,
      7,
      -1,
      1.5e300,
      "",
      "x",
      "+18885550199",
      std::string(2000, '7'),
      Json::array(),
      Json::object(),
      Json::array({Json::array({1}), "2", nullptr}),
      Json{{"type", "phone-number"}, {"value", 8885550198}, {"Attribute", 7}, {"objects", "x"}}};
  int runs = 0;
  for (const std::string& seed : seeds()) {
    Json document = Json::parse(seed, nullptr, false);
    if (document.is_discarded()) continue;
    for (const FeedFormat format : {FeedFormat::kJson, FeedFormat::kStix, FeedFormat::kMisp}) {
      const FeedOptions feed{.name = "test", .format = format};
      auto builder = begin_builder();
      replace_each(document, document, values, [&] {
        const std::string text = document.dump();
        auto import = FeedImport::begin(feed, "x", builder, test_parser, kNow);
        ASSERT_TRUE(import);
        import->begin_document("doc");
        auto read = import->push(text);
        if (read) read = import->end_document();
        EXPECT_TRUE(read) << text << ": " << read.error().message;  // it is good JSON
        EXPECT_EQ(import->counts().refused_for(Refusal::kBroken), 0U) << text;
        expect_all_counted(import->counts(), text);
        ASSERT_TRUE(builder.withdraw(import->list()));
        ++runs;
      });
    }
  }
  EXPECT_GT(runs, 1000);
}

}  // namespace
}  // namespace ringfence
