#include "milter/control.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "milter/unix_socket.h"

namespace ringfence {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr int kBacklog = 16;

std::string error_response(const std::string& error, int code) {
  return json{{"ok", false}, {"error", error}, {"code", code}}.dump(-1, ' ', true,
                                                                    json::error_handler_t::replace);
}

ControlPeer peer_of(int fd) {
  ucred credentials{};
  socklen_t size = sizeof(credentials);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return {};
  return {credentials.pid, credentials.uid};
}

struct Client {
  UniqueFd fd;
  ControlPeer peer;
  Clock::time_point until;
  std::string request;
  std::string response;  // what is still to be sent
  bool answered = false;
};

}  // namespace

std::string control_response(const std::string& request, const ControlPeer& peer,
                             const ControlHandler& handler) {
  const json parsed = json::parse(request, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("command") || !parsed["command"].is_string()) {
    return error_response("the request is not {\"command\": \"...\"}",
                          exit_code(ErrorKind::kUsage));
  }
  try {
    const ControlAnswer answer = handler(parsed["command"].get<std::string>(), peer);
    if (!answer.error.empty()) return error_response(answer.error, answer.error_code);
    json out{{"ok", true}};
    out[answer.key] = answer.text_is_json ? json::parse(answer.text) : json(answer.text);
    return out.dump(-1, ' ', true, json::error_handler_t::replace);
  } catch (const std::exception& e) {
    return error_response(std::string("fault: ") + e.what(), exit_code(ErrorKind::kSoftware));
  }
}

class ControlServer::Loop {
 public:
  Loop(UniqueFd listener, UniqueFd wake, ControlHandler handler)
      : listener_(std::move(listener)), wake_(std::move(wake)), handler_(std::move(handler)) {}

  void run();
  void stop() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(wake_.get(), &one, sizeof(one));
  }

 private:
  bool turn();
  void accept_client();
  void serve(Client& client, short events);
  void receive(Client& client);
  void send_rest(Client& client);
  int wait_milliseconds() const;

  UniqueFd listener_;
  UniqueFd wake_;
  ControlHandler handler_;
  std::vector<Client> clients_;
};

int ControlServer::Loop::wait_milliseconds() const {
  if (clients_.empty()) return -1;
  const auto first =
      std::min_element(clients_.begin(), clients_.end(), [](const auto& a, const auto& b) {
        return a.until < b.until;
      })->until;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(first - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, kClientSeconds * 1000));
}

void ControlServer::Loop::run() {
  bool go_on = true;
  while (go_on) {
    try {
      go_on = turn();
    } catch (const std::exception& e) {  // no memory: the clients pay, the socket stays
      clients_.clear();
      log_error("", "control socket: {}", e.what());
    }
  }
}

// Waits once and serves what is ready. False when told to stop.
bool ControlServer::Loop::turn() {
  const bool room = clients_.size() < static_cast<std::size_t>(kClientsMax);
  std::vector<pollfd> polled;
  polled.push_back({wake_.get(), POLLIN, 0});
  // Beyond kClientsMax, connections wait in the kernel's backlog.
  polled.push_back({room ? listener_.get() : -1, POLLIN, 0});
  for (const Client& client : clients_) {
    polled.push_back({client.fd.get(), static_cast<short>(client.answered ? POLLOUT : POLLIN), 0});
  }
  if (poll(polled.data(), polled.size(), wait_milliseconds()) < 0) return errno == EINTR;
  if (polled[0].revents != 0) return false;
  for (std::size_t i = 0; i < clients_.size(); ++i) serve(clients_[i], polled[i + 2].revents);
  const auto now = Clock::now();
  std::erase_if(clients_, [&](const Client& client) { return !client.fd || client.until < now; });
  if (polled[1].revents != 0) accept_client();
  return true;
}

void ControlServer::Loop::accept_client() {
  UniqueFd fd(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!fd) {
    // Out of descriptors: the connection stays in the backlog; do not spin on it.
    if (errno == EMFILE || errno == ENFILE)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return;
  }
  Client client;
  client.peer = peer_of(fd.get());
  client.fd = std::move(fd);
  client.until = Clock::now() + std::chrono::seconds(kClientSeconds);
  clients_.push_back(std::move(client));
}

void ControlServer::Loop::serve(Client& client, short events) {
  if (events == 0) return;
  if (!client.answered) receive(client);
  if (client.fd && client.answered) send_rest(client);
}

void ControlServer::Loop::receive(Client& client) {
  std::array<char, kRequestBytesMax> buffer;
  const ssize_t got = recv(client.fd.get(), buffer.data(), buffer.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    client.fd.reset();
    return;
  }
  client.request.append(buffer.data(), static_cast<std::size_t>(got));
  const std::size_t end = client.request.find('\n');
  if (end != std::string::npos && end <= kRequestBytesMax) {
    client.request.resize(end);
    client.response = control_response(client.request, client.peer, handler_) + "\n";
  } else if (client.request.size() > kRequestBytesMax) {
    client.response =
        error_response("the request is longer than " + std::to_string(kRequestBytesMax) + " bytes",
                       exit_code(ErrorKind::kUsage)) +
        "\n";
  } else {
    return;
  }
  client.answered = true;
  // A command may have taken its time; the client has not.
  client.until = Clock::now() + std::chrono::seconds(kClientSeconds);
}

void ControlServer::Loop::send_rest(Client& client) {
  const ssize_t sent =
      send(client.fd.get(), client.response.data(), client.response.size(), MSG_NOSIGNAL);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (sent < 0) {
    client.fd.reset();
    return;
  }
  client.response.erase(0, static_cast<std::size_t>(sent));
  if (client.response.empty()) client.fd.reset();
}

Result<std::unique_ptr<ControlServer>> ControlServer::start(const std::filesystem::path& path,
                                                            unsigned mode, ControlHandler handler) {
  auto listener = listen_unix(path, mode, kBacklog);
  if (!listener) return tl::unexpected(listener.error());
  UniqueFd wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) return fail_errno(ErrorKind::kOs, "cannot make an eventfd", errno);
  auto loop = std::make_unique<Loop>(std::move(*listener), std::move(wake), std::move(handler));
  try {
    return std::unique_ptr<ControlServer>(new ControlServer(path, std::move(loop)));
  } catch (const std::system_error& e) {
    return fail(ErrorKind::kOs, std::string("cannot start the control thread: ") + e.what());
  }
}

ControlServer::ControlServer(std::filesystem::path path, std::unique_ptr<Loop> loop)
    : path_(std::move(path)), loop_(std::move(loop)), thread_([this] { loop_->run(); }) {}

ControlServer::~ControlServer() {
  loop_->stop();
  thread_.join();
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace ringfence
