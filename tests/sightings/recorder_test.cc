#include "reputation/sightings/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <fstream>
#include <thread>

#include "reputation/sightings/journal_reader.h"
#include "tests/sightings/recount.h"
#include "tests/sightings/sighting_maker.h"
#include "tests/support/temporary_directory.h"

namespace ringfence {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr std::string_view kNumber = "+18885550123";
constexpr std::string_view kOther = "+18885550124";
constexpr milliseconds kLong{20'000};  // an event that must come; nobody waits that long

class RecorderTest : public testing::Test {
 protected:
  RecorderTest() { options_.directory = directory_.path() / "sightings"; }

  void start(std::unique_ptr<SightingObserver> observer = nullptr) {
    recorder_.reset();
    recorder_ = SightingRecorder::start(options_, std::move(observer), [] { return kNow; });
    ASSERT_NE(recorder_, nullptr);
  }
  void record(const Sighting& sighting) {
    ASSERT_TRUE(recorder_->offer(sighting));
    ASSERT_TRUE(recorder_->flush(kLong)) << recorder_->status().fault;
  }
  LocalEvidence evidence(std::string_view number = kNumber) const {
    const std::vector<E164> numbers = {number_of(number)};
    return recorder_->evidence()->lookup(numbers, kNow).front();
  }
  void stop() { recorder_->stop(kLong); }
  /// Until the recorder's status holds; false when it never does.
  template <typename F>
  bool wait_for(F holds) {
    for (const auto end = std::chrono::steady_clock::now() + kLong;
         std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(milliseconds(10))) {
      if (holds(recorder_->status())) return true;
    }
    return false;
  }
  void write(const fs::path& path, std::string_view content) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
  }
  fs::path journal() const { return options_.directory / "journal"; }
  fs::path today() const { return journal_file(journal(), kToday); }
  fs::path aggregates() const { return options_.directory / "aggregates.mdb"; }
  /// Names in the folder that hold `part`.
  int files_like(const fs::path& folder, std::string_view part) const {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
      count += entry.path().filename().string().find(part) != std::string::npos ? 1 : 0;
    }
    return count;
  }

  TemporaryDirectory directory_;
  SightingOptions options_;
  std::shared_ptr<SightingRecorder> recorder_;
};

TEST_F(RecorderTest, WhatIsRecordedIsEvidence) {
  start();
  record(make_sighting({kNumber, kOther}, [](Sighting& s) { s.brand = "norton"; }));
  record(make_sighting({kNumber}, [](Sighting& s) { s.brand = "paypal"; }));
  EXPECT_EQ(evidence().messages, 2u);
  EXPECT_EQ(evidence().brands, 2);
  EXPECT_EQ(evidence(kOther).messages, 1u);
  EXPECT_EQ(evidence("+18885550199"), LocalEvidence());
  const RecorderStatus status = recorder_->status();
  EXPECT_EQ(status.offered, 2u);
  EXPECT_EQ(status.recorded, 2u);
  EXPECT_EQ(status.dropped, 0u);
  EXPECT_EQ(status.numbers, 2u);
  EXPECT_EQ(status.queue, 0u);
  EXPECT_EQ(status.fault, "");
  ASSERT_TRUE(status.last_commit_age);
}

TEST_F(RecorderTest, EvidenceOutlivesARestart) {
  start();
  record(make_sighting({kNumber}));
  const LocalEvidence before = evidence();
  stop();
  EXPECT_EQ(evidence(), before) << "after stop";
  start();
  ASSERT_TRUE(wait_for([](const RecorderStatus& s) { return s.numbers == 1; }));
  EXPECT_EQ(evidence(), before);
  EXPECT_EQ(recorder_->status().replayed, 0u);
}

TEST_F(RecorderTest, StopWritesWhatWaits) {
  start();
  for (int i = 0; i < 3'000; ++i) ASSERT_TRUE(recorder_->offer(make_sighting({kNumber})));
  stop();
  EXPECT_EQ(recorder_->status().recorded, 3'000u);
  EXPECT_FALSE(recorder_->offer(make_sighting({kNumber})));
  EXPECT_EQ(recorder_->status().dropped, 1u);
}

TEST_F(RecorderTest, AFullQueueDropsAndCounts) {
  options_.directory = directory_.path() / "missing" / "sightings";  // nothing can be written
  options_.queue_max = 10;
  start();
  int taken = 0;
  for (int i = 0; i < 25; ++i) taken += recorder_->offer(make_sighting({kNumber})) ? 1 : 0;
  EXPECT_EQ(taken, 10);
  EXPECT_EQ(recorder_->status().dropped, 15u);
  ASSERT_TRUE(wait_for([](const RecorderStatus& s) { return !s.fault.empty(); }));
  EXPECT_THAT(recorder_->status().fault, HasSubstr("cannot make"));
  EXPECT_EQ(evidence(), LocalEvidence());
  // The folder comes: what waits is written.
  fs::create_directory(directory_.path() / "missing");
  ASSERT_TRUE(recorder_->flush(kLong));
  EXPECT_EQ(recorder_->status().recorded, 10u);
  EXPECT_EQ(recorder_->status().fault, "");
  EXPECT_GT(recorder_->status().faults, 0u);
}

TEST_F(RecorderTest, AggregatesAreMadeAnewFromTheJournal) {
  start();
  record(make_sighting({kNumber}, [](Sighting& s) { s.when -= days(3); }));
  record(make_sighting({kNumber, kOther}, [](Sighting& s) { s.brand = "norton"; }));
  const LocalEvidence before = evidence();
  recorder_.reset();
  for (const char* damage : {"removed", "garbage", "empty", "cut"}) {
    const std::string what = damage;
    if (what == "removed") fs::remove(aggregates());
    if (what == "garbage") write(aggregates(), std::string(20'000, 'x'));
    if (what == "empty") write(aggregates(), "");
    if (what == "cut") {
      // Beyond what LMDB itself leaves out at the end of a file.
      fs::resize_file(aggregates(), 8'192);
    }
    start();
    ASSERT_TRUE(wait_for([](const RecorderStatus& s) { return s.replayed == 2; })) << what;
    EXPECT_EQ(evidence(), before) << what;
    EXPECT_EQ(recorder_->status().numbers, 2u) << what;
    recorder_.reset();
    EXPECT_EQ(recount(options_.directory), stored(options_.directory)) << what;
  }
}

TEST_F(RecorderTest, AGarbageJournalIsMovedAside) {
  start();
  record(make_sighting({kNumber}));
  recorder_.reset();
  for (const char* beside : {"-wal", "-shm"}) fs::remove(today().string() + beside);
  write(today(), std::string(5'000, 'x'));
  start();
  record(make_sighting({kNumber}));
  EXPECT_EQ(files_like(journal(), "broken"), 1);
  EXPECT_EQ(evidence().messages, 2u) << "the aggregates still know the first";
  EXPECT_EQ(recorder_->status().faults, 1u);
  recorder_.reset();
  // The new file begins its rows anew: they must count, though the old one's had the same names.
  start();
  record(make_sighting({kNumber}));
  EXPECT_EQ(evidence().messages, 3u);
}

TEST_F(RecorderTest, AJournalCutShortWhileInUseIsMovedAside) {
  start();
  for (int i = 0; i < 500; ++i) recorder_->offer(make_sighting({kNumber, kOther}));
  ASSERT_TRUE(recorder_->flush(kLong));
  recorder_.reset();
  {
    auto day = JournalDay::open_to_write(today(), milliseconds(100));
    ASSERT_TRUE(day->seal());
  }
  fs::resize_file(today(), 3 * 4'096);
  start();
  record(make_sighting({kNumber}));
  EXPECT_EQ(files_like(journal(), "broken"), 1);
  EXPECT_EQ(evidence().messages, 501u);
}

TEST_F(RecorderTest, ALockedJournalIsWaitedFor) {
  start();
  record(make_sighting({kNumber}));
  auto other = SqliteDb::open(today(), SqliteDb::Access::kCreate, milliseconds(100));
  ASSERT_TRUE(other);
  ASSERT_TRUE(other->run("BEGIN IMMEDIATE"));
  ASSERT_TRUE(recorder_->offer(make_sighting({kNumber})));
  ASSERT_TRUE(wait_for([](const RecorderStatus& s) { return !s.fault.empty(); }));
  EXPECT_THAT(recorder_->status().fault, HasSubstr("locked"));
  EXPECT_EQ(evidence().messages, 1u);
  ASSERT_TRUE(other->run("ROLLBACK"));
  ASSERT_TRUE(recorder_->flush(kLong));
  EXPECT_EQ(evidence().messages, 2u);
  EXPECT_EQ(recorder_->status().fault, "");
}

TEST_F(RecorderTest, OnlyOneRecordsAtATime) {
  start();
  record(make_sighting({kNumber}));
  auto first = std::move(recorder_);
  start();
  ASSERT_TRUE(wait_for([](const RecorderStatus& s) { return !s.fault.empty(); }));
  EXPECT_THAT(recorder_->status().fault, HasSubstr("another daemon"));
  ASSERT_TRUE(recorder_->offer(make_sighting({kNumber})));
  first->stop(kLong);
  first.reset();
  ASSERT_TRUE(recorder_->flush(kLong));
  EXPECT_EQ(evidence().messages, 2u);
}

// A disk that takes no more bytes, as the process sees it.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, SIG_DFL);
  }

 private:
  rlimit before_{};
};

TEST_F(RecorderTest, NothingIsLostOnAFullDisk) {
  start();
  record(make_sighting({kNumber}));
  {
    const FileSizeLimit limit(1);
    ASSERT_TRUE(recorder_->offer(make_sighting({kNumber, kOther})));
    ASSERT_TRUE(wait_for([](const RecorderStatus& s) { return s.faults >= 2; }));
    EXPECT_NE(recorder_->status().fault, "");
    EXPECT_EQ(recorder_->status().queue, 1u);
    EXPECT_EQ(evidence().messages, 1u);
  }
  ASSERT_TRUE(recorder_->flush(kLong));
  EXPECT_EQ(evidence().messages, 2u);
  EXPECT_EQ(evidence(kOther).messages, 1u);
  recorder_.reset();
  EXPECT_EQ(recount(options_.directory), stored(options_.directory));
}

TEST_F(RecorderTest, AClockThatJumpsLosesNothing) {
  start();
  for (const int jump : {0, 4'000, -4'000, 1, -1, 0}) {
    record(make_sighting({kNumber}, [&](Sighting& s) { s.when += days(jump); }));
  }
  EXPECT_EQ(evidence().messages_total, 6u);
  EXPECT_EQ(journal_days(journal()).size(), 5u);
  recorder_.reset();
  EXPECT_EQ(recount(options_.directory), stored(options_.directory));
}

TEST_F(RecorderTest, NewNumbersBeyondTheBoundAreNotCounted) {
  options_.numbers_max = 2;
  start();
  record(make_sighting({kNumber, kOther, "+18885550125"}));
  record(make_sighting({kNumber, "+18885550126"}));
  EXPECT_EQ(recorder_->status().numbers, 2u);
  EXPECT_EQ(evidence().messages, 2u);
  EXPECT_EQ(evidence("+18885550126"), LocalEvidence());
}

struct Seen {
  std::vector<std::pair<SightingRef, std::uint32_t>> sightings;  // and messages of the first number
  int faults = 0;                                                // to come
};

class Watcher : public SightingObserver {
 public:
  explicit Watcher(Seen& seen) : seen_(seen) {}
  Result<void> open(LmdbWriting& txn) override {
    auto table = txn.table("watched");
    if (!table) return tl::unexpected(table.error());
    table_ = *table;
    return {};
  }
  Result<void> open_reading(const LmdbEnv&) override { return {}; }
  Result<void> observe(LmdbWriting& txn, const Sighting& sighting, const SightingRef& ref,
                       std::span<const Aggregate> aggregates) override {
    if (seen_.faults > 0) {
      --seen_.faults;
      return fail(ErrorKind::kIo, "out of order");
    }
    EXPECT_EQ(aggregates.size(), sighting.numbers.size());
    seen_.sightings.emplace_back(ref, aggregates.front().messages);
    const auto key = sighting.numbers.front().number.key();
    return txn.put(table_, {key.data(), key.size()}, "c1f00d");
  }
  Result<std::size_t> prune(LmdbWriting&, std::int32_t, std::size_t) override { return 0; }
  Result<void> describe(const LmdbReading& txn, E164 number, LocalEvidence& out) const override {
    const auto key = number.key();
    auto found = txn.get(table_, {key.data(), key.size()});
    if (!found) return tl::unexpected(found.error());
    if (*found) out.campaign = **found;
    return {};
  }

 private:
  Seen& seen_;
  LmdbTable table_;
};

TEST_F(RecorderTest, AnObserverSeesEachSightingOnce) {
  Seen seen;
  start(std::make_unique<Watcher>(seen));
  record(make_sighting({kNumber}));
  record(make_sighting({kNumber, kOther}));
  ASSERT_EQ(seen.sightings.size(), 2u);
  EXPECT_EQ(seen.sightings[0], std::pair(SightingRef{kToday, 1}, 1u));
  EXPECT_EQ(seen.sightings[1], std::pair(SightingRef{kToday, 2}, 2u));
  EXPECT_EQ(evidence().campaign, "c1f00d");
  EXPECT_EQ(evidence(kOther).campaign, "");
}

TEST_F(RecorderTest, AnObserversFaultIsTriedAgainAndCountsOnce) {
  Seen seen;
  start(std::make_unique<Watcher>(seen));
  record(make_sighting({kNumber}));
  seen.faults = 1;
  recorder_->offer(make_sighting({kNumber}));
  ASSERT_TRUE(wait_for([](const RecorderStatus& s) { return s.replayed == 1; }));
  EXPECT_EQ(evidence().messages, 2u);
  EXPECT_EQ(seen.sightings.size(), 2u);
  EXPECT_EQ(recorder_->status().recorded, 2u);
}

}  // namespace
}  // namespace ringfence
