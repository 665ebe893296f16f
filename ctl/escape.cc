#include "ctl/escape.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::size_t kTextBytesMax = 4'000;

// With what formulas begin: also full-width, which some spreadsheets read like their kin.
constexpr std::string_view kFormulas[] = {
    "=", "+", "-", "@", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};

void append_json_escape(std::string& out, char32_t scalar) {
  const auto unit = [&](char32_t value) {
    out += fmt::format("\\u{:04x}", static_cast<unsigned>(value));
  };
  if (scalar < 0x10000) {
    unit(scalar);
  } else {
    unit(0xD800 + ((scalar - 0x10000) >> 10));
    unit(0xDC00 + ((scalar - 0x10000) & 0x3FF));
  }
}

void append_dot(std::string& out, std::string_view text) {
  for (const char c : printable(text, kTextBytesMax)) {
    if (c == '&') {
      out += "&amp;";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
}

}  // namespace

std::string dot_text(std::string_view text) { return dot_lines({std::string(text)}); }

std::string dot_lines(const std::vector<std::string>& lines) {
  std::string out = "\"";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out += "\\n";
    append_dot(out, lines[i]);
  }
  return out + '"';
}

std::string csv_text(std::string_view text) {
  std::string field = printable(text, kTextBytesMax);
  const std::string_view shown = trim(field);
  if (std::any_of(std::begin(kFormulas), std::end(kFormulas),
                  [&](std::string_view begin) { return shown.starts_with(begin); })) {
    field.insert(field.begin(), '\'');
  }
  if (field.find_first_of("\",; ") == field.npos) return field;
  std::string out = "\"";
  for (const char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string json_safe_to_show(std::string json) {
  std::string out;
  std::size_t copied = 0;
  for (std::size_t at = 0; at < json.size();) {
    const auto byte = static_cast<unsigned char>(json[at]);
    if (byte < 0x7F) {  // controls below are escaped by JSON itself
      ++at;
      continue;
    }
    const Utf8Step step = decode_utf8(std::string_view(json).substr(at));
    if (step.valid && !is_safe_to_show(step.scalar)) {
      out.append(json, copied, at - copied);
      append_json_escape(out, step.scalar);
      copied = at + step.size;
    }
    at += step.size;
  }
  if (copied == 0) return json;
  return out.append(json, copied);
}

}  // namespace ringfence
