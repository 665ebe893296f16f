#include "reputation/override_trail.h"

#include <fcntl.h>

#include "base/file.h"
#include "reputation/overrides.h"
#include "tests/reputation/reputation_fixture.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::uint64_t kA = 18885550123;

class OverrideTrailTest : public ReputationTest {
 protected:
  void SetUp() override {
    ReputationTest::SetUp();
    ASSERT_TRUE(fs::create_directory(root_));
  }
  fs::path trail(int age = 0) const {
    return root_ / (age == 0 ? "overrides-history.jsonl"
                             : "overrides-history." + std::to_string(age) + ".jsonl");
  }
  static Override deny(std::string reason) {
    return {
        .kind = OverrideKind::kDeny, .reason = std::move(reason), .author = "ada", .added = kNow};
  }
  Result<std::optional<Override>> add(const std::string& reason) {
    return add_override(root_, number(kA), deny(reason));
  }
  std::string text() const { return read_file(trail(), 1 << 28).value_or(""); }
  /// "reason" of each entry, with '-' before those that were never carried out.
  std::vector<std::string> told() const {
    const auto history = override_history(root_, [](std::string_view) { return true; });
    if (!history) return {history.error().message};
    std::vector<std::string> out;
    for (const TrailEntry& entry : history->entries) {
      const std::size_t at = entry.json.find("\"reason\":\"") + 10;
      out.push_back((entry.in_effect ? "" : "-") +
                    entry.json.substr(at, entry.json.find('"', at) - at));
    }
    return out;
  }
};

TEST_F(OverrideTrailTest, EachChangeIsALine) {
  ASSERT_TRUE(add("a \"quoted\" \\ \xc3\xa4"));
  Override allow{.kind = OverrideKind::kAllow,
                 .reason = "",
                 .author = "bob",
                 .added = kNow + kDay,
                 .expires = kNow + 2 * kDay};
  ASSERT_TRUE(add_override(root_, number(kA), allow));
  ASSERT_TRUE(remove_override(root_, number(kA), OverrideKind::kAllow,
                              {.author = "eve", .at = kNow + kDay, .reason = "mistake"}));
  EXPECT_EQ(text(),
            R"({"change":1,"after":0,"time":"2026-09-21T14:13:20Z","action":"add",)"
            R"("number":"+18885550123","kind":"deny","author":"ada","reason":"a \"quoted\" \\ ä",)"
            R"("expires":null,"replaced":null})"
            "\n"
            R"({"change":2,"after":1,"time":"2026-09-22T14:13:20Z","action":"add",)"
            R"("number":"+18885550123","kind":"allow","author":"bob","reason":"",)"
            R"("expires":"2026-09-23T14:13:20Z","replaced":{"kind":"deny","author":"ada",)"
            R"("reason":"a \"quoted\" \\ ä","added":"2026-09-21T14:13:20Z","expires":null}})"
            "\n"
            R"({"change":3,"after":2,"time":"2026-09-22T14:13:20Z","action":"remove",)"
            R"("number":"+18885550123","kind":"allow","author":"eve","reason":"mistake",)"
            R"("expires":null,"replaced":{"kind":"allow","author":"bob","reason":"",)"
            R"("added":"2026-09-22T14:13:20Z","expires":"2026-09-23T14:13:20Z"}})"
            "\n");
}

TEST_F(OverrideTrailTest, WhatChangesNothingLeavesNoLine) {
  ASSERT_TRUE(add("one"));
  const std::string before = text();
  EXPECT_FALSE(remove_override(root_, number(kA), OverrideKind::kAllow).value());
  EXPECT_FALSE(remove_override(root_, number(kA + 1), OverrideKind::kDeny).value());
  EXPECT_EQ(text(), before);
}

TEST_F(OverrideTrailTest, SeveralInOneGoAreOneChange) {
  const OverrideChange changes[] = {{number(kA), deny("x")}, {number(kA + 1), deny("y")}};
  ASSERT_TRUE(change_overrides(root_, changes, {.author = "ada", .at = kNow}));
  ASSERT_TRUE(add("z"));
  EXPECT_THAT(told(), ElementsAre("x", "y", "z"));
  EXPECT_THAT(text(), AllOf(HasSubstr("{\"change\":2,\"after\":1,"),
                            testing::Not(HasSubstr("\"change\":3"))));
}

TEST_F(OverrideTrailTest, WithoutALineNothingIsChanged) {
  ASSERT_TRUE(add("one"));
  const auto before = list_overrides(root_).value();
  // A disk that is full.
  fs::rename(trail(), trail(1));
  fs::create_symlink("/dev/full", trail());
  const auto full = add("two");
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().kind, ErrorKind::kIo);
  EXPECT_THAT(full.error().message,
              AllOf(HasSubstr("No space left"), HasSubstr("nothing is changed")));
  // A file that cannot be opened.
  fs::remove(trail());
  fs::create_directory(trail());
  const auto folder = add("three");
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().kind, ErrorKind::kCannotCreate);
  EXPECT_EQ(list_overrides(root_).value(), before);
  EXPECT_FALSE(fs::exists(root_ / "overrides.mdb.new"));
  fs::remove(trail());
  ASSERT_TRUE(add("four"));
  EXPECT_THAT(told(), ElementsAre("one", "four"));
}

// The writer is killed when its line is on the disk and its table is not.
TEST_F(OverrideTrailTest, AChangeNeverCarriedOutIsKnown) {
  ASSERT_TRUE(add("one"));
  const std::string table = read_file(root_ / "overrides.mdb", 1 << 20).value();
  ASSERT_TRUE(add("two"));
  ASSERT_TRUE(write_file_atomically(root_ / "overrides.mdb", table));
  EXPECT_THAT(told(), ElementsAre("one", "-two"));
  ASSERT_TRUE(add("three"));
  EXPECT_THAT(told(), ElementsAre("one", "-two", "three"));
  ASSERT_TRUE(add("four"));
  EXPECT_THAT(told(), ElementsAre("one", "-two", "three", "four"));
  EXPECT_THAT(text(), HasSubstr("{\"change\":3,\"after\":1,"));
}

TEST_F(OverrideTrailTest, TheVeryFirstChangeMayBeTheOneKilled) {
  ASSERT_TRUE(OverrideTrail::open(root_).value().append(
      trail_line({.change = 1, .after = 0, .at = kNow, .reason = "one", .range = number(kA)})));
  ASSERT_TRUE(add("two"));
  // No table was there yet: what the trail had then is taken for carried out.
  EXPECT_THAT(told(), ElementsAre("one", "two"));
}

TEST_F(OverrideTrailTest, ALineCutShortIsPassedOver) {
  ASSERT_TRUE(add("one"));
  const std::string first = text();
  for (std::size_t cut = 1; cut < first.size(); cut += 7) {
    ASSERT_TRUE(write_file_atomically(trail(), first + first.substr(0, cut)));
    EXPECT_THAT(told(), ElementsAre("one"));
    ASSERT_TRUE(add("two"));
    EXPECT_THAT(told(), ElementsAre("one", "two"));
    const auto history = override_history(root_, [](std::string_view) { return true; });
    EXPECT_EQ(history->broken_lines, 1U);
    ASSERT_TRUE(write_file_atomically(trail(), first));
    ASSERT_TRUE(fs::remove(root_ / "overrides.mdb"));
  }
}

TEST_F(OverrideTrailTest, ATableRemovedByHandDoesNotRewriteHistory) {
  ASSERT_TRUE(add("one"));
  ASSERT_TRUE(add("two"));
  ASSERT_TRUE(fs::remove(root_ / "overrides.mdb"));
  EXPECT_THAT(told(), ElementsAre("one", "two"));
  ASSERT_TRUE(add("three"));
  EXPECT_THAT(told(), ElementsAre("one", "two", "three"));
}

TEST_F(OverrideTrailTest, FullFilesMoveOnAndTheOldestGoes) {
  ASSERT_TRUE(add("0"));
  for (int i = 1; i <= kTrailFilesMax + 2; ++i) {
    fs::resize_file(trail(), kTrailFileBytesMax);  // zeros to the end: one long broken line
    ASSERT_TRUE(add(std::to_string(i)));
    EXPECT_LT(fs::file_size(trail()), 1000U);
  }
  EXPECT_TRUE(fs::exists(trail(kTrailFilesMax - 1)));
  EXPECT_FALSE(fs::exists(trail(kTrailFilesMax)));
  EXPECT_THAT(told(), SizeIs(kTrailFilesMax));
  EXPECT_THAT(told().front(), "3");
  EXPECT_THAT(text(), StartsWith("{\"change\":13,\"after\":12,"));
  // A gap, of a move cut short or made by hand, is filled before anything goes.
  fs::remove(trail(2));
  fs::resize_file(trail(), kTrailFileBytesMax);
  ASSERT_TRUE(add("last"));
  EXPECT_EQ(told().front(), "3");
  EXPECT_EQ(told().back(), "last");
}

TEST_F(OverrideTrailTest, OnlyWhatIsWantedIsKept) {
  ASSERT_TRUE(add("one"));
  ASSERT_TRUE(add("two"));
  const auto history =
      override_history(root_, [](std::string_view json) { return json.find("two") != json.npos; });
  ASSERT_TRUE(history);
  EXPECT_THAT(history->entries, SizeIs(1));
  EXPECT_THAT(override_history(base_ / "nowhere", [](auto) { return true; })->entries, IsEmpty());
}

}  // namespace
}  // namespace ringfence
