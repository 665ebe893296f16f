// PhraseSet: a lexicon made ready for the patterns.
//
// Does: fold the phrases, choose of each the stretch that the pattern engine looks for (its anchor:
// the end of its longest word, of one that mail is not full of if it has any; phrases share
// anchors), and say whether a phrase stands around an anchor that was found. Why: plain short
// literals cost the engine next to nothing, however many they are; word boundaries and runs of
// white space in its patterns cost much. Letters of other scripts and currency signs are told apart
// by the fold only in part: where a phrase has any, the text as written has the last word.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "matcher/fold.h"
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
  /// kConfig for what check_lexicon_name() and check_phrase() refuse, or too much of it. `others`
  /// are phrases that are none of the lexicon's, of any length: others[i] is found as term
  /// terms().size() + i.
  static Result<PhraseSet> create(const std::vector<LexiconEntry>& lexicon,
                                  std::span<const std::string_view> others = {});

  /// Of the lexicon.
  const std::vector<LexiconTerm>& terms() const { return terms_; }
  /// Literals of at most kAnchorBytesMax, ids from kLexiconIds on, each once.
  std::vector<PatternSpec> patterns() const;
  bool empty() const { return anchors_.empty(); }

  /// Appends the phrases around the anchor of pattern `id` that ends at `end` (absolute), in
  /// `text`, of which kSpanBytesMax + 1 before `end` and kSpanBytesMax + 1 after it count; where it
  /// ends sooner, so does the message's. Phrases that end at the same place come one after the
  /// other.
  void find(std::uint32_t id, std::uint64_t end, const FoldedText& text,
            std::vector<PhraseMatch>& out) const;

  static constexpr std::size_t kAnchorBytesMax = 8;  // longer ones are slow in a stream
  static constexpr std::size_t kGapBytesMax = 16;    // between two words
  /// From the begin of a phrase to its end, with all gaps.
  static constexpr std::size_t kSpanBytesMax =
      2 * LexiconEntry::kPhraseBytesMax + (LexiconEntry::kPhraseWordsMax - 1) * kGapBytesMax;

 private:
  /// What must stand beside an anchor: most that are found have something else there.
  struct Side {
    enum class Kind : std::uint8_t { kAny, kBoundary, kGap, kByte };
    Kind kind = Kind::kAny;
    char byte = 0;  // kByte: this one; kGap: the one beyond the gap; in lower case
  };
  struct Sides {
    Side left, right;
  };
  struct Phrase {
    std::uint32_t term;
    std::vector<std::string> words;  // folded, lower case unless exact
    std::u32string foreign;          // as written, what the fold tells apart only in part
    std::size_t anchor_word;
    Sides sides;              // of the anchor's literal
    bool exact = false;       // as written or in capitals
    bool open_begin = false;  // may begin within a word
    bool open_end = false;
    bool may_touch_digits = false;
  };
  struct Anchor {
    std::string literal;
    bool caseless;  // not for what is found in capitals alone: "ILS" stands in no "details"
    std::vector<Phrase> phrases;
    std::vector<Sides> sides;  // phrases[i].sides, in one piece: they are looked at most
  };
  /// What stands beside an anchor that was found.
  struct Beside;

  struct Stretch {
    std::size_t begin;
    std::size_t end;
  };

  static Result<std::vector<Phrase>> compile(std::string_view written, bool any_length = false);
  static Result<Phrase> compile_case(std::string_view written, bool any_length);
  /// What the patterns look for of a word. Plain digits would cost them dear.
  static std::string_view anchor_of(std::string_view word) {
    return word.substr(word.size() - std::min(word.size(), kAnchorBytesMax));
  }
  static void set_sides(Phrase& phrase);
  static bool fits(const Sides& sides, const Beside& beside);
  static bool stands(const Phrase& phrase, const FoldedText& text, std::size_t at, Stretch& place);
  static bool is_written_so(const Phrase& phrase, const FoldedText& text, const Stretch& place);
  void add(std::vector<Phrase> phrases, std::uint32_t term);
  friend Result<void> check_phrase(std::string_view phrase);

  std::vector<LexiconTerm> terms_;
  std::vector<Anchor> anchors_;  // the pattern's id is kLexiconIds + index
};

}  // namespace ringfence
