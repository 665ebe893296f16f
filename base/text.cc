#include "base/text.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

namespace ringfence {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// Length of the sequence a lead byte begins, 0 for bytes that begin none (Unicode 15, table 3-7).
constexpr int sequence_size(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// Whether `byte` may follow at `index` (1-3) after `lead`: the second byte is narrowed for E0, ED,
// F0, F4.
constexpr bool may_follow(unsigned char lead, int index, unsigned char byte) {
  unsigned char low = 0x80, high = 0xBF;
  if (index == 1) {
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  }
  return byte >= low && byte <= high;
}

struct ScalarRange {
  char32_t first;
  char32_t last;
};

// Controls, separators, interlinear annotations; Default_Ignorable_Code_Point
// (DerivedCoreProperties 15.0), which holds the bidirectional controls, but for U+FE0E and U+FE0F.
// Ascending.
constexpr ScalarRange kUnsafeToShow[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},       {0xAD, 0xAD},       {0x034F, 0x034F},   {0x061C, 0x061C},
    {0x115F, 0x1160}, {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},
    {0x2060, 0x206F}, {0x3164, 0x3164},   {0xFE00, 0xFE0D},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},
    {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};

}  // namespace

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return ascii_lower(c); });
  return out;
}

std::string ascii_upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return ascii_upper(c); });
  return out;
}

bool iequals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && istarts_with(a, b);
}

bool istarts_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(),
                    [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_ascii_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_ascii_space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  for (;;) {
    const std::size_t at = text.find(separator);
    out.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + 1);
  }
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool triplet = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                         hex_value(text[i + 2]) >= 0;
    if (triplet) {
      out += static_cast<char>(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) out += separator;
    out += part;
  }
  return out;
}

void append_utf8(std::string& out, char32_t c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = kReplacement;
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (c >> shift & 0x3F)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

Utf8Step decode_utf8(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1, true};
  const int size = sequence_size(lead);
  if (size == 0) return {kReplacement, 1, false};
  char32_t scalar = lead & (0x7F >> size);
  for (int i = 1; i < size; ++i) {
    if (static_cast<std::size_t>(i) >= text.size() ||
        !may_follow(lead, i, static_cast<unsigned char>(text[i]))) {
      return {kReplacement, static_cast<std::uint8_t>(i), false};
    }
    scalar = scalar << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
  }
  return {scalar, static_cast<std::uint8_t>(size), true};
}

std::size_t incomplete_utf8_suffix(std::string_view text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto lead = static_cast<unsigned char>(text[text.size() - back]);
    if (lead >= 0x80 && lead < 0xC0) continue;  // a continuation byte: its lead stands further left
    if (static_cast<std::size_t>(sequence_size(lead)) <= back) return 0;
    for (std::size_t i = 1; i < back; ++i) {
      const auto byte = static_cast<unsigned char>(text[text.size() - back + i]);
      if (!may_follow(lead, static_cast<int>(i), byte)) return 0;
    }
    return back;
  }
  return 0;
}

bool is_safe_to_show(char32_t scalar) {
  const auto* range =
      std::upper_bound(std::begin(kUnsafeToShow), std::end(kUnsafeToShow), scalar,
                       [](char32_t wanted, const ScalarRange& one) { return wanted < one.first; });
  return range == std::begin(kUnsafeToShow) || scalar > std::prev(range)->last;
}

std::string printable(std::string_view text, std::size_t bytes_max) {
  std::string out;
  while (!text.empty()) {
    const Utf8Step step = decode_utf8(text);
    std::string shown(text.substr(0, step.size));
    if (!step.valid) {
      shown.clear();
      for (const char c : text.substr(0, step.size)) {
        shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
      }
    } else if (!is_safe_to_show(step.scalar)) {
      shown = step.scalar < 0x80 ? fmt::format("\\x{:02x}", static_cast<unsigned>(step.scalar))
                                 : fmt::format("\\u{{{:04x}}}", static_cast<unsigned>(step.scalar));
    }
    if (out.size() + shown.size() > bytes_max) return out + "...";
    out += shown;
    text.remove_prefix(step.size);
  }
  return out;
}

}  // namespace ringfence
