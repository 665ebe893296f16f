// Overrides: the operator's allow and deny entries, in one small file beside the generations.
//
// `<root>/overrides.mdb` is immutable like a generation: each change writes a new file beside it
// and renames it over the old one, so a reader sees the old or the new whole, needs no lock and no
// right to write (docs/decisions/0010-overrides-copy-on-write.md). Does not know: listings, scores.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/e164.h"
#include "base/result.h"
#include "reputation/listing.h"
#include "reputation/lmdb_env.h"

namespace ringfence {

inline constexpr std::size_t kOverrideReasonBytesMax = 1000;
inline constexpr std::size_t kOverrideAuthorBytesMax = 200;
inline constexpr std::size_t kOverridesMax = 1'000'000;

struct NumberOverride {
  E164 number;
  Override entry;

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

  /// The entries of several numbers, in order, expired ones too, from one transaction.
  Result<std::vector<std::optional<Override>>> find(std::span<const E164> numbers) const;
  /// All entries, in order of numbers, expired ones too.
  Result<std::vector<NumberOverride>> list() const;

 private:
  Overrides(LmdbEnv env, LmdbTable table, std::string name)
      : env_(std::move(env)), table_(table), name_(std::move(name)) {}
  Result<Override> decode(std::string_view value) const;

  LmdbEnv env_;
  LmdbTable table_;
  std::string name_;
};

/// One change: `entry` replaces what there is for the number; without it the number's entry is
/// removed.
struct OverrideChange {
  E164 number;
  std::optional<Override> entry;
};

/// Makes all changes or none; readers see them at their next lookup. A number named twice takes the
/// last change. Waits a few seconds for another writer, then kTempFail. kUsage on a reason or
/// author that is too long or holds control characters; kIo, kCannotCreate with the old entries
/// untouched.
Result<void> change_overrides(const std::filesystem::path& root,
                              std::span<const OverrideChange> changes);

/// Adds or replaces one; what it replaced.
Result<std::optional<Override>> add_override(const std::filesystem::path& root, E164 number,
                                             const Override& entry);
/// Removes the number's entry when it is of this kind; whether there was one.
Result<bool> remove_override(const std::filesystem::path& root, E164 number, OverrideKind kind);
/// All entries; none when there is no file.
Result<std::vector<NumberOverride>> list_overrides(const std::filesystem::path& root);

}  // namespace ringfence
