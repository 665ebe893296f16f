#include "reputation/feed_options.h"

#include <algorithm>
#include <array>

namespace ringfence {
namespace {

constexpr std::array<std::string_view, 5> kSourceTokens = {"file", "http", "misp-feed", "misp-rest",
                                                           "taxii"};
constexpr std::array<std::string_view, 8> kFormatTokens = {"auto", "text", "csv",   "json",
                                                           "stix", "misp", "vcard", "xml"};

template <typename T, std::size_t N>
std::optional<T> from_token(const std::array<std::string_view, N>& tokens, std::string_view token) {
  const auto it = std::find(tokens.begin(), tokens.end(), token);
  if (it == tokens.end()) return std::nullopt;
  return static_cast<T>(it - tokens.begin());
}

}  // namespace

std::string_view to_token(FeedSource source) {
  return kSourceTokens[static_cast<std::size_t>(source)];
}

std::optional<FeedSource> feed_source_from_token(std::string_view token) {
  return from_token<FeedSource>(kSourceTokens, token);
}

std::string_view to_token(FeedFormat format) {
  return kFormatTokens[static_cast<std::size_t>(format)];
}

std::optional<FeedFormat> feed_format_from_token(std::string_view token) {
  return from_token<FeedFormat>(kFormatTokens, token);
}

}  // namespace ringfence
