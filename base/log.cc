#include "base/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>
#include <spdlog/sinks/systemd_sink.h>

#include <atomic>
#include <memory>
#include <mutex>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::size_t kLineBytesMax =
    2000;  // rsyslog and journald take more, syslog(3) readers not all

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::shared_ptr<spdlog::logger> make_logger(const LogOptions& options) {
  spdlog::sink_ptr sink;
  switch (options.target) {
    case LogTarget::kStderr:
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
      sink->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z " + options.ident + "[%P]: %l: %v");
      break;
    case LogTarget::kSyslog:
      sink =
          std::make_shared<spdlog::sinks::syslog_sink_mt>(options.ident, LOG_PID, LOG_MAIL, false);
      break;
    case LogTarget::kJournal:
      sink = std::make_shared<spdlog::sinks::systemd_sink_mt>();
      break;
  }
  auto logger = std::make_shared<spdlog::logger>(options.ident, std::move(sink));
  logger->set_level(to_spdlog(options.level));
  logger->flush_on(spdlog::level::debug);
  return logger;
}

// The log of the process. A function's static, so that it stands before the first line is written.
struct Log {
  std::mutex mutex;
  std::shared_ptr<spdlog::logger> logger = make_logger({});

  std::shared_ptr<spdlog::logger> get() {
    const std::lock_guard lock(mutex);
    return logger;
  }
};

Log& process_log() {
  static Log* log = new Log;  // never destroyed: threads may log while the process ends
  return *log;
}

}  // namespace

void open_log(const LogOptions& options) {
  auto logger = make_logger(options);
  const std::lock_guard lock(process_log().mutex);
  process_log().logger = std::move(logger);
}

bool log_enabled(LogLevel level) { return process_log().get()->should_log(to_spdlog(level)); }

void log_line(LogLevel level, std::string_view queue_id, std::string_view message) {
  std::string line;
  if (!queue_id.empty()) line = printable(queue_id) + ": ";
  line += printable(message, kLineBytesMax);
  process_log().get()->log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace ringfence
