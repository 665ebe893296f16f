#include "ctl/campaigns_view.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "base/tokens.h"
#include "ctl/common.h"
#include "ctl/escape.h"
#include "inspection/response.h"
#include "reputation/sightings/journal.h"

namespace ringfence {
namespace {

constexpr std::size_t kBarCells = 40;

std::string names_text(const std::vector<CampaignName>& names) {
  std::string out;
  for (const CampaignName& one : names) {
    out += fmt::format("{}{} ({})", out.empty() ? "" : ", ", printable(one.name), one.messages);
  }
  return out;
}

Json to_json(const std::vector<CampaignName>& names) {
  Json out = Json::array();
  for (const CampaignName& one : names) {
    out.push_back({{"name", one.name}, {"messages", one.messages}});
  }
  return out;
}

Json to_json(const std::vector<CampaignTie>& ties) {
  Json out = Json::array();
  for (const CampaignTie& tie : ties) {
    out.push_back(
        {{"feature", to_token(tie.feature)}, {"messages", tie.messages}, {"weight", tie.weight}});
  }
  return out;
}

Json to_json(const CampaignGraph& graph) {
  Json nodes = Json::array();
  for (const CampaignNode& node : graph.nodes) {
    const bool feature = node.kind == CampaignNode::Kind::kFeature;
    nodes.push_back({{"kind", feature ? to_token(node.feature) : "campaign"},
                     {"name", node.name},
                     {"messages", node.messages}});
  }
  Json edges = Json::array();
  for (const CampaignEdge& edge : graph.edges) {
    edges.push_back({{"from", edge.from},
                     {"to", edge.to},
                     {"weight", edge.weight},
                     {"messages", edge.messages}});
  }
  return {{"nodes", std::move(nodes)}, {"edges", std::move(edges)}, {"cut", graph.cut}};
}

// A line that begins with a word; on a terminal what does not fit goes on below it.
void add_line(std::string& out, std::string_view word, std::string_view text,
              std::size_t line_columns) {
  static constexpr std::size_t kTextColumn = 15;
  static constexpr std::string_view kBetween = ", ";
  std::string line = fmt::format("  {:<12} ", word);
  while (!text.empty()) {
    const std::size_t end = text.find(kBetween);
    const std::size_t size = end == text.npos ? text.size() : end + kBetween.size();
    const std::string_view piece = text.substr(0, size);
    const bool full = line_columns > 0 && line.size() > kTextColumn &&
                      display_width(line) + display_width(trim(piece)) > line_columns;
    if (full) {
      line.erase(line.find_last_not_of(' ') + 1);
      out += (line_columns > 0 ? fit(line, line_columns) : line) + '\n';
      line.assign(kTextColumn, ' ');
    }
    line += piece;
    text.remove_prefix(size);
  }
  if (trim(line).empty() || line.size() <= kTextColumn) return;
  out += (line_columns > 0 ? fit(line, line_columns) : line) + '\n';
}

std::string ties_text(const std::vector<CampaignTie>& ties) {
  std::string out;
  for (const CampaignTie& tie : ties) {
    out +=
        fmt::format("{}{} ({} mail{}, weight {:.2f})", out.empty() ? "" : ", ",
                    to_token(tie.feature), tie.messages, tie.messages == 1 ? "" : "s", tie.weight);
  }
  return out;
}

std::string merged_text(const std::vector<CampaignId>& merged) {
  static constexpr std::size_t kShown = 8;
  std::string out;
  for (std::size_t i = 0; i < merged.size() && i < kShown; ++i) {
    out += (out.empty() ? "" : ", ") + merged[i].to_string();
  }
  if (merged.size() > kShown) out += fmt::format(" and {} more", merged.size() - kShown);
  return out;
}

std::string head_text(const CampaignView& view, std::size_t line_columns) {
  const Campaign& campaign = view.campaign;
  std::string out =
      fmt::format("{}: {}, {} mail{}, {} number{}\n", campaign.id.to_string(),
                  to_token(campaign.state), campaign.messages, campaign.messages == 1 ? "" : "s",
                  campaign.numbers, campaign.numbers == 1 ? "" : "s");
  add_line(out, "seen", iso_time(campaign.first_seen) + " to " + iso_time(campaign.last_seen),
           line_columns);
  add_line(out, "brands", names_text(campaign.brands), line_columns);
  add_line(out, "lures", names_text(campaign.lures), line_columns);
  add_line(out, "senders", names_text(campaign.sender_domains), line_columns);
  add_line(out, "held by", ties_text(campaign.ties), line_columns);
  add_line(out, "merged", merged_text(campaign.merged), line_columns);
  if (view.count.messages() > 0) add_line(out, "journal", view.count.text(), line_columns);
  if (view.gone > 0) {
    add_line(out, "", fmt::format("{} mails are in the journal no more", view.gone), line_columns);
  }
  std::string blocks;
  for (const CampaignView::Block& block : view.blocks) {
    blocks += fmt::format("{}{} ({} numbers)", blocks.empty() ? "" : ", ", block.range.to_string(),
                          block.numbers);
  }
  add_line(out, "blocks", blocks, line_columns);
  return out;
}

std::string numbers_table(const CampaignView& view, std::size_t line_columns) {
  TextTable table(
      {{"NUMBER"}, {"MAILS", 0, true}, {"LAST-SEEN"}, {"SCORE", 0, true}, {"STATE"}, {"LISTS", 8}},
      line_columns);
  for (const CampaignView::Number& number : view.numbers) {
    const NumberReputation& reputation = number.reputation;
    table.add({number.seen.number.to_string(), std::to_string(number.seen.messages),
               iso_time(number.seen.last_seen).substr(0, 10), std::to_string(reputation.score),
               std::string(to_token(reputation.state)),
               ringfence::names_text(lists_of(reputation))});
  }
  std::string out = table.take();
  if (!out.empty()) out.insert(0, "\n");
  if (view.numbers_cut) out += "and more numbers\n";
  return out;
}

std::string days_text(const CampaignView& view) {
  std::uint64_t most = 1;
  for (const CampaignView::Day& day : view.days) most = std::max(most, day.messages);
  std::string out = view.days.empty() ? "" : "\n";
  for (const CampaignView::Day& day : view.days) {
    const auto cells = std::max<std::uint64_t>(1, day.messages * kBarCells / most);
    out += fmt::format("{}  {:>6}  {}\n", day_name(day.day), day.messages, std::string(cells, '#'));
  }
  return out;
}

std::string messages_table(const CampaignView& view, std::size_t line_columns) {
  TextTable table({{"TIME"}, {"QUEUE-ID"}, {"ACTION"}, {"FROM", 16}, {"TO", 16}, {"SUBJECT", 12}},
                  line_columns);
  for (const JournalEntry& entry : view.messages) {
    const Sighting& sighting = entry.sighting;
    table.add({iso_time(sighting.when), printable(sighting.queue_id), printable(sighting.action),
               printable(sighting.from_domain), recipients_text(sighting, line_columns > 0),
               printable(sighting.subject, 2'000)});
  }
  const std::string out = table.take();
  return out.empty() ? out : "\n" + out;
}

}  // namespace

std::vector<CampaignView::Block> blocks_of(const std::vector<CampaignNumber>& numbers) {
  std::map<NumberRange, std::size_t> tens;
  std::map<NumberRange, std::size_t> hundreds;
  for (const CampaignNumber& one : numbers) {
    if (const auto ten = NumberRange::block_of(one.number, 1)) ++tens[*ten];
    if (const auto hundred = NumberRange::block_of(one.number, 2)) ++hundreds[*hundred];
  }
  std::vector<CampaignView::Block> out;
  for (const auto& [range, count] : tens) {
    if (count > 1) out.push_back({range, count});
  }
  const std::size_t ten_blocks = out.size();
  for (const auto& [range, count] : hundreds) {
    std::size_t within = 0;
    for (std::size_t i = 0; i < ten_blocks; ++i) {
      if (range.contains(out[i].range)) within = std::max(within, out[i].numbers);
    }
    if (count > 1 && count > within) out.push_back({range, count});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.numbers > b.numbers; });
  return out;
}

Json to_json(const Campaign& campaign) {
  Json merged = Json::array();
  for (const CampaignId id : campaign.merged) merged.push_back(id.to_string());
  return {{"campaign", campaign.id.to_string()},
          {"state", to_token(campaign.state)},
          {"first_seen", iso_time(campaign.first_seen)},
          {"last_seen", iso_time(campaign.last_seen)},
          {"messages", campaign.messages},
          {"numbers", campaign.numbers},
          {"brands", to_json(campaign.brands)},
          {"lures", to_json(campaign.lures)},
          {"sender_domains", to_json(campaign.sender_domains)},
          {"ties", to_json(campaign.ties)},
          {"merged", std::move(merged)}};
}

Json to_json(const CampaignView& view) {
  Json out = to_json(view.campaign);
  Json numbers = Json::array();
  for (const CampaignView::Number& number : view.numbers) {
    numbers.push_back({{"number", number.seen.number.to_string()},
                       {"messages", number.seen.messages},
                       {"last_seen", iso_time(number.seen.last_seen).substr(0, 10)},
                       {"score", number.reputation.score},
                       {"state", to_token(number.reputation.state)},
                       {"lists", lists_of(number.reputation)}});
  }
  Json blocks = Json::array();
  for (const CampaignView::Block& block : view.blocks) {
    blocks.push_back({{"range", block.range.to_string()}, {"numbers", block.numbers}});
  }
  Json days = Json::array();
  for (const CampaignView::Day& day : view.days) {
    days.push_back({{"day", day_name(day.day)}, {"messages", day.messages}});
  }
  Json messages = Json::array();
  for (const JournalEntry& entry : view.messages) messages.push_back(ringfence::to_json(entry));
  out["number_count"] = view.campaign.numbers;
  out["numbers"] = std::move(numbers);
  out["blocks"] = std::move(blocks);
  out["days"] = std::move(days);
  out["journal"] = view.count.json();
  out["graph"] = to_json(view.graph);
  out["mails"] = std::move(messages);
  out["cut"] = view.messages_cut || view.numbers_cut;
  return out;
}

std::string campaign_text(const CampaignView& view, std::size_t line_columns) {
  return head_text(view, line_columns) + numbers_table(view, line_columns) + days_text(view) +
         messages_table(view, line_columns);
}

std::string campaign_csv(const CampaignView& view) {
  std::string out =
      "time,queue_id,message_id,from_domain,recipients,recipient_count,action,rule,brand,numbers,"
      "subject\n";
  for (const JournalEntry& entry : view.messages) {
    const Sighting& sighting = entry.sighting;
    std::string numbers;
    for (const SeenNumber& seen : sighting.numbers) {
      numbers += (numbers.empty() ? "tel:" : " tel:") + seen.number.to_string();
    }
    out += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", iso_time(sighting.when),
                       csv_text(sighting.queue_id), csv_text(sighting.message_id),
                       csv_text(sighting.from_domain), csv_text(join(sighting.recipients, " ")),
                       sighting.recipient_count, csv_text(sighting.action), csv_text(sighting.rule),
                       csv_text(sighting.brand), csv_text(numbers), csv_text(sighting.subject));
  }
  return out;
}

}  // namespace ringfence
