#include "reputation/record.h"

#include <algorithm>
#include <limits>

namespace ringfence {
namespace {

std::uint32_t byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

}  // namespace

void append_u16(std::string& out, std::uint16_t value) {
  out += static_cast<char>(value & 0xFF);
  out += static_cast<char>(value >> 8);
}

void append_u32(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xFF);
}

std::uint16_t read_u16(std::string_view bytes) {
  return static_cast<std::uint16_t>(byte_at(bytes, 0) | byte_at(bytes, 1) << 8);
}

std::uint32_t read_u32(std::string_view bytes) {
  return byte_at(bytes, 0) | byte_at(bytes, 1) << 8 | byte_at(bytes, 2) << 16 |
         byte_at(bytes, 3) << 24;
}

void append_record(std::string& out, const Record& record) {
  append_u16(out, record.list);
  append_u16(out, record.category);
  out += static_cast<char>(record.score);
  out += '\0';  // reserved
  append_u32(out, record.first_listed);
  append_u32(out, record.last_seen);
  append_u32(out, record.expires);
}

Record read_record(std::string_view bytes) {
  return Record{.list = read_u16(bytes),
                .category = read_u16(bytes.substr(2)),
                .score = static_cast<std::uint8_t>(byte_at(bytes, 4)),
                .first_listed = read_u32(bytes.substr(6)),
                .last_seen = read_u32(bytes.substr(10)),
                .expires = read_u32(bytes.substr(14))};
}

std::uint64_t pack_range(const NumberRange& range) {
  return static_cast<std::uint64_t>(range.prefix_digits()) << 60 |
         static_cast<std::uint64_t>(range.digits()) << 56 | range.prefix();
}

std::string range_key(std::uint64_t packed) {
  std::string out{static_cast<char>(packed >> 60), static_cast<char>(packed >> 56 & 0xF), '\0'};
  for (int shift = 48; shift >= 0; shift -= 8) out += static_cast<char>(packed >> shift & 0xFF);
  return out;
}

std::uint32_t to_seconds(TimePoint time) {
  constexpr std::int64_t kMax = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(time.time_since_epoch().count(), 0, kMax));
}

std::uint32_t to_expiry(const std::optional<TimePoint>& time) {
  return time ? std::max(to_seconds(*time), std::uint32_t{1}) : 0;
}

std::optional<TimePoint> from_expiry(std::uint32_t seconds) {
  if (seconds == 0) return std::nullopt;
  return from_seconds(seconds);
}

}  // namespace ringfence
