#include "base/place.h"

#include <array>

namespace ringfence {
namespace {

constexpr std::array<std::string_view, kPlaceCount> kTokens = {
    "subject", "from",     "header", "plain", "html",   "html-hidden", "href",  "html-attr", "ics",
    "vcf",     "filename", "raw",    "pdf",   "office", "archive",     "image", "qr"};

}  // namespace

std::string_view to_token(Place place) { return kTokens[static_cast<std::size_t>(place)]; }

std::optional<Place> place_from_token(std::string_view token) {
  for (std::size_t i = 0; i < kTokens.size(); ++i) {
    if (kTokens[i] == token) return static_cast<Place>(i);
  }
  return std::nullopt;
}

}  // namespace ringfence
