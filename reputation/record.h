// Record: one listing as the table stores it, 18 bytes; and the keys of tables as integers.
//
// Does: bytes to fields and back. Does not know: names of lists and categories (GenerationMeta),
// LMDB. docs/formats-reputation.md is the format's description.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reputation/listing.h"

namespace ringfence {

inline constexpr std::size_t kRecordBytes = 18;
inline constexpr std::size_t kListsMax = 4096;         // lists in one generation
inline constexpr std::size_t kCategoriesMax = 65'535;  // categories in one generation
inline constexpr std::size_t kRangesMax = 2'000'000;   // new ranges in one build

/// Times are seconds since 1970, good until 2106.
struct Record {
  std::uint16_t list = 0;      // index into GenerationMeta::lists
  std::uint16_t category = 0;  // index into GenerationMeta::categories
  std::uint8_t score = 0;      // 0-100
  std::uint32_t first_listed = 0;
  std::uint32_t last_seen = 0;
  std::uint32_t expires = 0;  // 0: never

  bool operator==(const Record&) const = default;
};

void append_record(std::string& out, const Record& record);
/// `bytes` holds at least kRecordBytes.
Record read_record(std::string_view bytes);

/// Little-endian, `bytes` holds at least the size of the integer.
void append_u16(std::string& out, std::uint16_t value);
void append_u32(std::string& out, std::uint32_t value);
std::uint16_t read_u16(std::string_view bytes);
std::uint32_t read_u32(std::string_view bytes);

/// A range as one integer, ascending as NumberRange::key() does.
std::uint64_t pack_range(const NumberRange& range);
/// The key bytes of pack_range()'s integer.
std::string range_key(std::uint64_t packed);

/// Clamped to what 32 bits hold.
std::uint32_t to_seconds(TimePoint time);
inline TimePoint from_seconds(std::uint32_t seconds) {
  return TimePoint(std::chrono::seconds(seconds));
}
/// An optional expiry with 0 as "never"; a set one is at least 1.
std::uint32_t to_expiry(const std::optional<TimePoint>& time);
std::optional<TimePoint> from_expiry(std::uint32_t seconds);
/// True while an expiry of 32 bits lies ahead.
inline bool unexpired(std::uint32_t expires, std::uint32_t now) {
  return expires == 0 || now < expires;
}

}  // namespace ringfence
