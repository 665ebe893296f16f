// `ringfencectl allow|deny add|remove|list`: the operator's word on a number.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "ctl/commands.h"
#include "ctl/common.h"
#include "ctl/numbers.h"
#include "ctl/report_json.h"
#include "reputation/overrides.h"

namespace ringfence {
namespace {

struct Target {
  std::filesystem::path directory;
  std::vector<NumberRange> ranges;
};

Result<Target> target(const CommonArguments& common, const std::vector<std::string>& numbers,
                      const std::string& region) {
  const auto config = load_command_config(common);
  if (!config) return tl::unexpected(config.error());
  const auto reader = NumberReader::create(config->matcher);
  if (!reader) return tl::unexpected(reader.error());
  auto ranges = parse_ranges(**reader, numbers, region);
  if (!ranges) return tl::unexpected(ranges.error());
  return Target{config->reputation.directory, std::move(*ranges)};
}

/// "by ada, until 2026-11-22T13:50:16Z: reason".
std::string describe(const Override& entry, TimePoint now) {
  const bool expired = entry.expires && *entry.expires <= now;
  return fmt::format("by {}{}{}", entry.author.empty() ? "unknown" : printable(entry.author),
                     entry.expires ? fmt::format(", {} {}", expired ? "expired" : "until",
                                                 iso_time(*entry.expires))
                                   : "",
                     entry.reason.empty() ? "" : ": " + printable(entry.reason));
}

}  // namespace

int run_override_add(const CommonArguments& common, const OverrideArguments& arguments) {
  const auto where = target(common, arguments.numbers, arguments.region);
  if (!where) return report_error(where.error());
  const TimePoint now = now_seconds();
  Override entry{.kind = arguments.kind,
                 .reason = arguments.reason,
                 .author = author(),
                 .added = now,
                 .expires = {}};
  if (arguments.expires_seconds) {
    entry.expires = now + std::chrono::seconds(*arguments.expires_seconds);
  }
  std::vector<OverrideChange> changes;
  for (const NumberRange& range : where->ranges) changes.push_back({range, entry});
  const auto replaced =
      change_overrides(where->directory, changes, {.author = entry.author, .at = now});
  if (!replaced) return report_error(replaced.error());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    fmt::print("{} added to the {} list\n", describe(changes[i].range), to_token(arguments.kind));
    if (const auto& old = (*replaced)[i]) {
      fmt::print("  in place of an entry on the {} list {}\n", to_token(old->kind),
                 describe(*old, now));
    }
  }
  return 0;
}

int run_override_remove(const CommonArguments& common, const OverrideArguments& arguments) {
  const auto where = target(common, arguments.numbers, arguments.region);
  if (!where) return report_error(where.error());
  std::vector<OverrideChange> changes;
  for (const NumberRange& range : where->ranges) {
    changes.push_back({.range = range, .only = arguments.kind});
  }
  const auto removed =
      change_overrides(where->directory, changes,
                       {.author = author(), .at = now_seconds(), .reason = arguments.reason});
  if (!removed) return report_error(removed.error());
  int exit = 0;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::string range = describe(changes[i].range);
    if ((*removed)[i]) {
      fmt::print("{} removed from the {} list\n", range, to_token(arguments.kind));
    } else {
      exit = report_error({ErrorKind::kData, fmt::format("{} is not on the {} list", range,
                                                         to_token(arguments.kind))});
    }
  }
  return exit;
}

int run_override_list(const CommonArguments& common, OverrideKind kind) {
  const auto config = load_command_config(common);
  if (!config) return report_error(config.error());
  const auto entries = list_overrides(config->reputation.directory);
  if (!entries) return report_error(entries.error());
  const TimePoint now = now_seconds();
  for (const auto& [range, entry] : *entries) {
    if (entry.kind != kind) continue;
    if (common.json) {
      Json line = {{"number", range.to_string()}};
      line.update(to_json(entry));
      fmt::print("{}\n", to_line(line));
      continue;
    }
    fmt::print("{:<17} added {} {}\n", range.to_string(), iso_time(entry.added),
               describe(entry, now));
  }
  return 0;
}

}  // namespace ringfence
