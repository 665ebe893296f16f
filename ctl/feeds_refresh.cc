// `ringfencectl feeds refresh|refused`: the configured feeds into the table, and what of them is
// not understood.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "ctl/commands.h"
#include "ctl/feeds_common.h"
#include "reputation/feeds/feed_state.h"
#include "reputation/feeds/refresh.h"
#include "reputation/feeds/refresh_control.h"

namespace ringfence {
namespace {

std::string describe(const FeedReport& feed) {
  switch (feed.outcome) {
    case FeedOutcome::kUpdated: {
      const ListChange& change = feed.change;
      std::string out = fmt::format("{}, {} numbers ({} new, {} kept, {} gone)",
                                    feed.fetched ? "updated" : "read again", feed.numbers(),
                                    change.added, change.kept, change.removed);
      if (feed.ranges() > 0 || change.ranges_removed > 0) {
        out += fmt::format(", {} ranges ({} new, {} kept, {} gone)", feed.ranges(),
                           change.ranges_added, change.ranges_kept, change.ranges_removed);
      }
      if (const std::string faults = describe_faults(feed.read); !faults.empty()) {
        out += "; refused: " + faults;
      }
      return out;
    }
    case FeedOutcome::kUnchanged:
      return "unchanged";
    case FeedOutcome::kNotDue:
      return "not due" + (feed.next ? " before " + iso_time(*feed.next) : std::string());
    case FeedOutcome::kDisabled:
      return "disabled in the configuration";
    case FeedOutcome::kHeld:
      return fmt::format("held; ringfencectl feeds release {} lets it go on", feed.name);
    case FeedOutcome::kRolledBack:
      return fmt::format(
          "it still has what was rolled back; ringfencectl feeds refresh {} --force takes it "
          "nevertheless",
          feed.name);
    case FeedOutcome::kFailed:
      return "failed; its last good list stays";
    case FeedOutcome::kDropped:
      return fmt::format("no longer configured: its list of {} numbers is dropped",
                         feed.change.removed);
  }
  return {};
}

// Feeds that are left alone by a plain refresh are no news.
bool is_news(const FeedReport& feed, bool named) {
  return named || (feed.outcome != FeedOutcome::kNotDue && feed.outcome != FeedOutcome::kDisabled);
}

void print_text(const RefreshReport& report, bool named) {
  bool news = false;
  for (const FeedReport& feed : report.feeds) {
    if (!is_news(feed, named)) continue;
    news = true;
    fmt::print("{}: {}\n", printable(feed.name), describe(feed));
    if (!feed.note.empty()) fmt::print("  note: {}\n", printable(feed.note, 2000));
  }
  if (!news) fmt::print("no feed is due\n");
  if (report.built) {
    fmt::print("generation {}: {} numbers, {} ranges, {} blocks, {} bytes\n",
               report.built->generation, report.built->numbers, report.built->ranges,
               report.built->blocks, report.built->file_bytes);
  }
}

Json to_json(const FeedReport& feed) {
  Json out = {{"name", feed.name},
              {"outcome", to_token(feed.outcome)},
              {"error", feed.error ? Json(feed.error->message) : Json(nullptr)},
              {"note", feed.note},
              {"fetched", feed.fetched},
              {"bytes", feed.bytes},
              {"tries", feed.tries},
              {"next", time_to_json(feed.next)}};
  if (feed.outcome != FeedOutcome::kUpdated) return out;
  const ListChange& change = feed.change;
  out.update({{"format", to_token(feed.read.format)},
              {"rows", feed.read.rows},
              {"accepted", feed.read.accepted},
              {"numbers", feed.numbers()},
              {"added", change.added},
              {"kept", change.kept},
              {"removed", change.removed},
              {"ranges", feed.ranges()},
              {"ranges_added", change.ranges_added},
              {"ranges_kept", change.ranges_kept},
              {"ranges_removed", change.ranges_removed},
              {"refused", refused_to_json(feed.read)}});
  return out;
}

Json to_json(const RefreshReport& report) {
  Json feeds = Json::array();
  for (const FeedReport& feed : report.feeds) feeds.push_back(to_json(feed));
  Json out = {{"generation", report.built ? Json(report.built->generation) : Json(nullptr)},
              {"error", report.error ? Json(report.error->message) : Json(nullptr)},
              {"notes", report.notes},
              {"feeds", std::move(feeds)}};
  if (report.built) {
    out["numbers"] = report.built->numbers;
    out["ranges"] = report.built->ranges;
    out["blocks"] = report.built->blocks;
  }
  return out;
}

// What went wrong, on stderr; the exit code.
int report_faults(const RefreshReport& report) {
  int exit = 0;
  for (const FeedReport& feed : report.feeds) {
    if (!feed.error) continue;
    exit = exit_code(ErrorKind::kUnavailable);
    if (report.error && feed.error->message == report.error->message) continue;
    report_error({feed.error->kind, feed.name + ": " + feed.error->message});
  }
  for (const std::string& note : report.notes) report_error({ErrorKind::kIo, note});
  return report.error ? report_error(*report.error) : exit;
}

const char* label_of(RefreshPhase phase) {
  switch (phase) {
    case RefreshPhase::kFetching:
      return "fetching";
    case RefreshPhase::kReading:
      return "reading";
    case RefreshPhase::kWriting:
      break;
  }
  return "writing";
}

}  // namespace

int run_feeds_refresh(const CommonArguments& common, const RefreshArguments& arguments) {
  const auto config = load_command_config(common);
  if (!config) return report_error(config.error());
  const auto parser = feed_number_parser(*config);
  if (!parser) return report_error(parser.error());

  Progress progress;
  RefreshEnvironment environment;
  environment.progress = [&](std::string_view feed, RefreshPhase phase, std::uint64_t done,
                             std::uint64_t total) {
    const std::string label =
        fmt::format("{}{}{}", feed, feed.empty() ? "" : ": ", label_of(phase));
    progress.at(label.c_str(), done, total);
  };
  const auto report = refresh_feeds(config->feeds, config->reputation, *parser, now_seconds(),
                                    {.names = arguments.names,
                                     .force = arguments.force,
                                     .accept_change = arguments.accept_change},
                                    environment);
  progress.clear();
  if (!report) return report_error(report.error());
  if (common.json) {
    fmt::print("{}\n", to_line(to_json(*report)));
  } else {
    print_text(*report, !arguments.names.empty());
  }
  return report_faults(*report);
}

int run_feeds_refused(const CommonArguments& common, const RefusedArguments& arguments) {
  const auto config = load_command_config(common);
  if (!config) return report_error(config.error());
  const auto feed =
      std::find_if(config->feeds.begin(), config->feeds.end(),
                   [&](const FeedOptions& options) { return options.name == arguments.name; });
  if (feed == config->feeds.end()) {
    return report_error({ErrorKind::kUsage, fmt::format("no feed \"{}\" is configured",
                                                        printable(arguments.name, 80))});
  }
  const auto parser = feed_number_parser(*config);
  if (!parser) return report_error(parser.error());
  const auto read =
      read_refused(*feed, config->reputation, *parser, now_seconds(), arguments.examples_max);
  if (!read) return report_error(read.error());
  if (common.json) {
    fmt::print("{}\n", to_line({{"name", feed->name},
                                {"rows", read->rows},
                                {"accepted", read->accepted},
                                {"refused", refused_to_json(*read)},
                                {"examples", examples_to_json(read->examples)}}));
    return 0;
  }
  const std::string faults = describe_faults(*read);
  fmt::print("{}: {} rows, {} accepted; refused: {}\n", feed->name, read->rows, read->accepted,
             faults.empty() ? "none" : faults);
  print_examples(read->examples);
  return 0;
}

}  // namespace ringfence
