// Tables whose parts do not fit together, or are cut short, are refused.
#include <algorithm>
#include <map>

#include "base/file.h"
#include "reputation/generation.h"
#include "tests/reputation/table_fixture.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr std::uint64_t kA = 18885550123;
constexpr std::uint64_t kB = 442079460000;

TEST_F(TableTest, EveryCutOfATableWithAllOfItIsRefused) {
  std::vector<TestRange> ranges;
  for (int i = 100; i < 999; ++i) ranges.push_back({.range = "+1" + std::to_string(i) + "*"});
  ASSERT_TRUE(build_lists({{.name = "l", .entries = row(18885550000, 3000), .ranges = ranges},
                           {.name = "g",
                            .entries = {{.number = kB, .category = "brand"}},
                            .role = ListRole::kGenuine}}));
  EXPECT_GT(status().blocks, 300U);
  const fs::path file = root_ / "generations/1" / kTableFile;
  const auto whole = read_file(file, 10'000'000);
  ASSERT_TRUE(whole);
  for (std::size_t cut = 0; cut < whole->size(); cut += 2039) {
    ASSERT_TRUE(write_file_atomically(file, whole->substr(0, cut)));
    const auto opened = ReputationStore::open(store_options());
    ASSERT_FALSE(opened) << cut;
    EXPECT_EQ(opened.error().kind, ErrorKind::kData) << cut << ": " << opened.error().message;
  }
  ASSERT_TRUE(write_file_atomically(file, *whole));
  EXPECT_TRUE(ReputationStore::open(store_options()));
}

// A table whose parts do not fit together: what open() or verify() says.
struct Misfit {
  const char* name;
  void (*change)(GenerationMeta& meta);
  std::vector<std::pair<const char*, std::pair<std::string, std::string>>> entries;
  const char* words;
};

class MisfitTest : public ReputationTest, public ::testing::WithParamInterface<Misfit> {};

std::string key_of(const char* range) {
  const auto key = NumberRange::parse(range)->key();
  return {key.data(), key.size()};
}
std::string record_bytes(Record record) {
  std::string out;
  append_record(out, record);
  return out;
}
std::string block_bytes(BlockRecord record) {
  std::string out;
  append_block_record(out, record);
  return out;
}
const std::string kThousandKey(thousand_key(number(kA)).data(), 8);
const std::string kNumberKey(number(kA).key().data(), 8);

void one_block(GenerationMeta& meta) { meta.thousands = meta.blocks = 1; }
void one_range(GenerationMeta& meta) {
  meta.ranges = meta.records = 1;
  meta.shapes[{4, 0}] = 1;
}

const Misfit kMisfits[] = {
    {"Ranges",
     [](GenerationMeta& m) {
       m.ranges = 1;
       m.shapes[{4, 0}] = 1;
     },
     {},
     "holds 0 ranges and should hold 1"},
    {"Shapes",
     [](GenerationMeta& m) {
       m.shapes[{4, 0}] = 1;
     },
     {},
     "does not fit together"},
    {"Thousands", [](GenerationMeta& m) { m.thousands = 2; }, {}, "should hold 2"},
    {"Directory",
     [](GenerationMeta& m) { m.directories[9] = {.entries = 1}; },
     {},
     "does not fit together"},
    {"RangeKey", one_range, {{kRangesTable, {"x", record_bytes({})}}}, "broken entry"},
    {"RangeShape",
     one_range,
     {{kRangesTable, {key_of("+188*"), record_bytes({})}}},
     "should hold 0 with 1"},
    {"RangeList",
     one_range,
     {{kRangesTable, {key_of("+1888*"), record_bytes({.list = 1})}}},
     "entry of +1888* is broken"},
    {"RangeBytes", one_range, {{kRangesTable, {key_of("+1888*"), "short"}}}, "broken entry"},
    {"BlockKey", one_block, {{kBlocksTable, {kNumberKey, block_bytes({})}}}, "broken entry"},
    {"BlockBytes", one_block, {{kBlocksTable, {kThousandKey, "short"}}}, "broken entry"},
    {"BlockSize",
     one_block,
     {{kBlocksTable, {kThousandKey, block_bytes({.free_digits = 4, .members = 1, .parts = 1})}}},
     "the thousand from +18885550000 is broken"},
    {"BlockCategory",
     one_block,
     {{kBlocksTable, {kThousandKey, block_bytes({.members = 1, .parts = 1, .category = 7})}}},
     "the thousand from +18885550000 is broken"},
    {"BlockMembers",
     one_block,
     {{kBlocksTable, {kThousandKey, block_bytes({.members = 11, .parts = 1})}}},
     "the thousand from +18885550000 is broken"},
    {"Blocks",
     [](GenerationMeta& m) {
       m.thousands = 1;
       m.blocks = 2;
     },
     {{kBlocksTable, {kThousandKey, block_bytes({.members = 1, .parts = 1})}}},
     "holds 1 blocks and should hold 2"},
};

INSTANTIATE_TEST_SUITE_P(All, MisfitTest, ::testing::ValuesIn(kMisfits),
                         [](const auto& p) { return std::string(p.param.name); });

TEST_P(MisfitTest, IsRefused) {
  fs::create_directories(root_);
  auto writer = LmdbFileWriter::create(root_ / kTableFile, 10, 10'000);
  ASSERT_TRUE(writer) << writer.error().message;
  std::map<std::string, LmdbTable> tables;
  for (const char* table : {kNumbersTable, kRangesTable, kBlocksTable, kMetaTable}) {
    tables[table] = *writer->create_table(table);
  }
  for (const auto& [table, entry] : GetParam().entries) {
    ASSERT_TRUE(writer->append(tables[table], entry.first, entry.second));
  }
  GenerationMeta meta;
  meta.lists = {{.name = "l"}};
  meta.categories = {"c"};
  GetParam().change(meta);
  for (const auto& [key, value] : encode_meta(meta)) {
    ASSERT_TRUE(writer->append(tables[kMetaTable], key, value));
  }
  ASSERT_TRUE(writer->finish());
  const auto generation = Generation::open(root_);
  const auto verified = generation ? (*generation)->verify() : tl::unexpected(generation.error());
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().kind, ErrorKind::kData);
  EXPECT_THAT(verified.error().message, HasSubstr(GetParam().words));
}

TEST(GenerationMetaTest, GoesThereAndBack) {
  GenerationMeta meta;
  meta.built = kNow;
  meta.numbers = 3;
  meta.ranges = 5;
  meta.records = 9;
  meta.thousands = 1;
  meta.blocks = 2;
  meta.member_rules = {.score_min = 40, .age_max = 77};
  meta.lists = {{.name = "l",
                 .numbers = 4,
                 .imported = kNow,
                 .source = "a\tb",
                 .role = ListRole::kGenuine,
                 .weight = 7,
                 .ranges = 5}};
  meta.categories = {"c", "", "Telco\tvoip"};
  meta.shapes = {{{4, 0}, 2}, {{15, 15}, 3}};
  meta.directories = {{0, {.entries = 2, .expires = kNow}}, {2, {.entries = 1}}};
  const auto entries = encode_meta(meta);
  EXPECT_TRUE(std::is_sorted(entries.begin(), entries.end()));
  MetaReader reader;
  for (const auto& [key, value] : entries) EXPECT_TRUE(reader.push(key, value)) << key;
  const auto read = reader.finish();
  ASSERT_TRUE(read);
  EXPECT_EQ(encode_meta(*read).size(), entries.size());
  EXPECT_EQ(read->lists.at(0).source, "a b");
  EXPECT_EQ(read->categories, meta.categories);
  EXPECT_EQ(read->shapes, meta.shapes);
  EXPECT_EQ(read->directories, meta.directories);
  EXPECT_EQ(read->member_rules, meta.member_rules);
  EXPECT_EQ(read->blocks, 2U);
}

TEST(GenerationMetaTest, BrokenEntries) {
  const struct {
    const char* key;
    const char* value;
  } rows[] = {
      {"list/0000", "l\tblock\t100\t1\t1\t1"},
      {"list/0000", "l\tfoe\t100\t1\t1\t1\ts"},
      {"list/0000", "l\tblock\t101\t1\t1\t1\ts"},
      {"list/0000", "l\tblock\t-1\t1\t1\t1\ts"},
      {"list/0000", "l\tblock\t100\tx\t1\t1\ts"},
      {"shape/1", "1"},
      {"shape/0000", "1"},
      {"shape/1600", "1"},
      {"shape/0116", "1"},
      {"shape/0411", "x"},
      {"directory/70000", "1\t0"},
      {"directory/00001", "1"},
      {"blocks", "1\t2\t3"},
      {"blocks", "1\t2\t3\t-4"},
      {"built", "-1"},
      {"numbers", "many"},
  };
  for (const auto& row : rows) EXPECT_FALSE(MetaReader().push(row.key, row.value)) << row.value;
  EXPECT_TRUE(MetaReader().push("something-later", "x"));
  EXPECT_FALSE(MetaReader().finish());
}

}  // namespace
}  // namespace ringfence
