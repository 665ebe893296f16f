// What goes wrong with a request, which of it is tried again, and when. Pure functions.
//
// Source: RFC 9110 (status codes; Retry-After in 10.2.3).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "reputation/listing.h"

namespace ringfence {

enum class FetchFault : std::uint8_t {
  kConnection,   // no address, refused, reset, a handshake broken off
  kTimeout,      // the document took longer than FetchLimits::timeout in all
  kStall,        // no byte for FetchLimits::stall_timeout
  kCut,          // the body is shorter than announced
  kBusy,         // 408, 425, 429, 500, 502, 503, 504
  kCertificate,  // TLS: not who it should be
  kRefused,      // 401, 403, 407
  kNotThere,     // 404, 410
  kAnswer,       // any other status, or what is no HTTP
  kRedirect,     // too many, or to where we do not go
  kTooLarge,     // more bytes than the bound
  kSignature,    // not by the key, or not of this document
  kUrl,          // the URL cannot be used
  kLocal,        // our own disk or memory
};

/// Might the next try be better?
bool is_retried(FetchFault fault);
/// The kind its Error has: kUnavailable for what may pass by itself, kNoPermission for
/// kRefused, kNoInput for kNotThere, kIo for kLocal, kConfig for kUrl, else kData.
ErrorKind kind_of(FetchFault fault);
/// The fault a status means; nothing for 200 and 304.
std::optional<FetchFault> fault_of_status(long status);

/// A server's wish is kept within a run up to kRetryAfterMax; who wants more is asked again by a
/// later run, after kNextTryMax at the latest.
inline constexpr std::chrono::seconds kRetryAfterMax{120};
inline constexpr std::chrono::seconds kNextTryMax = std::chrono::days{1};

/// The value of Retry-After: seconds, or an HTTP date from which `now` is taken off. Not below 0.
/// Nothing when it is neither.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, TimePoint now);

/// The pause after the `tries`th try (from 1): 1 s, 2 s, 4 s, ... up to 60 s, of which `random` (0
/// to 1) takes between half and all, so that many clients do not come back at once.
std::chrono::milliseconds back_off(int tries, double random);

}  // namespace ringfence
