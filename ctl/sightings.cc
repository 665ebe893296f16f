// `ringfencectl sightings list`: the mail that showed numbers, newest first.
#include <fmt/core.h>

#include "base/text.h"
#include "ctl/commands.h"
#include "ctl/common.h"
#include "ctl/numbers.h"
#include "ctl/sightings_common.h"

namespace ringfence {
namespace {

std::string domain_of(std::string_view typed) {
  return ascii_lower(typed.substr(typed.rfind('@') + 1));
}

Result<SightingQuery> query_of(const Config& config, const SightingsArguments& arguments) {
  const auto window = parse_window(arguments.since, arguments.until, now_seconds());
  if (!window) return tl::unexpected(window.error());
  SightingQuery out;
  out.since = window->since;
  out.until = window->until;
  out.from_domain = domain_of(arguments.from);
  out.limit = arguments.limit == 0 ? SIZE_MAX : arguments.limit;
  if (arguments.numbers.empty()) return out;
  const auto reader = NumberReader::create(config.matcher);
  if (!reader) return tl::unexpected(reader.error());
  auto ranges = parse_ranges(**reader, arguments.numbers, arguments.region);
  if (!ranges) return tl::unexpected(ranges.error());
  out.numbers = std::move(*ranges);
  return out;
}

}  // namespace

int run_sightings_list(const CommonArguments& common, const SightingsArguments& arguments) {
  const auto config = load_command_config(common);
  if (!config) return report_error(config.error());
  const auto query = query_of(*config, arguments);
  if (!query) return report_error(query.error());
  auto reader = JournalReader::open(config->sightings.directory);
  if (!reader) return report_error(reader.error());
  MailPrinter printer(common.json, /*with_ids=*/false);
  reader->for_each(*query, [&](const JournalEntry& entry) {
    printer.print(entry, entry.sighting.numbers);
    return true;
  });
  printer.flush();
  if (!common.json) {
    if (printer.count().messages() == 0) {
      fmt::print("{}\n", nothing_text(*reader, "such mail"));
    } else if (printer.count().messages() == query->limit) {
      fmt::print("the newest {}; there may be more: --limit, 0 for all\n", query->limit);
    }
  }
  return report_problems(*reader);
}

}  // namespace ringfence
