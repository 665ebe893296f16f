#include "reputation/sightings/campaign_tracker.h"

#include <algorithm>
#include <chrono>

#include "base/integer.h"
#include "reputation/record.h"

namespace ringfence {
namespace {

constexpr std::string_view kChanges = "changes";

std::int32_t days_of(std::chrono::seconds time) {
  return static_cast<std::int32_t>(std::chrono::ceil<std::chrono::days>(time).count());
}

Result<std::uint64_t> read_changes(const LmdbWriting& txn, LmdbTable meta) {
  const auto value = txn.get(meta, kChanges);
  if (!value) return tl::unexpected(value.error());
  return *value ? to_integer<std::uint64_t>(**value).value_or(0) : 0;
}

bool is_older(const LiveCampaign& a, const LiveCampaign& b) {
  return a.record.opened != b.record.opened ? a.record.opened < b.record.opened : a.id < b.id;
}

}  // namespace

CampaignTracker::CampaignTracker(const SightingOptions& options, const CampaignLimits& limits)
    : numbers_kept_days_(days_of(options.numbers_kept)),
      journal_kept_days_(days_of(options.journal_kept)),
      limits_(limits) {}

Result<void> CampaignTracker::open(LmdbWriting& txn) {
  const auto made = CampaignTables::make(txn);
  if (!made) return tl::unexpected(made.error());
  tables_ = *made;
  changes_.reset();
  prune_at_ = {};
  campaigns_handle_ = tables_.campaigns.handle;
  features_handle_ = tables_.features.handle;
  return {};
}

Result<void> CampaignTracker::open_reading(const LmdbEnv& env) {
  const auto found = CampaignTables::find(env);
  if (!found) return tl::unexpected(found.error());
  if (!*found) return {};
  campaigns_handle_ = (*found)->campaigns.handle;
  features_handle_ = (*found)->features.handle;
  return {};
}

// Memory is of the last transaction that this thread wrote in, which may have been lost.
Result<void> CampaignTracker::refresh(const LmdbWriting& txn) {
  const auto changes = read_changes(txn, tables_.meta);
  if (!changes) return tl::unexpected(changes.error());
  if (changes_ == *changes) return {};
  changes_.reset();
  if (auto loaded = templates_.load(txn, tables_.templates); !loaded) return loaded;
  changes_ = *changes;
  return {};
}

Result<void> CampaignTracker::observe(LmdbWriting& txn, const Sighting& sighting,
                                      const SightingRef& ref,
                                      std::span<const Aggregate> aggregates) {
  if (!sighting.counts() || sighting.numbers.empty()) return {};
  Arrival arrival{.sighting = sighting,
                  .ref = ref,
                  .day = campaign_day(sighting.when),
                  .suspect = is_suspect(sighting)};
  const auto known = read_numbers(txn, arrival, aggregates);
  if (!known) return tl::unexpected(known.error());
  if (auto counted = count_suspect(txn, arrival); !counted) return counted;
  if (arrival.usable.empty() || (!arrival.suspect && !*known)) return count_other(txn, arrival);
  if (auto ready = refresh(txn); !ready) return ready;
  if (auto read = read_features(txn, arrival); !read) return read;
  const std::uint64_t change = *changes_ + 1;
  changes_.reset();  // until all is done
  auto live = joined(txn, arrival);
  if (!live) return tl::unexpected(live.error());
  if (*live) {
    if (auto counted = count_message(txn, arrival, **live); !counted) return counted;
  }
  if (auto put = txn.put(tables_.meta, kChanges, std::to_string(change)); !put) return put;
  changes_ = change;
  return {};
}

// Which numbers may tie. True when one of them belongs to a campaign.
Result<bool> CampaignTracker::read_numbers(const LmdbWriting& txn, Arrival& arrival,
                                           std::span<const Aggregate> aggregates) const {
  const auto& numbers = arrival.sighting.numbers;
  bool known = false;
  for (std::size_t i = 0; i < numbers.size() && i < aggregates.size(); ++i) {
    if (arrival.usable.size() + arrival.honest.size() >= kCampaignNumbersMax) break;
    const auto key = feature_key(CampaignFeature::kNumber, numbers[i].number.value());
    const auto record = read_value(txn, tables_.features, key, decode_feature);
    if (!record) return tl::unexpected(record.error());
    const std::uint32_t suspect = (*record ? (*record)->suspect : 0) + (arrival.suspect ? 1u : 0u);
    if (is_honest(aggregates[i].good_messages, aggregates[i].messages, suspect,
                  numbers[i].score >= kSuspectScoreMin)) {
      arrival.honest.push_back(numbers[i].number);
      continue;
    }
    arrival.usable.push_back(numbers[i].number);
    known = known || (*record && !(*record)->uses.empty());
  }
  return known;
}

Result<void> CampaignTracker::read_features(const LmdbWriting& txn, Arrival& arrival) const {
  arrival.features = features_of(arrival.sighting, arrival.usable);
  // Mail that is known by its number alone is counted, and teaches nothing else.
  if (!arrival.suspect) {
    std::erase_if(arrival.features, [](const MessageFeature& feature) {
      return feature.feature != CampaignFeature::kNumber;
    });
  }
  arrival.records.reserve(arrival.features.size());
  for (const MessageFeature& feature : arrival.features) {
    auto record = read_value(txn, tables_.features, feature_key(feature.feature, feature.hash),
                             decode_feature);
    if (!record) return tl::unexpected(record.error());
    arrival.records.push_back(record->value_or(FeatureRecord()));
  }
  return {};
}

// Null when the campaign was forgotten.
Result<CampaignTracker::Candidate*> CampaignTracker::candidate(LmdbWriting& txn, Candidates& all,
                                                               CampaignId id) const {
  if (const auto known = all.known.find(id); known != all.known.end()) return known->second;
  std::vector<CampaignId> way;
  auto live = find_live(txn, tables_, id, &way);
  if (!live) return tl::unexpected(live.error());
  if (!*live) return all.known[id] = nullptr;
  // The next one that comes this way takes one step.
  for (std::size_t i = 0; i + 1 < way.size(); ++i) {
    CampaignRecord shortcut;
    shortcut.merged_into = (*live)->id;
    shortcut.last_seen = (*live)->record.last_seen;
    if (auto put = txn.put(tables_.campaigns, id_key(way[i]), encode(shortcut)); !put) {
      return tl::unexpected(put.error());
    }
  }
  const CampaignId root = (*live)->id;
  Candidate* const out =
      &all.live.try_emplace(root, Candidate{std::move(**live), {}}).first->second;
  return all.known[id] = out;
}

Result<CampaignTracker::Candidates> CampaignTracker::candidates(LmdbWriting& txn,
                                                                const Arrival& arrival) const {
  Candidates all;
  const std::size_t numbers = std::min(arrival.sighting.numbers.size(), kCampaignNumbersMax);
  const std::size_t documents =
      std::min(arrival.sighting.document_hashes.size(), kCampaignDocumentsMax);
  for (std::size_t i = 0; i < arrival.features.size(); ++i) {
    const FeatureRecord& record = arrival.records[i];
    std::vector<Candidate*> found;
    for (const FeatureRecord::Use& use : record.uses) {
      const auto one = candidate(txn, all, use.id);
      if (!one) return tl::unexpected(one.error());
      if (*one != nullptr && std::find(found.begin(), found.end(), *one) == found.end()) {
        found.push_back(*one);
      }
    }
    const auto others = static_cast<std::uint32_t>(found.empty() ? 0 : found.size() - 1);
    const CampaignFeature feature = arrival.features[i].feature;
    int weight = 0;
    switch (feature) {
      case CampaignFeature::kNumber:
        weight = diluted(kNumberWeight, numbers);
        break;
      case CampaignFeature::kDocument:
        weight = diluted(document_weight(record.other), documents);
        break;
      case CampaignFeature::kTemplate:
        weight = kTemplateWeight;
        break;
      case CampaignFeature::kBlock10:
        weight = diluted(kBlock10Weight, numbers);
        break;
      case CampaignFeature::kBlock100:
        weight = diluted(kBlock100Weight, numbers);
        break;
      case CampaignFeature::kSenderDomain:
        weight = domain_weight(others, record.other);
        break;
      case CampaignFeature::kBrand:
        weight = kBrandWeight;
        break;
    }
    for (Candidate* one : found) one->evidence.add(feature, weight);
  }
  if (auto added = add_templates(txn, arrival, all); !added) {
    return tl::unexpected(added.error());
  }
  return all;
}

Result<void> CampaignTracker::add_templates(LmdbWriting& txn, const Arrival& arrival,
                                            Candidates& all) const {
  if (!arrival.suspect) return {};
  for (const auto& near : templates_.near(arrival.sighting.template_hash, kTemplateFar)) {
    const auto one = candidate(txn, all, near.id);
    if (!one) return tl::unexpected(one.error());
    if (*one == nullptr) continue;
    (*one)->evidence.add(CampaignFeature::kTemplate, template_weight(near.distance));
  }
  return {};
}

// The campaign that the mail is in now, not yet counted there; nothing when there is no room for a
// new one.
Result<std::optional<LiveCampaign>> CampaignTracker::joined(LmdbWriting& txn,
                                                            const Arrival& arrival) {
  auto all = candidates(txn, arrival);
  if (!all) return tl::unexpected(all.error());
  std::vector<Candidate*> joining;
  std::array<int, kCampaignFeatureCount> strongest{};
  for (auto& [id, candidate] : all->live) {
    if (!candidate.evidence.joins()) continue;
    joining.push_back(&candidate);
    for (std::size_t i = 0; i < strongest.size(); ++i) {
      strongest[i] =
          std::max(strongest[i], candidate.evidence.weight(static_cast<CampaignFeature>(i)));
    }
  }
  if (joining.empty()) {
    if (!arrival.suspect) return std::optional<LiveCampaign>();
    return opened(txn, arrival);
  }
  std::sort(joining.begin(), joining.end(),
            [](const Candidate* a, const Candidate* b) { return is_older(a->live, b->live); });
  LiveCampaign into = std::move(joining.front()->live);
  for (std::size_t i = 1; i < joining.size(); ++i) {
    if (auto merged = merge(txn, into, joining[i]->live); !merged) {
      return tl::unexpected(merged.error());
    }
  }
  for (std::size_t i = 0; i < strongest.size(); ++i) {
    if (strongest[i] == 0) continue;
    add_up(into.record.ties[i].messages, 1);
    add_up(into.record.ties[i].weights, static_cast<std::uint32_t>(strongest[i]));
  }
  return into;
}

Result<std::optional<LiveCampaign>> CampaignTracker::opened(const LmdbWriting& txn,
                                                            const Arrival& arrival) const {
  const auto count = txn.count(tables_.campaigns);
  if (!count) return tl::unexpected(count.error());
  if (*count >= limits_.campaigns_max) return std::optional<LiveCampaign>();
  LiveCampaign out;
  for (std::uint32_t attempt = 0;; ++attempt) {
    out.id = campaign_id_of(arrival.ref, attempt);
    const auto taken = txn.get(tables_.campaigns, id_key(out.id));
    if (!taken) return tl::unexpected(taken.error());
    if (!*taken) break;
  }
  out.record.opened = arrival.ref;
  out.record.first_seen = to_seconds(arrival.sighting.when);
  out.record.last_seen = out.record.first_seen;
  return out;
}

Result<void> CampaignTracker::merge(LmdbWriting& txn, LiveCampaign& into,
                                    const LiveCampaign& from) {
  absorb(into.record, from.record);
  CampaignRecord gone;
  gone.merged_into = into.id;
  gone.last_seen = from.record.last_seen;
  if (auto put = txn.put(tables_.campaigns, id_key(from.id), encode(gone)); !put) return put;
  if (auto put = txn.put(tables_.merged, merged_key(into.id, from.id), ""); !put) return put;
  return templates_.rename(txn, tables_.templates, from.id, into.id);
}

Result<void> CampaignTracker::describe(const LmdbReading& txn, E164 number,
                                       LocalEvidence& out) const {
  CampaignTables tables;
  tables.campaigns.handle = campaigns_handle_;
  tables.features.handle = features_handle_;
  if (tables.features.handle == 0) return {};
  const auto key = feature_key(CampaignFeature::kNumber, number.value());
  const auto record = read_value(txn, tables.features, key, decode_feature);
  if (!record) return tl::unexpected(record.error());
  if (!*record || (*record)->uses.empty()) return {};
  // A listed number is rarely one of newsletters; without its score it is taken for what its mail
  // says.
  if (is_honest(out.good_messages, out.messages_total, (*record)->suspect, false)) return {};
  const auto live = find_live(txn, tables, (*record)->uses.front().id);
  if (!live) return tl::unexpected(live.error());
  if (*live) out.campaign = (*live)->id.to_string();
  return {};
}

}  // namespace ringfence
