// GenerationDirectory: where generations live, which one is current, and who may write.
//
//   <root>/lock                     flock()ed by the one writer
//   <root>/generations/17/          immutable, complete
//   <root>/generations/18.partial/  under construction, or left by a crash
//   <root>/current -> generations/17
//
// Does: name the folders, re-point `current`, remove what is old. Does not: look into a generation.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace ringfence {

/// Takes an exclusive flock() on `file`, made when missing, held until the descriptor closes. Tries
/// for `patience_ms`, then kTempFail "... busy: <what>".
Result<UniqueFd> lock_file(const std::filesystem::path& file, std::string_view what,
                           int patience_ms);

/// mkdir with mode 0755 whatever the umask, parents too; no error when it is there.
Result<void> make_folder(const std::filesystem::path& folder);
/// fsync of a folder: renames and new names in it survive a power cut.
Result<void> sync_folder(const std::filesystem::path& folder);

/// A path and what it means; holds nothing open. Any thread.
class GenerationDirectory {
 public:
  explicit GenerationDirectory(std::filesystem::path root) : root_(std::move(root)) {}

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path folder(std::uint64_t generation) const;
  std::filesystem::path partial_folder(std::uint64_t generation) const;

  /// The generation `current` names; nothing when there is no `current`. kData when it is something
  /// else than a link of our making.
  Result<std::optional<std::uint64_t>> current() const;
  /// The complete generations, ascending.
  Result<std::vector<std::uint64_t>> list() const;

  // For the writer, who holds the lock:

  /// Makes root and generations/ and takes the lock; kTempFail when another writer is at work.
  Result<UniqueFd> lock() const;
  /// One more than the highest there is or was made current.
  Result<std::uint64_t> next() const;
  /// Takes generations/<N>.partial, whole and synced, as generations/<N>.
  Result<void> adopt(std::uint64_t generation) const;
  /// Re-points `current`, at once and for good.
  Result<void> make_current(std::uint64_t generation) const;
  /// Removes what crashed writers left, and the oldest generations beyond `kept` (at least 1);
  /// never the current one. What cannot be removed is left.
  void clean(int kept) const;

 private:
  std::filesystem::path generations() const { return root_ / "generations"; }

  std::filesystem::path root_;
};

/// Makes an earlier generation the current one again: `generation`, or when not given the one
/// before the current. The generation that is current then. kNoInput when there is none such, kData
/// when it does not open, kTempFail while another writer is at work.
Result<std::uint64_t> roll_back(const std::filesystem::path& root,
                                std::optional<std::uint64_t> generation);

}  // namespace ringfence
