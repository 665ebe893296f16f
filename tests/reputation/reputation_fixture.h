// Helpers of the reputation tests: a directory of their own, numbers, generations in one line.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/e164.h"
#include "reputation/generation_builder.h"
#include "reputation/generation_directory.h"
#include "reputation/reputation_store.h"
#include "tests/support/temporary_directory.h"

namespace ringfence {

inline constexpr TimePoint kNow{std::chrono::seconds{1'790'000'000}};
inline constexpr std::chrono::days kDay{1};

inline E164 number(std::string_view digits) { return E164::from_digits(digits).value(); }
inline E164 number(std::uint64_t value) { return E164::from_value(value).value(); }

struct TestEntry {
  std::uint64_t number;
  int score = 80;
  std::string category = "scam";
  TimePoint first = kNow;
  TimePoint last = kNow;
  std::optional<TimePoint> expires = {};
};

struct TestRange {
  std::string range;
  int score = 80;
  std::string category = "scam";
  TimePoint last = kNow;
  std::optional<TimePoint> expires = {};
};

struct TestList {
  std::string name;
  std::vector<TestEntry> entries = {};
  bool keep_missing = false;
  ListRole role = ListRole::kBlock;
  int weight = 100;
  std::vector<TestRange> ranges = {};
};

class ReputationTest : public ::testing::Test {
 protected:
  BuilderOptions builder_options() const { return {.directory = root_}; }
  /// Blocks lend nothing: the numbers of most tests stand in a row.
  ReputationOptions store_options() const {
    return {.directory = root_, .blocks = {.enabled = false}};
  }
  GenerationDirectory directory() const { return GenerationDirectory(root_); }

  static Result<BuildReport> build_lists(BuilderOptions options,
                                         const std::vector<TestList>& lists) {
    auto builder = GenerationBuilder::begin(std::move(options));
    if (!builder) return tl::unexpected(builder.error());
    for (const TestList& list : lists) {
      auto handle = builder->replace_list({.name = list.name,
                                           .source = "test",
                                           .imported = kNow,
                                           .keep_missing = list.keep_missing,
                                           .role = list.role,
                                           .weight = list.weight});
      if (!handle) return tl::unexpected(handle.error());
      for (const TestEntry& entry : list.entries) {
        auto added = builder->add(*handle, {.number = number(entry.number),
                                            .category = *builder->category(entry.category),
                                            .score = entry.score,
                                            .first_listed = entry.first,
                                            .last_seen = entry.last,
                                            .expires = entry.expires});
        if (!added) return tl::unexpected(added.error());
      }
      for (const TestRange& entry : list.ranges) {
        auto added = builder->add_range(*handle, *NumberRange::parse(entry.range),
                                        {.category = *builder->category(entry.category),
                                         .score = entry.score,
                                         .first_listed = entry.last,
                                         .last_seen = entry.last,
                                         .expires = entry.expires});
        if (!added) return tl::unexpected(added.error());
      }
    }
    auto report = builder->build(kNow);
    if (!report) return report;
    if (auto published = builder->publish(); !published) return tl::unexpected(published.error());
    return report;
  }
  Result<BuildReport> build_lists(const std::vector<TestList>& lists) const {
    return build_lists(builder_options(), lists);
  }

  /// The score of one number in the current table, -1 on an error (with a test failure).
  static int score_of(const ReputationStore& store, std::uint64_t value, TimePoint now = kNow) {
    const std::vector<E164> numbers{number(value)};
    const auto found = store.lookup(numbers, now);
    if (!found) {
      ADD_FAILURE() << found.error().message;
      return -1;
    }
    return found->at(0).score;
  }
  int score_of(std::uint64_t value, TimePoint now = kNow) const {
    const auto store = ReputationStore::open(store_options());
    if (!store) {
      ADD_FAILURE() << store.error().message;
      return -1;
    }
    return score_of(**store, value, now);
  }

  const TemporaryDirectory folder_;
  const std::filesystem::path base_ = folder_.path();
  const std::filesystem::path root_ = base_ / "reputation";  // not made yet
};

}  // namespace ringfence
