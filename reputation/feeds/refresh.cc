#include "reputation/feeds/refresh.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include "base/text.h"
#include "reputation/feeds/refresh_rules.h"
#include "reputation/feeds/refresh_work.h"
#include "reputation/generation.h"
#include "reputation/generation_directory.h"

namespace ringfence {
namespace {

constexpr std::array<std::string_view, 8> kOutcomes = {
    "updated", "unchanged", "not-due", "disabled", "held", "rolled-back", "failed", "dropped"};

Result<TableLists> current_lists(const std::filesystem::path& root) {
  TableLists out;
  const GenerationDirectory directory(root);
  const auto current = directory.current();
  if (!current) return tl::unexpected(current.error());
  if (!*current) return out;
  const auto generation = Generation::open(directory.folder(**current));
  if (!generation) {
    return fail(generation.error().kind,
                fmt::format("the current generation {} cannot be used: {}; roll back to an earlier "
                            "one: ringfencectl feeds rollback",
                            **current, generation.error().message));
  }
  for (const ListInfo& list : (*generation)->meta().lists) out.emplace(list.name, list);
  return out;
}

class Refresh {
 public:
  Refresh(const std::vector<FeedOptions>& feeds, const ReputationOptions& store,
          const NumberParser& parser, TimePoint now, const RefreshSelection& which,
          const RefreshEnvironment& environment)
      : feeds_(feeds),
        store_(store),
        parser_(parser),
        now_(now),
        which_(which),
        environment_(environment) {
    if (environment.progress) {
      progress_ = [this](std::string_view feed, RefreshPhase phase, std::uint64_t done,
                         std::uint64_t total) {
        const std::lock_guard lock(progress_mutex_);
        environment_.progress(feed, phase, done, total);
      };
    }
  }

  Result<RefreshReport> run();

 private:
  Result<void> check_names() const;
  void begin(FeedWork& work) const;
  void fetch_all();
  void fetch(FeedWork& work) const;
  KeptContent usable_content(const FeedWork& work, bool kept_is_whole) const;
  std::optional<TimePoint> in_table(const std::string& name) const;
  void find_dropped();
  void import();
  void finish();

  const std::vector<FeedOptions>& feeds_;
  const ReputationOptions& store_;
  const NumberParser& parser_;
  const TimePoint now_;
  const RefreshSelection& which_;
  const RefreshEnvironment& environment_;
  std::mutex progress_mutex_;
  RefreshProgress progress_;
  TableLists lists_;
  std::vector<FeedWork> works_;
  std::vector<std::string> dropped_;
  std::vector<std::string> forgotten_;  // folders of former feeds without a list
  RefreshReport report_;
};

Result<void> Refresh::check_names() const {
  if (feeds_.empty()) {
    return fail(ErrorKind::kConfig,
                "no feeds are configured: nothing is refreshed, and lists of former feeds stay");
  }
  for (const std::string& name : which_.names) {
    const bool known = std::any_of(feeds_.begin(), feeds_.end(),
                                   [&](const FeedOptions& feed) { return feed.name == name; });
    if (!known) {
      return fail(ErrorKind::kUsage,
                  fmt::format("no feed \"{}\" is configured", printable(name, 80)));
    }
  }
  return {};
}

std::optional<TimePoint> Refresh::in_table(const std::string& name) const {
  const auto list = lists_.find(name);
  return list == lists_.end() ? std::nullopt : std::optional(list->second.imported);
}

// Settles whether the feed is asked.
void Refresh::begin(FeedWork& work) const {
  work.report.name = work.feed.name;
  auto state = work.folder.read_state();
  if (state) {
    work.state = std::move(*state);
  } else {
    work.add_note(state.error().message + "; the feed is fetched anew");
  }
  work.report.next = work.state.next;
  const bool named = !which_.names.empty();
  if (!work.feed.enabled) {
    work.report.outcome = FeedOutcome::kDisabled;
  } else if (work.folder.hold()) {
    work.report.outcome = FeedOutcome::kHeld;
  } else if (named || which_.force || is_due(work.state, work.feed.every, now_)) {
    work.is_asked = true;
  }
}

// What may be compared with: nothing, when what is there cannot be trusted or is to be replaced.
KeptContent Refresh::usable_content(const FeedWork& work, bool kept_is_whole) const {
  if (which_.force) return {};
  const KeptContent& kept = work.state.kept;
  if (work.feed.source != FeedSource::kTaxii) return kept_is_whole ? kept : KeptContent{};
  // What is incremental needs the list as it was left.
  const bool as_left = in_table(work.feed.name) == work.state.list.imported &&
                       work.state.list.imported.has_value() &&
                       work.state.list.settings == settings_of(work.feed);
  return as_left && kept.origin == origin_of(work.feed) ? kept : KeptContent{};
}

void Refresh::fetch(FeedWork& work) const {
  const FeedOptions& feed = work.feed;
  // A collection has everything it ever had, what was rolled back too.
  if (feed.source == FeedSource::kTaxii && !work.state.rolled_back.empty() && !which_.force) {
    return work.went_well(FeedOutcome::kRolledBack, now_);
  }
  const bool reading_due = is_reading_due(work.state, feed, in_table(feed.name), now_);
  auto options = fetch_options(feed);
  if (!options) return work.failed(options.error(), now_);
  if (auto prepared = work.folder.prepare(); !prepared) {
    return work.failed(prepared.error(), now_);
  }
  auto kept = kept_documents(feed, work.folder, work.state.kept, reading_due);
  if (!kept && !work.state.kept.hash.empty() && feed.source != FeedSource::kTaxii &&
      work.state.kept.origin == origin_of(feed)) {
    work.add_note("what was kept of it is damaged; it is fetched anew");
  }
  const KeptContent usable = usable_content(work, kept.has_value());
  FetchProgress progress;
  if (progress_) {
    progress = [&](std::uint64_t done, std::uint64_t total) {
      progress_(feed.name, RefreshPhase::kFetching, done, total);
    };
  }
  Fetcher fetcher(std::move(*options), environment_.clock, std::move(progress));
  auto documents = fetch_documents({feed, work.folder, usable, now_, fetcher});
  if (!documents) {
    work.report.tries = documents.error().tries;
    return work.failed(documents.error().error(), now_, documents.error().come_back);
  }
  work.report.tries = documents->tries;
  work.add_note(documents->note);
  const bool rolled_back = !which_.force && !work.state.rolled_back.empty() &&
                           work.state.rolled_back == documents->kept.hash;
  if (rolled_back) {
    discard_documents(*documents);
    return work.went_well(FeedOutcome::kRolledBack, now_);
  }
  work.report.fetched = !documents->unchanged;
  if (!documents->unchanged) {
    work.report.bytes = documents->kept.bytes;
    work.documents = std::move(*documents);
    return;
  }
  work.state.kept = documents->kept;
  if (!reading_due || !kept) return work.went_well(FeedOutcome::kUnchanged, now_);
  kept->kept = documents->kept;
  work.documents = std::move(*kept);
}

void Refresh::fetch_all() {
  std::vector<FeedWork*> asked;
  for (FeedWork& work : works_) {
    if (work.is_asked) asked.push_back(&work);
  }
  std::atomic<std::size_t> next = 0;
  const auto fetch_some = [&] {
    for (std::size_t i = next++; i < asked.size(); i = next++) {
      try {
        fetch(*asked[i]);
      } catch (const std::exception& e) {
        asked[i]->failed({ErrorKind::kOs, e.what()}, now_);
      }
    }
  };
  std::vector<std::jthread> helpers;
  const std::size_t most = std::min<std::size_t>(asked.size(), kFetchesAtOnce);
  for (std::size_t i = 1; i < most; ++i) helpers.emplace_back(fetch_some);
  fetch_some();
}

// Lists that a feed made which is configured no more. What was imported by hand under its name
// since is the operator's.
void Refresh::find_dropped() {
  if (!which_.names.empty()) return;
  for (const std::string& name : feeds_remembered(store_.directory)) {
    const bool configured = std::any_of(feeds_.begin(), feeds_.end(),
                                        [&](const FeedOptions& feed) { return feed.name == name; });
    if (configured) continue;
    const auto state = FeedFolder(store_.directory, name).read_state();
    const auto list = lists_.find(name);
    if (!state) {
      report_.notes.push_back(
          fmt::format("{}: {}; its list, if any, stays", name, state.error().message));
    } else if (list != lists_.end() && list->second.source == state->list.source) {
      dropped_.push_back(name);
    } else {
      forgotten_.push_back(name);
    }
  }
}

void Refresh::import() {
  const bool has_documents = std::any_of(works_.begin(), works_.end(), [](const FeedWork& work) {
    return work.documents.has_value();
  });
  if (!has_documents && dropped_.empty()) return;
  const auto built = import_documents({.works = works_,
                                       .dropped = dropped_,
                                       .lists = lists_,
                                       .store = store_,
                                       .parser = parser_,
                                       .now = now_,
                                       .accept_change = which_.accept_change,
                                       .progress = progress_,
                                       .clock = environment_.clock});
  if (built) {
    report_.built = *built;
    return;
  }
  report_.error = built.error();
  dropped_.clear();
  for (FeedWork& work : works_) {
    if (!work.documents || work.report.outcome == FeedOutcome::kFailed) continue;
    discard_documents(*work.documents);
    work.failed(built.error(), now_);
  }
}

void Refresh::finish() {
  for (FeedWork& work : works_) {
    if (work.is_asked) {
      work.state.note = work.report.note;
      if (auto written = work.folder.write_state(work.state); !written) {
        report_.notes.push_back(written.error().message);
      }
    }
    work.report.next = work.state.next;
    report_.feeds.push_back(std::move(work.report));
  }
  for (const std::string& name : dropped_) {
    FeedReport& gone =
        report_.feeds.emplace_back(FeedReport{.name = name, .outcome = FeedOutcome::kDropped});
    const auto change = std::find_if(report_.built->lists.begin(), report_.built->lists.end(),
                                     [&](const ListChange& c) { return c.name == name; });
    if (change != report_.built->lists.end()) gone.change = *change;
    FeedFolder(store_.directory, name).remove();
  }
  for (const std::string& name : forgotten_) FeedFolder(store_.directory, name).remove();
}

Result<RefreshReport> Refresh::run() {
  if (auto good = check_names(); !good) return tl::unexpected(good.error());
  const auto lock = lock_feeds(store_.directory);
  if (!lock) return tl::unexpected(lock.error());
  auto lists = current_lists(store_.directory);
  if (!lists) return tl::unexpected(lists.error());
  lists_ = std::move(*lists);
  const auto& names = which_.names;
  for (const FeedOptions& feed : feeds_) {
    if (!names.empty() && std::find(names.begin(), names.end(), feed.name) == names.end()) continue;
    works_.push_back({.feed = feed, .folder = FeedFolder(store_.directory, feed.name)});
    begin(works_.back());
  }
  fetch_all();
  find_dropped();
  import();
  finish();
  return std::move(report_);
}

}  // namespace

std::string_view to_token(FeedOutcome outcome) {
  return kOutcomes[static_cast<std::size_t>(outcome)];
}

std::size_t RefreshReport::failures() const {
  return static_cast<std::size_t>(
      std::count_if(feeds.begin(), feeds.end(),
                    [](const FeedReport& feed) { return feed.outcome == FeedOutcome::kFailed; }));
}

void FeedWork::add_note(std::string_view note) {
  if (note.empty()) return;
  if (!report.note.empty()) report.note += "; ";
  report.note += note;
}

void FeedWork::failed(Error error, TimePoint now, std::optional<std::chrono::seconds> come_back) {
  report.outcome = FeedOutcome::kFailed;
  state.checked = now;
  state.error = error.message;
  ++state.failures;
  state.next = next_after_fault(feed.every, state.failures, come_back, now);
  report.error = std::move(error);
}

void FeedWork::went_well(FeedOutcome outcome, TimePoint now) {
  report.outcome = outcome;
  state.checked = now;
  state.good = now;
  state.error.clear();
  state.failures = 0;
  state.next = next_after_good(feed.every, now);
}

Result<RefreshReport> refresh_feeds(const std::vector<FeedOptions>& feeds,
                                    const ReputationOptions& store, const NumberParser& parser,
                                    TimePoint now, const RefreshSelection& which,
                                    const RefreshEnvironment& environment) try {
  return Refresh(feeds, store, parser, now, which, environment).run();
} catch (const std::exception& e) {
  return fail(ErrorKind::kOs, fmt::format("the refresh broke off: {}", e.what()));
}

}  // namespace ringfence
