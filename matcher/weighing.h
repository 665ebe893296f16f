// Weighing: how much speaks for reading a candidate as a telephone number, in points.
//
// Does: add up what the numbering plan, the grouping and the surroundings say.
// Does not: choose between candidates (reading does).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "matcher/cluster.h"
#include "matcher/digit_groups.h"
#include "matcher/numbering_plan.h"
#include "matcher/surroundings.h"

namespace ringfence {

/// What enough is: a valid number in a grouping of its country, or a valid run of digits and a word
/// for calling before it.
inline constexpr double kPointsMin = 4.5;

struct Weighed {
  double points = -1;  // at least kPointsMin: a number
  PlanAnswer answer;
  std::string_view reason;  // what spoke against it, when points are too few; static storage
  bool odd_separators = false;
  bool natural = false;    // grouped as its country groups
  bool announced = false;  // a word for calling stands near
  bool costly = false;     // the surroundings were read and the plan may have been asked
};

/// `plus`: a '+' stands before. `regions` are tried in order.
Weighed weigh(const Cluster& cluster, const DigitGroups& groups, const Span& span, bool plus,
              const NumberingPlan& plan, std::span<const std::string> regions);

/// True for ten digits in the layout of the North American Numbering Plan: area code and exchange
/// begin with 2 to 9, and neither is a service code.
bool is_nanp_shaped(std::string_view ten_digits);

}  // namespace ringfence
