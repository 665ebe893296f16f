// Defect: what is malformed in a message, by name. A defect never stops reading.
//
// Names after Python's email.errors where it has one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/enum_set.h"

namespace ringfence {

enum class Defect : std::uint8_t {
  kBareLf,                     // a line ends in LF alone, or a CR stands alone
  kNulByte,                    // U+0000 in text
  kHeaderSyntax,               // a header line without a colon, or an empty name
  kHeaderEightBit,             // raw 8-bit bytes in a header (RFC 6532 aside)
  kDuplicateHeader,            // Content-Type, Content-Transfer-Encoding, From or Subject twice
  kMissingHeaderEnd,           // body began without the empty line
  kBoundaryMissing,            // multipart without a boundary parameter
  kBoundaryNotFound,           // the first boundary never came
  kBoundaryUnclosed,           // the closing boundary never came
  kContentTypeSyntax,          // Content-Type that cannot be parsed
  kTransferEncodingUnknown,    // unknown Content-Transfer-Encoding
  kTransferEncodingMultipart,  // base64 or quoted-printable on a multipart or message part
  kBase64Syntax,               // characters outside the alphabet, bad padding, cut short
  kQuotedPrintableSyntax,      // = without two hexadecimal digits
  kEncodedWordSyntax,          // RFC 2047 encoded word that cannot be decoded
  kCharsetUnknown,             // charset label no converter knows
  kCharsetInvalid,             // bytes that are not of the charset
};
inline constexpr int kDefectCount = 17;

using DefectSet = EnumSet<Defect>;

/// "bare-lf", "nul-byte", "header-syntax", "header-eight-bit", "duplicate-header",
/// "missing-header-end", "boundary-missing", "boundary-not-found", "boundary-unclosed",
/// "content-type-syntax", "transfer-encoding-unknown", "transfer-encoding-multipart",
/// "base64-syntax", "quoted-printable-syntax", "encoded-word-syntax", "charset-unknown",
/// "charset-invalid".
std::string_view to_token(Defect defect);
std::optional<Defect> defect_from_token(std::string_view token);

}  // namespace ringfence
