// `ringfencectl campaigns list|show|export`.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "ctl/campaigns_svg.h"
#include "ctl/campaigns_view.h"
#include "ctl/commands.h"
#include "ctl/common.h"
#include "ctl/numbers.h"
#include "reputation/reputation_store.h"

namespace ringfence {
namespace {

constexpr std::size_t kMailsOfListMax = 200;  // of each campaign that a list counts actions of

struct Sources {
  Config config;
  CampaignReader campaigns;
  JournalReader journal;
};

Result<Sources> open_sources(const CommonArguments& common) {
  auto config = load_command_config(common);
  if (!config) return tl::unexpected(config.error());
  auto journal = JournalReader::open(config->sightings.directory);
  if (!journal) return tl::unexpected(journal.error());
  auto campaigns = CampaignReader::open(config->sightings.directory, now_seconds());
  if (!campaigns) return tl::unexpected(campaigns.error());
  return Sources{std::move(*config), std::move(*campaigns), std::move(*journal)};
}

// --- list

// The most frequent, and how many more there are.
std::string top_names(const std::vector<CampaignName>& names, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < count; ++i) {
    out += (out.empty() ? "" : ", ") + printable(names[i].name);
  }
  if (names.size() > count) out += fmt::format(" +{}", names.size() - count);
  return out;
}

// Of its newest mails in the journal.
Result<MailCount> count_newest(Sources& sources, CampaignId id) {
  const auto members = sources.campaigns.members(id);
  if (!members) return tl::unexpected(members.error());
  MailCount out;
  for (const SightingRef& ref : members->messages) {
    if (out.messages() >= kMailsOfListMax) break;
    if (const auto sighting = sources.journal.read(ref)) out.add(*sighting);
  }
  return out;
}

void add_row(TextTable& table, const Campaign& campaign, const MailCount& count) {
  const bool all = count.messages() >= campaign.messages;
  table.add({campaign.id.to_string(), std::string(to_token(campaign.state)),
             iso_time(campaign.first_seen).substr(0, 10), iso_time(campaign.last_seen),
             std::to_string(campaign.messages), std::to_string(campaign.numbers),
             fmt::format("{}{}", count.names().size(), all ? "" : "+"), count.actions(),
             top_names(campaign.brands, 3),
             campaign.lures.empty() ? "" : printable(campaign.lures.front().name),
             top_names(campaign.sender_domains, 1)});
}

// --- show and export

Result<std::optional<Campaign>> find_campaign(const Sources& sources, const std::string& target) {
  if (const auto id = CampaignId::parse(target)) return sources.campaigns.find(*id);
  const auto reader = NumberReader::create(sources.config.matcher);
  if (!reader) return tl::unexpected(reader.error());
  const auto number = parse_numbers(**reader, {target}, "");
  if (!number) return tl::unexpected(number.error());
  return sources.campaigns.find(number->front());
}

Result<void> add_reputation(const Config& config, CampaignView& view) {
  const auto store = ReputationStore::open(config.reputation);
  if (!store) return tl::unexpected(store.error());
  std::vector<E164> numbers;
  for (const auto& number : view.numbers) numbers.push_back(number.seen.number);
  auto found = (*store)->lookup(numbers, now_seconds());
  if (!found) return tl::unexpected(found.error());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    view.numbers[i].reputation = std::move((*found)[i]);
  }
  return {};
}

void add_mails(JournalReader& journal, std::vector<SightingRef> refs, std::size_t kept,
               CampaignView& view) {
  std::map<std::int32_t, std::uint64_t> days;
  std::sort(refs.rbegin(), refs.rend());
  for (const SightingRef& ref : refs) {
    ++days[ref.day];
    auto sighting = journal.read(ref);
    if (!sighting) {
      ++view.gone;
      continue;
    }
    view.count.add(*sighting);
    if (view.messages.size() < kept) view.messages.push_back({ref, std::move(*sighting)});
  }
  for (const auto& [day, messages] : days) view.days.push_back({day, messages});
}

Result<CampaignView> gather(Sources& sources, const std::string& target, std::size_t mails) {
  auto campaign = find_campaign(sources, target);
  if (!campaign) return tl::unexpected(campaign.error());
  if (!*campaign) {
    return fail(ErrorKind::kData, fmt::format("there is no campaign {}", printable(target)));
  }
  CampaignView view;
  view.campaign = std::move(**campaign);
  auto members = sources.campaigns.members(view.campaign.id);
  if (!members) return tl::unexpected(members.error());
  for (const CampaignNumber& seen : members->numbers) view.numbers.push_back({.seen = seen});
  view.blocks = blocks_of(members->numbers);
  view.messages_cut = members->messages_cut;
  view.numbers_cut = members->numbers_cut;
  if (auto added = add_reputation(sources.config, view); !added) {
    return tl::unexpected(added.error());
  }
  add_mails(sources.journal, std::move(members->messages), mails, view);
  auto graph = sources.campaigns.edges(view.campaign.id);
  if (!graph) return tl::unexpected(graph.error());
  view.graph = std::move(*graph);
  return view;
}

}  // namespace

int run_campaigns_list(const CommonArguments& common, const CampaignsArguments& arguments) {
  const auto window = parse_window(arguments.since, arguments.until, now_seconds());
  if (!window) return report_error(window.error());
  auto sources = open_sources(common);
  if (!sources) return report_error(sources.error());
  CampaignQuery query;
  query.since = window->since;
  query.until = window->until;
  query.messages_min = arguments.messages_min;
  query.limit = arguments.limit;
  query.order = arguments.largest ? CampaignQuery::Order::kLargest : CampaignQuery::Order::kNewest;
  const auto campaigns = sources->campaigns.list(query);
  if (!campaigns) return report_error(campaigns.error());
  TextTable table({{"CAMPAIGN"},
                   {"STATE"},
                   {"FIRST"},
                   {"LAST"},
                   {"MAILS", 0, true},
                   {"NUMBERS", 0, true},
                   {"RCPTS", 0, true},
                   {"ACTIONS"},
                   {"BRANDS", 8},
                   {"LURE", 6},
                   {"SENDERS", 8}},
                  terminal_columns());
  for (const Campaign& campaign : *campaigns) {
    const auto count = count_newest(*sources, campaign.id);
    if (!count) return report_error(count.error());
    if (common.json) {
      Json json = to_json(campaign);
      json["newest"] = count->json();
      fmt::print("{}\n", to_line(json));
    } else {
      add_row(table, campaign, *count);
    }
  }
  fmt::print("{}", table.take());
  if (!common.json && campaigns->empty()) fmt::print("no such campaign\n");
  if (!common.json && campaigns->size() == arguments.limit) {
    fmt::print("{} campaigns; there may be more: --limit\n", campaigns->size());
  }
  return report_problems(sources->journal);
}

int run_campaigns_show(const CommonArguments& common, const CampaignArguments& arguments) {
  auto sources = open_sources(common);
  if (!sources) return report_error(sources.error());
  const auto view = gather(*sources, arguments.target, arguments.messages);
  if (!view) return report_error(view.error());
  if (common.json) {
    fmt::print("{}\n", to_line(to_json(*view)));
  } else {
    fmt::print("{}", campaign_text(*view, terminal_columns()));
  }
  return report_problems(sources->journal);
}

int run_campaigns_export(const CommonArguments& common, const CampaignArguments& arguments) {
  auto sources = open_sources(common);
  if (!sources) return report_error(sources.error());
  const auto view = gather(*sources, arguments.target, SIZE_MAX);
  if (!view) return report_error(view.error());
  std::string out;
  if (arguments.format == "csv") {
    out = campaign_csv(*view);
  } else if (arguments.format == "dot") {
    out = campaign_dot(*view);
  } else if (arguments.format == "svg") {
    auto picture = svg_of_dot(campaign_dot(*view));
    if (!picture) return report_error(picture.error());
    out = std::move(*picture);
  } else {
    out = to_line(to_json(*view)) + '\n';
  }
  if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size() || std::fflush(stdout) != 0) {
    return report_error({ErrorKind::kIo, "cannot write"});
  }
  return report_problems(sources->journal);
}

}  // namespace ringfence
