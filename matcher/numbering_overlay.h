// NumberingOverlay: ranges of numbers that are newer than the installed libphonenumber's metadata.
//
// Does: hold what a file of ranges says, check a range against the numbering plan, find the range a
// number is in. Does not: read files (config does); judge numbers the library calls valid, or make
// numbers of impossible lengths possible.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/e164.h"
#include "base/result.h"
#include "matcher/finding.h"

namespace ringfence {

struct OverlayRange {
  std::string prefix{};  // digits, country code first: "1227"
  int digits = 0;        // of a whole number, country code included; 0: any that is possible
  std::string region{};  // ISO 3166-1 alpha-2
  LineType line_type = LineType::kUnknown;
  std::uint32_t breaks = 0;  // as PlanAnswer::breaks; 0 when it is not written

  bool operator==(const OverlayRange&) const = default;
};

/// One file of ranges.
struct NumberingOverlay {
  std::string version{};  // as the file says
  std::string date{};     // "2026-11-22": when it was last right
  std::vector<OverlayRange> ranges{};

  bool operator==(const NumberingOverlay&) const = default;
};

/// A range as files write it: "+1 227 XXX XXXX", "+81601". '+', country code, the digits that all
/// its numbers begin with, then perhaps an X for each digit that is free, grouped as the country
/// groups. kData, and what is wrong
/// as the second half of a sentence, when it is written otherwise, when its country code is not
/// that of `region`, or when no number of its length is possible.
Result<OverlayRange> parse_overlay_range(std::string_view text, std::string_view region,
                                         LineType line_type);

inline constexpr std::size_t kOverlayRangesMax = 10'000;  // of one file

/// The ranges of all files, for looking up. Immutable.
class OverlayTable {
 public:
  OverlayTable() = default;
  /// Of ranges with the same prefix the last counts.
  explicit OverlayTable(std::span<const NumberingOverlay> overlays);

  /// The longest range the number is in, null for none. Valid as long as the table.
  const OverlayRange* find(E164 number) const;

 private:
  std::unordered_map<std::uint64_t, OverlayRange> ranges_;  // by the prefix's value
  std::uint32_t sizes_ = 0;                                 // bit n: prefixes of n digits
};

}  // namespace ringfence
