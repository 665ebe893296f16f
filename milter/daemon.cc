#include "milter/daemon.h"

#include <fmt/core.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>

#include "base/log.h"
#include "base/metrics.h"
#include "milter/callbacks.h"
#include "milter/service_manager.h"
#include "milter/signals.h"
#include "reputation/sightings/campaign_tracker.h"

namespace ringfence {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// How long replies to the last messages get to leave: a message counts as over when libmilter has
// its outcome, which it writes right after.
constexpr milliseconds kLastRepliesTime{200};
constexpr milliseconds kDrainStep{20};
constexpr milliseconds kRecorderTime{3'000};  // to write down what waits at the end

Counter reload_counter(const char* result) {
  return counter("ringfence_reloads_total", "Reloads, by result", {{"result", result}});
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    log_warning("", "cannot raise the limit of open files: errno {}", errno);
  }
}

bool needs_restart(const MilterOptions& a, const MilterOptions& b) {
  return a.socket != b.socket || a.socket_mode != b.socket_mode ||
         a.socket_group != b.socket_group || a.control_socket != b.control_socket ||
         a.control_socket_mode != b.control_socket_mode || a.timeout_seconds != b.timeout_seconds;
}

// Who is remembered, and with which addresses, is each message's own matter.
bool needs_new_recorder(SightingOptions a, const SightingOptions& b) {
  a.keep_addresses = b.keep_addresses;
  a.outbound = b.outbound;
  return a != b;
}

bool same_log(const LogOptions& a, const LogOptions& b) {
  return a.target == b.target && a.level == b.level && a.ident == b.ident;
}

void signal_event(int event) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(event, &one, sizeof(one));
}

}  // namespace

Daemon::Daemon(std::shared_ptr<const Snapshot> first, SnapshotLoader loader)
    : loader_(std::move(loader)),
      stop_requested_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      snapshot_(std::move(first)) {}

std::shared_ptr<const Snapshot> Daemon::snapshot() const {
  const std::lock_guard lock(snapshot_mutex_);
  return snapshot_;
}

Result<void> Daemon::reload() {
  const std::lock_guard one_at_a_time(reloading_mutex_);
  notify_reloading();
  auto next = loader_();
  if (next) {
    const auto before = snapshot();
    if (needs_restart(before->config.milter, (*next)->config.milter)) {
      log_warning("", "changed socket settings or timeout take effect with the next restart");
    }
    if (needs_new_recorder(before->config.sightings, (*next)->config.sightings)) {
      log_warning("", "a changed sightings section takes effect with the next restart");
    }
    if (!same_log(before->config.log, (*next)->config.log)) open_log((*next)->config.log);
    const std::lock_guard lock(snapshot_mutex_);
    snapshot_ = with_evidence(*next);
  }
  {
    const std::lock_guard lock(state_mutex_);
    (next ? reload_state_.done : reload_state_.failed) += 1;
    reload_state_.last = std::chrono::system_clock::now();
    reload_state_.last_error = next ? "" : next.error().message;
  }
  reload_counter(next ? "done" : "failed").add();
  notify_ready(summary());
  if (!next) {
    log_error("", "reload failed, nothing changed: {}", next.error().message);
    return tl::unexpected(next.error());
  }
  log_info("", "reloaded: {}", summary());
  return {};
}

ControlAnswer Daemon::control(const std::string& command, const ControlPeer& peer) {
  if (command == "status") {
    return {.error = {},
            .key = "status",
            .text = status_json(state(), *snapshot()),
            .text_is_json = true};
  }
  if (command == "metrics") return {.error = {}, .key = "metrics", .text = metrics_text()};
  if (command == "reload") {
    log_info("", "reload asked for by uid {} (process {})", peer.uid, peer.pid);
    const auto done = reload();
    if (!done) return {.error = done.error().message, .error_code = exit_code(done.error().kind)};
    return {.error = {}, .text = "reloaded: " + summary()};
  }
  if (command == "stop") {
    log_info("", "stop asked for by uid {} (process {})", peer.uid, peer.pid);
    request_stop();
    return {.error = {}, .text = "stopping"};
  }
  return {.error = "unknown command \"" + command + "\": status, metrics, reload, stop",
          .error_code = exit_code(ErrorKind::kUsage)};
}

// Not before the sockets are ours: a second daemon on them ends without having touched a file.
void Daemon::start_recorder() {
  const auto first = snapshot();
  if (!first->config.sightings.enabled) return;
  const SightingOptions& options = first->config.sightings;
  recorder_ = SightingRecorder::start(options, std::make_unique<CampaignTracker>(options));
  const std::lock_guard lock(snapshot_mutex_);
  snapshot_ = with_evidence(snapshot_);
}

std::shared_ptr<const Snapshot> Daemon::with_evidence(
    std::shared_ptr<const Snapshot> snapshot) const {
  if (!recorder_) return snapshot;
  auto out = std::make_shared<Snapshot>(*snapshot);
  out->local = recorder_->evidence();
  return out;
}

void Daemon::request_stop() { signal_event(stop_requested_.get()); }

DaemonState Daemon::state() const {
  std::optional<RecorderStatus> sightings;
  if (recorder_) sightings = recorder_->status();
  const std::lock_guard lock(state_mutex_);
  return {.started = started_,
          .uptime = Clock::now() - started_steady_,
          .stopping = gate_.closed(),
          .messages_under_way = gate_.under_way(),
          .reload = reload_state_,
          .sightings = std::move(sightings)};
}

std::string Daemon::summary() const {
  const auto now = snapshot();
  const auto status = now->reputation ? now->reputation->status() : StoreStatus();
  return fmt::format("{} rules{}, {} listed numbers", now->config.policy.rules.size(),
                     now->config.policy.mode == Mode::kShadow ? " (shadow)" : "",
                     status ? status->numbers : 0);
}

Result<void> Daemon::run(const UniqueFd& signals, const std::function<void()>& opened) {
  const MilterOptions options = snapshot()->config.milter;
  const UniqueFd milter_ended(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!milter_ended || !stop_requested_) {
    return fail_errno(ErrorKind::kOs, "cannot make an eventfd", errno);
  }
  raise_descriptor_limit();
  // The umask is the process's own: both sockets are made before there are threads that make files.
  if (auto listening = open_milter(options, *this); !listening) return listening;
  start_recorder();
  auto server = ControlServer::start(options.control_socket, options.control_socket_mode,
                                     [this](const std::string& command, const ControlPeer& peer) {
                                       return control(command, peer);
                                     });
  if (!server) {
    withdraw_milter(options);
    return tl::unexpected(server.error());
  }
  opened();
  try {
    std::thread([event = milter_ended.get()] {
      serve_milter();
      signal_event(event);
    }).detach();
  } catch (const std::system_error& e) {
    withdraw_milter(options);
    return fail(ErrorKind::kOs, std::string("cannot start a thread: ") + e.what());
  }
  log_info("", "ringfence {} ready on {}: {}", RINGFENCE_VERSION, options.socket, summary());
  notify_ready(summary());
  const bool ended = watch(signals, milter_ended);
  gate_.close();
  withdraw_milter(options);
  if (ended && recorder_) recorder_->stop(kRecorderTime);
  if (ended) return fail(ErrorKind::kOs, "libmilter ended by itself; the mail log has its reason");
  drain(signals);
  if (recorder_) recorder_->stop(kRecorderTime);
  return {};
}

// Until a stop is asked for. True when libmilter ended instead.
bool Daemon::watch(const UniqueFd& signals, const UniqueFd& milter_ended) {
  const auto interval = watchdog_interval();
  auto next_watchdog = Clock::now();
  while (true) {
    int wait = -1;
    if (interval) {
      if (Clock::now() >= next_watchdog) {
        notify_watchdog();
        next_watchdog = Clock::now() + *interval;
      }
      wait =
          static_cast<int>(std::chrono::ceil<milliseconds>(next_watchdog - Clock::now()).count());
    }
    std::array<pollfd, 3> polled{{{signals.get(), POLLIN, 0},
                                  {stop_requested_.get(), POLLIN, 0},
                                  {milter_ended.get(), POLLIN, 0}}};
    if (poll(polled.data(), polled.size(), std::max(wait, interval ? 0 : -1)) < 0) continue;
    if (polled[2].revents != 0) return true;
    if (polled[1].revents != 0) return false;
    if (polled[0].revents != 0 && handle_signals(signals)) return false;
  }
}

// True when one of them says stop.
bool Daemon::handle_signals(const UniqueFd& signals) {
  while (const int number = next_signal(signals)) {
    if (number != SIGHUP) {
      log_info("", "{} received", number == SIGTERM ? "SIGTERM" : "SIGINT");
      return true;
    }
    log_info("", "SIGHUP received");
    [[maybe_unused]] const auto result = reload();  // it has told its failure
  }
  return false;
}

void Daemon::drain(const UniqueFd& signals) {
  const auto begun = Clock::now();
  const auto grace = std::chrono::seconds(snapshot()->config.milter.stop_grace_seconds);
  notify_stopping(fmt::format("{} messages under way", gate_.under_way()));
  log_info("", "stopping: {} messages under way", gate_.under_way());
  bool again = false;  // asked a second time, a person does not want to wait
  while (gate_.under_way() > 0 && Clock::now() < begun + grace && !again) {
    std::this_thread::sleep_for(kDrainStep);
    while (const int number = next_signal(signals)) again = again || number != SIGHUP;
  }
  if (const int left = gate_.under_way(); left > 0) {
    log_warning("", "stopped with {} messages under way: the MTA does its default action", left);
    return;
  }
  std::this_thread::sleep_for(kLastRepliesTime);
  log_info("", "stopped");
}

}  // namespace ringfence
