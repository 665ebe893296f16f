#include "matcher/fold.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace ringfence {
namespace {

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

}  // namespace

std::uint64_t FoldedText::original_at(std::uint64_t folded) const {
  if (folded == end()) return original_end();
  const auto after = std::upper_bound(runs.begin(), runs.end(), folded,
                                      [](std::uint64_t at, const Run& r) { return at < r.folded; });
  if (after == runs.begin()) return folded;
  const Run& run = *(after - 1);
  return run.original + (folded - run.folded);
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
      align(out.original_end(), out);
      out.ascii.append(utf8.substr(0, plain));
      out.original.append(utf8.substr(0, plain));
      after_digit_ = is_ascii_digit(utf8[plain - 1]);
      utf8.remove_prefix(plain);
    }
    while (!utf8.empty() && static_cast<unsigned char>(utf8.front()) >= 0x80) {
      const Scalar scalar = next_scalar(utf8);
      fold_scalar(entry_of(scalar.value), utf8.substr(0, scalar.size), out);
      utf8.remove_prefix(scalar.size);
    }
  }
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
      add_mark({Trick::kInvisible, at, at}, out);
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

void Fold::align(std::uint64_t original, FoldedText& out) {
  const std::uint64_t skew = original - out.end();
  if (skew == skew_) return;
  skew_ = skew;
  out.runs.push_back({out.end(), original});
}

}  // namespace ringfence
