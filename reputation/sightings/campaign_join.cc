#include "reputation/sightings/campaign_join.h"

#include <algorithm>

#include "base/text.h"
#include "reputation/sightings/fnv1a.h"

namespace ringfence {
namespace {

// Ways of writing a number that honest mail has too: letters of the key pad, and the preview text
// that newsletters hide.
constexpr std::array<std::string_view, 2> kHonestTricks = {"vanity", "hidden-text"};

bool is_disguised(std::string_view tricks) {
  while (!tricks.empty()) {
    const std::string_view trick = tricks.substr(0, tricks.find(','));
    if (std::find(kHonestTricks.begin(), kHonestTricks.end(), trick) == kHonestTricks.end()) {
      return true;
    }
    tricks.remove_prefix(std::min(tricks.size(), trick.size() + 1));
  }
  return false;
}

// Letters and digits alone, lower case: "Best Buy" and "best-buy" are one.
std::string bare(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const char lower = ascii_lower(c);
    if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9')) out += lower;
  }
  return out;
}

const std::string& sender_domain(const Sighting& sighting) {
  return sighting.from_domain.empty() ? sighting.mail_from_domain : sighting.from_domain;
}

bool bears_brand(const Sighting& sighting) {
  const std::string brand = bare(sighting.brand);
  return !brand.empty() && bare(sender_domain(sighting)).find(brand) != std::string::npos;
}

std::string name_of(std::string_view text) {
  const std::string_view head = text.substr(0, kFeatureNameBytesMax);
  return std::string(head.substr(0, head.size() - incomplete_utf8_suffix(head)));
}

std::string brand_set(const Sighting& sighting) {
  std::vector<std::string> lures = sighting.lures;
  std::sort(lures.begin(), lures.end());
  std::string out = sighting.brand;
  for (const std::string& lure : lures) out += (&lure == &lures.front() ? ": " : ", ") + lure;
  return out;
}

std::uint64_t mixed(std::uint64_t value) {  // the finalizer of splitmix64
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

}  // namespace

std::vector<MessageFeature> features_of(const Sighting& sighting, std::span<const E164> numbers) {
  std::vector<MessageFeature> out;
  const auto add = [&](CampaignFeature feature, std::uint64_t hash, std::string name) {
    const bool known = std::any_of(out.begin(), out.end(), [&](const MessageFeature& other) {
      return other.feature == feature && other.hash == hash;
    });
    if (!known) out.push_back({feature, hash, std::move(name)});
  };
  for (const E164 number : numbers.first(std::min(numbers.size(), kCampaignNumbersMax))) {
    add(CampaignFeature::kNumber, number.value(), "");
    add(CampaignFeature::kBlock10, number.value() / 10, "");
    add(CampaignFeature::kBlock100, number.value() / 100, "");
  }
  const std::size_t documents = std::min(sighting.document_hashes.size(), kCampaignDocumentsMax);
  for (std::size_t i = 0; i < documents; ++i) {
    const std::string& hash = sighting.document_hashes[i];
    if (!hash.empty()) add(CampaignFeature::kDocument, feature_hash(hash), name_of(hash));
  }
  if (!sighting.template_hash.empty()) {
    add(CampaignFeature::kTemplate, feature_hash(sighting.template_hash),
        name_of(sighting.template_hash));
  }
  if (const std::string& domain = sender_domain(sighting); !domain.empty()) {
    add(CampaignFeature::kSenderDomain, feature_hash(domain), name_of(domain));
  }
  if (!sighting.brand.empty()) {
    const std::string set = brand_set(sighting);
    add(CampaignFeature::kBrand, feature_hash(set), name_of(set));
  }
  return out;
}

bool is_suspect(const Sighting& sighting) {
  if (!sighting.counts()) return false;
  if (!sighting.action.empty() && sighting.action != "accept") return true;
  if (sighting.score >= kSuspectScoreMin) return true;
  for (const SeenNumber& seen : sighting.numbers) {
    if (seen.score >= kSuspectScoreMin || is_disguised(seen.tricks)) return true;
  }
  return !sighting.brand.empty() && sighting.lures.size() >= std::size_t{kSuspectLuresMin} &&
         !bears_brand(sighting);
}

bool is_honest(std::uint32_t good_messages, std::uint32_t messages, std::uint32_t suspect,
               bool listed) {
  if (good_messages > 0) return true;
  const std::uint32_t honest = messages - std::min(messages, suspect);
  return !listed && honest >= kHonestMessagesMin && honest / 4 >= suspect;
}

int template_weight(int distance) {
  if (distance <= kTemplateNear) return kTemplateWeight;
  if (distance >= kTemplateFar) return 0;
  return kTemplateWeight * (kTemplateFar - distance) / (kTemplateFar - kTemplateNear);
}

int domain_weight(std::uint32_t campaigns, std::uint32_t messages) {
  return kDomainWeight / static_cast<int>(1 + std::min(campaigns + messages / 4, 1'000u));
}

int document_weight(std::uint32_t messages) {
  return kDocumentWeight / static_cast<int>(1 + std::min(messages, 1'000u));
}

int diluted(int weight, std::size_t count) {
  return count <= kUndilutedMax
             ? weight
             : static_cast<int>(static_cast<std::size_t>(weight) * kUndilutedMax / count);
}

void JoinEvidence::add(CampaignFeature feature, int weight) {
  int& known = weights_[static_cast<std::size_t>(feature)];
  if (feature == CampaignFeature::kNumber) {
    known = std::min(known + weight, kNumberWeight);
  } else if (feature == CampaignFeature::kDocument) {
    known = std::min(known + weight, kDocumentWeight);
  } else {
    known = std::max(known, weight);
  }
}

int JoinEvidence::weight(CampaignFeature feature) const {
  constexpr std::array kByStrength = {CampaignFeature::kNumber, CampaignFeature::kBlock10,
                                      CampaignFeature::kBlock100};
  const auto own = [&](CampaignFeature of) { return weights_[static_cast<std::size_t>(of)]; };
  if (std::find(kByStrength.begin(), kByStrength.end(), feature) == kByStrength.end()) {
    return own(feature);
  }
  const auto strongest =
      std::max_element(kByStrength.begin(), kByStrength.end(),
                       [&](CampaignFeature a, CampaignFeature b) { return own(a) < own(b); });
  return feature == *strongest ? own(feature) : 0;
}

int JoinEvidence::total() const {
  int sum = 0;
  for (int i = 0; i < kCampaignFeatureCount; ++i) sum += weight(static_cast<CampaignFeature>(i));
  return sum;
}

std::uint64_t feature_hash(std::string_view text) { return mixed(fnv1a(text)); }

CampaignId campaign_id_of(const SightingRef& ref, std::uint32_t attempt) {
  const std::uint64_t day = mixed(static_cast<std::uint64_t>(ref.day) + 1);
  const std::uint64_t all = mixed(day ^ mixed(static_cast<std::uint64_t>(ref.row))) + attempt;
  const auto value = static_cast<std::uint32_t>(all);
  return {value == 0 ? 1 : value};
}

}  // namespace ringfence
