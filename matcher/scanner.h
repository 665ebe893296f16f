// Scanner: one text stream in, cut anywhere; the clusters and the lexicon's phrases in it out.
//
// Does: fold the text, run the patterns over it in a Hyperscan stream, and cut out what stands
// where they match, with its context, from a bounded window. The same clusters come out however the
// text is cut. Does not: read numbers (reading), count or bound candidates (the message's matcher
// does).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/place.h"
#include "matcher/cluster.h"
#include "matcher/fold.h"
#include "matcher/pattern_database.h"
#include "matcher/patterns.h"
#include "matcher/phrase_finder.h"
#include "matcher/scanner_extent.h"

namespace ringfence {

/// Not thread-safe; may move between threads between calls.
class Scanner final : private PatternSink {
 public:
  /// `database` is a stream database of number_patterns() and, with `phrases`, of its patterns().
  /// Both outlive the scanner.
  Scanner(const PatternDatabase& database, Place place, const PhraseSet* phrases = nullptr)
      : place_(place), stream_(database), phrases_(phrases) {}

  /// Folds and scans the next text, UTF-8, and appends the clusters that are complete.
  void push(std::string_view utf8, std::vector<Cluster>& out);
  /// The end of the text. Nothing may be pushed after it.
  void finish(std::vector<Cluster>& out);

  /// Appends the phrases found since the last call, in no order.
  void take_phrases(std::vector<PhraseMatch>& out);
  /// Digits passed over since the last call, since they stand in runs too long for any number.
  std::uint64_t take_flood_bytes() { return std::exchange(flood_bytes_, 0); }
  /// Clusters and phrases yet to come begin at this folded offset or after it.
  std::uint64_t settled() const { return window_.base; }

  /// True when the pattern engine failed (no memory): the rest of the text is not looked at.
  bool failed() const { return failed_; }

  /// Small pushes are gathered up to this before they are scanned, large ones cut into such slices.
  static constexpr std::size_t kScanBytes = 8192;

 private:
  /// Matches whose ends share a stretch of kHitBytes: no two clusters end so close to each other.
  struct Hit {
    std::uint64_t end;  // the first of them
    PatternKinds kinds;
  };
  static constexpr std::uint64_t kHitBytes = 4;

  void on_match(std::uint32_t id, std::uint64_t end) override;
  void scan();
  void settle_hits();
  void cut_clusters(bool finished, std::vector<Cluster>& out);
  void cut_short_codes(bool finished, std::vector<Cluster>& out);
  Extent extent_of(std::size_t hit) const;
  void cut(const Extent& extent, std::vector<Cluster>& out) const;
  void forget();

  Place place_;
  PatternStream stream_;
  PhraseFinder phrases_;
  std::vector<PhraseMatch> phrases_found_;
  Fold fold_;
  FoldedText window_;
  std::uint64_t scanned_ = 0;      // folded offset up to which the patterns have looked
  std::uint64_t skipped_ = 0;      // of those, bytes the patterns were not shown
  std::uint64_t flood_bytes_ = 0;  // of those, not yet taken
  std::uint64_t covered_ = 0;      // folded offset: clusters begin here at the earliest
  std::vector<Hit> hits_;          // matches not yet cut out, ascending
  std::size_t hits_settled_ = 0;
  std::vector<std::uint64_t> short_hits_;  // where short codes may end, not yet cut out
  bool failed_ = false;
};

}  // namespace ringfence
