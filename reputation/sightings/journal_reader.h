// JournalReader: an analyst's questions to the journal, answered by its indexes.
//
// Does: read the days that a question is about, while the daemon goes on writing. Does not: change
// anything. Does not know: campaigns, output. docs/sightings.md shows the plans of the queries.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "reputation/number_range.h"
#include "reputation/sightings/journal_day.h"

namespace ringfence {

/// All that is set must hold.
struct SightingQuery {
  std::vector<NumberRange> numbers{};  // some number of the message is in any of these
  std::string from_domain{};           // the domain of From, lower case
  std::optional<TimePoint> since{};    // both included
  std::optional<TimePoint> until{};
  std::size_t limit = 1'000;  // the newest so many

  /// Messages looked at in one day; what goes beyond (of a block, in no order) is left out, and
  /// told in problems().
  static constexpr std::size_t kMessagesMax = 1'000'000;
};

struct JournalEntry {
  SightingRef ref;
  Sighting sighting;
};

/// One thread. Days are opened when a question comes to them, and stay open.
class JournalReader {
 public:
  /// `directory` is that of the sightings. kNoInput when nothing was ever recorded there.
  static Result<JournalReader> open(const std::filesystem::path& directory);

  /// Calls f with each sighting that the query asks for, newest day first and within a day the
  /// last recorded first, until f gives false. A day that cannot be read is passed over and told
  /// in problems().
  void for_each(const SightingQuery& query, const std::function<bool(const JournalEntry&)>& f);
  /// The same, gathered.
  std::vector<JournalEntry> find(const SightingQuery& query);
  /// Nothing when its day is deleted or cannot be read.
  std::optional<Sighting> read(const SightingRef& ref);

  /// Every number that mail showed on the days from `since` to `until`, ascending, each once. By
  /// the index: the time it takes goes by the numbers, not by how often each was seen.
  std::vector<E164> distinct_numbers(std::optional<TimePoint> since,
                                     std::optional<TimePoint> until);

  /// What could not be read, a sentence each.
  const std::vector<std::string>& problems() const { return problems_; }
  /// The days there are, oldest first.
  const std::vector<std::int32_t>& days() const { return days_; }

  /// The SQL of a query as one day is asked (once for each interval of `numbers`), for `EXPLAIN
  /// QUERY PLAN`.
  static std::string sql(const SightingQuery& query);
  /// The SQL of distinct_numbers(), of which one statement gives a run of numbers.
  static const char* distinct_sql();

 private:
  explicit JournalReader(std::filesystem::path folder) : folder_(std::move(folder)) {}
  JournalDay* day(std::int32_t day);
  static Result<void> gather_numbers(JournalDay& day, std::vector<std::uint64_t>& out);
  Result<std::vector<std::int64_t>> rows(JournalDay& day, const SightingQuery& query);

  std::filesystem::path folder_;
  std::vector<std::int32_t> days_;  // oldest first
  std::map<std::int32_t, std::optional<JournalDay>> open_;
  std::vector<std::string> problems_;
};

/// The numbers of a range as intervals of E164 values, both ends included: one for each count of
/// digits.
std::vector<std::pair<std::uint64_t, std::uint64_t>> intervals_of(const NumberRange& range);

}  // namespace ringfence
