// The matcher: text in; telephone numbers, lures and brands out.
//
// MatcherEngine is what all messages share: the Hyperscan database, the numbering plan, the default
// regions. MessageMatcher is the state of one message: one Hyperscan stream and look-behind per
// open text stream, and the candidates found so far.
//
// Does: fold Unicode to ASCII, find where numbers stand, normalise to E.164.
// Does not know: MIME, reputation, policy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/place.h"
#include "base/result.h"
#include "matcher/finding.h"
#include "matcher/lexicon.h"
#include "matcher/numbering_overlay.h"
#include "matcher/region_hints.h"

namespace ringfence {

struct MatcherOptions {
  /// Regions (ISO 3166-1 alpha-2) in which a number without country code is read, tried in order.
  std::vector<std::string> regions = {"US"};
  std::size_t candidates_max = 15'000;     // looked at in one message, as candidate_cost() counts
  std::size_t numbers_max = 5'000;         // distinct numbers kept of one message
  std::vector<LexiconEntry> lexicon;       // lures and brands; at most kLexiconEntriesMax
  std::size_t lexicon_hits_max = 100;      // different ones kept of one message
  std::vector<NumberingOverlay> overlays;  // numbers newer than the library's metadata
  bool short_codes = false;                // look for short codes too (short_code.h)
};

/// Immutable after creation; shared by all threads.
class MatcherEngine {
 public:
  /// Compiles the patterns and proves them: kSoftware when the pattern engine's streams do not give
  /// what its blocks give (DESIGN 5.1), kUnavailable when the processor lacks what Hyperscan needs,
  /// kConfig for an unknown region or a lexicon that check_lexicon_name() or check_phrase()
  /// refuses.
  static Result<std::shared_ptr<const MatcherEngine>> create(const MatcherOptions& options);
  ~MatcherEngine();

  const MatcherOptions& options() const;
  /// For `status` and logs: "hyperscan 5.4.0, libphonenumber metadata 8.12.57".
  std::string describe() const;

  /// As NumberReader::parse_number().
  Result<E164> parse_number(std::string_view text, std::string_view region = {}) const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit MatcherEngine(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

/// Not thread-safe; may move between threads between calls.
class MessageMatcher {
 public:
  /// Regions that hints add to those a number is read in anyway, the strongest ones.
  static constexpr std::size_t kRegionHintsMax = 4;
  /// Clusters without a valid number that are kept to be read with the hints: half of them the
  /// first of the message, half the last.
  static constexpr std::size_t kDeferredClustersMax = 64;

  /// `regions` are tried before the engine's own; unknown ones are passed over. With `explain`,
  /// Findings::notes is filled.
  explicit MessageMatcher(std::shared_ptr<const MatcherEngine> engine,
                          std::vector<std::string> regions = {}, bool explain = false);
  MessageMatcher(MessageMatcher&&) noexcept;
  MessageMatcher& operator=(MessageMatcher&&) noexcept;
  ~MessageMatcher();

  /// The next text of a stream, UTF-8; the first push of a stream id opens it. Any cut gives the
  /// same findings.
  void push(std::uint32_t stream, Place place, std::string_view utf8);
  /// A region the message has to do with, by what its envelope and header say. Countries and
  /// currencies in the text, and the regions of numbers found, are hints too: what gave no valid
  /// number without country code is read again at the end in the regions they speak for. Unknown
  /// ones are passed over. Any time before finish().
  void hint_region(RegionClue clue, std::string_view region);
  /// A charset that a part is written in; a value of Content-Language.
  void hint_charset(std::string_view label);
  void hint_language(std::string_view tag);
  /// The stream is over; its state is freed. Ending a stream never pushed to does nothing.
  void end(std::uint32_t stream);
  /// Ends all streams and gives what was found. Call once.
  Findings finish();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ringfence
