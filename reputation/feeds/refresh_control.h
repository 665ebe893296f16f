// What an operator does about feeds by hand: go back, hold, release, drop a list, look at what is
// refused.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "reputation/feeds/feed_import.h"
#include "reputation/feeds/feed_state.h"
#include "reputation/reputation_store.h"

namespace ringfence {

struct RollBackReport {
  std::optional<std::uint64_t> from;  // what was current
  std::uint64_t to = 0;
  /// Lists that are other than before. What their feeds brought last is not read again, until the
  /// feed has something else or is refreshed by force.
  std::vector<std::string> feeds;
  std::vector<std::string> others;  // lists that are other, without a feed that brought them since
};
/// Makes an earlier generation current: `generation`, or the one before the current. Errors of
/// roll_back(); kTempFail while a refresh is at work.
Result<RollBackReport> roll_back_feeds(const std::filesystem::path& reputation,
                                       std::optional<std::uint64_t> generation);

/// Stops a feed from being refreshed, and lets it go on. `name` is is_list_name(). release: false
/// when it was not held.
Result<void> hold_feed(const std::filesystem::path& reputation, const std::string& name,
                       const FeedHold& hold);
Result<bool> release_feed(const std::filesystem::path& reputation, const std::string& name);

/// Takes a list out of the table, and forgets the feed that made it. kNoInput when there is none.
Result<BuildReport> drop_list(const ReputationOptions& store, const std::string& name,
                              TimePoint now);

/// Reads what was kept of the feed again, for the rows it refuses; nothing is written. kNoInput
/// when nothing was kept.
Result<FeedCounts> read_refused(const FeedOptions& feed, const ReputationOptions& store,
                                const NumberParser& parser, TimePoint now,
                                std::size_t examples_max);

}  // namespace ringfence
