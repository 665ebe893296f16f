// HintedReading: a cluster read in the regions that a message's hints speak for.
//
// Does: choose the hints worth trying, read, and refuse what a weak hint does not carry. Does not:
// gather hints (region_hints).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "matcher/cluster.h"
#include "matcher/numbering_plan.h"
#include "matcher/reading.h"
#include "matcher/region_hints.h"

namespace ringfence {

/// The strongest hints, at most `count`: one for a country code, none for those of `tried`.
std::vector<RegionHint> strongest_hints(const RegionHints& hints,
                                        std::span<const std::string> tried,
                                        const NumberingPlan& plan, std::size_t count);

/// As read_cluster(), but numbers only; their `reason` names the hint: "region-by-currency".
void read_by_hints(const Cluster& cluster, const NumberingPlan& plan,
                   std::span<const RegionHint> hints, std::vector<Reading>& out);

}  // namespace ringfence
