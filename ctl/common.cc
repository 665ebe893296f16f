#include "ctl/common.h"

#include <fmt/chrono.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::int64_t kShowAfterMs = 500;
constexpr std::int64_t kRedrawMs = 100;
constexpr std::uint64_t kBarCells = 30;

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Result<Config> load_command_config(const CommonArguments& common) {
  Config config = default_config();
  std::error_code ignored;
  if (!common.config_path.empty() || std::filesystem::exists(kDefaultConfigPath, ignored)) {
    auto loaded = load_config(common.config_path.empty() ? kDefaultConfigPath : common.config_path);
    if (!loaded) return loaded;
    config = std::move(*loaded);
  }
  if (!common.directory.empty()) config.reputation.directory = common.directory;
  return config;
}

int report_error(const Error& error) {
  for (const std::string_view line : split(error.message, '\n')) {
    fmt::print(stderr, "ringfencectl: {}\n", printable(line, 2000));
  }
  return exit_code(error.kind);
}

TimePoint now_seconds() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string iso_time(TimePoint time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

Progress::Progress(std::string label, std::uint64_t total)
    : label_(std::move(label)),
      total_(total),
      terminal_(::isatty(STDERR_FILENO) == 1),
      started_ms_(steady_ms()),
      drawn_ms_(started_ms_) {}

void Progress::at(std::uint64_t done) {
  if (!terminal_) return;
  const std::int64_t now = steady_ms();
  if (now - started_ms_ < kShowAfterMs || now - drawn_ms_ < kRedrawMs) return;
  drawn_ms_ = now;
  drawn_ = true;
  const std::uint64_t of = std::max<std::uint64_t>(total_, 1);
  const std::uint64_t cells = std::min(done, of) * kBarCells / of;
  fmt::print(stderr, "\r{} [{:<{}}] {:3}%", label_, std::string(cells, '#'), kBarCells,
             std::min(done, of) * 100 / of);
  std::fflush(stderr);
}

Progress::~Progress() {
  if (drawn_) fmt::print(stderr, "\r{:{}}\r", "", label_.size() + kBarCells + 10);
}

}  // namespace ringfence
