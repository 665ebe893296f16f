// CampaignTracker: puts mails together into campaigns, one at a time, as they are recorded.
//
// Does: look up what a mail shares with which campaigns, join it to them, or open one; all of it in
// the recorder's transaction, so that campaigns and aggregates are always of the same sightings.
// What it keeps in memory is a copy of one table, read again when a transaction was lost.
// Does not: decide what weighs how much (campaign_join). docs/sightings.md has rules and tables.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reputation/sighting_options.h"
#include "reputation/sightings/campaign_join.h"
#include "reputation/sightings/campaign_tables.h"
#include "reputation/sightings/campaign_templates.h"
#include "reputation/sightings/sighting_observer.h"

namespace ringfence {

/// What is full takes nothing new, but goes on counting what it knows.
struct CampaignLimits {
  std::uint64_t campaigns_max = 1'000'000;  // merged ones too
  std::uint64_t features_max = 10'000'000;  // different ones
  std::uint64_t parts_max = 10'000'000;     // of all campaigns; likewise members
  std::uint64_t members_max = 10'000'000;
  std::uint32_t parts_of_one_max = 10'000;    // of each kind, of one campaign
  std::uint32_t members_of_one_max = 10'000;  // the oldest make room
};

class CampaignTracker : public SightingObserver {
 public:
  explicit CampaignTracker(const SightingOptions& options, const CampaignLimits& limits = {});

  Result<void> open(LmdbWriting& txn) override;
  Result<void> open_reading(const LmdbEnv& env) override;
  Result<void> observe(LmdbWriting& txn, const Sighting& sighting, const SightingRef& ref,
                       std::span<const Aggregate> aggregates) override;
  Result<std::size_t> prune(LmdbWriting& txn, std::int32_t day, std::size_t budget) override;
  Result<void> describe(const LmdbReading& txn, E164 number, LocalEvidence& out) const override;

 private:
  // A mail on its way into a campaign.
  struct Arrival {
    const Sighting& sighting;
    SightingRef ref;
    std::uint16_t day = 0;
    bool suspect = false;
    std::vector<E164> usable{};  // the numbers that may tie
    std::vector<E164> honest{};  // those that do not
    std::vector<MessageFeature> features{};
    std::vector<FeatureRecord> records{};  // of the features, in order
  };
  struct Candidate {
    LiveCampaign live{};
    JoinEvidence evidence{};
  };
  struct Candidates {
    std::map<CampaignId, Candidate> live{};
    std::map<CampaignId, Candidate*> known{};  // by every id that led there; null: forgotten
  };

  Result<void> refresh(const LmdbWriting& txn);
  Result<bool> read_numbers(const LmdbWriting& txn, Arrival& arrival,
                            std::span<const Aggregate> aggregates) const;
  Result<void> read_features(const LmdbWriting& txn, Arrival& arrival) const;
  Result<void> count_suspect(LmdbWriting& txn, const Arrival& arrival) const;
  Result<void> count_other(LmdbWriting& txn, Arrival& arrival) const;
  Result<Candidates> candidates(LmdbWriting& txn, const Arrival& arrival) const;
  Result<Candidate*> candidate(LmdbWriting& txn, Candidates& all, CampaignId id) const;
  Result<void> add_templates(LmdbWriting& txn, const Arrival& arrival, Candidates& all) const;
  Result<std::optional<LiveCampaign>> joined(LmdbWriting& txn, const Arrival& arrival);
  Result<std::optional<LiveCampaign>> opened(const LmdbWriting& txn, const Arrival& arrival) const;
  Result<void> merge(LmdbWriting& txn, LiveCampaign& into, const LiveCampaign& from);
  Result<void> count_message(LmdbWriting& txn, const Arrival& arrival, LiveCampaign& live);
  Result<void> count_feature(LmdbWriting& txn, const Arrival& arrival, std::size_t index,
                             LiveCampaign& live);
  Result<void> count_part(LmdbWriting& txn, CampaignId owner, const MessageFeature& feature,
                          std::uint16_t day, LiveCampaign& live);
  Result<void> add_member(LmdbWriting& txn, const SightingRef& ref, LiveCampaign& live) const;

  Result<std::size_t> prune_table(LmdbWriting& txn, int which, std::int32_t day,
                                  std::size_t budget);
  Result<bool> is_old(const LmdbWriting& txn, int which, std::string_view key,
                      std::string_view value, std::int32_t day) const;

  const std::int32_t numbers_kept_days_;
  const std::int32_t journal_kept_days_;
  const CampaignLimits limits_;

  // The recorder's thread.
  CampaignTables tables_;
  CampaignTemplates templates_;
  std::optional<std::uint64_t> changes_;  // of what the memory is a copy
  static constexpr int kPrunedTables = 5;
  std::array<std::string, kPrunedTables> prune_at_;  // the key to go on with

  // Any thread: the handles that describe() needs, 0 for none.
  std::atomic<unsigned> campaigns_handle_{0};
  std::atomic<unsigned> features_handle_{0};
};

}  // namespace ringfence
