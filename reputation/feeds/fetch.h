// Fetcher: documents over HTTP, with everything that can go wrong there bounded. With fetch_url
// the one door to libcurl.
//
// Does: conditional requests, retries with back-off and jitter, byte caps, redirects, TLS,
// credentials. Does not: inflate, verify signatures, parse, know what a feed is.
//
// What is settled here:
// * Bytes are counted as they come: libcurl 7.88 stops no download of unknown length.
// * Redirects are followed by us, one by one: to https (http only when allowed), and credentials go
//   to the origin (scheme, host, port) of the request's URL alone. A POST is only sent on by 307
//   and 308.
// * `timeout` is for one document with all its tries, pauses and redirects.
// * No cookies, no .netrc, no HTTP/0.9, no content encodings asked for. Proxies are those of the
//   environment (http_proxy, https_proxy, all_proxy, no_proxy), which a service has only when its
//   unit says so.
// Source: RFC 9110, RFC 9112.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "reputation/feed_options.h"
#include "reputation/feeds/fetch_credentials.h"
#include "reputation/feeds/fetch_retry.h"
#include "reputation/feeds/fetch_url.h"

namespace ringfence {

struct FetchOptions {
  bool allow_http = false;
  int redirects_max = 5;
  int tries_max = 4;
  std::chrono::milliseconds connect_timeout{15'000};
  std::chrono::milliseconds stall_timeout{30'000};  // looked at once a second
  std::chrono::milliseconds timeout{900'000};
  std::filesystem::path ca_file;  // "": the system's
  Credentials credentials;
};

/// What a feed says of fetching, its credentials read.
Result<FetchOptions> fetch_options(const FeedOptions& feed);

/// Time as the fetcher sees it; tests bring their own. Each may be called from any thread.
struct FetchClock {
  std::function<void(std::chrono::milliseconds)> sleep;
  std::function<std::chrono::steady_clock::time_point()> steady;
  std::function<TimePoint()> now;
  std::function<double()> random;  // 0 to 1

  static FetchClock system();
};

struct FetchRequest {
  std::string url{};
  std::string accept = "*/*";
  std::optional<std::string> post{};  // JSON; nothing: GET
  std::string etag{};                 // of what is held, "" for none
  std::string last_modified{};        // the same
  std::filesystem::path file{};       // where the body goes: made or replaced
  std::uint64_t bytes_max = std::uint64_t{512} << 20;
};

struct FetchAnswer {
  bool unchanged = false;  // 304: there is no file
  std::string etag{};      // "" when there is none
  std::string last_modified{};
  std::string date_added_last{};  // X-TAXII-Date-Added-Last
  std::uint64_t bytes = 0;
  std::string hash{};  // SHA-256 of the body
  int tries = 1;
};

struct FetchFailure {
  FetchFault fault = FetchFault::kConnection;
  std::string message;                              // a sentence that names the URL
  std::optional<std::chrono::seconds> come_back{};  // the server's wish (Retry-After)
  int tries = 1;

  Error error() const { return {kind_of(fault), message}; }
};

/// Told the bytes of the body so far and in all (0: unknown).
using FetchProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// One thread. Connections are kept open from one request to the next.
class Fetcher {
 public:
  Fetcher(FetchOptions options, FetchClock clock, FetchProgress progress = {});
  Fetcher(Fetcher&&) noexcept;
  ~Fetcher();

  /// The body in request.file when it came whole; no file otherwise.
  tl::expected<FetchAnswer, FetchFailure> fetch(const FetchRequest& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ringfence
