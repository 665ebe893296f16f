// `ringfencectl lookup`: what is known of a number.
#include <fmt/core.h>

#include "base/text.h"
#include "ctl/commands.h"
#include "ctl/common.h"
#include "ctl/numbers.h"
#include "ctl/report_json.h"
#include "reputation/reputation_store.h"

namespace ringfence {
namespace {

void print_text(const std::string& number, const NumberReputation& reputation) {
  fmt::print("{}: {}, score {}{}\n", number, to_token(reputation.state), reputation.score,
             reputation.category.empty() ? "" : ", " + printable(reputation.category));
  if (const auto& entry = reputation.override_entry) {
    fmt::print("  {} list: added {} by {}{}{}\n", to_token(entry->kind), iso_time(entry->added),
               entry->author.empty() ? "unknown" : printable(entry->author),
               entry->reason.empty() ? "" : ", reason: " + printable(entry->reason),
               entry->expires ? ", until " + iso_time(*entry->expires) : "");
  }
  for (const Listing& listing : reputation.listings) {
    fmt::print("  list {}: {}, score {} as listed, first listed {}, last seen {}{}\n",
               printable(listing.list), printable(listing.category), listing.score,
               iso_time(listing.first_listed), iso_time(listing.last_seen),
               listing.expires ? ", until " + iso_time(*listing.expires) : "");
  }
}

}  // namespace

int run_lookup(const CommonArguments& common, const LookupArguments& arguments) {
  const auto config = load_command_config(common);
  if (!config) return report_error(config.error());
  const auto reader = NumberReader::create(config->matcher);
  if (!reader) return report_error(reader.error());
  const auto store = ReputationStore::open(config->reputation);
  if (!store) return report_error(store.error());
  const auto numbers = parse_numbers(**reader, arguments.numbers, arguments.region);
  if (!numbers) return report_error(numbers.error());
  const auto found = (*store)->lookup(*numbers, now_seconds());
  if (!found) return report_error(found.error());
  for (std::size_t i = 0; i < numbers->size(); ++i) {
    const std::string number = (*numbers)[i].to_string();
    if (common.json) {
      Json line = {{"number", number}};
      line.update(to_json((*found)[i]));
      fmt::print("{}\n", to_line(line));
    } else {
      print_text(number, (*found)[i]);
    }
  }
  return 0;
}

}  // namespace ringfence
