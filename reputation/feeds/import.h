// import_file(): one file as one list of the next generation.
//
// Does: find out the format, read in constant memory beside the entries, count what is refused by
// reason, build, verify and make current. Does not: fetch, inflate, know the numbering plan (the
// caller's NumberParser does, because rooms beside this one are not looked into).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/e164.h"
#include "base/result.h"
#include "reputation/feed_options.h"
#include "reputation/feeds/feed_row.h"
#include "reputation/generation_builder.h"
#include "reputation/reputation_store.h"

namespace ringfence {

struct ImportOptions {
  std::string list{};  // name of the list; what it held before is replaced
  FeedFormat format = FeedFormat::kAuto;
  std::string category = "other";  // of rows without one
  int score = 80;                  // 0-100, of rows without one
  /// After last_seen, for rows that do not say; nothing: never.
  std::optional<std::chrono::days> expires_after{};
  bool keep_missing = false;  // numbers the list had and the file has not stay, and age
  bool allow_empty = false;   // else a file without one number is refused and the old list stays
  std::string source{};       // shown by status; "" for the file's path
  std::uint64_t bytes_max = std::uint64_t{4} << 30;  // a longer file is refused
  std::size_t examples_max = 5;                      // rows kept as examples of each refusal
};

/// A person's spelling of a number (national ones by the region the caller chose) to E.164, or an
/// Error. Called from one thread.
using NumberParser = std::function<Result<E164>(std::string_view text)>;

enum class ImportPhase : std::uint8_t { kReading, kWriting };
/// kReading counts bytes, of `total` (0: unknown); kWriting counts numbers. May be empty.
using ImportProgress =
    std::function<void(ImportPhase phase, std::uint64_t done, std::uint64_t total)>;

struct RefusedRow {
  std::uint64_t line = 0;
  Refusal refusal = Refusal::kNotANumber;
  std::string text;  // printable
};

struct ImportReport {
  std::uint64_t generation = 0;
  std::string list;
  FeedFormat format = FeedFormat::kText;
  std::uint64_t bytes = 0;
  std::uint64_t rows = 0;        // blank lines and comments counted
  std::uint64_t accepted = 0;    // rows that gave an entry
  std::uint64_t numbers = 0;     // distinct numbers of the list now
  std::uint64_t duplicates = 0;  // accepted rows merged into another
  std::uint64_t added = 0;       // numbers the list did not have before
  std::uint64_t kept = 0;
  std::uint64_t removed = 0;
  std::uint64_t categories_folded = 0;  // rows beyond the bound on categories, in the default one
  std::array<std::uint64_t, kRefusalCount> refused{};  // by Refusal
  std::vector<RefusedRow> examples;                    // in order of lines, no blanks and comments

  std::uint64_t refused_for(Refusal refusal) const {
    return refused[static_cast<std::size_t>(refusal)];
  }
};

/// Distinct categories one import may bring; later ones count as the default category.
inline constexpr std::size_t kImportCategoriesMax = 64;

/// Imports `file` ("-" is standard input) into `store.directory`. kNoInput when it cannot be read,
/// kData when it holds no number or is of a format that is not read, kTempFail while another import
/// is at work; errors of GenerationBuilder. The current generation then stays what it was.
Result<ImportReport> import_file(const std::filesystem::path& file, const ImportOptions& options,
                                 const ReputationOptions& store, const NumberParser& parser,
                                 TimePoint now, const ImportProgress& progress = {});

}  // namespace ringfence
