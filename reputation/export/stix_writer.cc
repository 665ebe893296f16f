#include "reputation/export/stix_writer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "reputation/export/digest.h"

namespace ringfence {
namespace {

using Json = nlohmann::ordered_json;

// Objects that are the same in every bundle have the same version in every bundle.
constexpr const char* kFixedTime = "2026-11-22T00:00:00.000Z";
constexpr std::uint64_t kSightingCountMax = 999'999'999;  // section 5.2

std::string timestamp(TimePoint time) { return export_time(time, ".000"); }

std::string line_of(const Json& object) {
  return object.dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

class StixWriter : public IndicatorWriter {
 public:
  explicit StixWriter(ExportHead head)
      : head_(std::move(head)),
        identity_id_("identity--" + export_uuid("identity", head_.identity)) {}

  void begin(std::string& out) override {
    const std::string moment =
        head_.identity + "\n" + timestamp(head_.now) + "\n" +
        (head_.generation ? std::to_string(*head_.generation) : std::string());
    out +=
        R"({"type":"bundle","id":"bundle--)" + export_uuid("bundle", moment) + "\",\"objects\":[\n";
    const std::string program = "identity--" + export_uuid("identity", "\nRingfence");
    put(identity(program, "Ringfence", "system"), out);
    put(extension(program), out);
    put(identity(identity_id_, head_.identity, "organization"), out);
  }

  void push(const Indicator& indicator, std::string& out) override {
    const std::string name = head_.identity + "\n" + indicator.number.to_string();
    const std::string id = "indicator--" + export_uuid("indicator", name);
    put(indicator_object(indicator, id), out);
    if (indicator.local) {
      put(sighting_object(*indicator.local, id, "sighting--" + export_uuid("sighting", name)), out);
    }
  }

  void finish(std::string& out) override { out += "\n]}\n"; }

 private:
  void put(const Json& object, std::string& out) {
    if (std::exchange(begun_, true)) out += ",\n";
    out += line_of(object);
  }

  static Json identity(const std::string& id, const std::string& name, const char* identity_class) {
    return {{"type", "identity"},
            {"spec_version", "2.1"},
            {"id", id},
            {"created", kFixedTime},
            {"modified", kFixedTime},
            {"name", name},
            {"identity_class", identity_class}};
  }

  static Json extension(const std::string& author) {
    return {{"type", "extension-definition"},
            {"spec_version", "2.1"},
            {"id", "extension-definition--192fd7e3-5e9d-4542-9314-32c496855b13"},
            {"created_by_ref", author},
            {"created", kFixedTime},
            {"modified", kFixedTime},
            {"name", "phone-number"},
            {"description", "A telephone number as an observable."},
            {"schema",
             "An object of type phone-number has one property of its own, value: the number in "
             "the international form of ITU-T E.164, a '+' and digits, as in +18885550123."},
            {"version", "1.0.0"},
            {"extension_types", Json::array({"new-sco"})}};
  }

  Json indicator_object(const Indicator& indicator, const std::string& id) const {
    const std::string number = indicator.number.to_string();
    const TimePoint created = indicator.first_seen;
    TimePoint modified = std::max(indicator.last_seen, created);
    if (indicator.local) modified = std::max(modified, indicator.local->last_seen);
    Json object = {{"type", "indicator"},
                   {"spec_version", "2.1"},
                   {"id", id},
                   {"created_by_ref", identity_id_},
                   {"created", timestamp(created)},
                   {"modified", timestamp(modified)},
                   {"name", number},
                   {"description", "Telephone number in mail fraud: " + describe(indicator)},
                   {"indicator_types", Json::array({"malicious-activity"})},
                   {"pattern", "[phone-number:value = '" + number + "']"},
                   {"pattern_type", "stix"},
                   {"pattern_version", "2.1"},
                   {"valid_from", timestamp(created)}};
    if (indicator.valid_until > created) object["valid_until"] = timestamp(indicator.valid_until);
    if (indicator.score) object["confidence"] = *indicator.score;
    if (!indicator.category.empty()) object["labels"] = Json::array({indicator.category});
    return object;
  }

  Json sighting_object(const LocalSightings& local, const std::string& of,
                       const std::string& id) const {
    const TimePoint last = std::max(local.first_seen, local.last_seen);
    return {{"type", "sighting"},
            {"spec_version", "2.1"},
            {"id", id},
            {"created_by_ref", identity_id_},
            {"created", timestamp(local.first_seen)},
            {"modified", timestamp(last)},
            {"first_seen", timestamp(local.first_seen)},
            {"last_seen", timestamp(last)},
            {"count", std::min(local.messages, kSightingCountMax)},
            {"sighting_of_ref", of},
            {"where_sighted_refs", Json::array({identity_id_})}};
  }

  ExportHead head_;
  std::string identity_id_;
  bool begun_ = false;
};

}  // namespace

std::unique_ptr<IndicatorWriter> make_stix_writer(ExportHead head) {
  return std::make_unique<StixWriter>(std::move(head));
}

}  // namespace ringfence
