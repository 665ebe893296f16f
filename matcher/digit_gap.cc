#include "matcher/digit_gap.h"

#include <algorithm>

#include "base/text.h"
#include "matcher/fold_table.h"

namespace ringfence {
namespace {

constexpr std::size_t kGapBytesMax = 40;  // a wrapped, quoted or tabulated line end fits
constexpr std::uint8_t kGapSpacesMax = 4;

/// "866=555=0123": the sign that parts the groups stands once more beside one of them.
bool repeated(std::string_view text, const Group& a, const Group& b) {
  constexpr std::size_t kGroupMin = 3;
  const std::string_view sign = text.substr(a.end, b.begin - a.end);
  if (sign.size() > 2 || a.size < kGroupMin || b.size < kGroupMin) return false;
  if (sign.front() != sign.back()) return false;
  const std::size_t after = b.end + sign.size();
  if (after < text.size() && text.substr(b.end, sign.size()) == sign &&
      is_ascii_digit(text[after])) {
    return true;
  }
  return a.begin > sign.size() && text.substr(a.begin - sign.size(), sign.size()) == sign &&
         is_ascii_digit(text[a.begin - sign.size() - 1]);
}

}  // namespace

Gap gap_between(std::string_view text, const Group& a, const Group& b) {
  Gap gap;
  const std::string_view between = text.substr(a.end, b.begin - a.end);
  const bool single = a.size == 1 && b.size == 1;
  const bool said = a.spelled != b.spelled;  // "eight6six"
  bool breaks = between.size() > kGapBytesMax || (between.empty() && !said);
  std::size_t marks = 0;
  int dots = 0;
  for (const char c : between) {
    switch (c) {
      case ' ':
      case '\v':
      case '\f':
        gap.spaces = static_cast<std::uint8_t>(std::min(gap.spaces + 1, 255));
        break;
      case '\r':
        break;
      case '\n':
        gap.lines = static_cast<std::uint8_t>(gap.lines + 1);
        break;
      case '\t':
        gap.tabs = static_cast<std::uint8_t>(gap.tabs + 1);
        break;
      case '-':
      case '_':
        gap.dash = true;
        ++marks;
        break;
      case '.':
        breaks |= !single && ++dots > 2;  // "30 ... 1"
        gap.dot = true;
        ++marks;
        break;
      case '/':
        gap.odd |= gap.slash;
        gap.slash = true;
        ++marks;
        break;
      case '(':
      case ')':
      case '[':
      case ']':
        gap.bracket = true;
        break;
      case '\'':
        ++marks;
        break;
      case '>':
        breaks |= gap.lines == 0;
        break;  // quotes of a reply
      case '+':
        gap.plus = breaks = true;
        break;
      case ',':
        gap.comma = true;
        ++marks;
        breaks |= !single && !a.spelled;
        break;
      case '=':
      case '#':
        breaks |= !repeated(text, a, b);
        gap.odd = true;
        ++marks;
        break;
      case '`':
      case '~':
      case '*':
      case '|':
      case '{':
      case '}':
      case ':':
      case '\\':
      case '^':
      case '"':
      case '!':
      case kFoldSymbol:
      case kFoldCurrency:
        gap.odd = true;
        ++marks;
        break;
      default:
        breaks = true;
    }
  }
  if (!single) {
    breaks |= gap.lines > 1 || gap.spaces > kGapSpacesMax * (gap.lines + gap.tabs > 0 ? 4 : 1) ||
              gap.tabs > 3;
    breaks |= marks > 3;
  }
  if (gap.comma) gap.odd = true;
  gap.breaks = breaks;
  gap.tight = gap.spaces == 0 && gap.lines == 0 && gap.tabs == 0 && !between.empty();
  return gap;
}

}  // namespace ringfence
