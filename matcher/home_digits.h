// Home digits: where digits of another script are customary and no trick: a Japanese number in
// full-width digits, an Egyptian one in Arabic-Indic digits.
#pragma once

#include <string_view>

namespace ringfence {

/// True when `shown` (UTF-8) has digits beyond ASCII, all of scripts that numbers of `region` are
/// written in at home.
bool has_home_digits(std::string_view shown, std::string_view region);

}  // namespace ringfence
