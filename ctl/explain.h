// Every point of a number's score, with the arithmetic behind it. Pure.
//
// Does not know: where the reputation comes from, how numbers are read.
#pragma once

#include <string>

#include "config/evidence.h"
#include "ctl/report_json.h"
#include "reputation/score.h"

namespace ringfence {

/// For people: a headline, what the number is, the parts of its score in the order in which they
/// count, then what is known and does not count. Lines end with '\n'. Of `number.finding` the
/// number, its region, line type and validity are looked at.
std::string explain_text(const NumberEvidence& number, TimePoint now, const ScoreOptions& options);

/// For programs: number, region, line_type, valid, what to_json() gives of the reputation, and
/// `parts`, each with its arithmetic.
Json explain_json(const NumberEvidence& number, TimePoint now, const ScoreOptions& options);

}  // namespace ringfence
