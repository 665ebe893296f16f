// The control socket: `ringfencectl status|reload|stop` talk to the daemon through it.
//
// Does: one request and one response a connection, each one line of JSON; bounded in clients, bytes
// and time. Does not: know what a command does (ControlHandler). Format: docs/milter.md, "Control
// socket".
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/file.h"
#include "base/result.h"

namespace ringfence {

/// Who asks, as the kernel says.
struct ControlPeer {
  pid_t pid = 0;
  uid_t uid = 0;
};

/// The answer to one command. Exactly one of the texts is sent: `error` unless empty.
struct ControlAnswer {
  std::string error{};          // a sentence
  int error_code = 0;           // sysexits(3), with `error`
  std::string key = "message";  // name of the answer in the response
  std::string text{};           // its value
  bool text_is_json = false;    // `text` is JSON already, else it becomes a JSON string
};

/// Called on the server's thread, one command at a time. May throw: the client is told.
using ControlHandler =
    std::function<ControlAnswer(const std::string& command, const ControlPeer& peer)>;

class ControlServer {
 public:
  static constexpr std::size_t kRequestBytesMax = 4096;
  static constexpr int kClientsMax = 16;
  static constexpr int kClientSeconds = 10;  // from connecting to the last byte of the response

  /// Listens on `path`; a stale socket is replaced. Commands are served on a thread of its own.
  static Result<std::unique_ptr<ControlServer>> start(const std::filesystem::path& path,
                                                      unsigned mode, ControlHandler handler);
  /// Ends the thread and removes the socket.
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

 private:
  class Loop;
  ControlServer(std::filesystem::path path, std::unique_ptr<Loop> loop);

  std::filesystem::path path_;
  std::unique_ptr<Loop> loop_;
  std::thread thread_;
};

/// The response line, without its newline, to one request line. Pure but for `handler`.
std::string control_response(const std::string& request, const ControlPeer& peer,
                             const ControlHandler& handler);

}  // namespace ringfence
