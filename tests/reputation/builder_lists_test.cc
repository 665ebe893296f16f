// GenerationBuilder: lists settled, withdrawn, and many steps beside a plain model.
#include <map>
#include <random>
#include <set>

#include "reputation/generation.h"
#include "tests/reputation/table_fixture.h"

namespace ringfence {
namespace {

using ::testing::UnorderedElementsAre;

constexpr std::uint64_t kA = 18885550123;

class SettleTest : public TableTest {
 protected:
  static NewListing entry(GenerationBuilder& builder, std::uint64_t value, int score = 80) {
    return {.number = number(value),
            .category = *builder.category("scam"),
            .score = score,
            .first_listed = kNow,
            .last_seen = kNow};
  }
};

TEST_F(SettleTest, CountsBesideTheOldList) {
  ASSERT_TRUE(build_lists({{.name = "l", .entries = row(kA, 10), .ranges = {{.range = "+1888*"}}},
                           {.name = "other", .entries = row(kA, 30)}}));
  auto builder = GenerationBuilder::begin(builder_options());
  ASSERT_TRUE(builder);
  const auto list = builder->replace_list({.name = "l"});
  for (const std::uint64_t offset : {5, 7, 5, 12, 13, 5, 9}) {
    ASSERT_TRUE(builder->add(*list, entry(*builder, kA + offset)));
  }
  const NewEntry plain{.category = *builder->category("scam"), .score = 5};
  ASSERT_TRUE(builder->add_range(*list, *NumberRange::parse("+1888*"), plain));
  ASSERT_TRUE(builder->add_range(*list, *NumberRange::parse("+1877*"), plain));
  const auto counts = builder->settle(*list);
  ASSERT_TRUE(counts);
  EXPECT_EQ(*counts, (ListCounts{.numbers = 5,
                                 .ranges = 2,
                                 .numbers_before = 10,
                                 .ranges_before = 1,
                                 .numbers_kept = 3,
                                 .ranges_kept = 1}));
  EXPECT_EQ(builder->entries(), 7U);
  // What comes after is merged as well.
  ASSERT_TRUE(builder->add(*list, entry(*builder, kA + 5, 99)));
  const auto report = builder->build(kNow);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->lists.at(0), (ListChange{.name = "l",
                                             .added = 2,
                                             .kept = 3,
                                             .removed = 7,
                                             .ranges_added = 1,
                                             .ranges_kept = 1,
                                             .merged = 3}));
  ASSERT_TRUE(builder->publish());
  EXPECT_EQ(look_up(kA + 5).listings.at(0).score, 99);
}

TEST_F(SettleTest, ANewListHasNothingBefore) {
  auto builder = GenerationBuilder::begin(builder_options());
  const auto list = builder->replace_list({.name = "l"});
  ASSERT_TRUE(builder->add(*list, entry(*builder, kA)));
  EXPECT_EQ(builder->settle(*list).value(), (ListCounts{.numbers = 1}));
  EXPECT_FALSE(builder->settle(7));
}

TEST_F(SettleTest, WithdrawnListsGoOnAsTheyWere) {
  ASSERT_TRUE(build_lists(
      {{.name = "a", .entries = row(kA, 3, 60), .weight = 50, .ranges = {{.range = "+1866*"}}},
       {.name = "b", .entries = row(kA, 3, 60)}}));
  auto builder = GenerationBuilder::begin(builder_options());
  const auto a = builder->replace_list({.name = "a", .source = "new", .weight = 90});
  const auto b = builder->replace_list({.name = "b", .source = "new"});
  const auto c = builder->replace_list({.name = "c"});
  for (std::uint64_t i = 0; i < 10; ++i) {  // by turns
    for (const auto& list : {a, b, c}) ASSERT_TRUE(builder->add(*list, entry(*builder, kA + i)));
    ASSERT_TRUE(builder->add_range(*a, *NumberRange::parse("+1877*"), {}));
  }
  ASSERT_TRUE(builder->settle(*b));
  ASSERT_TRUE(builder->withdraw(*a));
  ASSERT_TRUE(builder->withdraw(*c));
  EXPECT_EQ(builder->entries(), 10U);
  EXPECT_FALSE(builder->withdraw(*a));
  EXPECT_FALSE(builder->add(*a, entry(*builder, kA)));
  EXPECT_FALSE(builder->settle(*c));
  const auto report = builder->build(kNow);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_TRUE(builder->publish());
  ASSERT_EQ(report->lists.size(), 1U);
  EXPECT_EQ(report->lists[0].name, "b");
  EXPECT_EQ(report->lists[0].added, 7U);
  const StoreStatus s = status();
  ASSERT_EQ(s.lists.size(), 2U);
  EXPECT_EQ(s.lists[0].source, "test");
  EXPECT_EQ(s.lists[0].weight, 50);
  EXPECT_EQ(s.lists[0].numbers, 3U);
  EXPECT_EQ(s.lists[0].ranges, 1U);
  EXPECT_EQ(s.lists[1].numbers, 10U);
  EXPECT_THAT(names(look_up(kA + 1).listings), UnorderedElementsAre("a", "b"));
}

TEST_F(SettleTest, WithdrawnListsMayBeNamedAgain) {
  auto builder = GenerationBuilder::begin(builder_options());
  for (int round = 0; round < 3; ++round) {
    const auto list = builder->replace_list({.name = "l"});
    ASSERT_TRUE(list);
    ASSERT_TRUE(builder->add(*list, entry(*builder, kA + static_cast<std::uint64_t>(round))));
    ASSERT_TRUE(round == 2 || builder->withdraw(*list));
  }
  const auto report = builder->build(kNow);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->numbers, 1U);
  ASSERT_TRUE(builder->publish());
  EXPECT_EQ(look_up(kA + 2).listings.size(), 1U);
}

// Random lists of random roles, built step by step with replacing, ageing and dropping, beside a
// plain model of the same.
TEST_F(TableTest, AsAPlainModelHasIt) {
  using Key = std::pair<std::string, std::string>;  // list, number or range
  std::map<Key, int> model;
  std::mt19937_64 random(23);
  const auto below = [&](std::uint64_t bound) { return random() % bound; };
  for (int step = 0; step < 25; ++step) {
    auto builder = GenerationBuilder::begin(builder_options());
    ASSERT_TRUE(builder) << builder.error().message;
    std::set<std::string> named;
    for (int n = 0; n < 3; ++n) {
      const std::string name = "l" + std::to_string(below(6));
      if (!named.insert(name).second) continue;
      const auto erase = [&] {
        std::erase_if(model, [&](const auto& e) { return e.first.first == name; });
      };
      if (below(6) == 0) {
        if (builder->drop_list(name)) erase();
        continue;
      }
      const bool keep = below(2) == 0;
      const auto list = builder->replace_list({.name = name, .keep_missing = keep});
      ASSERT_TRUE(list);
      const bool withdrawn = below(4) == 0;
      std::map<Key, int> fresh;
      for (std::uint64_t i = below(40); i > 0; --i) {
        const int score = static_cast<int>(below(101));
        const std::uint64_t value = 18'885'550'000 + below(60);
        NumberRange range{number(value)};
        if (below(4) == 0)
          range = *NumberRange::block_of(number(value), static_cast<int>(below(5)));
        const NewEntry entry{.category = *builder->category("c" + std::to_string(below(3))),
                             .score = score,
                             .last_seen = kNow};
        ASSERT_TRUE(builder->add_range(*list, range, entry));
        int& highest = fresh.try_emplace({name, range.to_string()}, -1).first->second;
        highest = std::max(highest, score);
      }
      ASSERT_TRUE(below(2) == 0 || builder->settle(*list));
      if (withdrawn) {
        ASSERT_TRUE(builder->withdraw(*list));
        continue;
      }
      if (!keep) erase();
      for (const auto& [key, score] : fresh) model[key] = score;
    }
    ASSERT_TRUE(builder->build(kNow));
    ASSERT_TRUE(builder->publish());
    builder = fail(ErrorKind::kSoftware, "closed");

    std::map<Key, int> table;
    const auto generation = Generation::open(directory().folder(*directory().current().value()));
    ASSERT_TRUE(generation);
    ASSERT_TRUE((*generation)->verify());
    const auto take = [&](const NumberRange& range, std::string_view records) -> Result<void> {
      for (; !records.empty(); records.remove_prefix(kRecordBytes)) {
        const Record record = read_record(records);
        table[{(*generation)->meta().lists[record.list].name, range.to_string()}] = record.score;
      }
      return {};
    };
    ASSERT_TRUE((*generation)->walk([&](E164 n, std::string_view r) { return take(n, r); }));
    ASSERT_TRUE((*generation)->walk_ranges(take));
    ASSERT_EQ(table, model) << "step " << step;
  }
}

}  // namespace
}  // namespace ringfence
