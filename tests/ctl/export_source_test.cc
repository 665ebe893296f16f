// The walk over table, sightings and deny list: each number once, in order, and none that is
// honest.
#include "ctl/export_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/feeds/feeds_fixture.h"

namespace ringfence {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ExportSourceTest : public FeedsTest {
 protected:
  ExportSourceTest() {
    config_.reputation = store_;
    config_.reputation.blocks.enabled = false;
    config_.sightings.directory = base_ / "sightings";
    rules_.window = config_.sightings.window;
  }

  /// Mails that showed the number, each under one of the brands.
  void see(std::string_view number, std::initializer_list<const char*> brands,
           Direction direction = Direction::kInbound, std::chrono::days ago = {}) {
    for (const char* brand : brands) {
      Sighting sighting{
          .when = kNow - ago, .from_domain = "sender.example", .direction = direction};
      sighting.brand = brand;
      sighting.action = "accept";
      sighting.numbers.push_back({.number = *E164::parse(number), .places = {Place::kPlain}});
      seen_.push_back(std::move(sighting));
    }
  }
  void record() const {
    std::filesystem::create_directories(config_.sightings.directory);
    const auto aggregates = Aggregates::open(config_.sightings.directory / "aggregates.mdb",
                                             1'000'000, config_.sightings.window, nullptr);
    ASSERT_TRUE(aggregates) << aggregates.error().message;
    ASSERT_TRUE((*aggregates)->apply({.day = day_of(kNow), .serial = 1}, 1, seen_));
  }

  std::vector<Indicator> told(const std::vector<std::string>& national = {}) {
    std::vector<Indicator> out;
    auto source = ExportSource::open(config_, rules_, national, kNow);
    if (!source) {
      ADD_FAILURE() << source.error().message;
      return out;
    }
    std::uint64_t last = 0;
    const auto walked = source->for_each(
        [&](const Indicator& indicator) -> Result<void> {
          out.push_back(indicator);
          return {};
        },
        [&](std::uint64_t done, std::uint64_t total) {
          EXPECT_LE(done, total);
          last = done;
        });
    EXPECT_TRUE(walked);
    counts_ = source->counts();
    EXPECT_EQ(counts_.exported, out.size());
    return out;
  }
  std::vector<std::string> numbers() {
    std::vector<std::string> out;
    for (const Indicator& indicator : told()) out.push_back(indicator.number.to_string());
    return out;
  }

  Config config_ = default_config();
  ExportRules rules_;
  std::vector<Sighting> seen_;
  ExportCounts counts_;
};

TEST_F(ExportSourceTest, TableAndSightingsAreMergedInOrder) {
  ASSERT_TRUE(import_text("a.csv",
                          "number,category,score\n+18885550110,toad,95\n+18885550130,toad,95\n"
                          "+18885550140,toad,20\n"));
  see("+18885550105", {"norton", "paypal"});            // before the table
  see("+18885550110", {"norton"});                      // in it
  see("+18885550120", {"norton", "paypal", "norton"});  // between
  see("+18885550140", {"norton", "paypal"});            // in it, and weak
  see("+18885550150", {"norton"});                      // one brand is not enough
  see("+18885550160", {"norton", "paypal"});            // after it
  record();
  EXPECT_THAT(numbers(), ElementsAre("+18885550110", "+18885550130"));
  EXPECT_EQ(counts_.left_for(LeftOut::kWeak), 1U);

  rules_.local = true;
  EXPECT_THAT(numbers(), ElementsAre("+18885550105", "+18885550110", "+18885550120", "+18885550130",
                                     "+18885550140", "+18885550160"));
  EXPECT_EQ(counts_.seen_only, 3U);
  const auto all = told();
  EXPECT_EQ(all[1].local->messages, 1U);
  EXPECT_THAT(all[2].local->brands, ElementsAre("norton", "paypal"));
  EXPECT_EQ(all[2].local->messages, 3U);
  EXPECT_FALSE(all[3].local);
  EXPECT_EQ(all[4].score, 20);
}

TEST_F(ExportSourceTest, NumbersOfHonestMailAreNotTold) {
  ASSERT_TRUE(
      import_text("a.csv", "number,category,score\n+18885550110,toad,95\n+18885550130,toad,95\n"));
  see("+18885550110", {""}, Direction::kOutbound);
  see("+18885550120", {"norton", "paypal"});
  see("+18885550120", {""}, Direction::kTrusted);
  record();
  EXPECT_THAT(numbers(), ElementsAre("+18885550130"));
  EXPECT_EQ(counts_.left_for(LeftOut::kHonest), 1U);
  rules_.local = true;
  EXPECT_THAT(numbers(), ElementsAre("+18885550130"));
}

TEST_F(ExportSourceTest, SightingsAloneWillDo) {
  see("+18885550120", {"norton", "paypal"});
  record();
  rules_.local = true;
  std::filesystem::create_directories(store_.directory);
  EXPECT_THAT(numbers(), ElementsAre("+18885550120"));
  rules_.local = false;
  const auto none = ExportSource::open(config_, rules_, {}, kNow);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::kNoInput);
}

TEST_F(ExportSourceTest, WithSightingsOffNobodyAsksForThem) {
  ASSERT_TRUE(import_text("a.csv", "number,category,score\n+18885550110,toad,95\n"));
  config_.sightings.enabled = false;
  EXPECT_THAT(numbers(), ElementsAre("+18885550110"));
  rules_.local = true;
  const auto none = ExportSource::open(config_, rules_, {}, kNow);
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("sightings are off"));
}

TEST_F(ExportSourceTest, MoreThanABatch) {
  std::string text = "number,category,score\n";
  std::vector<std::string> expected;
  for (int i = 0; i < 2000; ++i) {
    const std::string number = "+1555" + std::to_string(2'000'000 + i);
    text += number + ",toad," + (i % 3 == 0 ? "20" : "95") + "\n";
    if (i % 3 != 0) expected.push_back(number);
  }
  ASSERT_TRUE(import_text("a.csv", text));
  EXPECT_EQ(numbers(), expected);
}

TEST_F(ExportSourceTest, AnErrorOfTheWriterEndsTheWalk) {
  ASSERT_TRUE(
      import_text("a.csv", "number,category,score\n+18885550110,toad,95\n+18885550130,toad,95\n"));
  auto source = ExportSource::open(config_, rules_, {}, kNow);
  ASSERT_TRUE(source);
  int calls = 0;
  const auto walked = source->for_each(
      [&](const Indicator&) -> Result<void> {
        ++calls;
        return fail(ErrorKind::kIo, "disk full");
      },
      [](std::uint64_t, std::uint64_t) {});
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().message, "disk full");
  EXPECT_EQ(calls, 1);
}

TEST_F(ExportSourceTest, NationalDigitsAsPeopleWriteThem) {
  ASSERT_TRUE(import_text("a.csv",
                          "number,category,score\n+18885550110,toad,95\n+33199001234,toad,95\n"
                          "+442079460123,toad,95\n+4930231250123,toad,95\n"));
  const auto all = told({"us", "CA", "GB", "DE"});
  ASSERT_EQ(all.size(), 4U);
  EXPECT_THAT(all[0].national, ElementsAre("8885550110"));
  EXPECT_THAT(all[1].national, IsEmpty());
  EXPECT_THAT(all[2].national, ElementsAre("02079460123"));
  EXPECT_THAT(all[3].national, ElementsAre("030231250123"));
}

}  // namespace
}  // namespace ringfence
