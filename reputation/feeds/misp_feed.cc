#include "reputation/feeds/misp_feed.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace ringfence {
namespace {

using Json = nlohmann::json;

}  // namespace

bool is_misp_phone_type(std::string_view type) { return type == "phone-number" || type == "prtn"; }

bool is_misp_people_object(std::string_view name) {
  return name == "person" || name == "organization" || name == "legal-entity";
}

MispFeed::MispFeed(const FeedOptions& feed)
    : JsonRecordFeed({.envelope = true,
                      .members = {"response", "Event", "Attribute", "Object"},
                      .arrays_of_envelopes = {"", "response"}}),
      people_(feed.misp_people),
      to_ids_only_(feed.misp_to_ids_only) {}

void MispFeed::take(const Json& record, std::uint64_t line, std::vector<FeedRow>& out) {
  const Json& attributes = json_child(record, "Attribute");
  if (!attributes.is_array()) {
    FeedRow row = row_of(record, line);
    // A search says of an attribute which object it is from.
    const std::string object = json_member(json_child(record, "Object"), "name");
    if (!people_ && is_misp_people_object(object)) row.refusal = Refusal::kOther;
    out.push_back(std::move(row));
    return;
  }
  const bool deleted = json_truth(json_child(record, "deleted"));
  const bool people = is_misp_people_object(json_member(record, "name")) && !people_;
  for (const Json& attribute : attributes) {
    FeedRow row = row_of(attribute, line);
    if (!row.refusal && deleted) row.refusal = Refusal::kWithdrawn;
    if (people) row.refusal = Refusal::kOther;
    out.push_back(std::move(row));
  }
  if (attributes.empty()) out.push_back({.line = line, .refusal = Refusal::kOther});
}

FeedRow MispFeed::row_of(const Json& attribute, std::uint64_t line) const {
  FeedRow row{.line = line, .refusal = {}, .number = json_member(attribute, "value")};
  if (!is_misp_phone_type(json_member(attribute, "type"))) {
    row.refusal = Refusal::kOther;
    return row;
  }
  row.first_seen = json_member(attribute, "first_seen");
  row.last_seen = json_member(attribute, {"last_seen", "timestamp"});
  if (row.number.empty()) row.refusal = Refusal::kNoNumber;
  if (to_ids_only_ && !json_truth(json_child(attribute, "to_ids"))) row.refusal = Refusal::kOther;
  if (json_truth(json_child(attribute, "deleted"))) row.refusal = Refusal::kWithdrawn;
  return row;
}

}  // namespace ringfence
