// What refresh.cc and refresh_import.cc share: the feeds of one refresh while it goes on.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reputation/feeds/feed_state.h"
#include "reputation/feeds/refresh.h"
#include "reputation/feeds/refresh_source.h"

namespace ringfence {

/// One feed. What is set in `documents` is to be read into the table.
struct FeedWork {
  const FeedOptions& feed;
  FeedFolder folder;
  FeedState state{};
  bool is_asked = false;  // false: it is only in the report
  std::optional<FeedDocuments> documents{};
  FeedReport report{};

  void add_note(std::string_view note);
  /// The feed is at fault: its list stays, and it is asked again sooner or later.
  void failed(Error error, TimePoint now,
              std::optional<std::chrono::seconds> come_back = std::nullopt);
  /// It answered well.
  void went_well(FeedOutcome outcome, TimePoint now);
};

/// The lists of the current generation by name.
using TableLists = std::map<std::string, ListInfo, std::less<>>;

struct ImportTask {
  std::vector<FeedWork>& works;
  const std::vector<std::string>& dropped;  // names of lists that go
  const TableLists& lists;
  const ReputationOptions& store;
  const NumberParser& parser;
  TimePoint now;
  bool accept_change;
  const RefreshProgress& progress;
  const FetchClock& clock;
};

/// An import by hand is soon over: so long it is waited for, a second at a time.
inline constexpr int kBuilderPatienceSeconds = 60;

/// Reads the documents of all works into one generation and publishes it; nothing when no list is
/// left to change. Works that are at fault are failed() and left out. An Error is about all: none
/// was published.
Result<std::optional<BuildReport>> import_documents(const ImportTask& task);

}  // namespace ringfence
