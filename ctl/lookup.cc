// `ringfencectl lookup`: what is known of a number, and every point of its score.
#include <fmt/core.h>

#include "ctl/commands.h"
#include "ctl/common.h"
#include "ctl/explain.h"
#include "ctl/local.h"
#include "ctl/numbers.h"
#include "matcher/numbering_plan.h"
#include "reputation/reputation_store.h"

namespace ringfence {
namespace {

/// What the numbering plan says of the number.
Finding finding_of(const NumberReader& reader, E164 number) {
  const PlanAnswer answer = reader.plan()->international(number.to_string().substr(1));
  Finding out{.number = number};
  out.valid = answer.valid;
  out.line_type = answer.line_type;
  out.region = answer.region;
  return out;
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
  const TimePoint now = now_seconds();
  auto found = (*store)->lookup(*numbers, now);
  if (!found) return report_error(found.error());
  std::vector<LocalEvidence> seen(numbers->size());
  if (const auto local = open_local_evidence(*config)) seen = local->lookup(*numbers, now);
  const ScoreOptions options{.decay = config->reputation.decay,
                             .decay_categories = config->reputation.decay_categories,
                             .blocks = config->reputation.blocks};
  for (std::size_t i = 0; i < numbers->size(); ++i) {
    const NumberEvidence number{finding_of(**reader, (*numbers)[i]), std::move((*found)[i])};
    if (common.json) {
      Json row = explain_json(number, now, options);
      row["local"] = to_json(seen[i]);
      fmt::print("{}\n", to_line(row));
    } else {
      fmt::print("{}", explain_text(number, now, options));
      if (const std::string text = local_text(seen[i]); !text.empty()) fmt::print("  {}\n", text);
    }
  }
  return 0;
}

}  // namespace ringfence
