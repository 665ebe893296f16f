// SqliteDb and its statements: the one door to sqlite3.h.
//
// Does: open one file, run SQL, tell errors as Result. Does not know: what tables mean.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace ringfence {

/// A prepared statement. Lives no longer than its database. One thread.
class SqliteStatement {
 public:
  SqliteStatement() = default;  // of no use until assigned to
  SqliteStatement(SqliteStatement&& other) noexcept;
  SqliteStatement& operator=(SqliteStatement&& other) noexcept;
  ~SqliteStatement();

  /// Parameters count from 1. Texts must live until the statement is stepped to its end or reset.
  SqliteStatement& bind(int parameter, std::int64_t value);
  SqliteStatement& bind(int parameter, std::string_view text);
  /// True: there is a row. False: there is none left, and the statement may be bound anew. An
  /// Error resets it too.
  Result<bool> step();
  /// step() of a statement without rows.
  Result<void> run();
  /// Ends a statement before its last row.
  void reset();

  /// Columns of the row count from 0; a text is good until the next step().
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;

 private:
  friend class SqliteDb;
  explicit SqliteStatement(sqlite3_stmt* statement) : statement_(statement) {}
  sqlite3_stmt* statement_ = nullptr;
};

/// One database file, open. One thread. Errors: kData when it is garbage or cut short, kTempFail
/// when another holds it, kIo when the disk is full or broken.
class SqliteDb {
 public:
  enum class Access { kCreate, kRead };

  /// Waits up to `busy` for others that hold a lock, now and in every later call. kNoInput when
  /// it is to be read and is missing.
  static Result<SqliteDb> open(const std::filesystem::path& file, Access access,
                               std::chrono::milliseconds busy);
  SqliteDb(SqliteDb&& other) noexcept;
  SqliteDb& operator=(SqliteDb&& other) noexcept;
  ~SqliteDb();

  /// Statements without results, any number.
  Result<void> run(const std::string& sql);
  Result<SqliteStatement> prepare(std::string_view sql);
  /// First column of the first row, 0 without one.
  Result<std::int64_t> integer(std::string_view sql);
  /// The first column of all rows, one a line.
  Result<std::string> text(std::string_view sql);

 private:
  explicit SqliteDb(sqlite3* db) : db_(db) {}
  sqlite3* db_;
};

}  // namespace ringfence
