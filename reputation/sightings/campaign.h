// Campaign: mails of one racket, tied together by what they share. Values.
//
// Does not know: how mails are joined (campaign_join.h), where it is kept (campaign_tables.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/e164.h"
#include "reputation/listing.h"
#include "reputation/sightings/sighting.h"

namespace ringfence {

/// What two mails can share. docs/sightings.md has the weights.
enum class CampaignFeature : std::uint8_t {
  kNumber,
  kDocument,  // hash of an attached document
  kTemplate,  // fuzzy hash of the text, numbers masked
  kBlock10,   // block of ten numbers
  kBlock100,
  kSenderDomain,
  kBrand,  // a brand with a set of lures
};
inline constexpr int kCampaignFeatureCount = 7;

/// "number", "document", "template", "block-10", "block-100", "sender-domain", "brand".
std::string_view to_token(CampaignFeature feature);
std::optional<CampaignFeature> campaign_feature_from_token(std::string_view token);

/// Which campaign, for ever: "c" and eight hex digits. Never 0.
struct CampaignId {
  std::uint32_t value = 0;

  /// "c7f3a10b2".
  std::string to_string() const;
  /// From to_string()'s form, upper case too, also without leading zeros. Nothing on other text.
  static std::optional<CampaignId> parse(std::string_view text);

  auto operator<=>(const CampaignId&) const = default;
};

struct CampaignName {
  std::string name;
  std::uint32_t messages = 0;  // at least; a name that comes in late may have more

  bool operator==(const CampaignName&) const = default;
};

/// How much of the campaign hangs together by one kind of feature.
struct CampaignTie {
  CampaignFeature feature{};
  std::uint32_t messages = 0;  // joined by it, alone or together with others
  double weight = 0;           // of this feature in those, on average: 0 to 1

  bool operator==(const CampaignTie&) const = default;
};

struct Campaign {
  static constexpr std::size_t kNamesMax = 16;  // of each of brands, lures, sender_domains

  static constexpr int kActiveDays = 7;

  enum class State : std::uint8_t {
    kActive,   // seen in the last kActiveDays
    kDormant,  // not since
  };

  CampaignId id;
  State state = State::kActive;
  TimePoint first_seen{};
  TimePoint last_seen{};
  std::uint32_t messages = 0;
  std::uint32_t numbers = 0;           // different ones
  std::vector<CampaignName> brands{};  // the most frequent first
  std::vector<CampaignName> lures{};
  std::vector<CampaignName> sender_domains{};
  std::vector<CampaignTie> ties{};   // the strongest first
  std::vector<CampaignId> merged{};  // whose ids lead here, at most CampaignReader::kMergedMax

  bool operator==(const Campaign&) const = default;
};
/// "active", "dormant".
std::string_view to_token(Campaign::State state);

}  // namespace ringfence
