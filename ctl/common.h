// What the commands share: configuration, errors on stderr, JSON of values, progress on a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/config.h"
#include "ctl/commands.h"

namespace ringfence {

/// The configuration a command works with, with the common arguments laid over it.
Result<Config> load_command_config(const CommonArguments& common);

/// Prints "ringfencectl: message" on stderr, line by line; gives the exit code.
int report_error(const Error& error);

TimePoint now_seconds();
/// Who types this: the user behind sudo, else the user of the process.
std::string author();
/// "2026-11-22T13:50:16Z".
std::string iso_time(TimePoint time);

/// "12s", "5m", "3h", "2d": how long, in one unit, rounded down; not below "0s".
std::string short_span(std::chrono::seconds span);

/// A progress bar on stderr while something long goes on; nothing when stderr is no terminal or the
/// work is over within half a second. Taken away again by clear() or at the end.
class Progress {
 public:
  Progress();
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `total` 0 when unknown: then only `done` is shown.
  void at(const char* label, std::uint64_t done, std::uint64_t total);
  void clear();

 private:
  bool terminal_;
  bool drawn_ = false;
  std::int64_t started_ms_;
  std::int64_t drawn_ms_;
};

}  // namespace ringfence
