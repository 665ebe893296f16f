#include "reputation/feeds/fetch_retry.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <string>

#include "base/integer.h"
#include "base/text.h"

namespace ringfence {
namespace {

struct Treatment {
  bool retried;
  ErrorKind kind;
};

constexpr Treatment treatment(FetchFault fault) {
  switch (fault) {
    case FetchFault::kConnection:
    case FetchFault::kTimeout:
    case FetchFault::kStall:
    case FetchFault::kCut:
    case FetchFault::kBusy:
      return {true, ErrorKind::kUnavailable};
    case FetchFault::kCertificate:
      return {false, ErrorKind::kUnavailable};
    case FetchFault::kRefused:
      return {false, ErrorKind::kNoPermission};
    case FetchFault::kNotThere:
      return {false, ErrorKind::kNoInput};
    case FetchFault::kAnswer:
    case FetchFault::kRedirect:
    case FetchFault::kTooLarge:
    case FetchFault::kSignature:
      return {false, ErrorKind::kData};
    case FetchFault::kUrl:
      return {false, ErrorKind::kConfig};
    case FetchFault::kLocal:
      return {false, ErrorKind::kIo};
  }
  return {false, ErrorKind::kSoftware};
}

}  // namespace

bool is_retried(FetchFault fault) { return treatment(fault).retried; }
ErrorKind kind_of(FetchFault fault) { return treatment(fault).kind; }

std::optional<FetchFault> fault_of_status(long status) {
  constexpr std::array kBusy = {408L, 425L, 429L, 500L, 502L, 503L, 504L};
  if (status == 200 || status == 304) return std::nullopt;
  if (std::find(kBusy.begin(), kBusy.end(), status) != kBusy.end()) return FetchFault::kBusy;
  if (status == 401 || status == 403 || status == 407) return FetchFault::kRefused;
  if (status == 404 || status == 410) return FetchFault::kNotThere;
  return FetchFault::kAnswer;
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, TimePoint now) {
  // Longer waits than this are as good as never, and do not overflow.
  constexpr std::chrono::seconds kLongest = std::chrono::years{1};
  value = trim(value);
  if (!value.empty() && std::all_of(value.begin(), value.end(), is_ascii_digit)) {
    const auto seconds = to_integer<std::int64_t>(value);
    return seconds ? std::min(std::chrono::seconds(*seconds), kLongest) : kLongest;
  }
  std::tm date{};
  const std::string text(value);
  const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  if (end == nullptr || *end != '\0') return std::nullopt;
  const TimePoint at{std::chrono::seconds(::timegm(&date))};
  return std::clamp(at - now, std::chrono::seconds(0), kLongest);
}

std::chrono::milliseconds back_off(int tries, double random) {
  constexpr int kDoublingsMax = 6;
  constexpr std::chrono::milliseconds kLongest = std::chrono::seconds(60);
  const std::chrono::milliseconds whole = std::min(
      kLongest, std::chrono::milliseconds(1000 << std::clamp(tries - 1, 0, kDoublingsMax)));
  const double share = 0.5 + 0.5 * std::clamp(random, 0.0, 1.0);
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(static_cast<double>(whole.count()) * share));
}

}  // namespace ringfence
