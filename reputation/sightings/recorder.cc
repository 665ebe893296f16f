#include "reputation/sightings/recorder.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/metrics.h"
#include "reputation/sightings/recorder_files.h"

namespace ringfence {
namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kTick{1'000};  // of what is done beside writing

struct Meters {
  Counter recorded = counter("ringfence_sightings_total", "Messages with numbers, by their fate",
                             {{"result", "recorded"}});
  Counter dropped = counter("ringfence_sightings_total", "Messages with numbers, by their fate",
                            {{"result", "dropped"}});
  Counter faults = counter("ringfence_sightings_faults_total", "Failures to write sightings down");
  Gauge queue = gauge("ringfence_sightings_queue", "Messages that wait to be written down");
  Gauge last_commit = gauge("ringfence_sightings_last_commit_timestamp_seconds",
                            "When sightings were last written down");
};

const Meters& meters() {
  static const auto* instance = new Meters;  // threads may count while the process ends
  return *instance;
}

}  // namespace

struct SightingRecorder::Impl {
  Impl(const SightingOptions& with, std::unique_ptr<SightingObserver> observer, Clock clock_)
      : options(with),
        evidence(std::make_shared<CurrentEvidence>()),
        clock(std::move(clock_)),
        files(with, std::move(observer), clock, evidence) {}

  void run();
  Result<void> work();
  bool wait_for_work();
  void take_batch();
  Result<void> write_batch();
  void tell(const Result<void>& done);
  void tell_moved();
  void count_written(std::size_t messages);

  const SightingOptions options;
  const std::shared_ptr<CurrentEvidence> evidence;
  const Clock clock;

  // The thread's own.
  RecorderFiles files;
  std::vector<Sighting> batch;  // taken from the queue, the rest of it not yet written
  std::optional<Steady::time_point> retry_at;
  Steady::time_point house_at{};

  // Everybody's.
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::deque<Sighting> queue;
  std::size_t queue_bytes = 0;
  std::size_t in_batch = 0;
  bool stopping = false;
  Steady::time_point stop_at{};
  RecorderStatus counts;
  std::optional<Steady::time_point> last_commit;

  std::thread thread;
};

// Until there is something to write, a tick has passed, or the end. False: the end.
bool SightingRecorder::Impl::wait_for_work() {
  std::unique_lock lock(mutex);
  const auto wake = std::min(Steady::now() + kTick, retry_at.value_or(Steady::time_point::max()));
  if (retry_at) {
    changed.wait_until(lock, wake, [&] { return stopping; });
    if (stopping) changed.wait_until(lock, std::min(wake, stop_at), [] { return false; });
  } else {
    changed.wait_until(lock, wake, [&] { return stopping || !queue.empty(); });
    // The first has come: those of the next moments go with it.
    if (!queue.empty()) {
      changed.wait_for(lock, kBatchTime, [&] { return stopping || queue.size() >= kBatchMax; });
    }
  }
  if (!stopping) return true;
  const bool nothing_left = queue.empty() && batch.empty();
  return !nothing_left && Steady::now() < stop_at;
}

void SightingRecorder::Impl::take_batch() {
  const std::lock_guard lock(mutex);
  while (batch.size() < kBatchMax && !queue.empty()) {
    queue_bytes -= queue.front().bytes();
    batch.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  in_batch = batch.size();
  // By days, which are files; within a day in the order in which they came.
  std::stable_sort(batch.begin(), batch.end(), [](const Sighting& a, const Sighting& b) {
    return day_of(a.when) < day_of(b.when);
  });
}

Result<void> SightingRecorder::Impl::write_batch() {
  while (!batch.empty()) {
    const std::int32_t day = day_of(batch.front().when);
    const auto end = std::find_if(batch.begin(), batch.end(), [&](const Sighting& sighting) {
      return day_of(sighting.when) != day;
    });
    const auto count = static_cast<std::size_t>(end - batch.begin());
    bool written = false;
    auto done = files.write(day, std::span(batch).first(count), written);
    if (written) {
      batch.erase(batch.begin(), end);
      tell_moved();
      count_written(count);
    }
    if (!done) return done;
  }
  return {};
}

void SightingRecorder::Impl::count_written(std::size_t messages) {
  meters().recorded.add(static_cast<double>(messages));
  meters().last_commit.set(static_cast<double>(clock().time_since_epoch().count()));
  const std::lock_guard lock(mutex);
  counts.recorded += messages;
  counts.replayed = files.replayed();
  in_batch -= messages;
  last_commit = Steady::now();
  // Whoever sees the count go up sees that the fault is over.
  if (!std::exchange(counts.fault, "").empty()) log_info("", "sightings are written down again");
  meters().queue.set(static_cast<double>(queue.size() + in_batch));
  changed.notify_all();
}

void SightingRecorder::Impl::tell_moved() {
  for (const std::string& what : files.take_moved()) {
    log_error("", "sightings: {}", what);
    meters().faults.add();
    const std::lock_guard lock(mutex);
    ++counts.faults;
  }
}

// A fault is told once, and its end.
void SightingRecorder::Impl::tell(const Result<void>& done) {
  tell_moved();
  std::string before;
  {
    const std::lock_guard lock(mutex);
    before = std::exchange(counts.fault, done ? "" : done.error().message);
    counts.replayed = files.replayed();
    if (!done) ++counts.faults;
  }
  if (!done) {
    meters().faults.add();
    retry_at = Steady::now() + kRetryTime;
    if (done.error().message != before) {
      log_error("", "sightings cannot be written down, mail goes on: {}", done.error().message);
    }
  } else {
    retry_at.reset();
    if (!before.empty()) log_info("", "sightings are written down again");
  }
}

Result<void> SightingRecorder::Impl::work() {
  try {
    take_batch();
    auto done = files.open();
    if (done) done = write_batch();
    if (done && Steady::now() >= house_at) {
      done = files.keep_house();
      house_at = Steady::now() + kTick;
    }
    if (!done) files.close();
    return done;
  } catch (const std::exception& e) {  // out of memory
    return fail(ErrorKind::kOs, e.what());
  }
}

void SightingRecorder::Impl::run() {
  do {
    if (!retry_at || Steady::now() >= *retry_at) tell(work());
  } while (wait_for_work());
  files.close();
  const std::lock_guard lock(mutex);
  const std::size_t left = queue.size() + batch.size();
  counts.dropped += left;
  meters().dropped.add(static_cast<double>(left));
  queue.clear();
  in_batch = 0;
  changed.notify_all();
  if (left > 0) log_warning("", "{} sightings were left unwritten", left);
}

std::shared_ptr<SightingRecorder> SightingRecorder::start(
    const SightingOptions& options, std::unique_ptr<SightingObserver> observer, Clock clock) {
  try {
    auto impl = std::make_unique<Impl>(options, std::move(observer), std::move(clock));
    impl->thread = std::thread([raw = impl.get()] { raw->run(); });
    return std::shared_ptr<SightingRecorder>(new SightingRecorder(std::move(impl)));
  } catch (const std::exception& e) {
    log_error("", "sightings are not recorded: {}", e.what());
    return nullptr;
  }
}

SightingRecorder::SightingRecorder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

SightingRecorder::~SightingRecorder() { stop(milliseconds(0)); }

bool SightingRecorder::offer(Sighting sighting) noexcept {
  Impl& impl = *impl_;
  bool taken = false;
  try {
    const std::size_t bytes = sighting.bytes();
    const std::lock_guard lock(impl.mutex);
    ++impl.counts.offered;
    const std::size_t waiting = impl.queue.size() + impl.in_batch;
    if (!impl.stopping && waiting < impl.options.queue_max &&
        impl.queue_bytes + bytes <= kQueueBytesMax) {
      impl.queue.push_back(std::move(sighting));
      impl.queue_bytes += bytes;
      taken = true;
      if (impl.queue.size() == 1 || impl.queue.size() == kBatchMax) impl.changed.notify_all();
    } else {
      ++impl.counts.dropped;
    }
  } catch (...) {  // no memory, or a mutex that the system refuses
    taken = false;
  }
  if (!taken) meters().dropped.add();
  return taken;
}

std::shared_ptr<const LocalEvidenceSource> SightingRecorder::evidence() const {
  return impl_->evidence;
}

RecorderStatus SightingRecorder::status() const {
  RecorderStatus out;
  {
    const std::lock_guard lock(impl_->mutex);
    out = impl_->counts;
    out.queue = impl_->queue.size() + impl_->in_batch;
    if (impl_->last_commit) {
      out.last_commit_age =
          std::chrono::duration_cast<milliseconds>(Steady::now() - *impl_->last_commit);
    }
  }
  if (const auto aggregates = impl_->evidence->get()) {
    out.numbers = aggregates->numbers().value_or(0);
    out.faults += aggregates->read_faults();
  }
  return out;
}

bool SightingRecorder::flush(milliseconds within) {
  Impl& impl = *impl_;
  std::unique_lock lock(impl.mutex);
  const std::uint64_t wanted = impl.counts.offered;
  return impl.changed.wait_for(
      lock, within, [&] { return impl.counts.recorded + impl.counts.dropped >= wanted; });
}

void SightingRecorder::stop(milliseconds within) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    impl_->stop_at = Steady::now() + within;
  }
  impl_->changed.notify_all();
  if (impl_->thread.joinable()) impl_->thread.join();
}

TimePoint SightingRecorder::system_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace ringfence
