// What a charset label in mail means, tolerantly.
//
// Does: trims quotes and prefixes, resolves the names mail really carries, and widens the ISO 8859
// and East Asian names to the supersets that senders meant and clients show. Does not: convert, or
// know which converters exist. Source: RFC 2978, WHATWG Encoding section 4.2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ringfence {

enum class CharsetKind : std::uint8_t {
  kUnknown,  // no label, or one that says nothing: to be detected
  kAscii,    // US-ASCII: detected too, but bytes over 0x7F break the promise
  kUtf8,
  kUtf16,  // byte order by BOM or by looking
  kUtf16Le,
  kUtf16Be,
  kUtf32,
  kUtf32Le,
  kUtf32Be,
  kNamed,  // `name` is for the converter library
};

struct CharsetLabel {
  CharsetKind kind = CharsetKind::kUnknown;
  std::string name;  // only with kNamed: ASCII letters, digits, '-', '_', '.', ':' and '+'
};

CharsetLabel resolve_charset_label(std::string_view label);

}  // namespace ringfence
