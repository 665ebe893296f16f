#include "matcher/vanity.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "matcher/context_words.h"

namespace ringfence {
namespace {

constexpr std::size_t kLocalDigits = 7;
constexpr std::size_t kLettersMin = 3;       // fewer are a label or an extension
constexpr std::size_t kLocalLettersMin = 4;  // where the prefix alone does not say "toll-free"
constexpr std::size_t kLettersOverMax = 4;   // letters past the last key that counts

constexpr std::array<std::string_view, 8> kTollFree = {"800", "888", "877", "866",
                                                       "855", "844", "833", "822"};

char key_of(char c) {
  constexpr std::string_view kKeys = "22233344455566677778889999";
  return kKeys[static_cast<std::size_t>(ascii_lower(c) - 'a')];
}

bool is_joiner(char c) { return c == '-' || c == '.' || c == ' ' || c == '*'; }

/// Reads the seven keys after the prefix.
struct Tail {
  std::string digits;
  std::size_t end = 0;
  std::size_t letters = 0;
  bool small = false;   // has small letters
  bool spaced = false;  // a blank stood before letters
  bool over = false;    // letters past the last key that counts
};

bool read_tail(std::string_view text, std::size_t begin, Tail& tail) {
  std::size_t i = begin;
  bool blank = false;
  while (i < text.size() && (text[i] == ')' || is_joiner(text[i])) && i < begin + 3) {
    blank |= text[i] == ' ';
    ++i;
  }
  if (i == begin || i == text.size()) return false;
  tail.spaced = blank && is_ascii_alpha(text[i]);
  while (i < text.size() && tail.digits.size() < kLocalDigits) {
    const char c = text[i];
    if (is_ascii_digit(c)) {
      tail.digits += c;
    } else if (is_ascii_alpha(c)) {
      tail.digits += key_of(c);
      ++tail.letters;
      tail.small |= c >= 'a';
    } else if (is_joiner(c) && i + 1 < text.size() && is_ascii_alnum(text[i + 1])) {
      tail.spaced |= c == ' ';
    } else {
      return false;
    }
    ++i;
  }
  if (tail.digits.size() < kLocalDigits || tail.letters < kLettersMin) return false;
  std::size_t over = 0;
  while (i < text.size() && is_ascii_alpha(text[i])) {
    tail.small |= text[i] >= 'a';
    ++i;
    ++over;
  }
  if (over > kLettersOverMax || (i < text.size() && is_ascii_digit(text[i]))) return false;
  tail.end = i;
  tail.over = over > 0;
  return !(tail.small && tail.spaced);
}

/// "Ring the hotline at (212) 555-UNION": a word for calling stands shortly before.
bool is_called(std::string_view text, std::size_t begin) {
  constexpr std::size_t kReach = 28;
  for (std::size_t i = begin; i > 0 && begin - i < kReach;) {
    if (!is_ascii_alpha(text[i - 1])) {
      if (is_ascii_digit(text[--i])) return false;
      continue;
    }
    const std::size_t end = i;
    while (i > 0 && is_ascii_alpha(text[i - 1])) --i;
    if (word_kind(text.substr(i, end - i)) == WordKind::kCall) return true;
  }
  return false;
}

/// "1-800-555-CALL" dials letters; "1-800-Call now" labels something.
bool is_label(std::string_view text, std::size_t begin, std::size_t end) {
  std::size_t i = begin;
  while (i < end && !is_ascii_alpha(text[i])) ++i;
  std::size_t word_end = i;
  while (word_end < text.size() && is_ascii_alpha(text[word_end])) ++word_end;
  return word_end > i && text.substr(i, word_end - i).size() <= 3 &&
         word_kind(text.substr(i, word_end - i)) == WordKind::kCall;
}

}  // namespace

std::vector<VanityNumber> find_vanity(std::string_view text, const DigitGroups& groups) {
  std::vector<VanityNumber> out;
  for (std::size_t i = 0; i < groups.groups.size(); ++i) {
    const bool one = groups.digits_of(i, i) == "1" && i + 1 < groups.groups.size() &&
                     !groups.groups[i + 1].gap.breaks && groups.groups[i + 1].gap.spaces <= 2;
    const std::size_t area = one ? i + 1 : i;
    std::string_view code = groups.digits_of(area, area);
    const bool glued_one = code.size() == 4 && code[0] == '1';
    if (glued_one) code.remove_prefix(1);
    const bool toll_free = std::find(kTollFree.begin(), kTollFree.end(), code) != kTollFree.end();
    if (code.size() != 3 || code[0] < '2') continue;
    Tail tail;
    if (!read_tail(text, groups.groups[area].end, tail)) continue;
    std::size_t k = area + 1;
    while (k < groups.groups.size() && groups.groups[k].begin < tail.end) ++k;
    // "1-866-555-HOST (4678)" says the letters again.
    const bool again = k < groups.groups.size() && groups.groups[k].size >= kLettersMin &&
                       tail.digits.ends_with(groups.digits_of(k, k)) &&
                       groups.groups[k].begin < tail.end + 4;
    if (again) ++k;
    if (!one && !toll_free) {
      const bool spaced_letters = tail.small || tail.spaced || tail.letters < kLocalLettersMin;
      if (glued_one || spaced_letters) continue;
      if (!again && !is_called(text, groups.groups[i].begin)) continue;
    } else if (!one && !glued_one &&
               (tail.small || tail.over ||
                (tail.spaced && !is_called(text, groups.groups[i].begin)))) {
      continue;
    }
    if (is_label(text, groups.groups[area].end, tail.end)) continue;
    VanityNumber v;
    v.first = i;
    v.begin = groups.groups[i].begin;
    v.end = static_cast<std::uint32_t>(tail.end);
    v.digits = "1" + std::string(code) + tail.digits;
    v.next = k;
    out.push_back(std::move(v));
  }
  return out;
}

}  // namespace ringfence
