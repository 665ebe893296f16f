// The telephone number a link calls.
//
// Does: tel:, callto:, sms:, smsto:, mms:, skype:, facetime:, whatsapp:, viber: (RFC 3966, RFC 5724
// and what programs use), wa.me, api.whatsapp.com, signal.me, t.me links; "tel:" within other
// values (redirects, handlers). Does not: say whether it is a number.
#pragma once

#include <string>
#include <string_view>

namespace ringfence {

/// The number part of an attribute value (references decoded), percent-decoded, as well-formed
/// UTF-8: "tel:+1-888-555-0123;ext=4" gives "+1-888-555-0123"; "https://wa.me/18885550123" gives
/// "+18885550123". Empty when the value calls nobody.
std::string html_call_target(std::string_view value);

}  // namespace ringfence
