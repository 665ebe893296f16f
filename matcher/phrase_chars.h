// What phrases are made of, for those that compile and those that find them: kinds of folded bytes,
// letters that the fold tells apart only in part, scripts without spaces.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "matcher/fold.h"

namespace ringfence {

/// Letters of scripts that put no spaces between words, or hang endings on them.
inline bool is_unspaced(char32_t c) {
  struct Range {
    char32_t first, last;
  };
  static constexpr std::array<Range, 9> kRanges = {{{0x0E00, 0x0EFF},      // Thai, Lao
                                                    {0x1000, 0x109F},      // Myanmar
                                                    {0x1100, 0x11FF},      // Hangul Jamo
                                                    {0x1780, 0x17FF},      // Khmer
                                                    {0x3005, 0x31FF},      // Kana, Bopomofo
                                                    {0x3400, 0x9FFF},      // ideographs
                                                    {0xAC00, 0xD7FF},      // Hangul
                                                    {0xF900, 0xFAFF},      // ideographs
                                                    {0x20000, 0x3FFFF}}};  // ideographs
  return std::any_of(kRanges.begin(), kRanges.end(),
                     [c](const Range& r) { return c >= r.first && c <= r.last; });
}

/// What was written where the folded byte at `at` (an index into text.ascii) stands.
inline char32_t written_at(const FoldedText& text, std::size_t at) {
  const std::uint64_t original = text.original_at(text.base + at) - text.original_base;
  return decode_utf8(std::string_view(text.original).substr(original)).scalar;
}

/// The fold keeps too little of it to know it by.
inline bool is_foreign(char c) { return is_fold_letter(c) || c == kFoldCurrency; }

enum CharKind : std::uint8_t { kOther, kGap, kWord };

inline constexpr std::array<CharKind, 256> kCharKinds = [] {
  std::array<CharKind, 256> kinds{};
  for (std::size_t c = 0; c < kinds.size(); ++c) {
    const char as_char = static_cast<char>(c);
    if (is_ascii_alnum(as_char) || is_fold_letter(as_char)) kinds[c] = kWord;
    if (is_ascii_space(as_char) || as_char == kFoldSymbol) kinds[c] = kGap;
  }
  kinds['-'] = kinds['_'] = kinds['>'] = kGap;
  return kinds;
}();

inline CharKind kind_of(char c) { return kCharKinds[static_cast<unsigned char>(c)]; }

}  // namespace ringfence
