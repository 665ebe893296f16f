#include "reputation/lmdb_env.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <lmdb.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/file.h"

namespace ringfence {
namespace {

constexpr unsigned kReadFlags = MDB_NOSUBDIR | MDB_RDONLY | MDB_NOLOCK | MDB_NOTLS;
// Nobody reads a file under construction and a crash throws it away: no locks, one fsync at the
// end.
constexpr unsigned kWriteFlags = MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOTLS | MDB_NOSYNC;
constexpr unsigned kTablesMax = 24;
constexpr unsigned kReadersMax = 2'048;  // of a live file, at one time, of all processes
// LMDB does not write pages that a transaction took and gave back: a live file may end this much
// before the last page it knows of.
constexpr std::uint64_t kLooseBytesMax = 1u << 20;
constexpr mode_t kFileMode = 0644;

// Bounds the dirty pages LMDB holds in memory: about 64 MiB of small entries.
constexpr std::uint64_t kKeysPerCommit = 1'000'000;

ErrorKind kind_of(int code) {
  switch (code) {
    case ENOENT:
      return ErrorKind::kNoInput;
    case EACCES:
    case EPERM:
      return ErrorKind::kNoPermission;
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_NOTFOUND:
    case MDB_INCOMPATIBLE:
    case MDB_BAD_VALSIZE:
      return ErrorKind::kData;
    case ENOMEM:
    case EMFILE:
    case ENFILE:
      return ErrorKind::kOs;
    case MDB_KEYEXIST:
    case EINVAL:
      return ErrorKind::kSoftware;
    default:
      return ErrorKind::kIo;
  }
}

tl::unexpected<Error> failed(int code, std::string_view what, const std::string& name) {
  // LMDB tells a short write, which is what a full disk or a quota gives, as plain EIO.
  const char* hint = code == EIO ? " (is the disk full?)" : "";
  return fail(kind_of(code), fmt::format("{} {}: {}{}", what, name, mdb_strerror(code), hint));
}

MDB_val to_val(std::string_view text) {
  return MDB_val{text.size(), const_cast<char*>(text.data())};  // LMDB does not write through it
}

std::string_view to_view(const MDB_val& val) {
  return {static_cast<const char*>(val.mv_data), val.mv_size};
}

// Bytes of an existing file that may be one of LMDB's.
Result<std::uint64_t> size_of(const std::filesystem::path& file) {
  struct stat st {};
  if (::stat(file.c_str(), &st) != 0) {
    return fail_errno(kind_of(errno), "cannot open " + file.string(), errno);
  }
  if (!S_ISREG(st.st_mode)) {
    return fail(ErrorKind::kData, file.string() + " is not a regular file");
  }
  // LMDB takes an empty file for one to be made, and fails on writing it.
  if (st.st_size == 0) return fail(ErrorKind::kData, file.string() + " is cut short: 0 bytes");
  return static_cast<std::uint64_t>(st.st_size);
}

// The three ways of reading that both kinds of transaction have.
Result<std::optional<std::string_view>> get_value(MDB_txn* txn, LmdbTable table,
                                                  std::string_view key, const std::string& name) {
  MDB_val k = to_val(key);
  MDB_val v{};
  const int code = mdb_get(txn, table.handle, &k, &v);
  if (code == MDB_NOTFOUND) return std::optional<std::string_view>();
  if (code != MDB_SUCCESS) return failed(code, "cannot read", name);
  return std::optional(to_view(v));
}

Result<MDB_cursor*> open_cursor(MDB_txn* txn, LmdbTable table, const std::string& name) {
  MDB_cursor* cursor = nullptr;
  const int code = mdb_cursor_open(txn, table.handle, &cursor);
  if (code != MDB_SUCCESS) return failed(code, "cannot read", name);
  return cursor;
}

Result<std::uint64_t> count_of(MDB_txn* txn, LmdbTable table, const std::string& name) {
  MDB_stat stat{};
  const int code = mdb_stat(txn, table.handle, &stat);
  if (code != MDB_SUCCESS) return failed(code, "cannot read", name);
  return std::uint64_t{stat.ms_entries};
}

}  // namespace

// --- LmdbCursor

LmdbCursor::LmdbCursor(LmdbCursor&& other) noexcept
    : cursor_(std::exchange(other.cursor_, nullptr)),
      name_(other.name_),
      key_(other.key_),
      value_(other.value_) {}

LmdbCursor::~LmdbCursor() {
  if (cursor_ != nullptr) mdb_cursor_close(cursor_);
}

Result<bool> LmdbCursor::move(int operation, std::string_view key) {
  MDB_val k = to_val(key);
  MDB_val v{};
  const int code = mdb_cursor_get(cursor_, &k, &v, static_cast<MDB_cursor_op>(operation));
  if (code == MDB_NOTFOUND) return false;
  if (code != MDB_SUCCESS) return failed(code, "cannot read", *name_);
  key_ = to_view(k);
  value_ = to_view(v);
  return true;
}

Result<bool> LmdbCursor::first() { return move(MDB_FIRST, {}); }
Result<bool> LmdbCursor::next() { return move(MDB_NEXT, {}); }
Result<bool> LmdbCursor::seek(std::string_view key) { return move(MDB_SET_RANGE, key); }

// --- LmdbReading

LmdbReading::LmdbReading(LmdbReading&& other) noexcept
    : txn_(std::exchange(other.txn_, nullptr)), name_(other.name_) {}

LmdbReading::~LmdbReading() {
  if (txn_ != nullptr) mdb_txn_abort(txn_);
}

Result<std::optional<std::string_view>> LmdbReading::get(LmdbTable table,
                                                         std::string_view key) const {
  return get_value(txn_, table, key, *name_);
}

Result<LmdbCursor> LmdbReading::cursor(LmdbTable table) const {
  const auto cursor = open_cursor(txn_, table, *name_);
  if (!cursor) return tl::unexpected(cursor.error());
  return LmdbCursor(*cursor, name_);
}

Result<std::uint64_t> LmdbReading::count(LmdbTable table) const {
  return count_of(txn_, table, *name_);
}

// --- LmdbWriting

LmdbWriting::LmdbWriting(LmdbWriting&& other) noexcept
    : txn_(std::exchange(other.txn_, nullptr)), name_(other.name_) {}

LmdbWriting::~LmdbWriting() {
  if (txn_ != nullptr) mdb_txn_abort(txn_);
}

Result<LmdbTable> LmdbWriting::table(const char* name) {
  LmdbTable table;
  if (const int code = mdb_dbi_open(txn_, name, MDB_CREATE, &table.handle); code != MDB_SUCCESS) {
    return failed(code, "cannot write", *name_);
  }
  return table;
}

Result<std::optional<std::string_view>> LmdbWriting::get(LmdbTable table,
                                                         std::string_view key) const {
  return get_value(txn_, table, key, *name_);
}

Result<LmdbCursor> LmdbWriting::cursor(LmdbTable table) const {
  const auto cursor = open_cursor(txn_, table, *name_);
  if (!cursor) return tl::unexpected(cursor.error());
  return LmdbCursor(*cursor, name_);
}

Result<std::uint64_t> LmdbWriting::count(LmdbTable table) const {
  return count_of(txn_, table, *name_);
}

Result<void> LmdbWriting::put(LmdbTable table, std::string_view key, std::string_view value) {
  MDB_val k = to_val(key);
  MDB_val v = to_val(value);
  const int code = mdb_put(txn_, table.handle, &k, &v, 0);
  if (code != MDB_SUCCESS) return failed(code, "cannot write", *name_);
  return {};
}

Result<bool> LmdbWriting::erase(LmdbTable table, std::string_view key) {
  MDB_val k = to_val(key);
  const int code = mdb_del(txn_, table.handle, &k, nullptr);
  if (code == MDB_NOTFOUND) return false;
  if (code != MDB_SUCCESS) return failed(code, "cannot write", *name_);
  return true;
}

Result<void> LmdbWriting::commit() {
  const int code = mdb_txn_commit(std::exchange(txn_, nullptr));
  if (code != MDB_SUCCESS) return failed(code, "cannot write", *name_);
  return {};
}

// --- LmdbEnv

Result<LmdbEnv> LmdbEnv::create(const std::filesystem::path& file) {
  auto name = std::make_unique<std::string>(file.string());
  MDB_env* raw = nullptr;
  if (const int code = mdb_env_create(&raw); code != MDB_SUCCESS) {
    return failed(code, "cannot open", *name);
  }
  LmdbEnv env(raw, std::move(name));
  mdb_env_set_maxdbs(raw, kTablesMax);
  return env;
}

Result<LmdbEnv> LmdbEnv::open(const std::filesystem::path& file) {
  const auto size = size_of(file);
  if (!size) return tl::unexpected(size.error());
  auto env = create(file);
  if (!env) return env;
  mdb_env_set_mapsize(env->env_, *size);
  if (const int code = mdb_env_open(env->env_, env->name_->c_str(), kReadFlags, kFileMode);
      code != MDB_SUCCESS) {
    return failed(code, "cannot open", *env->name_);
  }
  if (auto whole = env->check_size(0); !whole) return tl::unexpected(whole.error());
  return env;
}

Result<LmdbEnv> LmdbEnv::open_live(const std::filesystem::path& file, std::uint64_t map_bytes,
                                   unsigned mode) {
  std::error_code error;
  const bool is_new = !std::filesystem::exists(file, error);
  if (!is_new) {
    if (const auto size = size_of(file); !size) return tl::unexpected(size.error());
  }
  auto env = create(file);
  if (!env) return env;
  mdb_env_set_mapsize(env->env_, (map_bytes + 0xFFFF) & ~std::uint64_t{0xFFFF});
  mdb_env_set_maxreaders(env->env_, kReadersMax);
  if (const int code = mdb_env_open(env->env_, env->name_->c_str(), MDB_NOSUBDIR | MDB_NOTLS, mode);
      code != MDB_SUCCESS) {
    return failed(code, "cannot open", *env->name_);
  }
  if (is_new) return env;
  if (auto whole = env->check_size(kLooseBytesMax); !whole) return tl::unexpected(whole.error());
  env->forget_dead_readers();
  return env;
}

Result<LmdbEnv> LmdbEnv::open_live_reading(const std::filesystem::path& file) {
  if (const auto size = size_of(file); !size) return tl::unexpected(size.error());
  auto env = create(file);
  if (!env) return env;
  mdb_env_set_maxreaders(env->env_, kReadersMax);
  if (const int code = mdb_env_open(env->env_, env->name_->c_str(),
                                    MDB_NOSUBDIR | MDB_NOTLS | MDB_RDONLY, kFileMode);
      code != MDB_SUCCESS) {
    return failed(code, "cannot open", *env->name_);
  }
  if (auto whole = env->check_size(kLooseBytesMax); !whole) return tl::unexpected(whole.error());
  return env;
}

// Compares the pages that the header promises with the size of the file. What a live file may lack
// is added, as holes, so that reading there is an error and no fault.
Result<void> LmdbEnv::check_size(std::uint64_t bytes_missing_max) {
  MDB_envinfo info{};
  MDB_stat stat{};
  mdb_env_info(env_, &info);
  mdb_env_stat(env_, &stat);
  const std::uint64_t wanted = (std::uint64_t{info.me_last_pgno} + 1) * stat.ms_psize;
  // The size is asked for again, of the file that is mapped: the path may name another one by now.
  int fd = -1;
  mdb_env_get_fd(env_, &fd);
  struct stat st {};
  if (::fstat(fd, &st) != 0) return fail_errno(ErrorKind::kIo, "cannot stat " + *name_, errno);
  file_bytes_ = static_cast<std::uint64_t>(st.st_size);
  if (file_bytes_ + bytes_missing_max < wanted) {
    return fail(ErrorKind::kData,
                fmt::format("{} is cut short: {} bytes of {}", *name_, file_bytes_, wanted));
  }
  unsigned flags = 0;
  mdb_env_get_flags(env_, &flags);
  const bool may_grow = file_bytes_ < wanted && (flags & MDB_RDONLY) == 0;
  if (may_grow && ::ftruncate(fd, static_cast<off_t>(wanted)) != 0) {
    return fail_errno(ErrorKind::kIo, "cannot grow " + *name_, errno);
  }
  return {};
}

LmdbEnv::LmdbEnv(LmdbEnv&& other) noexcept
    : env_(std::exchange(other.env_, nullptr)),
      name_(std::move(other.name_)),
      file_bytes_(other.file_bytes_) {}

LmdbEnv& LmdbEnv::operator=(LmdbEnv&& other) noexcept {
  std::swap(env_, other.env_);
  std::swap(name_, other.name_);
  std::swap(file_bytes_, other.file_bytes_);
  return *this;
}

LmdbEnv::~LmdbEnv() {
  if (env_ != nullptr) mdb_env_close(env_);
}

Result<LmdbTable> LmdbEnv::table(const char* name) const {
  MDB_txn* txn = nullptr;
  if (const int code = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn); code != MDB_SUCCESS) {
    return failed(code, "cannot read", *name_);
  }
  LmdbTable table;
  if (const int code = mdb_dbi_open(txn, name, 0, &table.handle); code != MDB_SUCCESS) {
    mdb_txn_abort(txn);
    if (code == MDB_NOTFOUND || code == MDB_INCOMPATIBLE) {
      return fail(ErrorKind::kData, fmt::format("{} has no table \"{}\"", *name_, name));
    }
    return failed(code, "cannot read", *name_);
  }
  mdb_txn_commit(txn);  // an aborted transaction would close the handle again
  return table;
}

Result<LmdbReading> LmdbEnv::read() const {
  MDB_txn* txn = nullptr;
  if (const int code = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn); code != MDB_SUCCESS) {
    return failed(code, "cannot read", *name_);
  }
  return LmdbReading(txn, name_.get());
}

Result<LmdbWriting> LmdbEnv::write() {
  MDB_txn* txn = nullptr;
  if (const int code = mdb_txn_begin(env_, nullptr, 0, &txn); code != MDB_SUCCESS) {
    return failed(code, "cannot write", *name_);
  }
  return LmdbWriting(txn, name_.get());
}

void LmdbEnv::forget_dead_readers() {
  int forgotten = 0;
  mdb_reader_check(env_, &forgotten);
}

// --- LmdbFileWriter

Result<LmdbFileWriter> LmdbFileWriter::create(const std::filesystem::path& file, std::uint64_t keys,
                                              std::uint64_t data_bytes) {
  // Twice what full pages take (10 bytes of node head and offset a key), and room for the rest.
  const std::uint64_t map_bytes = 2 * (data_bytes + 10 * keys) + (std::uint64_t{16} << 20);
  const std::string name = file.string();
  {
    const UniqueFd fd(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode));
    if (!fd) return fail_errno(ErrorKind::kCannotCreate, "cannot create " + name, errno);
    // Whoever may enter the directory may read the table, whatever umask an operator's shell has.
    ::fchmod(fd.get(), kFileMode);
  }
  MDB_env* raw = nullptr;
  if (const int code = mdb_env_create(&raw); code != MDB_SUCCESS) {
    return failed(code, "cannot create", name);
  }
  LmdbFileWriter writer(raw, name);
  mdb_env_set_maxdbs(raw, kTablesMax);
  mdb_env_set_mapsize(raw, (map_bytes + 0xFFFF) & ~std::uint64_t{0xFFFF});
  if (const int code = mdb_env_open(raw, name.c_str(), kWriteFlags, kFileMode);
      code != MDB_SUCCESS) {
    return failed(code, "cannot create", name);
  }
  if (auto begun = writer.begin(); !begun) return tl::unexpected(begun.error());
  return writer;
}

LmdbFileWriter::LmdbFileWriter(LmdbFileWriter&& other) noexcept
    : env_(std::exchange(other.env_, nullptr)),
      txn_(std::exchange(other.txn_, nullptr)),
      name_(std::move(other.name_)),
      uncommitted_(other.uncommitted_) {}

LmdbFileWriter::~LmdbFileWriter() {
  if (txn_ != nullptr) mdb_txn_abort(txn_);
  if (env_ != nullptr) mdb_env_close(env_);
}

Result<void> LmdbFileWriter::begin() {
  if (const int code = mdb_txn_begin(env_, nullptr, 0, &txn_); code != MDB_SUCCESS) {
    txn_ = nullptr;
    return failed(code, "cannot write", name_);
  }
  return {};
}

Result<void> LmdbFileWriter::commit() {
  uncommitted_ = 0;
  if (const int code = mdb_txn_commit(std::exchange(txn_, nullptr)); code != MDB_SUCCESS) {
    return failed(code, "cannot write", name_);
  }
  return {};
}

Result<LmdbTable> LmdbFileWriter::create_table(const char* name) {
  LmdbTable table;
  if (const int code = mdb_dbi_open(txn_, name, MDB_CREATE, &table.handle); code != MDB_SUCCESS) {
    return failed(code, "cannot write", name_);
  }
  return table;
}

Result<void> LmdbFileWriter::append(LmdbTable table, std::string_view key, std::string_view value) {
  if (txn_ == nullptr) return fail(ErrorKind::kSoftware, "append after a failure to " + name_);
  MDB_val k = to_val(key);
  MDB_val v = to_val(value);
  if (const int code = mdb_put(txn_, table.handle, &k, &v, MDB_APPEND); code != MDB_SUCCESS) {
    return failed(code, "cannot write", name_);
  }
  if (++uncommitted_ < kKeysPerCommit) return {};
  return commit().and_then([this] { return begin(); });
}

Result<void> LmdbFileWriter::finish() {
  if (txn_ == nullptr) return fail(ErrorKind::kSoftware, "finish after a failure to " + name_);
  if (auto committed = commit(); !committed) return committed;
  if (const int code = mdb_env_sync(env_, 1); code != MDB_SUCCESS) {
    return failed(code, "cannot flush to disk", name_);
  }
  mdb_env_close(std::exchange(env_, nullptr));
  return {};
}

}  // namespace ringfence
