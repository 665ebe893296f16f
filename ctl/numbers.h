// Numbers as they are typed on a command line.
#pragma once

#include <string>
#include <vector>

#include "base/e164.h"
#include "base/result.h"
#include "matcher/number_reader.h"

namespace ringfence {

/// Every text as a number, or one kData error that names each text that is none.
Result<std::vector<E164>> parse_numbers(const NumberReader& reader,
                                        const std::vector<std::string>& texts,
                                        const std::string& region);

}  // namespace ringfence
