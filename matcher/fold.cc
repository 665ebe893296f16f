#include "matcher/fold.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace ringfence {
namespace {

// U+2063 INVISIBLE SEPARATOR: what readers of HTML put where a style hides text between visible
// characters (the name of a convention, not of another room).
constexpr std::string_view kHiddenTextMark = "\xE2\x81\xA3";

#include "matcher/fold_table.inc"

const FoldEntry& entry_of(char32_t scalar) {
  const std::size_t block = kFoldIndex[scalar / kFoldBlock];
  return kFoldEntries[kFoldBlocks[block * kFoldBlock + scalar % kFoldBlock]];
}

/// Length of the leading run of ASCII; the loop over whole blocks vectorises.
std::size_t ascii_prefix(std::string_view text) {
  constexpr std::size_t kBlock = 64;
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  std::size_t i = 0;
  for (; i + kBlock <= text.size(); i += kBlock) {
    std::uint64_t words[kBlock / 8];
    std::memcpy(words, text.data() + i, kBlock);
    std::uint64_t any = 0;
    for (const std::uint64_t word : words) any |= word;
    if ((any & kHighBits) != 0) break;
  }
  while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
  return i;
}

struct Scalar {
  char32_t value;
  std::size_t size;
};

/// The scalar at the front of well-formed text of two or three bytes; others take the careful way.
Scalar next_scalar(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  if (byte(0) >= 0xC2 && byte(0) <= 0xDF && text.size() >= 2 && continues(1)) {
    return {(byte(0) & 0x1Fu) << 6 | (byte(1) & 0x3Fu), 2};
  }
  if (byte(0) >= 0xE1 && byte(0) <= 0xEC && text.size() >= 3 && continues(1) && continues(2)) {
    return {(byte(0) & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu), 3};
  }
  const Utf8Step step = decode_utf8(text);
  return {step.scalar, step.size};
}

/// Adds what the latest marks do not say already: a flood of invisible characters costs no memory.
void add_mark(const FoldedText::Mark& mark, FoldedText& out) {
  constexpr std::size_t kMarksAtOnePlace = 3;
  const std::size_t latest = out.marks.size() - std::min(out.marks.size(), kMarksAtOnePlace);
  for (std::size_t i = latest; i < out.marks.size(); ++i) {
    if (out.marks[i] == mark) return;
  }
  out.marks.push_back(mark);
}

/// The next folded byte was written at this offset of the original.
void align(std::uint64_t original, FoldedText& out) {
  const std::uint64_t folded = out.end();
  if (out.runs.empty()) {
    if (folded != original) out.runs.push_back({folded, original, 1});
    return;
  }
  FoldedText::Run& last = out.runs.back();
  if (last.at(folded) == original) return;
  if (folded == last.folded + 1) {
    last.step = original - last.original;
  } else {
    out.runs.push_back({folded, original, 1});
  }
}

/// The next folded bytes are written one for one from the end of the original on.
void align_ascii(FoldedText& out) {
  const std::uint64_t folded = out.end();
  const std::uint64_t original = out.original_end();
  const bool known = out.runs.empty()
                         ? folded == original
                         : out.runs.back().step == 1 && out.runs.back().at(folded) == original;
  if (!known) out.runs.push_back({folded, original, 1});
}

}  // namespace

std::uint64_t FoldedText::original_at(std::uint64_t folded) const {
  if (folded == end()) return original_end();
  const auto after = std::upper_bound(runs.begin(), runs.end(), folded,
                                      [](std::uint64_t at, const Run& r) { return at < r.folded; });
  if (after == runs.begin()) return folded;
  return (after - 1)->at(folded);
}

void FoldedText::originals(std::uint64_t from, std::uint64_t to, std::uint64_t relative_to,
                           std::vector<std::uint32_t>& out) const {
  out.reserve(out.size() + (to - from + 1));
  auto next = std::upper_bound(runs.begin(), runs.end(), from,
                               [](std::uint64_t at, const Run& r) { return at < r.folded; });
  Run run = next == runs.begin() ? Run{0, 0, 1} : *(next - 1);
  for (std::uint64_t i = from; i <= to; ++i) {
    for (; next != runs.end() && next->folded <= i; ++next) run = *next;
    out.push_back(static_cast<std::uint32_t>(run.at(i) - relative_to));
  }
  if (to == end()) out.back() = static_cast<std::uint32_t>(original_end() - relative_to);
}

void FoldedText::drop_before(std::uint64_t folded) {
  const std::uint64_t original_from = original_at(folded);
  original.erase(0, original_from - original_base);
  original_base = original_from;
  ascii.erase(0, folded - base);
  base = folded;
  const auto after = std::upper_bound(runs.begin(), runs.end(), folded,
                                      [](std::uint64_t at, const Run& r) { return at < r.folded; });
  if (after != runs.begin()) runs.erase(runs.begin(), after - 1);
  const auto kept =
      std::find_if(marks.begin(), marks.end(), [folded](const Mark& m) { return m.end >= folded; });
  marks.erase(marks.begin(), kept);
}

char32_t fold_small(char32_t scalar) {
  for (const FoldCasePair& pair : kFoldUnevenCases) {
    if (pair.capital == scalar) return pair.small;
  }
  return scalar;
}
char32_t fold_capital(char32_t scalar) {
  for (const FoldCasePair& pair : kFoldUnevenCases) {
    if (pair.small == scalar) return pair.capital;
  }
  return scalar;
}

void Fold::push(std::string_view utf8, FoldedText& out) {
  while (!pending_.empty() && !utf8.empty()) {
    pending_ += utf8.front();
    utf8.remove_prefix(1);
    const std::size_t unfinished = incomplete_utf8_suffix(pending_);
    const std::string whole = pending_.substr(0, pending_.size() - unfinished);
    pending_.erase(0, whole.size());
    fold_whole(whole, out);
  }
  const std::size_t unfinished = incomplete_utf8_suffix(utf8);
  fold_whole(utf8.substr(0, utf8.size() - unfinished), out);
  pending_.append(utf8.substr(utf8.size() - unfinished));
}

void Fold::finish(FoldedText& out) {
  const std::string rest = std::move(pending_);
  pending_.clear();
  fold_whole(rest, out);
  settle_variation(out);
}

void Fold::fold_whole(std::string_view utf8, FoldedText& out) {
  while (!utf8.empty()) {
    const std::size_t plain = ascii_prefix(utf8);
    if (plain > 0) {
      settle_variation(out);
      align_ascii(out);
      out.ascii.append(utf8.substr(0, plain));
      out.original.append(utf8.substr(0, plain));
      after_digit_ = is_ascii_digit(utf8[plain - 1]);
      utf8.remove_prefix(plain);
    }
    utf8.remove_prefix(fold_foreign(utf8, out));
  }
}

/// Text that begins with a scalar of two bytes or more, with single bytes of ASCII (the blanks
/// between words) in it. Returns the bytes taken.
std::size_t Fold::fold_foreign(std::string_view utf8, FoldedText& out) {
  const auto is_ascii = [utf8](std::size_t i) { return static_cast<signed char>(utf8[i]) >= 0; };
  std::size_t pos = 0;
  std::size_t copied = 0;  // utf8[copied, pos) is not yet in the original
  const auto copy = [&] {
    out.original.append(utf8.substr(copied, pos - copied));
    copied = pos;
  };
  while (pos < utf8.size()) {
    if (is_ascii(pos)) {
      if (pos + 1 == utf8.size() || is_ascii(pos + 1)) break;
      settle_variation(out);
      align(out.original_end() + (pos - copied), out);
      out.ascii += utf8[pos];
      after_digit_ = is_ascii_digit(utf8[pos]);
      ++pos;
      continue;
    }
    const Scalar scalar = next_scalar(utf8.substr(pos));
    const FoldEntry& entry = entry_of(scalar.value);
    if (entry.kind == FoldClass::kText && entry.size == 1) {
      settle_variation(out);
      align(out.original_end() + (pos - copied), out);
      out.ascii += entry.text[0];
      after_digit_ = false;
      pos += scalar.size;
    } else {
      copy();
      fold_scalar(entry, utf8.substr(pos, scalar.size), out);
      pos += scalar.size;
      copied = pos;
    }
  }
  copy();
  return pos;
}

void Fold::fold_scalar(const FoldEntry& entry, std::string_view written, FoldedText& out) {
  const std::uint64_t at = out.end();
  // A keycap is written digit, variation selector, keycap: the selector is no trick of its own.
  if (entry.kind == FoldClass::kKeycap) variation_ = false;
  settle_variation(out);
  switch (entry.kind) {
    case FoldClass::kText:
    case FoldClass::kDigit: {
      const std::uint64_t original = out.original_end();
      for (std::size_t i = 0; i < entry.size; ++i) {
        align(original, out);
        out.ascii += entry.text[i];
      }
      out.original.append(written);
      after_digit_ = entry.kind == FoldClass::kDigit;
      if (after_digit_) add_mark({Trick::kUnicodeDigits, at, out.end()}, out);
      break;
    }
    case FoldClass::kInvisible:
      add_mark({written == kHiddenTextMark ? Trick::kHiddenText : Trick::kInvisible, at, at}, out);
      break;
    case FoldClass::kBidi:
      add_mark({Trick::kBidi, at, at}, out);
      break;
    case FoldClass::kVariation:
      variation_ = true;
      break;
    case FoldClass::kCombining:
      if (after_digit_) add_mark({Trick::kInvisible, at, at}, out);
      break;
    case FoldClass::kKeycap:
      if (after_digit_) add_mark({Trick::kUnicodeDigits, at - 1, at}, out);
      break;
  }
}

void Fold::settle_variation(FoldedText& out) {
  if (variation_) add_mark({Trick::kInvisible, out.end(), out.end()}, out);
  variation_ = false;
}

}  // namespace ringfence
