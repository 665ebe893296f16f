// The patterns that say where numbers may stand in folded text, run-shaped and cheap: the scanner
// cuts out what is there, the reading decides what it is.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/enum_set.h"
#include "matcher/pattern_database.h"

namespace ringfence {

/// What a pattern found; its value is the pattern's id. Ids from kLexiconIds on are free for
/// others.
enum class PatternKind : std::uint8_t {
  kDigits,   // digits and look-alike letters with short gaps, digits first
  kVanity,   // three digits, then letters: 800-FLOWERS
  kSpelled,  // digits as English words next to each other
};
inline constexpr int kPatternKindCount = 3;
inline constexpr std::uint32_t kLexiconIds = 1000;
using PatternKinds = EnumSet<PatternKind>;

/// Most separators between two digits of one number.
inline constexpr int kGapBytesMax = 8;
/// Most separators between two words of a spelled number, and between a letter and a digit.
inline constexpr int kWordGapBytesMax = 3;
/// Fewest digits (or what stands for them) that make a candidate.
inline constexpr int kCandidateDigitsMin = 7;
/// Shortest match of any pattern, in bytes.
inline constexpr int kMatchBytesMin = 5;

/// True for what may stand between the digits of one number: space, punctuation, line ends,
/// symbols. Not '@', '%', '$', '&' and '?', which part mail addresses, prices and parameters of
/// URLs.
bool is_separator(char c);
/// Letters that pass for digits: O, o (0), I, l, | (1), S, s (5), B (8).
bool is_look_alike(char c);
/// How many words of a spelled number are written together in `word` ("eight" 1, "double" 1,
/// "oneeight" 2); 0 when there is anything else in it. ASCII case folded.
int number_words(std::string_view word);
/// Longest word number_words() takes.
inline constexpr std::size_t kNumberWordBytesMax = 48;

std::vector<PatternSpec> number_patterns();

}  // namespace ringfence
