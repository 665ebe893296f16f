#include "ctl/common.h"

#include <fmt/chrono.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::int64_t kShowAfterMs = 500;
constexpr std::int64_t kRedrawMs = 100;
constexpr int kBarCells = 30;

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

std::string author() {
  if (const char* sudo = std::getenv("SUDO_USER"); sudo != nullptr && *sudo != '\0') return sudo;
  const passwd* entry = ::getpwuid(::getuid());
  return entry != nullptr ? entry->pw_name : std::to_string(::getuid());
}

std::string short_span(std::chrono::seconds span) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  const std::int64_t seconds = std::max<std::int64_t>(span.count(), 0);
  if (seconds < 2 * kMinute) return fmt::format("{}s", seconds);
  if (seconds < 2 * kHour) return fmt::format("{}m", seconds / kMinute);
  if (seconds < 2 * kDay) return fmt::format("{}h", seconds / kHour);
  return fmt::format("{}d", seconds / kDay);
}

Progress::Progress()
    : terminal_(::isatty(STDERR_FILENO) == 1), started_ms_(steady_ms()), drawn_ms_(started_ms_) {}

void Progress::at(const char* label, std::uint64_t done, std::uint64_t total) {
  if (!terminal_) return;
  const std::int64_t now = steady_ms();
  if (now - started_ms_ < kShowAfterMs || now - drawn_ms_ < kRedrawMs) return;
  drawn_ms_ = now;
  drawn_ = true;
  if (total == 0) {
    fmt::print(stderr, "\r{} {}", label, done);
  } else {
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    const auto cells = static_cast<std::size_t>(share * kBarCells);
    fmt::print(stderr, "\r{} [{:<{}}] {:3.0f}%", label, std::string(cells, '#'), kBarCells,
               share * 100);
  }
  std::fflush(stderr);
}

void Progress::clear() {
  if (drawn_) fmt::print(stderr, "\r\x1b[K");
  drawn_ = false;
}

}  // namespace ringfence
