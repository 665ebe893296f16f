// Made-up sightings, and journals full of them, for sightings_bench.
//
// Does not: ask questions, measure the recorder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <random>

#include "base/result.h"
#include "reputation/sightings/journal.h"

namespace ringfence {

inline constexpr TimePoint kBenchNow{std::chrono::seconds{1'790'000'000}};
inline constexpr std::uint64_t kBenchFirst = 99'900'000'000'000;  // +999 and eleven digits
inline constexpr std::uint64_t kBenchNumbers = 30'000'000;        // that mail shows
inline constexpr std::size_t kBenchBatch = 4'000;                 // messages, as the recorder does

/// The number of this rank, 0 to kBenchNumbers - 1; those of low ranks stand in much mail.
E164 bench_number(std::uint64_t rank);

/// Messages as a busy host sees them: some numbers come often (those of newsletters and of
/// signatures), a tail once or twice; two numbers and one recipient each. One in `scam_every` is
/// scam that the policy has tagged: of 2,000 numbers, under four brands, with one of 200 texts,
/// varied.
class BenchMail {
 public:
  explicit BenchMail(std::uint64_t seed, std::uint64_t scam_every = 100)
      : random_(seed), scam_every_(scam_every) {}
  Sighting next(TimePoint when);

 private:
  // 0 to `size` - 1, the low ones more often: the cube of an even draw.
  std::uint64_t skewed(std::uint64_t size);
  void make_scam(Sighting& mail);

  std::mt19937_64 random_;
  std::uint64_t scam_every_;
  std::uint64_t count_ = 0;
};

/// The day of kBenchNow is the last of `days`; the first `made` are made one message after the
/// other (all when it is 0), each of the others is a copy of one of those with other times.
struct FillPlan {
  std::size_t numbers_per_day = 1'000'000;
  int days = 1;
  int made = 0;
};

/// Fills `directory`/journal, without regard to power cuts and with the indexes made last; prints
/// what each day took.
Result<void> fill_journal(const std::filesystem::path& directory, const FillPlan& plan);

}  // namespace ringfence
