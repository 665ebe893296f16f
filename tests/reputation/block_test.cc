// Blocks: what they lend, who is a member, how they are counted.
#include "reputation/block.h"

#include <algorithm>
#include <bit>
#include <map>
#include <random>

#include "reputation/block_counter.h"
#include "reputation/block_record.h"
#include "reputation/score.h"
#include "tests/reputation/reputation_fixture.h"

namespace ringfence {
namespace {

Block block(const char* range, int members, int spread, int mean = 90) {
  return {.range = *NumberRange::parse(range),
          .members = members,
          .spread = spread,
          .scores = members * mean,
          .last_seen = kNow,
          .category = "toad"};
}
constexpr const char* kTen = "+1888555012#";
constexpr const char* kHundred = "+188855501##";
constexpr const char* kThousand = "+18885550###";

TEST(BlockScore, ByMembersSpreadAndAge) {
  const struct {
    const char* why;
    Block block;
    std::chrono::seconds age;
    int expected;
  } rows[] = {
      {"70 % of 90, half dense", block(kTen, 3, 3), {}, 32},
      {"four of ten", block(kTen, 4, 4), {}, 42},
      {"five: the cap", block(kTen, 5, 5), {}, 45},
      {"all nine others", block(kTen, 9, 9), {}, 45},
      {"documented: three after 7 days", block(kTen, 3, 3), 7 * kDay, 22},
      {"five after 7", block(kTen, 5, 5), 7 * kDay, 37},
      {"six after 7", block(kTen, 6, 6), 7 * kDay, 45},
      {"three after 14", block(kTen, 3, 3), 14 * kDay, 16},
      {"five after 14", block(kTen, 5, 5), 14 * kDay, 26},
      {"nine after 14", block(kTen, 9, 9), 14 * kDay, 32},
      {"three after 28", block(kTen, 3, 3), 28 * kDay, 8},
      {"five after 28", block(kTen, 5, 5), 28 * kDay, 13},
      {"nine after 28", block(kTen, 9, 9), 28 * kDay, 16},
      {"two are chance", block(kTen, 2, 2), {}, 0},
      {"a hundred, just enough", block(kHundred, 10, 4), {}, 23},
      {"a hundred, twice that", block(kHundred, 20, 4), {}, 45},
      {"no more than full", block(kHundred, 99, 10, 60), {}, 30},
      {"dense tens in a hundred", block(kHundred, 30, 3), {}, 0},
      {"nine in a hundred", block(kHundred, 9, 9), {}, 0},
      {"a thousand, just enough", block(kThousand, 40, 6), {}, 14},
      {"a thousand, full", block(kThousand, 80, 6), {}, 27},
      {"half of a thousand only", block(kThousand, 500, 5), {}, 0},
      {"one half-life", block(kTen, 4, 4), 14 * kDay, 21},
      {"two", block(kTen, 4, 4), 28 * kDay, 11},
      {"no floor", block(kTen, 4, 4), 100 * kDay, 0},
      {"a clock set back", block(kTen, 4, 4), -5 * kDay, 42},
      {"expired", block(kTen, 9, 9), 365 * kDay, 0},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(block_score(row.block, kNow + row.age, {}, {}), row.expected) << row.why;
  }
}

TEST(BlockScore, Options) {
  BlockOptions options;
  options.ten.share_percent = 0;
  EXPECT_EQ(block_score(block(kTen, 9, 9), kNow, options, {}), 0);
  options = {};
  options.ten = {.members_min = 0, .spread_min = 0, .share_percent = 100};  // nonsense, but safe
  options.score_max = 1000;
  EXPECT_EQ(block_score(block(kTen, 0, 0), kNow, options, {}), 0);
  EXPECT_EQ(block_score(block(kTen, 2, 2, 100), kNow, options, {}), 100);
  options.score_max = 0;
  EXPECT_EQ(block_score(block(kTen, 9, 9), kNow, options, {}), 0);
}

// A row of ten that is full does not make its hundred or thousand lend, whatever the scores.
TEST(BlockCounterTest, ADenseTenStaysATen) {
  BlockCounter counter({});
  std::vector<BlockThousand> out;
  for (std::uint64_t i = 0; i < 10; ++i) {
    counter.push(number(18885550120 + i), {.score = 100, .category = 1, .last_seen = 9}, out);
  }
  counter.finish(out);
  ASSERT_EQ(out.size(), 1U);
  ASSERT_EQ(out[0].blocks.size(), 1U);
  const BlockRecord& ten = out[0].blocks[0];
  EXPECT_EQ(ten.first, 120);
  EXPECT_EQ(ten.free_digits, 1);
  EXPECT_EQ(ten.members, 10);
  EXPECT_EQ(ten.scores, 1000U);
  EXPECT_EQ(ten.category, 1);
}

TEST(BlockCounterTest, NothingWithoutMembersOrShare) {
  BlockOptions options;
  options.ten.share_percent = options.hundred.share_percent = options.thousand.share_percent = 0;
  BlockCounter counter(options);
  std::vector<BlockThousand> out;
  counter.finish(out);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    counter.push(number(18885550000 + i), {.score = 100}, out);
  }
  counter.finish(out);
  EXPECT_TRUE(out.empty());
}

using Members = std::map<std::uint64_t, BlockMember>;

// The block of `size` numbers around `value`, counted the slow way, `value` itself left out.
SeenBlock count_slowly(const Members& members, std::uint64_t value, std::uint64_t size,
                       bool leave_out) {
  SeenBlock out;
  std::array<bool, 10> parts{};
  const std::uint64_t first = value / size * size;
  for (auto it = members.lower_bound(first); it != members.end() && it->first < first + size;
       ++it) {
    if (leave_out && it->first == value) continue;
    ++out.members;
    out.scores += it->second.score;
    out.youngest = std::max(out.youngest, it->second.last_seen);
    parts[(it->first - first) / (size / 10)] = true;
  }
  out.spread = static_cast<int>(std::count(parts.begin(), parts.end(), true));
  return out;
}

// Random members, thick and thin: every number of their thousands sees what slow counting sees.
TEST(BlockCounterTest, AsCountedSlowly) {
  std::mt19937_64 random(17);
  BlockOptions options;
  options.ten = {.members_min = 2, .spread_min = 2, .share_percent = 50};
  options.hundred = {.members_min = 6, .spread_min = 3, .share_percent = 50};
  options.thousand = {.members_min = 20, .spread_min = 4, .share_percent = 50};
  for (int round = 0; round < 60; ++round) {
    Members members;
    const int count = 1 << (random() % 10);
    for (int i = 0; i < count; ++i) {
      // Numbers of 7 and of 11 digits, in three thousands each.
      const std::uint64_t base = random() % 2 == 0 ? 9'997'000 : 18'885'550'000;
      members[base + random() % 3000] = {.score = static_cast<std::uint8_t>(random() % 101),
                                         .category = static_cast<std::uint16_t>(random() % 3),
                                         .last_seen = static_cast<std::uint32_t>(random() % 9)};
    }
    BlockCounter counter(options);
    std::vector<BlockThousand> out;
    for (const auto& [value, member] : members) counter.push(number(value), member, out);
    counter.finish(out);

    std::map<std::string, std::vector<BlockRecord>> table;
    std::string previous;
    for (const BlockThousand& thousand : out) {
      const std::string key(thousand.key.data(), thousand.key.size());
      EXPECT_LT(previous, key);
      previous = key;
      table[key] = thousand.blocks;
    }
    for (const std::uint64_t base : {9'997'000ULL, 18'885'550'000ULL}) {
      for (std::uint64_t value = base; value < base + 3000; value += 1 + random() % 3) {
        const auto own = members.find(value);
        const auto member = own == members.end() ? std::nullopt : std::optional(own->second);
        const auto key = thousand_key(number(value));
        const auto& blocks = table[std::string(key.data(), key.size())];
        for (int free = 1; free <= 3; ++free) {
          const std::uint64_t size = free == 1 ? 10 : free == 2 ? 100 : 1000;
          const auto it = std::find_if(blocks.begin(), blocks.end(), [&](const BlockRecord& b) {
            return b.free_digits == free && b.first == value % 1000 / size * size;
          });
          const SeenBlock whole = count_slowly(members, value, size, false);
          const BlockSizeOptions& wanted = options.size(free);
          ASSERT_EQ(it != blocks.end(),
                    whole.members >= wanted.members_min && whole.spread >= wanted.spread_min);
          if (it == blocks.end()) continue;
          const SeenBlock expected = count_slowly(members, value, size, true);
          const SeenBlock seen = seen_from(*it, number(value), member);
          ASSERT_EQ(seen.members, expected.members);
          ASSERT_EQ(seen.spread, expected.spread);
          ASSERT_EQ(seen.scores, expected.scores);
          ASSERT_EQ(seen.youngest, expected.youngest);
        }
      }
    }
  }
}

TEST(BlockRecordTest, GoesThereAndBack) {
  const BlockRecord record{.first = 990,
                           .free_digits = 2,
                           .members = 1000,
                           .parts = 0x3ff,
                           .singles = 0x201,
                           .category = 65'534,
                           .scores = 100'000,
                           .youngest = 4'000'000'000,
                           .second = 3};
  std::string bytes;
  append_block_record(bytes, record);
  EXPECT_EQ(bytes.size(), kBlockRecordBytes);
  EXPECT_EQ(read_block_record(bytes), record);
}

TEST(BlockMemberTest, WhoIsOne) {
  const std::vector<ListInfo> lists = {
      {.name = "block"},
      {.name = "half", .weight = 50},
      {.name = "trial", .weight = 0},
      {.name = "allow", .role = ListRole::kAllow},
      {.name = "allow-off", .role = ListRole::kAllow, .weight = 0},
      {.name = "genuine", .role = ListRole::kGenuine},
      {.name = "provider", .role = ListRole::kProvider},
  };
  constexpr std::uint32_t kBuilt = 1'000'000;
  const MemberRules rules{.score_min = 40, .age_max = 1000};
  const auto record = [](std::uint16_t list, int score, std::uint32_t seen,
                         std::uint32_t expires = 0) {
    return Record{.list = list,
                  .category = list,
                  .score = static_cast<std::uint8_t>(score),
                  .last_seen = seen,
                  .expires = expires};
  };
  const struct {
    const char* why;
    std::vector<Record> records;
    std::optional<BlockMember> expected;
  } rows[] = {
      {"none", {}, {}},
      {"listed", {record(0, 80, kBuilt)}, BlockMember{80, 0, kBuilt}},
      {"just enough", {record(0, 40, kBuilt)}, BlockMember{40, 0, kBuilt}},
      {"too low", {record(0, 39, kBuilt)}, {}},
      {"weighed", {record(1, 90, kBuilt)}, BlockMember{45, 1, kBuilt}},
      {"weighed too low", {record(1, 78, kBuilt)}, {}},
      {"on trial", {record(2, 100, kBuilt)}, {}},
      {"young enough", {record(0, 80, kBuilt - 999)}, BlockMember{80, 0, kBuilt - 999}},
      {"too old", {record(0, 80, kBuilt - 1000)}, {}},
      {"seen in the future", {record(0, 80, kBuilt + 5)}, BlockMember{80, 0, kBuilt + 5}},
      {"expired", {record(0, 80, kBuilt, kBuilt)}, {}},
      {"expires", {record(0, 80, kBuilt, kBuilt + 1)}, BlockMember{80, 0, kBuilt}},
      {"the strongest, seen last by another",
       {record(1, 90, kBuilt), record(0, 80, kBuilt - 9)},
       BlockMember{80, 0, kBuilt}},
      {"allowed", {record(0, 80, kBuilt), record(3, 0, 1)}, {}},
      {"allowed once", {record(0, 80, kBuilt), record(3, 0, 1, 2)}, BlockMember{80, 0, kBuilt}},
      {"allow list off", {record(0, 80, kBuilt), record(4, 0, 1)}, BlockMember{80, 0, kBuilt}},
      {"a brand's own", {record(0, 80, kBuilt), record(5, 0, 1)}, {}},
      {"a provider's", {record(6, 100, kBuilt)}, {}},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(block_member(row.records, lists, rules, kBuilt), row.expected) << row.why;
  }
}

}  // namespace
}  // namespace ringfence
