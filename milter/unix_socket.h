// Unix sockets in the file system: stale ones out of the way, modes and groups.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace ringfence {

/// The path of "unix:/path", "local:/path" or "/path"; nothing for inet sockets.
std::optional<std::filesystem::path> unix_socket_path(std::string_view socket);

/// Removes a socket nobody listens on. kUnavailable when somebody does, kCannotCreate when `path`
/// is something else than a socket.
Result<void> clear_stale_socket(const std::filesystem::path& path);

/// Sets the mode and, unless "", the group of a socket. kNoPermission or kConfig on failure.
Result<void> set_socket_access(const std::filesystem::path& path, unsigned mode,
                               const std::string& group);

/// Listens on `path`, non-blocking and close-on-exec, with `mode` from its first moment on.
Result<UniqueFd> listen_unix(const std::filesystem::path& path, unsigned mode, int backlog);

/// While it lives, new files get at most `mode`. The umask is the process's: only before threads
/// start.
class UmaskFor {
 public:
  explicit UmaskFor(unsigned mode);
  ~UmaskFor();
  UmaskFor(const UmaskFor&) = delete;
  UmaskFor& operator=(const UmaskFor&) = delete;

 private:
  mode_t before_;
};

}  // namespace ringfence
