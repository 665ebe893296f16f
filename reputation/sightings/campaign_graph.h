// make_campaign_graph(): what a campaign's ids have, as nodes and edges for a picture. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reputation/sightings/campaign_reader.h"

namespace ringfence {

/// A feature of one of a campaign's ids.
struct CampaignPart {
  std::size_t of = 0;  // index of the id
  CampaignFeature feature{};
  std::uint64_t hash = 0;
  std::string name{};
  std::uint32_t messages = 0;
};
inline constexpr std::size_t kGraphPartsMax = 100'000;  // looked at for one picture

/// `ids`: the campaign, of `messages`, and those merged into it. `cut` when there are more parts
/// than these. At most `nodes_max` nodes.
CampaignGraph make_campaign_graph(const std::vector<CampaignId>& ids, std::uint32_t messages,
                                  const std::vector<CampaignPart>& parts, bool cut,
                                  std::size_t nodes_max);

}  // namespace ringfence
