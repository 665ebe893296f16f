// Announcement: what the words before and after a candidate say it is.
//
// Does: look for words and signs that announce a telephone number ("Tel", "call us at", "(fax)")
// or some other number ("order no."), as far as they reach. Does not: look at what is glued to the
// digits, or at the line they stand in (surroundings).
#pragma once

#include "matcher/cluster.h"
#include "matcher/digit_groups.h"
#include "matcher/surroundings.h"

namespace ringfence {

struct Announcement {
  double call = 0;  // as in Surroundings, like all that follow
  bool id_label = false;
  bool id_doubtful = false;
  bool id_near = false;
  bool counted = false;  // a count of something: "2125550142 rows"
};

Announcement announced(const Cluster& cluster, const DigitGroups& groups, const Span& span);

}  // namespace ringfence
