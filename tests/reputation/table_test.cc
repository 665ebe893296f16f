// Roles, weights, ranges, blocks and directories through the table: built and looked up.
#include "tests/reputation/table_fixture.h"

namespace ringfence {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr std::uint64_t kA = 18885550123;
constexpr std::uint64_t kB = 442079460000;

TEST_F(TableTest, RolesAndWeightsAreKept) {
  ASSERT_TRUE(build_lists(
      {{.name = "b", .entries = {{.number = kA, .score = 80}}, .weight = 50},
       {.name = "a", .entries = {{.number = kB}}, .role = ListRole::kAllow},
       {.name = "g", .entries = {{.number = kB, .category = "norton"}}, .role = ListRole::kGenuine},
       {.name = "p",
        .role = ListRole::kProvider,
        .weight = 70,
        .ranges = {{.range = "+44207946*", .category = "Telco\tvoip"}}}}));
  // Another build carries them over.
  ASSERT_TRUE(build_lists({{.name = "other", .entries = {{.number = kA + 5000}}}}));
  EXPECT_EQ(look_up(kA).score, 40);
  EXPECT_EQ(look_up(kA).listings.at(0).weight, 50);
  const NumberReputation b = look_up(kB);
  EXPECT_EQ(b.state, ReputationState::kAllowed);
  EXPECT_THAT(b.genuine_of, ElementsAre("norton"));
  ASSERT_TRUE(b.provider);
  EXPECT_EQ(b.provider->provider, "Telco");
  EXPECT_EQ(b.provider->type, "voip");
  EXPECT_EQ(b.provider->range.to_string(), "+44207946*");
  const StoreStatus s = status();
  ASSERT_EQ(s.lists.size(), 5U);
  EXPECT_EQ(s.lists[0].weight, 50);
  EXPECT_EQ(s.lists[1].role, ListRole::kAllow);
  EXPECT_EQ(s.lists[2].role, ListRole::kGenuine);
  EXPECT_EQ(s.lists[3].role, ListRole::kProvider);
  EXPECT_EQ(s.lists[3].weight, 70);
  EXPECT_EQ(s.lists[3].numbers, 0U);
  EXPECT_EQ(s.lists[3].ranges, 1U);
  EXPECT_EQ(s.ranges, 1U);
}

TEST_F(TableTest, ARoleOrWeightCanChangeWithoutEntries) {
  ASSERT_TRUE(build_lists({{.name = "l", .entries = row(kA, 2)}}));
  ASSERT_TRUE(
      build_lists({{.name = "l", .keep_missing = true, .role = ListRole::kAllow, .weight = 30}}));
  EXPECT_EQ(look_up(kA).state, ReputationState::kAllowed);
  EXPECT_EQ(status().lists.at(0).numbers, 2U);
  EXPECT_EQ(status().lists.at(0).weight, 30);
}

TEST_F(TableTest, RangesAnswerForTheirNumbers) {
  const auto report = build_lists(
      {{.name = "l",
        .entries = {{.number = kA, .score = 50}},
        .ranges = {{.range = "+1888555####", .score = 20},
                   {.range = "+1888*", .score = 10},
                   {.range = "+188855501##", .score = 30},
                   {.range = "+442079460###", .score = 60},
                   {.range = "+18885550123", .score = 40}}}});  // a number, and a duplicate
  ASSERT_TRUE(report);
  EXPECT_EQ(report->numbers, 1U);
  EXPECT_EQ(report->ranges, 4U);
  EXPECT_EQ(report->records, 5U);
  EXPECT_EQ(report->lists.at(0).ranges_added, 4U);
  EXPECT_EQ(report->lists.at(0).added, 1U);
  EXPECT_EQ(report->lists.at(0).merged, 1U);
  EXPECT_THAT(names(look_up(kA).listings),
              ElementsAre("l", "l/+188855501##", "l/+1888555####", "l/+1888*"));
  EXPECT_THAT(names(look_up(kA + 1000).listings), ElementsAre("l/+1888555####", "l/+1888*"));
  EXPECT_THAT(names(look_up(188855501234).listings), ElementsAre("l/+1888*"));  // a digit more
  EXPECT_THAT(names(look_up(kB).listings), ElementsAre("l/+442079460###"));
  EXPECT_THAT(names(look_up(442079461000).listings), IsEmpty());
  EXPECT_EQ(look_up(kB).score, 60);
  EXPECT_EQ(look_up(kB).state, ReputationState::kActive);
}

TEST_F(TableTest, RangesAreKeptRemovedAndDropped) {
  ASSERT_TRUE(build_lists(
      {{.name = "a", .ranges = {{.range = "+1888*", .last = kNow - 9 * kDay}, {.range = "+1877*"}}},
       {.name = "b", .ranges = {{.range = "+1888*"}}}}));
  const auto replaced =
      build_lists({{.name = "a", .ranges = {{.range = "+1888*"}, {.range = "+1866*"}}}});
  ASSERT_TRUE(replaced);
  EXPECT_EQ(replaced->lists.at(0),
            (ListChange{.name = "a", .ranges_added = 1, .ranges_kept = 1, .ranges_removed = 1}));
  EXPECT_THAT(names(look_up(kA).listings), UnorderedElementsAre("a/+1888*", "b/+1888*"));
  EXPECT_EQ(look_up(kA).listings.at(0).first_listed, kNow - 9 * kDay);
  EXPECT_THAT(names(look_up(18775550123).listings), IsEmpty());
  const auto aged = build_lists({{.name = "a", .keep_missing = true}});
  EXPECT_EQ(aged->lists.at(0).ranges_kept, 2U);

  auto builder = GenerationBuilder::begin(builder_options());
  ASSERT_TRUE(builder->drop_list("a"));
  const auto dropped = builder->build(kNow);
  ASSERT_TRUE(dropped);
  EXPECT_EQ(dropped->lists.at(0).ranges_removed, 2U);
  EXPECT_EQ(dropped->ranges, 1U);
}

TEST_F(TableTest, NumbersAtTheEdgesOfAllLengths) {
  // A shape for each count of digits, fixed and free.
  std::vector<TestRange> ranges;
  for (int digits = 1; digits <= 15; ++digits) {
    const std::string prefix =
        std::string("188855501234567").substr(0, static_cast<std::size_t>(digits));
    ranges.push_back({.range = prefix + "*", .score = 1});
    if (digits < 15)
      ranges.push_back(
          {.range = prefix + std::string(static_cast<std::size_t>(15 - digits), '#'), .score = 1});
  }
  ASSERT_TRUE(build_lists({{.name = "l", .ranges = ranges}}));
  EXPECT_EQ(look_up(188855501234567).listings.size(), 29U);
  EXPECT_EQ(look_up(1888555).listings.size(), 7U);
  EXPECT_EQ(look_up(1888556).listings.size(), 6U);
  EXPECT_EQ(look_up(288855501234567).listings.size(), 0U);
}

TEST_F(TableTest, BlocksLendToNeighbours) {
  const auto report = build_lists({{.name = "l", .entries = row(kA, 4)}});  // ...0123 to ...0126
  ASSERT_TRUE(report);
  EXPECT_EQ(report->blocks, 1U);
  EXPECT_EQ(status().blocks, 1U);
  const NumberReputation neighbour = look_up(kA + 5);
  EXPECT_EQ(neighbour.score, 42);
  EXPECT_EQ(neighbour.state, ReputationState::kUnlisted);
  EXPECT_EQ(neighbour.category, "scam");
  EXPECT_EQ(neighbour.block->members, 4);
  EXPECT_EQ(neighbour.block->range.to_string(), "+1888555012#");
  EXPECT_EQ(look_up(kA + 10).score, 0);  // the next ten
  // A member sees the three others.
  const NumberReputation member = look_up(kA);
  EXPECT_EQ(member.block->members, 3);
  EXPECT_EQ(member.parts.size(), 2U);
  // Options of the lookup hold at once, without a new table.
  const auto score = [&](const BlockOptions& options) {
    const std::vector<E164> numbers{number(kA + 5)};
    return open_store(options)->lookup(numbers, kNow)->at(0).score;
  };
  EXPECT_EQ(score({.enabled = false}), 0);
  EXPECT_EQ(score({.ten = {.members_min = 5, .spread_min = 1, .share_percent = 70}}), 0);
  EXPECT_EQ(score({.score_max = 12}), 12);
}

TEST_F(TableTest, WhoIsNoMember) {
  const auto with = [&](const TestList& other) {
    TestList three{.name = "l", .entries = row(kA, 3)};
    EXPECT_TRUE(build_lists({three, other}));
    return look_up(kA + 5).score;
  };
  EXPECT_EQ(with({.name = "x"}), 32);
  EXPECT_EQ(with({.name = "x", .entries = {{.number = kA}}, .role = ListRole::kAllow}), 0);
  EXPECT_EQ(with({.name = "x", .entries = {{.number = kA}}, .role = ListRole::kGenuine}), 0);
  EXPECT_EQ(with({.name = "x", .role = ListRole::kAllow, .ranges = {{.range = "+18885550123*"}}}),
            0);
  EXPECT_EQ(with({.name = "x",
                  .role = ListRole::kGenuine,
                  .ranges = {{.range = "+1888555012*", .expires = kNow}}}),
            32);
  EXPECT_EQ(
      with({.name = "x", .entries = {{.number = kA + 3, .score = 90, .last = kNow - 89 * kDay}}}),
      42);
  EXPECT_EQ(
      with({.name = "x", .entries = {{.number = kA + 3, .score = 90, .last = kNow - 90 * kDay}}}),
      32);
  EXPECT_EQ(with({.name = "x", .entries = {{.number = kA + 3, .score = 39}}}), 32);
  EXPECT_EQ(with({.name = "x", .entries = {{.number = kA + 3, .score = 90}}, .weight = 40}), 32);
  // Ranges are no members.
  EXPECT_EQ(with({.name = "x", .ranges = {{.range = "+1888555013*", .score = 90}}}), 32);
}

TEST_F(TableTest, ABlockIsArmedAgainByOneMember) {
  auto entries = row(kA, 4);
  for (TestEntry& entry : entries) entry.last = kNow - 28 * kDay;
  ASSERT_TRUE(build_lists({{.name = "l", .entries = entries}}));
  EXPECT_EQ(look_up(kA + 5).score, 11);
  entries[2].last = kNow;
  ASSERT_TRUE(build_lists({{.name = "l", .entries = entries}}));
  EXPECT_EQ(look_up(kA + 5).score, 42);
  // Its own sighting is no news of its block.
  EXPECT_EQ(look_up(kA + 2).block->last_seen, kNow - 28 * kDay);
  EXPECT_EQ(look_up(kA + 1).block->last_seen, kNow);
}

TEST_F(TableTest, BlocksFollowTheListsTheyAreMadeOf) {
  ASSERT_TRUE(build_lists(
      {{.name = "l", .entries = row(kA, 2)}, {.name = "m", .entries = row(kA + 2, 2)}}));
  EXPECT_EQ(look_up(kA + 5).score, 42);
  ASSERT_TRUE(build_lists({{.name = "m", .entries = row(kA + 100, 2)}}));
  EXPECT_EQ(look_up(kA + 5).score, 0);
  EXPECT_EQ(status().blocks, 0U);
}

TEST_F(TableTest, DirectoriesOfBrands) {
  ASSERT_TRUE(
      build_lists({{.name = "d",
                    .entries = {{.number = kA, .category = "norton"},
                                {.number = kA, .category = "lifelock"},
                                {.number = kA + 1, .category = "norton", .expires = kNow + kDay},
                                {.number = kB, .category = "paypal", .expires = kNow + kDay}},
                    .role = ListRole::kGenuine,
                    .ranges = {{.range = "+1800*", .category = "geeks"}}},
                   {.name = "off",
                    .entries = {{.number = kB, .category = "ebay"}},
                    .role = ListRole::kGenuine,
                    .weight = 0},
                   {.name = "l", .entries = {{.number = kB, .category = "toad"}}}}));
  const auto store = open_store();
  EXPECT_TRUE(store->has_directory("norton", kNow + 999 * kDay));
  EXPECT_TRUE(store->has_directory("geeks", kNow));
  EXPECT_TRUE(store->has_directory("paypal", kNow));
  EXPECT_FALSE(store->has_directory("paypal", kNow + kDay));
  EXPECT_FALSE(store->has_directory("ebay", kNow));
  EXPECT_FALSE(store->has_directory("toad", kNow));
  EXPECT_FALSE(store->has_directory("", kNow));
  EXPECT_THAT(look_up(kA).genuine_of, UnorderedElementsAre("norton", "lifelock"));
  EXPECT_THAT(look_up(18005550123).genuine_of, ElementsAre("geeks"));
  EXPECT_EQ(status().lists.at(0).numbers, 4U);  // each brand of a number
  // Replaced brand by brand.
  const auto report = build_lists({{.name = "d",
                                    .entries = {{.number = kA, .category = "norton"}},
                                    .role = ListRole::kGenuine}});
  EXPECT_EQ(report->lists.at(0).kept, 1U);
  EXPECT_EQ(report->lists.at(0).removed, 3U);
  EXPECT_FALSE(open_store()->has_directory("lifelock", kNow));
}

}  // namespace
}  // namespace ringfence
