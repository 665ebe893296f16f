// Extension: digits dialled after a number is answered ("ext. 12", "x12", "#12", "*2", ",,12").
#pragma once

#include <cstddef>
#include <string_view>

namespace ringfence {

/// Where the extension that follows text[.. end) ends; `end` for none.
std::size_t extension_end(std::string_view text, std::size_t end);

}  // namespace ringfence
