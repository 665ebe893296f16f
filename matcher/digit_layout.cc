#include "matcher/digit_layout.h"

#include <algorithm>

namespace ringfence {
namespace {

constexpr std::ptrdiff_t kBracketsMax = 3;  // "(888) (555) (0123)"
constexpr std::ptrdiff_t kGroupsMax = 4;    // "[1][888][555][0123]"
constexpr std::size_t kSpacedGroupsMin = 6;

}  // namespace

DigitLayout digit_layout(std::string_view text, const DigitGroups& all, const Span& span) {
  DigitLayout l;
  l.groups = span.last - span.first + 1;
  std::size_t singles = 0;
  std::size_t digits_after = 0;
  bool dashes = false;
  bool fractions = false;
  bool others = false;
  std::string_view odd_gap;
  for (std::size_t k = span.last + 1; k-- > span.first;) {
    const Group& g = all.groups[k];
    singles += g.size == 1;
    l.look_alike |= g.look_alike;
    l.spelled |= g.spelled;
    digits_after += g.size;
    if (k == span.first) break;
    if (digits_after < 32) l.breaks |= std::uint32_t{1} << digits_after;
    const Gap& gap = g.gap;
    l.line |= gap.lines > 0;
    l.lines += gap.lines;
    l.cells |= gap.tabs > 0;
    l.wide |= gap.spaces > 2 && gap.lines == 0;
    if (k == span.first + 1) {
      l.bracket |= gap.bracket;
      l.first_dot = gap.dot;
      l.first_slash = gap.slash;
    }
    l.only_spaces &= !gap.dash && !gap.dot && !gap.slash && !gap.bracket;
    l.marked_gaps += gap.dash || gap.dot || gap.slash;
    l.only_dots &= gap.dot;
    fractions |= gap.dot && gap.tight;
    dashes |= gap.dash;
    others |= gap.dot || gap.slash;
    if (gap.odd) {
      const std::uint32_t from = all.groups[k - 1].end;
      const std::string_view between = text.substr(from, g.begin - from);
      l.uneven |= l.odd && between != odd_gap;
      l.odd = true;
      odd_gap = between;
    }
  }
  l.spaced = l.groups >= kSpacedGroupsMin && singles * 4 >= l.groups * 3 && !l.spelled;
  l.fractions = l.lines > 0 && fractions && (l.spaced || l.lines > 1);
  const std::size_t lone = singles - (all.groups[span.first].size == 1 ? 1 : 0);
  l.ragged = !l.spaced && !l.spelled && lone > 0 && lone < l.groups - 1;
  const std::string_view whole = text.substr(span.begin, span.end - span.begin);
  const auto brackets =
      std::count_if(whole.begin(), whole.end(), [](char c) { return c == '(' || c == '['; });
  l.nested = brackets > kBracketsMax &&
             (brackets > kGroupsMax || brackets != static_cast<std::ptrdiff_t>(l.groups));
  // "[866] [555] [0123]", "866(.)555(.)0123"
  l.all_bracketed = brackets >= kBracketsMax || whole.find("(.)") != std::string_view::npos;
  l.mixed = dashes && others;
  const auto count = [whole](char c) { return std::count(whole.begin(), whole.end(), c); };
  l.unmatched = count('(') != count(')') || count('[') != count(']') ||
                (!l.spaced && (whole.back() == ')' || whole.back() == ']') && l.groups > 1);
  const std::string_view head = text.substr(span.begin, all.groups[span.first].begin - span.begin);
  l.bracket |= head.find_first_of("([") != std::string_view::npos;
  return l;
}

}  // namespace ringfence
