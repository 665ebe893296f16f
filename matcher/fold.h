// Fold: UTF-8 in, text of one byte a letter that patterns can be run over out, with the way back to
// what was written.
//
// Does: digits of every script and style to 0-9, look-alike letters and letters with diacritics to
// Latin, dashes, spaces, brackets and dots to their ASCII kin; removes what cannot be seen and
// marks where it stood. Letter case is kept. ASCII comes out as it went in. Other letters become
// fold_letter(), symbols kFoldSymbol or kFoldCurrency (fold_table.h).
// Does not: interpret what it folds; know look-alikes of digits among ASCII letters (reading does).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/finding.h"
#include "matcher/fold_table.h"

namespace ringfence {

/// Folded text of one stream, or the latest stretch of it. All offsets are absolute in the stream.
struct FoldedText {
  /// From `folded` on, up to the next run, folded byte i was written at
  /// original + (i - folded) * step: a word of Cyrillic is one run with a step of 2.
  struct Run {
    std::uint64_t folded;
    std::uint64_t original;
    std::uint64_t step;

    std::uint64_t at(std::uint64_t i) const { return original + (i - folded) * step; }
  };
  struct Mark {
    Trick trick;
    std::uint64_t begin;  // folded; begin == end: something stood between two bytes
    std::uint64_t end;

    bool operator==(const Mark&) const = default;
  };

  std::string ascii;  // ascii[i] stands at the folded offset base + i
  std::uint64_t base = 0;
  std::string original;  // as written, without what the fold removes
  std::uint64_t original_base = 0;
  std::vector<Run> runs;    // ascending by folded; before the first, original == folded
  std::vector<Mark> marks;  // ascending by end

  std::uint64_t end() const { return base + ascii.size(); }
  std::uint64_t original_end() const { return original_base + original.size(); }
  /// Where the byte at this folded offset stands in the original; base <= folded <= end().
  std::uint64_t original_at(std::uint64_t folded) const;
  /// Appends original_at(i) - relative_to for all i in [from, to].
  void originals(std::uint64_t from, std::uint64_t to, std::uint64_t relative_to,
                 std::vector<std::uint32_t>& out) const;
  /// Forgets the text before `folded` (<= end()), which becomes the base.
  void drop_before(std::uint64_t folded);
};

/// The scalar's other case where the two fold differently ("\u0432" is no Latin letter, "\u0412"
/// looks like B); else the scalar.
char32_t fold_small(char32_t scalar);
char32_t fold_capital(char32_t scalar);

class Fold {
 public:
  /// Appends the fold of the next bytes; the cut may fall within a scalar. Ill-formed UTF-8 becomes
  /// kFoldSymbol, one for each U+FFFD Unicode would show. `out` must be the same one at each call.
  void push(std::string_view utf8, FoldedText& out);
  /// The end of the text.
  void finish(FoldedText& out);

 private:
  void fold_whole(std::string_view utf8, FoldedText& out);
  std::size_t fold_foreign(std::string_view utf8, FoldedText& out);
  void fold_scalar(const FoldEntry& entry, std::string_view written, FoldedText& out);
  void settle_variation(FoldedText& out);

  std::string pending_;       // an unfinished scalar
  bool variation_ = false;    // a variation selector was just removed, not yet marked
  bool after_digit_ = false;  // the latest byte of the text is a digit
};

}  // namespace ringfence
