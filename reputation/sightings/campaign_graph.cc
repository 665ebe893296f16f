#include "reputation/sightings/campaign_graph.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "reputation/sightings/campaign_join.h"

namespace ringfence {
namespace {

using FeatureId = std::pair<CampaignFeature, std::uint64_t>;

constexpr std::size_t kBlockNumbersMin = 2;  // a block of one is no news

double weight_of(CampaignFeature feature) {
  constexpr std::array<int, kCampaignFeatureCount> kWeights = {
      kNumberWeight,   kDocumentWeight, kTemplateWeight, kBlock10Weight,
      kBlock100Weight, kDomainWeight,   kBrandWeight};
  return kWeights[static_cast<std::size_t>(feature)] / 1'000.0;
}

std::string name_of(const CampaignPart& part) {
  if (part.feature == CampaignFeature::kNumber) return fmt::format("+{}", part.hash);
  return part.name;
}

struct Total {
  std::uint64_t messages = 0;
  const CampaignPart* first = nullptr;
};

// The features that the most messages show, of numbers first those; at most `count`.
std::vector<std::pair<FeatureId, Total>> most_shown(const std::vector<CampaignPart>& parts,
                                                    std::size_t count, bool& cut) {
  std::map<FeatureId, Total> totals;
  for (const CampaignPart& part : parts) {
    Total& total = totals[{part.feature, part.hash}];
    total.messages += part.messages;
    if (total.first == nullptr) total.first = &part;
  }
  std::vector<std::pair<FeatureId, Total>> out(totals.begin(), totals.end());
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return a.second.messages > b.second.messages;
  });
  if (out.size() > count) {
    out.resize(count);
    cut = true;
  }
  return out;
}

class Builder {
 public:
  explicit Builder(std::size_t nodes_max) : nodes_max_(nodes_max) {}

  bool full() const { return graph.nodes.size() >= nodes_max_; }
  std::size_t add(CampaignNode node) {
    graph.nodes.push_back(std::move(node));
    return graph.nodes.size() - 1;
  }

  CampaignGraph graph;

 private:
  std::size_t nodes_max_;
};

void add_blocks(Builder& builder, CampaignFeature feature, std::uint64_t width,
                std::string_view free_digits) {
  struct Block {
    std::vector<std::size_t> numbers;
    std::uint32_t messages = 0;
  };
  std::map<std::string, Block> blocks;
  for (std::size_t i = 0; i < builder.graph.nodes.size(); ++i) {
    const CampaignNode& node = builder.graph.nodes[i];
    if (node.kind != CampaignNode::Kind::kFeature || node.feature != CampaignFeature::kNumber) {
      continue;
    }
    if (node.name.size() <= width) continue;
    std::string name = node.name.substr(0, node.name.size() - width);
    name += free_digits;
    Block& block = blocks[name];
    block.numbers.push_back(i);
    block.messages += node.messages;
  }
  for (const auto& [name, block] : blocks) {
    if (block.numbers.size() < kBlockNumbersMin) continue;
    if (builder.full()) {
      builder.graph.cut = true;
      return;
    }
    const std::size_t at =
        builder.add({CampaignNode::Kind::kFeature, feature, name, block.messages});
    for (const std::size_t number : block.numbers) {
      builder.graph.edges.push_back(
          {number, at, weight_of(feature), builder.graph.nodes[number].messages});
    }
  }
}

}  // namespace

CampaignGraph make_campaign_graph(const std::vector<CampaignId>& ids, std::uint32_t messages,
                                  const std::vector<CampaignPart>& parts, bool cut,
                                  std::size_t nodes_max) {
  Builder builder(nodes_max);
  builder.graph.cut = cut;
  // A quarter is left for merged campaigns, and another for blocks.
  const auto shown = most_shown(parts, nodes_max / 2, builder.graph.cut);
  std::vector<std::optional<std::size_t>> node_of_id(ids.size());
  const auto id_node = [&](std::size_t i) -> std::optional<std::size_t> {
    if (node_of_id[i]) return node_of_id[i];
    if (i != 0 && builder.graph.nodes.size() >= nodes_max * 3 / 4) {
      builder.graph.cut = true;
      return node_of_id[0];  // what it has is the campaign's
    }
    node_of_id[i] =
        builder.add({CampaignNode::Kind::kCampaign, {}, ids[i].to_string(), i == 0 ? messages : 0});
    if (i != 0) builder.graph.edges.push_back({0, *node_of_id[i], 1.0, 0});
    return node_of_id[i];
  };
  id_node(0);
  std::map<FeatureId, std::size_t> nodes;
  for (const auto& [feature, total] : shown) {
    nodes[feature] = builder.add(
        {CampaignNode::Kind::kFeature, feature.first, name_of(*total.first),
         static_cast<std::uint32_t>(std::min<std::uint64_t>(total.messages, 0xFFFF'FFFFu))});
  }
  for (const CampaignPart& part : parts) {
    const auto node = nodes.find({part.feature, part.hash});
    if (node == nodes.end()) continue;
    const auto of = id_node(part.of);
    builder.graph.edges.push_back({*of, node->second, weight_of(part.feature), part.messages});
  }
  add_blocks(builder, CampaignFeature::kBlock10, 1, "#");
  add_blocks(builder, CampaignFeature::kBlock100, 2, "##");
  return std::move(builder.graph);
}

}  // namespace ringfence
