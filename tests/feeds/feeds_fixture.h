// Helpers of the feeds tests: a directory, files in it, a parser of numbers small enough to
// foresee.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "reputation/feeds/import.h"
#include "reputation/reputation_store.h"
#include "tests/support/temporary_directory.h"

namespace ringfence {

inline constexpr TimePoint kNow{std::chrono::seconds{1'790'000'000}};  // 2026-09-21 14:13:20 UTC

/// "+" and digits as they are; 10 national digits as North American ones; "00" as international
/// prefix; "0" as German, or British in region GB. Enough of a numbering plan for these tests.
inline Result<E164> test_parser(std::string_view text, std::string_view region = {}) {
  std::string digits;
  for (const char c : text) {
    if (is_ascii_digit(c)) digits += c;
  }
  std::optional<E164> number;
  if (text.starts_with("+")) {
    number = E164::from_digits(digits);
  } else if (digits.starts_with("00")) {
    number = E164::from_digits(digits.substr(2));
  } else if (digits.starts_with("0")) {
    number = E164::from_digits((region == "GB" ? "44" : "49") + digits.substr(1));
  } else if (digits.size() == 10) {
    number = E164::from_digits("1" + digits);
  } else if (digits.size() == 11 && digits.starts_with("1")) {
    number = E164::from_digits(digits);
  }
  if (!number) return fail(ErrorKind::kData, "not a number");
  return *number;
}

class FeedsTest : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, std::string_view content) const {
    const std::filesystem::path path = base_ / name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  Result<ImportReport> import(const std::filesystem::path& file, FeedOptions feed = {},
                              const ImportOptions& options = {}) const {
    if (feed.name.empty()) feed.name = "test";
    return import_file(file, feed, store_, test_parser, kNow, options);
  }
  Result<ImportReport> import_text(const std::string& name, std::string_view content,
                                   FeedOptions feed = {}, const ImportOptions& options = {}) const {
    return import(write(name, content), std::move(feed), options);
  }
  NumberReputation lookup(std::string_view text) const {
    const auto store = ReputationStore::open(store_);
    if (!store) {
      ADD_FAILURE() << store.error().message;
      return {};
    }
    const std::vector<E164> numbers{E164::parse(text).value()};
    const auto found = (*store)->lookup(numbers, kNow);
    if (!found) {
      ADD_FAILURE() << found.error().message;
      return {};
    }
    return found->front();
  }

  const TemporaryDirectory folder_;
  const std::filesystem::path base_ = folder_.path();
  ReputationOptions store_{.directory = base_ / "reputation"};
};

}  // namespace ringfence
