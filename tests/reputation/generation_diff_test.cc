#include "reputation/generation_diff.h"

#include <map>
#include <random>

#include "tests/reputation/reputation_fixture.h"

namespace ringfence {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t kA = 18885550123;

class DiffTest : public ReputationTest {
 protected:
  Result<GenerationDiff> diff(std::optional<std::uint64_t> before,
                              std::optional<std::uint64_t> after, DiffOptions options = {}) const {
    return diff_generations(root_, before, after, options);
  }
};

TEST_F(DiffTest, ListByList) {
  ASSERT_TRUE(build_lists({{.name = "stays", .entries = {{.number = kA}}},
                           {.name = "goes", .entries = {{.number = kA}}},
                           {.name = "moves",
                            .entries = {{.number = kA, .score = 50},
                                        {.number = kA + 1, .category = "spam"},
                                        {.number = kA + 2},
                                        {.number = kA + 3},
                                        {.number = kA + 4, .last = kNow - kDay}},
                            .ranges = {{.range = "+1888*"}, {.range = "+1877*", .score = 5}}}}));
  auto builder = GenerationBuilder::begin(builder_options());
  ASSERT_TRUE(builder->drop_list("goes"));
  ASSERT_TRUE(builder->build(kNow));
  ASSERT_TRUE(builder->publish());
  builder = fail(ErrorKind::kSoftware, "closed");
  ASSERT_TRUE(build_lists({{.name = "moves",
                            .entries = {{.number = kA, .score = 60},
                                        {.number = kA + 1, .category = "toad"},
                                        {.number = kA + 3},
                                        {.number = kA + 4},
                                        {.number = kA + 5}},
                            .ranges = {{.range = "+1877*", .score = 6}, {.range = "+1866*"}}},
                           {.name = "new", .entries = {{.number = kA}}}}));

  const auto result = diff(1, 3);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->before, 1U);
  EXPECT_EQ(result->after, 3U);
  ASSERT_EQ(result->lists.size(), 4U);
  const ListDiff& goes = result->lists[0];
  EXPECT_EQ(goes.name, "goes");
  EXPECT_TRUE(goes.before);
  EXPECT_FALSE(goes.after);
  EXPECT_EQ(goes.numbers, (DiffCounts{.removed = 1}));

  const ListDiff& moves = result->lists[1];
  EXPECT_EQ(moves.name, "moves");
  EXPECT_EQ(moves.numbers,
            (DiffCounts{.added = 1, .removed = 1, .changed = 2, .seen = 1, .same = 1}));
  EXPECT_EQ(moves.ranges, (DiffCounts{.added = 1, .removed = 1, .changed = 1}));
  using Side = DiffExample::Side;
  const auto range = [](const char* text) { return *NumberRange::parse(text); };
  EXPECT_THAT(moves.changed, ElementsAre(DiffExample{.number = number(kA),
                                                     .before = Side{50, "scam", kNow},
                                                     .after = Side{60, "scam", kNow}},
                                         DiffExample{.number = number(kA + 1),
                                                     .before = Side{80, "spam", kNow},
                                                     .after = Side{80, "toad", kNow}},
                                         DiffExample{.number = range("+1877*"),
                                                     .before = Side{5, "scam", kNow},
                                                     .after = Side{6, "scam", kNow}}));
  EXPECT_THAT(moves.added,
              ElementsAre(DiffExample{.number = number(kA + 5), .after = Side{80, "scam", kNow}},
                          DiffExample{.number = range("+1866*"), .after = Side{80, "scam", kNow}}));
  ASSERT_EQ(moves.removed.size(), 2U);
  EXPECT_EQ(moves.removed[0].number, NumberRange(number(kA + 2)));
  EXPECT_EQ(moves.removed[1].number, range("+1888*"));

  EXPECT_EQ(result->lists[2].name, "new");
  EXPECT_FALSE(result->lists[2].before);
  EXPECT_EQ(result->lists[2].numbers, (DiffCounts{.added = 1}));
  EXPECT_EQ(result->lists[3].numbers, (DiffCounts{.same = 1}));
}

TEST_F(DiffTest, WhichGenerations) {
  EXPECT_EQ(diff({}, {}).error().kind, ErrorKind::kNoInput);
  for (int i = 1; i <= 3; ++i) {
    ASSERT_TRUE(build_lists({{.name = "l", .entries = {{.number = kA, .score = i}}}}));
  }
  EXPECT_EQ(diff({}, {})->before, 2U);
  EXPECT_EQ(diff({}, {})->after, 3U);
  EXPECT_EQ(diff({}, {})->lists.at(0).changed.at(0).before->score, 2);
  EXPECT_EQ(diff({}, 1)->before, std::nullopt);
  EXPECT_EQ(diff({}, 1)->lists.at(0).numbers.added, 1U);
  EXPECT_EQ(diff(3, 1)->lists.at(0).changed.at(0).before->score, 3);  // backwards, too
  EXPECT_EQ(diff(9, {}).error().kind, ErrorKind::kNoInput);
  EXPECT_THAT(diff({}, 9).error().message, HasSubstr("no generation 9"));
  ASSERT_TRUE(roll_back(root_, 2));
  EXPECT_EQ(diff({}, {})->after, 2U);
}

TEST_F(DiffTest, OneListAndFewExamples) {
  TestList a{.name = "a"};
  for (std::uint64_t i = 0; i < 50; ++i) a.entries.push_back({.number = kA + i});
  ASSERT_TRUE(build_lists({a, {.name = "b", .entries = {{.number = kA}}}}));
  const auto one = diff({}, {}, {.list = "a", .examples_max = 3});
  ASSERT_EQ(one->lists.size(), 1U);
  EXPECT_EQ(one->lists[0].numbers.added, 50U);
  EXPECT_EQ(one->lists[0].added.size(), 3U);
  EXPECT_THAT(diff({}, {}, {.list = "a", .examples_max = 0})->lists[0].added, IsEmpty());
  const auto none = diff({}, {}, {.list = "x\n"});
  EXPECT_EQ(none.error().kind, ErrorKind::kNoInput);
  EXPECT_THAT(none.error().message, HasSubstr("has a list"));
}

TEST_F(DiffTest, DirectoriesChangeBrandByBrand) {
  const auto directory_of = [](std::vector<TestEntry> entries) {
    return TestList{.name = "d", .entries = std::move(entries), .role = ListRole::kGenuine};
  };
  ASSERT_TRUE(build_lists(
      {directory_of({{.number = kA, .category = "one"}, {.number = kA, .category = "two"}})}));
  ASSERT_TRUE(build_lists(
      {directory_of({{.number = kA, .category = "two"}, {.number = kA, .category = "three"}})}));
  EXPECT_EQ(diff({}, {})->lists.at(0).numbers, (DiffCounts{.added = 1, .removed = 1, .same = 1}));
}

TEST_F(DiffTest, RandomTablesBesideMaps) {
  std::mt19937_64 random(29);
  for (int round = 0; round < 10; ++round) {
    std::map<std::uint64_t, int> before;
    std::map<std::uint64_t, int> after;
    const auto fill = [&](std::map<std::uint64_t, int>& out) {
      TestList list{.name = "l"};
      for (std::uint64_t i = random() % 300; i > 0; --i) {
        out.emplace(kA + random() % 300, static_cast<int>(random() % 3));
      }
      for (const auto& [value, score] : out)
        list.entries.push_back({.number = value, .score = score});
      ASSERT_TRUE(build_lists({list}));
    };
    fill(before);
    fill(after);
    DiffCounts expected;
    for (const auto& [value, score] : after) {
      const auto it = before.find(value);
      ++(it == before.end()    ? expected.added
         : it->second == score ? expected.same
                               : expected.changed);
    }
    for (const auto& [value, score] : before) expected.removed += !after.contains(value);
    EXPECT_EQ(diff({}, {})->lists.at(0).numbers, expected);
  }
}

}  // namespace
}  // namespace ringfence
