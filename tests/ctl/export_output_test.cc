// The file of an export is replaced whole or not at all; its rows cannot be taken for something
// else.
#include "ctl/export_output.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/file.h"
#include "ctl/export_rows.h"
#include "tests/export/indicator_maker.h"
#include "tests/support/temporary_directory.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ExportOutputTest : public ::testing::Test {
 protected:
  std::string content() const { return read_file(file_, 1 << 20).value_or("none"); }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()));
  }

  const TemporaryDirectory folder_;
  const fs::path file_ = folder_.path() / "numbers.csv";
  const fs::path partial_ = folder_.path() / ".numbers.csv.partial";
};

TEST_F(ExportOutputTest, NothingIsThereBeforeCommit) {
  ASSERT_TRUE(write_file_atomically(file_, "old"));
  auto output = ExportOutput::open(file_);
  ASSERT_TRUE(output);
  ASSERT_TRUE(output->write("new"));
  EXPECT_EQ(content(), "old");
  ASSERT_TRUE(output->commit());
  EXPECT_EQ(content(), "new");
  struct stat status {};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0644U);
  EXPECT_EQ(files(), 1U);
}

TEST_F(ExportOutputTest, WhatIsNotCommittedLeavesNoTrace) {
  ASSERT_TRUE(write_file_atomically(file_, "old"));
  {
    auto output = ExportOutput::open(file_);
    ASSERT_TRUE(output);
    ASSERT_TRUE(output->write("half"));
  }
  EXPECT_EQ(content(), "old");
  EXPECT_EQ(files(), 1U);
}

TEST_F(ExportOutputTest, AKilledExportsPartIsTakenOver) {
  ASSERT_TRUE(write_file_atomically(partial_, "a longer part of one that was killed"));
  auto output = ExportOutput::open(file_);
  ASSERT_TRUE(output);
  ASSERT_TRUE(output->write("whole"));
  ASSERT_TRUE(output->commit());
  EXPECT_EQ(content(), "whole");
  EXPECT_EQ(files(), 1U);
}

TEST_F(ExportOutputTest, TwoAtATimeDoNotMix) {
  auto first = ExportOutput::open(file_);
  ASSERT_TRUE(first);
  const auto second = ExportOutput::open(file_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kTempFail);
  ASSERT_TRUE(first->write("first"));
  ASSERT_TRUE(first->commit());
  EXPECT_EQ(content(), "first");
  EXPECT_TRUE(ExportOutput::open(file_));
}

TEST_F(ExportOutputTest, ALinkInThePlaceOfThePartIsNotFollowed) {
  const fs::path victim = folder_.path() / "victim";
  ASSERT_TRUE(write_file_atomically(victim, "precious"));
  fs::create_symlink(victim, partial_);
  EXPECT_FALSE(ExportOutput::open(file_));
  fs::remove(partial_);
  fs::create_hard_link(victim, partial_);
  EXPECT_FALSE(ExportOutput::open(file_));
  EXPECT_EQ(read_file(victim, 100).value_or(""), "precious");
}

TEST_F(ExportOutputTest, FoldersAndMissingFoldersAreSaidInWords) {
  const auto folder = ExportOutput::open(folder_.path());
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().kind, ErrorKind::kCannotCreate);
  const auto missing = ExportOutput::open(folder_.path() / "no" / "such");
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("no/.such.partial"));
}

TEST_F(ExportOutputTest, DevicesAreWrittenInPlace) {
  auto output = ExportOutput::open("/dev/full");
  ASSERT_TRUE(output);
  const auto written = output->write("x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::kIo);
}

TEST(ExportRows, CsvCellsAreNoFormulas) {
  Indicator indicator = make_indicator("+18885550123", "=HYPERLINK(\"x\"),\n+1");
  indicator.local = make_local();
  indicator.local->brands = {"@sum", "a\tb"};
  const std::string csv = written(*make_csv_writer(), {indicator});
  EXPECT_EQ(csv,
            "number,category,score,score_now,state,first_seen,last_seen,expires,lists,messages,"
            "local_first_seen,local_last_seen,brand_count,brands\n"
            "tel:+18885550123,\"'=HYPERLINK(\"\"x\"\"),\\x0a+1\",95,70,active,2026-09-11T14:13:20Z,"
            "2026-09-15T14:13:20Z,,soc,12,2026-09-18T14:13:20Z,2026-09-20T14:13:20Z,3,"
            "\"'@sum a\\x09b\"\n");
}

TEST(ExportRows, JsonLinesAreOneLineEach) {
  Indicator indicator = make_indicator("+18885550123", "a\n\x1b[31m");
  const std::string lines = written(*make_json_lines_writer(), {indicator, indicator});
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  EXPECT_EQ(lines.find('\x1b'), std::string::npos);
  EXPECT_THAT(lines, HasSubstr("{\"number\":\"+18885550123\",\"category\":\"a\\n\\u001b[31m\","));
}

}  // namespace
}  // namespace ringfence
