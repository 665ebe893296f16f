// RegionHints: what one message says of the regions it has to do with.
//
// Does: gather clues (names of countries, currencies, domains, charsets, ...) and say which regions
// they speak for, the strongest first. Does not: find the clues in text (the patterns do), or make
// a number of anything: a hint only says where a candidate without country code is at home.
// The words are data: region_clues.txt, and ICU by way of region_clue_gen_main.cc.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_set.h"

namespace ringfence {

/// Why a region is thought of, in the order of their weight.
enum class RegionClue : std::uint8_t {
  kOtherNumber,      // a number with its country code stands in the message
  kSenderDomain,     // country-code domain of the sender
  kCountryName,      // in the text
  kRecipientDomain,  // country-code domain of a recipient
  kCurrency,         // in the text
  kLanguage,         // Content-Language
  kCharset,          // used by a part
};
inline constexpr int kRegionClueCount = 7;
/// "other-number", "sender-domain", "country-name", "recipient-domain", "currency", "language",
/// "charset".
std::string_view to_token(RegionClue clue);
/// "region-by-" and the token; static storage.
std::string_view reason_token(RegionClue clue);

struct RegionHint {
  std::string region;  // ISO 3166-1 alpha-2
  RegionClue clue;     // the weightiest that speaks for it
};

class RegionHints {
 public:
  /// One region, or several with blanks between that share the clue's weight.
  void add(RegionClue clue, std::string_view regions);
  /// As the mail has them; those that say nothing of a region are passed over.
  void add_charset(std::string_view label);
  void add_language(std::string_view tag);

  /// All regions, the strongest hint first; of equal ones the one that came first.
  std::vector<RegionHint> in_order() const;

 private:
  struct Evidence {
    double weight = 0;
    EnumSet<RegionClue> clues;
    int repeats = 0;
    std::size_t first;  // the order in which they came
  };
  std::map<std::string, Evidence, std::less<>> regions_;  // no more than there are
};

/// A phrase (lexicon.h) in text and the regions it speaks for: none, where it holds the name of a
/// country and means another thing ("New Mexico").
struct RegionPhrase {
  std::string_view phrase;
  std::string_view regions;
  RegionClue clue;
};
const std::vector<RegionPhrase>& region_phrases();

}  // namespace ringfence
