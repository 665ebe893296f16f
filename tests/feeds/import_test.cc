#include "reputation/feeds/import.h"

#include <stdexcept>

#include "tests/feeds/feeds_fixture.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ImportTest : public FeedsTest {};

TEST_F(ImportTest, DirtyTextCountsEveryLine) {
  const auto report = import_text("list.txt",
                                  "\xef\xbb\xbf# bought in spring\r\n"
                                  "+1 888 555 0123\r\n"
                                  "\r\n"
                                  "8885550124   # seen twice\r\n"
                                  "(888) 555-0124\r\n"
                                  "+18885550125,+18885550126;+442079460000\r\n"
                                  "DANGEROUS NUMBERS OF THE WEEK\r\n"
                                  "172.86.126.18\r\n"
                                  "https://example.org/a690ad2fd9d93ad9b8e51b842aca860352e1d8ed\r\n"
                                  "+49 * 911\r\n"
                                  "// old style\r\n"
                                  "; older style\r\n"
                                  "2026-04-07\r\n"
                                  "812\r\n"
                                  "tel:+442079460001",
                                  {.name = "spring"});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->read.format, FeedFormat::kText);
  EXPECT_EQ(report->change.name, "spring");
  EXPECT_EQ(report->generation, 1U);
  EXPECT_EQ(report->read.rows, 17U);
  EXPECT_EQ(report->read.accepted, 7U);
  EXPECT_EQ(report->numbers(), 6U);
  EXPECT_EQ(report->change.added, 6U);
  EXPECT_EQ(report->change.merged, 1U);
  EXPECT_EQ(report->read.refused_for(Refusal::kComment), 3U);
  EXPECT_EQ(report->read.refused_for(Refusal::kEmpty), 1U);
  EXPECT_EQ(report->read.refused_for(Refusal::kNotANumber), 5U);
  EXPECT_EQ(report->read.refused_for(Refusal::kBadRange), 1U);
  ASSERT_THAT(report->read.examples, SizeIs(6));
  EXPECT_EQ(report->read.examples[0].line, 7U);
  EXPECT_EQ(report->read.examples[0].text, "DANGEROUS NUMBERS OF THE WEEK");
  EXPECT_EQ(report->read.examples[3].line, 10U);
  EXPECT_EQ(report->read.examples[3].refusal, Refusal::kBadRange);
  for (const char* n : {"+18885550123", "+18885550124", "+18885550125", "+18885550126",
                        "+442079460000", "+442079460001"}) {
    EXPECT_EQ(lookup(n).listings.at(0).score, 80) << n;
  }
  EXPECT_EQ(lookup("+18885550123").category, "other");
}

TEST_F(ImportTest, CsvColumnsByName) {
  const auto report = import_text(
      "feed.csv",
      "Note,Phone Number,Category,Score,First_Seen,Last Seen,expires\r\n"
      "\"one, with comma\",+18885550123,Tech Support,95,2026-09-01,2026-09-20 10:00:00,\r\n"
      "\"two\r\nlines\",\"(888) 555-0124\",,,,,2027-01-01T00:00:00Z\r\n"
      "bad score,+18885550125,,101,,,\r\n"
      "bad date,+18885550126,,,09/10/2026,,\r\n"
      "no number,,toad,50,,,\r\n"
      "short\r\n"
      "\r\n"
      "# a comment\r\n"
      "future,+18885550127,toad,50,,2040-01-01,",
      {.name = "feed", .category = "scam", .score = 70});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->read.format, FeedFormat::kCsv);
  EXPECT_EQ(report->read.accepted, 3U);
  EXPECT_EQ(report->read.refused_for(Refusal::kBadScore), 1U);
  EXPECT_EQ(report->read.refused_for(Refusal::kBadDate), 1U);
  EXPECT_EQ(report->read.refused_for(Refusal::kNoNumber), 2U);
  EXPECT_EQ(report->read.refused_for(Refusal::kEmpty), 1U);
  EXPECT_EQ(report->read.refused_for(Refusal::kComment), 1U);
  ASSERT_THAT(report->read.examples, SizeIs(4));
  EXPECT_EQ(report->read.examples[0].line, 5U);  // after a record of two lines
  EXPECT_EQ(report->read.examples[0].text, "101");
  EXPECT_EQ(report->read.examples[1].text, "09/10/2026");

  const NumberReputation one = lookup("+18885550123");
  ASSERT_THAT(one.listings, SizeIs(1));
  EXPECT_EQ(one.listings[0].list, "feed");
  EXPECT_EQ(one.listings[0].category, "tech-support");
  EXPECT_EQ(one.listings[0].score, 95);
  EXPECT_EQ(one.listings[0].first_listed, TimePoint(std::chrono::seconds(1'788'220'800)));
  EXPECT_EQ(one.listings[0].last_seen, TimePoint(std::chrono::seconds(1'789'898'400)));
  EXPECT_EQ(one.listings[0].expires, std::nullopt);
  const NumberReputation two = lookup("+18885550124");
  ASSERT_THAT(two.listings, SizeIs(1));
  EXPECT_EQ(two.listings[0].category, "scam");
  EXPECT_EQ(two.listings[0].score, 70);
  EXPECT_EQ(two.listings[0].last_seen, kNow);
  EXPECT_EQ(two.listings[0].expires, TimePoint(std::chrono::seconds(1'798'761'600)));
  EXPECT_EQ(lookup("+18885550127").listings.at(0).last_seen, kNow);  // nothing is seen tomorrow
}

TEST_F(ImportTest, FormatByContentAndByName) {
  struct Row {
    const char* name;
    const char* content;
    FeedFormat format;
  };
  const Row rows[] = {
      {"a", "number\n+18885550123\n", FeedFormat::kCsv},
      {"b.txt", "# head\n\nid;Telephone\n1;+18885550123\n", FeedFormat::kCsv},
      {"c", "score\tMSISDN\n9\t+18885550123\n", FeedFormat::kCsv},
      {"d.csv", "+18885550123,scam\n", FeedFormat::kText},
      {"e", "+18885550123", FeedFormat::kText},
  };
  for (const Row& row : rows) {
    const auto report = import_text(row.name, row.content);
    ASSERT_TRUE(report) << row.name << ": " << report.error().message;
    EXPECT_EQ(report->read.format, row.format) << row.name;
    EXPECT_EQ(report->read.accepted, 1U) << row.name;
  }
}

TEST_F(ImportTest, WhatIsNotReadIsRefusedInWords) {
  struct Row {
    const char* name;
    std::string content;
    const char* words;
  };
  const Row rows[] = {
      {"a.gz", std::string("\x1f\x8b\x08\x00", 4), "gzip data is cut short"},
      {"b.json", " {\"type\": \"bundle\"}", "holds no number that can be read (it is empty)"},
      {"c.json", "[\n{}]", "1 no-number"},
      {"d.json", "{\"objects\": [", "cut short"},
      {"d.xml", "<?xml version=\"1.0\"?>", "not well-formed XML"},
      {"e.vcf", "BEGIN:VCARD\r\n", "cut short"},
      {"f.txt", std::string("\xff\xfe+\0", 4), "is UTF-16"},
      {"g.csv", "File Date,03/04/2020\nNPA_ID,type\n201,x\n", "names no column with numbers"},
      {"h.txt", "", "it is empty"},
      {"i.txt", "nothing\nhere\n", "2 not-a-number, the first in line 1: nothing"},
      {"j.csv", "number\n", "it is empty"},
      {"k.txt", "\x1b[31mred\n", "\\x1b[31mred"},
      {"l.html", "\n<!DOCTYPE html><html>+18885550123</html>", "is a web page"},
      {"m.xlsx", "PK\x03\x04", "spreadsheet"},
      {"n.xz",
       "\xfd"
       "7zXZ",
       "compressed by xz"},
      {"o.bz2", "BZh91AY", "compressed by bzip2"},
  };
  ASSERT_TRUE(import_text("good.txt", "+18885550123"));
  for (const Row& row : rows) {
    const auto report = import_text(row.name, row.content);
    ASSERT_FALSE(report) << row.name;
    EXPECT_EQ(report.error().kind, ErrorKind::kData) << row.name;
    EXPECT_THAT(report.error().message, HasSubstr(row.words)) << row.name;
    EXPECT_THAT(report.error().message, HasSubstr(row.name));
    EXPECT_EQ(lookup("+18885550123").score, 80) << row.name;  // the last good one stays
  }
  const auto missing = import(base_ / "missing.txt");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kNoInput);
  const auto folder = import(base_);
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().kind, ErrorKind::kNoInput);
  const auto name = import_text("a.txt", "+18885550123", {.name = "a/b"});
  ASSERT_FALSE(name);
  EXPECT_EQ(name.error().kind, ErrorKind::kUsage);
}

TEST_F(ImportTest, EmptyFileOnlyWhenAllowed) {
  ASSERT_TRUE(import_text("a.txt", "+18885550123"));
  const auto report = import_text("b.txt", "# nothing left\n", {}, {.allow_empty = true});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->change.removed, 1U);
  EXPECT_EQ(report->numbers(), 0U);
  EXPECT_EQ(lookup("+18885550123").state, ReputationState::kUnlisted);
}

TEST_F(ImportTest, ReimportReplacesOneListAndOnlyIt) {
  ASSERT_TRUE(import_text("a.txt", "+18885550123\n+18885550124\n", {.name = "a", .score = 50}));
  ASSERT_TRUE(import_text("b.txt", "+18885550124\n", {.name = "b", .score = 60}));
  const auto report =
      import_text("a2.txt", "+18885550123\n+18885550125\n", {.name = "a", .score = 70});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->generation, 3U);
  EXPECT_EQ(report->change.added, 1U);
  EXPECT_EQ(report->change.kept, 1U);
  EXPECT_EQ(report->change.removed, 1U);
  EXPECT_EQ(lookup("+18885550123").score, 70);
  EXPECT_EQ(lookup("+18885550124").score, 60);
  EXPECT_EQ(lookup("+18885550125").score, 70);
}

TEST_F(ImportTest, ExpiryCountsFromLastSeen) {
  ASSERT_TRUE(import_text("a.csv", "number,last_seen\n+18885550123,2026-09-20\n+18885550124,\n",
                          {.expires_after = std::chrono::days(30)}));
  EXPECT_EQ(lookup("+18885550123").listings.at(0).expires,
            TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 10 / 20)));
  EXPECT_EQ(lookup("+18885550124").listings.at(0).expires, kNow + std::chrono::days(30));
}

TEST_F(ImportTest, CategoriesAreBounded) {
  std::string csv = "number,category\n";
  for (int i = 0; i < 100; ++i)
    csv += "+18885550" + std::to_string(100 + i) + ",cat " + std::to_string(i) + "\n";
  const auto report = import_text("a.csv", csv);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->read.accepted, 100U);
  EXPECT_EQ(report->read.categories_folded, 100U - kFeedCategoriesMax);
  EXPECT_EQ(lookup("+18885550100").category, "cat-0");
  EXPECT_EQ(lookup("+18885550199").category, "other");
}

TEST_F(ImportTest, LargeFileIsRefused) {
  const auto report =
      import_text("a.txt", "+18885550123\n+18885550124\n", {.limits = {.inflated_bytes_max = 20}});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::kData);
  EXPECT_THAT(report.error().message, HasSubstr("more than 20 bytes"));
}

TEST_F(ImportTest, ExamplesAreBounded) {
  std::string text = "+18885550123\n";
  for (int i = 0; i < 50; ++i) text += "nonsense\n";
  const auto report = import_text("a.txt", text, {}, {.examples_max = 3});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->read.refused_for(Refusal::kNotANumber), 50U);
  EXPECT_THAT(report->read.examples, SizeIs(3));
}

TEST_F(ImportTest, ProgressReachesTheEnd) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "+4930231" + std::to_string(100'000 + i) + "\n";
  const fs::path file = write("a.txt", text);
  std::uint64_t read = 0;
  std::uint64_t written = 0;
  const ImportOptions options{
      .progress = [&](ImportPhase phase, std::uint64_t done, std::uint64_t total) {
        if (phase == ImportPhase::kReading) {
          EXPECT_GE(done, read);
          EXPECT_EQ(total, text.size());
          read = done;
        } else {
          written = done;
        }
      }};
  const auto report = import_file(file, {.name = "a"}, store_, test_parser, kNow, options);
  ASSERT_TRUE(report);
  EXPECT_EQ(read, text.size());
  EXPECT_EQ(written, 100'000U);
}

TEST_F(ImportTest, ParserThatThrowsIsAnError) {
  const auto report = import_file(
      write("a.txt", "+18885550123"), {.name = "a"}, store_,
      [](std::string_view, std::string_view) -> Result<E164> {
        throw std::runtime_error("plan lost");
      },
      kNow);
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, HasSubstr("plan lost"));
}

}  // namespace
}  // namespace ringfence
