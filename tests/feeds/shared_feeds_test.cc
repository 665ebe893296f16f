// The real feeds of RINGFENCE_SHARED: what is read of each file and what is refused, to the row.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/file.h"
#include "matcher/matcher.h"
#include "matcher/number_reader.h"
#include "reputation/feeds/feed_import.h"
#include "reputation/feeds/feed_parser.h"
#include "reputation/reputation_store.h"
#include "tests/support/temporary_directory.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;

constexpr TimePoint kNow{std::chrono::seconds{1'790'000'000}};
constexpr std::size_t kFileBytesMax = 16 << 20;

class SharedFeedsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* variable = std::getenv("RINGFENCE_SHARED");
    feeds_ =
        (variable != nullptr ? fs::path(variable) : fs::path(RINGFENCE_SOURCE_DIR) / "../shared") /
        "feeds";
    if (!fs::is_directory(feeds_)) GTEST_SKIP() << "no feeds in " << feeds_;
    auto reader = NumberReader::create({});
    ASSERT_TRUE(reader) << reader.error().message;
    reader_ = std::move(*reader);
  }

  NumberParser parser() const {
    return [this](std::string_view text, std::string_view region) {
      return reader_->parse_number(text, region);
    };
  }

  // "text 51 numbers 0 ranges; 2 not-a-number", or the error.
  std::string counts_of(const std::string& file, const std::string& region, ListRole role) const {
    auto builder = GenerationBuilder::begin({.directory = folder_.path() / "table"});
    if (!builder) return builder.error().message;
    const FeedOptions feed{.name = "test", .role = role, .region = region};
    auto import = FeedImport::begin(feed, file, *builder, parser(), kNow);
    if (!import) return import.error().message;
    const auto text = read_file(feeds_ / file, kFileBytesMax);
    if (!text) return text.error().message;
    import->begin_document(fs::path(file).filename().string());
    auto read = import->push(*text);
    if (read) read = import->end_document();
    if (!read) return "error: " + read.error().message;
    const auto settled = builder->settle(import->list());
    if (!settled) return settled.error().message;
    const FeedCounts& counts = import->counts();
    std::string out = std::string(to_token(counts.format)) + ' ' +
                      std::to_string(settled->numbers) + " numbers " +
                      std::to_string(settled->ranges) + " ranges";
    std::uint64_t rows = counts.accepted;
    for (std::size_t i = 0; i < kRefusalCount; ++i) {
      rows += counts.refused[i];
      if (counts.refused[i] == 0) continue;
      out += "; " + std::to_string(counts.refused[i]) + ' ' +
             std::string(to_token(static_cast<Refusal>(i)));
    }
    EXPECT_EQ(rows, counts.rows) << file << ": a row is read or refused";
    return out;
  }

  // Every number and range of a file, as text.
  std::set<std::string> entries_of(const fs::path& file, const std::string& region) const {
    const FeedOptions feed{.name = "test", .region = region};
    const std::string text = read_file(file, kFileBytesMax).value();
    auto format = feed_format_of(feed, text, file.filename().string());
    EXPECT_TRUE(format) << file;
    auto made = make_feed_parser(format.value(), feed, text);
    EXPECT_TRUE(made) << file;
    std::vector<FeedRow> rows;
    EXPECT_TRUE((*made)->push(text, rows)) << file;
    EXPECT_TRUE((*made)->finish(rows)) << file;
    std::set<std::string> out;
    for (const FeedRow& row : rows) {
      if (row.refusal) continue;
      std::vector<NumberRange> ranges;
      read_feed_number(row.number, region, parser(), ranges);
      for (const NumberRange& range : ranges) out.insert(range.to_string());
    }
    return out;
  }

  fs::path feeds_;
  const TemporaryDirectory folder_;
  std::shared_ptr<const NumberReader> reader_;
};

struct Expected {
  const char* file;
  const char* region;
  ListRole role;
  const char* counts;
};

TEST_F(SharedFeedsTest, CountsOfEachFile) {
  using enum ListRole;
  const Expected files[] = {
      {"de_spamcalllist/ausland/bereich_+1.txt", "DE", kBlock, "text 2 numbers 0 ranges"},
      {"de_spamcalllist/ausland/bereich_+2.txt", "DE", kBlock, "text 7 numbers 0 ranges"},
      {"de_spamcalllist/ausland/bereich_+3.txt", "DE", kBlock,
       "text 51 numbers 0 ranges; 2 not-a-number"},
      {"de_spamcalllist/ausland/bereich_+4.txt", "DE", kBlock, "text 64 numbers 0 ranges"},
      {"de_spamcalllist/ausland/bereich_+6.txt", "DE", kBlock, "text 5 numbers 0 ranges"},
      {"de_spamcalllist/ausland/bereich_+9.txt", "DE", kBlock, "text 7 numbers 0 ranges"},
      {"de_spamcalllist/inland/bereich_01.txt", "DE", kBlock, "text 64 numbers 1 ranges"},
      {"de_spamcalllist/inland/bereich_02.txt", "DE", kBlock, "text 41 numbers 0 ranges"},
      {"de_spamcalllist/inland/bereich_03.txt", "DE", kBlock, "text 30 numbers 2 ranges"},
      {"de_spamcalllist/inland/bereich_04.txt", "DE", kBlock, "text 18 numbers 4 ranges"},
      {"de_spamcalllist/inland/bereich_05.txt", "DE", kBlock, "text 6 numbers 0 ranges"},
      {"de_spamcalllist/inland/bereich_06.txt", "DE", kBlock, "text 27 numbers 1 ranges"},
      {"de_spamcalllist/inland/bereich_07.txt", "DE", kBlock, "text 16 numbers 0 ranges"},
      {"de_spamcalllist/inland/bereich_08.txt", "DE", kBlock, "text 28 numbers 0 ranges"},
      {"de_spamcalllist/inland/bereich_09.txt", "DE", kBlock, "text 5 numbers 2 ranges"},
      {"de_spamcalllist/export/fritzbox_export.xml", "DE", kBlock,
       "xml 372 numbers 10 ranges; 2 not-a-number"},
      {"de_spamcalllist/export/nextcloud_export.vcf", "DE", kBlock,
       "vcard 372 numbers 10 ranges; 2 not-a-number"},
      {"fr_saracroche/blocked-prefixes_excerpt.json", "FR", kBlock, "json 0 numbers 8 ranges"},
      {"ftc_dnc/90days_excerpt.csv", "US", kBlock, "csv 58 numbers 0 ranges; 16 not-a-number"},
      {"ftc_dnc/dnc_complaint_numbers_format.csv", "US", kBlock,
       "csv 3 numbers 0 ranges; 1 not-a-number"},
      {"tr_spam_numbers/SpamBlocker.csv", "TR", kBlock, "csv 199 numbers 0 ranges"},
      {"tr_spam_numbers/fossify_import", "TR", kBlock, "text 199 numbers 0 ranges"},
      {"tr_spam_numbers/numbers", "TR", kBlock, "text 199 numbers 0 ranges"},
      {"talos/chaos-msarat.txt", "US", kBlock, "text 0 numbers 0 ranges; 2 not-a-number"},
      {"talos/weaponizing-saas-notification-pipelines.txt", "US", kBlock,
       "text 0 numbers 0 ranges; 10 too-long"},
      {"talos/weaponizing-saas-notification-pipelines.json", "US", kBlock,
       "stix 0 numbers 0 ranges; 14 other"},
      {"talos/dissecting-the-jwr-phishing-framework.json", "US", kBlock,
       "stix 0 numbers 0 ranges; 425 other"},
      {"nanpa/npa_report.csv", "US", kBlock,
       "error: npa_report.csv: its header names no column with numbers (\"number\", \"phone\", "
       "...): File Date, 03/04/2020"},
      {"libphonenumber/carrier_en_1.txt", "", kProvider,
       "csv 0 numbers 697 ranges; 5 empty; 27 comment"},
      {"libphonenumber/carrier_en_33.txt", "", kProvider,
       "csv 0 numbers 398 ranges; 4 empty; 10 comment"},
      {"libphonenumber/carrier_en_44.txt", "", kProvider,
       "csv 0 numbers 660 ranges; 6 empty; 104 comment"},
      {"libphonenumber/carrier_en_49.txt", "", kProvider,
       "csv 0 numbers 41 ranges; 5 empty; 12 comment"},
      {"libphonenumber/carrier_en_55.txt", "", kProvider,
       "csv 0 numbers 8883 ranges; 4 empty; 10 comment"},
      {"libphonenumber/carrier_en_90.txt", "", kProvider,
       "csv 0 numbers 31 ranges; 4 empty; 11 comment"},
      {"libphonenumber/timezones_map_data.txt", "", kProvider,
       "csv 0 numbers 3295 ranges; 5 empty; 12 comment"},
      {"libphonenumber/carrier_en_33.txt", "", kBlock,
       "text 0 numbers 0 ranges; 4 empty; 10 comment; 398 not-a-number"},
  };
  std::set<std::string> named;
  for (const Expected& file : files) {
    named.insert(file.file);
    EXPECT_EQ(counts_of(file.file, file.region, file.role), file.counts)
        << file.file << " as " << to_token(file.role);
  }
  for (const auto& entry : fs::recursive_directory_iterator(feeds_)) {
    if (!entry.is_regular_file() || entry.path().extension() == ".md") continue;
    EXPECT_TRUE(named.contains(fs::relative(entry.path(), feeds_).string())) << entry.path();
  }
}

TEST_F(SharedFeedsTest, TheGermanListIsTheSameFourWays) {
  std::set<std::string> text;
  for (const char* folder : {"inland", "ausland"}) {
    for (const auto& entry : fs::directory_iterator(feeds_ / "de_spamcalllist" / folder)) {
      text.merge(entries_of(entry.path(), "DE"));
    }
  }
  const auto xml = entries_of(feeds_ / "de_spamcalllist/export/fritzbox_export.xml", "DE");
  const auto vcard = entries_of(feeds_ / "de_spamcalllist/export/nextcloud_export.vcf", "DE");
  EXPECT_EQ(xml, vcard);
  EXPECT_EQ(xml.size(), text.size() + 1);  // one number is in the exports alone
  EXPECT_TRUE(std::includes(xml.begin(), xml.end(), text.begin(), text.end()));
  const auto is_open_range = [](const std::string& entry) {
    return entry.starts_with("+49") && entry.ends_with("*");
  };
  EXPECT_EQ(std::count_if(text.begin(), text.end(), is_open_range), 10);
}

TEST_F(SharedFeedsTest, TheTurkishListIsTheSameThreeWays) {
  const auto numbers = entries_of(feeds_ / "tr_spam_numbers/numbers", "TR");
  EXPECT_EQ(numbers.size(), 199U);
  EXPECT_EQ(entries_of(feeds_ / "tr_spam_numbers/SpamBlocker.csv", "TR"), numbers);
  EXPECT_EQ(entries_of(feeds_ / "tr_spam_numbers/fossify_import", "TR"), numbers);
}

TEST_F(SharedFeedsTest, TheFrenchRangesNeedNoRegion) {
  const fs::path file = feeds_ / "fr_saracroche/blocked-prefixes_excerpt.json";
  const auto ranges = entries_of(file, "FR");
  EXPECT_EQ(ranges.size(), 8U);
  for (const std::string& range : ranges) {
    EXPECT_EQ(NumberRange::parse(range).value().digits(), 11) << range;
  }
  EXPECT_EQ(entries_of(file, ""), ranges);
  EXPECT_EQ(entries_of(file, "DE"), ranges);
}

}  // namespace
}  // namespace ringfence
