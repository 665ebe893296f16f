#include "ctl/campaigns_svg.h"

#include <fmt/core.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"

namespace ringfence {
namespace {

using Clock = std::chrono::steady_clock;

// A child process, ended and reaped with the object.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    (void)wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Its wait status.
  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return status;
  }

 private:
  pid_t pid_;
};

tl::unexpected<Error> failed(const FilterOptions& options, const std::string& why) {
  return fail(ErrorKind::kUnavailable, fmt::format("'{}' {}", options.command.front(), why));
}

Result<pid_t> spawn(const FilterOptions& options, int socket) {
  std::vector<char*> argv;
  std::vector<std::string> words = options.command;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, socket, STDOUT_FILENO);
  pid_t pid = 0;
  const int fault = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (fault == ENOENT) return failed(options, "is not installed");
  if (fault != 0) {
    return fail_errno(ErrorKind::kUnavailable, fmt::format("cannot run '{}'", argv[0]), fault);
  }
  return pid;
}

// Feeds and reads in turns until the other side has said all.
Result<std::string> talk(int socket, std::string_view input, const FilterOptions& options) {
  const auto until = Clock::now() + options.time_max;
  std::string out;
  char buffer[64 << 10];
  if (input.empty()) ::shutdown(socket, SHUT_WR);
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    if (left.count() <= 0) return failed(options, "took too long and was ended");
    pollfd waiting{socket, static_cast<short>(input.empty() ? POLLIN : POLLIN | POLLOUT), 0};
    if (::poll(&waiting, 1, static_cast<int>(left.count())) < 0 && errno != EINTR) {
      return fail_errno(ErrorKind::kOs, "poll", errno);
    }
    if ((waiting.revents & POLLOUT) != 0 && !input.empty()) {
      const ssize_t sent = ::send(socket, input.data(), input.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent > 0) input.remove_prefix(static_cast<std::size_t>(sent));
      // It may have enough without reading all.
      if (sent < 0 && errno != EAGAIN && errno != EINTR) input = {};
      if (input.empty()) ::shutdown(socket, SHUT_WR);
    }
    if ((waiting.revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
    const ssize_t got = ::recv(socket, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno == ECONNRESET)) return out;
    if (got < 0 && errno != EAGAIN && errno != EINTR)
      return fail_errno(ErrorKind::kOs, "recv", errno);
    if (got > 0) out.append(buffer, static_cast<std::size_t>(got));
    if (out.size() > options.bytes_max) return failed(options, "gave too much and was ended");
  }
}

}  // namespace

Result<std::string> run_filter(std::string_view input, const FilterOptions& options) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return fail_errno(ErrorKind::kOs, "cannot make a socket", errno);
  }
  const UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  const auto pid = spawn(options, theirs.get());
  if (!pid) return tl::unexpected(pid.error());
  Child child(*pid);
  theirs.reset();
  auto out = talk(ours.get(), input, options);
  if (!out) return out;
  const int status = child.wait();
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return failed(options, "failed");
  return out;
}

Result<std::string> svg_of_dot(std::string_view dot) {
  auto out = run_filter(dot, {});
  if (!out && out.error().kind == ErrorKind::kUnavailable) {
    out.error().message +=
        ": a picture needs Graphviz (package graphviz); --format dot gives its source without";
  }
  return out;
}

}  // namespace ringfence
