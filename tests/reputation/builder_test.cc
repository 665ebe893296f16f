#include "reputation/generation_builder.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <random>

#include "reputation/generation.h"
#include "tests/reputation/reputation_fixture.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t kA = 18885550123;

class BuilderTest : public ReputationTest {
 protected:
  std::vector<std::string> generation_names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(root_ / "generations")) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  std::vector<Listing> listings_of(std::uint64_t value) const {
    const auto store = ReputationStore::open(store_options());
    if (!store) {
      ADD_FAILURE() << store.error().message;
      return {};
    }
    const std::vector<E164> numbers{number(value)};
    const auto found = (*store)->lookup(numbers, kNow);
    return found ? found->at(0).listings : std::vector<Listing>();
  }
  std::vector<std::string> lists_of(std::uint64_t value) const {
    std::vector<std::string> names;
    for (const Listing& l : listings_of(value)) names.push_back(l.list);
    return names;
  }
  std::vector<std::string> list_names() const {
    std::vector<std::string> names;
    const auto status = (*ReputationStore::open(store_options()))->status();
    for (const ListInfo& l : status->lists) {
      names.push_back(l.name + "=" + std::to_string(l.numbers));
    }
    return names;
  }
};

// So that ranges and blocks are written, too.
std::vector<TestRange> some_ranges() {
  std::vector<TestRange> out;
  for (int i = 200; i < 900; ++i) out.push_back({.range = "+1" + std::to_string(i) + "#######"});
  return out;
}

std::vector<TestEntry> many(std::uint64_t from, std::uint64_t count, int score = 80) {
  std::vector<TestEntry> out;
  for (std::uint64_t i = 0; i < count; ++i) out.push_back({.number = from + i, .score = score});
  return out;
}

TEST_F(BuilderTest, DuplicatesOfOneListBecomeOneEntry) {
  const auto report = build_lists({{.name = "l",
                                    .entries = {{.number = kA,
                                                 .score = 50,
                                                 .category = "spam",
                                                 .first = kNow - kDay,
                                                 .last = kNow - kDay,
                                                 .expires = kNow + kDay},
                                                {.number = kA,
                                                 .score = 70,
                                                 .category = "toad",
                                                 .first = kNow - 9 * kDay,
                                                 .last = kNow - 2 * kDay,
                                                 .expires = kNow + 5 * kDay},
                                                {.number = kA,
                                                 .score = 60,
                                                 .category = "scam",
                                                 .first = kNow - 3 * kDay,
                                                 .last = kNow,
                                                 .expires = kNow + 2 * kDay}}}});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->records, 1U);
  EXPECT_EQ(report->lists.at(0).merged, 2U);
  EXPECT_EQ(report->lists.at(0).added, 1U);
  const Listing merged{.list = "l",
                       .category = "toad",
                       .score = 70,
                       .first_listed = kNow - 9 * kDay,
                       .last_seen = kNow,
                       .expires = kNow + 5 * kDay};
  EXPECT_THAT(listings_of(kA), ElementsAre(merged));
}

TEST_F(BuilderTest, ReplacingOneListLeavesTheOthers) {
  ASSERT_TRUE(build_lists(
      {{.name = "a", .entries = many(kA, 3)}, {.name = "b", .entries = many(kA + 2, 3)}}));
  const auto report = build_lists({{.name = "a", .entries = many(kA + 1, 1, 55)}});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->lists.size(), 1U);
  EXPECT_EQ(report->lists[0].kept, 1U);
  EXPECT_EQ(report->lists[0].added, 0U);
  EXPECT_EQ(report->lists[0].removed, 2U);
  EXPECT_THAT(lists_of(kA), IsEmpty());
  EXPECT_THAT(lists_of(kA + 1), ElementsAre("a"));
  EXPECT_EQ(score_of(kA + 1), 55);
  EXPECT_THAT(lists_of(kA + 2), ElementsAre("b"));
  EXPECT_THAT(list_names(), ElementsAre("a=1", "b=3"));
  EXPECT_EQ(report->numbers, 4U);
}

TEST_F(BuilderTest, KeptNumbersKeepTheirFirstListing) {
  ASSERT_TRUE(build_lists(
      {{.name = "a",
        .entries = {{.number = kA, .first = kNow - 50 * kDay, .last = kNow - 20 * kDay}}}}));
  ASSERT_TRUE(build_lists({{.name = "a", .entries = {{.number = kA}}}}));
  EXPECT_EQ(listings_of(kA).at(0).first_listed, kNow - 50 * kDay);
  EXPECT_EQ(listings_of(kA).at(0).last_seen, kNow);  // and is armed again
}

TEST_F(BuilderTest, KeepMissingLetsThemAge) {
  ASSERT_TRUE(build_lists(
      {{.name = "a", .entries = {{.number = kA, .last = kNow - 14 * kDay}, {.number = kA + 1}}}}));
  const auto report =
      build_lists({{.name = "a", .entries = many(kA + 1, 2, 90), .keep_missing = true}});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->lists[0].kept, 2U);
  EXPECT_EQ(report->lists[0].added, 1U);
  EXPECT_EQ(report->lists[0].removed, 0U);
  EXPECT_EQ(score_of(kA), 40);
  EXPECT_EQ(score_of(kA + 1), 90);
  EXPECT_THAT(list_names(), ElementsAre("a=3"));
}

TEST_F(BuilderTest, DropList) {
  ASSERT_TRUE(build_lists({{.name = "a", .entries = many(kA, 2)},
                           {.name = "b", .entries = many(kA + 1, 2)},
                           {.name = "c", .entries = many(kA + 2, 2)}}));
  auto builder = GenerationBuilder::begin(builder_options());
  ASSERT_TRUE(builder);
  ASSERT_TRUE(builder->drop_list("b"));
  EXPECT_EQ(builder->drop_list("b").error().kind, ErrorKind::kNoInput);
  EXPECT_EQ(builder->drop_list("x").error().kind, ErrorKind::kNoInput);
  const auto d = builder->replace_list({.name = "d"});
  ASSERT_TRUE(d);
  ASSERT_TRUE(builder->add(
      *d, {.number = number(kA), .category = builder->category("spam").value(), .score = 5}));
  const auto report = builder->build(kNow);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->lists[0].name, "b");
  EXPECT_EQ(report->lists[0].removed, 2U);
  ASSERT_TRUE(builder->publish());
  EXPECT_THAT(list_names(), ElementsAre("a=2", "c=2", "d=1"));
  EXPECT_THAT(lists_of(kA), ElementsAre("a", "d"));
  EXPECT_THAT(lists_of(kA + 1), ElementsAre("a"));
  EXPECT_THAT(lists_of(kA + 2), ElementsAre("c"));
  EXPECT_THAT(lists_of(kA + 3), ElementsAre("c"));
}

TEST_F(BuilderTest, OneNumberOnManyLists) {
  std::vector<TestList> lists;
  for (int i = 0; i < 600; ++i) {
    lists.push_back(
        {.name = "l" + std::to_string(i), .entries = {{.number = kA, .score = i % 100}}});
  }
  const auto report = build_lists(lists);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->records, 600U);
  EXPECT_EQ(lists_of(kA).size(), 600U);  // a value larger than a page
  EXPECT_EQ(score_of(kA), 100);
}

TEST_F(BuilderTest, AnyOrderGivesTheSameTable) {
  std::vector<TestEntry> entries = many(kA, 5000);
  std::mt19937 random(3);
  std::shuffle(entries.begin(), entries.end(), random);
  ASSERT_TRUE(build_lists({{.name = "l", .entries = entries}}));
  std::uint64_t expected = kA;
  const auto generation = Generation::open(directory().folder(1));
  ASSERT_TRUE(generation);
  ASSERT_TRUE((*generation)->walk([&](E164 n, std::string_view) -> Result<void> {
    EXPECT_EQ(n.value(), expected++);
    return {};
  }));
  EXPECT_EQ(expected, kA + 5000);
  EXPECT_TRUE((*generation)->verify());
}

TEST_F(BuilderTest, BadUseIsRefused) {
  auto builder = GenerationBuilder::begin({.directory = root_, .entries_max = 2});
  ASSERT_TRUE(builder);
  for (const char* name : {"", ".hidden", "-x", "a/b", "a b", "\xc3\xa4"}) {
    EXPECT_EQ(builder->replace_list({.name = name}).error().kind, ErrorKind::kUsage) << name;
  }
  EXPECT_FALSE(builder->replace_list({.name = std::string(65, 'a')}));
  const auto list = builder->replace_list({.name = std::string(64, 'a')});
  ASSERT_TRUE(list);
  EXPECT_EQ(builder->replace_list({.name = std::string(64, 'a')}).error().kind, ErrorKind::kUsage);
  EXPECT_FALSE(builder->add(*list, {.number = number(kA)}));  // its category was not announced
  const auto category = builder->category("x").value();
  ASSERT_TRUE(builder->add(*list, {.number = number(kA), .category = category}));
  EXPECT_FALSE(builder->add(7, {.number = number(kA), .category = category}));
  ASSERT_TRUE(builder->add(*list, {.number = number(kA), .category = category}));
  const auto full = builder->add(*list, {.number = number(kA), .category = category});
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().kind, ErrorKind::kData);
  EXPECT_THAT(full.error().message, HasSubstr("more than 2 entries"));
  EXPECT_FALSE(builder->publish());
}

TEST_F(BuilderTest, CategoriesNobodyUsesMakeRoom) {
  for (int round = 0; round < 4; ++round) {
    TestList list{.name = "l", .entries = {}};
    for (std::uint64_t i = 0; i < 120; ++i) {
      list.entries.push_back(
          {.number = kA + i, .category = "c" + std::to_string(round) + "-" + std::to_string(i)});
    }
    const auto report = build_lists({list});
    ASSERT_TRUE(report);
    EXPECT_EQ(listings_of(kA + 119).at(0).category, "c" + std::to_string(round) + "-119");
  }
  auto builder = GenerationBuilder::begin(builder_options());
  int more = 0;
  while (builder->category("new" + std::to_string(more))) ++more;
  EXPECT_EQ(more, static_cast<int>(kCategoriesMax) - 120);
}

TEST_F(BuilderTest, SecondBuilderIsToldToWait) {
  auto first = GenerationBuilder::begin(builder_options());
  ASSERT_TRUE(first);
  const auto second = GenerationBuilder::begin(builder_options());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kTempFail);
  EXPECT_THAT(second.error().message, HasSubstr("another import or refresh"));
  EXPECT_THAT(second.error().message, HasSubstr(root_.string()));
  const auto back = roll_back(root_, {});
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().kind, ErrorKind::kTempFail);
  { const auto gone = std::move(*first); }
  EXPECT_TRUE(GenerationBuilder::begin(builder_options()));
}

TEST_F(BuilderTest, KeepsTheLastGenerations) {
  for (int i = 1; i <= 6; ++i) {
    ASSERT_TRUE(build_lists({.directory = root_, .generations_kept = 3},
                            {{.name = "l", .entries = many(kA, 1, i)}}));
  }
  EXPECT_THAT(generation_names(), ElementsAre("4", "5", "6"));
  EXPECT_EQ(score_of(kA), 6);
}

TEST_F(BuilderTest, RollBackAndOn) {
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(build_lists({{.name = "l", .entries = many(kA, 1, i)}}));
  EXPECT_EQ(roll_back(root_, {}).value(), 2U);
  EXPECT_EQ(score_of(kA), 2);
  EXPECT_EQ(roll_back(root_, {}).value(), 1U);
  EXPECT_EQ(score_of(kA), 1);
  EXPECT_EQ(roll_back(root_, {}).error().kind, ErrorKind::kNoInput);
  EXPECT_EQ(roll_back(root_, 3).value(), 3U);
  EXPECT_EQ(score_of(kA), 3);
  EXPECT_EQ(roll_back(root_, 9).error().kind, ErrorKind::kNoInput);
  EXPECT_EQ(roll_back(root_, 1).value(), 1U);
  // The next one is built on the first and has a number of its own.
  const auto report = build_lists({{.name = "m", .entries = many(kA, 1, 50)}});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->generation, 4U);
  EXPECT_THAT(lists_of(kA), ElementsAre("m", "l"));
  EXPECT_EQ(listings_of(kA).at(1).score, 1);
  fs::resize_file(directory().folder(3) / kTableFile, 5000);
  EXPECT_EQ(roll_back(root_, 3).error().kind, ErrorKind::kData);
  EXPECT_EQ(score_of(kA), 51);  // 1 and 50
}

TEST_F(BuilderTest, UnpublishedLeavesNoTrace) {
  ASSERT_TRUE(build_lists({{.name = "l", .entries = many(kA, 1, 7)}}));
  {
    auto builder = GenerationBuilder::begin(builder_options());
    ASSERT_TRUE(builder);
    ASSERT_TRUE(builder->replace_list({.name = "l"}));
    const auto report = builder->build(kNow);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->lists[0].removed, 1U);  // what a guard would look at
  }
  EXPECT_THAT(generation_names(), ElementsAre("1"));
  EXPECT_EQ(score_of(kA), 7);
}

TEST_F(BuilderTest, LeftoversOfACrashAreCleared) {
  ASSERT_TRUE(build_lists({{.name = "l", .entries = many(kA, 1)}}));
  fs::create_directory(root_ / "generations/2.partial");
  std::ofstream(root_ / "generations/2.partial" / kTableFile) << "half";
  fs::create_symlink("generations/77", root_ / "current.new");
  ASSERT_TRUE(build_lists({{.name = "l", .entries = many(kA, 1)}}));
  EXPECT_THAT(generation_names(), ElementsAre("1", "2"));
  EXPECT_FALSE(fs::is_symlink(root_ / "current.new"));
}

// Runs `f` in a child process and gives back its exit status.
template <typename F>
int in_child(F f) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(f());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// The disk is full at some byte: a limit on the size of files stands for it, LMDB sees the same.
TEST_F(BuilderTest, FullDiskKeepsTheOldGeneration) {
  ASSERT_TRUE(build_lists({{.name = "l", .entries = many(kA, 10, 7)}}));
  const auto entries = many(kA, 60'000, 99);
  int refused = 0;
  for (const rlim_t limit : {1UL, 4096UL, 8192UL, 10'000UL, 100'000UL, 1'000'000UL, 2'000'000UL}) {
    const int status = in_child([&] {
      std::signal(SIGXFSZ, SIG_IGN);
      const rlimit file_size{limit, limit};
      if (::setrlimit(RLIMIT_FSIZE, &file_size) != 0) return 90;
      const auto report = build_lists({{.name = "l", .entries = entries, .ranges = some_ranges()}});
      if (report) return 91;
      if (report.error().message.find(root_.string()) == std::string::npos) return 92;
      return exit_code(report.error().kind);
    });
    EXPECT_EQ(status, exit_code(ErrorKind::kIo)) << limit;
    ++refused;
    EXPECT_THAT(generation_names(), ElementsAre("1")) << limit;
    EXPECT_EQ(score_of(kA), 7) << limit;
  }
  EXPECT_EQ(refused, 7);
  ASSERT_TRUE(build_lists({{.name = "l", .entries = entries}}));
  EXPECT_EQ(score_of(kA), 99);
}

// A child builds generation after generation and is killed at any moment. What is current then is
// whole, never older than before, and the next builder goes on from it.
TEST_F(BuilderTest, KilledBuilderLeavesTheLastGoodOne) {
  const auto entries = [](int score) { return many(kA, 3000, score); };
  ASSERT_TRUE(build_lists({{.name = "l", .entries = entries(1)}}));
  std::mt19937 random(11);
  int score = 1;
  for (int round = 0; round < 25; ++round) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (int next = score + 1;; ++next) {
        if (!build_lists({{.name = "l",
                           .entries = entries(std::min(next, 100)),
                           .ranges = {{.range = "+442079460###"}}}})) {
          ::_exit(1);
        }
      }
    }
    ::usleep(std::uniform_int_distribution<useconds_t>(500, 40'000)(random));
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child failed by itself";

    const auto current = directory().current();
    ASSERT_TRUE(current);
    const auto generation = Generation::open(directory().folder(**current));
    ASSERT_TRUE(generation) << generation.error().message;
    ASSERT_TRUE((*generation)->verify());
    const int now = score_of(kA);
    EXPECT_EQ(score_of(kA + 2999), now);
    EXPECT_GE(now, score);
    score = now;
  }
  ASSERT_TRUE(build_lists({{.name = "l", .entries = entries(42)}}));
  EXPECT_EQ(score_of(kA), 42);
  for (const std::string& name : generation_names()) {
    EXPECT_THAT(name, ::testing::Not(HasSubstr("partial")));
  }
}

TEST_F(BuilderTest, DirectoryThatCannotBeMade) {
  std::ofstream(base_ / "file") << "x";
  const auto builder = GenerationBuilder::begin({.directory = base_ / "file" / "reputation"});
  ASSERT_FALSE(builder);
  EXPECT_EQ(builder.error().kind, ErrorKind::kCannotCreate);
  EXPECT_THAT(builder.error().message, HasSubstr((base_ / "file").string()));
}

TEST_F(BuilderTest, UmaskDoesNotHideTheTable) {
  const mode_t old = ::umask(077);
  const auto report = build_lists({{.name = "l", .entries = many(kA, 1)}});
  ::umask(old);
  ASSERT_TRUE(report);
  const auto mode = [&](const fs::path& path) {
    return fs::status(path).permissions() & fs::perms::mask;
  };
  EXPECT_EQ(mode(root_), static_cast<fs::perms>(0755));
  EXPECT_EQ(mode(directory().folder(1)), static_cast<fs::perms>(0755));
  EXPECT_EQ(mode(directory().folder(1) / kTableFile), static_cast<fs::perms>(0644));
}

}  // namespace
}  // namespace ringfence
