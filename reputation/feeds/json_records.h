// JsonRecords: a JSON text of any size, cut into the values that are records.
//
// JSON Lines, an array, or an envelope that leads to arrays; the envelope is opened, its other
// members are passed over unread:
//
//   [ {record}, {record} ]
//   {"type": "bundle", "objects": [ {record}, {record} ]}
//   {"response": {"Attribute": [ {record} ]}}
//
// Does: follow strings, brackets and keys, so that a record is held whole and nothing else is, in
// memory bounded by kJsonRecordBytesMax. Does not: read records or know whether they are JSON (a
// JSON library does: a broken one is the record's fault and stops nothing).
// Source: RFC 8259; jsonlines.org.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reputation/feeds/feed_row.h"

namespace ringfence {

inline constexpr std::size_t kJsonRecordBytesMax = std::size_t{4} << 20;
inline constexpr int kJsonDepthMax = 64;  // of brackets within a record

/// Where the records are.
struct JsonShape {
  /// The outermost object is an envelope; else it is itself a record.
  bool envelope = false;
  /// Members of envelopes that lead on: objects that are envelopes, arrays of records.
  std::vector<std::string_view> members{};
  /// Those of `members`, or "" for the outermost array, whose elements are envelopes.
  std::vector<std::string_view> arrays_of_envelopes{};
};

struct JsonRecord {
  std::uint64_t line = 1;            // where it begins
  std::optional<Refusal> refusal{};  // kTooLong, or kBroken when it is nested too deep: no text
  std::string text{};

  bool operator==(const JsonRecord&) const = default;
};

class JsonRecords {
 public:
  /// The names in `shape` outlive this.
  explicit JsonRecords(JsonShape shape);

  /// kData when the brackets around the records do not fit together.
  Result<void> push(std::string_view bytes, std::vector<JsonRecord>& out);
  /// kData when the text is cut short.
  Result<void> finish(std::vector<JsonRecord>& out);

 private:
  enum class State : std::uint8_t { kBetween, kKey, kColon, kValue };

  struct Envelope {
    bool array = false;
    std::string name{};  // of the member it is, "" for the outermost and for elements
    std::string key{};   // of the member whose value comes
    bool value_next = false;
  };

  Result<void> between(char c);
  Result<void> begin_value(char c);
  bool leads_on(bool array) const;
  std::size_t key(std::string_view bytes);
  std::size_t value(std::string_view bytes, std::vector<JsonRecord>& out);
  bool ends_value(char c);
  void keep(std::string_view bytes);
  void end_value(std::vector<JsonRecord>& out);
  tl::unexpected<Error> misplaced(char c) const;

  JsonShape shape_;
  State state_ = State::kBetween;
  std::vector<Envelope> envelopes_{};  // the open ones, the outermost first
  std::uint64_t line_ = 1;

  // Of the key or value being read.
  bool in_string_ = false;
  bool escaped_ = false;  // a backslash came before
  bool scalar_ = false;   // a number or word, which ends before what follows it
  int depth_ = 0;         // of brackets within the value
  bool kept_ = false;     // it is a record; else it is passed over
  JsonRecord record_{};

  bool lines_ = false;  // JSON Lines: a line end ends a record, whole or not
  bool first_value_ = true;
};

}  // namespace ringfence
