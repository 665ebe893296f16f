// Place: where in a message a text stands. The names appear in headers, JSON, rules and logs.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/enum_set.h"

namespace ringfence {

enum class Place : std::uint8_t {
  kSubject,  // Subject of the message or of an attached one
  kFrom,     // display names of From, Reply-To and Sender
  kHeader,   // other headers a mail program shows (To display names, Comments, Organization, ...)
  kPlain,    // text/plain and other textual parts
  kHtml,     // visible text of text/html
  kHtmlHidden,  // text of text/html that the style hides
  kHref,        // target of a tel:, callto:, sms:, ... link
  kHtmlAttr,    // alt, title, aria-label, ...
  kCalendar,    // text/calendar
  kContact,     // text/vcard
  kFilename,    // name of an attachment, or a part's description
  kRaw,         // bytes the parser could not place: preamble, epilogue, unknown encodings
  kPdf,         // from here on: attachments read by ringfence-extract
  kOffice,
  kArchive,
  kImage,
  kQrCode,
};
inline constexpr int kPlaceCount = 17;

using PlaceSet = EnumSet<Place>;

/// "subject", "from", "header", "plain", "html", "html-hidden", "href", "html-attr", "ics", "vcf",
/// "filename", "raw", "pdf", "office", "archive", "image", "qr".
std::string_view to_token(Place place);
std::optional<Place> place_from_token(std::string_view token);

}  // namespace ringfence
