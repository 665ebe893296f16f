// URLs of feeds: which are gone to, what of them is shown, what is added to them.
//
// Does not: fetch. Libcurl reads them here as it does when it fetches, so that both see the same
// host. Source: RFC 3986.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace ringfence {

/// `url` for logs and status: without query, fragment and user. As printable() when it is no URL.
std::string shown_url(std::string_view url);
/// `suffix` behind the path of `url`, before its query.
std::string url_with_suffix(std::string_view url, std::string_view suffix);
/// `url` with "name=value" pairs added to its query, percent-encoded.
std::string url_with_query(std::string_view url,
                           const std::vector<std::pair<std::string, std::string>>& pairs);
/// Scheme, host and port: who may be told credentials. "" when it is no URL.
std::string url_origin(std::string_view url);
/// Why `url` is not gone to, as "is not https, ..."; "" when it may be: absolute, https (or http
/// when allowed), with a host, without user and password.
std::string url_objection(std::string_view url, bool allow_http);
/// Good for a feed: absolute, https (or http when allowed), a host, no user or password in it.
/// kConfig with why.
Result<void> check_url(std::string_view url, bool allow_http);

}  // namespace ringfence
