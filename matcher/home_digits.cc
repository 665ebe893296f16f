#include "matcher/home_digits.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace ringfence {
namespace {

struct Script {
  char32_t zero;  // its ten digits follow each other
  std::string_view regions;
};
constexpr Script kScripts[] = {
    {0x0660, "AE BH DZ EG IQ JO KW LB LY MA OM PS QA SA SD SY TN YE"},  // Arabic-Indic
    {0x06F0, "AF IR PK"},                                               // Persian, Urdu
    {0x0966, "IN NP"},                                                  // Devanagari
    {0x09E6, "BD IN"},                                                  // Bengali
    {0x0E50, "TH"},                                                     // Thai
    {0x0ED0, "LA"},                                                     // Lao
    {0x1040, "MM"},                                                     // Burmese
    {0x17E0, "KH"},                                                     // Khmer
    {0xFF10, "CN HK JP KR MO TW"},                                      // full-width
};

bool is_home_script(char32_t scalar, std::string_view region) {
  return std::any_of(std::begin(kScripts), std::end(kScripts), [&](const Script& script) {
    return scalar >= script.zero && scalar < script.zero + 10 &&
           script.regions.find(region) != std::string_view::npos;
  });
}

// Punctuation and blanks beside them: dashes, full-width brackets, ideographic space.
bool is_punctuation(char32_t scalar) {
  return (scalar >= 0x2000 && scalar <= 0x206F) || scalar == 0x00A0 || scalar == 0x2212 ||
         scalar == 0x3000 || scalar == 0x30FC || (scalar >= 0xFF01 && scalar <= 0xFF0F);
}

}  // namespace

bool has_home_digits(std::string_view shown, std::string_view region) {
  constexpr std::size_t kRegionSize = 2;
  if (region.size() != kRegionSize) return false;
  bool seen = false;
  while (!shown.empty()) {
    const Utf8Step step = decode_utf8(shown);
    shown.remove_prefix(step.size);
    if (step.scalar < 0x80 || is_punctuation(step.scalar)) continue;
    if (!is_home_script(step.scalar, region)) return false;
    seen = true;
  }
  return seen;
}

}  // namespace ringfence
