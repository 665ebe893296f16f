// What reading a cluster counts for, against the limit on the candidates of one message.
//
// Does: estimate work from what is seen of a cluster, so that a message's floods cost about the
// same, whatever they are made of. Does not: measure time, or count (the message's matcher does).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "matcher/cluster.h"
#include "matcher/reading.h"

namespace ringfence {

/// At least 1, and at least one for each number read. Digits that are part of no number cost the
/// more the more of them stand together: there are so many ways to read them. A unit is some 15 us.
std::size_t candidate_cost(const Cluster& cluster, std::span<const Reading> readings);

/// What digits in runs too long for any number count for: they are passed over, if not for nothing.
inline constexpr std::uint64_t kFloodBytesPerCandidate = 512;

/// What a number beyond those that are kept counts for, besides its reading: a flood, and not of
/// much use any more.
inline constexpr std::size_t kCostOfNumberOver = 4;

/// A cluster that costs so much and holds no number is not read again in other regions.
inline constexpr std::size_t kCostToReadAgainMax = 16;

}  // namespace ringfence
