// FeedImport: the documents of one feed as one list of the next generation.
//
// Does: inflate, find the format of each document, read it in constant memory beside the entries,
// turn rows into entries, count what is refused by reason. Does not: fetch, publish (the owner of
// the GenerationBuilder does), know the numbering plan (the caller's NumberParser does, because
// rooms beside this one are not looked into).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reputation/feed_options.h"
#include "reputation/feeds/feed_number.h"
#include "reputation/feeds/feed_row.h"
#include "reputation/generation_builder.h"

namespace ringfence {

struct RefusedRow {
  std::string document{};  // its name, as given to begin_document()
  std::uint64_t line = 0;
  Refusal refusal = Refusal::kNotANumber;
  std::string text{};  // printable
};

/// What was read of a feed so far.
struct FeedCounts {
  FeedFormat format = FeedFormat::kAuto;  // of the last document that was begun
  std::uint64_t documents = 0;
  std::uint64_t bytes = 0;              // inflated
  std::uint64_t rows = 0;               // blank lines and comments counted
  std::uint64_t accepted = 0;           // rows that gave an entry, duplicates counted
  std::uint64_t ranges = 0;             // entries among them that are more than one number
  std::uint64_t categories_folded = 0;  // rows beyond the bound on categories, in the default one
  std::array<std::uint64_t, kRefusalCount> refused{};  // by Refusal
  std::vector<RefusedRow> examples{};                  // in order; only of what is_fault()

  std::uint64_t refused_for(Refusal refusal) const {
    return refused[static_cast<std::size_t>(refusal)];
  }
};

/// "it is empty", or "3 comment, 7 not-a-number, the first in line 2: www.example.com".
std::string describe_refused(const FeedCounts& counts);

/// The score of a number that `repeats` reports name, where one report alone is weak evidence:
/// score * n / (n + kRepeatsHalf), rounded. 1 report gives a quarter, 3 half, 27 nine tenths.
int repeated_score(int score, std::uint64_t repeats);
inline constexpr int kRepeatsHalf = 3;

/// Distinct categories a block or allow list may bring; later ones count as the default category.
inline constexpr std::size_t kFeedCategoriesMax = 64;
/// Rows kept as examples of each refusal, unless told otherwise.
inline constexpr std::size_t kRefusedExamples = 5;

class FeedImport {
 public:
  /// Begins the list `feed.name` anew in `builder`, which outlives this; `source` is shown by
  /// status. Errors of GenerationBuilder::replace_list().
  static Result<FeedImport> begin(const FeedOptions& feed, std::string source,
                                  GenerationBuilder& builder, NumberParser parser, TimePoint now,
                                  std::size_t examples_max = kRefusedExamples);
  FeedImport(FeedImport&&) noexcept;
  FeedImport& operator=(FeedImport&&) noexcept;
  ~FeedImport();

  /// One document after the other: begin_document(), push() its bytes as they were fetched, gzip
  /// and zstd included, end_document(). Errors (kData, named) are about that document: it is of no
  /// more use, what it gave so far is in the list, and the next one may be begun.
  /// feed.limits.inflated_bytes_max bounds all of them together. Errors of the builder are of kinds
  /// of its own and end the import.
  void begin_document(std::string_view name);
  Result<void> push(std::string_view bytes);
  Result<void> end_document();
  /// The three for all that `fd` has left. `progress` is told the bytes read so far; may be empty.
  Result<void> read_document(int fd, std::string_view name,
                             const std::function<void(std::uint64_t bytes)>& progress = {});

  /// The list in the builder, for settle() and withdraw().
  std::uint16_t list() const;
  const FeedCounts& counts() const;

 private:
  struct Impl;
  explicit FeedImport(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ringfence
