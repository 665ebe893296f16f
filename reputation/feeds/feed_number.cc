#include "reputation/feeds/feed_number.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "reputation/feeds/feed_cell.h"

namespace ringfence {
namespace {

constexpr std::string_view kSeparators = " -./()_\t";
constexpr std::size_t kIntervalSideDigitsMin = 7;
constexpr std::size_t kCellDigitsMax = 18;  // 15 of E.164 and an international prefix
// Two fills that differ in every place, neither with a trunk prefix in front.
constexpr std::string_view kFillA = "246824682468246";
constexpr std::string_view kFillB = "791379137913791";
// A prefix of open length is tried with so many more digits.
constexpr std::size_t kOpenFillMin = 2;
constexpr std::size_t kOpenFillMax = 10;

// Digits and then wildcards, separators left out.
struct Wildcards {
  bool plus = false;
  std::string digits;
  std::size_t free = 0;  // one-digit wildcards
  bool open = false;     // any more digits
};

bool is_wildcard(char c) { return c == '#' || c == '*' || c == '?' || c == 'x' || c == 'X'; }

std::optional<Wildcards> parse_wildcards(std::string_view text) {
  Wildcards out;
  if (text.starts_with('+')) {
    out.plus = true;
    text.remove_prefix(1);
  }
  std::size_t stars = 0;
  for (const char c : text) {
    if (is_wildcard(c)) {
      ++out.free;
      stars += c == '*' ? 1 : 0;
    } else if (is_ascii_digit(c)) {
      if (out.free > 0) return std::nullopt;
      out.digits += c;
    } else if (kSeparators.find(c) == std::string_view::npos) {
      return std::nullopt;
    }
  }
  if (out.digits.empty() || out.digits.size() + out.free > kCellDigitsMax) return std::nullopt;
  if (stars == 1) {
    if (out.free > 1) return std::nullopt;
    out.open = true;
    out.free = 0;
  }
  return out;
}

std::optional<NumberRange> international(const Wildcards& text) {
  const std::size_t digits = text.open ? 0 : text.digits.size() + text.free;
  return NumberRange::make(text.digits, static_cast<int>(digits));
}

std::string digits_of(E164 number) { return std::to_string(number.value()); }

// The E.164 digits that `digits` begin within the region, when both fills say the same.
std::optional<std::string> prefix_by_fills(const std::string& digits, std::size_t fill,
                                           std::string_view region, const NumberParser& parser) {
  const std::string_view fill_a = kFillA.substr(0, fill);
  const std::string_view fill_b = kFillB.substr(0, fill);
  const auto a = parser(digits + std::string(fill_a), region);
  const auto b = parser(digits + std::string(fill_b), region);
  if (!a || !b) return std::nullopt;
  std::string from_a = digits_of(*a);
  std::string from_b = digits_of(*b);
  if (!from_a.ends_with(fill_a) || !from_b.ends_with(fill_b)) return std::nullopt;
  from_a.resize(from_a.size() - fill);
  from_b.resize(from_b.size() - fill);
  if (from_a != from_b || from_a.empty()) return std::nullopt;
  return from_a;
}

std::optional<NumberRange> national(const Wildcards& text, std::string_view region,
                                    const NumberParser& parser) {
  if (!text.open) {
    const auto prefix = prefix_by_fills(text.digits, text.free, region, parser);
    if (!prefix) return std::nullopt;
    return NumberRange::make(*prefix, static_cast<int>(prefix->size() + text.free));
  }
  for (std::size_t fill = kOpenFillMin; fill <= kOpenFillMax; ++fill) {
    if (const auto prefix = prefix_by_fills(text.digits, fill, region, parser)) {
      return NumberRange::make(*prefix, 0);
    }
  }
  return std::nullopt;
}

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_ascii_digit));
}

struct Interval {
  std::string_view first;
  std::string_view last;
};

// "A-B", "A - B", "A..B" or with an en dash, where A and B have as many digits, enough for a
// number.
std::optional<Interval> split_interval(std::string_view text) {
  const std::size_t half = count_digits(text) / 2;
  if (half < kIntervalSideDigitsMin) return std::nullopt;
  for (const std::string_view dash : {"..", "\xe2\x80\x93", "-"}) {
    for (std::size_t at = text.find(dash); at != std::string_view::npos;
         at = text.find(dash, at + 1)) {
      const Interval out{trim(text.substr(0, at)), trim(text.substr(at + dash.size()))};
      if (count_digits(out.first) == half && count_digits(out.last) == half) return out;
    }
  }
  return std::nullopt;
}

std::optional<Refusal> read_interval(const Interval& interval, std::string_view region,
                                     const NumberParser& parser, std::vector<NumberRange>& out) {
  const NumberText first = number_text(interval.first);
  const NumberText last = number_text(interval.last);
  if (first.refusal || last.refusal) return Refusal::kNotANumber;
  const bool plus = first.text.starts_with('+') && !last.text.starts_with('+');
  const auto from = parser(first.text, region);
  const auto to = parser(plus ? "+" + std::string(last.text) : std::string(last.text), region);
  if (!from || !to) return Refusal::kBadRange;
  const std::vector<NumberRange> ranges = ranges_of_interval(*from, *to);
  const auto is_wide = [](const NumberRange& range) {
    return range.prefix_digits() < kRangePrefixDigitsMin;
  };
  if (ranges.empty() || std::any_of(ranges.begin(), ranges.end(), is_wide)) {
    return Refusal::kBadRange;
  }
  out.insert(out.end(), ranges.begin(), ranges.end());
  return std::nullopt;
}

// True for wildcards and no words: "Telavox" has none, an 'x' that digits follow is an extension's.
bool has_wildcards(std::string_view text) {
  const auto is_letter = [](char c) { return is_ascii_alpha(c) && c != 'x' && c != 'X'; };
  if (std::any_of(text.begin(), text.end(), is_letter)) return false;
  if (text.find_first_of("#*?") != std::string_view::npos) return true;
  return !text.empty() && (text.back() == 'x' || text.back() == 'X') && count_digits(text) > 0;
}

}  // namespace

std::optional<Refusal> read_feed_number(std::string_view cell, std::string_view region,
                                        const NumberParser& parser, std::vector<NumberRange>& out) {
  const std::string_view text = bare_text(cell);
  if (has_wildcards(text)) {
    const auto wildcards = parse_wildcards(text);
    if (!wildcards) return count_digits(text) > 0 ? Refusal::kBadRange : Refusal::kNotANumber;
    auto range = wildcards->plus ? international(*wildcards) : national(*wildcards, region, parser);
    if (!range && !wildcards->plus) range = international(*wildcards);
    if (!range || range->prefix_digits() < kRangePrefixDigitsMin) return Refusal::kBadRange;
    out.push_back(*range);
    return std::nullopt;
  }
  if (const auto interval = split_interval(text)) {
    return read_interval(*interval, region, parser, out);
  }
  const NumberText number = number_text(cell);
  if (number.refusal) return number.refusal;
  const Result<E164> parsed = parser(number.text, region);
  if (!parsed) return Refusal::kNotANumber;
  out.emplace_back(*parsed);
  return std::nullopt;
}

std::optional<Refusal> read_feed_prefix(std::string_view cell, std::string_view region,
                                        const NumberParser& parser, std::vector<NumberRange>& out) {
  const std::string_view text = bare_text(cell);
  if (text.empty()) return Refusal::kNoNumber;
  if (split_interval(text)) return read_feed_number(cell, region, parser, out);
  auto wildcards = parse_wildcards(text);
  if (!wildcards) return Refusal::kNotANumber;
  if (wildcards->free == 0) wildcards->open = true;
  const bool national_first = !wildcards->plus && !region.empty();
  auto range = national_first ? national(*wildcards, region, parser) : international(*wildcards);
  if (!range) return Refusal::kBadRange;
  out.push_back(*range);
  return std::nullopt;
}

}  // namespace ringfence
