#include "ctl/export_output.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace ringfence {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kMode = 0644;
constexpr int kOpenTries = 3;  // another export may finish between our open() and flock()

ErrorKind kind_of(int error_number) {
  return error_number == EACCES || error_number == EPERM ? ErrorKind::kNoPermission
                                                         : ErrorKind::kCannotCreate;
}

// Locked, empty, and still the file of that name.
Result<UniqueFd> open_partial(const fs::path& partial, const fs::path& path) {
  for (int tries = 0; tries < kOpenTries; ++tries) {
    UniqueFd fd(::open(partial.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) {
      return fail_errno(kind_of(errno), fmt::format("cannot create {}", partial.string()), errno);
    }
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      return fail(ErrorKind::kTempFail, fmt::format("another export is writing {}", path.string()));
    }
    struct stat ours {};
    struct stat there {};
    const bool same = ::fstat(fd.get(), &ours) == 0 && ::lstat(partial.c_str(), &there) == 0 &&
                      ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
    if (!same) continue;
    if (!S_ISREG(ours.st_mode) || ours.st_nlink != 1) {
      return fail(ErrorKind::kCannotCreate, fmt::format("{} is in the way", partial.string()));
    }
    if (::ftruncate(fd.get(), 0) != 0) {
      return fail_errno(ErrorKind::kIo, fmt::format("cannot write {}", partial.string()), errno);
    }
    return fd;
  }
  return fail(ErrorKind::kTempFail, fmt::format("other exports are writing {}", path.string()));
}

}  // namespace

Result<ExportOutput> ExportOutput::open(const fs::path& path) {
  if (path == "-") {
    UniqueFd fd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
    if (!fd) return fail_errno(ErrorKind::kCannotCreate, "cannot write standard output", errno);
    return ExportOutput(std::move(fd), "standard output", {});
  }
  struct stat there {};
  if (::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
    if (S_ISDIR(there.st_mode)) {
      return fail(ErrorKind::kCannotCreate, fmt::format("{} is a folder", path.string()));
    }
    UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd) {
      return fail_errno(kind_of(errno), fmt::format("cannot open {}", path.string()), errno);
    }
    return ExportOutput(std::move(fd), path, {});
  }
  if (!path.has_filename()) {
    return fail(ErrorKind::kCannotCreate, fmt::format("{} names no file", path.string()));
  }
  const fs::path partial =
      path.parent_path() / fmt::format(".{}.partial", path.filename().string());
  auto fd = open_partial(partial, path);
  if (!fd) return tl::unexpected(fd.error());
  return ExportOutput(std::move(*fd), path, partial);
}

ExportOutput::~ExportOutput() {
  // Ours alone: the lock is held until the descriptor closes.
  if (fd_ && !partial_.empty()) ::unlink(partial_.c_str());
}

Result<void> ExportOutput::write(std::string_view bytes) {
  bytes_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      return fail_errno(ErrorKind::kIo, fmt::format("cannot write {}", path_.string()), errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> ExportOutput::commit() {
  if (partial_.empty()) {
    fd_.reset();
    return {};
  }
  if (::fchmod(fd_.get(), kMode) != 0 || ::fsync(fd_.get()) != 0) {
    return fail_errno(ErrorKind::kIo, fmt::format("cannot write {}", path_.string()), errno);
  }
  if (::rename(partial_.c_str(), path_.c_str()) != 0) {
    return fail_errno(kind_of(errno), fmt::format("cannot replace {}", path_.string()), errno);
  }
  partial_.clear();
  const fs::path folder = path_.has_parent_path() ? path_.parent_path() : ".";
  const UniqueFd folder_fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder_fd || ::fsync(folder_fd.get()) != 0) {
    return fail_errno(ErrorKind::kIo, fmt::format("cannot sync {}", folder.string()), errno);
  }
  return {};
}

}  // namespace ringfence
