// Scalars of the feeds: where they are, how their columns are called, whose signature they bear.
#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/integer.h"
#include "base/text.h"
#include "config/scalars.h"

namespace ringfence {
namespace {

constexpr std::size_t kMinisignKeyBytes = 56;  // base64 of 2 + 8 + 32 bytes

tl::unexpected<std::string> wrong(std::string_view text, std::string_view why) {
  return tl::unexpected(fmt::format("{} {}", in_quotes(text), why));
}

/// What is wrong with "host", "host:port", "[::1]:port"; nothing when it is good.
std::optional<std::string> fault_of_authority(std::string_view authority) {
  if (authority.find('@') != authority.npos) {
    return "holds a user name; credentials belong in credentials_file";
  }
  std::string_view host = authority;
  std::string_view port;
  const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
  if (bracket == authority.npos) return "has no good host";
  if (const std::size_t colon = authority.find(':', bracket); colon != authority.npos) {
    host = authority.substr(0, colon);
    port = authority.substr(colon + 1);
    const auto number = to_integer<int>(port);
    if (!number || *number < 1 || *number > 65'535) return "has no port from 1 to 65535";
  }
  const std::string_view within =
      host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
  const bool good = !within.empty() && std::all_of(within.begin(), within.end(), [&](char c) {
    return is_ascii_alnum(c) || c == '.' || c == '-' || c == '_' || (c == ':' && host != within);
  });
  if (!good) return "has no good host";
  return std::nullopt;
}

}  // namespace

Parsed<std::string> parse_feed_place(std::string_view text) {
  if (text.size() > kUrlBytesMax) {
    return wrong(text, fmt::format("is longer than {} bytes", kUrlBytesMax));
  }
  if (text.starts_with('/')) {
    const auto path = parse_path(text);
    if (!path) return tl::unexpected(path.error());
    return path->string();
  }
  constexpr std::string_view kForms = "is not a URL (https://...) or an absolute path";
  const std::size_t colon = text.find("://");
  if (colon == text.npos || colon == 0) return wrong(text, kForms);
  const std::string scheme = ascii_lower(text.substr(0, colon));
  if (scheme != "https" && scheme != "http") {
    return wrong(text, scheme == "file" ? "is a URL of a file; write its absolute path"
                                        : "is neither of https nor of http");
  }
  const bool plain = std::all_of(text.begin(), text.end(),
                                 [](char c) { return c > ' ' && c < 0x7f && c != '\\'; });
  if (!plain) return wrong(text, "holds what a URL writes as %XX");
  if (text.find('#') != text.npos) return wrong(text, "has a fragment ('#'), which no server sees");
  const std::string_view rest = text.substr(colon + 3);
  if (const auto fault = fault_of_authority(rest.substr(0, rest.find_first_of("/?")))) {
    return wrong(text, *fault);
  }
  return std::string(text);
}

Parsed<std::string> parse_column(std::string_view text) {
  const bool good = !text.empty() && text.size() <= kColumnBytesMax &&
                    std::all_of(text.begin(), text.end(), [](char c) {
                      return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
                    });
  if (good) return std::string(text);
  return wrong(text, fmt::format("is not the name of a column, at most {} bytes", kColumnBytesMax));
}

Parsed<std::string> parse_minisign_key_text(std::string_view text) {
  const bool good = text.size() == kMinisignKeyBytes && text.starts_with("RW") &&
                    std::all_of(text.begin(), text.end(),
                                [](char c) { return is_ascii_alnum(c) || c == '+' || c == '/'; });
  if (good) return std::string(text);
  return wrong(text, fmt::format("is not a minisign key: the {} characters from \"RW\" on in the "
                                 "second line of minisign.pub",
                                 kMinisignKeyBytes));
}

Parsed<std::string> parse_misp_age(std::string_view text) {
  if (!text.empty() && std::string_view("dhm").find(text.back()) != std::string_view::npos) {
    const auto number = to_integer<int>(text.substr(0, text.size() - 1));
    if (number && *number >= 1 && *number <= 100'000) return std::string(text);
  }
  return wrong(text, "is not how far back MISP is asked, such as 30d, 12h or 90m");
}

}  // namespace ringfence
