#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "base/file.h"
#include "reputation/generation.h"
#include "reputation/overrides.h"
#include "tests/reputation/reputation_fixture.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t kA = 18885550123;
constexpr std::uint64_t kB = 442079460000;
constexpr std::uint64_t kC = 493023125000;

class StoreTest : public ReputationTest {};

TEST_F(StoreTest, MissingDirectoryIsNoInput) {
  const auto store = ReputationStore::open(store_options());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, ErrorKind::kNoInput);
  EXPECT_THAT(store.error().message, HasSubstr(root_.string()));
}

TEST_F(StoreTest, DirectoryWithoutGenerationIsAnEmptyTable) {
  ASSERT_TRUE(fs::create_directory(root_));
  const auto store = ReputationStore::open(store_options());
  ASSERT_TRUE(store) << store.error().message;
  const std::vector<E164> numbers{number(kA), number(kB)};
  const auto found = (*store)->lookup(numbers, kNow);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ(found->at(0).state, ReputationState::kUnlisted);
  EXPECT_EQ(found->at(0).category, "");
  const auto status = (*store)->status();
  ASSERT_TRUE(status);
  EXPECT_EQ(status->generation, std::nullopt);
  EXPECT_EQ(status->numbers, 0U);
  EXPECT_TRUE((*store)->refresh());
}

TEST_F(StoreTest, RoundTripOfSeveralLists) {
  const TestEntry a{.number = kA,
                    .score = 90,
                    .category = "toad",
                    .first = kNow - 3 * kDay,
                    .last = kNow,
                    .expires = kNow + 30 * kDay};
  const auto report =
      build_lists({{.name = "local-soc", .entries = {a, {.number = kB, .score = 40}}},
                   {.name = "misp", .entries = {{.number = kA, .score = 95}}}});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->generation, 1U);
  EXPECT_EQ(report->numbers, 2U);
  EXPECT_EQ(report->records, 3U);

  const auto store = ReputationStore::open(store_options());
  ASSERT_TRUE(store) << store.error().message;
  const std::vector<E164> numbers{number(kA), number(kC), number(kB)};
  const auto found = (*store)->lookup(numbers, kNow);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->at(0).score, 100);  // 1 - 0.05 * 0.10, rounded
  EXPECT_EQ(found->at(0).category, "scam");
  EXPECT_EQ(found->at(0).state, ReputationState::kActive);
  const Listing misp{.list = "misp",
                     .category = "scam",
                     .score = 95,
                     .first_listed = kNow,
                     .last_seen = kNow,
                     .expires = {}};
  const Listing soc{.list = "local-soc",
                    .category = "toad",
                    .score = 90,
                    .first_listed = kNow - 3 * kDay,
                    .last_seen = kNow,
                    .expires = kNow + 30 * kDay};
  EXPECT_THAT(found->at(0).listings, ElementsAre(misp, soc));
  EXPECT_EQ(found->at(1).state, ReputationState::kUnlisted);
  EXPECT_EQ(found->at(2).score, 40);

  const auto status = (*store)->status();
  ASSERT_TRUE(status);
  EXPECT_EQ(status->generation, 1U);
  EXPECT_EQ(status->built, kNow);
  EXPECT_EQ(status->numbers, 2U);
  ASSERT_EQ(status->lists.size(), 2U);
  EXPECT_EQ(status->lists[0].name, "local-soc");
  EXPECT_EQ(status->lists[0].numbers, 2U);
  EXPECT_EQ(status->lists[0].source, "test");
  EXPECT_EQ(status->lists[0].imported, kNow);
  EXPECT_EQ(status->lists[1].numbers, 1U);
  EXPECT_EQ(status->fault, "");
}

TEST_F(StoreTest, RefreshTakesUpANewGeneration) {
  ASSERT_TRUE(build_lists({{.name = "l", .entries = {{.number = kA, .score = 10}}}}));
  const auto store = ReputationStore::open(store_options());
  ASSERT_TRUE(store);
  EXPECT_EQ(score_of(**store, kA), 10);
  ASSERT_TRUE(build_lists({{.name = "l", .entries = {{.number = kA, .score = 20}}}}));
  ASSERT_TRUE((*store)->refresh());
  EXPECT_EQ(score_of(**store, kA), 20);
  EXPECT_EQ((*store)->status()->generation, 2U);
}

TEST_F(StoreTest, FirstGenerationIsTakenUpByAnEmptyStore) {
  ASSERT_TRUE(fs::create_directory(root_));
  const auto store = ReputationStore::open(store_options());
  ASSERT_TRUE(store);
  EXPECT_EQ(score_of(**store, kA), 0);
  ASSERT_TRUE(build_lists({{.name = "l", .entries = {{.number = kA}}}}));
  ASSERT_TRUE((*store)->refresh());
  EXPECT_EQ(score_of(**store, kA), 80);
}

// What makes the current generation unusable, and what open() then says.
struct Damage {
  const char* name;
  void (*inflict)(const fs::path& root);
  const char* words;
};

class DamageTest : public ReputationTest, public ::testing::WithParamInterface<Damage> {};

const Damage kDamages[] = {
    {"Dangling", [](const fs::path& root) { fs::remove_all(root / "generations/2"); },
     "generation 2, which is not there"},
    {"Empty", [](const fs::path& root) { fs::resize_file(root / "generations/2" / kTableFile, 0); },
     "cut short"},
    {"OtherLink",
     [](const fs::path& root) {
       fs::remove(root / "current");
       fs::create_symlink("/etc", root / "current");
     },
     "not generations/<number>"},
    {"NoLink",
     [](const fs::path& root) {
       fs::remove(root / "current");
       fs::create_directory(root / "current");
     },
     "not a symbolic link"},
    {"Text",
     [](const fs::path& root) {
       std::ofstream(root / "generations/2" / kTableFile) << std::string(100'000, 'x');
     },
     "cannot open"},
    {"Zeros",
     [](const fs::path& root) {
       std::ofstream(root / "generations/2" / kTableFile) << std::string(100'000, '\0');
     },
     "cannot open"},
    {"Folder",
     [](const fs::path& root) {
       fs::remove(root / "generations/2" / kTableFile);
       fs::create_directory(root / "generations/2" / kTableFile);
     },
     "not a regular file"},
    {"OtherFormat",
     [](const fs::path& root) {
       const fs::path file = root / "generations/2" / kTableFile;
       fs::remove(file);
       auto writer = LmdbFileWriter::create(file, 10, 1000);
       ASSERT_TRUE(writer);
       ASSERT_TRUE(writer->create_table(kNumbersTable));
       const auto meta = writer->create_table(kMetaTable);
       ASSERT_TRUE(writer->append(*meta, "format", "ringfence-reputation 999"));
       ASSERT_TRUE(writer->finish());
     },
     "of format \"ringfence-reputation 999\""},
    {"OtherProgram",
     [](const fs::path& root) {
       const fs::path file = root / "generations/2" / kTableFile;
       fs::remove(file);
       auto writer = LmdbFileWriter::create(file, 10, 1000);
       ASSERT_TRUE(writer);
       ASSERT_TRUE(writer->create_table("something"));
       ASSERT_TRUE(writer->finish());
     },
     "not a reputation table"},
    {"WrongCount",
     [](const fs::path& root) {
       const fs::path file = root / "generations/2" / kTableFile;
       fs::remove(file);
       auto writer = LmdbFileWriter::create(file, 10, 1000);
       ASSERT_TRUE(writer);
       for (const char* table : {kNumbersTable, kRangesTable, kBlocksTable}) {
         ASSERT_TRUE(writer->create_table(table));
       }
       const auto table = writer->create_table(kMetaTable);
       GenerationMeta meta;
       meta.numbers = 7;
       for (const auto& [key, value] : encode_meta(meta)) {
         ASSERT_TRUE(writer->append(*table, key, value));
       }
       ASSERT_TRUE(writer->finish());
     },
     "should hold 7"},
};

INSTANTIATE_TEST_SUITE_P(All, DamageTest, ::testing::ValuesIn(kDamages),
                         [](const auto& p) { return std::string(p.param.name); });

TEST_P(DamageTest, OpenRefusesAndRefreshKeepsTheOldOne) {
  ASSERT_TRUE(build_lists({{.name = "l", .entries = {{.number = kA, .score = 33}}}}));
  const auto store = ReputationStore::open(store_options());
  ASSERT_TRUE(store);
  ASSERT_TRUE(build_lists({{.name = "l", .entries = {{.number = kA, .score = 44}}}}));
  GetParam().inflict(root_);

  const auto opened = ReputationStore::open(store_options());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::kData) << opened.error().message;
  EXPECT_THAT(opened.error().message, HasSubstr(GetParam().words));
  EXPECT_THAT(opened.error().message, HasSubstr(root_.string()));

  const auto refreshed = (*store)->refresh();
  ASSERT_FALSE(refreshed);
  EXPECT_EQ(refreshed.error(), opened.error());
  EXPECT_EQ(score_of(**store, kA), 33);
  EXPECT_EQ((*store)->status()->fault, opened.error().message);

  // The builder does not build on it either, and says what to do.
  const auto built = build_lists({{.name = "l", .entries = {{.number = kA, .score = 55}}}});
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().kind, ErrorKind::kData);
}

TEST_F(StoreTest, FaultGoesAwayWithTheNextGoodGeneration) {
  ASSERT_TRUE(build_lists({{.name = "l", .entries = {{.number = kA, .score = 33}}}}));
  const auto store = ReputationStore::open(store_options());
  ASSERT_TRUE(store);
  ASSERT_TRUE(fs::remove(root_ / "current"));
  const auto lost = (*store)->refresh();
  ASSERT_FALSE(lost);
  EXPECT_THAT(lost.error().message, HasSubstr("lost its link"));
  EXPECT_EQ(score_of(**store, kA), 33);
  ASSERT_TRUE(build_lists({{.name = "l", .entries = {{.number = kA, .score = 44}}}}));
  ASSERT_TRUE((*store)->refresh());
  EXPECT_EQ((*store)->status()->fault, "");
  EXPECT_EQ(score_of(**store, kA), 44);
}

TEST_F(StoreTest, EveryCutOfTheTableIsRefused) {
  std::vector<TestEntry> entries;
  for (std::uint64_t i = 0; i < 2000; ++i) entries.push_back({.number = kA + i});
  ASSERT_TRUE(build_lists({{.name = "l", .entries = entries}}));
  const fs::path file = root_ / "generations/1" / kTableFile;
  const auto whole = read_file(file, 10'000'000);
  ASSERT_TRUE(whole);
  std::vector<std::size_t> cuts{0, 1, 8, 16, 4095, 4096, 4097, 8191, 8192, whole->size() - 1};
  for (std::size_t cut = 100; cut < whole->size(); cut += 1013) cuts.push_back(cut);
  for (const std::size_t cut : cuts) {
    ASSERT_EQ(::truncate(file.c_str(), static_cast<off_t>(cut)), 0);
    const auto opened = ReputationStore::open(store_options());
    ASSERT_FALSE(opened) << cut;
    EXPECT_EQ(opened.error().kind, ErrorKind::kData) << cut << ": " << opened.error().message;
    ASSERT_TRUE(write_file_atomically(file, *whole));
  }
  EXPECT_EQ(score_of(kA + 1999), 80);
}

// Generation N gives every number the score N: a lookup that mixed two would show two scores.
TEST_F(StoreTest, LookupsSeeOneGenerationWhileCurrentMoves) {
  const std::vector<std::uint64_t> values{kA, kA + 1, kB, kC};
  const auto build_scored = [&](int score) {
    TestList list{.name = "l", .entries = {}};
    for (const std::uint64_t v : values) list.entries.push_back({.number = v, .score = score});
    return build_lists({list});
  };
  ASSERT_TRUE(build_scored(1));
  const auto store = ReputationStore::open(store_options());
  ASSERT_TRUE(store);
  std::vector<E164> numbers;
  for (const std::uint64_t v : values) numbers.push_back(number(v));

  std::atomic<bool> stop{false};
  std::atomic<int> faults{0};
  std::atomic<int> lookups{0};
  std::vector<std::thread> readers;
  for (int t = 0; t < 4; ++t) {
    readers.emplace_back([&] {
      int last = 0;
      while (!stop) {
        const auto found = (*store)->lookup(numbers, kNow);
        if (!found) {
          ++faults;
          continue;
        }
        for (const NumberReputation& r : *found) {
          if (r.score != found->front().score) ++faults;
        }
        if (found->front().score < last) ++faults;  // never back to an older one
        last = found->front().score;
        ++lookups;
      }
    });
  }
  for (int score = 2; score <= 30; ++score) {
    ASSERT_TRUE(build_scored(score));
    ASSERT_TRUE((*store)->refresh());
    EXPECT_EQ(score_of(**store, kB), score);
  }
  stop = true;
  for (std::thread& t : readers) t.join();
  EXPECT_EQ(faults, 0);
  EXPECT_GT(lookups, 0);
}

TEST_F(StoreTest, ReadsFromADirectoryItMayNotWriteTo) {
  ASSERT_TRUE(build_lists({{.name = "l", .entries = {{.number = kA}}}}));
  ASSERT_TRUE(add_override(root_, number(kB), {.kind = OverrideKind::kDeny}));
  for (const auto& entry : fs::recursive_directory_iterator(root_)) {
    if (entry.is_symlink()) continue;
    // Whoever may enter the directory may read the table.
    EXPECT_NE(entry.status().permissions() & fs::perms::others_read, fs::perms::none) << entry;
  }
  for (const char* folder : {"", "generations", "generations/1"}) {
    fs::permissions(root_ / folder, fs::perms::owner_read | fs::perms::owner_exec);
  }
  EXPECT_EQ(score_of(kA), 80);
  EXPECT_EQ(score_of(kB), 100);
  for (const char* folder : {"", "generations", "generations/1"}) {
    fs::permissions(root_ / folder, fs::perms::owner_all);
  }
  // No lock files of LMDB's appear.
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(root_ / "generations/1")) {
    names.push_back(entry.path().filename().string());
  }
  EXPECT_THAT(names, ElementsAre(std::string(kTableFile)));
}

}  // namespace
}  // namespace ringfence
