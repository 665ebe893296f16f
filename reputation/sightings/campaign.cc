#include "reputation/sightings/campaign.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace ringfence {
namespace {

constexpr std::array<std::string_view, kCampaignFeatureCount> kFeatureTokens = {
    "number", "document", "template", "block-10", "block-100", "sender-domain", "brand"};
constexpr std::size_t kIdDigitsMax = 8;

}  // namespace

std::string_view to_token(CampaignFeature feature) {
  return kFeatureTokens[static_cast<std::size_t>(feature)];
}

std::optional<CampaignFeature> campaign_feature_from_token(std::string_view token) {
  const auto at = std::find(kFeatureTokens.begin(), kFeatureTokens.end(), token);
  if (at == kFeatureTokens.end()) return std::nullopt;
  return static_cast<CampaignFeature>(at - kFeatureTokens.begin());
}

std::string_view to_token(Campaign::State state) {
  return state == Campaign::State::kActive ? "active" : "dormant";
}

std::string CampaignId::to_string() const { return fmt::format("c{:08x}", value); }

std::optional<CampaignId> CampaignId::parse(std::string_view text) {
  if (text.size() < 2 || text.size() > 1 + kIdDigitsMax) return std::nullopt;
  if (text.front() != 'c' && text.front() != 'C') return std::nullopt;
  text.remove_prefix(1);
  CampaignId out;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out.value, 16);
  if (code != std::errc() || end != text.data() + text.size() || out.value == 0) {
    return std::nullopt;
  }
  return out;
}

}  // namespace ringfence
