// What the tables of campaigns hold, as values and as bytes. Pure.
//
// docs/sightings.md has the byte formats. Nothing comes of bytes that are not what encode() gives.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reputation/sightings/campaign.h"

namespace ringfence {

/// A count that stays at its highest value.
void add_up(std::uint32_t& counter, std::uint32_t more);
/// Days since 1970 as they are stored, 0 to 65,535.
std::uint16_t campaign_day(TimePoint when);

/// One campaign: alive, or merged into `merged_into`, after which only that and last_seen matter.
struct CampaignRecord {
  static constexpr std::size_t kNameBytesMax = 64;

  struct Tie {
    std::uint32_t messages = 0;
    std::uint32_t weights = 0;  // sum, thousandths
    bool operator==(const Tie&) const = default;
  };

  CampaignId merged_into{};      // 0: alive
  SightingRef opened{};          // the older one keeps its id
  std::uint32_t first_seen = 0;  // seconds since 1970
  std::uint32_t last_seen = 0;
  std::uint32_t messages = 0;
  std::uint32_t numbers = 0;
  std::uint32_t members = 0;  // rows of the members' table under this id
  std::array<std::uint32_t, kCampaignFeatureCount> parts{};  // likewise of the parts' table
  std::array<Tie, kCampaignFeatureCount> ties{};
  std::vector<CampaignName> brands{};
  std::vector<CampaignName> lures{};
  std::vector<CampaignName> sender_domains{};

  bool operator==(const CampaignRecord&) const = default;
};
/// Counts a name, of `messages` messages. Of a full list the rarest makes room.
void count_name(std::vector<CampaignName>& names, std::string_view name, std::uint32_t messages);
/// All that `from` counted is counted by `into`; parts and members stay where they are.
void absorb(CampaignRecord& into, const CampaignRecord& from);
std::string encode(const CampaignRecord& record);
std::optional<CampaignRecord> decode_campaign(std::string_view bytes);

/// A feature, and in which campaigns it was seen, of those the last kCampaignsMax.
struct FeatureRecord {
  static constexpr std::size_t kCampaignsMax = 8;

  struct Use {
    CampaignId id{};
    std::uint16_t day = 0;       // last seen
    std::uint32_t messages = 0;  // of the campaign
    bool operator==(const Use&) const = default;
  };

  std::uint16_t day = 0;      // last seen in anything
  std::uint32_t suspect = 0;  // messages that are suspect by themselves
  std::uint32_t other = 0;    // that are not, and belong to no campaign; counted up to kOtherMax
  std::vector<Use> uses{};

  static constexpr std::uint32_t kOtherMax = 1'000;
  bool operator==(const FeatureRecord&) const = default;
};
/// Counts one message of the campaign.
void count_use(FeatureRecord& record, CampaignId id, std::uint16_t day);
std::string encode(const FeatureRecord& record);
std::optional<FeatureRecord> decode_feature(std::string_view bytes);

/// A feature of one campaign.
struct PartRecord {
  std::uint16_t day = 0;
  std::uint32_t messages = 0;
  std::string name{};

  bool operator==(const PartRecord&) const = default;
};
std::string encode(const PartRecord& record);
std::optional<PartRecord> decode_part(std::string_view bytes);

/// A text's fuzzy hash and the campaign whose text it is.
struct TemplateRecord {
  CampaignId id{};
  std::uint16_t day = 0;
  std::uint64_t used = 0;  // the higher the later
  std::string hash{};

  bool operator==(const TemplateRecord&) const = default;
};
std::string encode(const TemplateRecord& record);
std::optional<TemplateRecord> decode_template(std::string_view bytes);

// Keys: big-endian, so that what belongs together stands together.
std::string id_key(CampaignId id);
CampaignId id_of_key(std::string_view key);  // of its first 4 bytes
std::string feature_key(CampaignFeature feature, std::uint64_t hash);
std::string part_key(CampaignId id, CampaignFeature feature, std::uint64_t hash);
std::string member_key(CampaignId id, const SightingRef& ref);
std::string merged_key(CampaignId into, CampaignId from);

struct PartKey {
  CampaignId id{};
  CampaignFeature feature{};
  std::uint64_t hash = 0;
};
std::optional<PartKey> decode_part_key(std::string_view key);
std::optional<SightingRef> decode_member_key(std::string_view key);

}  // namespace ringfence
