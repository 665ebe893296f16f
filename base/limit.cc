#include "base/limit.h"

#include <array>

namespace ringfence {
namespace {

constexpr std::array<std::string_view, kLimitCount> kTokens = {
    "message-bytes", "header-bytes",   "header-count",     "part-count",
    "part-depth",    "html-depth",     "html-token-bytes", "candidates",
    "numbers",       "document-bytes", "recipients",       "lexicon"};

}  // namespace

std::string_view to_token(Limit limit) { return kTokens[static_cast<std::size_t>(limit)]; }

std::optional<Limit> limit_from_token(std::string_view token) {
  for (std::size_t i = 0; i < kTokens.size(); ++i) {
    if (kTokens[i] == token) return static_cast<Limit>(i);
  }
  return std::nullopt;
}

}  // namespace ringfence
