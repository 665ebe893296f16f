#include "reputation/sightings/journal_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "reputation/sightings/journal.h"
#include "tests/sightings/sighting_maker.h"
#include "tests/support/temporary_directory.h"

namespace ringfence {
namespace {

using std::chrono::days;
using std::chrono::hours;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
namespace fs = std::filesystem;

class JournalReaderTest : public testing::Test {
 protected:
  JournalReaderTest() {
    fs::create_directory(folder());
    Journal journal(folder(), std::chrono::milliseconds(100));
    const auto add = [&](int ago, std::initializer_list<std::string_view> numbers,
                         std::string domain) {
      const std::vector<Sighting> one = {make_sighting(numbers, [&](Sighting& s) {
        s.when = kNow - days(ago) - hours(1);
        s.from_domain = domain;
        s.queue_id = "Q" + std::to_string(++made_);
      })};
      EXPECT_TRUE((*journal.day(day_of(one[0].when)))->append(one));
    };
    add(2, {"+18885550123"}, "one.example");                   // Q1
    add(2, {"+18885550124", "+18885550129"}, "two.example");   // Q2: both of one block
    add(1, {"+18885550123", "+442079460123"}, "two.example");  // Q3
    add(0, {"+18885550199"}, "one.example");                   // Q4
    add(0, {"+18885550123"}, "two.example");                   // Q5
  }

  fs::path folder() const { return directory_.path() / "journal"; }
  std::vector<std::string> ids(const SightingQuery& query) {
    auto reader = JournalReader::open(directory_.path());
    std::vector<std::string> out;
    for (const JournalEntry& entry : reader->find(query)) out.push_back(entry.sighting.queue_id);
    problems_ = reader->problems();
    return out;
  }
  static NumberRange range(std::string_view text) { return *NumberRange::parse(text); }

  TemporaryDirectory directory_;
  int made_ = 0;
  std::vector<std::string> problems_;
};

TEST_F(JournalReaderTest, NoFolderIsSaidSo) {
  const auto reader = JournalReader::open(directory_.path() / "nothing");
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().kind, ErrorKind::kNoInput);
}

TEST_F(JournalReaderTest, EverythingNewestFirst) {
  EXPECT_THAT(ids({}), ElementsAre("Q5", "Q4", "Q3", "Q2", "Q1"));
  EXPECT_THAT(ids({.limit = 2}), ElementsAre("Q5", "Q4"));
}

TEST_F(JournalReaderTest, ByNumber) {
  EXPECT_THAT(ids({.numbers = {range("+18885550123")}}), ElementsAre("Q5", "Q3", "Q1"));
  EXPECT_THAT(ids({.numbers = {range("+18885550123")}, .limit = 1}), ElementsAre("Q5"));
  EXPECT_THAT(ids({.numbers = {range("+15005550006")}}), IsEmpty());
}

TEST_F(JournalReaderTest, ByBlock) {
  EXPECT_THAT(ids({.numbers = {range("+1888555012#")}}), ElementsAre("Q5", "Q3", "Q2", "Q1"));
  EXPECT_THAT(ids({.numbers = {range("+188855501*")}}), ElementsAre("Q5", "Q4", "Q3", "Q2", "Q1"));
  EXPECT_THAT(ids({.numbers = {range("+18885550199"), range("+44207946####")}}),
              ElementsAre("Q4", "Q3"));
}

TEST_F(JournalReaderTest, ByDomainAndTime) {
  EXPECT_THAT(ids({.from_domain = "two.example"}), ElementsAre("Q5", "Q3", "Q2"));
  EXPECT_THAT(ids({.numbers = {range("+18885550123")}, .from_domain = "one.example"}),
              ElementsAre("Q1"));
  EXPECT_THAT(ids({.since = kNow - days(1) - hours(1)}), ElementsAre("Q5", "Q4", "Q3"));
  EXPECT_THAT(ids({.since = kNow - days(1)}), ElementsAre("Q5", "Q4"));
  EXPECT_THAT(ids({.until = kNow - days(1)}), ElementsAre("Q3", "Q2", "Q1"));
  EXPECT_THAT(ids({.numbers = {range("+1888555012#")},
                   .since = kNow - days(1) - hours(2),
                   .until = kNow - days(1)}),
              ElementsAre("Q3"));
}

TEST_F(JournalReaderTest, ByReference) {
  auto reader = JournalReader::open(directory_.path());
  const auto all = reader->find({});
  EXPECT_EQ(reader->read(all[3].ref)->queue_id, "Q2");
  EXPECT_EQ(reader->read({kToday, 99}), std::nullopt);
  EXPECT_EQ(reader->read({kToday - 30, 1}), std::nullopt);
  EXPECT_THAT(reader->problems(), IsEmpty());
}

TEST_F(JournalReaderTest, ABrokenDayIsToldAndPassedOver) {
  const fs::path broken = journal_file(folder(), kToday - 1);
  fs::remove(broken.string() + "-wal");
  std::ofstream(broken, std::ios::trunc) << std::string(3'000, 'x');
  EXPECT_THAT(ids({}), ElementsAre("Q5", "Q4", "Q2", "Q1"));
  ASSERT_EQ(problems_.size(), 1u);
  EXPECT_THAT(problems_[0], HasSubstr("2026-05-27 cannot be read"));
}

TEST_F(JournalReaderTest, DistinctNumbers) {
  auto reader = JournalReader::open(directory_.path());
  const auto numbers = [&](std::optional<TimePoint> since, std::optional<TimePoint> until) {
    std::vector<std::string> out;
    for (const E164 number : reader->distinct_numbers(since, until)) {
      out.push_back(number.to_string());
    }
    return out;
  };
  EXPECT_THAT(numbers({}, {}), ElementsAre("+18885550123", "+18885550124", "+18885550129",
                                           "+18885550199", "+442079460123"));
  EXPECT_THAT(numbers(kNow, {}), ElementsAre("+18885550123", "+18885550199"));
  EXPECT_THAT(numbers({}, kNow - days(2)),
              ElementsAre("+18885550123", "+18885550124", "+18885550129"));
  EXPECT_THAT(numbers(kNow + days(3), {}), IsEmpty());
}

TEST_F(JournalReaderTest, DistinctNumbersOfManySightings) {
  std::vector<Sighting> mails;
  for (int i = 0; i < 500; ++i) {  // each number many times in a row of the index, and once
    mails.push_back(make_sighting({"+18885550111", i % 40 == 0 ? "+18885550112" : "+18885550110"}));
    const std::string once = "+1888556" + std::to_string(1000 + i);
    mails.push_back(make_sighting({once}));
  }
  Journal journal(folder(), std::chrono::milliseconds(100));
  ASSERT_TRUE((*journal.day(kToday - 5))->append(mails));
  auto reader = JournalReader::open(directory_.path());
  const auto found = reader->distinct_numbers({}, kNow - days(5) + hours(2));
  ASSERT_EQ(found.size(), 503u);
  EXPECT_TRUE(std::is_sorted(found.begin(), found.end()));
  EXPECT_EQ(found.front().to_string(), "+18885550110");
  EXPECT_EQ(found[2].to_string(), "+18885550112");
}

TEST_F(JournalReaderTest, EveryQuestionHasAnIndex) {
  auto day = JournalDay::open_to_read(journal_file(folder(), kToday), std::chrono::seconds(1));
  for (const SightingQuery& query :
       {SightingQuery{}, SightingQuery{.numbers = {range("+18885550123")}},
        SightingQuery{.numbers = {range("+1888555012#")}},
        SightingQuery{.numbers = {range("+1888555*"), range("+18885550123")}},
        SightingQuery{.from_domain = "one.example"}}) {
    auto plan = day->db().prepare("EXPLAIN QUERY PLAN " + JournalReader::sql(query));
    ASSERT_TRUE(plan) << plan.error().message;
    std::string steps;
    while (plan->step().value_or(false)) steps += std::string(plan->text(3)) + "; ";
    EXPECT_THAT(steps, HasSubstr("SEARCH"));
    EXPECT_THAT(steps, Not(HasSubstr("SCAN message"))) << steps;
    EXPECT_THAT(steps, Not(HasSubstr("SCAN m "))) << steps;
    EXPECT_THAT(steps, Not(HasSubstr("SCAN sighting"))) << steps;
    EXPECT_THAT(steps, Not(HasSubstr("TEMP B-TREE"))) << steps;
  }
  auto statement =
      day->db().prepare(std::string("EXPLAIN QUERY PLAN ") + JournalReader::distinct_sql());
  ASSERT_TRUE(statement->step().value_or(false));
  EXPECT_EQ(statement->text(3),
            "SEARCH sighting USING COVERING INDEX sighting_by_number (number>?)");
  EXPECT_FALSE(statement->step().value_or(true)) << "no sorting";
}

TEST(Intervals, OfRanges) {
  using Pairs = std::vector<std::pair<std::uint64_t, std::uint64_t>>;
  EXPECT_EQ(intervals_of(*NumberRange::parse("+1888555012#")), (Pairs{{18885550120, 18885550129}}));
  EXPECT_EQ(intervals_of(*NumberRange::parse("+18885550123")), (Pairs{{18885550123, 18885550123}}));
  const auto open = intervals_of(*NumberRange::parse("+339475*"));
  ASSERT_EQ(open.size(), 9u);  // 7 to 15 digits
  EXPECT_EQ(open.front(), (std::pair<std::uint64_t, std::uint64_t>{3394750, 3394759}));
}

}  // namespace
}  // namespace ringfence
