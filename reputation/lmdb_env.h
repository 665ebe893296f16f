// LmdbEnv and its transactions: the one door to lmdb.h.
//
// Does: build one LMDB file in key order and read finished ones; keep a live one, which one process
// changes in place while others read it; tell errors as Result. Does not: change a file once it is
// finished. Does not know: what keys and values mean.
//
// What LMDB leaves to its callers and is settled here:
// * Finished files are immutable, so they are read without lock file and reader slots (MDB_NOLOCK),
//   from any thread (MDB_NOTLS), also from directories the reader may not write to.
// * Live files need the lock file beside them ("-lock"), also to read. A process must not open one
//   twice. Slots of readers that died are given back by forget_dead_readers().
// * LMDB maps a file cut short and faults with SIGBUS on the first missing page: open() compares
// the
//   pages the header promises with the size of the file first.
// * The map is as large as the file, not as large as the writer's (that would be address space
// wasted).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct MDB_env;
struct MDB_txn;
struct MDB_cursor;

namespace ringfence {

/// A named table of an environment. A value; good as long as its environment.
struct LmdbTable {
  unsigned handle = 0;
};

/// Walks a table in ascending order of keys. Lives no longer than its transaction. One thread.
class LmdbCursor {
 public:
  LmdbCursor(LmdbCursor&& other) noexcept;
  LmdbCursor& operator=(LmdbCursor&&) = delete;
  ~LmdbCursor();

  /// Each moves, and is false past the last key. key() and value() then are of no use.
  Result<bool> first();
  Result<bool> next();
  Result<bool> seek(std::string_view key);  // to the first key that is not smaller

  /// Views into the map, good until the transaction ends.
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }

 private:
  friend class LmdbReading;
  friend class LmdbWriting;
  LmdbCursor(MDB_cursor* cursor, const std::string* name) : cursor_(cursor), name_(name) {}
  Result<bool> move(int operation, std::string_view key);

  MDB_cursor* cursor_;
  const std::string* name_;
  std::string_view key_;
  std::string_view value_;
};

/// A read transaction. One thread at a time.
class LmdbReading {
 public:
  LmdbReading(LmdbReading&& other) noexcept;
  LmdbReading& operator=(LmdbReading&&) = delete;
  ~LmdbReading();

  /// A view into the map, good until the transaction ends; nothing when there is no such key.
  Result<std::optional<std::string_view>> get(LmdbTable table, std::string_view key) const;
  Result<LmdbCursor> cursor(LmdbTable table) const;
  /// Number of keys.
  Result<std::uint64_t> count(LmdbTable table) const;

 private:
  friend class LmdbEnv;
  LmdbReading(MDB_txn* txn, const std::string* name) : txn_(txn), name_(name) {}

  MDB_txn* txn_;
  const std::string* name_;
};

/// A write transaction of a live file. One thread. Without commit() nothing of it is kept. After a
/// failed call only the destructor is of use.
class LmdbWriting {
 public:
  LmdbWriting(LmdbWriting&& other) noexcept;
  LmdbWriting& operator=(LmdbWriting&&) = delete;
  ~LmdbWriting();

  /// Opens the table, made when it is not there. Known to others once committed.
  Result<LmdbTable> table(const char* name);
  /// A view that is good until the next change within this transaction.
  Result<std::optional<std::string_view>> get(LmdbTable table, std::string_view key) const;
  /// Views of the cursor are good until the next change, after which it must seek() again. It must
  /// be gone before commit().
  Result<LmdbCursor> cursor(LmdbTable table) const;
  Result<std::uint64_t> count(LmdbTable table) const;
  /// Sets the value, which replaces another. kIo when disk or map are full.
  Result<void> put(LmdbTable table, std::string_view key, std::string_view value);
  /// False when there was no such key.
  Result<bool> erase(LmdbTable table, std::string_view key);
  /// On the disk when it returns. Call at most once.
  Result<void> commit();

 private:
  friend class LmdbEnv;
  LmdbWriting(MDB_txn* txn, const std::string* name) : txn_(txn), name_(name) {}

  MDB_txn* txn_;
  const std::string* name_;
};

/// One LMDB file, open. Movable; must outlive its transactions.
class LmdbEnv {
 public:
  /// Opens a finished file. kNoInput when it is missing, kNoPermission when it may not be read,
  /// kData when it is cut short or no LMDB file. Any thread may then read.
  static Result<LmdbEnv> open(const std::filesystem::path& file);
  /// Opens a live file to write and read, made with `mode` when it is not there. It cannot grow
  /// beyond `map_bytes` (address space, no memory). kData when it is cut short or no LMDB file.
  static Result<LmdbEnv> open_live(const std::filesystem::path& file, std::uint64_t map_bytes,
                                   unsigned mode);
  /// Opens a live file, which another process may be changing, to read. Errors as of open().
  static Result<LmdbEnv> open_live_reading(const std::filesystem::path& file);

  LmdbEnv(LmdbEnv&& other) noexcept;
  LmdbEnv& operator=(LmdbEnv&& other) noexcept;
  ~LmdbEnv();

  /// kData when there is no such table.
  Result<LmdbTable> table(const char* name) const;
  Result<LmdbReading> read() const;
  /// Of open_live() alone. Waits while another transaction writes.
  Result<LmdbWriting> write();
  void forget_dead_readers();
  std::uint64_t file_bytes() const { return file_bytes_; }

 private:
  LmdbEnv(MDB_env* env, std::unique_ptr<std::string> name) : env_(env), name_(std::move(name)) {}
  static Result<LmdbEnv> create(const std::filesystem::path& file);
  Result<void> check_size(std::uint64_t bytes_missing_max);

  MDB_env* env_;
  std::unique_ptr<std::string>
      name_;  // of the file, for errors; on the heap for its stable address
  std::uint64_t file_bytes_ = 0;
};

/// Builds one new LMDB file. One thread. Without finish() the file is incomplete: the caller
/// removes it.
class LmdbFileWriter {
 public:
  /// Creates `file`, which must not exist. `data_bytes` is an upper bound of keys and values
  /// together and `keys` of their number; they size the map, which costs address space only.
  static Result<LmdbFileWriter> create(const std::filesystem::path& file, std::uint64_t keys,
                                       std::uint64_t data_bytes);
  LmdbFileWriter(LmdbFileWriter&& other) noexcept;
  LmdbFileWriter& operator=(LmdbFileWriter&&) = delete;
  ~LmdbFileWriter();

  Result<LmdbTable> create_table(const char* name);
  /// Keys of one table must come in strictly ascending order (bytes); kSoftware if not. Disk space
  /// may run out in any call: kIo.
  Result<void> append(LmdbTable table, std::string_view key, std::string_view value);
  /// Commits, flushes to the disk and closes.
  Result<void> finish();

 private:
  LmdbFileWriter(MDB_env* env, std::string name) : env_(env), name_(std::move(name)) {}
  Result<void> begin();
  Result<void> commit();

  MDB_env* env_;
  MDB_txn* txn_ = nullptr;
  std::string name_;
  std::uint64_t uncommitted_ = 0;  // keys appended since the last commit
};

}  // namespace ringfence
