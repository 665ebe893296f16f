#include "reputation/feeds/stix_feed.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"
#include "reputation/feeds/misp_feed.h"
#include "reputation/feeds/stix_pattern.h"

namespace ringfence {
namespace {

using Json = nlohmann::json;

constexpr int kLevelsMax = 4;  // bundles in bundles

// STIX's own words for "bad", which say nothing of a number.
constexpr auto kPlainLabels = std::to_array<std::string_view>(
    {"malicious-activity", "anomalous-activity", "anonymization", "benign", "compromised",
     "attribution", "unknown", "threat-report"});

// The first label that says what the number is used for. 'misp:tool="..."' and "tlp:green" do not.
std::string category_of(const Json& object) {
  for (const char* key : {"indicator_types", "labels"}) {
    const Json& labels = json_child(object, key);
    if (!labels.is_array()) continue;
    for (const Json& label : labels) {
      std::string text = json_text(label);
      if (text.empty() || text.find_first_of(":=\"") != std::string::npos) continue;
      if (std::find(kPlainLabels.begin(), kPlainLabels.end(), ascii_lower(text)) ==
          kPlainLabels.end()) {
        return text;
      }
    }
  }
  return {};
}

FeedRow row_of(const Json& object, std::uint64_t line) {
  FeedRow row{.line = line};
  row.first_seen = json_member(object, {"valid_from", "first_observed", "first_seen", "created"});
  row.last_seen = json_member(object, {"last_observed", "last_seen", "modified"});
  row.expires = json_member(object, "valid_until");
  row.score = json_member(object, "confidence");
  row.category = category_of(object);
  if (json_truth(json_child(object, "revoked"))) row.refusal = Refusal::kWithdrawn;
  return row;
}

void put(FeedRow row, std::string number, std::string region, std::vector<FeedRow>& out) {
  row.number = std::move(number);
  row.region = std::move(region);
  if (row.number.empty() && !row.refusal) row.refusal = Refusal::kNoNumber;
  out.push_back(std::move(row));
}

void put_phone(const Json& phone, FeedRow row, std::vector<FeedRow>& out) {
  put(std::move(row), json_member(phone, {"value", "number", "phone_number"}),
      json_member(phone, {"country", "country_code"}), out);
}

bool marked_for_detection(const Json& object) {
  if (json_truth(json_child(object, "to_ids"))) return true;
  const Json& labels = json_child(object, "labels");
  return labels.is_array() && std::any_of(labels.begin(), labels.end(), [](const Json& label) {
           return iequals(json_text(label), "misp:to_ids=\"true\"");
         });
}

}  // namespace

StixFeed::StixFeed(const FeedOptions& feed)
    : JsonRecordFeed({.envelope = true, .members = {"objects"}}),
      misp_people_(feed.misp_people),
      misp_to_ids_only_(feed.misp_to_ids_only) {}

void StixFeed::take(const Json& record, std::uint64_t line, std::vector<FeedRow>& out) {
  const std::size_t before = out.size();
  take_object(record, line, kLevelsMax, out);
  if (out.size() == before) {
    out.push_back(
        {.line = line, .refusal = Refusal::kOther, .number = json_member(record, "type")});
  }
}

void StixFeed::take_object(const Json& object, std::uint64_t line, int levels,
                           std::vector<FeedRow>& out) const {
  const std::string type = json_member(object, "type");
  const FeedRow row = row_of(object, line);
  if (type == "indicator") {
    take_indicator(object, row, out);
  } else if (is_stix_phone_type(type)) {
    put_phone(object, row, out);
  } else if (type == "observed-data" || type == "bundle") {
    const Json& objects = json_child(object, "objects");
    if (levels == 0 || (!objects.is_object() && !objects.is_array())) return;
    for (const Json& inner : objects) {
      if (type == "bundle") {
        take_object(inner, line, levels - 1, out);
      } else if (is_stix_phone_type(json_member(inner, "type"))) {
        put_phone(inner, row, out);
      }
    }
  } else if (type.ends_with("misp-attribute")) {
    const std::string kind = json_member(object, {"x_misp_type", "misp_type", "attribute_type"});
    if (!is_misp_phone_type(kind)) return;
    if (misp_to_ids_only_ && !marked_for_detection(object)) return;
    put(row, json_member(object, {"x_misp_value", "misp_value", "value"}), {}, out);
  } else if (type.ends_with("misp-object")) {
    take_misp_object(object, row, out);
  }
}

void StixFeed::take_indicator(const Json& object, FeedRow row, std::vector<FeedRow>& out) const {
  const std::string language = json_member(object, "pattern_type");
  if (!language.empty() && language != "stix") return;
  const std::string pattern = json_member(object, "pattern");
  StixPhones found = stix_phones(pattern);
  if (found.not_understood) {
    row.refusal = Refusal::kPattern;
    put(std::move(row), pattern.substr(0, kCellBytesMax), {}, out);
    return;
  }
  for (StixPhone& phone : found.phones) {
    put(row, std::move(phone.number), std::move(phone.region), out);
  }
}

void StixFeed::take_misp_object(const Json& object, const FeedRow& row,
                                std::vector<FeedRow>& out) const {
  const std::string name = json_member(object, {"x_misp_name", "misp_name", "name"});
  if (is_misp_people_object(name) && !misp_people_) return;
  for (const char* key : {"x_misp_attributes", "misp_attributes", "attributes"}) {
    const Json& attributes = json_child(object, key);
    if (!attributes.is_array()) continue;
    for (const Json& attribute : attributes) {
      if (!is_misp_phone_type(json_member(attribute, {"type", "x_misp_type"}))) continue;
      if (misp_to_ids_only_ && !marked_for_detection(attribute)) continue;
      put(row, json_member(attribute, {"value", "x_misp_value"}), {}, out);
    }
    return;
  }
}

}  // namespace ringfence
