// Snapshot: configuration, matcher and reputation, as one message sees them from begin to end.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "config/config.h"
#include "matcher/matcher.h"
#include "reputation/reputation_store.h"
#include "reputation/sightings/local_evidence_source.h"

namespace ringfence {

/// Immutable; a reload makes a new one, messages under way keep theirs.
struct Snapshot {
  Config config;
  std::shared_ptr<const MatcherEngine> matcher;
  std::shared_ptr<ReputationStore>
      reputation;  // null: no table (scan without one); lookups find nothing
  std::shared_ptr<const LocalEvidenceSource> local{};  // null: nothing is known of what was seen

  /// `require_reputation` false makes a missing directory an empty table instead of an error.
  static Result<std::shared_ptr<const Snapshot>> make(Config config, bool require_reputation);
};

}  // namespace ringfence
