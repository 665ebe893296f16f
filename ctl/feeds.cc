// `ringfencectl feeds import|status`: lists of numbers into the reputation table, and what is in
// it.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "ctl/commands.h"
#include "ctl/common.h"
#include "ctl/report_json.h"
#include "matcher/number_reader.h"
#include "reputation/feeds/import.h"
#include "reputation/reputation_store.h"

namespace ringfence {
namespace {

constexpr std::size_t kExamplesShown = 20;

FeedOptions feed_options(const ImportArguments& arguments) {
  FeedOptions out;
  out.name = arguments.list;
  out.format = feed_format_from_token(arguments.format).value_or(FeedFormat::kAuto);
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
  for (const RefusedRow& row : report.read.examples) {
    fmt::print("  line {}: {}: {}\n", row.line, to_token(row.refusal), printable(row.text));
  }
}

Json to_json(const ImportReport& report) {
  const FeedCounts& read = report.read;
  Json refused = Json::object();
  for (std::size_t i = 0; i < kRefusalCount; ++i) {
    const auto refusal = static_cast<Refusal>(i);
    refused[std::string(to_token(refusal))] = read.refused_for(refusal);
  }
  Json examples = Json::array();
  for (const RefusedRow& row : read.examples) {
    examples.push_back({{"line", row.line}, {"reason", to_token(row.refusal)}, {"text", row.text}});
  }
  return {{"list", report.change.name},       {"generation", report.generation},
          {"format", to_token(read.format)},  {"rows", read.rows},
          {"accepted", read.accepted},        {"numbers", report.numbers()},
          {"ranges", report.ranges()},        {"duplicates", report.change.merged},
          {"added", report.change.added},     {"kept", report.change.kept},
          {"removed", report.change.removed}, {"refused", std::move(refused)},
          {"examples", std::move(examples)}};
}

Json to_json(const StoreStatus& status) {
  Json lists = Json::array();
  for (const ListInfo& list : status.lists) {
    lists.push_back({{"name", list.name},
                     {"numbers", list.numbers},
                     {"imported", iso_time(list.imported)},
                     {"source", list.source}});
  }
  return {{"generation", status.generation ? Json(*status.generation) : Json(nullptr)},
          {"built", status.generation ? Json(iso_time(status.built)) : Json(nullptr)},
          {"numbers", status.numbers},
          {"lists", std::move(lists)},
          {"allow_entries", status.allow_entries},
          {"deny_entries", status.deny_entries}};
}

void print_text(const StoreStatus& status) {
  if (status.generation) {
    fmt::print("generation {}, built {}, {} numbers\n", *status.generation, iso_time(status.built),
               status.numbers);
  } else {
    fmt::print("no generation yet: ringfencectl feeds import FILE --list NAME makes one\n");
  }
  for (const ListInfo& list : status.lists) {
    fmt::print("  {:<20} {:>10} numbers, imported {} from {}\n", printable(list.name), list.numbers,
               iso_time(list.imported), printable(list.source));
  }
  fmt::print("overrides: {} allow, {} deny\n", status.allow_entries, status.deny_entries);
}

}  // namespace

int run_feeds_import(const CommonArguments& common, const ImportArguments& arguments) {
  const auto config = load_command_config(common);
  if (!config) return report_error(config.error());
  const auto reader = NumberReader::create(config->matcher);
  if (!reader) return report_error(reader.error());

  Progress progress;
  ImportOptions options{.allow_empty = arguments.allow_empty};
  if (arguments.show_refused) options.examples_max = kExamplesShown;
  options.progress = [&](ImportPhase phase, std::uint64_t done, std::uint64_t total) {
    progress.at(phase == ImportPhase::kReading ? "reading" : "writing", done, total);
  };
  const auto report = import_file(
      arguments.file, feed_options(arguments), config->reputation,
      [&](std::string_view text, std::string_view region) {
        return (*reader)->parse_number(text, region);
      },
      now_seconds(), options);
  progress.clear();
  if (!report) return report_error(report.error());
  if (common.json) {
    fmt::print("{}\n", to_line(to_json(*report)));
  } else {
    print_text(*report, arguments.show_refused);
  }
  return 0;
}

int run_feeds_status(const CommonArguments& common) {
  const auto config = load_command_config(common);
  if (!config) return report_error(config.error());
  const auto store = ReputationStore::open(config->reputation);
  if (!store) return report_error(store.error());
  const auto status = (*store)->status();
  if (!status) return report_error(status.error());
  if (common.json) {
    fmt::print("{}\n", to_line(to_json(*status)));
  } else {
    print_text(*status);
  }
  return 0;
}

}  // namespace ringfence
