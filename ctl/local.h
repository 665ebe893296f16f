// What this site saw of a number, for the commands: where it is read, how it is shown.
#pragma once

#include <memory>
#include <string>

#include "config/config.h"
#include "ctl/report_json.h"
#include "reputation/local_evidence.h"
#include "reputation/sightings/local_evidence_source.h"

namespace ringfence {

/// Evidence as the daemon records it, while it does; null when sightings are off or nothing was
/// recorded yet. What cannot be read is told on stderr, and is null too: commands go on without.
std::shared_ptr<const LocalEvidenceSource> open_local_evidence(const Config& config);

/// Null for a number that was never seen.
Json to_json(const LocalEvidence& evidence);
/// "seen here in 12 mails of 4 days under 3 brands, ...", "" for a number that was never seen.
std::string local_text(const LocalEvidence& evidence);

}  // namespace ringfence
