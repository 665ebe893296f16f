// The names of a set's members in one string, for headers, logs and people.
#pragma once

#include <string>
#include <string_view>

#include "base/enum_set.h"

namespace ringfence {

/// to_token() of each member in ascending order, "plain,html"; "" for the empty set.
template <typename E>
std::string tokens_of(EnumSet<E> set, std::string_view separator = ",") {
  std::string out;
  set.for_each([&](E e) {
    if (!out.empty()) out += separator;
    out += to_token(e);
  });
  return out;
}

}  // namespace ringfence
