// The trail of the overrides: who changed which entry when and why, in a file that only grows at
// its end.
//
// `<root>/overrides-history.jsonl`, one JSON object a line; docs/formats-reputation.md names the
// members. A full file is moved to overrides-history.1.jsonl, that to .2, and the oldest goes.
// A change stands here, on the disk, before it takes effect, so the trail lacks none that did. One
// that did not, because its writer was killed in between, is known by the chain: each line names
// the change that was in effect before it. Does not know: LMDB, which override wins.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "reputation/listing.h"
#include "reputation/number_range.h"

namespace ringfence {

inline constexpr std::uint64_t kTrailFileBytesMax = 16 << 20;  // before it is moved on
inline constexpr int kTrailFilesMax = 10;                      // with the one being written
inline constexpr std::size_t kTrailLineBytesMax = 16 << 10;

/// One entry added, replaced or removed.
struct OverrideEvent {
  std::uint64_t change = 0;  // counts up; the same for all that one command did
  std::uint64_t after = 0;   // the change that was in effect then
  TimePoint at{};
  std::string author{};
  std::string reason{};
  NumberRange range;
  OverrideKind kind = OverrideKind::kDeny;
  bool added = true;  // else removed
  std::optional<TimePoint> expires{};
  std::optional<Override> replaced{};  // what stood there before
};

/// The line of an event, with its line end.
std::string trail_line(const OverrideEvent& event);

/// The trail of a folder, for the one who holds the lock of its overrides.
class OverrideTrail {
 public:
  /// Makes the file when there is none. kCannotCreate, kNoPermission, kIo.
  static Result<OverrideTrail> open(const std::filesystem::path& root);

  /// The highest change there is, in effect or not; 0 for none.
  std::uint64_t last_change() const { return last_change_; }
  /// All lines and on the disk, or none and kIo.
  Result<void> append(std::string_view lines);

 private:
  OverrideTrail(UniqueFd fd, std::string name, std::uint64_t last_change, bool torn)
      : fd_(std::move(fd)), name_(std::move(name)), last_change_(last_change), torn_(torn) {}

  UniqueFd fd_;
  std::string name_;
  std::uint64_t last_change_;
  bool torn_;  // the last line has no end: its writer was killed
};

struct TrailEntry {
  std::string json;       // the line, without its end
  bool in_effect = true;  // false: written, but never carried out
};
struct TrailReading {
  std::vector<TrailEntry> entries;  // oldest first
  std::uint64_t broken_lines = 0;   // passed over
};

/// The lines that `wanted` is true of. `table_change` is asked for once all is read: the change
/// that is in effect, nothing when there is no table. Nothing at all when there is no trail.
Result<TrailReading> read_trail(
    const std::filesystem::path& root, const std::function<bool(std::string_view json)>& wanted,
    const std::function<Result<std::optional<std::uint64_t>>()>& table_change);

}  // namespace ringfence
