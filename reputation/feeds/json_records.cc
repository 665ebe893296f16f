#include "reputation/feeds/json_records.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::size_t kEnvelopesMax = 32;  // within each other
constexpr std::size_t kKeyBytesMax = 64;   // a longer key leads nowhere

bool has(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_bracket(char c) { return c == '[' || c == '{'; }
bool is_delimiter(char c) { return is_ascii_space(c) || c == ',' || c == ']' || c == '}'; }

}  // namespace

JsonRecords::JsonRecords(JsonShape shape) : shape_(std::move(shape)) {}

Result<void> JsonRecords::push(std::string_view bytes, std::vector<JsonRecord>& out) {
  while (!bytes.empty()) {
    const char c = bytes.front();
    std::size_t taken = 1;
    switch (state_) {
      case State::kBetween:
        if (auto done = between(c); !done) return done;
        if (state_ == State::kValue) taken = 0;
        break;
      case State::kKey:
        taken = key(bytes);
        break;
      case State::kColon:
        if (c == '\n') ++line_;
        if (c != ':' && !is_ascii_space(c)) return misplaced(c);
        if (c == ':') state_ = State::kBetween;
        break;
      case State::kValue:
        taken = value(bytes, out);
        break;
    }
    bytes.remove_prefix(taken);
  }
  return {};
}

// A byte between values. A missing or spare comma is forgiven.
Result<void> JsonRecords::between(char c) {
  if (c == '\n') ++line_;
  if (is_ascii_space(c)) return {};
  const bool closing = c == ']' || c == '}';
  if (envelopes_.empty()) {
    if (closing || c == ',' || c == ':') return misplaced(c);
    return begin_value(c);
  }
  Envelope& envelope = envelopes_.back();
  if (envelope.value_next) {
    if (closing || c == ',' || c == ':') return misplaced(c);
    return begin_value(c);
  }
  if (c == (envelope.array ? ']' : '}')) {
    envelopes_.pop_back();
    return {};
  }
  if (c == ',') return {};
  if (closing || c == ':') return misplaced(c);
  if (envelope.array) return begin_value(c);
  if (c != '"') return misplaced(c);
  envelope.key.clear();
  envelope.value_next = true;
  escaped_ = false;
  state_ = State::kKey;
  return {};
}

// The bytes of a key up to the quote that ends it.
std::size_t JsonRecords::key(std::string_view bytes) {
  Envelope& envelope = envelopes_.back();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (c == '\n') ++line_;
    if (c == '"' && !escaped_) {
      state_ = State::kColon;
      return i + 1;
    }
    escaped_ = c == '\\' && !escaped_;
    if (envelope.key.size() <= kKeyBytesMax) envelope.key += c;
  }
  return bytes.size();
}

bool JsonRecords::leads_on(bool array) const {
  if (envelopes_.empty()) return array || shape_.envelope;
  const Envelope& envelope = envelopes_.back();
  if (!envelope.array) return has(shape_.members, envelope.key);
  return !array && has(shape_.arrays_of_envelopes, envelope.name);
}

// `c` is the first byte of a value, which is opened when it is an envelope.
Result<void> JsonRecords::begin_value(char c) {
  const bool opens = is_bracket(c) && leads_on(c == '[');
  std::string name;
  kept_ = envelopes_.empty() || envelopes_.back().array;
  if (!kept_) {
    name = std::move(envelopes_.back().key);
    envelopes_.back().value_next = false;
  }
  if (opens) {
    if (envelopes_.size() == kEnvelopesMax) {
      return fail(ErrorKind::kData, fmt::format("line {}: it is nested too deep", line_));
    }
    envelopes_.push_back({.array = c == '[', .name = std::move(name)});
    first_value_ = false;
    return {};
  }
  record_ = JsonRecord{.line = line_};
  in_string_ = escaped_ = false;
  depth_ = 0;
  scalar_ = !is_bracket(c) && c != '"';
  state_ = State::kValue;
  return {};
}

// The bytes of a value up to its end.
std::size_t JsonRecords::value(std::string_view bytes, std::vector<JsonRecord>& out) {
  std::size_t size = 0;
  bool ended = false;
  while (size < bytes.size() && !ended) {
    const char c = bytes[size];
    const bool before = scalar_ ? is_delimiter(c) : (c == '\n' && lines_ && envelopes_.empty());
    if (before) {
      ended = true;
      break;
    }
    if (c == '\n') ++line_;
    ++size;
    ended = ends_value(c);
  }
  keep(bytes.substr(0, size));
  if (ended) end_value(out);
  return size;
}

// Follows strings and brackets; true behind the last byte.
bool JsonRecords::ends_value(char c) {
  if (scalar_) return false;
  if (in_string_) {
    if (c == '"' && !escaped_) in_string_ = false;
    escaped_ = c == '\\' && !escaped_;
    return !in_string_ && depth_ == 0;
  }
  if (c == '"') {
    in_string_ = true;
  } else if (is_bracket(c)) {
    if (++depth_ > kJsonDepthMax && !record_.refusal) record_.refusal = Refusal::kBroken;
  } else if (c == ']' || c == '}') {
    return --depth_ == 0;
  }
  return false;
}

void JsonRecords::keep(std::string_view bytes) {
  if (!kept_) return;
  if (record_.text.size() + bytes.size() > kJsonRecordBytesMax && !record_.refusal) {
    record_.refusal = Refusal::kTooLong;
  }
  if (record_.refusal) {
    record_.text = {};
  } else {
    record_.text += bytes;
  }
}

void JsonRecords::end_value(std::vector<JsonRecord>& out) {
  if (first_value_) lines_ = envelopes_.empty() && record_.line == line_;
  first_value_ = false;
  state_ = State::kBetween;
  if (kept_) out.push_back(std::move(record_));
}

Result<void> JsonRecords::finish(std::vector<JsonRecord>& out) {
  const bool whole = state_ == State::kBetween || (state_ == State::kValue && scalar_) || lines_;
  if (!envelopes_.empty() || !whole) {
    return fail(ErrorKind::kData, fmt::format("it is cut short in line {}", line_));
  }
  if (state_ == State::kValue) end_value(out);
  return {};
}

tl::unexpected<Error> JsonRecords::misplaced(char c) const {
  return fail(ErrorKind::kData, fmt::format("line {}: it is not JSON: '{}' stands where it cannot",
                                            line_, printable({&c, 1})));
}

}  // namespace ringfence
