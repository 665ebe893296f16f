#include "config/evidence.h"

#include <algorithm>

#include "base/text.h"

namespace ringfence {

int Evidence::score() const {
  int highest = 0;
  for (const NumberEvidence& number : numbers) highest = std::max(highest, number.reputation.score);
  return highest;
}

LineType NumberEvidence::line_type() const {
  if (!reputation.provider) return finding.line_type;
  std::string words = ascii_lower(reputation.provider->type);
  std::replace_if(
      words.begin(), words.end(), [](char c) { return c == ' ' || c == '_'; }, '-');
  for (int i = 1; i <= static_cast<int>(LineType::kVoicemail); ++i) {
    const auto type = static_cast<LineType>(i);
    if (to_token(type) == words) return type;
  }
  return finding.line_type;
}

void note_mismatches(Evidence& evidence, const std::vector<std::string>& brands_with_directory) {
  std::vector<std::string> worn;
  for (const LexiconHit& hit : evidence.lexicon) {
    const bool has_directory = std::find(brands_with_directory.begin(), brands_with_directory.end(),
                                         hit.name) != brands_with_directory.end();
    if (hit.kind == LexiconKind::kBrand && has_directory) worn.push_back(hit.name);
  }
  for (NumberEvidence& number : evidence.numbers) {
    const NumberReputation& reputation = number.reputation;
    const bool honest =
        reputation.state == ReputationState::kAllowed || !reputation.genuine_of.empty();
    number.mismatch = honest ? std::vector<std::string>() : worn;
  }
}

}  // namespace ringfence
