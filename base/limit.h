// Limit: the named bounds on what one message may cost. Reaching one never loses mail: what was
// read so far counts, the limit is counted, shown (`partial=...`) and can be a policy rule.
//
// The values live in each room's Options; only the names are shared.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/enum_set.h"

namespace ringfence {

enum class Limit : std::uint8_t {
  kMessageBytes,    // bytes of the message that are read at all
  kHeaderBytes,     // bytes of one header field, the rest of the field is passed over
  kHeaderCount,     // header fields of one part
  kPartCount,       // MIME parts of a message
  kPartDepth,       // nesting of multiparts and attached messages
  kHtmlDepth,       // open elements of an HTML part
  kHtmlTokenBytes,  // one tag, attribute or comment of HTML
  kCandidates,      // candidates for a number in one message
  kNumbers,         // distinct numbers of one message
  kDocumentBytes,   // bytes of a spooled attachment
  kRecipients,      // recipients that are looked at
  kLexicon,         // lures and brands kept of one message
};
inline constexpr int kLimitCount = 12;

using LimitSet = EnumSet<Limit>;

/// "message-bytes", "header-bytes", "header-count", "part-count", "part-depth", "html-depth",
/// "html-token-bytes", "candidates", "numbers", "document-bytes", "recipients",
/// "lexicon".
std::string_view to_token(Limit limit);
std::optional<Limit> limit_from_token(std::string_view token);

}  // namespace ringfence
