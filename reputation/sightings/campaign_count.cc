// CampaignTracker, second part: what a mail leaves behind in the tables.
//
// What is full takes nothing new, but goes on counting what it knows.
#include <algorithm>

#include "reputation/record.h"
#include "reputation/sightings/campaign_tracker.h"

namespace ringfence {
namespace {

bool is_counted_elsewhere(CampaignFeature feature) {
  return feature == CampaignFeature::kDocument || feature == CampaignFeature::kSenderDomain;
}

bool is_block(CampaignFeature feature) {
  return feature == CampaignFeature::kBlock10 || feature == CampaignFeature::kBlock100;
}

}  // namespace

// Honest mail says which domains and documents everybody has.
Result<void> CampaignTracker::count_other(LmdbWriting& txn, Arrival& arrival) const {
  for (const MessageFeature& feature : features_of(arrival.sighting, {})) {
    if (!is_counted_elsewhere(feature.feature)) continue;
    const std::string key = feature_key(feature.feature, feature.hash);
    auto found = read_value(txn, tables_.features, key, decode_feature);
    if (!found) return tl::unexpected(found.error());
    if (!*found) {
      const auto count = txn.count(tables_.features);
      if (!count) return tl::unexpected(count.error());
      // Half of the table is for campaigns.
      if (*count >= limits_.features_max / 2) continue;
    }
    FeatureRecord record = found->value_or(FeatureRecord());
    if (record.other >= FeatureRecord::kOtherMax && record.day >= arrival.day) continue;
    record.other = std::min(record.other + 1, FeatureRecord::kOtherMax);
    record.day = std::max(record.day, arrival.day);
    if (auto put = txn.put(tables_.features, key, encode(record)); !put) return put;
  }
  return {};
}

// A number that much honest mail shows may turn out to be a scam's: what is suspect is counted.
Result<void> CampaignTracker::count_suspect(LmdbWriting& txn, const Arrival& arrival) const {
  if (!arrival.suspect) return {};
  for (const E164 number : arrival.honest) {
    const auto key = feature_key(CampaignFeature::kNumber, number.value());
    const auto found = read_value(txn, tables_.features, key, decode_feature);
    if (!found) return tl::unexpected(found.error());
    if (!*found) {
      const auto count = txn.count(tables_.features);
      if (!count) return tl::unexpected(count.error());
      if (*count >= limits_.features_max) continue;
    }
    FeatureRecord record = found->value_or(FeatureRecord());
    add_up(record.suspect, 1);
    record.day = std::max(record.day, arrival.day);
    if (auto put = txn.put(tables_.features, key, encode(record)); !put) return put;
  }
  return {};
}

Result<void> CampaignTracker::count_message(LmdbWriting& txn, const Arrival& arrival,
                                            LiveCampaign& live) {
  const Sighting& sighting = arrival.sighting;
  CampaignRecord& record = live.record;
  add_up(record.messages, 1);
  record.first_seen = std::min(record.first_seen, to_seconds(sighting.when));
  record.last_seen = std::max(record.last_seen, to_seconds(sighting.when));
  if (arrival.suspect) {
    count_name(record.brands, sighting.brand, 1);
    for (const std::string& lure : sighting.lures) count_name(record.lures, lure, 1);
    count_name(record.sender_domains,
               sighting.from_domain.empty() ? sighting.mail_from_domain : sighting.from_domain, 1);
  }
  for (std::size_t i = 0; i < arrival.features.size(); ++i) {
    if (auto counted = count_feature(txn, arrival, i, live); !counted) return counted;
  }
  if (arrival.suspect && !sighting.template_hash.empty()) {
    if (auto used =
            templates_.use(txn, tables_.templates, sighting.template_hash, live.id, arrival.day);
        !used) {
      return used;
    }
  }
  if (auto added = add_member(txn, arrival.ref, live); !added) return added;
  return txn.put(tables_.campaigns, id_key(live.id), encode(record));
}

Result<void> CampaignTracker::count_feature(LmdbWriting& txn, const Arrival& arrival,
                                            std::size_t index, LiveCampaign& live) {
  const MessageFeature& feature = arrival.features[index];
  FeatureRecord record = arrival.records[index];
  const bool is_new = record == FeatureRecord();
  if (is_new) {
    const auto count = txn.count(tables_.features);
    if (!count) return tl::unexpected(count.error());
    if (*count >= limits_.features_max) return {};
  }
  CampaignId owner = live.id;
  if (feature.feature == CampaignFeature::kNumber && !record.uses.empty()) {
    // A number stays with the campaign that it came with: this one, a part of it, or, for a number
    // among many, another.
    owner = record.uses.front().id;
    const auto of = find_live(txn, tables_, owner);
    if (!of) return tl::unexpected(of.error());
    if (!*of) {
      record.uses.clear();  // that was forgotten
      owner = live.id;
    } else if ((*of)->id != live.id) {
      add_up(record.suspect, arrival.suspect ? 1u : 0u);
      return txn.put(tables_.features, feature_key(feature.feature, feature.hash), encode(record));
    }
  }
  if (arrival.suspect) add_up(record.suspect, 1);
  count_use(record, owner, arrival.day);
  if (auto put =
          txn.put(tables_.features, feature_key(feature.feature, feature.hash), encode(record));
      !put)
    return put;
  if (is_block(feature.feature)) return {};  // the numbers tell
  return count_part(txn, owner, feature, arrival.day, live);
}

Result<void> CampaignTracker::count_part(LmdbWriting& txn, CampaignId owner,
                                         const MessageFeature& feature, std::uint16_t day,
                                         LiveCampaign& live) {
  const std::string key = part_key(owner, feature.feature, feature.hash);
  auto found = read_value(txn, tables_.parts, key, decode_part);
  if (!found) return tl::unexpected(found.error());
  PartRecord part = found->value_or(PartRecord());
  if (!*found) {
    const auto count = txn.count(tables_.parts);
    if (!count) return tl::unexpected(count.error());
    std::uint32_t& of_one = live.record.parts[static_cast<std::size_t>(feature.feature)];
    if (*count >= limits_.parts_max || of_one >= limits_.parts_of_one_max) return {};
    ++of_one;
    if (feature.feature == CampaignFeature::kNumber) add_up(live.record.numbers, 1);
    part.name = feature.name;
  }
  part.day = std::max(part.day, day);
  add_up(part.messages, 1);
  return txn.put(tables_.parts, key, encode(part));
}

Result<void> CampaignTracker::add_member(LmdbWriting& txn, const SightingRef& ref,
                                         LiveCampaign& live) const {
  if (live.record.members >= limits_.members_of_one_max) {
    std::string oldest;
    auto found = for_prefix(txn, tables_.members, id_key(live.id), [&](auto key, auto) {
      oldest = key;
      return false;
    });
    if (!found) return found;
    if (!oldest.empty()) {
      if (auto gone = txn.erase(tables_.members, oldest); !gone) {
        return tl::unexpected(gone.error());
      }
    }
    live.record.members -= 1;
  }
  const auto count = txn.count(tables_.members);
  if (!count) return tl::unexpected(count.error());
  if (*count >= limits_.members_max) return {};
  ++live.record.members;
  return txn.put(tables_.members, member_key(live.id, ref), "");
}

}  // namespace ringfence
