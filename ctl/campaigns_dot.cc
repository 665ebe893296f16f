// A campaign as Graphviz source. Pure; all text goes through dot_text().
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "base/text.h"
#include "ctl/campaigns_view.h"
#include "ctl/common.h"
#include "ctl/escape.h"

namespace ringfence {
namespace {

constexpr int kBadScore = 60;
constexpr int kDoubtfulScore = 20;
constexpr std::size_t kHashShown = 12;
constexpr std::size_t kLineBytes = 28;
constexpr std::size_t kDrawnMax = 40;  // of each kind of feature: a picture is to be looked at

struct Look {
  const char* shape;
  const char* fill;
  bool left;  // of the campaign; else right
};

Look look_of(const CampaignNode& node) {
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
      return {"box", "#efe3f5", true};
  }
  return {"box", "#ffffff", true};
}

std::string counted(std::uint32_t count, std::string_view what = "mail") {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

bool is_campaign(const CampaignNode& node) { return node.kind == CampaignNode::Kind::kCampaign; }

// What an edge counts in this campaign: a sender domain that others have too is worth less than
// the feature may be.
double weight_of(const CampaignView& view, const CampaignEdge& edge) {
  const CampaignNode& node = view.graph.nodes[edge.to];
  if (!is_campaign(view.graph.nodes[edge.from])) return edge.weight;
  for (const CampaignTie& tie : view.campaign.ties) {
    if (tie.feature == node.feature) return std::min(tie.weight, edge.weight);
  }
  return edge.weight;
}

// Which nodes are drawn: of each kind those that the most mails show.
std::vector<bool> drawn_of(const std::vector<CampaignNode>& nodes) {
  std::vector<std::size_t> order(nodes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return nodes[a].messages > nodes[b].messages;
  });
  std::map<CampaignFeature, std::size_t> counts;
  std::vector<bool> out(nodes.size());
  for (const std::size_t i : order) {
    out[i] = i == 0 || (!is_campaign(nodes[i]) && ++counts[nodes[i].feature] <= kDrawnMax);
  }
  return out;
}

using Lines = std::map<std::pair<std::size_t, std::size_t>, double>;

// The lines to draw, with their weights. Campaigns that were merged into this one are this one.
Lines lines_of(const CampaignView& view, const std::vector<bool>& drawn) {
  const std::vector<CampaignNode>& nodes = view.graph.nodes;
  Lines out;
  for (const CampaignEdge& edge : view.graph.edges) {
    if (edge.from >= nodes.size() || edge.to >= nodes.size()) continue;
    const std::size_t from = is_campaign(nodes[edge.from]) ? 0 : edge.from;
    if (!drawn[from] || !drawn[edge.to] || edge.to == 0) continue;
    double& weight = out[{from, edge.to}];
    weight = std::max(weight, weight_of(view, edge));
  }
  return out;
}

// Words with ", " between them, in lines of about kLineBytes.
void add_wrapped(std::vector<std::string>& lines, std::string_view text) {
  std::string line;
  for (const std::string_view word : split(text, ',')) {
    if (!line.empty() && line.size() + word.size() > kLineBytes) {
      lines.push_back(line + ',');
      line.clear();
    }
    line += fmt::format("{}{}", line.empty() ? "" : ", ", trim(word));
  }
  lines.push_back(std::move(line));
}

// Hashes are long and tell nobody anything: their beginning, with the word for what they are.
std::vector<std::string> label_of(const CampaignNode& node) {
  std::vector<std::string> out;
  const std::size_t colon = node.name.find(": ");
  if (node.feature == CampaignFeature::kDocument) {
    out.push_back("document " + node.name.substr(0, kHashShown));
  } else if (node.feature == CampaignFeature::kTemplate) {
    out.push_back("text like " + node.name.substr(0, kHashShown));
  } else if (node.feature == CampaignFeature::kBrand && colon != node.name.npos) {
    out.push_back(node.name.substr(0, colon));
    add_wrapped(out, std::string_view(node.name).substr(colon + 2));
  } else {
    out.push_back(node.name);
  }
  out.push_back(counted(node.messages));
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
  const bool number = node.feature == CampaignFeature::kNumber;
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
  const Lines lines = lines_of(view, drawn_of(graph.nodes));
  std::set<std::size_t> nodes = {0};
  for (const auto& [ends, weight] : lines) nodes.insert({ends.first, ends.second});
  const auto features = static_cast<std::size_t>(std::count_if(
      graph.nodes.begin(), graph.nodes.end(), [](const auto& node) { return !is_campaign(node); }));
  const bool all = !graph.cut && features + 1 <= nodes.size();
  std::string out = "digraph campaign {\n";
  out += fmt::format(
      "  graph [rankdir=LR, charset=\"UTF-8\", fontname=\"Helvetica\", fontsize=11, labelloc=b, "
      "nodesep=0.12, ranksep=1.1, splines=true, label={}];\n",
      dot_lines({fmt::format("red: score {} and more, yellow: {} and more; the thicker a line, the "
                             "more it counts{}",
                             kBadScore, kDoubtfulScore,
                             all ? "" : "; what the fewest mails show is left out")}));
  out +=
      "  node [style=filled, color=\"#555555\", fontname=\"Helvetica\", fontsize=11, height=0.3, "
      "margin=\"0.12,0.04\"];\n"
      "  edge [dir=none, color=\"#888888\"];\n";
  std::vector<std::string> label = {
      campaign.id.to_string(),
      counted(campaign.messages) + ", " + counted(campaign.numbers, "number"),
      iso_time(campaign.first_seen).substr(0, 10) + " to " +
          iso_time(campaign.last_seen).substr(0, 10)};
  if (!campaign.merged.empty()) {
    label.push_back(counted(static_cast<std::uint32_t>(campaign.merged.size()), "campaign") +
                    " merged into it");
  }
  out += fmt::format("  n0 [shape=box, style=\"filled,bold\", fillcolor=\"#d9d9d9\", label={}];\n",
                     dot_lines(label));
  for (const std::size_t i : nodes) {
    if (i > 0) out += node_line(i, graph.nodes[i], scores);
  }
  for (const auto& [ends, weight] : lines) {
    // What stands left of the campaign has to be named first.
    const bool turn = ends.first == 0 && look_of(graph.nodes[ends.second]).left;
    out += fmt::format("  n{} -> n{} [penwidth={:.2f}];\n", turn ? ends.second : ends.first,
                       turn ? ends.first : ends.second, 0.4 + 2.6 * weight);
  }
  return out + "}\n";
}

}  // namespace ringfence
