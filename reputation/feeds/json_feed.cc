#include "reputation/feeds/json_feed.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"

namespace ringfence {
namespace {

using Json = nlohmann::json;

constexpr int kLevelsMax = 4;               // looked into for an object with a number
constexpr std::size_t kShownBytesMax = 80;  // of a record that is refused
constexpr double kWholeNumberMax = 9.0e15;  // beyond it a double is not exact

FeedRow refused(std::uint64_t line, Refusal refusal, std::string_view text) {
  return {.line = line, .refusal = refusal, .number = std::string(text.substr(0, kShownBytesMax))};
}

}  // namespace

std::string json_text(const Json& value) {
  switch (value.type()) {
    case Json::value_t::string:
      return std::string(trim(value.get_ref<const std::string&>()));
    case Json::value_t::number_float: {
      // "1.8885550123e10": an export out of a spreadsheet.
      const double number = value.get<double>();
      if (std::floor(number) == number && std::fabs(number) < kWholeNumberMax) {
        return std::to_string(static_cast<std::int64_t>(number));
      }
      return value.dump();
    }
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
    case Json::value_t::boolean:
      return value.dump();
    default:
      return {};
  }
}

const Json& json_child(const Json& object, std::string_view key) {
  static const Json kNull;
  if (!object.is_object()) return kNull;
  const auto it = object.find(key);
  return it == object.end() ? kNull : *it;
}

std::string json_member(const Json& object, std::string_view key) {
  return json_text(json_child(object, key));
}

std::string json_member(const Json& object, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    std::string text = json_member(object, std::string_view(key));
    if (!text.empty()) return text;
  }
  return {};
}

bool json_truth(const Json& value) {
  const std::string text = json_text(value);
  return text == "1" || iequals(text, "true");
}

Result<void> JsonRecordFeed::push(std::string_view bytes, std::vector<FeedRow>& out) {
  const auto pushed = records_.push(bytes, cut_);
  take_all(out);
  return pushed;
}

Result<void> JsonRecordFeed::finish(std::vector<FeedRow>& out) {
  const auto finished = records_.finish(cut_);
  take_all(out);
  return finished;
}

void JsonRecordFeed::take_all(std::vector<FeedRow>& out) {
  for (const JsonRecord& record : cut_) {
    if (record.refusal) {
      out.push_back(refused(record.line, *record.refusal, "an object"));
      continue;
    }
    const Json json = Json::parse(record.text, nullptr, /*allow_exceptions=*/false);
    if (json.is_discarded()) {
      out.push_back(refused(record.line, Refusal::kBroken, record.text));
    } else {
      take(json, record.line, out);
    }
  }
  cut_.clear();
}

void JsonFeed::take(const Json& record, std::uint64_t line, std::vector<FeedRow>& out) {
  const std::size_t before = out.size();
  if (record.is_object()) {
    take_object(record, line, kLevelsMax, out);
  } else if (const std::string text = json_text(record); !text.empty()) {
    out.push_back({.line = line, .refusal = {}, .number = text});
  }
  if (out.size() == before) out.push_back(refused(line, Refusal::kNoNumber, record.dump()));
}

void JsonFeed::take_object(const Json& object, std::uint64_t line, int levels,
                           std::vector<FeedRow>& out) {
  FeedCells cells;
  const Json* numbers = nullptr;  // an array of them
  for (const auto& [key, value] : object.items()) {
    const auto match = names_.find(key);
    if (!match) continue;
    const bool number = match->cell == FeedCell::kNumber || match->cell == FeedCell::kPrefix;
    if (number && value.is_array()) numbers = &value;
    cells.set(*match, json_text(value));
  }
  FeedRow row = cells.take_row(line);
  if (!row.refusal) {
    out.push_back(std::move(row));
    return;
  }
  if (numbers != nullptr) {
    row.refusal.reset();
    for (const Json& number : *numbers) {
      if (number.is_object()) continue;
      row.number = json_text(number);
      if (!row.number.empty()) out.push_back(row);
    }
  }
  if (levels == 0) return;
  for (const Json& child : object) {
    if (child.is_object()) take_object(child, line, levels - 1, out);
    if (!child.is_array()) continue;
    for (const Json& element : child) {
      if (element.is_object()) take_object(element, line, levels - 1, out);
    }
  }
}

}  // namespace ringfence
