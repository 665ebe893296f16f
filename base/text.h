// Small ASCII and UTF-8 helpers that every room needs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence {

constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_ascii_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_ascii_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_ascii_alnum(char c) { return is_ascii_digit(c) || is_ascii_alpha(c); }
/// Space, tab, CR, LF, form feed, vertical tab.
constexpr bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr char ascii_upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}
/// 0-15 for a hexadecimal digit of either case, else -1.
constexpr int hex_value(char c) {
  if (is_ascii_digit(c)) return c - '0';
  const char low = ascii_lower(c);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

std::string ascii_lower(std::string_view text);
std::string ascii_upper(std::string_view text);
bool iequals(std::string_view a, std::string_view b);               // ASCII case folded
bool istarts_with(std::string_view text, std::string_view prefix);  // ASCII case folded
std::string_view trim(std::string_view text);                       // is_ascii_space off both ends
/// The fields between separators, empty ones kept: ("a,,b", ',') gives a, "", b.
std::vector<std::string_view> split(std::string_view text, char separator);
/// RFC 3986, 2.1: %XX as the byte it stands for; what is no such triplet stays. Not necessarily
/// UTF-8.
std::string percent_decode(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// Appends the UTF-8 of one Unicode scalar; U+FFFD for surrogates and values over 0x10FFFF.
void append_utf8(std::string& out, char32_t scalar);

/// One decoded scalar and the bytes it took. Ill-formed bytes give U+FFFD and take the maximal
/// subpart (Unicode 15, section 3.9), at least 1. `text` must not be empty.
struct Utf8Step {
  char32_t scalar;
  std::uint8_t size;
  bool valid;
};
Utf8Step decode_utf8(std::string_view text);

/// True when `text` ends within a well-begun sequence that later bytes could finish; `size` bytes
/// of it.
std::size_t incomplete_utf8_suffix(std::string_view text);

/// False for what must not reach a terminal as it is: controls (C0, DEL, C1), bidi controls,
/// line and paragraph separators, and what no one sees (Default_Ignorable_Code_Point of Unicode 15:
/// zero-width, soft hyphen, fillers, tags). Variation selectors 15 and 16 are safe, for emoji.
bool is_safe_to_show(char32_t scalar);

/// `text` made safe to show on a terminal or in a log line: ill-formed UTF-8 and what is not
/// is_safe_to_show() become \xNN or \u{NNNN}; cut to at most `bytes_max` bytes plus "...".
std::string printable(std::string_view text, std::size_t bytes_max = 200);

}  // namespace ringfence
