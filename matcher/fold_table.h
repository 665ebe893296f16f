// The shape of the fold table: what one Unicode scalar becomes in folded text. The table itself is
// generated at build time (fold_table_gen_main.cc).
#pragma once

#include <cstdint>

namespace ringfence {

inline constexpr char kFoldSymbol =
    '\x01';  // emoji, symbols, punctuation without an ASCII look-alike
inline constexpr char kFoldLetter = '\x02';  // letters that look like none of ASCII
inline constexpr int kFoldTextMax = 4;       // bytes one scalar may become
inline constexpr int kFoldBlock = 128;       // scalars per block of the table

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

}  // namespace ringfence
