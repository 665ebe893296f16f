// FNV-1a of 64 bits (draft-eastlake-fnv): a hash that is stored, so it is the same for ever.
#pragma once

#include <cstdint>
#include <string_view>

namespace ringfence {

constexpr std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;  // offset basis; below, the prime
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace ringfence
