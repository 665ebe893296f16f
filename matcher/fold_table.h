// The shape of the fold table: what one Unicode scalar becomes in folded text. The table itself is
// generated at build time (fold_table_gen_main.cc).
#pragma once

#include <cstdint>

namespace ringfence {

inline constexpr char kFoldSymbol =
    '\x01';  // emoji, symbols, punctuation without an ASCII look-alike
inline constexpr char kFoldCurrency = '\x03';  // currency signs but the dollar: a symbol too
inline constexpr int kFoldTextMax = 4;         // bytes one scalar may become
inline constexpr int kFoldBlock = 128;         // scalars per block of the table

/// Letters that look like none of ASCII keep the last seven bits of their small letter's scalar:
/// words of other scripts can be told apart, if not beyond doubt (phrase_set.h).
constexpr char fold_letter(char32_t small_letter) {
  return static_cast<char>(0x80 | (small_letter & 0x7F));
}
constexpr bool is_fold_letter(char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; }
constexpr bool is_fold_symbol(char c) { return c == kFoldSymbol || c == kFoldCurrency; }

enum class FoldClass : std::uint8_t {
  kText,       // becomes FoldEntry::text
  kDigit,      // becomes ASCII digits, a trick
  kInvisible,  // removed: zero-width, soft hyphen, format characters
  kBidi,       // removed: bidirectional controls
  kVariation,  // removed: variation selectors
  kCombining,  // removed: accents; a trick on digits only
  kKeycap,     // removed: combining enclosing keycap, makes the digit before it one of another kind
};

struct FoldEntry {
  char text[kFoldTextMax + 1];
  std::uint8_t size;
  FoldClass kind;
};

/// A letter in both cases, ascending by the small one in the table.
struct FoldCasePair {
  char32_t small;
  char32_t capital;
};

}  // namespace ringfence
