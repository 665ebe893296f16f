#include "matcher/scanner_extent.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "matcher/cluster.h"

namespace ringfence {
namespace {

constexpr std::size_t kLookAlikeRunMax = 4;
constexpr std::size_t kVanityRunMax = 10;
constexpr int kVanityTotal = 10;  // digits and letters of a North American number

/// A maximal run of digits or of letters, as far as it matters.
struct Unit {
  bool digits;
  std::size_t begin;
  std::size_t end;

  bool flood() const { return digits && end - begin >= kDigitRunMax; }
  std::size_t size() const { return end - begin; }
};

/// Separators between two units.
struct Gap {
  int size = 0;
  int line_ends = 0;

  bool joins() const { return size <= kGapBytesMax && line_ends <= 1; }
};

bool is_letter(char c) { return is_ascii_alpha(c); }
bool in_unit(char c) { return is_ascii_alnum(c); }

/// The unit around text[i], a digit or a letter. Runs of letters longer than any word are cut: they
/// are nothing anyway.
Unit unit_at(std::string_view text, std::size_t i) {
  const bool digits = is_ascii_digit(text[i]);
  const std::size_t reach = digits ? kDigitRunMax : kNumberWordBytesMax + 1;
  const auto belongs = [digits](char c) { return digits ? is_ascii_digit(c) : is_letter(c); };
  Unit out{digits, i, i + 1};
  while (out.begin > 0 && i - out.begin < reach && belongs(text[out.begin - 1])) --out.begin;
  while (out.end < text.size() && out.end - i < reach && belongs(text[out.end])) ++out.end;
  return out;
}

Gap gap_after(std::string_view text, std::size_t from) {
  Gap gap;
  for (std::size_t i = from; i < text.size() && is_separator(text[i]); ++i) {
    if (++gap.size > kGapBytesMax) break;
    gap.line_ends += text[i] == '\n';
  }
  return gap;
}

Gap gap_before(std::string_view text, std::size_t from, std::size_t floor) {
  Gap gap;
  for (std::size_t i = from; i > floor && is_separator(text[i - 1]); --i) {
    if (++gap.size > kGapBytesMax) break;
    gap.line_ends += text[i - 1] == '\n';
  }
  return gap;
}

/// True when a digit, or a letter that may be one, stands within `reach` separators of text[from]
/// in the direction of `step`.
bool digit_near(std::string_view text, std::size_t from, int step, int reach, bool spaces) {
  for (std::size_t i = from; i < text.size(); i += static_cast<std::size_t>(step)) {
    if (is_ascii_digit(text[i]) || (is_look_alike(text[i]) && i != from)) return true;
    if (!is_separator(text[i]) || reach-- == 0 || (!spaces && is_ascii_space(text[i])))
      return false;
  }
  return false;
}

/// For how many digits a run of letters stands: words of a spelled number where there is one, else
/// letters that look like digits and stand next to some. By the text around alone.
int stand_ins(std::string_view text, const Unit& unit, PatternKinds kinds) {
  const std::string_view word = text.substr(unit.begin, unit.size());
  if (kinds.contains(PatternKind::kSpelled)) {
    if (const int words = number_words(word); words > 0) return words;
  }
  if (word.size() > kLookAlikeRunMax || !std::all_of(word.begin(), word.end(), is_look_alike)) {
    return 0;
  }
  const bool single = word.size() == 1;  // "l 8 O O": spaced
  const int reach = single ? kWordGapBytesMax : 1;
  const bool near = digit_near(text, unit.end, 1, reach, single) ||
                    (unit.begin > 0 && digit_near(text, unit.begin - 1, -1, reach, single));
  return near ? static_cast<int>(word.size()) : 0;
}

/// Whether letters go on a number that is vanity so far: 1-800-FLOWERS.
bool goes_on_vanity(const Unit& unit, const Gap& gap, const Extent& sofar, PatternKinds kinds) {
  return kinds.contains(PatternKind::kVanity) && sofar.digits >= 3 &&
         sofar.digits + sofar.stand_ins < kVanityTotal && gap.size <= kWordGapBytesMax &&
         gap.line_ends == 0 && unit.size() <= kVanityRunMax;
}

/// The first unit of the cluster that reaches `at`, walking to the left; nothing when none does.
std::optional<std::size_t> first_unit(std::string_view text, std::size_t at, std::size_t floor,
                                      PatternKinds kinds) {
  std::optional<std::size_t> first;
  std::size_t pos = at;
  while (pos > floor && in_unit(text[pos - 1])) {
    const Unit unit = unit_at(text, pos - 1);
    const bool taken = unit.digits ? !unit.flood() : stand_ins(text, unit, kinds) > 0;
    // The match may end within letters that only what stands before them makes part of a number.
    if (!taken && (unit.digits || pos != at)) break;
    pos = std::max(unit.begin, floor);
    if (taken) first = pos;
    const Gap gap = gap_before(text, pos, floor);
    if (!gap.joins()) break;
    pos -= static_cast<std::size_t>(gap.size);
  }
  return first;
}

/// Takes in a '+' or opening bracket right before the first digit, or one space away.
std::size_t with_opening(std::string_view text, std::size_t begin, std::size_t floor) {
  constexpr std::size_t kOpeningMax = 3;
  std::size_t out = begin;
  for (std::size_t i = begin; i > floor && begin - i < kOpeningMax; --i) {
    const char c = text[i - 1];
    if (c == '+' || c == '(' || c == '[') {
      out = i - 1;
    } else if (c != ' ') {
      break;
    }
  }
  return out;
}

/// From the first unit to the right, as far as the gaps allow.
void walk_right(std::string_view text, PatternKinds kinds, Extent& out) {
  const std::size_t end_max = out.begin + Cluster::kClusterBytesMax;
  std::optional<Extent> at_line_end;
  Gap gap;
  std::size_t pos = out.end;
  while (pos < text.size() && in_unit(text[pos])) {
    const Unit unit = unit_at(text, pos);
    if (unit.flood()) return;
    if (unit.end > end_max) {
      if (at_line_end) out = *at_line_end;
      return;
    }
    if (unit.digits) {
      out.digits += static_cast<int>(unit.end - pos);
    } else if (const int count = stand_ins(text, unit, kinds); count > 0) {
      out.stand_ins += count;
    } else if (goes_on_vanity(unit, gap, out, kinds)) {
      out.stand_ins += static_cast<int>(unit.size());
    } else {
      return;
    }
    out.end = unit.end;
    gap = gap_after(text, out.end);
    if (!gap.joins()) return;
    if (gap.line_ends > 0) at_line_end = out;
    pos = out.end + static_cast<std::size_t>(gap.size);
  }
}

}  // namespace

Extent cluster_extent(std::string_view text, std::size_t at, std::size_t floor,
                      PatternKinds kinds) {
  Extent out;
  floor = std::max(floor, at - std::min(at, kWalkLeftMax));
  out.begin = out.end = at;
  if (at == 0) return out;
  if (is_ascii_digit(text[at - 1]) && unit_at(text, at - 1).flood()) {
    out.flood = true;
    while (out.end < text.size() && is_ascii_digit(text[out.end])) ++out.end;
    return out;
  }
  if (const std::optional<std::size_t> first = first_unit(text, at, floor, kinds)) {
    out.begin = with_opening(text, *first, floor);
    out.end = *first;
    walk_right(text, kinds, out);
  }
  return out;
}

}  // namespace ringfence
