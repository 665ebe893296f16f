#include "matcher/extension.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::size_t kDigitsMax = 7;  // as libphonenumber
constexpr std::size_t kLeadMax = 3;    // blanks and a bracket before

/// Longer words before those they begin with.
constexpr std::array<std::string_view, 20> kWords = {
    "durchwahl", "extension", ";ext=", "anexo", "poste", "ramal", "extn", "klapa", "ext", "int",
    "xtn",       "opt",       "dw",    ",,",    "x",     "#",     "*",    "~",     "p",   "w"};

/// Pauses of dial strings touch the digits on both sides.
bool is_pause(std::string_view word) { return word == "p" || word == "w"; }

}  // namespace

std::size_t extension_end(std::string_view text, std::size_t end) {
  std::size_t i = end;
  const auto blanks = [&] {
    while (i < text.size() && (text[i] == ' ' || text[i] == '(') && i < end + kLeadMax) ++i;
  };
  blanks();
  const auto at = [&](std::size_t k) { return k < text.size() ? text[k] : '\0'; };
  if ((at(i) == ',' && at(i + 1) != ',') || (at(i) == ';' && at(i + 1) != 'e')) {
    ++i;
    blanks();
    if (!is_ascii_alpha(at(i))) return end;
  }
  const auto* const word = std::find_if(kWords.begin(), kWords.end(), [&](std::string_view w) {
    return istarts_with(text.substr(i), w);
  });
  if (word == kWords.end() || (is_pause(*word) && i != end)) return end;
  i += word->size();
  const std::size_t digits_from = i + 4;
  while (!is_pause(*word) && i < digits_from && i < text.size() &&
         std::string_view(" .:=-#").find(text[i]) != std::string_view::npos) {
    ++i;
  }
  const std::size_t digits = i;
  while (is_ascii_digit(at(i))) ++i;
  // ", Durchwahl 030 23125-651": a number of its own, with its trunk prefix.
  const bool goes_on = (at(i) == ' ' || at(i) == '-' || at(i) == '/') && is_ascii_digit(at(i + 1));
  if (at(digits) == '0' && goes_on) return end;
  return i == digits || i - digits > kDigitsMax ? end : i;
}

}  // namespace ringfence
