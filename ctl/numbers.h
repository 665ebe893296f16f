// Numbers and ranges as they are typed on a command line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/e164.h"
#include "base/result.h"
#include "matcher/number_reader.h"
#include "reputation/number_range.h"

namespace ringfence {

/// Every text as a number, or one kData error that names each text that is none.
Result<std::vector<E164>> parse_numbers(const NumberReader& reader,
                                        const std::vector<std::string>& texts,
                                        const std::string& region);

/// One text as the ranges it stands for, mostly one:
///   a number as people write it
///   "+1 888 555 01##", "(888) 555-01##"  wildcards for the last digits
///   "+339475*"                           every number that begins so
///   "+18885550120-+18885550129", "A..B"  from one number to another, both included
/// kData when it is none of these; an interval may take kRangesOfIntervalMax ranges.
Result<std::vector<NumberRange>> parse_range(const NumberReader& reader, std::string_view text,
                                             const std::string& region);
/// All of the texts, each range once, or one kData error that names each text that is none.
Result<std::vector<NumberRange>> parse_ranges(const NumberReader& reader,
                                              const std::vector<std::string>& texts,
                                              const std::string& region);

/// "+18885550123", "+1888555012# (10 numbers)", "+1888* (all that begin so)".
std::string describe(const NumberRange& range);

}  // namespace ringfence
