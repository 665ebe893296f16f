#include "reputation/feeds/fetch_url.h"

#include <curl/curl.h>
#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "base/text.h"

namespace ringfence {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using UrlHandle = std::unique_ptr<CURLU, FreeUrl>;
UrlHandle parse_url(std::string_view text) {
  UrlHandle url(curl_url());
  const std::string copy(text);
  if (!url || text.find('\0') != std::string_view::npos ||
      curl_url_set(url.get(), CURLUPART_URL, copy.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    return nullptr;
  }
  return url;
}

std::string part(const UrlHandle& url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return {};
  std::string out(text);
  curl_free(text);
  return out;
}

}  // namespace

std::string url_origin(std::string_view text) {
  const UrlHandle url = parse_url(text);
  if (!url) return {};
  return ascii_lower(part(url, CURLUPART_SCHEME) + "://" + part(url, CURLUPART_HOST) + ":" +
                     part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT));
}

std::string url_objection(std::string_view text, bool allow_http) {
  const UrlHandle url = parse_url(text);
  if (!url) return "is no absolute URL";
  const std::string scheme = ascii_lower(part(url, CURLUPART_SCHEME));
  if (scheme == "http" && !allow_http) return "is not https, and allow_http is not set";
  if (scheme != "https" && scheme != "http") {
    return fmt::format("is neither https nor http, but \"{}\"", printable(scheme, 20));
  }
  if (part(url, CURLUPART_HOST).empty()) return "names no host";
  if (!part(url, CURLUPART_USER).empty() || !part(url, CURLUPART_PASSWORD).empty()) {
    return "has a user or password in it; they belong in credentials_file";
  }
  return {};
}

std::string shown_url(std::string_view text) {
  const UrlHandle url = parse_url(text);
  if (!url) return printable(text);
  const bool query = !part(url, CURLUPART_QUERY).empty();
  for (const CURLUPart hidden :
       {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT}) {
    curl_url_set(url.get(), hidden, nullptr, 0);
  }
  return printable(part(url, CURLUPART_URL)) + (query ? "?..." : "");
}

std::string url_with_suffix(std::string_view text, std::string_view suffix) {
  const std::size_t end = std::min(text.find_first_of("?#"), text.size());
  return fmt::format("{}{}{}", text.substr(0, end), suffix, text.substr(end));
}

std::string url_with_query(std::string_view text,
                           const std::vector<std::pair<std::string, std::string>>& pairs) {
  const UrlHandle url = parse_url(text);
  if (!url) return std::string(text);
  for (const auto& [name, value] : pairs) {
    curl_url_set(url.get(), CURLUPART_QUERY, fmt::format("{}={}", name, value).c_str(),
                 CURLU_APPENDQUERY | CURLU_URLENCODE);
  }
  return part(url, CURLUPART_URL);
}

Result<void> check_url(std::string_view url, bool allow_http) {
  const std::string why = url_objection(url, allow_http);
  if (why.empty()) return {};
  return fail(ErrorKind::kConfig, fmt::format("{} {}", shown_url(url), why));
}

}  // namespace ringfence
