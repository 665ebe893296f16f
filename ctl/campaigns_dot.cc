// A campaign as Graphviz source. Pure; all text goes through dot_text().
#include <fmt/core.h>

#include <map>

#include "ctl/campaigns_view.h"
#include "ctl/common.h"
#include "ctl/escape.h"

namespace ringfence {
namespace {

constexpr int kBadScore = 60;
constexpr int kDoubtfulScore = 20;
constexpr std::size_t kHashShown = 12;

struct Look {
  const char* shape;
  const char* fill;
  bool left;  // of the campaign; else right
};

Look look_of(const CampaignNode& node) {
  if (node.kind == CampaignNode::Kind::kCampaign) return {"box3d", "#d9d9d9", true};
  switch (node.feature) {
    case CampaignFeature::kNumber:
      return {"box", "#ffffff", false};
    case CampaignFeature::kBlock10:
    case CampaignFeature::kBlock100:
      return {"box", "#e5e5e5", false};
    case CampaignFeature::kDocument:
      return {"note", "#dbe9f6", true};
    case CampaignFeature::kTemplate:
      return {"tab", "#dbe9f6", true};
    case CampaignFeature::kSenderDomain:
      return {"ellipse", "#eef5e4", true};
    case CampaignFeature::kBrand:
      return {"ellipse", "#efe3f5", true};
  }
  return {"box", "#ffffff", true};
}

std::string counted(std::uint32_t messages) {
  return fmt::format("{} mail{}", messages, messages == 1 ? "" : "s");
}

// Hashes are long and tell nobody anything: their beginning, with the word for what they are.
std::vector<std::string> label_of(const CampaignNode& node) {
  const bool feature = node.kind == CampaignNode::Kind::kFeature;
  const bool document = feature && node.feature == CampaignFeature::kDocument;
  if (document || (feature && node.feature == CampaignFeature::kTemplate)) {
    return {
        fmt::format("{} {}", document ? "document" : "text like", node.name.substr(0, kHashShown)),
        counted(node.messages)};
  }
  std::vector<std::string> out = {node.name};
  if (!feature) out.front() = "merged " + node.name;
  if (node.messages > 0) out.push_back(counted(node.messages));
  return out;
}

const char* fill_of(int score) {
  if (score >= kBadScore) return "#f4b6a8";
  return score >= kDoubtfulScore ? "#fbe3b0" : "#ffffff";
}

std::string node_line(std::size_t index, const CampaignNode& node,
                      const std::map<std::string, int>& scores) {
  const Look look = look_of(node);
  std::string fill = look.fill;
  std::vector<std::string> label = label_of(node);
  const bool number =
      node.kind == CampaignNode::Kind::kFeature && node.feature == CampaignFeature::kNumber;
  if (const auto score = number ? scores.find(node.name) : scores.end(); score != scores.end()) {
    fill = fill_of(score->second);
    if (score->second > 0) label.back() += fmt::format(", score {}", score->second);
  }
  return fmt::format("  n{} [shape={}, fillcolor=\"{}\", label={}];\n", index, look.shape, fill,
                     dot_lines(label));
}

}  // namespace

std::string campaign_dot(const CampaignView& view) {
  const Campaign& campaign = view.campaign;
  const CampaignGraph& graph = view.graph;
  std::map<std::string, int> scores;
  for (const CampaignView::Number& number : view.numbers) {
    scores[number.seen.number.to_string()] = number.reputation.score;
  }
  std::string out = "digraph campaign {\n";
  out += fmt::format(
      "  graph [rankdir=LR, charset=\"UTF-8\", fontname=\"Helvetica\", fontsize=11, labelloc=b, "
      "nodesep=0.12, ranksep=1.1, splines=true, label={}];\n",
      dot_lines({fmt::format("red: score {} and more, yellow: {} and more; the thicker a line, the "
                             "more it counts{}",
                             kBadScore, kDoubtfulScore,
                             graph.cut ? "; what the fewest mails show is left out" : "")}));
  out +=
      "  node [style=filled, color=\"#555555\", fontname=\"Helvetica\", fontsize=11, height=0.3, "
      "margin=\"0.12,0.04\"];\n"
      "  edge [dir=none, color=\"#888888\"];\n";
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (i > 0) {
      out += node_line(i, graph.nodes[i], scores);
      continue;
    }
    out += fmt::format(
        "  n0 [shape=box, style=\"filled,bold\", fillcolor=\"#d9d9d9\", label={}];\n",
        dot_lines({campaign.id.to_string(),
                   fmt::format("{}, {} numbers", counted(campaign.messages), campaign.numbers),
                   iso_time(campaign.first_seen).substr(0, 10) + " to " +
                       iso_time(campaign.last_seen).substr(0, 10)}));
  }
  for (const CampaignEdge& edge : graph.edges) {
    if (edge.from >= graph.nodes.size() || edge.to >= graph.nodes.size()) continue;
    // What stands left of the campaign has to be named first.
    const bool turn = edge.from == 0 && look_of(graph.nodes[edge.to]).left;
    const bool merged = graph.nodes[edge.to].kind == CampaignNode::Kind::kCampaign;
    out += fmt::format("  n{} -> n{} [penwidth={:.2f}{}];\n", turn ? edge.to : edge.from,
                       turn ? edge.from : edge.to, 0.4 + 2.6 * edge.weight,
                       merged ? ", style=dashed" : "");
  }
  return out + "}\n";
}

}  // namespace ringfence
