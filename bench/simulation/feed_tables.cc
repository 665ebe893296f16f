#include "bench/simulation/feed_tables.h"

#include <algorithm>
#include <system_error>

#include "reputation/generation_builder.h"

namespace ringfence::simulation {

Result<FeedTables> FeedTables::make(const std::filesystem::path& directory,
                                    const ReputationOptions& options) {
  FeedTables out;
  for (const bool memory : {false, true}) {
    ReputationOptions& mine = out.options_[memory];
    mine = options;
    mine.directory = directory / (memory ? "memory" : "exact");
    mine.generations_kept = 1;
    std::error_code error;
    std::filesystem::create_directories(mine.directory, error);
    if (error) return fail(ErrorKind::kCannotCreate, error.message());
    for (const bool blocks : {false, true}) {
      ReputationOptions reading = mine;
      reading.blocks.enabled = blocks;
      auto store = ReputationStore::open(reading);
      if (!store) return tl::unexpected(store.error());
      out.stores_[memory][blocks] = std::move(*store);
    }
  }
  return out;
}

Result<void> FeedTables::publish(const std::vector<FeedEntry>& feed, std::int64_t now) {
  for (; next_ < feed.size() && feed[next_].from <= now; ++next_) listed_.push_back(feed[next_]);
  std::erase_if(listed_, [&](const FeedEntry& entry) { return entry.until <= now; });
  for (const bool memory : {false, true}) {
    if (auto done = publish_one(options_[memory], memory, now); !done) return done;
    for (const auto& store : stores_[memory]) {
      if (auto done = store->refresh(); !done) return done;
    }
  }
  return {};
}

Result<void> FeedTables::publish_one(const ReputationOptions& options, bool memory,
                                     std::int64_t now) {
  const TimePoint time{std::chrono::seconds(now)};
  auto builder = GenerationBuilder::begin(builder_options(options));
  if (!builder) return tl::unexpected(builder.error());
  const auto list =
      builder->replace_list({.name = "feed", .imported = time, .keep_missing = memory});
  if (!list) return tl::unexpected(list.error());
  const auto category = builder->category("toad");
  if (!category) return fail(ErrorKind::kData, "no room for a category");
  const Parameters defaults;
  for (const FeedEntry& entry : listed_) {
    const auto number = E164::from_value(entry.number);
    if (!number) return fail(ErrorKind::kData, "not a number");
    auto added = builder->add(*list, {.number = *number,
                                      .category = *category,
                                      .score = defaults.listing_score,
                                      .first_listed = time,
                                      .last_seen = time});
    if (!added) return added;
  }
  if (const auto built = builder->build(time); !built) return tl::unexpected(built.error());
  return builder->publish();
}

}  // namespace ringfence::simulation
