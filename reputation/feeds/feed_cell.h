// Cells of feeds as values: is it one number's text, a score, a date, a category? Pure functions.
//
// Does not know: the numbering plan (the caller's parser has the last word on numbers), formats.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "reputation/feeds/feed_row.h"
#include "reputation/listing.h"

namespace ringfence {

inline constexpr std::size_t kCategoryBytesMax = 32;

/// The text of one number as bare_text(), ready for a parser; or why it is none. Refuses what a
/// lenient parser would find digits in: addresses, hashes, URLs, IP addresses, dates, digits that
/// are all the same or count up. Wildcards are not a number's text.
struct NumberText {
  std::string_view text;
  std::optional<Refusal> refusal;
};
NumberText number_text(std::string_view cell);

/// The cell without quotes and "tel:", whatever it holds.
std::string_view bare_text(std::string_view cell);

/// 0 to 100: "87", "87.5" (rounded), "87 %".
std::optional<int> parse_score(std::string_view cell);

/// "2026-09-23", "2026/09/23", "23.09.2026", with a time or not ("2026-09-23 18:22:00",
/// "2026-09-23T18:22:00.5Z", "...+02:00"; without a zone it is UTC), or seconds or milliseconds
/// since 1970. Not "09/10/2026", which can be read two ways.
std::optional<TimePoint> parse_date(std::string_view cell);

/// As a token: lower case, [a-z0-9-], at most kCategoryBytesMax. "" when nothing is left.
std::string category_token(std::string_view cell);

}  // namespace ringfence
