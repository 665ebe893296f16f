// refresh_feeds(): every feed that is due, fetched, read, guarded, and all of them published as one
// generation.
//
// Does: know when to ask whom, fetch several at a time, keep the last good list of each feed that
// is at fault, remember what happened, drop the lists of feeds that left the configuration. Lookups
// go on undisturbed: they read the generation before until the new one is whole. Does not: know the
// numbering plan, print.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reputation/feed_options.h"
#include "reputation/feeds/feed_import.h"
#include "reputation/feeds/fetch.h"
#include "reputation/generation_builder.h"
#include "reputation/reputation_store.h"

namespace ringfence {

/// Feeds asked at the same time.
inline constexpr int kFetchesAtOnce = 4;

enum class FeedOutcome : std::uint8_t {
  kUpdated,     // its list was written anew
  kUnchanged,   // asked, and nothing is new
  kNotDue,      // asked less than `every` ago
  kDisabled,    // by its configuration
  kHeld,        // by the operator
  kRolledBack,  // it still has what the operator rolled back, which is not read again
  kFailed,      // the last good list stays
  kDropped,     // it left the configuration, and its list the table
};
/// "updated", "unchanged", "not-due", "disabled", "held", "rolled-back", "failed", "dropped".
std::string_view to_token(FeedOutcome outcome);

struct FeedReport {
  std::string name{};
  FeedOutcome outcome = FeedOutcome::kNotDue;
  std::optional<Error> error{};  // of kFailed
  std::string note{};            // what is worth knowing and stopped nothing
  bool fetched = false;          // asked, and it had something new
  std::uint64_t bytes = 0;       // of its documents, as received
  int tries = 0;
  FeedCounts read{};    // of kUpdated, and of a list that is not believed
  ListChange change{};  // of kUpdated
  std::optional<TimePoint> next{};

  /// Distinct numbers and ranges the list holds now.
  std::uint64_t numbers() const { return change.added + change.kept; }
  std::uint64_t ranges() const { return change.ranges_added + change.ranges_kept; }
};

struct RefreshReport {
  std::optional<BuildReport> built{};  // the new generation; nothing when none was needed
  std::vector<FeedReport> feeds{};     // in the order of the configuration, dropped ones last
  std::optional<Error> error{};        // why what was read could not be published
  std::vector<std::string> notes{};    // about none of them

  std::size_t failures() const;
};

/// What is to be refreshed.
struct RefreshSelection {
  std::vector<std::string> names{};  // these, due or not; all that are due when empty
  bool force = false;                // due or not, fetched and read even when unchanged
  bool accept_change = false;        // the guard is asked to look away
};

enum class RefreshPhase : std::uint8_t { kFetching, kReading, kWriting };
/// `feed` is "" while kWriting, which counts numbers; the others bytes, of `total` (0: unknown).
/// One call at a time. May be empty.
using RefreshProgress = std::function<void(std::string_view feed, RefreshPhase phase,
                                           std::uint64_t done, std::uint64_t total)>;

struct RefreshEnvironment {
  FetchClock clock = FetchClock::system();
  RefreshProgress progress{};
};

/// Refreshes feeds of `store.directory`. An Error is about all of it, with nothing changed:
/// kTempFail while another refresh (or, when there is something to write, an import) is at work,
/// kUsage for a name that is not configured, kConfig when there is no feed at all, kData when the
/// current generation is broken. The faults of feeds are in the report.
Result<RefreshReport> refresh_feeds(const std::vector<FeedOptions>& feeds,
                                    const ReputationOptions& store, const NumberParser& parser,
                                    TimePoint now, const RefreshSelection& which,
                                    const RefreshEnvironment& environment = {});

}  // namespace ringfence
