#include "reputation/sightings/aggregates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/sightings/sighting_maker.h"
#include "tests/support/temporary_directory.h"

namespace ringfence {
namespace {

using std::chrono::days;
using testing::ElementsAre;

constexpr std::string_view kNumber = "+18885550123";
constexpr std::string_view kOther = "+18885550124";
constexpr JournalFile kFile{kToday, 7};

class AggregatesTest : public testing::Test {
 protected:
  AggregatesTest() { open(); }

  void open(std::size_t numbers_max = 1'000) {
    aggregates_.reset();
    auto opened = Aggregates::open(file(), numbers_max, days(7), nullptr);
    ASSERT_TRUE(opened) << opened.error().message;
    aggregates_ = std::move(*opened);
  }
  std::filesystem::path file() const { return directory_.path() / "aggregates.mdb"; }
  void apply(std::int64_t row, const std::vector<Sighting>& sightings, JournalFile name = kFile) {
    const auto done = aggregates_->apply(name, row, sightings);
    ASSERT_TRUE(done) << done.error().message;
  }
  std::vector<std::string> numbers() const {
    std::vector<std::string> out;
    EXPECT_TRUE(aggregates_->for_each([&](E164 number, const Aggregate&) {
      out.push_back(number.to_string());
      return true;
    }));
    return out;
  }
  std::uint32_t messages(std::string_view number) const {
    const auto found = aggregates_->find(number_of(number));
    return found && *found ? (*found)->messages : 0;
  }

  TemporaryDirectory directory_;
  std::shared_ptr<Aggregates> aggregates_;
};

TEST_F(AggregatesTest, AppliesAndRemembersHowFar) {
  EXPECT_EQ(aggregates_->applied(kFile).value(), 0);
  apply(1, {make_sighting({kNumber}), make_sighting({kNumber, kOther})});
  EXPECT_EQ(aggregates_->applied(kFile).value(), 2);
  EXPECT_EQ(aggregates_->applied({kToday, 8}).value(), 0) << "another file of the same day";
  EXPECT_EQ(messages(kNumber), 2u);
  EXPECT_EQ(messages(kOther), 1u);
  open();
  EXPECT_EQ(aggregates_->applied(kFile).value(), 2);
  EXPECT_THAT(numbers(), ElementsAre(kNumber, kOther));
}

TEST_F(AggregatesTest, ForgetsTheFilesOfADayAlone) {
  apply(1, {make_sighting({kNumber})});
  apply(1, {make_sighting({kNumber})}, {kToday, 8});
  apply(1, {make_sighting({kNumber})}, {kToday + 1, 9});
  ASSERT_TRUE(aggregates_->forget_files(kToday));
  EXPECT_EQ(aggregates_->applied(kFile).value(), 0);
  EXPECT_EQ(aggregates_->applied({kToday, 8}).value(), 0);
  EXPECT_EQ(aggregates_->applied({kToday + 1, 9}).value(), 1);
}

TEST_F(AggregatesTest, PrunesWhatIsOldOrOfAWrongClockAStepAtATime) {
  std::vector<Sighting> all;
  for (int i = 0; i < 10; ++i) {
    const std::string number = "+1888555010" + std::to_string(i);
    all.push_back(
        make_sighting({number}, [&](Sighting& s) { s.when = kNow - days(i < 5 ? 200 : 0); }));
  }
  all.push_back(make_sighting({kOther}, [](Sighting& s) { s.when += days(4'000); }));
  apply(1, all);
  std::size_t forgotten = 0;
  for (int i = 0; i < 4; ++i) forgotten += aggregates_->prune(kToday - 180, kToday + 2, 3).value();
  EXPECT_EQ(forgotten, 6u);
  EXPECT_THAT(numbers(), ElementsAre("+18885550105", "+18885550106", "+18885550107", "+18885550108",
                                     "+18885550109"));
  EXPECT_EQ(aggregates_->prune(kToday - 180, kToday + 2, 100).value(), 0u) << "and begins anew";
}

TEST_F(AggregatesTest, GoodMailAloneKeepsANumber) {
  apply(1, {make_sighting({kNumber}, [](Sighting& s) { s.direction = Direction::kOutbound; })});
  EXPECT_EQ(aggregates_->prune(kToday - 180, kToday + 2, 100).value(), 0u);
  EXPECT_THAT(numbers(), ElementsAre(kNumber));
}

TEST_F(AggregatesTest, KnownNumbersCountWhenThereIsNoRoomForNewOnes) {
  open(1);
  apply(1, {make_sighting({kNumber}), make_sighting({kNumber, kOther})});
  EXPECT_TRUE(aggregates_->full());
  EXPECT_EQ(messages(kNumber), 2u);
  EXPECT_EQ(messages(kOther), 0u);
}

TEST_F(AggregatesTest, AnotherReaderSeesWhatIsCommitted) {
  apply(1, {make_sighting({kNumber})});
  aggregates_.reset();
  const auto reading = Aggregates::open_reading(file(), days(7), nullptr);
  ASSERT_TRUE(reading) << reading.error().message;
  const std::vector<E164> asked = {number_of(kOther), number_of(kNumber)};
  const auto found = (*reading)->lookup(asked, kNow);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0], LocalEvidence());
  EXPECT_EQ(found[1].messages, 1u);
}

TEST_F(AggregatesTest, WhatIsMissingOrOfAnotherFormatIsSaidSo) {
  EXPECT_EQ(Aggregates::open_reading(directory_.path() / "nothing", days(7), nullptr).error().kind,
            ErrorKind::kNoInput);
  aggregates_.reset();
  {
    auto env = LmdbEnv::open_live(file(), 1 << 26, 0600);
    auto txn = env->write();
    const auto meta = txn->table("meta");
    ASSERT_TRUE(txn->put(*meta, "format", "ringfence-sightings 99"));
    ASSERT_TRUE(txn->commit());
  }
  EXPECT_EQ(Aggregates::open(file(), 10, days(7), nullptr).error().kind, ErrorKind::kData);
  EXPECT_EQ(Aggregates::open_reading(file(), days(7), nullptr).error().kind, ErrorKind::kData);
}

TEST_F(AggregatesTest, AValueOfOtherHandsIsAsGoodAsNone) {
  aggregates_.reset();
  {
    auto env = LmdbEnv::open_live(file(), 1 << 26, 0600);
    auto txn = env->write();
    const auto key = number_of(kNumber).key();
    ASSERT_TRUE(txn->put(*txn->table("numbers"), {key.data(), key.size()}, "nonsense"));
    ASSERT_TRUE(txn->commit());
  }
  open();
  const std::vector<E164> asked = {number_of(kNumber)};
  EXPECT_EQ(aggregates_->lookup(asked, kNow)[0], LocalEvidence());
  apply(1, {make_sighting({kNumber})});
  EXPECT_EQ(messages(kNumber), 1u);
}

TEST_F(AggregatesTest, ReadersAndTheWriterDoNotMeet) {
  std::atomic<bool> over{false};
  std::atomic<std::uint32_t> asked{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      const Sighting at_hand = make_sighting({kNumber, kOther});
      std::uint32_t last = 0;
      while (!over.load()) {
        const auto found = aggregates_->lookup(at_hand);
        // Both numbers stand in each message: one transaction shows them alike, and never fewer.
        EXPECT_EQ(found[0].messages, found[1].messages);
        EXPECT_GE(found[0].messages, last);
        last = found[0].messages;
        asked.fetch_add(1);
      }
    });
  }
  for (int row = 1; row <= 100 || asked.load() < 100; ++row) {
    apply(row, {make_sighting({kNumber, kOther})});
  }
  over.store(true);
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(aggregates_->read_faults(), 0u);
}

}  // namespace
}  // namespace ringfence
