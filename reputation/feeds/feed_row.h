// FeedRow: one line of a feed, or one number of a line that holds several, before it is understood.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ringfence {

/// Why a row gives no entry.
enum class Refusal : std::uint8_t {
  kEmpty,       // a blank line
  kComment,     // a line that begins with '#', ';' or "//"
  kTooLong,     // longer than any number, or a quote that is never closed
  kNoNumber,    // the column of the number is empty or missing
  kNotANumber,  // what stands there is no telephone number
  kRange,       // a prefix or block ("09118818*", "33162######"): not one number
  kBadScore,    // not 0 to 100
  kBadDate,     // no date that can only be read one way
};
inline constexpr std::size_t kRefusalCount = 8;
/// "empty", "comment", "too-long", "no-number", "not-a-number", "range", "bad-score", "bad-date".
std::string_view to_token(Refusal refusal);

/// The cells as they stand in the feed, trimmed; a column it does not have is "".
struct FeedRow {
  std::uint64_t line = 0;          // from 1; of its first line when the row spans several
  std::optional<Refusal> refusal;  // set: `number` holds the text that was refused, maybe cut
  std::string number{};
  std::string category{};
  std::string score{};
  std::string first_seen{};
  std::string last_seen{};
  std::string expires{};

  bool operator==(const FeedRow&) const = default;
};

}  // namespace ringfence
