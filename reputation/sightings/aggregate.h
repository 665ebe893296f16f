// Aggregate: what is known of one number from all its sightings, bounded. Pure functions on values.
//
// Does not know: LMDB, threads, clocks. docs/sightings.md has the byte format.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reputation/local_evidence.h"
#include "reputation/sightings/sighting.h"

namespace ringfence {

/// Something that was seen with the number, and the day it was last seen.
struct DatedItem {
  std::uint32_t item = 0;  // short_hash() of its name, or a Place
  std::uint16_t day = 0;   // days since 1970-01-01 UTC

  bool operator==(const DatedItem&) const = default;
};

struct DayCount {
  std::uint16_t day = 0;
  std::uint32_t messages = 0;  // stays at its highest value

  bool operator==(const DayCount&) const = default;
};

/// Lists are in no particular order, but `days`, which is newest first. Where a list is full, the
/// item whose day is oldest makes room.
struct Aggregate {
  static constexpr std::size_t kDaysMax = 64;
  static constexpr std::size_t kBrandsMax = LocalEvidence::kBrandsMax;
  static constexpr std::size_t kDomainsMax = LocalEvidence::kDomainsMax;

  std::uint32_t first_seen = 0;  // seconds since 1970; 0: never in mail that counts
  std::uint32_t last_seen = 0;
  std::uint32_t messages = 0;  // this and good_messages stay at their highest value
  std::uint32_t good_messages = 0;
  std::uint32_t last_good = 0;
  std::vector<DayCount> days{};
  std::vector<DatedItem> brands{};
  std::vector<DatedItem> sender_domains{};
  std::vector<DatedItem> recipient_domains{};
  std::vector<DatedItem> places{};

  /// The last time it was seen in any mail.
  std::uint32_t last() const { return last_seen > last_good ? last_seen : last_good; }
  bool operator==(const Aggregate&) const = default;
};

/// What all aggregates of one sighting are told.
struct SightingKeys {
  explicit SightingKeys(const Sighting& sighting);

  bool good;
  bool counts;
  std::uint32_t seconds;
  std::uint16_t day;
  std::optional<std::uint32_t> brand{};
  std::optional<std::uint32_t> sender_domain{};
  std::vector<std::uint32_t> recipient_domains{};  // at most kDomainsMax
};

/// A sighting has shown the number whose aggregate this is in `places`. Sightings may come in any
/// order of time. True when it changed anything.
bool update(Aggregate& aggregate, const SightingKeys& sighting, PlaceSet places);

/// What is known as of `now`. What lies after `now` (a clock was set back) counts as if it
/// were of today.
LocalEvidence local_evidence(const Aggregate& aggregate, TimePoint now,
                             std::chrono::seconds window);
/// The same with the message at hand counted: last_seen and dormant_days are of before it.
LocalEvidence local_evidence(const Aggregate& aggregate, const SightingKeys& at_hand,
                             PlaceSet places, TimePoint now, std::chrono::seconds window);

/// At most 1000 bytes.
std::string encode(const Aggregate& aggregate);
/// Nothing when `bytes` is not what encode() gives.
std::optional<Aggregate> decode_aggregate(std::string_view bytes);

/// The low 32 bits of FNV-1a 64 of the text in lower case.
std::uint32_t short_hash(std::string_view text);

}  // namespace ringfence
