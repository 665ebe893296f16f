// What the commands that show recorded mail share: times as people type them, mails as rows and as
// JSON, counts at the end.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "ctl/report_json.h"
#include "ctl/text_table.h"
#include "reputation/sightings/journal_reader.h"

namespace ringfence {

/// "24h", "90m", "7d" (before `now`), "2026-11-22", "2026-11-22T13:50", "2026-11-22T13:50:16Z";
/// UTC. A date alone is its first second, or with `end_of_day` its last. kUsage on any other text.
Result<TimePoint> parse_moment(std::string_view text, TimePoint now, bool end_of_day);

struct TimeWindow {
  std::optional<TimePoint> since{};  // both included
  std::optional<TimePoint> until{};

  bool contains(TimePoint time) const {
    return (!since || time >= *since) && (!until || time <= *until);
  }
};
/// "" leaves an end open. kUsage also when `since` lies after `until`.
Result<TimeWindow> parse_window(std::string_view since, std::string_view until, TimePoint now);

/// The texts as they were in the mail; to_line() makes them harmless.
Json to_json(const JournalEntry& entry);

/// How many mails there were, and what became of them.
class MailCount {
 public:
  void add(const Sighting& sighting);
  std::uint64_t messages() const { return messages_; }
  std::uint64_t recipients() const { return recipients_; }
  /// Addresses, or domains where no addresses are kept.
  const std::set<std::string>& names() const { return names_; }
  /// True when a mail had more recipients than its sighting holds names.
  bool names_cut() const { return names_cut_; }
  /// "3 delivered, 1 held" (accept and tag, quarantine, tempfail, reject and discard).
  std::string actions() const;
  /// "4 mails to 7 recipients (5 different): 3 delivered, 1 held".
  std::string text() const;
  Json json() const;

 private:
  std::uint64_t messages_ = 0;
  std::uint64_t recipients_ = 0;
  std::uint64_t delivered_ = 0;
  std::uint64_t held_ = 0;
  std::uint64_t put_off_ = 0;
  std::uint64_t refused_ = 0;
  std::set<std::string> names_;
  bool names_cut_ = false;
};

/// Delivered as far as the MTA was told: accept or tag.
bool was_delivered(const Sighting& sighting);

/// Recipients in one cell: all of them, or for a terminal the first and how many more.
std::string recipients_text(const Sighting& sighting, bool brief);

/// Names with ", " between them, printable.
std::string names_text(const std::vector<std::string>& names);

/// Mails as lines of a table, or of JSON with `json`. Prints as it goes.
class MailPrinter {
 public:
  /// `added`: titles of columns of the caller's, which stand before the subject.
  MailPrinter(bool json, bool with_ids, std::vector<TextTable::Column> added = {});

  /// `numbers` are shown in the table. `added` cells go to the added columns, or its members into
  /// the object.
  void print(const JournalEntry& entry, const std::vector<SeenNumber>& numbers,
             std::vector<std::string> added = {}, const Json& members = {});
  /// The rows that are still kept.
  void flush();
  const MailCount& count() const { return count_; }

 private:
  bool json_;
  bool with_ids_;
  bool brief_;
  TextTable table_;
  MailCount count_;
};

/// Tells what could not be read on stderr. The exit code: 0, or EX_IOERR when there was anything.
int report_problems(const JournalReader& reader);

/// For answers without a mail: "no such mail from 2026-11-20 to 2026-11-22, the days recorded".
std::string nothing_text(const JournalReader& reader, std::string_view what);

}  // namespace ringfence
