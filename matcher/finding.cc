#include "matcher/finding.h"

#include <algorithm>
#include <array>

namespace ringfence {
namespace {

constexpr std::array<std::string_view, kTrickCount> kTrickTokens = {
    "unicode-digits", "invisible", "bidi",           "look-alike",
    "spelled",        "vanity",    "odd-separators", "hidden-text"};
constexpr std::array<std::string_view, 12> kLineTypeTokens = {
    "unknown",   "fixed-line",   "mobile",      "fixed-line-or-mobile",
    "toll-free", "premium-rate", "shared-cost", "voip",
    "personal",  "pager",        "uan",         "voicemail"};

}  // namespace

std::string_view to_token(Trick trick) { return kTrickTokens.at(static_cast<std::size_t>(trick)); }

std::optional<Trick> trick_from_token(std::string_view token) {
  const auto found = std::find(kTrickTokens.begin(), kTrickTokens.end(), token);
  if (found == kTrickTokens.end()) return std::nullopt;
  return static_cast<Trick>(found - kTrickTokens.begin());
}

std::string_view to_token(LineType type) {
  return kLineTypeTokens.at(static_cast<std::size_t>(type));
}

std::string_view to_token(LexiconKind kind) {
  return kind == LexiconKind::kLure ? "lure" : "brand";
}

}  // namespace ringfence
