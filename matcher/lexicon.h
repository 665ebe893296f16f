// The lexicon: the words of the racket as data - lures ("your subscription has been renewed") and
// the brands it borrows. The operator's files fill it; nothing here reads files.
//
// A phrase is words over folded text: letter case, diacritics, look-alike letters and what cannot
// be seen make no difference. Between two words stands any white space, one line end, a hyphen or
// an underscore. It begins and ends where a word does; a phrase of five letters or more may touch
// digits ("Norton1-888"). "refund*" goes on into the word ("refunds"), "*billing" begins within
// one; "=Apple" is found as it is written or in capitals alone, not as "apple".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "matcher/finding.h"

namespace ringfence {

/// One name's phrases in one language. Entries of the same kind and name are one in Findings.
struct LexiconEntry {
  LexiconKind kind = LexiconKind::kLure;
  std::string name;      // [a-z0-9-], at most kNameBytesMax: it stands in headers and rules
  std::string language;  // ISO 639: "en", or "" for all
  std::vector<std::string> phrases;

  bool operator==(const LexiconEntry&) const = default;

  static constexpr std::size_t kNameBytesMax = 32;
  static constexpr std::size_t kPhraseBytesMax = 64;  // as written
  static constexpr std::size_t kPhraseWordsMax = 8;
  static constexpr std::size_t kPhraseLettersMin = 3;  // in a row, of some word
};

inline constexpr std::size_t kLexiconEntriesMax = 2'000;
inline constexpr std::size_t kLexiconPhrasesMax = 10'000;  // of all entries

/// kConfig when there can be no such name, or no such phrase; the message is the second half of a
/// sentence: "has no three letters in a row".
Result<void> check_lexicon_name(std::string_view name);
Result<void> check_phrase(std::string_view phrase);

}  // namespace ringfence
