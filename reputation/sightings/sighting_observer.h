// SightingObserver: who else learns from each sighting, in the aggregates' own transactions.
//
// Campaigns are one. Tables of an observer live in the aggregates' environment, so that they and
// the aggregates are always of the same sightings, whatever dies when.
#pragma once

#include <span>

#include "base/e164.h"
#include "base/result.h"
#include "reputation/lmdb_env.h"
#include "reputation/sightings/aggregate.h"
#include "reputation/sightings/sighting.h"

namespace ringfence {

/// Written by the recorder's thread alone; describe() is called by any thread at the same time.
/// An Error makes the recorder drop the transaction and try it again later.
class SightingObserver {
 public:
  virtual ~SightingObserver() = default;

  /// The environment was opened, perhaps anew and empty: open or make the tables.
  virtual Result<void> open(LmdbWriting& txn) = 0;
  /// Instead of open(), in a process that only reads: find the tables, or that there are none.
  virtual Result<void> open_reading(const LmdbEnv& env) = 0;
  /// `aggregates` are of sighting.numbers, in order, this sighting counted. Each sighting comes
  /// once (again when the transaction before was lost), days may mix.
  virtual Result<void> observe(LmdbWriting& txn, const Sighting& sighting, const SightingRef& ref,
                               std::span<const Aggregate> aggregates) = 0;
  /// Forget what was last touched before `day`, looking at no more than `budget` entries and going
  /// on where the last call ended. Called every second or so. Gives how many were forgotten.
  virtual Result<std::size_t> prune(LmdbWriting& txn, std::int32_t day, std::size_t budget) = 0;
  /// Adds what is known of the number (its campaign) to its evidence.
  virtual Result<void> describe(const LmdbReading& txn, E164 number, LocalEvidence& out) const = 0;
};

}  // namespace ringfence
