// Overrides: the operator's allow and deny entries for numbers and ranges, in one small file beside
// the generations.
//
// `<root>/overrides.mdb` is immutable like a generation: each change writes a new file beside it
// and renames it over the old one, so a reader sees the old or the new whole, needs no lock and no
// right to write (docs/decisions/0010-overrides-copy-on-write.md). Every change is on the trail
// before it takes effect. Does not know: listings, scores.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/e164.h"
#include "base/result.h"
#include "reputation/listing.h"
#include "reputation/lmdb_env.h"
#include "reputation/number_range.h"
#include "reputation/override_trail.h"

namespace ringfence {

inline constexpr std::size_t kOverrideReasonBytesMax = 1000;
inline constexpr std::size_t kOverrideAuthorBytesMax = 200;
inline constexpr std::size_t kOverridesMax = 1'000'000;

struct NumberOverride {
  NumberRange range;  // a single number, mostly
  Override entry;     // its own `range` is not set

  bool operator==(const NumberOverride&) const = default;
};

/// The overrides at one moment, open for reading. Immutable and safe for any thread.
class Overrides {
 public:
  /// Which file it is; a changed file has another identity.
  struct Identity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t changed_ns = 0;
    std::int64_t bytes = 0;

    bool operator==(const Identity&) const = default;
  };
  /// One stat(). Nothing when there is no file; errors as LmdbEnv::open.
  static Result<std::optional<Identity>> identify(const std::filesystem::path& root);

  /// Null when there is no file: no overrides. kData when it is cut short or of another format.
  static Result<std::shared_ptr<const Overrides>> open(const std::filesystem::path& root);

  /// What holds of each number at `now`, in order, from one transaction: of the entries in force
  /// for it and for ranges that hold it, the most special one. The number's own comes before a
  /// range's, a longer prefix before a shorter one, and of one prefix the range with a fixed count
  /// of digits; so no two are equal. `Override::range` tells when it is a range's.
  Result<std::vector<std::optional<Override>>> find(std::span<const E164> numbers,
                                                    TimePoint now) const;
  /// All entries, expired ones too, in the order of their first digits.
  Result<std::vector<NumberOverride>> list() const;
  /// The number of the change that made this file; 0 of an empty first one.
  std::uint64_t change() const { return change_; }

 private:
  /// What ranges of one shape have in common.
  struct Shape {
    int prefix_digits;
    int digits;  // 0: any
  };

  Overrides(LmdbEnv env, LmdbTable table, std::string name)
      : env_(std::move(env)), table_(table), name_(std::move(name)) {}
  Result<void> read_meta(LmdbTable meta);
  Result<Override> decode(std::string_view value) const;
  Result<std::optional<Override>> find_one(const LmdbReading& reading, E164 number,
                                           TimePoint now) const;

  LmdbEnv env_;
  LmdbTable table_;
  std::string name_;
  std::vector<Shape> shapes_;  // that occur, the most special first
  std::uint64_t change_ = 0;
};

/// One change: `entry` replaces what there is for just this range; without it the range's entry is
/// removed, if it is of kind `only` when that is given.
struct OverrideChange {
  NumberRange range;
  std::optional<Override> entry{};
  std::optional<OverrideKind> only{};
};

/// Who changes, when, and why where no entry says so.
struct ChangeNote {
  std::string author{};
  TimePoint at{};
  std::string reason{};
};

/// Makes all changes or none; readers see them at their next lookup. A range named twice takes the
/// last change. For each change what it replaced or removed. The trail (override_trail.h) has them
/// before they take effect; when it cannot be written nothing is changed. Waits a few seconds for
/// another writer, then kTempFail. kUsage on a reason or author that is too long or holds control
/// characters; kIo, kCannotCreate with the old entries untouched.
Result<std::vector<std::optional<Override>>> change_overrides(
    const std::filesystem::path& root, std::span<const OverrideChange> changes,
    const ChangeNote& note);

/// Adds or replaces one, by the entry's author; what it replaced.
Result<std::optional<Override>> add_override(const std::filesystem::path& root, NumberRange range,
                                             const Override& entry);
/// Removes the entry of just this range when it is of this kind; whether there was one.
Result<bool> remove_override(const std::filesystem::path& root, NumberRange range,
                             OverrideKind kind, const ChangeNote& note = {});
/// All entries; none when there is no file.
Result<std::vector<NumberOverride>> list_overrides(const std::filesystem::path& root);
/// The lines of the trail that `wanted` is true of, oldest first; none when there is no trail.
/// Waits for a writer under way where the reader may lock.
Result<TrailReading> override_history(const std::filesystem::path& root,
                                      const std::function<bool(std::string_view json)>& wanted);

}  // namespace ringfence
