#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace ringfence {
namespace {

Result<void> write_all(int fd, std::string_view content, const std::string& name) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_errno(ErrorKind::kIo, "cannot write " + name, errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(fd) != 0) return fail_errno(ErrorKind::kIo, "cannot write " + name, errno);
  return {};
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail_errno(ErrorKind::kNoInput, "cannot open " + path.string(), errno);
  std::string content;
  char buffer[64 << 10];
  for (;;) {
    const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(ErrorKind::kNoInput, "cannot read " + path.string(), errno);
    if (got == 0) return content;
    content.append(buffer, static_cast<std::size_t>(got));
    if (content.size() > bytes_max) {
      return fail(ErrorKind::kData,
                  path.string() + " is larger than " + std::to_string(bytes_max) + " bytes");
    }
  }
}

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content,
                                   unsigned mode) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  std::string temporary = path.string() + ".XXXXXX";
  UniqueFd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd) return fail_errno(ErrorKind::kCannotCreate, "cannot create " + temporary, errno);
  Result<void> done = write_all(fd.get(), content, temporary);
  if (done && ::fchmod(fd.get(), mode) != 0) {
    done = fail_errno(ErrorKind::kCannotCreate, "cannot set the mode of " + temporary, errno);
  }
  if (done && ::rename(temporary.c_str(), path.c_str()) != 0) {
    done = fail_errno(ErrorKind::kCannotCreate, "cannot replace " + path.string(), errno);
  }
  if (!done) {
    ::unlink(temporary.c_str());
    return done;
  }
  const UniqueFd folder_fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder_fd || ::fsync(folder_fd.get()) != 0) {
    return fail_errno(ErrorKind::kIo, "cannot sync " + folder.string(), errno);
  }
  return {};
}

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

int UniqueFd::release() { return std::exchange(fd_, -1); }

void UniqueFd::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

}  // namespace ringfence
