// PhraseSet: a lexicon made ready for the patterns.
//
// Does: fold the phrases, choose of each the stretch that the pattern engine looks for (its anchor:
// the end of its longest word, of one that mail is not full of if it has any; phrases share
// anchors), and say whether a phrase stands around an anchor that was found. Why: plain short
// literals cost the engine next to nothing, however many they are; word boundaries and runs of
// white space in its patterns cost much.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "matcher/lexicon.h"
#include "matcher/pattern_database.h"

namespace ringfence {

/// A phrase found: text[begin, end) in absolute offsets of folded text.
struct PhraseMatch {
  std::uint64_t begin;
  std::uint64_t end;
  std::uint32_t term;

  auto operator<=>(const PhraseMatch&) const = default;
};

/// What is found together: one kind and name.
struct LexiconTerm {
  LexiconKind kind;
  std::string name;
};

/// Immutable after creation; shared by all threads.
class PhraseSet {
 public:
  /// kConfig for what check_lexicon_name() and check_phrase() refuse, or too much of it.
  static Result<PhraseSet> create(const std::vector<LexiconEntry>& lexicon);

  const std::vector<LexiconTerm>& terms() const { return terms_; }
  /// Literals of at most kAnchorBytesMax, ids from kLexiconIds on, each once.
  std::vector<PatternSpec> patterns() const;
  bool empty() const { return anchors_.empty(); }

  /// Appends the phrases around the anchor of pattern `id` that ends at `end` (absolute), in
  /// `text`, which stands at `base`. Of the text, kSpanBytesMax + 1 before `end` and kSpanBytesMax
  /// + 1 after it count; where the text ends sooner, so does the message's.
  void find(std::uint32_t id, std::uint64_t end, std::string_view text, std::uint64_t base,
            std::vector<PhraseMatch>& out) const;

  static constexpr std::size_t kAnchorBytesMax = 8;  // longer ones are slow in a stream
  static constexpr std::size_t kGapBytesMax = 16;    // between two words
  /// From the begin of a phrase to its end, with all gaps.
  static constexpr std::size_t kSpanBytesMax =
      2 * LexiconEntry::kPhraseBytesMax + (LexiconEntry::kPhraseWordsMax - 1) * kGapBytesMax;

 private:
  struct Phrase {
    std::uint32_t term;
    std::vector<std::string> words;  // folded, lower case unless exact
    std::size_t anchor_word;
    char next = 0;            // first byte of the word after the anchor's, lower case; 0 for none
    bool exact = false;       // as written or in capitals
    bool open_begin = false;  // may begin within a word
    bool open_end = false;
    bool may_touch_digits = false;
  };
  struct Anchor {
    std::string literal;
    std::vector<Phrase> phrases;
  };

  static Result<Phrase> compile(std::string_view written);
  static bool stands(const Phrase& phrase, std::string_view text, std::size_t at,
                     std::size_t& begin, std::size_t& end);
  void add(Phrase phrase);
  friend Result<void> check_phrase(std::string_view phrase);

  std::vector<LexiconTerm> terms_;
  std::vector<Anchor> anchors_;  // the pattern's id is kLexiconIds + index
};

}  // namespace ringfence
