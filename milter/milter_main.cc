// ringfence: the milter daemon. The command line and nothing else; docs/milter.md is its manual.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>

#include "base/file.h"
#include "base/log.h"
#include "config/config.h"
#include "inspection/snapshot.h"
#include "milter/daemon.h"
#include "milter/signals.h"

namespace {

using namespace ringfence;  // the file is this namespace's program

constexpr const char* kDefaultConfig = "/etc/ringfence/ringfence.yaml";

struct CommandLine {
  std::filesystem::path config;  // "" for the default place, which may be missing
  std::filesystem::path pid_file;
  bool check = false;
};

Result<Config> load(const CommandLine& line) {
  if (!line.config.empty()) return load_config(line.config);
  if (std::filesystem::exists(kDefaultConfig)) return load_config(kDefaultConfig);
  return default_config();
}

Result<std::shared_ptr<const Snapshot>> load_snapshot(const CommandLine& line) {
  auto config = load(line);
  if (!config) return tl::unexpected(config.error());
  return Snapshot::make(std::move(*config), true);
}

Result<void> serve(const CommandLine& line) {
  // First of all: every thread, also those libraries start, inherits the blocked signals.
  const auto signals = take_signals();
  if (!signals) return tl::unexpected(signals.error());
  auto first = load_snapshot(line);
  if (!first) return tl::unexpected(first.error());
  open_log((*first)->config.log);
  if ((*first)->config.path.empty()) log_info("", "no {}: built-in defaults", kDefaultConfig);
  // Not destroyed: libmilter's workers may be in it until the process ends.
  auto* daemon = new Daemon(*first, [line] { return load_snapshot(line); });
  first->reset();
  Result<void> pid_written;
  auto result = daemon->run(*signals, [&] {
    if (line.pid_file.empty()) return;
    pid_written = write_file_atomically(line.pid_file, std::to_string(getpid()) + "\n");
    if (!pid_written) log_error("", "{}", pid_written.error().message);
  });
  if (!line.pid_file.empty() && pid_written) {
    std::error_code ignored;
    std::filesystem::remove(line.pid_file, ignored);
  }
  return result;
}

Result<void> check(const CommandLine& line) {
  const auto snapshot = load_snapshot(line);
  if (!snapshot) return tl::unexpected(snapshot.error());
  std::cout << "ringfence: configuration, patterns and reputation table are in order\n";
  return {};
}

int run(int argc, char** argv) {
  CLI::App app("ringfence - mail filter (milter) against callback phishing");
  CommandLine line;
  app.add_option("-c,--config", line.config,
                 std::string("Configuration file (default ") + kDefaultConfig + ")");
  app.add_option("--pid-file", line.pid_file, "Write the process id here once the sockets listen");
  app.add_flag("--check", line.check, "Check configuration and reputation table, then exit");
  app.set_version_flag("--version", "ringfence " RINGFENCE_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : exit_code(ErrorKind::kUsage);
  }
  const auto done = line.check ? check(line) : serve(line);
  if (done) return 0;
  if (line.check) {
    std::cerr << done.error().message << '\n';
  } else {
    log_error("", "cannot run: {}", done.error().message);
  }
  return exit_code(done.error().kind);
}

}  // namespace

int main(int argc, char** argv) {
  int code = 0;
  try {
    code = run(argc, argv);
  } catch (const std::exception& e) {
    std::cerr << "ringfence: " << e.what() << '\n';
    code = ringfence::exit_code(ringfence::ErrorKind::kSoftware);
  }
  std::cout.flush();
  std::fflush(nullptr);
  // libmilter's workers still run: no destructor of a static may pull the ground from under them.
  std::_Exit(code);
}
