#include "reputation/sightings/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "reputation/sightings/retention_clock.h"
#include "tests/sightings/sighting_maker.h"
#include "tests/support/temporary_directory.h"

namespace ringfence {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr milliseconds kBusy{20};

class JournalTest : public testing::Test {
 protected:
  fs::path file(std::int32_t day = kToday) const { return journal_file(directory_.path(), day); }
  void write(const fs::path& path, std::string_view content) {
    std::ofstream(path, std::ios::binary) << content;
  }

  TemporaryDirectory directory_;
};

TEST(DayName, GoesThereAndBack) {
  EXPECT_EQ(day_name(kToday), "2026-05-28");
  EXPECT_EQ(day_name(0), "1970-01-01");
  for (const std::int32_t day : {0, 58, 59, kToday, 2'932'896}) {
    EXPECT_EQ(day_from_name(day_name(day)), day);
  }
  EXPECT_EQ(day_from_name("2026-05-28.sqlite-wal"), kToday);
  for (const char* name : {"", "2026-05", "2026-13-01", "2026-02-30", "2026x05-28", "20a6-05-28"}) {
    EXPECT_EQ(day_from_name(name), std::nullopt) << name;
  }
}

TEST_F(JournalTest, ReadsWhatWasWritten) {
  const Sighting first = make_sighting({"+18885550123", "+442079460123"}, [](Sighting& s) {
    s.numbers[0].places = {Place::kSubject, Place::kQrCode};
    s.numbers[0].tricks = "invisible,bidi";
    s.numbers[1].score = 77;
    s.recipients = {"a@example.org", "b@example.org"};
    s.recipient_count = 3;
    s.direction = Direction::kTrusted;
    s.quotes = true;
    s.action = "quarantine";
    s.rule = "known";
    s.score = 95;
    s.brand = "norton";
    s.brands = {"norton", "paypal"};
    s.lures = {"invoice"};
    s.template_hash = "T1ABC";
    s.document_hashes = {"d1", "d2"};
  });
  const Sighting second = make_sighting({"+4930231250000"});
  auto day = JournalDay::open_to_write(file(), kBusy);
  ASSERT_TRUE(day) << day.error().message;
  const std::vector<Sighting> both = {first, second};
  ASSERT_TRUE(day->append(both));
  EXPECT_EQ(day->last_row(), 2);
  auto reading = JournalDay::open_to_read(file(), kBusy);
  ASSERT_TRUE(reading) << reading.error().message;
  EXPECT_EQ(reading->serial(), day->serial());
  EXPECT_EQ(reading->last_row(), 2);
  EXPECT_EQ(reading->read(1)->value(), first);
  EXPECT_EQ(reading->read(2)->value(), second);
  EXPECT_EQ(reading->read(3).value(), std::nullopt);
  const auto rest = reading->read_after(1, 10);
  ASSERT_TRUE(rest);
  EXPECT_THAT(*rest, ElementsAre(std::pair(std::int64_t{2}, second)));
  EXPECT_EQ(reading->read_after(0, 1)->size(), 1u);
}

TEST_F(JournalTest, HostileTextComesBackAsItWas) {
  using namespace std::string_literals;
  const std::vector<std::string> texts = {"'); DROP TABLE message;--"s,
                                          "\x1b]0;pwned\x07"s,
                                          "=cmd|' /C calc'!A0"s,
                                          "<script>alert(1)</script>"s,
                                          "\"]; \\N"s,
                                          "nul\0inside"s,
                                          "\xff\xfe\xc3"s,
                                          "\xe2\x80\xae txt"s,
                                          ""s};
  std::vector<Sighting> all;
  for (const std::string& text : texts) {
    all.push_back(make_sighting({"+18885550123"}, [&](Sighting& s) {
      s.subject = s.from_display = s.queue_id = s.message_id = s.from_domain = text;
      s.numbers[0].shown = text;
      s.recipients = {text};
    }));
  }
  auto day = JournalDay::open_to_write(file(), kBusy);
  ASSERT_TRUE(day);
  ASSERT_TRUE(day->append(all));
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(day->read(static_cast<std::int64_t>(i) + 1)->value(), all[i]);
  }
  EXPECT_EQ(day->db().text("PRAGMA integrity_check").value(), "ok");
}

TEST_F(JournalTest, ARepeatedNumberOrRecipientIsOne) {
  auto day = JournalDay::open_to_write(file(), kBusy);
  const std::vector<Sighting> twice = {
      make_sighting({"+18885550123", "+18885550123"}, [](Sighting& s) {
        s.recipients = {"a@b", "a@b"};
      })};
  ASSERT_TRUE(day->append(twice));
  EXPECT_EQ(day->read(1)->value().numbers.size(), 1u);
  EXPECT_THAT(day->read(1)->value().recipients, ElementsAre("a@b"));
}

TEST_F(JournalTest, RowsGoOnWhereTheAggregatesAre) {
  const std::vector<Sighting> one = {make_sighting({"+18885550123"})};
  std::uint64_t serial = 0;
  {
    auto day = JournalDay::open_to_write(file(), kBusy);
    ASSERT_TRUE(day->append(one));
    day->skip_rows_to(10);
    ASSERT_TRUE(day->append(one));
    EXPECT_EQ(day->last_row(), 11);
    serial = day->serial();
  }
  auto again = JournalDay::open_to_write(file(), kBusy);
  EXPECT_EQ(again->last_row(), 11);
  EXPECT_EQ(again->serial(), serial);
}

TEST_F(JournalTest, GarbageIsDataNotAJournal) {
  write(file(),
        "this is no database at all, and it is long enough for a header of one hundred "
        "bytes, which SQLite wants");
  auto day = JournalDay::open_to_write(file(), kBusy);
  ASSERT_FALSE(day);
  EXPECT_EQ(day.error().kind, ErrorKind::kData);
}

TEST_F(JournalTest, AnotherProgramsDatabaseIsNotWrittenTo) {
  {
    auto db = SqliteDb::open(file(), SqliteDb::Access::kCreate, kBusy);
    ASSERT_TRUE(db->run("CREATE TABLE t(x); PRAGMA user_version = 7"));
  }
  auto day = JournalDay::open_to_write(file(), kBusy);
  ASSERT_FALSE(day);
  EXPECT_EQ(day.error().kind, ErrorKind::kData);
}

TEST_F(JournalTest, EveryCutIsAnErrorOrFewerRows) {
  {
    auto day = JournalDay::open_to_write(file(), kBusy);
    std::vector<Sighting> many(200, make_sighting({"+18885550123", "+18885550124"}));
    ASSERT_TRUE(day->append(many));
    ASSERT_TRUE(day->seal());
  }
  const auto whole = fs::file_size(file());
  const fs::path cut = directory_.path() / "cut.sqlite";
  int broken = 0;
  for (std::uintmax_t size = 1; size < whole; size += 997) {
    fs::copy_file(file(), cut, fs::copy_options::overwrite_existing);
    fs::resize_file(cut, size);
    auto day = JournalDay::open_to_read(cut, kBusy);
    const auto rows = day ? day->read_after(0, 1'000) : tl::unexpected(day.error());
    if (rows) continue;
    ++broken;
    EXPECT_EQ(rows.error().kind, ErrorKind::kData) << size << ": " << rows.error().message;
  }
  EXPECT_GT(broken, 0);
}

TEST_F(JournalTest, ALockedDayIsWorthAnotherTry) {
  auto day = JournalDay::open_to_write(file(), kBusy);
  ASSERT_TRUE(day);
  auto other = SqliteDb::open(file(), SqliteDb::Access::kCreate, kBusy);
  ASSERT_TRUE(other->run("BEGIN IMMEDIATE"));
  const std::vector<Sighting> one = {make_sighting({"+18885550123"})};
  auto done = day->append(one);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::kTempFail);
  ASSERT_TRUE(other->run("ROLLBACK"));
  EXPECT_TRUE(day->append(one));
  EXPECT_EQ(day->last_row(), 1);
}

TEST_F(JournalTest, DaysAreFilesAndTwoStayOpen) {
  Journal journal(directory_.path(), kBusy);
  const std::vector<Sighting> one = {make_sighting({"+18885550123"})};
  for (const std::int32_t day : {kToday, kToday - 1, kToday, kToday - 2, kToday}) {
    ASSERT_TRUE((*journal.day(day))->append(one));
  }
  EXPECT_THAT(journal_days(directory_.path()), ElementsAre(kToday - 2, kToday - 1, kToday));
  EXPECT_EQ((*journal.day(kToday))->last_row(), 3);
}

TEST_F(JournalTest, SealedDaysAreOneFileEach) {
  Journal journal(directory_.path(), kBusy);
  const std::vector<Sighting> one = {make_sighting({"+18885550123"})};
  ASSERT_TRUE((*journal.day(kToday - 1))->append(one));
  ASSERT_TRUE((*journal.day(kToday))->append(one));
  EXPECT_TRUE(fs::exists(file(kToday - 1).string() + "-wal"));
  ASSERT_TRUE(journal.seal_before(kToday));
  EXPECT_FALSE(fs::exists(file(kToday - 1).string() + "-wal"));
  EXPECT_TRUE(fs::exists(file(kToday).string() + "-wal"));
  // Late mail opens it again.
  ASSERT_TRUE((*journal.day(kToday - 1))->append(one));
  EXPECT_EQ((*journal.day(kToday - 1))->last_row(), 2);
}

TEST_F(JournalTest, ADayThatIsReadIsSealedLater) {
  Journal journal(directory_.path(), kBusy);
  const std::vector<Sighting> one = {make_sighting({"+18885550123"})};
  ASSERT_TRUE((*journal.day(kToday - 1))->append(one));
  {
    auto reader = SqliteDb::open(file(kToday - 1), SqliteDb::Access::kRead, kBusy);
    ASSERT_TRUE(reader->run("BEGIN"));
    ASSERT_EQ(reader->integer("SELECT count(*) FROM message").value(), 1);
    EXPECT_TRUE(journal.seal_before(kToday));
    EXPECT_TRUE(fs::exists(file(kToday - 1).string() + "-wal"));
    EXPECT_EQ(reader->integer("SELECT count(*) FROM message").value(), 1);
  }
  EXPECT_TRUE(journal.seal_before(kToday));
  EXPECT_FALSE(fs::exists(file(kToday - 1).string() + "-wal"));
}

TEST_F(JournalTest, OldDaysGoWithAllTheirFiles) {
  Journal journal(directory_.path(), kBusy);
  const std::vector<Sighting> one = {make_sighting({"+18885550123"})};
  for (int ago : {0, 1, 2, 3}) ASSERT_TRUE((*journal.day(kToday - ago))->append(one));
  ASSERT_TRUE(journal.move_aside(kToday - 3, kNow));
  write(directory_.path() / "1999-01-01.note", "not ours");
  const auto removed = journal.remove_before(kToday - 1);
  ASSERT_TRUE(removed);
  EXPECT_THAT(*removed, testing::UnorderedElementsAre(kToday - 2, kToday - 3));
  EXPECT_THAT(journal_days(directory_.path()), ElementsAre(kToday - 1, kToday));
  EXPECT_TRUE(fs::exists(directory_.path() / "1999-01-01.note"));
  for (const auto& entry : fs::directory_iterator(directory_.path())) {
    EXPECT_THAT(entry.path().string(), testing::Not(HasSubstr("broken")));
  }
}

TEST(RetentionClock, BelievesAClockThatGoesOn) {
  RetentionClock clock;
  RetentionClock::Steady now{};
  EXPECT_EQ(clock.tell(100, now), std::nullopt);
  EXPECT_EQ(clock.tell(100, now + minutes(9)), std::nullopt);
  EXPECT_EQ(clock.tell(100, now + minutes(10)), 100);
  EXPECT_EQ(clock.tell(101, now + minutes(11)), 101) << "midnight is no jump";
}

TEST(RetentionClock, DoesNotBelieveAJumpUntilItHasLasted) {
  RetentionClock clock;
  RetentionClock::Steady now{};
  clock.tell(100, now);
  EXPECT_EQ(clock.tell(24'000, now + minutes(20)), std::nullopt);
  EXPECT_EQ(clock.tell(100, now + minutes(21)), std::nullopt) << "back again";
  EXPECT_EQ(clock.tell(100, now + minutes(31)), 100);
  EXPECT_EQ(clock.tell(50, now + minutes(32)), std::nullopt);
  EXPECT_EQ(clock.tell(50, now + minutes(42)), 50);
}

}  // namespace
}  // namespace ringfence
