#include "reputation/sightings/campaign_reader.h"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>
#include <utility>

#include "reputation/record.h"
#include "reputation/sightings/campaign_graph.h"
#include "reputation/sightings/campaign_tables.h"

namespace ringfence {
namespace {

bool more_messages(const CampaignName& a, const CampaignName& b) {
  return a.messages != b.messages ? a.messages > b.messages : a.name < b.name;
}

std::vector<CampaignName> in_order(std::vector<CampaignName> names) {
  std::sort(names.begin(), names.end(), more_messages);
  return names;
}

std::vector<CampaignTie> ties_of(const CampaignRecord& record) {
  std::vector<CampaignTie> out;
  for (int i = 0; i < kCampaignFeatureCount; ++i) {
    const auto& tie = record.ties[static_cast<std::size_t>(i)];
    if (tie.messages == 0) continue;
    out.push_back({static_cast<CampaignFeature>(i), tie.messages,
                   static_cast<double>(tie.weights) / 1'000.0 / tie.messages});
  }
  std::stable_sort(out.begin(), out.end(), [](const CampaignTie& a, const CampaignTie& b) {
    return a.weight * a.messages > b.weight * b.messages;
  });
  return out;
}

bool holds(const CampaignQuery& query, const CampaignRecord& record) {
  return record.merged_into.value == 0 && record.messages >= query.messages_min &&
         (!query.since || from_seconds(record.last_seen) >= *query.since) &&
         (!query.until || from_seconds(record.first_seen) <= *query.until);
}

auto rank(const CampaignQuery& query, const LiveCampaign& live) {
  const bool newest = query.order == CampaignQuery::Order::kNewest;
  return std::tuple(newest ? live.record.last_seen : live.record.messages,
                    newest ? live.record.messages : live.record.last_seen, live.id);
}

}  // namespace

struct CampaignReader::Impl {
  LmdbEnv env;
  std::optional<CampaignTables> tables;  // none yet: no campaign was ever opened
  TimePoint now;

  Result<Campaign> described(const LmdbReading& txn, const LiveCampaign& live) const {
    Campaign out;
    out.id = live.id;
    out.first_seen = from_seconds(live.record.first_seen);
    out.last_seen = from_seconds(live.record.last_seen);
    const bool active = out.last_seen + std::chrono::days(Campaign::kActiveDays) > now;
    out.state = active ? Campaign::State::kActive : Campaign::State::kDormant;
    out.messages = live.record.messages;
    out.numbers = live.record.numbers;
    out.brands = in_order(live.record.brands);
    out.lures = in_order(live.record.lures);
    out.sender_domains = in_order(live.record.sender_domains);
    out.ties = ties_of(live.record);
    auto all = ids_of(txn, live.id);
    if (!all) return tl::unexpected(all.error());
    out.merged.assign(all->begin() + 1, all->end());
    return out;
  }

  // The campaign and those that were merged into it, at most kMergedMax + 1.
  Result<std::vector<CampaignId>> ids_of(const LmdbReading& txn, CampaignId root) const {
    std::vector<CampaignId> out = {root};
    std::set<CampaignId> known = {root};  // a file of other hands may go round in circles
    for (std::size_t i = 0; i < out.size(); ++i) {
      auto read = for_prefix(txn, tables->merged, id_key(out[i]), [&](std::string_view key, auto) {
        if (out.size() > kMergedMax) return false;
        if (key.size() != 8) return true;
        const CampaignId from = id_of_key(key.substr(4));
        if (known.insert(from).second) out.push_back(from);
        return true;
      });
      if (!read) return tl::unexpected(read.error());
    }
    return out;
  }

  Result<std::vector<CampaignId>> ids_from(const LmdbReading& txn, CampaignId id) const {
    const auto live = find_live(txn, *tables, id);
    if (!live) return tl::unexpected(live.error());
    return *live ? ids_of(txn, (*live)->id) : Result<std::vector<CampaignId>>();
  }

  Result<std::optional<Campaign>> found(const LmdbReading& txn, CampaignId id) const {
    const auto live = find_live(txn, *tables, id);
    if (!live) return tl::unexpected(live.error());
    if (!*live) return std::optional<Campaign>();
    return described(txn, **live);
  }
};

CampaignReader::CampaignReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CampaignReader::CampaignReader(CampaignReader&&) noexcept = default;
CampaignReader& CampaignReader::operator=(CampaignReader&&) noexcept = default;
CampaignReader::~CampaignReader() = default;

Result<CampaignReader> CampaignReader::open(const std::filesystem::path& directory, TimePoint now) {
  auto env = LmdbEnv::open_live_reading(directory / "aggregates.mdb");
  if (!env) return tl::unexpected(env.error());
  auto tables = CampaignTables::find(*env);
  if (!tables) return tl::unexpected(tables.error());
  return CampaignReader(std::make_unique<Impl>(Impl{std::move(*env), *tables, now}));
}

Result<std::vector<Campaign>> CampaignReader::list(const CampaignQuery& query) const {
  std::vector<Campaign> out;
  if (!impl_->tables || query.limit == 0) return out;
  const auto txn = impl_->env.read();
  if (!txn) return tl::unexpected(txn.error());
  const auto before = [&](const LiveCampaign& a, const LiveCampaign& b) {
    return rank(query, a) > rank(query, b);
  };
  std::vector<LiveCampaign> best;
  const auto keep = [&](std::size_t count) {
    std::sort(best.begin(), best.end(), before);
    best.resize(std::min(best.size(), count));
  };
  auto read = for_prefix(*txn, impl_->tables->campaigns, "", [&](auto key, auto value) {
    if (key.size() != 4) return true;
    auto record = decode_campaign(value);
    if (!record || !holds(query, *record)) return true;
    best.push_back({id_of_key(key), std::move(*record)});
    if (best.size() / 2 > query.limit) keep(query.limit);
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  keep(query.limit);
  for (const LiveCampaign& live : best) {
    auto campaign = impl_->described(*txn, live);
    if (!campaign) return tl::unexpected(campaign.error());
    out.push_back(std::move(*campaign));
  }
  return out;
}

Result<std::optional<Campaign>> CampaignReader::find(CampaignId id) const {
  if (!impl_->tables) return std::optional<Campaign>();
  const auto txn = impl_->env.read();
  if (!txn) return tl::unexpected(txn.error());
  return impl_->found(*txn, id);
}

Result<std::optional<Campaign>> CampaignReader::find(E164 number) const {
  if (!impl_->tables) return std::optional<Campaign>();
  const auto txn = impl_->env.read();
  if (!txn) return tl::unexpected(txn.error());
  const auto key = feature_key(CampaignFeature::kNumber, number.value());
  const auto record = read_value(*txn, impl_->tables->features, key, decode_feature);
  if (!record) return tl::unexpected(record.error());
  if (!*record || (*record)->uses.empty()) return std::optional<Campaign>();
  return impl_->found(*txn, (*record)->uses.front().id);
}

Result<CampaignMembers> CampaignReader::members(CampaignId id) const {
  CampaignMembers out;
  if (!impl_->tables) return out;
  const auto txn = impl_->env.read();
  if (!txn) return tl::unexpected(txn.error());
  const auto ids = impl_->ids_from(*txn, id);
  if (!ids) return tl::unexpected(ids.error());
  const auto live = ids->empty() ? Result<std::optional<LiveCampaign>>()
                                 : find_live(*txn, *impl_->tables, ids->front());
  if (!live) return tl::unexpected(live.error());
  const auto trim_messages = [&] {
    std::sort(out.messages.begin(), out.messages.end(), std::greater<>());
    out.messages.resize(std::min(out.messages.size(), kMembersMax));
  };
  const auto trim_numbers = [&] {
    std::sort(out.numbers.begin(), out.numbers.end(),
              [](const CampaignNumber& a, const CampaignNumber& b) {
                return a.messages != b.messages ? a.messages > b.messages : a.number < b.number;
              });
    const auto kept = static_cast<std::ptrdiff_t>(std::min(out.numbers.size(), kMembersMax));
    out.numbers.erase(out.numbers.begin() + kept, out.numbers.end());
  };
  for (const CampaignId one : *ids) {
    auto read =
        for_prefix(*txn, impl_->tables->members, id_key(one), [&](std::string_view key, auto) {
          if (const auto ref = decode_member_key(key)) out.messages.push_back(*ref);
          if (out.messages.size() > 2 * kMembersMax) trim_messages();
          return true;
        });
    if (!read) return tl::unexpected(read.error());
    const std::string prefix = id_key(one) + static_cast<char>(CampaignFeature::kNumber);
    read = for_prefix(*txn, impl_->tables->parts, prefix, [&](auto key, auto value) {
      const auto part = decode_part_key(key);
      const auto record = decode_part(value);
      const auto number = part ? E164::from_value(part->hash) : std::nullopt;
      if (!number || !record) return true;
      out.numbers.push_back({*number, record->messages, TimePoint(std::chrono::days(record->day))});
      if (out.numbers.size() > 2 * kMembersMax) trim_numbers();
      return true;
    });
    if (!read) return tl::unexpected(read.error());
  }
  trim_messages();
  trim_numbers();
  if (*live) {
    out.messages_cut = out.messages.size() < (*live)->record.messages;
    out.numbers_cut = out.numbers.size() < (*live)->record.numbers;
  }
  return out;
}

Result<CampaignGraph> CampaignReader::edges(CampaignId id) const {
  if (!impl_->tables) return CampaignGraph();
  const auto txn = impl_->env.read();
  if (!txn) return tl::unexpected(txn.error());
  const auto ids = impl_->ids_from(*txn, id);
  if (!ids) return tl::unexpected(ids.error());
  if (ids->empty()) return CampaignGraph();
  const auto live = find_live(*txn, *impl_->tables, ids->front());
  if (!live) return tl::unexpected(live.error());
  std::vector<CampaignPart> parts;
  bool cut = ids->size() > kMergedMax;
  for (std::size_t i = 0; i < ids->size(); ++i) {
    auto read =
        for_prefix(*txn, impl_->tables->parts, id_key((*ids)[i]), [&](auto key, auto value) {
          if (parts.size() >= kGraphPartsMax) {
            cut = true;
            return false;
          }
          const auto part = decode_part_key(key);
          auto record = decode_part(value);
          if (part && record) {
            parts.push_back(
                {i, part->feature, part->hash, std::move(record->name), record->messages});
          }
          return true;
        });
    if (!read) return tl::unexpected(read.error());
  }
  return make_campaign_graph(*ids, *live ? (*live)->record.messages : 0, parts, cut, kNodesMax);
}

}  // namespace ringfence
