#include "matcher/grouping.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace ringfence {
namespace {

constexpr std::size_t kGroupsOfNumberMax = 8;  // more are digits spaced one by one

/// How a country also writes its numbers, where the library has one way only, as PlanAnswer::breaks
/// of so many national digits.
struct OtherGrouping {
  std::string_view region;
  int national_digits;
  std::uint32_t breaks;
  bool mobile = false;  // mobile numbers only, and further separators do not matter
};
constexpr OtherGrouping kOtherGroupings[] = {
    {"ES", 9, 1U << 7 | 1U << 4 | 1U << 2},  // 91 000 01 23
    {"ES", 9, 1U << 6 | 1U << 3},            // 910 000 123
    {"ES", 9, 1U << 6 | 1U << 4 | 1U << 2},  // 910 00 01 23
    {"PT", 9, 1U << 7 | 1U << 4 | 1U << 2},  // 21 000 01 23
    {"PL", 9, 1U << 7 | 1U << 4 | 1U << 2},  // 22 000 01 23
    {"GR", 10, 1U << 7 | 1U << 4},           // 210 000 0123
    {"MX", 10, 1U << 8 | 1U << 4},           // 55 0000 0123
    {"MX", 10, 1U << 7 | 1U << 4},           // 555 000 0123
    {"DE", 11, 1U << 8, true},               // 0152 00000123
    {"DE", 10, 1U << 7, true},               // 0171 0000123
    {"IN", 10, 1U << 5},                     // 90000 00123
    {"IN", 10, 1U << 6 | 1U << 3},           // 9000 000 123
};

bool is_other_grouping(const PlanAnswer& a, std::uint32_t inside) {
  return std::any_of(
      std::begin(kOtherGroupings), std::end(kOtherGroupings), [&](const OtherGrouping& g) {
        return g.region == a.region && g.national_digits == a.national_digits && g.breaks == inside;
      });
}

}  // namespace

double grouping_points(const DigitLayout& l, const PlanAnswer& a, bool nanp, bool marked) {
  if (l.spelled) return 1;
  if (l.spaced) return l.only_dots ? -0.5 : l.odd || l.cells || l.line ? 0 : 1;
  const std::uint32_t inside =
      l.breaks & ((std::uint32_t{1} << std::min(a.national_digits, 31)) - 1);
  if (inside == 0) return marked ? 0.5 : -1;
  if (l.groups > kGroupsOfNumberMax) return -2;
  if (nanp) {
    constexpr std::uint32_t kArea = 1U << 7, kExchange = 1U << 4;
    if (inside == (kArea | kExchange)) {
      // "267.764 1040" may be two figures.
      const bool figures = l.first_dot && l.marked_gaps == 1 && !marked;
      const bool odd = l.mixed && !l.bracket && !l.first_slash;  // "603/555-0113" is customary
      return figures ? 0.5 : odd ? 1 : 2;
    }
    if (inside == kArea && l.only_dots) return -1;  // a decimal fraction as well
    if (inside == kArea) return l.bracket || marked || l.marked_gaps > 0 ? 1.5 : 0.5;
    if (inside == kExchange) return marked ? 0.5 : 0;
    if ((inside & kArea) != 0 && (inside & kExchange) != 0) return marked || l.bracket ? 1 : 0;
    return marked ? -0.5 : -2;
  }
  if (a.breaks == 0) return 0.5;
  if (inside == a.breaks) return 2;
  if ((inside & ~a.breaks) == 0 || (a.breaks & ~inside) == 0) return 1.5;
  if (is_other_grouping(a, inside)) return 1.5;
  return marked ? 0.5 : -0.5;
}

}  // namespace ringfence
