// GenerationBuilder: the next generation out of the current one and new entries.
//
// Does: replace, withdraw or drop whole lists, merge duplicates, count blocks, write in key order,
// verify, make current, remove old generations. Does not: parse feeds, judge whether a new list is
// plausible (look at settle(), or at the BuildReport between build() and publish()). At any failure
// or crash the old generation stays current.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/e164.h"
#include "base/result.h"
#include "reputation/block.h"
#include "reputation/listing.h"
#include "reputation/record.h"
#include "reputation/reputation_store.h"

namespace ringfence {

struct BuilderOptions {
  std::filesystem::path directory;
  int generations_kept = 3;
  BlockOptions blocks{};  // who is a member, and which blocks are kept
  /// New entries are sorted in memory, 28 bytes each (three times that while the array grows).
  std::size_t entries_max = 50'000'000;
  /// Told the numbers written or verified so far, about each 100,000; may be empty.
  std::function<void(std::uint64_t numbers)> progress{};
};
/// The options a configuration gives: directory, generations kept, blocks.
BuilderOptions builder_options(const ReputationOptions& options);

/// A list that is written anew.
struct NewList {
  std::string name;      // is_list_name()
  std::string source{};  // file name or URL
  TimePoint imported{};
  bool keep_missing = false;  // numbers of the old list that are not in the new one stay, and age
  ListRole role = ListRole::kBlock;
  int weight = 100;  // 0-100 percent
};

/// What a list says of a number or range.
struct NewEntry {
  std::uint16_t category = 0;  // from GenerationBuilder::category()
  int score = 0;               // 0-100
  TimePoint first_listed{};
  TimePoint last_seen{};
  std::optional<TimePoint> expires{};
};

/// One entry of a list.
struct NewListing {
  E164 number;
  std::uint16_t category = 0;  // from GenerationBuilder::category()
  int score = 0;               // 0-100
  TimePoint first_listed{};
  TimePoint last_seen{};
  std::optional<TimePoint> expires{};
};

/// What becomes of one list.
struct ListChange {
  std::string name;
  std::uint64_t added = 0;    // numbers it did not have before
  std::uint64_t kept = 0;     // numbers it had and has
  std::uint64_t removed = 0;  // numbers it had and has no more
  std::uint64_t ranges_added = 0;
  std::uint64_t ranges_kept = 0;
  std::uint64_t ranges_removed = 0;
  std::uint64_t merged = 0;  // new entries that became one with another of the same number or range

  bool operator==(const ListChange&) const = default;
};

struct BuildReport {
  std::uint64_t generation = 0;
  std::uint64_t numbers = 0;
  std::uint64_t ranges = 0;
  std::uint64_t blocks = 0;
  std::uint64_t records = 0;  // of numbers and ranges
  std::uint64_t file_bytes = 0;
  std::vector<ListChange> lists;  // those replaced or dropped, in that order
};

/// A new list beside the one it is to replace, before anything is written. Distinct numbers and
/// ranges; a genuine list counts each brand of a number.
struct ListCounts {
  std::uint64_t numbers = 0;  // of what was added
  std::uint64_t ranges = 0;
  std::uint64_t numbers_before = 0;  // of the old list, 0 when it is new
  std::uint64_t ranges_before = 0;
  std::uint64_t numbers_kept = 0;  // in both
  std::uint64_t ranges_kept = 0;

  bool operator==(const ListCounts&) const = default;
};

/// One thread. Holds the directory's lock from begin() to its end.
class GenerationBuilder {
 public:
  /// Makes the directory when it is missing. kTempFail while another builder is at work there,
  /// kData when the current generation is broken.
  static Result<GenerationBuilder> begin(BuilderOptions options);
  GenerationBuilder(GenerationBuilder&&) noexcept;
  GenerationBuilder& operator=(GenerationBuilder&&) noexcept;
  /// Removes what was not published.
  ~GenerationBuilder();

  /// The index for NewListing::category; `name` is not empty. Nothing when there are kCategoriesMax
  /// others already.
  std::optional<std::uint16_t> category(std::string_view name);
  /// A handle for add(). Source, time, role and weight are taken over even when no entry is added.
  /// kUsage on a bad name or a list named twice, kData beyond kListsMax.
  Result<std::uint16_t> replace_list(NewList list);
  /// kNoInput when there is no such list.
  Result<void> drop_list(std::string_view name);
  /// A number given twice for a list becomes one entry: the highest score with its category, the
  /// earliest first_listed, the latest last_seen and expiry; in a genuine list, one entry for each
  /// brand. An entry the list had before keeps its first_listed. kData beyond entries_max.
  Result<void> add(std::uint16_t list, const NewListing& entry);
  /// The same for a range; a range of one is added as its number. kData beyond entries_max or
  /// kRangesMax.
  Result<void> add_range(std::uint16_t list, const NumberRange& range, const NewEntry& entry);
  /// Entries added so far, duplicates counted unless settled.
  std::size_t entries() const;

  /// Forgets what was added to the list and that it was named: the old list goes on as it was, a
  /// new one never was. It may be named again.
  Result<void> withdraw(std::uint16_t list);
  /// Merges what was added to the list so far and counts it beside the old list, which is walked
  /// through: about 50 ns for each number of the old table.
  Result<ListCounts> settle(std::uint16_t list);

  /// Writes and verifies the new generation, which nobody reads yet. Call once. kIo when the disk
  /// is full.
  Result<BuildReport> build(TimePoint now);
  /// Makes it current. Call once, after build().
  Result<void> publish();

 private:
  struct Impl;
  explicit GenerationBuilder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ringfence
