#include "matcher/region_hints.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

#include "base/text.h"

namespace ringfence {
namespace {

struct RegionClueRow {
  std::string_view what;
  std::string_view regions;
};

#include "matcher/region_clues.inc"

struct ClueFacts {
  std::string_view reason;
  double weight;
};
constexpr std::string_view kReasonStart = "region-by-";
constexpr std::array<ClueFacts, kRegionClueCount> kClues = {{{"region-by-other-number", 4},
                                                             {"region-by-sender-domain", 4},
                                                             {"region-by-country-name", 3},
                                                             {"region-by-recipient-domain", 3},
                                                             {"region-by-currency", 2.5},
                                                             {"region-by-language", 2},
                                                             {"region-by-charset", 2}}};
constexpr double kRepeatedWeight = 0.25;  // of a clue that comes again
constexpr int kRepeatsMax = 4;

const ClueFacts& facts_of(RegionClue clue) { return kClues[static_cast<std::size_t>(clue)]; }

std::string_view regions_of(std::string_view what, std::span<const RegionClueRow> rows) {
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [&](const RegionClueRow& r) { return iequals(r.what, what); });
  return row == rows.end() ? std::string_view() : row->regions;
}

}  // namespace

std::string_view reason_token(RegionClue clue) { return facts_of(clue).reason; }
std::string_view to_token(RegionClue clue) {
  return reason_token(clue).substr(kReasonStart.size());
}

void RegionHints::add(RegionClue clue, std::string_view regions) {
  if (regions.empty()) return;
  const std::vector<std::string_view> each = split(regions, ' ');
  const double share = 1.0 / static_cast<double>(each.size());
  for (const std::string_view region : each) {
    const auto [at, is_new] = regions_.try_emplace(ascii_upper(region));
    Evidence& evidence = at->second;
    if (is_new) evidence.first = regions_.size();
    if (!evidence.clues.contains(clue)) {
      evidence.clues.insert(clue);
      evidence.weight += facts_of(clue).weight * share;
    } else if (evidence.repeats < kRepeatsMax) {
      ++evidence.repeats;
      evidence.weight += kRepeatedWeight * share;
    }
  }
}

void RegionHints::add_charset(std::string_view label) {
  add(RegionClue::kCharset, regions_of(label, kCharsets));
}

void RegionHints::add_language(std::string_view tag) {
  const std::vector<std::string_view> parts = split(tag, '-');
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i].size() == 2) return add(RegionClue::kLanguage, parts[i]);
  }
  std::string_view regions;
  if (parts.size() > 1) {
    regions = regions_of(std::string(parts[0]) + '-' + std::string(parts[1]), kLanguages);
  }
  if (regions.empty()) regions = regions_of(parts[0], kLanguages);
  add(RegionClue::kLanguage, regions);
}

std::vector<RegionHint> RegionHints::in_order() const {
  std::vector<std::pair<std::string_view, const Evidence*>> all;
  for (const auto& [region, evidence] : regions_) all.emplace_back(region, &evidence);
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    if (a.second->weight != b.second->weight) return a.second->weight > b.second->weight;
    return a.second->first < b.second->first;
  });
  std::vector<RegionHint> out;
  for (const auto& [region, evidence] : all) {
    RegionClue clue = RegionClue::kCharset;
    for (int i = kRegionClueCount; i-- > 0;) {
      if (evidence->clues.contains(static_cast<RegionClue>(i))) clue = static_cast<RegionClue>(i);
    }
    out.push_back({std::string(region), clue});
  }
  return out;
}

const std::vector<RegionPhrase>& region_phrases() {
  static const std::vector<RegionPhrase> all = [] {
    std::vector<RegionPhrase> out;
    for (const RegionClueRow& row : kCountryNames) {
      out.push_back({row.what, row.regions, RegionClue::kCountryName});
    }
    for (const RegionClueRow& row : kCurrencies) {
      out.push_back({row.what, row.regions, RegionClue::kCurrency});
    }
    return out;
  }();
  return all;
}

}  // namespace ringfence
