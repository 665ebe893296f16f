// What stands between two groups of digits, and whether a number may go on over it.
#pragma once

#include <string_view>

#include "matcher/digit_groups.h"

namespace ringfence {

/// `a` and `b` follow each other in `text`.
Gap gap_between(std::string_view text, const Group& a, const Group& b);

}  // namespace ringfence
