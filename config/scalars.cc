// Numbers, sizes, durations, names and tokens.
#include "config/scalars.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include "base/integer.h"
#include "base/text.h"
#include "config/config_errors.h"
#include "reputation/listing.h"

namespace ringfence {
namespace {

constexpr std::size_t kQuotedBytesMax = 60;

tl::unexpected<std::string> wrong(std::string_view text, std::string_view why) {
  return tl::unexpected(fmt::format("{} {}", in_quotes(text), why));
}

struct Unit {
  std::string_view name;
  std::uint64_t size;
};
constexpr std::array<Unit, 5> kByteUnits = {
    {{"GiB", 1u << 30}, {"MiB", 1u << 20}, {"KiB", 1u << 10}, {"B", 1}, {"", 1}}};
constexpr std::array<Unit, 4> kTimeUnits = {{{"d", 86'400}, {"h", 3'600}, {"m", 60}, {"s", 1}}};

/// Nothing when the unit is unknown, the number is none, or the product is too large.
template <std::size_t N>
std::optional<std::uint64_t> with_unit(std::string_view text, const std::array<Unit, N>& units) {
  std::size_t digits = 0;
  while (digits < text.size() && is_ascii_digit(text[digits])) ++digits;
  const auto number = to_integer<std::uint64_t>(text.substr(0, digits));
  const std::string_view unit = trim(text.substr(digits));
  for (const Unit& u : units) {
    if (!number || u.name != unit) continue;
    if (*number > std::numeric_limits<std::uint64_t>::max() / u.size) return std::nullopt;
    return *number * u.size;
  }
  return std::nullopt;
}

/// In the largest unit that divides it.
template <std::size_t N>
std::string in_units(std::uint64_t value, const std::array<Unit, N>& units) {
  for (const Unit& u : units) {
    if (value != 0 && value % u.size == 0) return fmt::format("{}{}", value / u.size, u.name);
  }
  return fmt::format("0{}", units.back().name);
}

template <typename Integer>
Parser<Integer> whole_number(std::uint64_t min, std::uint64_t max) {
  return [min, max](std::string_view text) -> Parsed<Integer> {
    const auto value = to_integer<std::uint64_t>(text);
    if (value && *value >= min && *value <= max) return static_cast<Integer>(*value);
    return wrong(text, fmt::format("is not a whole number from {} to {}", min, max));
  };
}

Parsed<std::string> name_of(std::string_view text, std::string_view marks, std::string_view what) {
  const bool good = !text.empty() && text.size() <= kNameBytesMax &&
                    std::all_of(text.begin(), text.end(), [&](char c) {
                      return is_ascii_alnum(c) || marks.find(c) != std::string_view::npos;
                    });
  if (good) return std::string(text);
  return wrong(text, fmt::format("is not {}: letters A-Z and a-z, digits and '{}', at most {}",
                                 what, marks, kNameBytesMax));
}

bool is_region(std::string_view text) {
  return text.size() == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z';
}

}  // namespace

std::string in_quotes(std::string_view text) {
  return fmt::format("'{}'", printable(text, kQuotedBytesMax));
}

Parsed<bool> parse_boolean(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return wrong(text, "is not true or false");
}

Parser<int> integer(int min, int max) {
  return whole_number<int>(static_cast<std::uint64_t>(min), static_cast<std::uint64_t>(max));
}

Parser<std::size_t> count(std::size_t min, std::size_t max) {
  return whole_number<std::size_t>(min, max);
}

Parser<std::size_t> byte_size(std::size_t min, std::size_t max) {
  return [min, max](std::string_view text) -> Parsed<std::size_t> {
    const auto value = with_unit(text, kByteUnits);
    if (value && *value >= min && *value <= max) return static_cast<std::size_t>(*value);
    return wrong(text, fmt::format("is not a size from {} to {}, such as 64KiB, 50MiB or 1GiB",
                                   in_units(min, kByteUnits), in_units(max, kByteUnits)));
  };
}

Parser<int> duration(int seconds_min, int seconds_max) {
  const auto min = static_cast<std::uint64_t>(seconds_min);
  const auto max = static_cast<std::uint64_t>(seconds_max);
  return [min, max](std::string_view text) -> Parsed<int> {
    const auto value = with_unit(text, kTimeUnits);
    if (value && *value >= min && *value <= max) return static_cast<int>(*value);
    return wrong(text, fmt::format("is not a duration from {} to {}, such as 30s, 5m, 2h or 14d",
                                   in_units(min, kTimeUnits), in_units(max, kTimeUnits)));
  };
}

Parser<std::chrono::seconds> long_duration(int seconds_min, int seconds_max) {
  return [parse = duration(seconds_min, seconds_max)](std::string_view text) {
    return parse(text).map([](int seconds) { return std::chrono::seconds(seconds); });
  };
}

Parser<int> percentage(int min, int max) {
  return [min, max](std::string_view text) -> Parsed<int> {
    const auto value = text.ends_with('%') ? to_integer<int>(text.substr(0, text.size() - 1))
                                           : std::optional<int>();
    if (value && *value >= min && *value <= max && is_ascii_digit(text[0])) return *value;
    return wrong(text, fmt::format("is not a percentage from {}% to {}%, such as {}%", min, max,
                                   std::min(70, max)));
  };
}

Parsed<unsigned> parse_file_mode(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with("0o")) digits.remove_prefix(2);
  if (digits.starts_with('0')) digits.remove_prefix(1);
  unsigned mode = 0;
  const char* end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, mode, 8);
  if (digits.size() == 3 && error == std::errc() && rest == end) return mode;
  return wrong(text, "is not a file mode such as 0660");
}

Parsed<std::string> parse_region(std::string_view text) {
  if (is_region(text)) return std::string(text);
  const std::string capitals = ascii_upper(text);
  if (is_region(capitals)) return wrong(text, fmt::format("is written '{}'", capitals));
  return wrong(text, "is not a region: two capital letters of ISO 3166-1, such as US");
}

Parsed<std::string> parse_number_region(std::string_view text) {
  return text == "001" ? std::string(text) : parse_region(text);
}

Parsed<std::string> parse_rule_name(std::string_view text) {
  return name_of(text, "_-", "the name of a rule");
}

Parsed<std::string> parse_name(std::string_view text) { return name_of(text, "_-.", "a name"); }

Parsed<std::string> parse_list_name(std::string_view text) {
  if (is_list_name(text)) return std::string(text);
  return wrong(text,
               fmt::format("is not the name of a list: letters A-Z and a-z, digits and '._-', "
                           "at most {}, the first no '.' or '-'",
                           kListNameBytesMax));
}

Parsed<std::string> parse_provider(std::string_view text) {
  const bool good = !text.empty() && text.size() <= kProviderBytesMax && trim(text) == text &&
                    printable(text, kProviderBytesMax) == text;
  if (good) return std::string(text);
  return wrong(text,
               fmt::format("is not the name of a provider, at most {} bytes", kProviderBytesMax));
}

Parsed<std::string> parse_group(std::string_view text) {
  return text.empty() ? std::string() : name_of(text, "_-.", "a group");
}

std::string not_one_of(std::string_view text, const std::vector<std::string>& tokens) {
  const std::string hint = suggestion(text, tokens);
  return fmt::format("{} is not one of {}{}{}", in_quotes(text), join(tokens, ", "),
                     hint.empty() ? "" : "; ", hint);
}

}  // namespace ringfence
