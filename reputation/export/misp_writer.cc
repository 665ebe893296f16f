#include "reputation/export/misp_writer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "reputation/export/digest.h"

namespace ringfence {
namespace {

using Json = nlohmann::ordered_json;

std::string line_of(const Json& object) {
  return object.dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

std::string epoch(TimePoint time) { return std::to_string(time.time_since_epoch().count()); }

std::string seen_time(TimePoint time) {
  std::string out = export_time(time, ".000000");
  out.pop_back();
  return out + "+00:00";
}

// A machine tag; `value` is a token.
Json tag(const std::string& predicate, const std::string& value) {
  return {{"name", "ringfence:" + predicate + "=\"" + value + "\""}};
}

// Categories are tokens by the time they are listed; what is not cannot end the tag's quotes.
std::string tag_value(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool token = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    out += token ? c : '-';
  }
  return out;
}

class MispWriter : public IndicatorWriter {
 public:
  explicit MispWriter(ExportHead head) : head_(std::move(head)) {}

  void begin(std::string& out) override {
    const Json event = {
        {"uuid", export_uuid("event", head_.identity)},
        {"info", "Telephone numbers in mail fraud, by " + head_.identity},
        {"date", export_time(head_.now).substr(0, 10)},
        {"timestamp", epoch(head_.now)},
        {"threat_level_id", "2"},
        {"analysis", "2"},
        {"distribution", "0"},
        {"published", false},
        {"Orgc", {{"name", head_.identity}, {"uuid", export_uuid("identity", head_.identity)}}},
        {"Tag", Json::array({tag("source", "numbers")})}};
    std::string text = line_of(event);
    text.pop_back();  // the brace: the attributes go in
    out += "{\"Event\":" + text + ",\"Attribute\":[";
  }

  void push(const Indicator& indicator, std::string& out) override {
    out += std::exchange(begun_, true) ? ",\n" : "\n";
    TimePoint last = std::max(indicator.first_seen, indicator.last_seen);
    if (indicator.local) last = std::max(last, indicator.local->last_seen);
    const std::string number = indicator.number.to_string();
    Json attribute = {{"uuid", export_uuid("attribute", head_.identity + "\n" + number)},
                      {"type", "phone-number"},
                      {"category", "Financial fraud"},
                      {"value", number},
                      {"to_ids", true},
                      {"disable_correlation", false},
                      {"distribution", "5"},
                      {"timestamp", epoch(last)},
                      {"first_seen", seen_time(indicator.first_seen)},
                      {"last_seen", seen_time(last)},
                      {"comment", comment(indicator)}};
    if (!indicator.category.empty()) {
      attribute["Tag"] = Json::array({tag("category", tag_value(indicator.category))});
    }
    out += line_of(attribute);
  }

  void finish(std::string& out) override { out += "\n]}}\n"; }

 private:
  static std::string comment(const Indicator& indicator) {
    std::string out = describe(indicator);
    if (indicator.score) out += ", score " + std::to_string(*indicator.score);
    return out;
  }

  ExportHead head_;
  bool begun_ = false;
};

}  // namespace

std::unique_ptr<IndicatorWriter> make_misp_writer(ExportHead head) {
  return std::make_unique<MispWriter>(std::move(head));
}

}  // namespace ringfence
