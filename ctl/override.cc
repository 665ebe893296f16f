// `ringfencectl allow|deny add|remove|list`: the operator's word on a number.
#include <fmt/core.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "ctl/commands.h"
#include "ctl/common.h"
#include "ctl/numbers.h"
#include "ctl/report_json.h"
#include "reputation/overrides.h"

namespace ringfence {
namespace {

// Who types this: the user behind sudo, else the user of the process.
std::string author() {
  if (const char* sudo = std::getenv("SUDO_USER"); sudo != nullptr && *sudo != '\0') return sudo;
  const passwd* entry = ::getpwuid(::getuid());
  return entry != nullptr ? entry->pw_name : std::to_string(::getuid());
}

struct Target {
  std::filesystem::path directory;
  std::vector<E164> numbers;
};

Result<Target> target(const CommonArguments& common, const OverrideArguments& arguments) {
  const auto config = load_command_config(common);
  if (!config) return tl::unexpected(config.error());
  const auto reader = NumberReader::create(config->matcher);
  if (!reader) return tl::unexpected(reader.error());
  auto numbers = parse_numbers(**reader, arguments.numbers, arguments.region);
  if (!numbers) return tl::unexpected(numbers.error());
  return Target{config->reputation.directory, std::move(*numbers)};
}

}  // namespace

int run_override_add(const CommonArguments& common, const OverrideArguments& arguments) {
  const auto where = target(common, arguments);
  if (!where) return report_error(where.error());
  Override entry{.kind = arguments.kind,
                 .reason = arguments.reason,
                 .author = author(),
                 .added = now_seconds(),
                 .expires = {}};
  if (arguments.expires_seconds) {
    entry.expires = entry.added + std::chrono::seconds(*arguments.expires_seconds);
  }
  std::vector<OverrideChange> changes;
  for (const E164 number : where->numbers) changes.push_back({number, entry});
  if (const auto done = change_overrides(where->directory, changes); !done) {
    return report_error(done.error());
  }
  for (const E164 number : where->numbers) {
    fmt::print("{} added to the {} list\n", number.to_string(), to_token(arguments.kind));
  }
  return 0;
}

int run_override_remove(const CommonArguments& common, const OverrideArguments& arguments) {
  const auto where = target(common, arguments);
  if (!where) return report_error(where.error());
  int exit = 0;
  for (const E164 number : where->numbers) {
    const auto removed = remove_override(where->directory, number, arguments.kind);
    if (!removed) return report_error(removed.error());
    if (*removed) {
      fmt::print("{} removed from the {} list\n", number.to_string(), to_token(arguments.kind));
    } else {
      exit = report_error(
          {ErrorKind::kData,
           fmt::format("{} is not on the {} list", number.to_string(), to_token(arguments.kind))});
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
  for (const auto& [number, entry] : *entries) {
    if (entry.kind != kind) continue;
    if (common.json) {
      Json line = {{"number", number.to_string()}};
      line.update(to_json(entry));
      fmt::print("{}\n", to_line(line));
      continue;
    }
    const bool expired = entry.expires && *entry.expires <= now;
    fmt::print("{:<17} added {} by {}{}{}\n", number.to_string(), iso_time(entry.added),
               printable(entry.author),
               entry.expires
                   ? fmt::format(", {} {}", expired ? "expired" : "until", iso_time(*entry.expires))
                   : "",
               entry.reason.empty() ? "" : ": " + printable(entry.reason));
  }
  return 0;
}

}  // namespace ringfence
