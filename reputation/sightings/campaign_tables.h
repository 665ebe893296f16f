// CampaignTables: the tables of campaigns in the aggregates' file, as values.
//
// Does: find and read in transactions of both kinds, write in one. Does not: decide anything
// (campaign_tracker does). A value that cannot be read is as good as none.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "reputation/lmdb_env.h"
#include "reputation/sightings/campaign_record.h"

namespace ringfence {

struct CampaignTables {
  LmdbTable campaigns;  // id -> CampaignRecord
  LmdbTable features;   // feature_key() -> FeatureRecord
  LmdbTable parts;      // part_key() -> PartRecord
  LmdbTable members;    // member_key() -> nothing
  LmdbTable merged;     // merged_key() -> nothing
  LmdbTable templates;  // slot, 2 bytes -> TemplateRecord
  LmdbTable meta;       // "format", "changes"

  /// kData when they are of another format.
  static Result<CampaignTables> make(LmdbWriting& txn);
  /// Nothing when there are none yet; kData likewise.
  static Result<std::optional<CampaignTables>> find(const LmdbEnv& env);
};

/// How many merges are followed from one id. The tracker shortens the way at each use.
inline constexpr int kMergesFollowedMax = 10'000;

struct LiveCampaign {
  CampaignId id{};
  CampaignRecord record{};
};

/// Txn is LmdbReading or LmdbWriting. `decode` is one of campaign_record.h.
template <typename Txn, typename Value>
auto read_value(const Txn& txn, LmdbTable table, std::string_view key,
                std::optional<Value> (*decode)(std::string_view)) -> Result<std::optional<Value>> {
  const auto bytes = txn.get(table, key);
  if (!bytes) return tl::unexpected(bytes.error());
  if (!*bytes) return std::optional<Value>();
  return decode(**bytes);
}

/// The campaign that `id` leads to; nothing when it was forgotten. `way` gets the merged ones that
/// were passed, when it is not null.
template <typename Txn>
Result<std::optional<LiveCampaign>> find_live(const Txn& txn, const CampaignTables& tables,
                                              CampaignId id,
                                              std::vector<CampaignId>* way = nullptr) {
  for (int i = 0; i < kMergesFollowedMax; ++i) {
    auto record = read_value(txn, tables.campaigns, id_key(id), decode_campaign);
    if (!record) return tl::unexpected(record.error());
    if (!*record) return std::optional<LiveCampaign>();
    if ((*record)->merged_into.value == 0) return LiveCampaign{id, std::move(**record)};
    if (way != nullptr) way->push_back(id);
    id = (*record)->merged_into;
  }
  return std::optional<LiveCampaign>();
}

/// Calls f(key, value) for each entry whose key begins with `prefix`, in order, until it gives
/// false. f must not change the table.
template <typename Txn, typename F>
Result<void> for_prefix(const Txn& txn, LmdbTable table, std::string_view prefix, F f) {
  auto cursor = txn.cursor(table);
  if (!cursor) return tl::unexpected(cursor.error());
  auto found = prefix.empty() ? cursor->first() : cursor->seek(prefix);
  for (; found && *found && cursor->key().starts_with(prefix); found = cursor->next()) {
    if (!f(cursor->key(), cursor->value())) return {};
  }
  if (!found) return tl::unexpected(found.error());
  return {};
}

}  // namespace ringfence
