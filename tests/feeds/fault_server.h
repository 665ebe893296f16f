// tests/feeds/fault_server.py as a process of the test's own.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence {

/// Runs while it lives. `folder` is what it serves and where it writes requests.log.
class FaultServer {
 public:
  explicit FaultServer(const std::filesystem::path& folder,
                       const std::filesystem::path& certificate = {},
                       const std::filesystem::path& key = {})
      : folder_(folder), tls_(!certificate.empty()) {
    const std::string script =
        (std::filesystem::path(RINGFENCE_SOURCE_DIR) / "tests/feeds/fault_server.py").string();
    std::vector<std::string> words{"python3", "-B", script, folder.string()};
    if (tls_) words.insert(words.end(), {certificate.string(), key.string()});
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    int in[2];
    int out[2];
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) {
      ADD_FAILURE() << "no pipes";
      return;
    }
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(in[0], STDIN_FILENO);
      ::dup2(out[1], STDOUT_FILENO);
      ::execvp(arguments[0], arguments.data());
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    stop_ = in[1];
    for (char c = 0; ::read(out[0], &c, 1) == 1 && c != '\n';) port_ += c;
    ::close(out[0]);
    EXPECT_FALSE(port_.empty()) << "the server did not start";
  }
  FaultServer(const FaultServer&) = delete;
  FaultServer& operator=(const FaultServer&) = delete;
  ~FaultServer() {
    ::close(stop_);
    ::waitpid(pid_, nullptr, 0);
  }

  std::string url(std::string_view path) const {
    return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + port_ + std::string(path);
  }
  const std::string& port() const { return port_; }
  void serve(const std::string& name, std::string_view content) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << content;
  }
  /// The requests so far, each a line of JSON.
  std::vector<std::string> requests() const {
    std::ifstream log(folder_ / "requests.log");
    std::vector<std::string> out;
    for (std::string line; std::getline(log, line);) out.push_back(line);
    return out;
  }

 private:
  std::filesystem::path folder_;
  bool tls_;
  std::string port_;
  pid_t pid_ = -1;
  int stop_ = -1;
};

/// A certificate for `names` ("IP:127.0.0.1"), which signs itself, and its key; made by openssl.
inline bool make_certificate(const std::filesystem::path& certificate,
                             const std::filesystem::path& key, const std::string& names) {
  const std::string command =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test "
      "-addext subjectAltName=" +
      names + " -keyout '" + key.string() + "' -out '" + certificate.string() + "' 2>/dev/null";
  return std::system(command.c_str()) == 0;
}

}  // namespace ringfence
