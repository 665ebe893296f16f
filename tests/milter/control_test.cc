#include "milter/control.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "milter/unix_socket.h"
#include "tests/support/temporary_directory.h"

namespace ringfence {
namespace {

using ::testing::HasSubstr;

UniqueFd connect_to(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval limit{30, 0};  // so that a server that says nothing fails the test
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    fd.reset();
  return fd;
}

void write_all(const UniqueFd& fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the server has had enough
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string read_all(const UniqueFd& fd) {
  std::string out;
  char buffer[4096];
  ssize_t got = 0;
  while ((got = recv(fd.get(), buffer, sizeof(buffer), 0)) > 0) {
    out.append(buffer, static_cast<std::size_t>(got));
  }
  return out;
}

ControlAnswer echo(const std::string& command, const ControlPeer& peer) {
  if (command == "fail") return {.error = "no \"luck\"", .error_code = 78};
  if (command == "throw") throw std::runtime_error("boom");
  if (command == "json") return {.key = "status", .text = R"({"a":[1,2]})", .text_is_json = true};
  if (command == "big") return {.text = std::string(3'000'000, 'x')};
  if (command == "bytes") return {.text = "\xff\n\x01"};
  return {.text = command + " by " + std::to_string(peer.uid)};
}

class ControlTest : public ::testing::Test {
 protected:
  ControlTest() {
    auto server = ControlServer::start(path_, 0600, echo);
    if (server) server_ = std::move(*server);
  }

  std::string ask(std::string_view request) const {
    const UniqueFd fd = connect_to(path_);
    EXPECT_TRUE(fd);
    write_all(fd, request);
    return read_all(fd);
  }

  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_.path() / "control.sock";
  std::unique_ptr<ControlServer> server_;
};

TEST_F(ControlTest, AnswersOneLineAndCloses) {
  ASSERT_TRUE(server_);
  EXPECT_EQ(ask("{\"command\":\"hello\"}\n"),
            "{\"message\":\"hello by " + std::to_string(getuid()) + "\",\"ok\":true}\n");
  EXPECT_EQ(ask("{\"command\":\"json\",\"more\":1}\n"), "{\"ok\":true,\"status\":{\"a\":[1,2]}}\n");
  EXPECT_EQ(ask("{\"command\":\"fail\"}\n"),
            "{\"code\":78,\"error\":\"no \\\"luck\\\"\",\"ok\":false}\n");
}

TEST_F(ControlTest, ResponsesAreAsciiOnOneLine) {
  const std::string response = ask("{\"command\":\"bytes\"}\n");
  EXPECT_EQ(response, "{\"message\":\"\\ufffd\\n\\u0001\",\"ok\":true}\n");
}

TEST_F(ControlTest, AFaultInACommandIsToldAndSurvived) {
  EXPECT_THAT(ask("{\"command\":\"throw\"}\n"), HasSubstr("boom"));
  EXPECT_THAT(ask("{\"command\":\"hello\"}\n"), HasSubstr("hello"));
}

TEST_F(ControlTest, LargeResponsesArriveWhole) {
  EXPECT_GT(ask("{\"command\":\"big\"}\n").size(), 3'000'000u);
}

TEST_F(ControlTest, RequestsMayComeByteByByte) {
  const UniqueFd fd = connect_to(path_);
  for (const char c : std::string("{\"command\":\"hello\"}\n")) write_all(fd, {&c, 1});
  EXPECT_THAT(read_all(fd), HasSubstr("hello"));
}

TEST_F(ControlTest, WhatIsNoRequestIsRefused) {
  for (const std::string request :
       {"", "status", "{", "[]", "\"status\"", "{\"command\":7}", "{\"Command\":\"status\"}",
        "\xff\xfe", "{\"command\":\"hello\"} {}"}) {
    EXPECT_THAT(ask(request + "\n"), HasSubstr("\"code\":64")) << request;
  }
  EXPECT_THAT(ask(std::string(ControlServer::kRequestBytesMax + 1, ' ')), HasSubstr("longer than"));
}

TEST_F(ControlTest, DeepJsonIsRefusedNotFollowed) {
  EXPECT_THAT(ask(std::string(2000, '[') + "\n"), HasSubstr("\"code\":64"));
}

TEST_F(ControlTest, SilentAndHalfClientsDoNotBlockOthers) {
  const UniqueFd silent = connect_to(path_);
  const UniqueFd half = connect_to(path_);
  write_all(half, "{\"comm");
  { const UniqueFd gone = connect_to(path_); }
  EXPECT_THAT(ask("{\"command\":\"hello\"}\n"), HasSubstr("hello"));
}

TEST_F(ControlTest, MoreClientsThanServedWaitTheirTurn) {
  std::vector<UniqueFd> clients;
  for (int i = 0; i < ControlServer::kClientsMax + 8; ++i) clients.push_back(connect_to(path_));
  for (const UniqueFd& client : clients) write_all(client, "{\"command\":\"hello\"}\n");
  for (const UniqueFd& client : clients) EXPECT_THAT(read_all(client), HasSubstr("hello"));
}

TEST_F(ControlTest, TheSocketHasItsModeAndGoesWithTheServer) {
  struct stat info {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
  server_.reset();
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(ControlTest, ALivingServerIsNotReplaced) {
  const auto second = ControlServer::start(path_, 0600, echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(ask("{\"command\":\"hello\"}\n"), HasSubstr("hello"));
}

TEST(UnixSocket, StaleOnesAreRemovedAndOtherFilesAreNot) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "s";
  EXPECT_TRUE(clear_stale_socket(path));  // nothing there
  {
    const auto left_over = listen_unix(path, 0600, 1);
    ASSERT_TRUE(left_over);
  }
  ASSERT_TRUE(std::filesystem::exists(path));
  EXPECT_TRUE(clear_stale_socket(path));
  EXPECT_FALSE(std::filesystem::exists(path));

  { std::ofstream(path) << "precious"; }
  const auto kept = clear_stale_socket(path);
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().kind, ErrorKind::kCannotCreate);
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(UnixSocket, BadPathsAreToldInWords) {
  const TemporaryDirectory directory;
  const auto missing = listen_unix(directory.path() / "no" / "s", 0600, 1);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kCannotCreate);
  const auto endless = listen_unix(directory.path() / std::string(200, 'x'), 0600, 1);
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().kind, ErrorKind::kConfig);
  EXPECT_FALSE(set_socket_access(directory.path(), 0700, "no-such-group-here"));
}

TEST(UnixSocket, PathsOfMilterSockets) {
  EXPECT_EQ(unix_socket_path("unix:/run/a.sock"), "/run/a.sock");
  EXPECT_EQ(unix_socket_path("local:/run/a.sock"), "/run/a.sock");
  EXPECT_EQ(unix_socket_path("/run/a.sock"), "/run/a.sock");
  EXPECT_EQ(unix_socket_path("inet:8891@127.0.0.1"), std::nullopt);
  EXPECT_EQ(unix_socket_path("inet6:8891@[::1]"), std::nullopt);
}

}  // namespace
}  // namespace ringfence
