// `ringfencectl feeds rollback|diff|hold|release|drop`: the table and its feeds by hand.
#include <fmt/core.h>

#include "base/text.h"
#include "ctl/commands.h"
#include "ctl/feeds_common.h"
#include "reputation/feeds/refresh_control.h"
#include "reputation/generation_diff.h"

namespace ringfence {
namespace {

std::string names_of(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + printable(name);
  return out;
}

void print_text(const RollBackReport& report) {
  fmt::print("generation {} is current{}\n", report.to,
             report.from ? fmt::format(", {} was", *report.from) : "");
  if (!report.feeds.empty()) {
    fmt::print(
        "of feeds: {}\n"
        "  What they brought last is not read again, until they have something else. A feed that "
        "may be bad again:\n"
        "  ringfencectl feeds hold NAME; to take it nevertheless: feeds refresh NAME --force\n",
        names_of(report.feeds));
  }
  if (!report.others.empty()) fmt::print("other lists: {}\n", names_of(report.others));
}

// "toad 95", or "95" without a category.
std::string side_text(const DiffExample::Side& side) {
  return fmt::format("{}{}{}", printable(side.category), side.category.empty() ? "" : " ",
                     side.score);
}

void print_examples(const std::vector<DiffExample>& examples, std::uint64_t total) {
  for (const DiffExample& example : examples) {
    const std::string number = example.number.to_string();
    if (!example.before) {
      fmt::print("  + {} {}\n", number, side_text(*example.after));
    } else if (!example.after) {
      fmt::print("  - {} {}\n", number, side_text(*example.before));
    } else {
      fmt::print("  ~ {} {} -> {}\n", number, side_text(*example.before),
                 side_text(*example.after));
    }
  }
  if (!examples.empty() && total > examples.size()) {
    fmt::print("    and {} more\n", total - examples.size());
  }
}

std::string counts_text(const DiffCounts& counts) {
  return fmt::format("{} new, {} gone, {} changed, {} seen again, {} as before", counts.added,
                     counts.removed, counts.changed, counts.seen, counts.same);
}

bool has_difference(const DiffCounts& counts) {
  return counts.added + counts.removed + counts.changed + counts.seen > 0;
}

void print_text(const GenerationDiff& diff) {
  fmt::print("generation {} -> {}\n", diff.before ? fmt::format("{}", *diff.before) : "none",
             diff.after);
  for (const ListDiff& list : diff.lists) {
    const char* fate = !list.before ? ", a new list" : !list.after ? ", dropped" : "";
    fmt::print("{}{}: {}\n", printable(list.name), fate, counts_text(list.numbers));
    if (has_difference(list.ranges) || list.ranges.same > 0) {
      fmt::print("  ranges: {}\n", counts_text(list.ranges));
    }
    print_examples(list.added, list.numbers.added + list.ranges.added);
    print_examples(list.removed, list.numbers.removed + list.ranges.removed);
    print_examples(list.changed, list.numbers.changed + list.ranges.changed);
  }
}

Json to_json(const DiffCounts& counts) {
  return {{"added", counts.added},
          {"removed", counts.removed},
          {"changed", counts.changed},
          {"seen", counts.seen},
          {"same", counts.same}};
}

Json to_json(const std::optional<DiffExample::Side>& side) {
  if (!side) return nullptr;
  return {{"score", side->score},
          {"category", side->category},
          {"last_seen", iso_time(side->last_seen)}};
}

Json to_json(const std::vector<DiffExample>& examples) {
  Json out = Json::array();
  for (const DiffExample& example : examples) {
    out.push_back({{"number", example.number.to_string()},
                   {"before", to_json(example.before)},
                   {"after", to_json(example.after)}});
  }
  return out;
}

Json to_json(const GenerationDiff& diff) {
  Json lists = Json::array();
  for (const ListDiff& list : diff.lists) {
    lists.push_back({{"name", list.name},
                     {"new", !list.before.has_value()},
                     {"dropped", !list.after.has_value()},
                     {"numbers", to_json(list.numbers)},
                     {"ranges", to_json(list.ranges)},
                     {"added", to_json(list.added)},
                     {"removed", to_json(list.removed)},
                     {"changed", to_json(list.changed)}});
  }
  return {{"before", diff.before ? Json(*diff.before) : Json(nullptr)},
          {"after", diff.after},
          {"lists", std::move(lists)}};
}

}  // namespace

int run_feeds_rollback(const CommonArguments& common, std::optional<std::uint64_t> generation) {
  const auto config = load_command_config(common);
  if (!config) return report_error(config.error());
  const auto report = roll_back_feeds(config->reputation.directory, generation);
  if (!report) return report_error(report.error());
  if (common.json) {
    fmt::print("{}\n", to_line({{"generation", report->to},
                                {"from", report->from ? Json(*report->from) : Json(nullptr)},
                                {"feeds", report->feeds},
                                {"others", report->others}}));
  } else {
    print_text(*report);
  }
  return 0;
}

int run_feeds_diff(const CommonArguments& common, const DiffArguments& arguments) {
  const auto config = load_command_config(common);
  if (!config) return report_error(config.error());
  const auto& generations = arguments.generations;
  const auto at = [&](std::size_t i) {
    return i < generations.size() ? std::optional(generations[i]) : std::nullopt;
  };
  const auto diff =
      diff_generations(config->reputation.directory, at(0), at(1),
                       {.list = arguments.list, .examples_max = arguments.examples_max});
  if (!diff) return report_error(diff.error());
  if (common.json) {
    fmt::print("{}\n", to_line(to_json(*diff)));
  } else {
    print_text(*diff);
  }
  return 0;
}

int run_feeds_hold(const CommonArguments& common, const HoldArguments& arguments) {
  const auto config = load_command_config(common);
  if (!config) return report_error(config.error());
  const FeedHold hold{.since = now_seconds(), .author = author(), .reason = arguments.reason};
  if (const auto held = hold_feed(config->reputation.directory, arguments.name, hold); !held) {
    return report_error(held.error());
  }
  fmt::print("feed {} is held: it is not refreshed, and its list stays and ages\n", arguments.name);
  return 0;
}

int run_feeds_release(const CommonArguments& common, const std::string& name) {
  const auto config = load_command_config(common);
  if (!config) return report_error(config.error());
  const auto released = release_feed(config->reputation.directory, name);
  if (!released) return report_error(released.error());
  if (!*released) {
    return report_error({ErrorKind::kData, fmt::format("feed \"{}\" is not held", name)});
  }
  fmt::print("feed {} is refreshed again when it is due\n", name);
  return 0;
}

int run_feeds_drop(const CommonArguments& common, const std::string& list) {
  const auto config = load_command_config(common);
  if (!config) return report_error(config.error());
  for (const FeedOptions& feed : config->feeds) {
    if (feed.name != list || !feed.enabled) continue;
    return report_error(
        {ErrorKind::kUsage, fmt::format("feed \"{}\" is configured and would bring its list back: "
                                        "take it out of the configuration, or disable it first",
                                        list)});
  }
  const auto built = drop_list(config->reputation, list, now_seconds());
  if (!built) return report_error(built.error());
  fmt::print("list {} is dropped: {} numbers less, generation {}\n", list,
             built->lists.front().removed, built->generation);
  return 0;
}

}  // namespace ringfence
