// LocalEvidenceSource: the way to ask what was recorded of numbers.
#pragma once

#include <span>
#include <vector>

#include "base/e164.h"
#include "reputation/local_evidence.h"
#include "reputation/sightings/sighting.h"

namespace ringfence {

/// Any thread; never waits for the recorder. Never fails: what cannot be read is as if it were
/// never seen (the recorder's status counts such faults). One answer for each number, in order.
class LocalEvidenceSource {
 public:
  virtual ~LocalEvidenceSource() = default;
  /// As of `now`.
  virtual std::vector<LocalEvidence> lookup(std::span<const E164> numbers, TimePoint now) const = 0;
  /// Of the numbers of the message at hand, with that message counted as if it were recorded.
  virtual std::vector<LocalEvidence> lookup(const Sighting& at_hand) const = 0;
};

}  // namespace ringfence
