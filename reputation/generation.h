// Generation: one immutable reputation table on disk, open for reading.
//
// Folder `generations/<N>/` with one LMDB file, `table.mdb`. Does: open and check it, find records,
// walk them all. Does not: choose which generation is current (GenerationDirectory), write
// (GenerationBuilder). docs/formats-reputation.md has the byte format.
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
#include "reputation/listing.h"
#include "reputation/lmdb_env.h"
#include "reputation/record.h"
#include "reputation/reputation_store.h"

namespace ringfence {

inline constexpr std::string_view kTableFile = "table.mdb";
inline constexpr std::string_view kTableFormat = "ringfence-reputation 1";
inline constexpr const char* kNumbersTable = "numbers";
inline constexpr const char* kMetaTable = "meta";

/// What a generation says of itself.
struct GenerationMeta {
  TimePoint built{};
  std::uint64_t numbers = 0;            // keys of the table
  std::uint64_t records = 0;            // listings, at least one a number
  std::vector<ListInfo> lists;          // Record::list indexes it
  std::vector<std::string> categories;  // Record::category indexes it
};

/// The `meta` table's keys and values, in ascending order of keys.
std::vector<std::pair<std::string, std::string>> encode_meta(const GenerationMeta& meta);

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
  /// The listings of a number, in no order; none when it is not listed.
  Result<std::vector<Listing>> find(const LmdbReading& reading, E164 number) const;

  /// Walks all numbers in ascending order until `visit` returns an error, which is passed on.
  /// `records` is a whole number of kRecordBytes, good during the call only.
  using Visitor = std::function<Result<void>(E164 number, std::string_view records)>;
  Result<void> walk(const Visitor& visit) const;

  /// Reads everything: keys ascend and are numbers, every record refers to lists and categories
  /// that exist, the counts are right. kData if not.
  Result<void> verify() const;

 private:
  Generation(LmdbEnv env, std::string name) : env_(std::move(env)), name_(std::move(name)) {}
  Result<void> load_meta();

  LmdbEnv env_;
  std::string name_;
  LmdbTable numbers_;
  GenerationMeta meta_;
};

}  // namespace ringfence
