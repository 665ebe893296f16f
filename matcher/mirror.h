// mirrored(): a cluster as it looks under a right-to-left override (U+202E), which shows
// "3210-555-888 1+" as "+1 888-555-0123".
//
// Does not: the Unicode bidirectional algorithm; within one run of digits and separators the
// override reverses all of it, and that is all a number needs.
#pragma once

#include "matcher/cluster.h"

namespace ringfence {

/// True when a bidirectional control stands in the cluster or touches it.
bool may_be_mirrored(const Cluster& cluster);

/// The cluster read backwards, context and marks too, brackets turned. Its `original` is what a
/// reader sees, in the order seen.
Cluster mirrored(const Cluster& cluster);

}  // namespace ringfence
