// import_file(): one file as one list of the next generation, made current at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"
#include "reputation/feeds/feed_import.h"
#include "reputation/reputation_store.h"

namespace ringfence {

enum class ImportPhase : std::uint8_t { kReading, kWriting };
/// kReading counts bytes, of `total` (0: unknown); kWriting counts numbers. May be empty.
using ImportProgress =
    std::function<void(ImportPhase phase, std::uint64_t done, std::uint64_t total)>;

struct ImportOptions {
  bool allow_empty = false;  // else a file without one number is refused and the old list stays
  std::size_t examples_max = kRefusedExamples;
  ImportProgress progress{};
};

struct ImportReport {
  std::uint64_t generation = 0;
  FeedCounts read;
  ListChange change;  // of the list

  /// Distinct numbers and ranges the list holds now.
  std::uint64_t numbers() const { return change.added + change.kept; }
  std::uint64_t ranges() const { return change.ranges_added + change.ranges_kept; }
};

/// Imports `file` ("-" is standard input) as the list `feed.name` into `store.directory`; what the
/// list held before is replaced. Of `feed`, what says how it is fetched and the guard play no part;
/// `feed.url` is what status shows as its source, "" for the file's path. kNoInput when the file
/// cannot be read, kData when it holds no number or is of a format that is not read, kTempFail
/// while another import is at work; errors of GenerationBuilder. The current generation then stays
/// what it was.
Result<ImportReport> import_file(const std::filesystem::path& file, const FeedOptions& feed,
                                 const ReputationOptions& store, const NumberParser& parser,
                                 TimePoint now, const ImportOptions& options = {});

}  // namespace ringfence
