// One campaign with all that is told of it: gathered from the campaigns' tables, the journal and
// the reputation. The forms it takes are pure functions of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ctl/sightings_common.h"
#include "reputation/listing.h"
#include "reputation/sightings/campaign_reader.h"

namespace ringfence {

struct CampaignView {
  struct Number {
    CampaignNumber seen;
    NumberReputation reputation{};
  };
  struct Block {
    NumberRange range;
    std::size_t numbers = 0;  // of the campaign, at least two
  };
  struct Day {
    std::int32_t day = 0;
    std::uint64_t messages = 0;
  };

  Campaign campaign;
  std::vector<Number> numbers{};         // in the most mails first
  std::vector<Block> blocks{};           // of ten and of a hundred, the fullest first
  std::vector<Day> days{};               // oldest first
  std::vector<JournalEntry> messages{};  // the newest, as many as were asked for
  MailCount count{};                     // of all its mails in the journal
  std::size_t gone = 0;                  // of its mails, in the journal no more
  bool messages_cut = false;             // it has more than are known as members
  bool numbers_cut = false;
  CampaignGraph graph{};
};

/// The blocks of the numbers: of a hundred only where they hold more than one of ten does.
std::vector<CampaignView::Block> blocks_of(const std::vector<CampaignNumber>& numbers);

Json to_json(const Campaign& campaign);
Json to_json(const CampaignView& view);
/// For people, on a terminal of so many columns (0: none). Lines end with '\n'.
std::string campaign_text(const CampaignView& view, std::size_t line_columns);
/// Its mails, a line each, with a line of titles.
std::string campaign_csv(const CampaignView& view);
/// Graphviz source: what holds the campaign together, numbers coloured by their scores.
std::string campaign_dot(const CampaignView& view);

}  // namespace ringfence
