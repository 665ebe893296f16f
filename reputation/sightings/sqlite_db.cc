#include "reputation/sightings/sqlite_db.h"

#include <fmt/core.h>
#include <sqlite3.h>

#include <utility>

namespace ringfence {
namespace {

ErrorKind kind_of(int code) {
  switch (code & 0xFF) {  // the primary result code
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorKind::kTempFail;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_SCHEMA:
    case SQLITE_ERROR:  // a table is missing: not our file, or cut short
      return ErrorKind::kData;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return ErrorKind::kNoPermission;
    case SQLITE_CANTOPEN:
      return ErrorKind::kCannotCreate;
    case SQLITE_NOMEM:
      return ErrorKind::kOs;
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      return ErrorKind::kSoftware;
    default:
      return ErrorKind::kIo;
  }
}

tl::unexpected<Error> failed(sqlite3* db, int code) {
  const char* file = db != nullptr ? sqlite3_db_filename(db, "main") : nullptr;
  return fail(kind_of(code),
              fmt::format("{}: {}", file != nullptr ? file : "journal",
                          db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code)));
}

}  // namespace

// --- SqliteStatement

SqliteStatement::SqliteStatement(SqliteStatement&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)) {}

SqliteStatement& SqliteStatement::operator=(SqliteStatement&& other) noexcept {
  std::swap(statement_, other.statement_);
  return *this;
}

SqliteStatement::~SqliteStatement() { sqlite3_finalize(statement_); }

SqliteStatement& SqliteStatement::bind(int parameter, std::int64_t value) {
  sqlite3_bind_int64(statement_, parameter, value);
  return *this;
}

SqliteStatement& SqliteStatement::bind(int parameter, std::string_view text) {
  // A null pointer would be NULL, not the empty text.
  sqlite3_bind_text(statement_, parameter, text.empty() ? "" : text.data(),
                    static_cast<int>(text.size()), SQLITE_STATIC);
  return *this;
}

Result<bool> SqliteStatement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  sqlite3_reset(statement_);
  if (code == SQLITE_DONE) return false;
  return failed(sqlite3_db_handle(statement_), code);
}

Result<void> SqliteStatement::run() {
  const auto stepped = step();
  if (!stepped) return tl::unexpected(stepped.error());
  if (*stepped) reset();
  return {};
}

void SqliteStatement::reset() { sqlite3_reset(statement_); }

std::int64_t SqliteStatement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view SqliteStatement::text(int column) const {
  const auto* begin = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (begin == nullptr) return {};
  return {begin, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

// --- SqliteDb

Result<SqliteDb> SqliteDb::open(const std::filesystem::path& file, Access access,
                                std::chrono::milliseconds busy) {
  std::error_code error;
  if (access == Access::kRead && !std::filesystem::exists(file, error)) {
    return fail(ErrorKind::kNoInput, file.string() + " is missing");
  }
  const int flags =
      access == Access::kCreate ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw,
                                   flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  SqliteDb db(raw);  // also after an error there is one to close
  if (code != SQLITE_OK) {
    const auto why = failed(raw, code);
    return fail(why.value().kind, "cannot open " + why.value().message);
  }
  sqlite3_busy_timeout(raw, static_cast<int>(busy.count()));
  // A broken file must not lead a read out of its page, nor its schema call anything.
  if (auto set = db.run("PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF"); !set) {
    return tl::unexpected(set.error());
  }
  return db;
}

SqliteDb::SqliteDb(SqliteDb&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}

SqliteDb& SqliteDb::operator=(SqliteDb&& other) noexcept {
  std::swap(db_, other.db_);
  return *this;
}

// Statements may still be there: the last of them closes it.
SqliteDb::~SqliteDb() { sqlite3_close_v2(db_); }

Result<void> SqliteDb::run(const std::string& sql) {
  const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failed(db_, code);
  return {};
}

Result<SqliteStatement> SqliteDb::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) return failed(db_, code);
  return SqliteStatement(raw);
}

Result<std::int64_t> SqliteDb::integer(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return tl::unexpected(row.error());
  return *row ? statement->integer(0) : 0;
}

Result<std::string> SqliteDb::text(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  std::string out;
  while (true) {
    const auto row = statement->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return out;
    if (!out.empty()) out += '\n';
    out += statement->text(0);
  }
}

}  // namespace ringfence
