// FeedState: what is remembered of a feed from one refresh to the next, and where it lies.
//
//   <reputation directory>/feeds/.lock           flock()ed by the one refresh at work
//   <reputation directory>/feeds/<name>/
//     state.json      this
//     hold.json       there while the operator holds the feed
//     body            the last good document as it came (file, http, misp-rest)
//     events/         the events that count, <uuid>.<timestamp>.json (misp-feed)
//     *.new           under way, or left by a crash
//
// Does: read, write, name paths. A state that cannot be read is as good as none: the feed is
// fetched anew. Does not: decide anything (refresh_rules).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "reputation/feeds/feed_import.h"
#include "reputation/listing.h"

namespace ringfence {

inline constexpr std::size_t kStateBytesMax = 4 << 20;
inline constexpr std::size_t kStateWordsMax = 1'000;  // bytes of one error or note

/// What was kept of the feed, as its server described it.
struct KeptContent {
  std::string origin{};  // hash of where it came from: another URL, and it is of no use
  std::string etag{};
  std::string last_modified{};
  std::string hash{};                // SHA-256 of the body, or of the names of all events
  std::uint64_t bytes = 0;           // as received
  std::string trusted_comment{};     // of its signature
  std::string cursor{};              // TAXII: objects were added up to here
  std::optional<TimePoint> whole{};  // TAXII: when the collection was last read from its begin

  bool operator==(const KeptContent&) const = default;
};

/// What became of it in the table.
struct ImportedList {
  std::optional<TimePoint> imported{};  // ListInfo::imported of the list; nothing: never was
  std::string source{};                 // ListInfo::source
  std::string settings{};               // hash of the options that shaped it
  std::string hash{};                   // KeptContent::hash it was read from
  std::uint64_t generation = 0;
  std::string format{};
  std::uint64_t rows = 0;
  std::uint64_t accepted = 0;
  std::uint64_t numbers = 0;
  std::uint64_t ranges = 0;
  std::uint64_t added = 0;
  std::uint64_t removed = 0;
  std::map<std::string, std::uint64_t> refused{};  // by to_token(Refusal)
  std::vector<RefusedRow> examples{};
};

struct FeedState {
  KeptContent kept;
  ImportedList list;
  std::optional<TimePoint> checked{};  // last asked
  std::optional<TimePoint> good{};     // last asked with a good answer
  std::optional<TimePoint> changed{};  // its content was last other than before
  std::optional<TimePoint> next{};     // not asked before
  int failures = 0;                    // in a row
  std::string error{};                 // of the last refresh, "" when it went well
  std::string note{};                  // what is worth knowing and stopped nothing
  std::string rolled_back{};           // content the operator rolled back: not read again
};

/// The operator's word: not refreshed until released.
struct FeedHold {
  TimePoint since{};
  std::string author{};
  std::string reason{};

  bool operator==(const FeedHold&) const = default;
};

/// The folder of one feed. A path; holds nothing open.
class FeedFolder {
 public:
  /// `name` is_list_name().
  FeedFolder(const std::filesystem::path& reputation, std::string_view name)
      : path_(reputation / "feeds" / name) {}

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path body() const { return path_ / "body"; }
  std::filesystem::path new_body() const { return path_ / "body.new"; }
  std::filesystem::path events() const { return path_ / "events"; }
  std::filesystem::path new_file(std::string_view name) const;  // "<name>.new"

  /// Makes it and removes what was under way when an earlier refresh ended early.
  Result<void> prepare() const;

  /// A new feed has an empty state. kData when the file is none of ours, kNoPermission ...
  Result<FeedState> read_state() const;
  Result<void> write_state(const FeedState& state) const;

  /// Nothing when it is not held. A hold that cannot be read holds nevertheless.
  std::optional<FeedHold> hold() const;
  Result<void> write_hold(const FeedHold& hold) const;
  /// False when it was not held.
  Result<bool> remove_hold() const;

  /// Removes the folder and all that is in it.
  void remove() const;

 private:
  std::filesystem::path path_;
};

/// Names of the feeds that have a folder, in order.
std::vector<std::string> feeds_remembered(const std::filesystem::path& reputation);
/// Taken by who changes what lies in the folders. kTempFail while another refresh is at work.
Result<UniqueFd> lock_feeds(const std::filesystem::path& reputation);

}  // namespace ringfence
