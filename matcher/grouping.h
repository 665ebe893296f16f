// Grouping: how near the separators of a candidate stand to where its country puts them.
#pragma once

#include "matcher/digit_layout.h"
#include "matcher/numbering_plan.h"

namespace ringfence {

/// -2 (no one writes so) to 2 (just as the country does). `nanp`: a North American number;
/// `marked`: a '+' or a word for calling says that it is one.
double grouping_points(const DigitLayout& l, const PlanAnswer& a, bool nanp, bool marked);

}  // namespace ringfence
