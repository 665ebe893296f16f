// `ringfencectl overrides history`: the trail of the overrides, for people and programs.
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

/// Quotes within a line's texts are escaped, so this stands where the number is and nowhere else.
constexpr std::string_view kNumberMember = ",\"number\":\"";

bool concerns(std::string_view line, const std::vector<NumberRange>& ranges) {
  const std::size_t at = line.find(kNumberMember);
  if (at == line.npos) return false;
  line.remove_prefix(at + kNumberMember.size());
  const auto changed = NumberRange::parse(line.substr(0, line.find('"')));
  return changed && std::any_of(ranges.begin(), ranges.end(), [&](const NumberRange& range) {
           return changed->contains(range) || range.contains(*changed);
         });
}

/// A member that is a text, safe to show; "" when it is none.
std::string text_of(const Json& json, const char* member) {
  const auto it = json.find(member);
  return it != json.end() && it->is_string() ? printable(it->get<std::string>(), 2000) : "";
}

/// " by ada, until 2026-11-22T13:50:16Z: reason", what of it there is.
std::string details(const Json& json) {
  const std::string author = text_of(json, "author");
  const std::string expires = text_of(json, "expires");
  const std::string reason = text_of(json, "reason");
  return fmt::format(" by {}{}{}", author.empty() ? "unknown" : author,
                     expires.empty() ? "" : ", until " + expires,
                     reason.empty() ? "" : ": " + reason);
}

void print_text(const Json& json, bool in_effect) {
  fmt::print("{}  {:<17} {:<6} {:<5}{}{}\n", text_of(json, "time"), text_of(json, "number"),
             text_of(json, "action"), text_of(json, "kind"), details(json),
             in_effect ? "" : "  (interrupted, never carried out)");
  const auto replaced = json.find("replaced");
  if (text_of(json, "action") == "add" && replaced != json.end() && replaced->is_object()) {
    fmt::print("{:<22}in place of {} added {}{}\n", "", text_of(*replaced, "kind"),
               text_of(*replaced, "added"), details(*replaced));
  }
}

}  // namespace

int run_override_history(const CommonArguments& common, const HistoryArguments& arguments) {
  const auto config = load_command_config(common);
  if (!config) return report_error(config.error());
  const auto reader = NumberReader::create(config->matcher);
  if (!reader) return report_error(reader.error());
  const auto ranges = parse_ranges(**reader, arguments.numbers, arguments.region);
  if (!ranges) return report_error(ranges.error());
  const auto history = override_history(config->reputation.directory, [&](std::string_view line) {
    return ranges->empty() || concerns(line, *ranges);
  });
  if (!history) return report_error(history.error());
  std::uint64_t broken = history->broken_lines;
  for (const TrailEntry& entry : history->entries) {
    Json json = Json::parse(entry.json, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) {
      ++broken;
    } else if (common.json) {
      json["in_effect"] = entry.in_effect;
      fmt::print("{}\n", to_line(json));
    } else {
      print_text(json, entry.in_effect);
    }
  }
  if (broken > 0) {
    fmt::print(stderr, "ringfencectl: {} broken lines passed over\n", broken);
  }
  return 0;
}

}  // namespace ringfence
