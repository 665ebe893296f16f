// Vanity numbers: letters of the key pad after a toll-free or North American prefix
// ("1-800-FLOWERS"). Source: ITU-T E.161 (the key pad).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/digit_groups.h"

namespace ringfence {

struct VanityNumber {
  std::size_t first = 0;  // its first group
  std::size_t next = 0;   // the first group after it, and after the digits that spell it out again
  std::uint32_t begin = 0;  // text[begin, end)
  std::uint32_t end = 0;
  std::string digits;  // eleven, with the leading 1
};

/// Those that begin at groups[first .. first + 1]; at most one.
std::vector<VanityNumber> find_vanity(std::string_view text, const DigitGroups& groups);

}  // namespace ringfence
