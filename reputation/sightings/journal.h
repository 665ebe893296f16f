// Journal: the folder of the days. Names of files, days kept open to write, and what is deleted.
//
// Does not know: what a sighting is worth, when it is time to delete (RetentionClock).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "reputation/sightings/journal_day.h"

namespace ringfence {

/// "2026-11-22", of a day since 1970-01-01.
std::string day_name(std::int32_t day);
/// From the first ten characters, nothing else is looked at.
std::optional<std::int32_t> day_from_name(std::string_view name);
/// `folder`/2026-11-22.sqlite.
std::filesystem::path journal_file(const std::filesystem::path& folder, std::int32_t day);
/// The days that have a file, oldest first; none when there is no such folder.
std::vector<std::int32_t> journal_days(const std::filesystem::path& folder);

/// To write. One thread; one process at a time (the recorder's lock).
class Journal {
 public:
  static constexpr std::size_t kOpenMax = 2;  // around midnight messages of two days mix

  Journal(std::filesystem::path folder, std::chrono::milliseconds busy)
      : folder_(std::move(folder)), busy_(busy) {}

  const std::filesystem::path& folder() const { return folder_; }
  /// The day, opened or made when need be. Good until the next call. Errors as of SqliteDb.
  Result<JournalDay*> day(std::int32_t day);
  /// Renames a broken day's files to "...broken-<when>" for a person to look at; gives the name.
  Result<std::filesystem::path> move_aside(std::int32_t day, TimePoint when);
  /// Puts days before `day` that are not in one file (see JournalDay::seal) into one, those open
  /// too; what others read is left for the next call.
  Result<void> seal_before(std::int32_t day);
  /// Deletes every file of days before `day`, broken ones too. Gives the days deleted.
  Result<std::vector<std::int32_t>> remove_before(std::int32_t day);
  /// Closes all days.
  void close() { open_.clear(); }

 private:
  std::filesystem::path folder_;
  std::chrono::milliseconds busy_;
  std::list<std::pair<std::int32_t, JournalDay>> open_;  // the last used first
};

}  // namespace ringfence
