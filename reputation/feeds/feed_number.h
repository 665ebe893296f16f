// The cell of a number as ranges: a number, wildcards, a prefix, an interval.
//
// Does not know: the numbering plan; the caller's NumberParser does.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/e164.h"
#include "base/result.h"
#include "reputation/feeds/feed_row.h"
#include "reputation/number_range.h"

namespace ringfence {

/// A person's spelling of a number to E.164, or an Error. `region` (ISO 3166 alpha-2) is for
/// numbers without country code, "" the default. Called from one thread.
using NumberParser = std::function<Result<E164>(std::string_view text, std::string_view region)>;

/// Ranges that begin with fewer digits than this are a country, not a feed's entry.
inline constexpr int kRangePrefixDigitsMin = 4;

/// Appends what a cell means to `out`: a range of one for a number, one range for wildcards ('#',
/// 'x', '?' and stars in a row are one digit each, a single '*' any more; at the end), the ranges
/// of an interval ("+18885550100-+18885550199"). Or says why it means nothing.
///
/// National wildcards ("0162######") are filled with digits, parsed, and cut back; two different
/// fills must agree. Where the region makes no number of them they are read as international.
std::optional<Refusal> read_feed_number(std::string_view cell, std::string_view region,
                                        const NumberParser& parser, std::vector<NumberRange>& out);
/// The same for a cell in which plain digits are a prefix ("339900" in a table of providers): a
/// country code begins it unless `region` says it is national. Short ones are taken too.
std::optional<Refusal> read_feed_prefix(std::string_view cell, std::string_view region,
                                        const NumberParser& parser, std::vector<NumberRange>& out);

}  // namespace ringfence
