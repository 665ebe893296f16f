// GenerationWriter: the file of a new generation, out of the old one and sorted new entries.
//
// Does: merge in order of keys, count what becomes of each list, count blocks and directories,
// write. Does not: sort, verify, know folders. One use, one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "reputation/block_counter.h"
#include "reputation/entry.h"
#include "reputation/generation.h"
#include "reputation/generation_builder.h"
#include "reputation/list_plan.h"
#include "reputation/lmdb_env.h"

namespace ringfence {

class GenerationWriter {
 public:
  /// `plans` by the list indexes of old records and new entries; their changes are counted.
  /// `meta` comes with lists (by ListPlan::next), categories and `built`, and is completed. `old`
  /// may be null.
  GenerationWriter(std::vector<ListPlan>& plans, GenerationMeta& meta, const Generation* old,
                   const BuilderOptions& options);
  /// Both sorted. kIo when the disk is full; the file then is of no use.
  Result<void> write(const std::filesystem::path& file, std::span<const Entry> numbers,
                     std::span<const Entry> ranges);

 private:
  using Table = GenerationTable;
  using Sink = std::function<Result<void>(std::uint64_t key)>;

  Result<void> write_ranges(std::span<const Entry> entries);
  Result<void> write_numbers(std::span<const Entry> entries);
  Result<void> write_meta(LmdbTable table);
  /// Calls `sink` for each key of the old table and the new entries, ascending; its records stand
  /// in `records_` then, with the lists' new indexes.
  Result<void> merge(Table table, std::span<const Entry> entries, const Sink& sink);
  Result<void> settle_key(Table table, std::uint64_t key, const Sink& sink);
  void take_old(Table table, std::string_view records);
  void take_new(std::span<const Entry> entries, std::size_t& position);
  void count(Table table, const Record& record);
  Result<void> count_member(E164 number);
  Result<void> append_blocks();
  bool in_honest_range(E164 number) const;

  std::vector<ListPlan>& plans_;
  GenerationMeta& meta_;
  const Generation* old_;
  const BuilderOptions& options_;
  std::unique_ptr<LmdbFileWriter> writer_;
  LmdbTable numbers_;
  LmdbTable ranges_;
  LmdbTable blocks_;

  // One key's: those of the old generation that go on, the new ones, and what they make.
  std::vector<Record> old_records_;
  std::vector<Record> new_records_;
  std::vector<Record> records_;
  std::string value_;

  std::vector<bool> category_used_;
  std::unordered_set<std::uint64_t> honest_ranges_;  // of allow and genuine lists, packed
  std::vector<RangeShape> honest_shapes_;
  BlockCounter counter_;
  std::vector<BlockThousand> thousands_;
};

}  // namespace ringfence
