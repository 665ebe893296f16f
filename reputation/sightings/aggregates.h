// Aggregates: every number's Aggregate in one live LMDB file, and how far in the journal it is.
//
// Does: count sightings in transactions, answer for LocalEvidence, forget what is old, let an
// observer (campaigns) keep its tables in the same transactions. Does not know: the queue, the
// journal's files. docs/sightings.md has the format.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "reputation/lmdb_env.h"
#include "reputation/sightings/aggregate.h"
#include "reputation/sightings/local_evidence_source.h"
#include "reputation/sightings/sighting.h"
#include "reputation/sightings/sighting_observer.h"

namespace ringfence {

/// A file of the journal: its day, and the serial that tells it from one that took its place.
struct JournalFile {
  std::int32_t day = 0;
  std::uint64_t serial = 0;
};

class Aggregates : public LocalEvidenceSource {
 public:
  /// Opens or makes `file` to write. `observer` may be null, and must live as long. kData when the
  /// file is garbage, cut short or of another format: it can be made anew from the journal.
  static Result<std::shared_ptr<Aggregates>> open(const std::filesystem::path& file,
                                                  std::size_t numbers_max,
                                                  std::chrono::seconds window,
                                                  SightingObserver* observer);
  /// Opens it to read, as another process than the recorder's. kNoInput when it is missing. The
  /// observer is asked for describe() alone, after open_reading().
  static Result<std::shared_ptr<Aggregates>> open_reading(const std::filesystem::path& file,
                                                          std::chrono::seconds window,
                                                          SightingObserver* observer);

  std::vector<LocalEvidence> lookup(std::span<const E164> numbers, TimePoint now) const override;
  std::vector<LocalEvidence> lookup(const Sighting& at_hand) const override;
  /// Calls f for each number in ascending order until it gives false. One read transaction.
  Result<void> for_each(const std::function<bool(E164, const Aggregate&)>& f) const;
  Result<std::uint64_t> numbers() const;
  /// The aggregate of one number; nothing when it was never seen.
  Result<std::optional<Aggregate>> find(E164 number) const;
  /// How often lookup() could not read. Any thread.
  std::uint64_t read_faults() const { return read_faults_.load(); }

  // From here on: the recorder's thread alone, after open().

  /// The last row that is counted, 0 for none.
  Result<std::int64_t> applied(const JournalFile& file) const;
  /// Counts the sightings, rows `first_row` and following of `file`, all or none.
  Result<void> apply(const JournalFile& file, std::int64_t first_row,
                     std::span<const Sighting> sightings);
  /// Looks at `budget` numbers, going on where the last call ended, and forgets those not seen
  /// since `day`, or said to be seen after `last_day` (a clock had jumped). The observer does
  /// likewise. Gives how many were forgotten.
  Result<std::size_t> prune(std::int32_t day, std::int32_t last_day, std::size_t budget);
  /// Forgets how far it is in the files of `day`, which were deleted.
  Result<void> forget_files(std::int32_t day);
  void forget_dead_readers() { env_.forget_dead_readers(); }
  /// True when numbers_max was reached: new numbers are not counted, known ones are.
  bool full() const { return full_; }

 private:
  Aggregates(LmdbEnv env, std::chrono::seconds window, SightingObserver* observer)
      : env_(std::move(env)), window_(window), observer_(observer) {}
  std::vector<LocalEvidence> answered(Result<void> read, std::vector<LocalEvidence> out) const;
  Result<void> make_tables();
  Result<void> find_tables();
  Result<void> check_format(std::optional<std::string_view> format) const;
  Result<std::vector<std::string>> old_keys(std::int32_t day, std::int32_t last_day,
                                            std::size_t budget);
  template <typename F>
  Result<void> look_up(std::span<const E164> numbers, F answer) const;

  LmdbEnv env_;
  LmdbTable numbers_;
  LmdbTable files_;
  LmdbTable meta_;
  std::chrono::seconds window_;
  SightingObserver* observer_;
  std::size_t numbers_max_ = 0;
  std::string prune_at_;  // the key to go on with
  bool full_ = false;
  mutable std::atomic<std::uint64_t> read_faults_{0};
};

}  // namespace ringfence
