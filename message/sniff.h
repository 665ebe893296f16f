// What the first bytes of a part say it is, whatever its header says.
//
// Does: magic numbers, text or binary, HTML, iCalendar, vCard; the charset an HTML text names
// itself. Does not: read further than the head it is given. Source: WHATWG MIME Sniffing section 6
// and 7, WHATWG HTML section 13.2.3.2 (prescan).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ringfence {

inline constexpr std::size_t kSniffBytes = 512;          // looked at for the kind
inline constexpr std::size_t kSniffCharsetBytes = 1024;  // looked at for <meta charset>

enum class SniffedKind : std::uint8_t {
  kEmpty,
  kText,
  kHtml,
  kCalendar,
  kContact,
  kPgp,  // OpenPGP's ASCII armour
  kPdf,
  kRtf,
  kZip,  // and so OOXML, ODF
  kOle,  // and so .doc, .xls, .msg
  kTnef,
  kArchive,  // gzip, RAR, 7z, ...
  kImage,
  kBinary,  // anything else that is not text
};

SniffedKind sniff(std::string_view head);

/// True when the head is text beyond doubt: hardly a control character in it.
bool looks_like_text(std::string_view head);

/// The label of `<meta charset=...>` or `<meta http-equiv content="...charset=...">`, empty if
/// none.
std::string sniff_html_charset(std::string_view head);

}  // namespace ringfence
