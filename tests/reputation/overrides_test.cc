#include "reputation/overrides.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <random>
#include <thread>

#include "base/file.h"
#include "tests/reputation/reputation_fixture.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t kA = 18885550123;
constexpr std::uint64_t kB = 442079460000;

class OverridesTest : public ReputationTest {
 protected:
  void SetUp() override {
    ReputationTest::SetUp();
    ASSERT_TRUE(fs::create_directory(root_));
  }
  fs::path file() const { return root_ / "overrides.mdb"; }
};

const Override kAllow{.kind = OverrideKind::kAllow,
                      .reason = "our bank's hotline \xc3\xa4",
                      .author = "ada",
                      .added = kNow,
                      .expires = kNow + 30 * kDay};
const Override kDeny{.kind = OverrideKind::kDeny, .reason = "", .author = "", .added = kNow};

TEST_F(OverridesTest, AddListRemove) {
  ASSERT_TRUE(list_overrides(root_));
  EXPECT_THAT(*list_overrides(root_), IsEmpty());
  const auto first = add_override(root_, number(kB), kDeny);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(*first, std::nullopt);
  ASSERT_TRUE(add_override(root_, number(kA), kAllow));
  EXPECT_THAT(*list_overrides(root_),
              ElementsAre(NumberOverride{number(kA), kAllow}, NumberOverride{number(kB), kDeny}));

  const auto replaced = add_override(root_, number(kB), kAllow);
  ASSERT_TRUE(replaced);
  EXPECT_EQ(*replaced, kDeny);
  EXPECT_EQ(remove_override(root_, number(kB), OverrideKind::kDeny).value(), false);
  EXPECT_EQ(remove_override(root_, number(kB), OverrideKind::kAllow).value(), true);
  EXPECT_EQ(remove_override(root_, number(kB), OverrideKind::kAllow).value(), false);
  EXPECT_THAT(*list_overrides(root_), ElementsAre(NumberOverride{number(kA), kAllow}));
  ASSERT_TRUE(remove_override(root_, number(kA), OverrideKind::kAllow).value());
  EXPECT_THAT(*list_overrides(root_), IsEmpty());
}

TEST_F(OverridesTest, TheNextLookupSeesThem) {
  ASSERT_TRUE(build_lists({{.name = "l", .entries = {{.number = kA, .score = 90}}}}));
  const auto store = ReputationStore::open(store_options());
  ASSERT_TRUE(store);
  for (int round = 0; round < 20; ++round) {
    EXPECT_EQ(score_of(**store, kA), 90);
    ASSERT_TRUE(add_override(root_, number(kA), kAllow));
    EXPECT_EQ(score_of(**store, kA), 0);
    EXPECT_EQ(score_of(**store, kA, kNow + 29 * kDay), 0);
    EXPECT_GT(score_of(**store, kA, kNow + 30 * kDay), 0);  // it expired
    ASSERT_TRUE(add_override(root_, number(kA), kDeny));
    EXPECT_EQ(score_of(**store, kA), 100);
    ASSERT_TRUE(remove_override(root_, number(kA), OverrideKind::kDeny));
  }
  ASSERT_TRUE(add_override(root_, number(kA), kAllow));
  ASSERT_TRUE(add_override(root_, number(kB), kDeny));
  EXPECT_EQ(score_of(**store, kB), 100);
  EXPECT_EQ((*store)->status()->allow_entries, 1U);
  EXPECT_EQ((*store)->status()->deny_entries, 1U);
}

TEST_F(OverridesTest, SeveralChangesAtOnce) {
  const OverrideChange changes[] = {{number(kA), kAllow}, {number(kB), kDeny}, {number(kA), {}}};
  const auto replaced = change_overrides(root_, changes, {.author = "ada", .at = kNow});
  ASSERT_TRUE(replaced);
  EXPECT_THAT(*replaced, ElementsAre(std::nullopt, std::nullopt, kAllow));
  EXPECT_THAT(*list_overrides(root_), ElementsAre(NumberOverride{number(kB), kDeny}));
}

TEST_F(OverridesTest, TextsAreChecked) {
  struct Row {
    std::string reason;
    std::string author;
    const char* words;
  };
  const Row rows[] = {
      {std::string(kOverrideReasonBytesMax + 1, 'x'), "", "reason"},
      {"", std::string(kOverrideAuthorBytesMax + 1, 'x'), "author"},
      {"two\nlines", "", "control"},
      {"\xff", "", "UTF-8"},
      {"", "\x1b[2J", "control"},
  };
  for (const Row& row : rows) {
    Override entry = kDeny;
    entry.reason = row.reason;
    entry.author = row.author;
    const auto added = add_override(root_, number(kA), entry);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(added.error().message, HasSubstr(row.words));
  }
  Override longest = kDeny;
  longest.reason = std::string(kOverrideReasonBytesMax, 'x');
  longest.author = std::string(kOverrideAuthorBytesMax, 'y');
  ASSERT_TRUE(add_override(root_, number(kA), longest));
  EXPECT_THAT(*list_overrides(root_), ElementsAre(NumberOverride{number(kA), longest}));
}

TEST_F(OverridesTest, CutShortIsRefusedAtOpenAndPassedOverLater) {
  ASSERT_TRUE(add_override(root_, number(kA), kDeny));
  const auto store = ReputationStore::open(store_options());
  ASSERT_TRUE(store);
  const auto whole = read_file(file(), 1 << 20);
  ASSERT_TRUE(whole);
  for (std::size_t cut = 0; cut < whole->size(); cut += 501) {
    ASSERT_TRUE(write_file_atomically(file(), std::string_view(*whole).substr(0, cut)));
    const auto opened = ReputationStore::open(store_options());
    ASSERT_FALSE(opened) << cut;
    EXPECT_EQ(opened.error().kind, ErrorKind::kData) << opened.error().message;
    EXPECT_EQ(score_of(**store, kA), 100);
    EXPECT_THAT((*store)->status()->fault, HasSubstr("overrides.mdb"));
    const auto added = add_override(root_, number(kB), kDeny);
    ASSERT_FALSE(added);  // it would lose what cannot be read
  }
  ASSERT_TRUE(write_file_atomically(file(), *whole));
  ASSERT_TRUE(remove_override(root_, number(kA), OverrideKind::kDeny));
  EXPECT_EQ(score_of(**store, kA), 0);
  EXPECT_EQ((*store)->status()->fault, "");
}

TEST_F(OverridesTest, RemovedFileIsNoOverrides) {
  ASSERT_TRUE(add_override(root_, number(kA), kDeny));
  const auto store = ReputationStore::open(store_options());
  ASSERT_TRUE(store);
  EXPECT_EQ(score_of(**store, kA), 100);
  fs::remove(file());
  EXPECT_EQ(score_of(**store, kA), 0);
}

TEST_F(OverridesTest, WritersTakeTurnsAndReadersSeeWholeStates) {
  constexpr int kWriters = 4;
  constexpr int kEach = 25;
  const auto store = ReputationStore::open(store_options());
  ASSERT_TRUE(store);
  std::atomic<bool> stop{false};
  std::atomic<int> faults{0};
  std::thread reader([&] {
    const std::vector<E164> numbers{number(kA)};
    while (!stop) {
      const auto found = (*store)->lookup(numbers, kNow);
      if (!found || (found->at(0).score != 0 && found->at(0).score != 100)) ++faults;
    }
  });
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < kEach; ++i) {
        const auto n = number(kA + static_cast<std::uint64_t>(w * kEach + i));
        if (!add_override(root_, n, kDeny)) ++faults;
      }
    });
  }
  for (std::thread& t : writers) t.join();
  stop = true;
  reader.join();
  EXPECT_EQ(faults, 0);
  EXPECT_EQ(list_overrides(root_)->size(), static_cast<std::size_t>(kWriters * kEach));
  EXPECT_EQ((*store)->status()->fault, "");
}

// A child adds numbers in order and is killed at any moment: what is there is a whole prefix.
TEST_F(OverridesTest, KilledWriterLosesNothing) {
  std::mt19937 random(7);
  std::size_t least = 0;
  for (int round = 0; round < 15; ++round) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (std::size_t i = least;; ++i) {
        if (!add_override(root_, number(kA + i), kDeny)) ::_exit(1);
      }
    }
    ::usleep(std::uniform_int_distribution<useconds_t>(500, 30'000)(random));
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    const auto entries = list_overrides(root_);
    ASSERT_TRUE(entries) << entries.error().message;
    for (std::size_t i = 0; i < entries->size(); ++i) {
      ASSERT_EQ((*entries)[i].range, number(kA + i));
    }
    ASSERT_GE(entries->size(), least);
    least = entries->size();
    // Each of them is on the trail, and of the rest at most the one under way when it was killed.
    const auto history = override_history(root_, [](std::string_view) { return true; });
    ASSERT_TRUE(history) << history.error().message;
    const auto carried_out = std::count_if(history->entries.begin(), history->entries.end(),
                                           [](const TrailEntry& entry) { return entry.in_effect; });
    ASSERT_EQ(static_cast<std::size_t>(carried_out), least);
    ASSERT_LE(history->entries.size(), least + static_cast<std::size_t>(round) + 1);
  }
  ASSERT_TRUE(add_override(root_, number(kB), kDeny));
  EXPECT_EQ(list_overrides(root_)->size(), least + 1);
}

TEST_F(OverridesTest, MissingDirectoryIsMadeForTheFirstEntry) {
  fs::remove_all(root_);
  ASSERT_TRUE(add_override(root_, number(kA), kDeny));
  EXPECT_EQ(score_of(kA), 100);
}

}  // namespace
}  // namespace ringfence
