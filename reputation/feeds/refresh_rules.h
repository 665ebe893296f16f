// What a refresh does and leaves, as pure functions: when a feed is due, when a list is read again,
// when a new list is not believed.
#pragma once

#include <optional>
#include <string>

#include "reputation/feed_options.h"
#include "reputation/feeds/feed_state.h"
#include "reputation/generation_builder.h"

namespace ringfence {

/// A list that is unchanged is read again from what was kept when its import is as old as this:
/// that it is still there is evidence of today.
inline constexpr std::chrono::seconds kReadAgainAfter = std::chrono::days{1};
/// A feed that fails is asked again after this, then twice this, ... up to FeedOptions::every.
inline constexpr std::chrono::seconds kAgainAfterFault = std::chrono::minutes{10};
/// A timer comes a little early now and then: so much of `every` (a tenth at most) is let go.
inline constexpr std::chrono::seconds kDueSlack = std::chrono::minutes{1};
/// How often a TAXII collection is read from its begin, so that what was revoked goes.
inline constexpr std::chrono::seconds kTaxiiWholeEvery = std::chrono::days{7};

/// Is it time to ask? A `now` before the last time (a clock that jumped back) is.
bool is_due(const FeedState& state, std::chrono::seconds every, TimePoint now);
/// When to ask next after a good answer, or the `failures`th fault in a row, with the server's wish
/// if it had one (at most kNextTryMax).
TimePoint next_after_good(std::chrono::seconds every, TimePoint now);
TimePoint next_after_fault(std::chrono::seconds every, int failures,
                           std::optional<std::chrono::seconds> come_back, TimePoint now);

/// Where it comes from: what was kept of another origin is of no use.
std::string origin_of(const FeedOptions& feed);
/// What shapes the list, apart from the content.
std::string settings_of(const FeedOptions& feed);

/// Must unchanged content be read again? `in_table` is when the list of that name was imported,
/// nothing when the table has none.
bool is_reading_due(const FeedState& state, const FeedOptions& feed,
                    std::optional<TimePoint> in_table, TimePoint now);

/// Why the new list is not believed; nothing when it is. `accepted` rows gave an entry; with
/// `keep_missing` numbers that are gone stay.
std::optional<std::string> objection_to(const FeedGuard& guard, const ListCounts& counts,
                                        bool keep_missing);

}  // namespace ringfence
