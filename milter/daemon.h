// Daemon: holds the snapshot that new messages begin with; reloads it, stops in order.
//
// Does: open the sockets, watch signals and the control socket, reload all or nothing, let messages
// under way finish on stop. Does not: see mail (Session). Does not know: the command line.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "inspection/snapshot.h"
#include "milter/control.h"
#include "milter/control_status.h"
#include "milter/message_gate.h"
#include "milter/session.h"
#include "reputation/sightings/recorder.h"

namespace ringfence {

/// Gives a whole new snapshot or says why not.
using SnapshotLoader = std::function<Result<std::shared_ptr<const Snapshot>>()>;

class Daemon : public SessionHost {
 public:
  /// Messages under way at one time; MAIL FROM beyond is answered 451. With MessageOptions' bounds
  /// this bounds the memory that mail can take.
  static constexpr int kMessagesMax = 1'000;

  Daemon(std::shared_ptr<const Snapshot> first, SnapshotLoader loader);

  std::shared_ptr<const Snapshot> snapshot() const override;
  MessageGate& gate() override { return gate_; }
  SightingRecorder* recorder() override { return recorder_.get(); }

  /// Takes up what the loader gives, or changes nothing. Messages under way keep what they began
  /// with. Any thread; one at a time.
  Result<void> reload();
  /// The answer to a command of the control socket. Any thread.
  ControlAnswer control(const std::string& command, const ControlPeer& peer);
  /// Any thread. run() goes on to let messages finish.
  void request_stop();

  /// Opens the sockets and serves until stopped by SIGTERM, SIGINT or request_stop(). `signals` is
  /// of take_signals(). `opened` runs once both sockets listen. After run() libmilter's threads
  /// still live: end the process by _Exit.
  Result<void> run(const UniqueFd& signals, const std::function<void()>& opened);

 private:
  void start_recorder();
  std::shared_ptr<const Snapshot> with_evidence(std::shared_ptr<const Snapshot> snapshot) const;
  bool watch(const UniqueFd& signals, const UniqueFd& milter_ended);
  void drain(const UniqueFd& signals);
  bool handle_signals(const UniqueFd& signals);
  DaemonState state() const;
  std::string summary() const;

  const std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
  const std::chrono::steady_clock::time_point started_steady_ = std::chrono::steady_clock::now();
  const SnapshotLoader loader_;
  MessageGate gate_{kMessagesMax};
  UniqueFd stop_requested_;                     // an eventfd
  std::shared_ptr<SightingRecorder> recorder_;  // set before there is mail, and kept to the end
  mutable std::mutex snapshot_mutex_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::mutex reloading_mutex_;
  mutable std::mutex state_mutex_;
  ReloadState reload_state_;
};

}  // namespace ringfence
