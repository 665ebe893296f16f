#include "config/load_local.h"

#include "base/place.h"
#include "reputation/sighting_options.h"

namespace ringfence {
namespace {

constexpr int kDay = 86'400;
constexpr int kMessagesMax = 1'000'000;
constexpr int kDormantDaysMax = 3'650;

}  // namespace

const Table<LocalCondition>& local_table() {
  using C = LocalCondition;
  static const Table<C> table = {
      scalar("messages_min", &C::messages_min, integer(1, kMessagesMax)),
      scalar("messages_max", &C::messages_max, integer(0, kMessagesMax)),
      scalar("days_min", &C::days_min, integer(1, SightingOptions::kWindowDaysMax)),
      scalar("brands_min", &C::brands_min, integer(1, LocalEvidence::kBrandsMax)),
      scalar("formats_min", &C::formats_min, integer(1, kPlaceCount)),
      scalar("sender_domains_min", &C::sender_domains_min, integer(1, LocalEvidence::kDomainsMax)),
      scalar("recipient_domains_min", &C::recipient_domains_min,
             integer(1, LocalEvidence::kDomainsMax)),
      scalar("first_seen_min", &C::first_seen_min, long_duration(0, kDormantDaysMax * kDay)),
      scalar("first_seen_max", &C::first_seen_max, long_duration(0, kDormantDaysMax * kDay)),
      scalar("dormant_days_min", &C::dormant_days_min, integer(1, kDormantDaysMax)),
      scalar("good_messages_min", &C::good_messages_min, integer(1, kMessagesMax)),
      scalar("good_messages_max", &C::good_messages_max, integer(0, kMessagesMax)),
      scalar("campaign", &C::campaign, parse_boolean),
  };
  return table;
}

}  // namespace ringfence
