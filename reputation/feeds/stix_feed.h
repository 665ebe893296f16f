// StixFeed: STIX 2.0 and 2.1 bundles, and the envelopes of TAXII 2.1, to rows.
//
// Does: indicators whose pattern names telephone numbers; objects that are telephone numbers, alone
// or in observed data; MISP's own objects; validity, revocation, confidence, labels. Does not:
// follow relationships, read contact_information (victims, companies), STIX 1.
// Source: STIX 2.0 and 2.1; MISP-STIX converter.
#pragma once

#include <string>

#include "reputation/feeds/json_feed.h"

namespace ringfence {

class StixFeed : public JsonRecordFeed {
 public:
  explicit StixFeed(const FeedOptions& feed);

 protected:
  void take(const nlohmann::json& record, std::uint64_t line, std::vector<FeedRow>& out) override;

 private:
  void take_object(const nlohmann::json& object, std::uint64_t line, int levels,
                   std::vector<FeedRow>& out) const;
  void take_indicator(const nlohmann::json& object, FeedRow row, std::vector<FeedRow>& out) const;
  void take_misp_object(const nlohmann::json& object, const FeedRow& row,
                        std::vector<FeedRow>& out) const;

  bool misp_people_;
  bool misp_to_ids_only_;
};

}  // namespace ringfence
