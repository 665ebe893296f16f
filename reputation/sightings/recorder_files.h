// RecorderFiles: what the recorder's thread does with files, step by step.
//
// Does: lock, open, replay what the aggregates lack, write a batch, delete what is old; moves files
// that are garbage aside. Does not: wait, count, try again (SightingRecorder does).
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "reputation/sighting_options.h"
#include "reputation/sightings/aggregates.h"
#include "reputation/sightings/journal.h"
#include "reputation/sightings/local_evidence_source.h"
#include "reputation/sightings/recorder.h"
#include "reputation/sightings/retention_clock.h"
#include "reputation/sightings/sighting_observer.h"

namespace ringfence {

/// Answers from the aggregates of the moment: none before they are open, others when they had to be
/// made anew. Any thread.
class CurrentEvidence : public LocalEvidenceSource {
 public:
  std::vector<LocalEvidence> lookup(std::span<const E164> numbers, TimePoint now) const override {
    const auto source = get();
    return source ? source->lookup(numbers, now) : std::vector<LocalEvidence>(numbers.size());
  }
  std::vector<LocalEvidence> lookup(const Sighting& at_hand) const override {
    const auto source = get();
    return source ? source->lookup(at_hand) : std::vector<LocalEvidence>(at_hand.numbers.size());
  }
  void set(std::shared_ptr<const Aggregates> source) {
    const std::lock_guard lock(mutex_);
    source_ = std::move(source);
  }
  std::shared_ptr<const Aggregates> get() const {
    const std::lock_guard lock(mutex_);
    return source_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Aggregates> source_;
};

/// One thread, but for what `evidence` is asked.
class RecorderFiles {
 public:
  /// `observer` may be null.
  RecorderFiles(const SightingOptions& options, std::unique_ptr<SightingObserver> observer,
                SightingRecorder::Clock clock, std::shared_ptr<CurrentEvidence> evidence);

  /// Opens what is not open, and lets the aggregates catch up with the journal. Cheap when all is
  /// done. Errors are worth another try.
  Result<void> open();
  /// Writes sightings of one day, after open(). `written` is set as soon as the journal has them:
  /// an Error after that is of the aggregates, which open() lets catch up.
  Result<void> write(std::int32_t day, std::span<const Sighting> sightings, bool& written);
  /// Deletes, forgets, seals; after open().
  Result<void> keep_house();
  void close() { journal_.close(); }

  std::uint64_t replayed() const { return replayed_; }
  /// What went wrong and was put right by moving a file aside, since the last call.
  std::vector<std::string> take_moved() { return std::exchange(moved_, {}); }

 private:
  template <typename T>
  Result<T> checked(Result<T> of_aggregates);
  Result<void> lock();
  Result<void> open_aggregates();
  Result<void> take_up(std::shared_ptr<Aggregates> opened);
  Result<void> catch_up(std::int32_t day);
  Result<void> replay(std::int32_t day);
  Result<JournalDay*> open_day(std::int32_t day);
  Result<void> move_day_aside(std::int32_t day, const Error& why);

  const SightingOptions options_;
  const std::unique_ptr<SightingObserver> observer_;
  const SightingRecorder::Clock clock_;
  const std::shared_ptr<CurrentEvidence> evidence_;
  Journal journal_;
  UniqueFd lock_;
  std::shared_ptr<Aggregates> aggregates_;
  std::optional<Error> aggregates_broken_;  // found to be garbage while in use
  bool caught_up_ = false;
  RetentionClock retention_;
  std::optional<std::int32_t> sealed_on_;
  std::optional<std::int32_t> removed_on_;
  std::uint64_t replayed_ = 0;
  std::vector<std::string> moved_;
};

}  // namespace ringfence
