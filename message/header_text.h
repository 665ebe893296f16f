// Unstructured header text: what a mail program shows of a field's value.
//
// Does: RFC 2047 encoded words wherever they stand (in quoted strings too, as mail programs do),
// raw 8-bit bytes, unfolding. Does not: know what the field means. Source: RFC 2047, RFC 6532, RFC
// 5322 section 2.2.3.
#pragma once

#include <string>
#include <string_view>

#include "message/defect.h"

namespace ringfence {

/// UTF-8 of a field value, trimmed, without NUL and line ends. Encoded words that stand side by
/// side join, as do the halves of a character parted between two of them. What cannot be decoded is
/// left as it stands. Inserts kEncodedWordSyntax, kCharsetUnknown, kCharsetInvalid.
std::string decode_header_text(std::string_view raw, DefectSet& defects);

}  // namespace ringfence
