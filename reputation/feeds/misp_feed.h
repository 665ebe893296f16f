// MispFeed: MISP events and the answers of attributes/restSearch, to rows.
//
// Does: attributes of the types phone-number and prtn, at event level and in objects. Does not:
// take what is deleted; take the numbers of persons, organizations and legal entities (victims and
// honest companies) unless told; read proposals and related events; the manifest of a feed.
// Source: MISP core format (draft-dulaunoy-misp-core-format).
#pragma once

#include <string_view>

#include "reputation/feeds/json_feed.h"

namespace ringfence {

/// True for attribute types that hold a telephone number.
bool is_misp_phone_type(std::string_view type);
/// True for objects that describe people and companies rather than the racket.
bool is_misp_people_object(std::string_view name);

class MispFeed : public JsonRecordFeed {
 public:
  explicit MispFeed(const FeedOptions& feed);

 protected:
  void take(const nlohmann::json& record, std::uint64_t line, std::vector<FeedRow>& out) override;

 private:
  FeedRow row_of(const nlohmann::json& attribute, std::uint64_t line) const;

  bool people_;
  bool to_ids_only_;
};

}  // namespace ringfence
