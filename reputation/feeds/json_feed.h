// JsonRecordFeed: what the formats made of JSON share; JsonFeed: objects with columns by name.
//
// Does: hand each record to a JSON library; refuse those it cannot read, with kBroken. Any value of
// any type may stand anywhere.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "reputation/feeds/feed_columns.h"
#include "reputation/feeds/feed_parser.h"
#include "reputation/feeds/json_records.h"

namespace ringfence {

class JsonRecordFeed : public FeedParser {
 public:
  Result<void> push(std::string_view bytes, std::vector<FeedRow>& out) override;
  Result<void> finish(std::vector<FeedRow>& out) override;

 protected:
  explicit JsonRecordFeed(JsonShape shape) : records_(std::move(shape)) {}
  /// The rows of one record; at least one, so that every record is counted.
  virtual void take(const nlohmann::json& record, std::uint64_t line,
                    std::vector<FeedRow>& out) = 0;

 private:
  void take_all(std::vector<FeedRow>& out);

  JsonRecords records_;
  std::vector<JsonRecord> cut_;
};

/// A string, or a number or truth value as JSON writes it; "" for all else, and for null.
std::string json_text(const nlohmann::json& value);
/// The member as json_text(), "" when `object` is none or has none.
std::string json_member(const nlohmann::json& object, std::string_view key);
/// The first of the members that is not "".
std::string json_member(const nlohmann::json& object, std::initializer_list<const char*> keys);
/// The member, or null.
const nlohmann::json& json_child(const nlohmann::json& object, std::string_view key);
/// true, "true" in any case, 1 and "1".
bool json_truth(const nlohmann::json& value);

/// JSON Lines, or an array of objects, of numbers, or of both. A column may hold an array of
/// numbers. In an object without a number, the objects and arrays within are looked at, a few
/// levels deep: {"data": [{"attributes": {"number": ...}}]}.
class JsonFeed : public JsonRecordFeed {
 public:
  explicit JsonFeed(FeedColumnNames names) : JsonRecordFeed({}), names_(std::move(names)) {}

 protected:
  void take(const nlohmann::json& record, std::uint64_t line, std::vector<FeedRow>& out) override;

 private:
  void take_object(const nlohmann::json& object, std::uint64_t line, int levels,
                   std::vector<FeedRow>& out);

  FeedColumnNames names_;
};

}  // namespace ringfence
