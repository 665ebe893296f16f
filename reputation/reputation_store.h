// ReputationStore: the reputation table as readers see it: the current generation and the
// overrides.
//
// Directory: `generations/<N>/` immutable LMDB environments, `current` a symbolic link to one of
// them, `overrides.mdb` a second small environment. docs/formats-reputation.md has the byte
// formats. Does: look up; follow `current` when it is re-pointed and overrides when they change.
// Does not: write generations (GenerationBuilder) or overrides (overrides.h), fetch feeds, know
// policy.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/e164.h"
#include "base/result.h"
#include "reputation/listing.h"
#include "reputation/score.h"

namespace ringfence {

struct ReputationOptions {
  std::filesystem::path directory = "/var/lib/ringfence/reputation";
  int generations_kept = 3;  // older ones are removed when a new one is made current
  DecayOptions decay{};
  DecayCategories decay_categories{};
  BlockOptions blocks{};
};

/// One list as the current generation holds it.
struct ListInfo {
  std::string name;
  std::uint64_t numbers = 0;  // a genuine list counts each brand of a number
  TimePoint imported{};
  std::string source{};  // file name or URL it came from
  ListRole role = ListRole::kBlock;
  int weight = 100;          // 0-100 percent
  std::uint64_t ranges = 0;  // entries for ranges, not counted in `numbers`
};

struct StoreStatus {
  std::optional<std::uint64_t> generation;  // nothing when there is none yet
  TimePoint built{};
  std::uint64_t numbers = 0;
  std::uint64_t ranges = 0;
  std::uint64_t blocks = 0;  // that lend, or would but for the options of lookups
  std::vector<ListInfo> lists;
  std::uint64_t allow_entries = 0;
  std::uint64_t deny_entries = 0;
  std::string fault;  // why the newest generation or overrides are not in use, "" when they are
};

/// Any thread; lookups never wait for a writer. The one that finds a newer table opens it, which
/// takes under a millisecond, or some when there are tens of thousands of categories; the others go
/// on with the old one meanwhile.
class ReputationStore {
 public:
  /// Opens `options.directory`. A directory without a generation is an empty table. kNoInput when
  /// the directory is missing, kData when the current generation (or the overrides) is missing, cut
  /// short or of another format.
  static Result<std::shared_ptr<ReputationStore>> open(const ReputationOptions& options);
  ~ReputationStore();

  /// The reputation of each number, in order, from one read transaction. Decay and expiry by `now`.
  /// Overrides changed before the call count; a generation made current within the last second may
  /// not yet. When a newer table cannot be opened the old one answers, and the log and status() say
  /// why.
  Result<std::vector<NumberReputation>> lookup(std::span<const E164> numbers, TimePoint now) const;

  /// True when a genuine list names numbers of this brand that have not expired: a mail that wears
  /// the brand may then be asked for them (NumberReputation::genuine_of).
  bool has_directory(std::string_view brand, TimePoint now) const;

  /// Takes up the generation `current` names now, if it is another one; the old one stays in use,
  /// and the Error says why, when the new one cannot be opened or `current` is gone. Called on
  /// reload; lookup() also checks, at most once a second.
  Result<void> refresh();

  Result<StoreStatus> status() const;

 private:
  struct Impl;
  explicit ReputationStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ringfence
