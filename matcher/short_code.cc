#include "matcher/short_code.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "matcher/patterns.h"

namespace ringfence {
namespace {

// In folded text: "wählen" is "wahlen". The pattern is made of them.
constexpr std::array<std::string_view, 24> kWords = {
    "text",  "texting", "sms",   "txt",     "call",    "calling",  "dial",  "message",
    "msg",   "send",    "reply", "appelez", "envoyez", "composez", "llame", "marque",
    "envie", "ruf",     "rufen", "wahlen",  "chiama",  "invia",    "ligue", "bel"};
constexpr std::size_t kWordReachMax = 24;       // between word and code
constexpr std::size_t kWordReachMaxOfFew = 12;  // when the code has three or four digits
constexpr std::size_t kFewDigits = 4;

// What may follow a code of few digits: "call 611 from your phone", not "call 300 people".
constexpr std::array<std::string_view, 20> kGoesOn = {
    "from", "on", "now",  "to",   "for", "or",  "and", "today", "free", "at",
    "in",   "if", "with", "when", "und", "von", "et",  "ou",    "y",    "o"};

constexpr int kLetters = 26;
constexpr std::uint64_t kCodeSpace = 1'000'000;            // six digits
constexpr std::uint64_t kRegionSpace = 1'000;              // three digits
constexpr std::uint64_t kNationalSpace = 100'000'000'000;  // both, and "00" before them

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

std::uint64_t value_of(std::string_view digits) {
  std::uint64_t out = 0;
  for (const char c : digits) out = out * 10 + static_cast<std::uint64_t>(c - '0');
  return out;
}

bool is_code_shaped(std::string_view digits) {
  return digits.size() >= kShortCodeDigitsMin && digits.size() <= kShortCodeDigitsMax &&
         digits[0] != '0' && std::all_of(digits.begin(), digits.end(), is_ascii_digit);
}

bool is_year(std::string_view digits) {
  return digits.size() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
}

/// How many bytes stand between the nearest of kWords and the end of `before`; nothing when there
/// is none, or digits or the end of a sentence stand between.
std::optional<std::size_t> gap_to_word(std::string_view before) {
  const std::size_t from = before.size() - std::min(before.size(), kWordReachMax + 1);
  for (std::size_t end = before.size(); end > from; --end) {
    const char c = before[end - 1];
    if (is_ascii_digit(c) || c == '.' || c == '!' || c == '?' || c == ';') return std::nullopt;
    if (end < before.size() && is_ascii_alpha(before[end])) continue;
    for (const std::string_view word : kWords) {
      if (end < word.size() || !iequals(before.substr(end - word.size(), word.size()), word)) {
        continue;
      }
      const bool begins = end == word.size() || !is_ascii_alnum(before[end - word.size() - 1]);
      if (begins) return before.size() - end;
    }
  }
  return std::nullopt;
}

/// The code stands alone: no more digits, no price, no part of something longer.
bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
  const char before = begin > 0 ? text[begin - 1] : ' ';
  if (std::string_view(" \n\t:*#\"'([").find(before) == std::string_view::npos) return false;
  constexpr std::string_view kEnds = " \n\r\t.,;:!?)]\"'#";
  if (end < text.size() && kEnds.find(text[end]) == std::string_view::npos) return false;
  std::size_t next = end;
  while (next < text.size() && next - end < 3 && is_separator(text[next])) ++next;
  return next >= text.size() || !is_ascii_digit(text[next]);
}

bool goes_on_as_a_code(std::string_view after) {
  std::size_t begin = 0;
  while (begin < after.size() && after[begin] == ' ') ++begin;
  std::size_t end = begin;
  while (end < after.size() && is_ascii_alpha(after[end])) ++end;
  if (end == begin) return true;
  const std::string_view word = after.substr(begin, end - begin);
  return std::any_of(kGoesOn.begin(), kGoesOn.end(),
                     [word](std::string_view known) { return iequals(word, known); });
}

}  // namespace

std::optional<E164> short_code_number(int country_code, std::string_view region,
                                      std::string_view digits) {
  if (country_code <= 0 || country_code > 999 || !is_code_shaped(digits) || region.size() != 2 ||
      !is_capital(region[0]) || !is_capital(region[1])) {
    return std::nullopt;
  }
  const auto of_region =
      static_cast<std::uint64_t>((region[0] - 'A') * kLetters + (region[1] - 'A'));
  return E164::from_value(static_cast<std::uint64_t>(country_code) * kNationalSpace +
                          of_region * kCodeSpace + value_of(digits));
}

std::optional<ShortCode> short_code_of(E164 number) {
  const std::uint64_t country_code = number.value() / kNationalSpace;
  const std::uint64_t region = number.value() % kNationalSpace / kCodeSpace;
  const std::uint64_t code = number.value() % kCodeSpace;
  if (country_code == 0 || country_code > 999 || region >= kRegionSpace ||
      region >= kLetters * kLetters || code < 100) {
    return std::nullopt;
  }
  return ShortCode{.region = {static_cast<char>('A' + region / kLetters),
                              static_cast<char>('A' + region % kLetters)},
                   .digits = std::to_string(code)};
}

PatternSpec short_code_pattern() {
  std::string words;
  for (const std::string_view word : kWords) {
    words += fmt::format("{}{}", words.empty() ? "" : "|", word);
  }
  return {.id = kShortCodeId,
          .expression = fmt::format("(?:{})[^0-9]{{1,{}}}[0-9]{{{}}}", words, kWordReachMax,
                                    kShortCodeDigitsMin),
          .caseless = true};
}

Extent short_code_extent(std::string_view text, std::size_t at) {
  Extent out;
  out.begin = out.end = at;
  while (out.begin > 0 && at - out.begin <= kShortCodeDigitsMax &&
         is_ascii_digit(text[out.begin - 1])) {
    --out.begin;
  }
  while (out.end < text.size() && out.end - at <= kShortCodeDigitsMax &&
         is_ascii_digit(text[out.end])) {
    ++out.end;
  }
  const std::string_view digits = text.substr(out.begin, out.end - out.begin);
  if (!is_code_shaped(digits) || is_year(digits) || !stands_alone(text, out.begin, out.end)) {
    return out;
  }
  const std::optional<std::size_t> gap = gap_to_word(text.substr(0, out.begin));
  if (!gap) return out;
  if (digits.size() <= kFewDigits &&
      (*gap > kWordReachMaxOfFew || !goes_on_as_a_code(text.substr(out.end, kWordReachMax)))) {
    return out;
  }
  out.digits = static_cast<int>(digits.size());
  return out;
}

void read_short_code(const Cluster& cluster, const NumberingPlan& plan,
                     std::span<const std::string> regions, std::vector<Reading>& out) {
  Reading reading;
  reading.begin = cluster.begin;
  reading.end = cluster.end;
  reading.reason = "short-code";
  const std::string_view digits =
      std::string_view(cluster.text).substr(cluster.begin, cluster.end - cluster.begin);
  for (const std::string& region : regions.first(std::min(regions.size(), kReadingRegionsMax))) {
    const std::optional<LineType> type = plan.short_code(digits, region);
    if (!type) continue;
    reading.number = short_code_number(plan.country_code(region), region, digits);
    reading.valid = true;
    reading.announced = true;
    reading.line_type = *type;
    reading.region = region;
    reading.reason = {};
    for (const TrickMark& mark : cluster.tricks) {
      if (mark.begin < reading.end && mark.end > reading.begin) reading.tricks.insert(mark.trick);
    }
    break;
  }
  out.push_back(std::move(reading));
}

}  // namespace ringfence
