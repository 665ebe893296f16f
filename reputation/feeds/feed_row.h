// FeedRow: one line of a feed, or one number of a line that holds several, before it is understood.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ringfence {

/// Why a row gives no entry.
enum class Refusal : std::uint8_t {
  kEmpty,       // a blank line
  kComment,     // a line that begins with '#', ';' or "//"
  kOther,       // an object that is about something else: a domain, an event, a person
  kTooLong,     // longer than any number, or a quote that is never closed, or a vast object
  kBroken,      // an object that is not well-formed JSON
  kNoNumber,    // the column of the number is empty or missing
  kNotANumber,  // what stands there is no telephone number
  kBadRange,    // wildcards or an interval that make no range, or one that is too wide
  kBadScore,    // not 0 to 100
  kBadDate,     // no date that can only be read one way
  kPattern,     // a STIX pattern about a number, with an operator that is not understood
  kWithdrawn,   // the feed itself says that it holds no more: revoked, deleted
};
inline constexpr std::size_t kRefusalCount = 12;
/// "empty", "comment", "other", "too-long", "broken", "no-number", "not-a-number", "bad-range",
/// "bad-score", "bad-date", "pattern", "withdrawn".
std::string_view to_token(Refusal refusal);
/// False for what every good feed has (kEmpty, kComment, kOther): counted, but no fault.
bool is_fault(Refusal refusal);

/// The cells as they stand in the feed, trimmed; a column it does not have is "".
struct FeedRow {
  std::uint64_t line = 0;            // from 1; of its first line when the row spans several
  std::optional<Refusal> refusal{};  // set: `number` holds the text that was refused, maybe cut
  /// A number, a range ("33199######", "030 2312*") or an interval ("+18885550100-+18885550199").
  std::string number{};
  std::string region{};    // ISO 3166 alpha-2, of a national number; "" the feed's
  std::string category{};  // brand in a directory, provider in a table of providers
  std::string type{};      // of the provider
  std::string score{};
  std::string first_seen{};
  std::string last_seen{};
  std::string expires{};
  std::string repeats{};  // how many reports the row stands for; "" one

  bool operator==(const FeedRow&) const = default;
};

}  // namespace ringfence
