#include "message/charset_label.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::size_t kLabelBytesMax = 64;

struct Alias {
  std::string_view label;  // letters and digits only, lower case
  CharsetKind kind;
  std::string_view name = {};
};

using enum CharsetKind;

// Sorted by label for binary search.
constexpr auto kAliases = std::to_array<Alias>({
    {"8bit", kUnknown},
    {"ansi", kNamed, "windows-1252"},
    {"ansix341968", kAscii},
    {"ansix341986", kAscii},
    {"ascii", kAscii},
    {"binary", kUnknown},
    {"chinese", kNamed, "gb18030"},
    {"cngb", kNamed, "gb18030"},
    {"cp65001", kUtf8},
    {"cp819", kNamed, "windows-1252"},
    {"csgb2312", kNamed, "gb18030"},
    {"csisolatin1", kNamed, "windows-1252"},
    {"csisolatin5", kNamed, "windows-1254"},
    {"csksc56011987", kNamed, "windows-949"},
    {"csunicode", kUtf16},
    {"csunknown8bit", kUnknown},
    {"default", kUnknown},
    {"euccn", kNamed, "gb18030"},
    {"euckr", kNamed, "windows-949"},
    {"gb2312", kNamed, "gb18030"},
    {"gb23121980", kNamed, "gb18030"},
    {"gb231280", kNamed, "gb18030"},
    {"gbk", kNamed, "gb18030"},
    {"ibm819", kNamed, "windows-1252"},
    {"iso10646", kUtf16},
    {"iso10646ucs2", kUtf16},
    {"iso10646ucs4", kUtf32},
    {"iso646us", kAscii},
    {"iso88591", kNamed, "windows-1252"},
    {"iso885911", kNamed, "windows-874"},
    {"iso885911987", kNamed, "windows-1252"},
    {"iso88599", kNamed, "windows-1254"},
    {"iso885991989", kNamed, "windows-1254"},
    {"isoir6", kAscii},
    {"korean", kNamed, "windows-949"},
    {"ksc5601", kNamed, "windows-949"},
    {"ksc56011987", kNamed, "windows-949"},
    {"l1", kNamed, "windows-1252"},
    {"latin1", kNamed, "windows-1252"},
    {"latin5", kNamed, "windows-1254"},
    {"tis620", kNamed, "windows-874"},
    {"ucs2", kUtf16},
    {"ucs2be", kUtf16Be},
    {"ucs2le", kUtf16Le},
    {"ucs4", kUtf32},
    {"unicode", kUtf16},
    {"unicode11utf7", kNamed, "UTF-7"},
    {"unicode11utf8", kUtf8},
    {"unicode20utf8", kUtf8},
    {"unknown", kUnknown},
    {"unknown8bit", kUnknown},
    {"us", kAscii},
    {"usascii", kAscii},
    {"usascii7", kAscii},
    {"userdefined", kUnknown},
    {"utf", kUtf8},
    {"utf16", kUtf16},
    {"utf16be", kUtf16Be},
    {"utf16le", kUtf16Le},
    {"utf32", kUtf32},
    {"utf32be", kUtf32Be},
    {"utf32le", kUtf32Le},
    {"utf7", kNamed, "UTF-7"},
    {"utf8", kUtf8},
    {"utf8mb4", kUtf8},
});
static_assert(std::ranges::is_sorted(kAliases, {}, &Alias::label));

std::string squeeze(std::string_view label) {
  std::string out;
  for (const char c : label) {
    if (is_ascii_alnum(c)) out.push_back(ascii_lower(c));
  }
  return out;
}

bool find_alias(std::string_view squeezed, CharsetLabel& out) {
  const auto at = std::ranges::lower_bound(kAliases, squeezed, {}, &Alias::label);
  if (at == kAliases.end() || at->label != squeezed) return false;
  out = {at->kind, std::string(at->name)};
  return true;
}

// "1252", "cp1251", "win1250", "windowscp1252": a Windows code page by its number alone.
bool find_code_page(std::string_view squeezed, CharsetLabel& out) {
  for (const std::string_view prefix : {"windows", "win", "cp", "ms", "codepage"}) {
    if (squeezed.starts_with(prefix)) squeezed.remove_prefix(prefix.size());
  }
  if (squeezed.size() != 4 || !squeezed.starts_with("125") || squeezed[3] > '8') return false;
  out = {kNamed, "windows-" + std::string(squeezed)};
  return true;
}

}  // namespace

CharsetLabel resolve_charset_label(std::string_view label) {
  // What surrounds the name in broken mail: quotes, brackets, a stray "charset=", a list of
  // several.
  while (!label.empty() && !is_ascii_alnum(label.front())) label.remove_prefix(1);
  if (istarts_with(label, "charset=")) {
    label.remove_prefix(8);
    while (!label.empty() && !is_ascii_alnum(label.front())) label.remove_prefix(1);
  }
  const auto is_name = [](char c) {
    return is_ascii_alnum(c) || c == '-' || c == '_' || c == '.' || c == ':' || c == '+';
  };
  label = label.substr(
      0, static_cast<std::size_t>(std::ranges::find_if_not(label, is_name) - label.begin()));
  if (label.empty()) return {};
  if (label.size() > kLabelBytesMax) return {kNamed, "unknown-name"};

  CharsetLabel out;
  std::string squeezed = squeeze(label);
  if (find_alias(squeezed, out) || find_code_page(squeezed, out)) return out;
  if (istarts_with(label, "x-")) {
    if (find_alias(std::string_view(squeezed).substr(1), out) ||
        find_code_page(std::string_view(squeezed).substr(1), out)) {
      return out;
    }
  }
  return {kNamed, std::string(label)};
}

}  // namespace ringfence
