// What `ringfencectl status` shows of a running daemon, as JSON. Format: docs/milter.md.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "inspection/snapshot.h"
#include "reputation/sightings/recorder.h"

namespace ringfence {

struct ReloadState {
  int done = 0;    // reloads that took effect
  int failed = 0;  // reloads that changed nothing
  std::optional<std::chrono::system_clock::time_point> last;
  std::string last_error;  // "" when the last one took effect
};

struct DaemonState {
  std::chrono::system_clock::time_point started;
  std::chrono::steady_clock::duration uptime{};
  bool stopping = false;
  int messages_under_way = 0;
  ReloadState reload;
  std::optional<RecorderStatus> sightings{};  // nothing when they are off
};

/// One JSON object. A reputation table that cannot be asked is shown as its error.
std::string status_json(const DaemonState& state, const Snapshot& snapshot);

}  // namespace ringfence
