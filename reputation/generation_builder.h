// GenerationBuilder: the next generation out of the current one and new entries.
//
// Does: replace or drop whole lists, merge duplicates, write in key order, verify, make current,
// remove old generations. Does not: parse feeds, judge whether a new list is plausible (look at the
// BuildReport between build() and publish()). At any failure or crash the old generation stays
// current.
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
#include "reputation/listing.h"
#include "reputation/record.h"

namespace ringfence {

struct BuilderOptions {
  std::filesystem::path directory;
  int generations_kept = 3;
  /// New entries are sorted in memory, 24 bytes each (three times that while the array grows).
  std::size_t entries_max = 50'000'000;
  /// Told the numbers written or verified so far, about each 100,000; may be empty.
  std::function<void(std::uint64_t numbers)> progress{};
};

/// A list that is written anew.
struct NewList {
  std::string name;      // is_list_name()
  std::string source{};  // file name or URL
  TimePoint imported{};
  bool keep_missing = false;  // numbers of the old list that are not in the new one stay, and age
};

/// One entry of a list.
struct NewListing {
  E164 number;
  std::uint8_t category = 0;  // from GenerationBuilder::category()
  int score = 0;              // 0-100
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
  std::uint64_t merged = 0;   // new entries that became one with another of the same number
};

struct BuildReport {
  std::uint64_t generation = 0;
  std::uint64_t numbers = 0;
  std::uint64_t records = 0;
  std::uint64_t file_bytes = 0;
  std::vector<ListChange> lists;  // those replaced or dropped
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
  std::optional<std::uint8_t> category(std::string_view name);
  /// A handle for add(). kUsage on a bad name or a list named twice, kData beyond kListsMax.
  Result<std::uint16_t> replace_list(NewList list);
  /// kNoInput when there is no such list.
  Result<void> drop_list(std::string_view name);
  /// A number given twice for a list becomes one entry: the highest score with its category, the
  /// earliest first_listed, the latest last_seen and expiry. An entry the list had before keeps its
  /// first_listed. kData beyond entries_max.
  Result<void> add(std::uint16_t list, const NewListing& entry);
  /// Entries added so far, duplicates counted.
  std::size_t entries() const;

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
