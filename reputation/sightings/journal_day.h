// JournalDay: one file of the journal, the sightings of one day (UTC).
//
// Does: make its tables, write sightings in transactions, read them by row. Does not know: the
// other days (Journal), questions (JournalReader). docs/sightings.md has the tables.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "reputation/sightings/sighting.h"
#include "reputation/sightings/sqlite_db.h"

namespace ringfence {

/// One thread.
class JournalDay {
 public:
  static constexpr std::int64_t kFormat = 1;
  static constexpr std::int64_t kApplicationId = 0x52464A31;  // "RFJ1"

  /// To write and read; made when it is not there. Errors as of SqliteDb.
  static Result<JournalDay> open_to_write(const std::filesystem::path& file,
                                          std::chrono::milliseconds busy);
  static Result<JournalDay> open_to_read(const std::filesystem::path& file,
                                         std::chrono::milliseconds busy);

  /// Another for every file ever made: tells a file from one that took its place.
  std::uint64_t serial() const { return serial_; }
  /// 0 when it is empty.
  std::int64_t last_row() const { return last_row_; }
  /// Rows to come are above `row`.
  void skip_rows_to(std::int64_t row);

  /// All or none, on the disk when it returns; they become last_row() + 1 and following.
  Result<void> append(std::span<const Sighting> sightings);
  /// The sightings above `row`, in order, at most `count`, each with its row.
  Result<std::vector<std::pair<std::int64_t, Sighting>>> read_after(std::int64_t row,
                                                                    std::size_t count);
  /// Nothing when there is no such row.
  Result<std::optional<Sighting>> read(std::int64_t row);
  /// Puts everything into the one file, which then can be copied and read without the right to
  /// write. kTempFail while others read it.
  Result<void> seal();

  SqliteDb& db() { return db_; }

 private:
  explicit JournalDay(SqliteDb db) : db_(std::move(db)) {}
  Result<void> make_tables();
  Result<void> check_format();
  Result<void> prepare_reading();
  Result<void> prepare_writing();
  Result<void> insert(const Sighting& sighting, std::int64_t row);
  Result<void> read_numbers(std::int64_t row, Sighting& out);
  Result<void> read_recipients(std::int64_t row, Sighting& out);

  SqliteDb db_;  // outlives the statements
  SqliteStatement insert_message_;
  SqliteStatement insert_number_;
  SqliteStatement insert_recipient_;
  SqliteStatement messages_after_;
  SqliteStatement message_;
  SqliteStatement numbers_;
  SqliteStatement recipients_;
  std::uint64_t serial_ = 0;
  std::int64_t last_row_ = 0;
};

}  // namespace ringfence
