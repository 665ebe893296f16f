// SightingRecorder: takes sightings from mail's threads and writes them down on its own.
//
// Does: a bounded queue, one writing thread, batches no older than kBatchTime; the journal first,
// then the aggregates, which remember how far in the journal they are: at start what they lack is
// replayed. Whatever fails (disk full, locked, garbage) is said once in the log, counted and tried
// again; mail never waits. Does not: decide what is a sighting. Does not know: mail, policy.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "reputation/sighting_options.h"
#include "reputation/sightings/local_evidence_source.h"
#include "reputation/sightings/sighting.h"
#include "reputation/sightings/sighting_observer.h"

namespace ringfence {

struct RecorderStatus {
  std::uint64_t offered = 0;   // sightings, since the start
  std::uint64_t recorded = 0;  // in the journal and, but for a moment, in the aggregates
  std::uint64_t dropped = 0;   // for a full queue, or left in it at the end
  std::uint64_t replayed = 0;  // that the aggregates lacked and took from the journal
  std::uint64_t faults = 0;    // failures to write, and tables moved aside
  std::size_t queue = 0;       // messages that wait
  std::optional<std::chrono::milliseconds> last_commit_age{};
  std::string fault{};        // why nothing is written at present, "" when all is well
  std::uint64_t numbers = 0;  // different ones in the aggregates
};

class SightingRecorder {
 public:
  static constexpr std::chrono::milliseconds kBatchTime{250};
  static constexpr std::size_t kBatchMax = 4'000;            // messages
  static constexpr std::size_t kQueueBytesMax = 128u << 20;  // whatever queue_max says
  static constexpr std::chrono::milliseconds kRetryTime{1'000};

  using Clock = std::function<TimePoint()>;

  /// Starts the thread; everything else, opening files too, happens there. Null only when the
  /// system gives no thread. `observer` may be null; `clock` is the wall clock.
  static std::shared_ptr<SightingRecorder> start(const SightingOptions& options,
                                                 std::unique_ptr<SightingObserver> observer,
                                                 Clock clock = system_now);
  /// stop() with no time to wait.
  ~SightingRecorder();
  SightingRecorder(const SightingRecorder&) = delete;
  SightingRecorder& operator=(const SightingRecorder&) = delete;

  /// False when it was dropped: the queue is full, or memory is short. Any thread; never waits.
  bool offer(Sighting sighting) noexcept;

  /// Evidence from what is recorded. Good as long as it is held, also after stop().
  std::shared_ptr<const LocalEvidenceSource> evidence() const;
  /// Any thread.
  RecorderStatus status() const;

  /// Waits until what was offered so far is written or dropped; false when that takes longer than
  /// `within`.
  bool flush(std::chrono::milliseconds within);
  /// Writes what is in the queue, for at most `within`, and ends the thread. Offers after it are
  /// dropped.
  void stop(std::chrono::milliseconds within);

  static TimePoint system_now();

 private:
  struct Impl;
  explicit SightingRecorder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ringfence
