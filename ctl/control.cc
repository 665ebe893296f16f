// `ringfencectl status|reload|stop|metrics`: the client of the daemon's control socket.
// Format: docs/milter.md, "Control socket".
#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "base/text.h"
#include "ctl/commands.h"
#include "ctl/common.h"
#include "ctl/report_json.h"

namespace ringfence {
namespace {

constexpr int kTimeoutSeconds = 60;  // a reload compiles patterns and opens tables
constexpr std::size_t kResponseBytesMax = 16u << 20;

Result<UniqueFd> connect_control(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return fail(ErrorKind::kUsage, "not a path for a control socket: \"" + path + "\"");
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval timeout{kTimeoutSeconds, 0};
  if (!fd || ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    const ErrorKind kind = errno == EACCES ? ErrorKind::kNoPermission : ErrorKind::kUnavailable;
    return fail_errno(kind, "cannot reach the daemon at " + path, errno);
  }
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  return fd;
}

Result<std::string> exchange(int fd, std::string_view request) {
  while (!request.empty()) {
    const ssize_t sent = ::send(fd, request.data(), request.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return fail_errno(ErrorKind::kUnavailable, "cannot write to the daemon", errno);
    request.remove_prefix(static_cast<std::size_t>(sent));
  }
  std::string response;
  char buffer[16 << 10];
  while (response.size() < kResponseBytesMax) {
    const ssize_t got = ::recv(fd, buffer, sizeof buffer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(ErrorKind::kUnavailable, "no answer from the daemon", errno);
    if (got == 0) break;
    response.append(buffer, static_cast<std::size_t>(got));
    if (response.ends_with('\n')) break;
  }
  return response;
}

// Members as "name: value" lines, inner objects indented below their name.
void print_members(const Json& object, std::size_t indent) {
  for (const auto& [name, value] : object.items()) {
    const std::string label = std::string(indent, ' ') + printable(name);
    if (value.is_object() || (value.is_array() && !value.empty() && value[0].is_object())) {
      fmt::print("{}:\n", label);
      if (value.is_object()) print_members(value, indent + 2);
      if (value.is_array()) {
        for (const Json& item : value) {
          fmt::print("{}- {}\n", std::string(indent + 2, ' '), printable(to_line(item), 1000));
        }
      }
    } else {
      fmt::print("{}: {}\n", label,
                 value.is_string() ? printable(value.get<std::string>(), 1000) : to_line(value));
    }
  }
}

// Prints what the daemon says; its error as ours.
int print_response(const Json& response, bool as_json) {
  if (!response.value("ok", false)) {
    report_error({ErrorKind::kUnavailable, response.value("error", "the daemon gives no reason")});
    return response.value("code", exit_code(ErrorKind::kUnavailable));
  }
  if (as_json) {
    Json out = response;
    out.erase("ok");
    fmt::print("{}\n", to_line(out));
  } else if (response.contains("status") && response["status"].is_object()) {
    print_members(response["status"], 0);
  } else if (response.contains("metrics")) {
    fmt::print("{}", response["metrics"].get<std::string>());
  } else {
    fmt::print("{}\n", printable(response.value("message", "done"), 1000));
  }
  return 0;
}

}  // namespace

int run_control(const CommonArguments& common, const std::string& command,
                const std::string& control_socket) {
  std::string path = control_socket;
  if (path.empty()) {
    const auto config = load_command_config(common);
    if (!config) return report_error(config.error());
    path = config->milter.control_socket;
  }
  const auto fd = connect_control(path);
  if (!fd) return report_error(fd.error());
  const auto text = exchange(fd->get(), to_line({{"command", command}}) + "\n");
  if (!text) return report_error(text.error());
  const Json response = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!response.is_object()) {
    return report_error({ErrorKind::kUnavailable, "the daemon's answer is not JSON: " + *text});
  }
  try {
    return print_response(response, common.json);
  } catch (const Json::exception& error) {
    return report_error({ErrorKind::kUnavailable,
                         std::string("the daemon's answer is of another form: ") + error.what()});
  }
}

}  // namespace ringfence
