// PhraseTally: the phrases of one message as evidence: how often, where, how far from a number.
//
// Does not: find phrases (phrase_finder) or numbers (reading).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "base/place.h"
#include "matcher/finding.h"
#include "matcher/phrase_set.h"

namespace ringfence {

/// One text stream: phrases and numbers in it that wait for what may yet stand before them.
struct NearNumbers {
  struct Number {
    std::uint64_t begin;  // absolute offsets of folded text
    std::uint64_t end;
    auto operator<=>(const Number&) const = default;
  };
  struct Near {
    std::uint64_t last_end = 0;
    bool waiting = false;  // for the next number
  };

  std::vector<PhraseMatch> phrases;  // to be filled, in no order
  std::vector<Number> numbers;       // likewise

  std::optional<std::uint64_t> last_number_end;
  std::vector<Near> terms;             // by term; empty until the first phrase
  std::vector<std::uint32_t> waiting;  // terms since the last number
};

class PhraseTally {
 public:
  /// `set` outlives the tally.
  explicit PhraseTally(const PhraseSet& set) : set_(&set) {}

  /// Counts what waits in `near` and begins before `horizon`: nothing that begins before it may
  /// come later.
  void count(Place place, std::uint64_t horizon, NearNumbers& near);
  /// Counts all that waits: the stream is over.
  void count_rest(Place place, NearNumbers& near) {
    count(place, std::numeric_limits<std::uint64_t>::max(), near);
  }
  /// The hits, those nearest to a number first, then by kind and name; at most `hits_max`: false
  /// when there were more.
  bool finish(std::size_t hits_max, std::vector<LexiconHit>& out) const;

 private:
  struct Term {
    PlaceSet places;
    std::uint32_t count = 0;
    std::optional<std::uint32_t> distance;
  };

  void count_phrase(Place place, const PhraseMatch& match, NearNumbers& near);
  void count_number(const NearNumbers::Number& number, NearNumbers& near);
  void nearer(std::uint32_t term, std::uint64_t from, std::uint64_t to);

  const PhraseSet* set_;
  std::vector<Term> terms_;  // by term; empty until the first phrase
};

}  // namespace ringfence
