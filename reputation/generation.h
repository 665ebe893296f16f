// Generation: one immutable reputation table on disk, open for reading.
//
// Folder `generations/<N>/` with one LMDB file, `table.mdb`. Does: open and check it, find what it
// holds of a number, walk it. Does not: choose which generation is current (GenerationDirectory),
// write (GenerationBuilder), score. docs/formats-reputation.md has the byte format.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/e164.h"
#include "base/result.h"
#include "reputation/generation_meta.h"
#include "reputation/listing.h"
#include "reputation/lmdb_env.h"
#include "reputation/record.h"
#include "reputation/score.h"

namespace ringfence {

inline constexpr std::string_view kTableFile = "table.mdb";
inline constexpr const char* kNumbersTable = "numbers";
inline constexpr const char* kRangesTable = "ranges";
inline constexpr const char* kBlocksTable = "blocks";
inline constexpr const char* kMetaTable = "meta";

enum class GenerationTable : std::uint8_t { kNumbers, kRanges };

/// Immutable and safe for any thread.
class Generation {
 public:
  /// Errors as LmdbEnv::open, and kData when it is of another format or its parts do not fit
  /// together.
  static Result<std::shared_ptr<const Generation>> open(const std::filesystem::path& folder);

  const GenerationMeta& meta() const { return meta_; }
  std::uint64_t file_bytes() const { return env_.file_bytes(); }

  /// One read transaction, for all the numbers of a message.
  Result<LmdbReading> read() const { return env_.read(); }
  /// What the table holds of a number, in no order: its listings, those of ranges that hold it,
  /// and, when asked for, the blocks around it. At most 2 reads, and one for each shape of range
  /// that occurs and fits the number (30 at most).
  Result<NumberFacts> find(const LmdbReading& reading, E164 number, bool with_blocks) const;

  /// Walks all numbers in ascending order until `visit` returns an error, which is passed on.
  /// `records` is a whole number of kRecordBytes, good during the call only.
  using Visitor = std::function<Result<void>(E164 number, std::string_view records)>;
  Result<void> walk(const Visitor& visit) const;
  /// The same for ranges, in ascending order of NumberRange::key().
  using RangeVisitor = std::function<Result<void>(NumberRange range, std::string_view records)>;
  Result<void> walk_ranges(const RangeVisitor& visit) const;

  /// For walks of two generations side by side. Lives no longer than the reading.
  Result<LmdbCursor> cursor(const LmdbReading& reading, GenerationTable table) const {
    return reading.cursor(table == GenerationTable::kNumbers ? numbers_ : ranges_);
  }

  /// Reads everything: keys ascend and are numbers, every record refers to lists and categories
  /// that exist, the counts are right. kData if not.
  Result<void> verify() const;

 private:
  Generation(LmdbEnv env, std::string name) : env_(std::move(env)), name_(std::move(name)) {}
  Result<void> load_meta();
  Result<void> open_tables();
  Result<void> check_format(const LmdbReading& reading, LmdbTable meta_table) const;
  Result<void> check_counts() const;
  Result<void> read_records(std::string_view bytes, E164 number,
                            std::vector<Record>& records) const;
  Listing listing_of(const Record& record) const;
  Result<void> find_ranges(const LmdbReading& reading, E164 number, std::vector<Record>& records,
                           std::vector<NumberRange>& ranges) const;
  Result<void> find_blocks(const LmdbReading& reading, E164 number,
                           const std::vector<Record>& records, std::vector<Block>& out) const;

  using RawVisitor = std::function<Result<void>(std::string_view key, std::string_view value)>;
  Result<void> walk_table(LmdbTable table, std::size_t record_bytes, const RawVisitor& visit) const;
  bool good_records(std::string_view bytes) const;
  tl::unexpected<Error> broken_entry(std::string_view what) const;
  Result<void> verify_blocks() const;

  LmdbEnv env_;
  std::string name_;
  LmdbTable numbers_;
  LmdbTable ranges_;
  LmdbTable blocks_;
  GenerationMeta meta_;
};

}  // namespace ringfence
