// The log: one line an event, to stderr, syslog (facility mail) or the journal.
//
// The one door to spdlog. Threads: every function may be called from any thread.
#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace ringfence {

enum class LogLevel { kDebug, kInfo, kWarning, kError };
enum class LogTarget { kStderr, kSyslog, kJournal };

struct LogOptions {
  LogTarget target = LogTarget::kStderr;
  LogLevel level = LogLevel::kInfo;
  std::string ident = "ringfence";
};

/// Replaces the process's log. Before the first call, lines of kInfo and above go to stderr.
void open_log(const LogOptions& options);

/// Writes one line; control characters in `message` are escaped. `queue_id` is put before the
/// message as "queue-id: message" as MTAs do; empty for lines that belong to no message.
void log_line(LogLevel level, std::string_view queue_id, std::string_view message);
bool log_enabled(LogLevel level);

template <typename... Args>
void log_debug(std::string_view queue_id, fmt::format_string<Args...> format, Args&&... args) {
  if (log_enabled(LogLevel::kDebug)) {
    log_line(LogLevel::kDebug, queue_id, fmt::format(format, std::forward<Args>(args)...));
  }
}
template <typename... Args>
void log_info(std::string_view queue_id, fmt::format_string<Args...> format, Args&&... args) {
  if (log_enabled(LogLevel::kInfo)) {
    log_line(LogLevel::kInfo, queue_id, fmt::format(format, std::forward<Args>(args)...));
  }
}
template <typename... Args>
void log_warning(std::string_view queue_id, fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::kWarning, queue_id, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void log_error(std::string_view queue_id, fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::kError, queue_id, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace ringfence
