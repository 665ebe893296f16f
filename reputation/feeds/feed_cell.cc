#include "reputation/feeds/feed_cell.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <string>

#include "base/integer.h"
#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::size_t kNumberBytesMax = 64;
constexpr std::size_t kPlaceholderDigitsMin = 7;
constexpr int kNumberDigitsMax = 18;  // 15 of E.164 and an international prefix

constexpr std::array<std::string_view, kRefusalCount> kRefusalTokens = {
    "empty",        "comment",   "other",     "too-long", "broken",  "no-number",
    "not-a-number", "bad-range", "bad-score", "bad-date", "pattern", "withdrawn"};

std::string_view without_quotes(std::string_view text) {
  while (text.size() >= 2 && text.front() == text.back() &&
         (text.front() == '"' || text.front() == '\'' || text.front() == '`')) {
    text = trim(text.substr(1, text.size() - 2));
  }
  return text;
}

bool is_ip_address(std::string_view text) {
  if (std::count(text.begin(), text.end(), '.') != 3) return false;
  const std::vector<std::string_view> parts = split(text, '.');
  return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
           const auto value = to_integer<int>(part);
           return value && *value <= 255 && part.size() <= 3;
         });
}

// "1111111111", "0123456789", "1234567890": typed into forms, sent as caller ids, nobody's number.
bool is_placeholder(std::string_view text) {
  std::size_t digits = 0;
  bool same = true;
  bool counts_up = true;
  int last = 0;
  for (const char c : text) {
    if (!is_ascii_digit(c)) continue;
    const int digit = c - '0';
    if (digits++ > 0) {
      same = same && digit == last;
      counts_up = counts_up && digit == (last + 1) % 10;
      if (!same && !counts_up) return false;
    }
    last = digit;
  }
  return digits >= kPlaceholderDigitsMin;
}

// "1-866-858-HOST": digits first, then capitals, as many as a number has.
bool is_vanity(std::string_view text) {
  int digits = 0;
  int letters = 0;
  for (const char c : text) {
    if (is_ascii_digit(c)) {
      ++digits;
    } else if (c >= 'A' && c <= 'Z') {
      if (digits < 3) return false;
      ++letters;
    } else if (std::string_view("+()-. ").find(c) == std::string_view::npos) {
      return false;
    }
  }
  return letters >= 3 && digits + letters >= 10 && digits + letters <= 15;
}

// Reads an integer of `min` to `max` digits off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t min, std::size_t max) {
  std::size_t size = 0;
  while (size < text.size() && size < max && is_ascii_digit(text[size])) ++size;
  if (size < min) return std::nullopt;
  const auto value = to_integer<int>(text.substr(0, size));
  text.remove_prefix(size);
  return value;
}

bool take_char(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// The day; `text` is left with what follows it.
std::optional<std::chrono::sys_days> take_day(std::string_view& text) {
  using namespace std::chrono;
  const std::size_t first = std::min(text.find_first_not_of("0123456789"), text.size());
  if (first == text.size()) return std::nullopt;
  const char separator = text[first];
  const bool year_first = first == 4 && (separator == '-' || separator == '/');
  const bool day_first = first <= 2 && separator == '.';
  if (!year_first && !day_first) return std::nullopt;
  const auto a = take_digits(text, 1, 4);
  if (!a || !take_char(text, separator)) return std::nullopt;
  const auto b = take_digits(text, 1, 2);
  if (!b || !take_char(text, separator)) return std::nullopt;
  const auto c = year_first ? take_digits(text, 1, 2) : take_digits(text, 4, 4);
  if (!c) return std::nullopt;
  const year_month_day day{year(year_first ? *a : *c), month(static_cast<unsigned>(*b)),
                           std::chrono::day(static_cast<unsigned>(year_first ? *c : *a))};
  if (!day.ok()) return std::nullopt;
  return sys_days(day);
}

// "18:22", "18:22:00", "18:22:00.123", then "Z", "+02:00", "-0700" or nothing.
std::optional<std::chrono::seconds> parse_time(std::string_view text) {
  const auto hour = take_digits(text, 1, 2);
  if (!hour || *hour > 23 || !take_char(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2, 2);
  if (!minute || *minute > 59) return std::nullopt;
  int second = 0;
  if (take_char(text, ':')) {
    const auto s = take_digits(text, 2, 2);
    if (!s || *s > 60) return std::nullopt;
    second = *s;
    if (take_char(text, '.') && !take_digits(text, 1, 9)) return std::nullopt;
  }
  text = trim(text);
  std::chrono::minutes zone{0};
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    const int sign = text.front() == '+' ? 1 : -1;
    text.remove_prefix(1);
    const auto zone_hour = take_digits(text, 2, 2);
    take_char(text, ':');
    const auto zone_minute = text.empty() ? std::optional<int>(0) : take_digits(text, 2, 2);
    if (!zone_hour || !zone_minute || *zone_hour > 14 || *zone_minute > 59) return std::nullopt;
    zone = std::chrono::minutes(sign * (*zone_hour * 60 + *zone_minute));
  } else if (text == "Z" || text == "z" || text == "UTC" || text == "GMT") {
    text = {};
  }
  if (!text.empty()) return std::nullopt;
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(second) -
         zone;
}

}  // namespace

std::string_view to_token(Refusal refusal) {
  return kRefusalTokens[static_cast<std::size_t>(refusal)];
}

bool is_fault(Refusal refusal) {
  return refusal != Refusal::kEmpty && refusal != Refusal::kComment && refusal != Refusal::kOther;
}

std::string_view bare_text(std::string_view cell) {
  std::string_view text = without_quotes(trim(cell));
  if (istarts_with(text, "tel:")) {
    text.remove_prefix(4);
    text = trim(text.substr(0, text.find(';')));  // RFC 3966 parameters
  }
  return text;
}

NumberText number_text(std::string_view cell) {
  const std::string_view text = bare_text(cell);
  if (text.empty()) return {text, Refusal::kNoNumber};
  if (text.size() > kNumberBytesMax) return {text, Refusal::kTooLong};

  int digits = 0;
  bool letters = false;
  for (const char c : text) {
    if (is_ascii_digit(c)) {
      ++digits;
    } else if (is_ascii_alpha(c)) {
      letters = true;
    } else if (static_cast<unsigned char>(c) < 0x80 &&
               std::string_view("+()-./_ \t").find(c) == std::string_view::npos) {
      return {text, Refusal::kNotANumber};
    }
  }
  if (letters && !is_vanity(text)) return {text, Refusal::kNotANumber};
  if (digits > kNumberDigitsMax || is_placeholder(text) || is_ip_address(text)) {
    return {text, Refusal::kNotANumber};
  }
  std::string_view rest = text;
  if (take_day(rest) && (rest.empty() || rest.front() == ' ')) {
    return {text, Refusal::kNotANumber};
  }
  return {text, std::nullopt};
}

std::optional<int> parse_score(std::string_view cell) {
  std::string_view text = trim(cell);
  if (!text.empty() && text.back() == '%') text = trim(text.substr(0, text.size() - 1));
  double value = 0;
  const auto [end, code] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!(value >= 0 && value <= 100)) return std::nullopt;
  return static_cast<int>(std::lround(value));
}

std::optional<TimePoint> parse_date(std::string_view cell) {
  std::string_view text = trim(cell);
  if (text.size() >= 9 && text.size() <= 13 && text.find_first_not_of("0123456789") == text.npos) {
    const auto value = to_integer<std::int64_t>(text);
    if (!value) return std::nullopt;
    return TimePoint(std::chrono::seconds(text.size() >= 12 ? *value / 1000 : *value));
  }
  const auto day = take_day(text);
  if (!day) return std::nullopt;
  if (text.empty()) return TimePoint(*day);
  if (text.front() != ' ' && text.front() != 'T' && text.front() != 't') return std::nullopt;
  const auto time = parse_time(trim(text.substr(1)));
  if (!time) return std::nullopt;
  return TimePoint(*day) + *time;
}

std::string category_token(std::string_view cell) {
  std::string out;
  for (const char c : trim(cell)) {
    if (is_ascii_alnum(c)) {
      out += ascii_lower(c);
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  out.resize(std::min(out.size(), kCategoryBytesMax));
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

}  // namespace ringfence
