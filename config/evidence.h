// Evidence: everything a policy may ask about one message. A value; decide() sees nothing else.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/limit.h"
#include "config/envelope.h"
#include "matcher/finding.h"
#include "message/defect.h"
#include "reputation/listing.h"

namespace ringfence {

struct NumberEvidence {
  Finding finding;
  NumberReputation reputation;
};

struct Evidence {
  TimePoint now{};  // when the numbers were looked up; listings that ended by then are expired
  Envelope envelope;
  std::string from_domain;  // of the From header, lower case
  std::size_t bytes = 0;    // size of the message
  std::vector<NumberEvidence> numbers;
  std::vector<LexiconHit> lexicon;  // lures and brands, those nearest to a number first
  DefectSet defects;
  LimitSet limits;  // non-empty: the message is partial

  /// The highest score of all numbers, 0 when there is none.
  int score() const;
};

}  // namespace ringfence
