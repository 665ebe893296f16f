// The telephone numbers of a STIX pattern.
//
//   [phone-number:value = '+18885550100' OR phone-number:value = '+18885550101']
//   [phone-number:number = '020 7946 0000' AND phone-number:country = 'GB']
//   [x-phone-number:value IN ('+18885550100', '+18885550101')] OR [phone-number:value LIKE
//   '+1888555%']
//
// Does: =, IN and LIKE on numbers, OR everywhere, AND with the number's own country. Does not:
// anything by which the number alone is no match: AND with something else, FOLLOWEDBY, NOT,
// qualifiers, regular expressions.
// Source: STIX 2.1, section 9.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence {

inline constexpr std::size_t kStixPatternBytesMax = 64 << 10;

/// True for the object types that hold a telephone number: "phone-number", "x-phone-number", ...
bool is_stix_phone_type(std::string_view type);

struct StixPhone {
  std::string number;  // LIKE's '%' and '_' as '*' and '#'
  std::string region;  // "" when the pattern does not say

  bool operator==(const StixPhone&) const = default;
};

struct StixPhones {
  std::vector<StixPhone> phones;
  bool not_understood = false;  // something is said of a number that cannot be taken alone
};

/// Neither phones nor not_understood: the pattern is about something else.
StixPhones stix_phones(std::string_view pattern);

}  // namespace ringfence
