// CampaignTracker::prune(): what was not seen for long is forgotten, a little at a time.
//
// A campaign goes first; what belongs to it is found to be nobody's when its turn comes.
#include <algorithm>
#include <chrono>

#include "reputation/record.h"
#include "reputation/sightings/campaign_tracker.h"

namespace ringfence {
namespace {

enum Pruned { kCampaigns, kFeatures, kParts, kMembers, kMerged };

constexpr std::int32_t kFutureDaysMax = 2;  // seen later than that: by a wrong clock

bool is_outside(std::int32_t seen, std::int32_t day, std::int32_t last_day) {
  return seen < day || seen > last_day;
}

Result<bool> exists(const LmdbWriting& txn, const CampaignTables& tables, CampaignId id) {
  const auto found = txn.get(tables.campaigns, id_key(id));
  if (!found) return tl::unexpected(found.error());
  return found->has_value();
}

// `change` a campaign that is alive.
template <typename F>
Result<void> change_live(LmdbWriting& txn, const CampaignTables& tables, CampaignId id, F change) {
  auto live = find_live(txn, tables, id);
  if (!live) return tl::unexpected(live.error());
  if (!*live) return {};
  change((*live)->id, (*live)->record);
  return txn.put(tables.campaigns, id_key((*live)->id), encode((*live)->record));
}

void count_down(std::uint32_t& counter) { counter -= std::min(counter, 1u); }

// What the campaign counts of a row that goes.
Result<void> count_off(LmdbWriting& txn, const CampaignTables& tables, int which,
                       const std::string& key) {
  if (which == kMembers) {
    const CampaignId of = id_of_key(key);
    return change_live(txn, tables, of, [&](CampaignId id, CampaignRecord& record) {
      if (id == of) count_down(record.members);
    });
  }
  const auto part = which == kParts ? decode_part_key(key) : std::nullopt;
  if (!part) return {};
  return change_live(txn, tables, part->id, [&](CampaignId id, CampaignRecord& record) {
    if (id == part->id) count_down(record.parts[static_cast<std::size_t>(part->feature)]);
    if (part->feature == CampaignFeature::kNumber) count_down(record.numbers);
  });
}

}  // namespace

Result<std::size_t> CampaignTracker::prune(LmdbWriting& txn, std::int32_t day, std::size_t budget) {
  std::size_t forgotten = 0;
  for (int which = 0; which < kPrunedTables; ++which) {
    const auto gone =
        prune_table(txn, which, day, std::max<std::size_t>(budget / kPrunedTables, 1));
    if (!gone) return gone;
    forgotten += *gone;
  }
  return forgotten;
}

Result<std::size_t> CampaignTracker::prune_table(LmdbWriting& txn, int which, std::int32_t day,
                                                 std::size_t budget) {
  const std::array<LmdbTable, kPrunedTables> tables = {
      tables_.campaigns, tables_.features, tables_.parts, tables_.members, tables_.merged};
  const LmdbTable table = tables[static_cast<std::size_t>(which)];
  std::string& at = prune_at_[static_cast<std::size_t>(which)];
  std::vector<std::string> old;
  {
    auto cursor = txn.cursor(table);
    if (!cursor) return tl::unexpected(cursor.error());
    auto found = at.empty() ? cursor->first() : cursor->seek(at);
    for (; found && *found && budget > 0; found = cursor->next(), --budget) {
      const auto is = is_old(txn, which, cursor->key(), cursor->value(), day);
      if (!is) return tl::unexpected(is.error());
      if (*is) old.emplace_back(cursor->key());
    }
    if (!found) return tl::unexpected(found.error());
    at = *found ? std::string(cursor->key()) : "";
  }
  for (const std::string& key : old) {
    if (auto counted = count_off(txn, tables_, which, key); !counted) {
      return tl::unexpected(counted.error());
    }
    if (auto erased = txn.erase(table, key); !erased) return tl::unexpected(erased.error());
  }
  return old.size();
}

Result<bool> CampaignTracker::is_old(const LmdbWriting& txn, int which, std::string_view key,
                                     std::string_view value, std::int32_t day) const {
  const std::int32_t today = day + numbers_kept_days_;
  const std::int32_t last_day = today + kFutureDaysMax;
  if (which == kFeatures) {
    const auto record = decode_feature(value);
    return !record || is_outside(record->day, day, last_day);
  }
  if (which == kCampaigns) {
    const auto record = decode_campaign(value);
    if (!record) return true;
    if (record->merged_into.value == 0) {
      return is_outside(day_of(from_seconds(record->last_seen)), day, last_day);
    }
    const auto live = find_live(txn, tables_, record->merged_into);
    if (!live) return tl::unexpected(live.error());
    return !*live;
  }
  const auto of = exists(txn, tables_, id_of_key(key));
  if (!of || !*of) return of ? Result<bool>(true) : of;
  if (which == kParts) {
    const auto part = decode_part(value);
    return !part || is_outside(part->day, day, last_day);
  }
  if (which == kMembers) {
    const auto ref = decode_member_key(key);
    return !ref || is_outside(ref->day, today - journal_kept_days_, last_day);
  }
  const auto from = exists(txn, tables_, id_of_key(key.substr(4)));
  return from ? Result<bool>(!*from) : from;
}

}  // namespace ringfence
