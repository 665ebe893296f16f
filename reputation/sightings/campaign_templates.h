// CampaignTemplates: the texts of campaigns that were used last, to find those that are near.
//
// Does: keep at most kTemplatesMax of them in memory, as one table has them; compare a text with
// all. Does not know: what near ones are good for (campaign_join.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reputation/lmdb_env.h"
#include "reputation/sightings/campaign.h"
#include "reputation/sightings/campaign_record.h"
#include "reputation/sightings/fuzzy_hash.h"

namespace ringfence {

class CampaignTemplates {
 public:
  static constexpr std::size_t kTemplatesMax = 1'024;
  static constexpr std::size_t kOfOneMax = 32;  // of one campaign: one that varies fills no list
  static constexpr std::size_t kNearMax = 16;
  static constexpr int kSameDistance = 15;  // such a text of the same campaign is not kept again

  struct Near {
    CampaignId id{};
    int distance = 0;
  };

  /// Forgets all and reads the table.
  Result<void> load(const LmdbWriting& txn, LmdbTable table);
  /// The nearest kNearMax texts of those nearer than `distance_max`, each campaign once.
  std::vector<Near> near(std::string_view hash, int distance_max) const;
  /// The campaign has used the text: it stands last in the order in which texts make room.
  Result<void> use(LmdbWriting& txn, LmdbTable table, std::string_view hash, CampaignId id,
                   std::uint16_t day);
  /// Texts of the one are the other's.
  Result<void> rename(LmdbWriting& txn, LmdbTable table, CampaignId from, CampaignId to);
  std::size_t size() const { return slots_.size(); }

 private:
  struct Slot {
    FuzzyHash hash;
    TemplateRecord record;
  };
  Result<void> put(LmdbWriting& txn, LmdbTable table, std::size_t slot) const;

  std::vector<Slot> slots_;  // slot n of the table is slots_[n]
  std::uint64_t last_used_ = 0;
};

}  // namespace ringfence
