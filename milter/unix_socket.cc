#include "milter/unix_socket.h"

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace ringfence {
namespace {

Result<sockaddr_un> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.empty() || text.size() >= sizeof(address.sun_path)) {
    return fail(ErrorKind::kConfig, "socket path too long (at most " +
                                        std::to_string(sizeof(address.sun_path) - 1) +
                                        " bytes) or empty: " + text);
  }
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

}  // namespace

std::optional<std::filesystem::path> unix_socket_path(std::string_view socket) {
  for (const std::string_view prefix : {"unix:", "local:"}) {
    if (istarts_with(socket, prefix)) return std::filesystem::path(socket.substr(prefix.size()));
  }
  if (!socket.empty() && socket.front() == '/') return std::filesystem::path(socket);
  return std::nullopt;
}

Result<void> clear_stale_socket(const std::filesystem::path& path) {
  const auto address = address_of(path);
  if (!address) return tl::unexpected(address.error());
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return {};
    return fail_errno(ErrorKind::kCannotCreate, "cannot look at " + path.string(), errno);
  }
  if (!S_ISSOCK(info.st_mode)) {
    return fail(ErrorKind::kCannotCreate, path.string() + " exists and is not a socket");
  }
  const UniqueFd probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe) return fail_errno(ErrorKind::kOs, "cannot make a socket", errno);
  // Only a refused connection says that nobody listens; a full backlog (EAGAIN) says somebody does.
  if (connect(probe.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof(*address)) == 0 ||
      errno != ECONNREFUSED) {
    return fail(ErrorKind::kUnavailable, "another process listens on " + path.string());
  }
  if (unlink(path.c_str()) != 0 && errno != ENOENT) {
    return fail_errno(ErrorKind::kCannotCreate, "cannot remove the stale " + path.string(), errno);
  }
  return {};
}

Result<void> set_socket_access(const std::filesystem::path& path, unsigned mode,
                               const std::string& group) {
  if (chmod(path.c_str(), static_cast<mode_t>(mode)) != 0) {
    return fail_errno(ErrorKind::kNoPermission, "cannot set the mode of " + path.string(), errno);
  }
  if (group.empty()) return {};
  errno = 0;
  const struct group* entry = getgrnam(group.c_str());  // before threads start
  if (entry == nullptr) return fail(ErrorKind::kConfig, "no such group: " + group);
  if (chown(path.c_str(), static_cast<uid_t>(-1), entry->gr_gid) != 0) {
    return fail_errno(ErrorKind::kNoPermission,
                      "cannot give " + path.string() + " to group " + group, errno);
  }
  return {};
}

Result<UniqueFd> listen_unix(const std::filesystem::path& path, unsigned mode, int backlog) {
  const auto address = address_of(path);
  if (!address) return tl::unexpected(address.error());
  if (auto free = clear_stale_socket(path); !free) return tl::unexpected(free.error());
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return fail_errno(ErrorKind::kOs, "cannot make a socket", errno);
  {
    const UmaskFor mask(mode);
    if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof(*address)) != 0) {
      return fail_errno(ErrorKind::kCannotCreate, "cannot make " + path.string(), errno);
    }
  }
  if (listen(fd.get(), backlog) != 0) {
    return fail_errno(ErrorKind::kOs, "cannot listen on " + path.string(), errno);
  }
  return fd;
}

UmaskFor::UmaskFor(unsigned mode) : before_(umask(static_cast<mode_t>(0777 & ~mode))) {}
UmaskFor::~UmaskFor() { umask(before_); }

}  // namespace ringfence
