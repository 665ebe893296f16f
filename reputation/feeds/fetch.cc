#include "reputation/feeds/fetch.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <random>
#include <thread>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "reputation/feeds/signature.h"

namespace ringfence {
namespace {

using std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr const char* kUserAgent = "ringfence/" RINGFENCE_VERSION;
constexpr long kBufferBytes = 256L << 10;
constexpr std::uint64_t kErrorBodyBytesMax = 64 << 10;  // read of answers that are no good
constexpr milliseconds kTimerSlack{20};                 // libcurl's timers may be early
constexpr std::size_t kValidatorBytesMax = 1 << 10;     // of an ETag or a date that is sent back

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

void initialise() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(done);
}

std::string header_of(CURL* curl, const char* name) {
  curl_header* header = nullptr;
  if (curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK) return {};
  return std::string(trim(header->value));
}

// A validator that can be sent back as it came; "" for one that is too long or odd.
std::string validator_of(CURL* curl, const char* name) {
  std::string value = header_of(curl, name);
  const bool odd = std::any_of(value.begin(), value.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
  });
  return odd || value.size() > kValidatorBytesMax ? std::string() : value;
}

// One hop under way, as libcurl's callbacks see it.
struct Transfer {
  CURL* curl = nullptr;
  const FetchRequest* request = nullptr;
  const FetchClock* clock = nullptr;
  const FetchProgress* progress = nullptr;
  milliseconds stall_timeout{};
  int fd = -1;
  ContentHash hash{};
  std::uint64_t bytes = 0;
  bool enough = false;  // of a body that only explains a refusal
  SteadyTime moved{};   // when the last byte came or went
  curl_off_t seen = 0;
  std::optional<FetchFault> fault{};  // why a callback broke off
  std::string why{};

  std::size_t stop(FetchFault what, std::string words) {
    fault = what;
    why = std::move(words);
    return 0;
  }
};

std::size_t take_body(Transfer& transfer, std::string_view bytes) {
  long status = 0;
  curl_easy_getinfo(transfer.curl, CURLINFO_RESPONSE_CODE, &status);
  transfer.bytes += bytes.size();
  if (status != 200) {
    transfer.enough = transfer.bytes > kErrorBodyBytesMax;
    return transfer.enough ? 0 : bytes.size();
  }
  const std::uint64_t bytes_max = transfer.request->bytes_max;
  if (transfer.bytes > bytes_max) {
    return transfer.stop(FetchFault::kTooLarge,
                         fmt::format("the document is larger than {} bytes", bytes_max));
  }
  transfer.hash.push(bytes);
  const std::size_t size = bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(transfer.fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      return transfer.stop(FetchFault::kLocal,
                           fmt::format("cannot write {}: {}", transfer.request->file.string(),
                                       std::strerror(errno)));
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return size;
}

std::size_t on_body(char* data, std::size_t one, std::size_t count, void* context) {
  return take_body(*static_cast<Transfer*>(context), {data, one * count});
}

int on_progress(void* context, curl_off_t total, curl_off_t done, curl_off_t, curl_off_t sent) {
  auto& transfer = *static_cast<Transfer*>(context);
  const SteadyTime now = transfer.clock->steady();
  if (done + sent != transfer.seen) {
    transfer.seen = done + sent;
    transfer.moved = now;
  } else if (now - transfer.moved > transfer.stall_timeout) {
    transfer.stop(FetchFault::kStall,
                  fmt::format("nothing came for {} ms", transfer.stall_timeout.count()));
    return 1;
  }
  if (*transfer.progress && done > 0) {
    (*transfer.progress)(static_cast<std::uint64_t>(done), static_cast<std::uint64_t>(total));
  }
  return 0;
}

FetchFault fault_of(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CERTPROBLEM:
      return FetchFault::kCertificate;
    case CURLE_PARTIAL_FILE:
      return FetchFault::kCut;
    case CURLE_FILESIZE_EXCEEDED:
      return FetchFault::kTooLarge;
    case CURLE_UNSUPPORTED_PROTOCOL:  // HTTP/0.9; the URL's scheme was looked at before
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return FetchFault::kAnswer;
    case CURLE_OUT_OF_MEMORY:
    case CURLE_WRITE_ERROR:
      return FetchFault::kLocal;
    default:
      return FetchFault::kConnection;  // names, sockets, handshakes, HTTP/2 streams
  }
}

std::string words_of_status(long status) {
  switch (status) {
    case 401:
      return "the server wants other credentials (401)";
    case 403:
      return "the server refuses us (403)";
    case 404:
      return "there is no such document (404)";
    case 410:
      return "the document is gone for good (410)";
    case 429:
      return "the server says we ask too often (429)";
    default:
      return fmt::format("the server answers with status {}", status);
  }
}

}  // namespace

FetchClock FetchClock::system() {
  return {
      .sleep = [](milliseconds pause) { std::this_thread::sleep_for(pause); },
      .steady = [] { return std::chrono::steady_clock::now(); },
      .now =
          [] { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); },
      .random =
          [] {
            thread_local std::minstd_rand generator{std::random_device{}()};
            return std::uniform_real_distribution<double>(0, 1)(generator);
          }};
}

Result<FetchOptions> fetch_options(const FeedOptions& feed) {
  FetchOptions out{.allow_http = feed.allow_http,
                   .redirects_max = feed.limits.redirects_max,
                   .tries_max = feed.limits.tries_max,
                   .connect_timeout = feed.limits.connect_timeout,
                   .stall_timeout = feed.limits.stall_timeout,
                   .timeout = feed.limits.timeout,
                   .ca_file = feed.ca_file,
                   .credentials = {}};
  if (!feed.credentials_file.empty()) {
    auto credentials = read_credentials(feed.credentials_file);
    if (!credentials) return tl::unexpected(credentials.error());
    out.credentials = std::move(*credentials);
  }
  return out;
}

struct Fetcher::Impl {
  struct Hop {
    std::string url;
    bool credentials = false;  // it goes to whom they are meant for
  };
  // What one hop gave: an answer, or where to go next.
  struct Step {
    FetchAnswer answer;
    std::string redirect;  // "" when there is an answer
  };

  tl::expected<FetchAnswer, FetchFailure> try_once(const FetchRequest& request,
                                                   SteadyTime deadline);
  tl::expected<Step, FetchFailure> go(const FetchRequest& request, const Hop& hop,
                                      Transfer& transfer, SteadyTime deadline);
  HeaderList set_options(const FetchRequest& request, const Hop& hop, Transfer& transfer,
                         milliseconds left);
  FetchFailure failure(const Hop& hop, FetchFault fault, std::string_view why) const {
    return {.fault = fault, .message = fmt::format("{}: {}", shown_url(hop.url), why)};
  }
  template <typename T>
  void set(CURLoption option, T value) const {
    curl_easy_setopt(curl, option, value);
  }

  FetchOptions options;
  FetchClock clock;
  FetchProgress progress;
  CURL* curl = nullptr;
  char words[CURL_ERROR_SIZE] = {};
};

Fetcher::Fetcher(FetchOptions options, FetchClock clock, FetchProgress progress)
    : impl_(std::make_unique<Impl>()) {
  initialise();
  impl_->options = std::move(options);
  impl_->clock = std::move(clock);
  impl_->progress = std::move(progress);
  impl_->curl = curl_easy_init();
}
Fetcher::Fetcher(Fetcher&&) noexcept = default;
Fetcher::~Fetcher() {
  if (impl_ != nullptr) curl_easy_cleanup(impl_->curl);
}

HeaderList Fetcher::Impl::set_options(const FetchRequest& request, const Hop& hop,
                                      Transfer& transfer, milliseconds left) {
  curl_easy_reset(curl);  // connections stay
  const char* schemes = options.allow_http ? "http,https" : "https";
  set(CURLOPT_URL, hop.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, schemes);
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));  // a proxy is told nothing
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_USERAGENT, kUserAgent);
  set(CURLOPT_HTTP_CONTENT_DECODING, 0L);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_file.empty()) {
    set(CURLOPT_CAINFO, options.ca_file.c_str());
    set(CURLOPT_CAPATH, nullptr);
  }
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max(left, milliseconds(1)).count()));
  set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request.bytes_max));
  set(CURLOPT_BUFFERSIZE, kBufferBytes);
  words[0] = '\0';
  set(CURLOPT_ERRORBUFFER, words);
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(CURLOPT_XFERINFODATA, &transfer);

  HeaderList headers;
  const auto add = [&headers](const std::string& line) {
    if (curl_slist* list = curl_slist_append(headers.get(), line.c_str())) {
      static_cast<void>(headers.release());
      headers.reset(list);
    }
  };
  add("Accept: " + request.accept);
  if (request.post) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.post->size()));
    set(CURLOPT_POSTFIELDS, request.post->c_str());
    add("Content-Type: application/json");
    add("Expect:");
  }
  if (!request.etag.empty()) add("If-None-Match: " + request.etag);
  if (!request.last_modified.empty()) add("If-Modified-Since: " + request.last_modified);
  if (hop.credentials && !options.credentials.header.empty()) add(options.credentials.header);
  set(CURLOPT_HTTPHEADER, headers.get());
  return headers;
}

tl::expected<Fetcher::Impl::Step, FetchFailure> Fetcher::Impl::go(const FetchRequest& request,
                                                                  const Hop& hop,
                                                                  Transfer& transfer,
                                                                  SteadyTime deadline) {
  const auto fault = [&](FetchFault what, std::string_view why) {
    return tl::unexpected(failure(hop, what, why));
  };
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - clock.steady());
  transfer.moved = clock.steady();
  const HeaderList headers = set_options(request, hop, transfer, left);
  const CURLcode code = curl_easy_perform(curl);
  if (transfer.fault) return fault(*transfer.fault, transfer.why);
  if (code == CURLE_OPERATION_TIMEDOUT && clock.steady() + kTimerSlack >= deadline) {
    return fault(FetchFault::kTimeout,
                 fmt::format("not done after {} ms in all", options.timeout.count()));
  }
  if (code != CURLE_OK && !transfer.enough) {
    const FetchFault what = fault_of(code);
    if (what == FetchFault::kTooLarge) {
      return fault(what, fmt::format("the document is larger than {} bytes", request.bytes_max));
    }
    return fault(what, printable(words[0] != '\0' ? words : curl_easy_strerror(code)));
  }

  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  const char* redirect = nullptr;
  curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &redirect);
  if (redirect != nullptr && status != 304) {
    if (request.post && status != 307 && status != 308) {
      return fault(FetchFault::kRedirect,
                   fmt::format("the request is sent on to {}; put that in the configuration",
                               shown_url(redirect)));
    }
    return Step{.answer = {}, .redirect = redirect};
  }
  const bool conditional = !request.etag.empty() || !request.last_modified.empty();
  const auto bad = status == 304 && !conditional ? FetchFault::kAnswer : fault_of_status(status);
  if (bad) {
    FetchFailure out = failure(hop, *bad, words_of_status(status));
    if (*bad == FetchFault::kBusy) {
      out.come_back = parse_retry_after(header_of(curl, "Retry-After"), clock.now());
    }
    return tl::unexpected(std::move(out));
  }
  return Step{.answer = {.unchanged = status == 304,
                         .etag = validator_of(curl, "ETag"),
                         .last_modified = validator_of(curl, "Last-Modified"),
                         .date_added_last = validator_of(curl, "X-TAXII-Date-Added-Last"),
                         .bytes = transfer.bytes,
                         .hash = transfer.hash.finish()},
              .redirect = {}};
}

tl::expected<FetchAnswer, FetchFailure> Fetcher::Impl::try_once(const FetchRequest& request,
                                                                SteadyTime deadline) {
  Hop hop{.url = request.url, .credentials = true};
  if (const std::string why = url_objection(request.url, options.allow_http); !why.empty()) {
    return tl::unexpected(failure(hop, FetchFault::kUrl, why));
  }
  const std::string origin = url_origin(request.url);
  for (int redirects = 0;; ++redirects) {
    const UniqueFd fd(
        ::open(request.file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!fd) {
      return tl::unexpected(FetchFailure{
          .fault = FetchFault::kLocal,
          .message =
              fmt::format("cannot create {}: {}", request.file.string(), std::strerror(errno))});
    }
    Transfer transfer{.curl = curl,
                      .request = &request,
                      .clock = &clock,
                      .progress = &progress,
                      .stall_timeout = options.stall_timeout,
                      .fd = fd.get()};
    auto step = go(request, hop, transfer, deadline);
    if (!step) return tl::unexpected(std::move(step.error()));
    if (step->redirect.empty()) return std::move(step->answer);

    if (const std::string why = url_objection(step->redirect, options.allow_http); !why.empty()) {
      return tl::unexpected(
          failure(hop, FetchFault::kRedirect,
                  fmt::format("it is sent on to {}, which {}", shown_url(step->redirect), why)));
    }
    if (redirects == options.redirects_max) {
      return tl::unexpected(
          failure(hop, FetchFault::kRedirect,
                  fmt::format("it is sent on more than {} times", options.redirects_max)));
    }
    hop = {.url = step->redirect, .credentials = url_origin(step->redirect) == origin};
  }
}

tl::expected<FetchAnswer, FetchFailure> Fetcher::fetch(const FetchRequest& request) try {
  Impl& impl = *impl_;
  const auto begun = impl.clock.steady();
  const auto deadline = begun + impl.options.timeout;
  for (int tries = 1;; ++tries) {
    auto done = impl.try_once(request, deadline);
    if (done && !done->unchanged) {
      done->tries = tries;
      return done;
    }
    ::unlink(request.file.c_str());
    if (done) {
      done->tries = tries;
      return done;
    }
    FetchFailure& failure = done.error();
    failure.tries = tries;
    const auto wish = failure.come_back.value_or(std::chrono::seconds(0));
    if (!is_retried(failure.fault) || wish > kRetryAfterMax) return done;
    if (tries >= impl.options.tries_max) {
      if (tries > 1) failure.message += fmt::format(" (tried {} times)", tries);
      return done;
    }
    const milliseconds pause = std::max<milliseconds>(wish, back_off(tries, impl.clock.random()));
    if (impl.clock.steady() + pause >= deadline) return done;
    impl.clock.sleep(pause);
  }
} catch (const std::exception& e) {
  return tl::unexpected(FetchFailure{.fault = FetchFault::kLocal, .message = e.what()});
}

}  // namespace ringfence
