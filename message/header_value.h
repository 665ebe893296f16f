// Structured header fields of MIME, read as mail programs read them: whatever can be understood is.
//
// Does: Content-Type, Content-Disposition, Content-Transfer-Encoding, parameters with RFC 2231
// continuations and charsets, display names and addresses of mailbox lists.
// Does not: judge, beyond noting Defects.
// Source: RFC 2045 section 5 and 6, RFC 2183, RFC 2231, RFC 5322 section 3.4.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "message/defect.h"
#include "message/transfer_decoder.h"

namespace ringfence {

struct Parameter {
  std::string name;       // lower case, without RFC 2231's asterisks
  std::string value;      // without quotes; UTF-8 when `extended`, raw bytes else
  bool extended = false;  // RFC 2231 charset'language'value, decoded
};

struct MediaType {
  std::string type = "text";      // lower case
  std::string subtype = "plain";  // lower case
  bool valid = true;              // false: nothing to understand, text/plain is assumed
  bool clean = true;              // false: a program less patient may not take it for this type
  std::vector<Parameter> parameters;

  bool is(std::string_view a_type, std::string_view a_subtype) const {
    return type == a_type && subtype == a_subtype;
  }
  /// The first parameter of that name, empty when there is none.
  std::string_view parameter(std::string_view name) const;
};

/// "type/subtype; name=value; ...". Inserts kContentTypeSyntax.
MediaType parse_media_type(std::string_view raw, DefectSet& defects);

/// "attachment; filename=...": the kind in lower case goes to `type`, `subtype` is empty.
MediaType parse_disposition(std::string_view raw, DefectSet& defects);

/// Inserts kTransferEncodingUnknown for an encoding that is none of ours nor 7bit, 8bit, binary.
TransferEncoding parse_transfer_encoding(std::string_view raw, DefectSet& defects);

/// What other programs may make of a field that does not just name an encoding: one that is named
/// elsewhere in it, or kIdentity.
std::vector<TransferEncoding> other_transfer_encodings(std::string_view raw);

/// The distinct names that the `name` and `filename` parameters give, decoded.
std::vector<std::string> file_names(const MediaType& type, const MediaType& disposition,
                                    DefectSet& defects);

struct Mailbox {
  std::string display;  // display name, or comment where there is none; decoded UTF-8
  std::string address;  // addr-spec as written, without white space around
};

/// The mailboxes of From, To, ... in order. Text that is no address at all counts as a display
/// name: that is how mail programs show it. Brackets within a display name stay: "(888) 555-0123
/// <a@b>".
std::vector<Mailbox> parse_mailboxes(std::string_view raw, DefectSet& defects);

}  // namespace ringfence
