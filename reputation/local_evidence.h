// LocalEvidence: what this site's own mail has shown of a number. A value.
//
// Does not know: where sightings are kept (reputation/sightings/), policy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "reputation/listing.h"

namespace ringfence {

/// Of one number, the message at hand included when there is one; all zero and empty for one that
/// was never seen. Mail of our own users and of trusted senders is counted in `good_messages` and
/// nowhere else.
struct LocalEvidence {
  // Within the window (`sightings.window`) that ends now, days by UTC.
  std::uint32_t messages = 0;
  int days = 0;               // on which it was seen
  int brands = 0;             // different ones that messages put themselves under
  int formats = 0;            // different places: subject, html, pdf, ...
  int sender_domains = 0;     // of From
  int recipient_domains = 0;  // the last three are counted up to kDomainsMax, kBrandsMax

  // Since it was first seen; a number not seen for `sightings.numbers_kept` is forgotten.
  std::uint32_t messages_total = 0;
  std::optional<TimePoint> first_seen{};
  std::optional<TimePoint> last_seen{};  // before the message at hand
  int dormant_days = 0;                  // whole days from last_seen to now
  std::uint32_t good_messages = 0;       // mail of our own users and of trusted senders

  std::string campaign{};  // id of the campaign it belongs to, "" for none

  static constexpr int kDomainsMax = 32;
  static constexpr int kBrandsMax = 16;

  bool operator==(const LocalEvidence&) const = default;
};

}  // namespace ringfence
