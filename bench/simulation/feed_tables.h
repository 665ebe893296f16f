// FeedTables: the feed as reputation tables, with and without memory, each read with and without
// blocks. The real builder makes them, the real store reads them.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "bench/simulation/world.h"
#include "reputation/reputation_store.h"

namespace ringfence::simulation {

class FeedTables {
 public:
  /// `options` are the configuration's, but for the directory.
  static Result<FeedTables> make(const std::filesystem::path& directory,
                                 const ReputationOptions& options);

  /// Makes what the feed holds at `now` current. Rows have no date: who is in the feed is seen now.
  Result<void> publish(const std::vector<FeedEntry>& feed, std::int64_t now);

  Result<std::vector<NumberReputation>> lookup(bool memory, bool blocks,
                                               std::span<const E164> numbers, TimePoint now) const {
    return stores_[memory][blocks]->lookup(numbers, now);
  }

 private:
  FeedTables() = default;
  Result<void> publish_one(const ReputationOptions& options, bool memory, std::int64_t now);

  std::array<ReputationOptions, 2> options_;
  std::array<std::array<std::shared_ptr<ReputationStore>, 2>, 2> stores_;
  std::size_t next_ = 0;           // of the feed, that is yet to come
  std::vector<FeedEntry> listed_;  // that have not left
};

}  // namespace ringfence::simulation
