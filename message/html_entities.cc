#include "message/html_entities.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "base/text.h"

namespace ringfence {
namespace {

struct EntityRow {
  std::uint16_t begin;  // in kEntityNames
  std::uint8_t size;
  char32_t first;
  char32_t second;  // 0: one scalar
};

#include "message/html_entities_table.inc"

constexpr std::size_t kNameBytesMax = 32;  // "CounterClockwiseContourIntegral;"
constexpr std::size_t kDigitsMax = 10;     // more significant digits are beyond U+10FFFF anyway

constexpr std::string_view name_of(const EntityRow& row) {
  return std::string_view(kEntityNames).substr(row.begin, row.size);
}

const EntityRow* find_entity(std::string_view name) {
  const auto* row =
      std::lower_bound(std::begin(kEntityRows), std::end(kEntityRows), name,
                       [](const EntityRow& a, std::string_view b) { return name_of(a) < b; });
  return row != std::end(kEntityRows) && name_of(*row) == name ? row : nullptr;
}

// The table of 13.2.5.80: what windows-1252 has where C1 controls are.
char32_t remap(std::uint32_t value) {
  static constexpr char16_t kWindows1252[32] = {
      0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  if (value == 0) return 0xFFFD;
  if (value >= 0x80 && value <= 0x9F) return kWindows1252[value - 0x80];
  return value;  // append_utf8 sees to surrogates and values too large
}

std::size_t decode_numeric(std::string_view text, std::string& out) {
  const bool hex = text.size() > 2 && ascii_lower(text[2]) == 'x';
  const std::uint32_t base = hex ? 16 : 10;
  const std::size_t begin = hex ? 3 : 2;
  std::uint32_t value = 0;
  std::size_t i = begin;
  for (; i < text.size(); ++i) {
    const auto digit = static_cast<std::uint32_t>(hex_value(text[i]));
    if (digit >= base) break;
    value = std::min<std::uint32_t>(value * base + digit, 0x110000);
  }
  if (i == begin) return 0;
  append_utf8(out, remap(value));
  return i < text.size() && text[i] == ';' ? i + 1 : i;
}

std::size_t decode_named(std::string_view text, bool attribute, std::string& out) {
  std::size_t size = 0;
  while (size < kNameBytesMax && 1 + size < text.size() && is_ascii_alnum(text[1 + size])) ++size;
  if (1 + size < text.size() && text[1 + size] == ';') ++size;
  for (; size >= 2; --size) {
    const EntityRow* row = find_entity(text.substr(1, size));
    if (row == nullptr) continue;
    const std::size_t taken = 1 + size;
    if (attribute && text[size] != ';' && taken < text.size() &&
        (text[taken] == '=' || is_ascii_alnum(text[taken]))) {
      return 0;
    }
    append_utf8(out, row->first);
    if (row->second != 0) append_utf8(out, row->second);
    return taken;
  }
  return 0;
}

}  // namespace

std::size_t decode_html_reference(std::string_view text, bool attribute, std::string& out) {
  if (text.size() < 2) return 0;
  return text[1] == '#' ? decode_numeric(text, out) : decode_named(text, attribute, out);
}

void decode_html_attribute(std::string_view raw, std::string& out) {
  while (!raw.empty()) {
    const std::size_t amp = std::min(raw.find('&'), raw.size());
    out.append(raw.substr(0, amp));
    raw.remove_prefix(amp);
    if (raw.empty()) return;
    std::size_t taken = decode_html_reference(raw, true, out);
    if (taken == 0) {
      out.push_back('&');
      taken = 1;
    }
    raw.remove_prefix(taken);
  }
}

bool HtmlReferenceCollector::take(char c) {
  if (complete()) return false;
  if (bytes_.size() == 1) {
    if (c != '#' && !is_ascii_alnum(c)) return false;
    bytes_.push_back(c);
    return true;
  }
  if (bytes_[1] == '#') {
    if (bytes_.size() == 2 && (c == 'x' || c == 'X')) {
      bytes_.push_back(c);
      return true;
    }
    const bool hex = bytes_.size() > 2 && ascii_lower(bytes_[2]) == 'x';
    const std::size_t digits_begin = hex ? 3 : 2;
    if (c == ';' && bytes_.size() > digits_begin) {
      bytes_.push_back(c);
      return true;
    }
    const int digit = hex_value(c);
    if (digit < 0 || digit >= (hex ? 16 : 10)) return false;
    return take_digit(c, digits_begin);
  }
  if (bytes_.size() > kNameBytesMax || (c != ';' && !is_ascii_alnum(c))) return false;
  bytes_.push_back(c);
  return true;
}

bool HtmlReferenceCollector::take_digit(char c, std::size_t digits_begin) {
  if (bytes_.size() == digits_begin + 1 && bytes_.back() == '0') {
    bytes_.back() = c;  // leading zeros say nothing
  } else if (bytes_.size() < digits_begin + kDigitsMax) {
    bytes_.push_back(c);
  }
  return true;
}

}  // namespace ringfence
