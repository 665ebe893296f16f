// Short codes: numbers of three to six digits that work within one country: "text STOP to 72733",
// "dial 611". Found only when the operator asks for them (MatcherOptions::short_codes).
//
// Does: say what E164 value stands for a short code, where one may stand in text, and read it.
// Does not: know which codes exist (numbering_plan), find emergency numbers.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/e164.h"
#include "matcher/cluster.h"
#include "matcher/numbering_plan.h"
#include "matcher/pattern_database.h"
#include "matcher/reading.h"
#include "matcher/scanner_extent.h"

namespace ringfence {

struct ShortCode {
  std::string region{};  // ISO 3166-1 alpha-2
  std::string digits{};  // kShortCodeDigitsMin to kShortCodeDigitsMax, the first not 0

  bool operator==(const ShortCode&) const = default;
};

inline constexpr std::size_t kShortCodeDigitsMin = 3;
inline constexpr std::size_t kShortCodeDigitsMax = 6;

/// The value that stands for the code in tables and headers: country code, "00", three digits for
/// the region, the code in six digits. No number of any country begins with "00", so it is no
/// number anyone can have: +1 00 538 072733 is 72733 in the US, +1 00 052 072733 in Canada. Nothing
/// for what is no region or no short code by its shape.
std::optional<E164> short_code_number(int country_code, std::string_view region,
                                      std::string_view digits);
/// The short code a value stands for, nothing for any other number.
std::optional<ShortCode> short_code_of(E164 number);

/// Id of the pattern's matches.
inline constexpr std::uint32_t kShortCodeId = 900;
/// A word for calling or texting, then three to six digits not far off.
PatternSpec short_code_pattern();
/// Where the code is that ends at text[at], or before it; `digits` 0 when there is none: digits
/// around, a price, a year, too far from the word. Bounded as cluster_extent() is.
Extent short_code_extent(std::string_view text, std::size_t at);

/// Appends one reading for a cluster of short_code_extent().
void read_short_code(const Cluster& cluster, const NumberingPlan& plan,
                     std::span<const std::string> regions, std::vector<Reading>& out);

}  // namespace ringfence
