// When mails belong to one campaign: what they share, what that weighs, who may join. Pure.
//
// Does not know: LMDB, which mails came before. docs/sightings.md has the table of weights.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "reputation/sightings/aggregate.h"
#include "reputation/sightings/campaign.h"
#include "reputation/sightings/sighting.h"

namespace ringfence {

// Weights are in thousandths: sums of them are exact.
inline constexpr int kJoinAt = 1'000;
inline constexpr int kNumberWeight = 1'000;
inline constexpr int kDocumentWeight = 1'000;
inline constexpr int kTemplateWeight = 800;
inline constexpr int kBlock10Weight = 500;
inline constexpr int kBlock100Weight = 300;
inline constexpr int kDomainWeight = 500;
inline constexpr int kBrandWeight = 200;
inline constexpr int kTemplateNear = 40;     // distances up to this weigh fully,
inline constexpr int kTemplateFar = 80;      // from this on nothing
inline constexpr int kUndilutedMax = 4;      // of numbers, documents; each of more weighs less
inline constexpr int kSuspectScoreMin = 20;  // of a message or number: what the policy tags
inline constexpr int kSuspectLuresMin = 2;   // under a brand

/// What a mail has that others may share. Of kNumber the hash is the number.
struct MessageFeature {
  CampaignFeature feature{};
  std::uint64_t hash = 0;
  std::string name{};  // "" for numbers and blocks

  bool operator==(const MessageFeature&) const = default;
};

inline constexpr std::size_t kCampaignNumbersMax = 16;   // of one mail; the rest joins nothing
inline constexpr std::size_t kCampaignDocumentsMax = 8;  // likewise
inline constexpr std::size_t kFeatureNameBytesMax = 80;

/// Each once. `numbers` are those of the mail that may tie, at most kCampaignNumbersMax.
std::vector<MessageFeature> features_of(const Sighting& sighting, std::span<const E164> numbers);

/// The mail by itself gives reason to look at it: it is tagged or worse, it or one of its numbers
/// has a score, it disguises a number, or it wears a brand with lures from a domain that does not
/// bear the brand's name. False for mail that does not count.
bool is_suspect(const Sighting& sighting);

/// Numbers of honest people: in mail of our own or trusted senders, or mostly in mail that is not
/// suspect (a newsletter's). `suspect` of the mails that `aggregate` counts were; `listed` when it
/// has a score of its own, which speaks against newsletters.
bool is_honest(std::uint32_t good_messages, std::uint32_t messages, std::uint32_t suspect,
               bool listed);
inline constexpr std::uint32_t kHonestMessagesMin = 20;  // and four of five

/// What a feature weighs, thousandths.
int template_weight(int distance);
/// `campaigns` others have it, `messages` that are not suspect too.
int domain_weight(std::uint32_t campaigns, std::uint32_t messages);
int document_weight(std::uint32_t messages);
/// Of one of `count` numbers, documents or blocks of one mail.
int diluted(int weight, std::size_t count);

/// What a mail shares with one campaign.
class JoinEvidence {
 public:
  /// Different numbers and documents add up to the weight of one; of the rest the strongest counts.
  void add(CampaignFeature feature, int weight);
  /// Of a number, its block of ten and that of a hundred, which say the same, only the strongest
  /// has one.
  int weight(CampaignFeature feature) const;
  /// Sum of the kinds.
  int total() const;
  bool joins() const { return total() >= kJoinAt; }

 private:
  std::array<int, kCampaignFeatureCount> weights_{};
};

/// A hash of 64 bits, the same for ever.
std::uint64_t feature_hash(std::string_view text);
/// The campaign that `ref` opens. Another for each `attempt`, as long as ids are taken.
CampaignId campaign_id_of(const SightingRef& ref, std::uint32_t attempt);

}  // namespace ringfence
