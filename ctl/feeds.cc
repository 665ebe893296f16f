// `ringfencectl feeds import`: a file as a list of the reputation table.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "ctl/commands.h"
#include "ctl/feeds_common.h"
#include "reputation/feeds/import.h"

namespace ringfence {
namespace {

constexpr std::size_t kExamplesShown = 20;

FeedOptions feed_options(const ImportArguments& arguments) {
  FeedOptions out;
  out.name = arguments.list;
  out.format = feed_format_from_token(arguments.format).value_or(FeedFormat::kAuto);
  out.role = list_role_from_token(arguments.role).value_or(ListRole::kBlock);
  out.weight = arguments.weight;
  out.category = arguments.category;
  out.score = arguments.score;
  out.region = arguments.region;
  if (arguments.expires_seconds) {
    out.expires_after = std::chrono::seconds(*arguments.expires_seconds);
  }
  return out;
}

void print_text(const ImportReport& report, bool show_refused) {
  const ListChange& change = report.change;
  fmt::print("list {}: {} numbers ({} new, {} kept, {} gone) from {} rows, generation {}\n",
             printable(change.name), report.numbers(), change.added, change.kept, change.removed,
             report.read.rows, report.generation);
  if (report.ranges() > 0 || change.ranges_removed > 0) {
    fmt::print("  and {} ranges ({} new, {} kept, {} gone)\n", report.ranges(), change.ranges_added,
               change.ranges_kept, change.ranges_removed);
  }
  for (std::size_t i = 0; i < kRefusalCount; ++i) {
    const auto refusal = static_cast<Refusal>(i);
    if (report.read.refused_for(refusal) > 0) {
      fmt::print("  passed over, {}: {}\n", to_token(refusal), report.read.refused_for(refusal));
    }
  }
  if (!show_refused) return;
  print_examples(report.read.examples);
}

Json to_json(const ImportReport& report) {
  const FeedCounts& read = report.read;
  return {{"list", report.change.name},
          {"generation", report.generation},
          {"format", to_token(read.format)},
          {"rows", read.rows},
          {"accepted", read.accepted},
          {"numbers", report.numbers()},
          {"ranges", report.ranges()},
          {"duplicates", report.change.merged},
          {"added", report.change.added},
          {"kept", report.change.kept},
          {"removed", report.change.removed},
          {"refused", refused_to_json(read)},
          {"examples", examples_to_json(read.examples)}};
}

}  // namespace

int run_feeds_import(const CommonArguments& common, const ImportArguments& arguments) {
  const auto config = load_command_config(common);
  if (!config) return report_error(config.error());
  const auto parser = feed_number_parser(*config);
  if (!parser) return report_error(parser.error());

  Progress progress;
  ImportOptions options{.allow_empty = arguments.allow_empty};
  if (arguments.show_refused) options.examples_max = kExamplesShown;
  options.progress = [&](ImportPhase phase, std::uint64_t done, std::uint64_t total) {
    progress.at(phase == ImportPhase::kReading ? "reading" : "writing", done, total);
  };
  const auto report = import_file(arguments.file, feed_options(arguments), config->reputation,
                                  *parser, now_seconds(), options);
  progress.clear();
  if (!report) return report_error(report.error());
  if (common.json) {
    fmt::print("{}\n", to_line(to_json(*report)));
  } else {
    print_text(*report, arguments.show_refused);
  }
  return 0;
}

}  // namespace ringfence
