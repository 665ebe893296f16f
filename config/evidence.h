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
#include "reputation/local_evidence.h"

namespace ringfence {

struct NumberEvidence {
  Finding finding;
  NumberReputation reputation{};
  /// Brands that the message wears and that have a directory of genuine numbers, without this one:
  /// see note_mismatches().
  std::vector<std::string> mismatch{};
  LocalEvidence local{};

  /// By the table of providers where that says it in the words of LineType, else by the numbering
  /// plan, which cannot tell mobile from VoIP everywhere.
  LineType line_type() const;
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

/// Sets NumberEvidence::mismatch of every number: the brands among `evidence.lexicon` that are in
/// `brands_with_directory`. Not of numbers that are allowed, nor of genuine ones, whichever
/// brand's: a victim who calls those reaches an honest house.
void note_mismatches(Evidence& evidence, const std::vector<std::string>& brands_with_directory);

}  // namespace ringfence
