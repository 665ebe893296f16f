// Identifiers: digits of bank accounts, cards, parcels, books, taxes and machines, by their own
// layouts.
#pragma once

#include <string_view>
#include <vector>

#include "matcher/digit_groups.h"
#include "matcher/not_a_number.h"

namespace ringfence {

/// Appends; may overlap. `groups` are those of `text`.
void find_identifiers(std::string_view text, const DigitGroups& groups,
                      std::vector<NotANumber>& out);

/// True when a bare run of 13 to 19 digits has the check digit of a payment card (ISO/IEC 7812-1).
bool has_luhn_check(std::string_view digits);

}  // namespace ringfence
