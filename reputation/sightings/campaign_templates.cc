#include "reputation/sightings/campaign_templates.h"

#include <algorithm>
#include <utility>

#include "reputation/record.h"

namespace ringfence {

Result<void> CampaignTemplates::load(const LmdbWriting& txn, LmdbTable table) {
  slots_.clear();
  last_used_ = 0;
  auto cursor = txn.cursor(table);
  if (!cursor) return tl::unexpected(cursor.error());
  auto found = cursor->first();
  for (; found && *found && slots_.size() < kTemplatesMax; found = cursor->next()) {
    auto record = decode_template(cursor->value());
    auto hash = record ? FuzzyHash::parse(record->hash) : std::nullopt;
    // Slots are without gaps; one that other hands broke ends the list, and is written over.
    if (!hash) break;
    last_used_ = std::max(last_used_, record->used);
    slots_.push_back({std::move(*hash), std::move(*record)});
  }
  if (!found) return tl::unexpected(found.error());
  return {};
}

std::vector<CampaignTemplates::Near> CampaignTemplates::near(std::string_view hash,
                                                             int distance_max) const {
  std::vector<Near> out;
  const auto asked = FuzzyHash::parse(hash);
  if (!asked) return out;
  for (const Slot& slot : slots_) {
    const int distance = slot.hash.distance(*asked);
    if (distance < distance_max) out.push_back({slot.record.id, distance});
  }
  const auto by_id = [](const Near& a, const Near& b) {
    return a.id != b.id ? a.id < b.id : a.distance < b.distance;
  };
  std::sort(out.begin(), out.end(), by_id);
  const auto same = [](const Near& a, const Near& b) { return a.id == b.id; };
  out.erase(std::unique(out.begin(), out.end(), same), out.end());
  if (out.size() <= kNearMax) return out;
  std::stable_sort(out.begin(), out.end(),
                   [](const Near& a, const Near& b) { return a.distance < b.distance; });
  out.resize(kNearMax);
  return out;
}

Result<void> CampaignTemplates::put(LmdbWriting& txn, LmdbTable table, std::size_t slot) const {
  const std::string key = {static_cast<char>(slot >> 8), static_cast<char>(slot & 0xFF)};
  return txn.put(table, key, encode(slots_[slot].record));
}

Result<void> CampaignTemplates::use(LmdbWriting& txn, LmdbTable table, std::string_view hash,
                                    CampaignId id, std::uint16_t day) {
  auto given = FuzzyHash::parse(hash);
  if (!given) return {};
  const auto none = slots_.size();
  std::size_t same = none, oldest = none, oldest_own = none, own = 0;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const TemplateRecord& record = slots_[i].record;
    const auto older = [&](std::size_t than) {
      return than == none || record.used < slots_[than].record.used;
    };
    if (older(oldest)) oldest = i;
    if (record.id != id) continue;
    ++own;
    if (older(oldest_own)) oldest_own = i;
    if (same == none && slots_[i].hash.distance(*given) <= kSameDistance) same = i;
  }
  ++last_used_;
  if (same != none) {
    slots_[same].record.used = last_used_;
    slots_[same].record.day = std::max(slots_[same].record.day, day);
    return put(txn, table, same);
  }
  Slot slot{std::move(*given), TemplateRecord{id, day, last_used_, std::string(hash)}};
  const bool full = slots_.size() >= kTemplatesMax;
  if (own < kOfOneMax && !full) {
    slots_.push_back(std::move(slot));
    return put(txn, table, slots_.size() - 1);
  }
  const std::size_t at = own >= kOfOneMax ? oldest_own : oldest;
  slots_[at] = std::move(slot);
  return put(txn, table, at);
}

Result<void> CampaignTemplates::rename(LmdbWriting& txn, LmdbTable table, CampaignId from,
                                       CampaignId to) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].record.id != from) continue;
    slots_[i].record.id = to;
    if (auto done = put(txn, table, i); !done) return done;
  }
  return {};
}

}  // namespace ringfence
