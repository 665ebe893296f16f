// The service manager (systemd) told of what the daemon does; does nothing without one.
//
// The one door to libsystemd. Source: sd_notify(3), sd_watchdog_enabled(3).
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace ringfence {

/// `status` is shown by `systemctl status`; one line.
void notify_ready(const std::string& status);
void notify_reloading();
void notify_stopping(const std::string& status);
void notify_watchdog();

/// How often notify_watchdog() is due: half of what the unit asks for; nothing without a watchdog.
std::optional<std::chrono::milliseconds> watchdog_interval();

}  // namespace ringfence
