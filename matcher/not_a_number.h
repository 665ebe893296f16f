// NotANumber: stretches of text whose digits belong to something else, whatever they look like.
//
// Does: find dates, times, mail addresses, URLs, IP addresses, bank and card numbers, identifiers
// of mixed letters and digits, decimals and the like, each with its reason. Does not: weigh what is
// doubtful; that is weighing's job.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "matcher/digit_groups.h"

namespace ringfence {

struct NotANumber {
  std::uint32_t begin = 0;  // text[begin, end)
  std::uint32_t end = 0;
  std::string_view reason;  // static storage
};

/// In no particular order; may overlap. `groups` are those of `text`.
std::vector<NotANumber> find_not_numbers(std::string_view text, const DigitGroups& groups);

}  // namespace ringfence
