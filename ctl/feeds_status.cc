// `ringfencectl feeds status`: how the feeds are, and what is in the table.
#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "ctl/commands.h"
#include "ctl/feeds_common.h"
#include "reputation/feeds/feed_state.h"
#include "reputation/feeds/refresh_rules.h"
#include "reputation/reputation_store.h"

namespace ringfence {
namespace {

// One configured feed with all that is known of it.
struct FeedView {
  const FeedOptions& feed;
  FeedState state{};
  std::string state_fault{};  // why the state cannot be read
  std::optional<FeedHold> hold{};
  const ListInfo* list = nullptr;  // null: not in the table
  std::string_view word{};         // its condition in one word
};

std::string_view condition(const FeedView& view) {
  if (!view.feed.enabled) return "disabled";
  if (view.hold) return "held";
  if (!view.state_fault.empty()) return "unknown";
  if (!view.state.checked) return "new";
  if (!view.state.error.empty()) return "failed";
  if (!view.state.rolled_back.empty()) return "rolled-back";
  return "ok";
}

std::vector<FeedView> view_feeds(const Config& config, const std::vector<ListInfo>& lists) {
  std::vector<FeedView> out;
  for (const FeedOptions& feed : config.feeds) {
    FeedView& view = out.emplace_back(FeedView{.feed = feed});
    const FeedFolder folder(config.reputation.directory, feed.name);
    if (auto state = folder.read_state()) {
      view.state = std::move(*state);
    } else {
      view.state_fault = state.error().message;
    }
    view.hold = folder.hold();
    const auto list = std::find_if(lists.begin(), lists.end(),
                                   [&](const ListInfo& info) { return info.name == feed.name; });
    if (list != lists.end()) view.list = &*list;
    view.word = condition(view);
  }
  return out;
}

bool is_fed(const std::vector<FeedView>& feeds, const std::string& list) {
  return std::any_of(feeds.begin(), feeds.end(),
                     [&](const FeedView& view) { return view.feed.name == list; });
}

Json to_json(const FeedView& view) {
  const FeedState& state = view.state;
  Json hold = nullptr;
  if (view.hold) {
    hold = {{"since", iso_time(view.hold->since)},
            {"author", view.hold->author},
            {"reason", view.hold->reason}};
  }
  return {{"name", view.feed.name},
          {"condition", view.word},
          {"source", to_token(view.feed.source)},
          {"role", to_token(view.feed.role)},
          {"numbers", view.list != nullptr ? Json(view.list->numbers) : Json(nullptr)},
          {"ranges", view.list != nullptr ? Json(view.list->ranges) : Json(nullptr)},
          {"imported", view.list != nullptr ? Json(iso_time(view.list->imported)) : Json(nullptr)},
          {"checked", time_to_json(state.checked)},
          {"good", time_to_json(state.good)},
          {"changed", time_to_json(state.changed)},
          {"next", time_to_json(state.next)},
          {"failures", state.failures},
          {"error", state.error.empty() ? Json(nullptr) : Json(state.error)},
          {"note", view.state_fault.empty() ? state.note : view.state_fault},
          {"format", state.list.format},
          {"rows", state.list.rows},
          {"accepted", state.list.accepted},
          {"refused", state.list.refused},
          {"examples", examples_to_json(state.list.examples)},
          {"bytes", state.kept.bytes},
          {"signature", state.kept.trusted_comment},
          {"hold", std::move(hold)}};
}

Json to_json(const StoreStatus& status, const std::vector<FeedView>& feeds) {
  Json lists = Json::array();
  for (const ListInfo& list : status.lists) {
    lists.push_back({{"name", list.name},
                     {"role", to_token(list.role)},
                     {"weight", list.weight},
                     {"numbers", list.numbers},
                     {"ranges", list.ranges},
                     {"imported", iso_time(list.imported)},
                     {"source", list.source},
                     {"feed", is_fed(feeds, list.name)}});
  }
  Json views = Json::array();
  for (const FeedView& view : feeds) views.push_back(to_json(view));
  return {{"generation", status.generation ? Json(*status.generation) : Json(nullptr)},
          {"built", status.generation ? Json(iso_time(status.built)) : Json(nullptr)},
          {"numbers", status.numbers},
          {"ranges", status.ranges},
          {"blocks", status.blocks},
          {"feeds", std::move(views)},
          {"lists", std::move(lists)},
          {"allow_entries", status.allow_entries},
          {"deny_entries", status.deny_entries}};
}

std::string ago(const std::optional<TimePoint>& time, TimePoint now) {
  return time ? short_span(now - *time) + " ago" : "never";
}

std::string due(const FeedView& view, TimePoint now) {
  if (!view.feed.enabled || view.hold) return "-";
  if (is_due(view.state, view.feed.every, now)) return "now";
  return "in " + short_span(view.state.next.value_or(now) - now);
}

std::string count_text(const FeedView& view, std::uint64_t ListInfo::*count) {
  return view.list != nullptr ? fmt::format("{}", view.list->*count) : "-";
}

void print_feed(const FeedView& view, TimePoint now) {
  const FeedState& state = view.state;
  fmt::print("{:<20} {:<11} {:>10} {:>7}  {:<10} {:<10} {}\n", view.feed.name, view.word,
             count_text(view, &ListInfo::numbers), count_text(view, &ListInfo::ranges),
             ago(state.checked, now), ago(state.changed, now), due(view, now));
  if (!view.state_fault.empty()) fmt::print("    {}\n", printable(view.state_fault, 2000));
  if (view.hold) {
    fmt::print("    held since {} by {}{}{}\n", iso_time(view.hold->since),
               printable(view.hold->author), view.hold->reason.empty() ? "" : ": ",
               printable(view.hold->reason));
  }
  if (!state.error.empty()) {
    fmt::print("    {} ({} in a row, last good {})\n", printable(state.error, 2000),
               state.failures == 1 ? "once" : fmt::format("{} times", state.failures),
               ago(state.good, now));
  }
  if (!state.rolled_back.empty()) {
    fmt::print("    rolled back: waits for something else from the feed, or --force\n");
  }
  if (!state.note.empty()) fmt::print("    {}\n", printable(state.note, 2000));
}

void print_text(const StoreStatus& status, const std::vector<FeedView>& feeds, TimePoint now) {
  if (status.generation) {
    fmt::print("generation {}, built {}, {} numbers, {} ranges, {} blocks\n", *status.generation,
               iso_time(status.built), status.numbers, status.ranges, status.blocks);
  } else {
    fmt::print("no generation yet: ringfencectl feeds refresh, or feeds import FILE --list NAME\n");
  }
  if (!feeds.empty()) {
    fmt::print("{:<20} {:<11} {:>10} {:>7}  {:<10} {:<10} {}\n", "FEED", "CONDITION", "NUMBERS",
               "RANGES", "CHECKED", "CHANGED", "DUE");
  }
  for (const FeedView& view : feeds) print_feed(view, now);
  for (const ListInfo& list : status.lists) {
    if (is_fed(feeds, list.name)) continue;
    fmt::print("  {:<20} {:>10} numbers, {} ranges, imported {} from {}\n", printable(list.name),
               list.numbers, list.ranges, iso_time(list.imported), printable(list.source));
  }
  fmt::print("overrides: {} allow, {} deny\n", status.allow_entries, status.deny_entries);
}

Result<StoreStatus> table_status(const ReputationOptions& options) {
  const auto store = ReputationStore::open(options);
  if (!store) return tl::unexpected(store.error());
  return (*store)->status();
}

}  // namespace

int run_feeds_status(const CommonArguments& common) {
  const auto config = load_command_config(common);
  if (!config) return report_error(config.error());
  // A broken table is no reason to hide how the feeds are.
  const auto status = table_status(config->reputation);
  const int exit = status ? 0 : report_error(status.error());
  if (!status && config->feeds.empty()) return exit;
  const StoreStatus& table = status ? *status : StoreStatus{};
  const std::vector<FeedView> feeds = view_feeds(*config, table.lists);
  if (common.json) {
    fmt::print("{}\n", to_line(to_json(table, feeds)));
  } else {
    print_text(table, feeds, now_seconds());
  }
  return exit;
}

}  // namespace ringfence
