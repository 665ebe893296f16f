// Reading: from a cluster of digits to the telephone numbers a person would read in it.
//
// Does: part the cluster into groups and separators, weigh every way of reading a number in it by
// numbering plan, grouping and the words around, and choose the best set that does not overlap; say
// why what looks like a number is none.
// Does not: search text for clusters (scanner), fold Unicode (fold), know regions beyond those
// given.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/e164.h"
#include "matcher/cluster.h"
#include "matcher/finding.h"
#include "matcher/numbering_plan.h"

namespace ringfence {

/// One stretch of a cluster and what became of it.
struct Reading {
  std::optional<E164> number;  // nothing: rejected, see `reason`
  std::uint32_t begin = 0;     // Cluster::text[begin, end) is the number as written,
  std::uint32_t end = 0;       // without extension
  bool valid = false;
  bool overlay = false;    // valid by the overlay alone
  bool announced = false;  // a word for calling stands near
  LineType line_type = LineType::kUnknown;
  std::string region;
  TrickSet tricks;  // those seen here and the cluster's marks within [begin, end)
  // A short token in static storage. When rejected: "date", "price", ...; of a number that hints
  // helped to read: "region-by-currency", ...
  std::string_view reason;
};

/// Appends what stands in cluster.text[cluster.begin, cluster.end), ascending by begin. A number
/// must begin there; it may end in the context after. `regions` (known to the plan) are tried in
/// order for numbers without country code, at most kReadingRegionsMax of them. Time is bounded by
/// Cluster::kClusterBytesMax. Any thread.
void read_cluster(const Cluster& cluster, const NumberingPlan& plan,
                  std::span<const std::string> regions, std::vector<Reading>& out);

inline constexpr std::size_t kReadingRegionsMax = 6;

}  // namespace ringfence
