// Sighting: one message that showed numbers, as it is remembered. A value.
//
// Texts stand as they were in the mail, cut to kTextBytesMax and otherwise untouched: whoever shows
// them escapes them. Does not know: how it was found (inspection/sighting_of.h makes it), where it
// is kept (journal.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/e164.h"
#include "base/place.h"
#include "reputation/listing.h"

namespace ringfence {

/// Whose mail it was.
enum class Direction : std::uint8_t {
  kInbound,   // anybody's
  kOutbound,  // of our own users: authenticated, or from a network that is passed over
  kTrusted,   // of a sender the operator trusts
};
/// "inbound", "outbound", "trusted".
std::string_view to_token(Direction direction);
std::optional<Direction> direction_from_token(std::string_view token);

/// A number as one message showed it.
struct SeenNumber {
  E164 number;
  PlaceSet places{};
  std::string tricks{};  // tokens of matcher's tricks with commas between them: "invisible,bidi"
  std::string shown{};   // as first written
  int score = 0;         // its reputation at that time

  bool operator==(const SeenNumber&) const = default;
};

struct Sighting {
  static constexpr std::size_t kTextBytesMax = 320;  // an address is at most that (RFC 5321)
  static constexpr std::size_t kRecipientsMax = 1'000;
  static constexpr std::size_t kNumbersMax = 1'000;
  static constexpr std::size_t kNamesMax = 32;  // of brands, of lures, of documents

  TimePoint when{};
  std::string queue_id{};
  std::string message_id{};
  std::string from_domain{};       // of the From header, lower case
  std::string mail_from_domain{};  // of MAIL FROM, lower case
  std::string from_display{};
  std::string subject{};
  std::vector<std::string> recipients{};  // addresses, or domains when no addresses are kept
  std::uint32_t recipient_count = 0;      // of the message; `recipients` may hold fewer
  Direction direction = Direction::kInbound;
  bool quotes = false;   // a reply or forward: its numbers may be another's
  std::string action{};  // what the MTA was told: "accept", "tag", ...
  std::string rule{};    // that decided, "" when none did
  int score = 0;         // of the message
  std::string brand{};   // the one it puts itself under, "" for none
  std::vector<std::string> brands{};
  std::vector<std::string> lures{};
  std::string template_hash{};  // TLSH of the text with numbers masked, "" for none
  std::vector<std::string> document_hashes{};
  std::vector<SeenNumber> numbers{};  // at least one

  /// Mail of our own users and trusted senders that shows numbers as its own: evidence for them.
  bool good() const { return direction != Direction::kInbound && !quotes; }
  /// Counts as evidence against numbers, together with others. Mail put off comes again, and is
  /// counted then.
  bool counts() const { return direction == Direction::kInbound && action != "tempfail"; }
  /// Rough size in memory.
  std::size_t bytes() const;

  bool operator==(const Sighting&) const = default;
};

/// Where a sighting stands in the journal. Good until its day is deleted.
struct SightingRef {
  std::int32_t day = 0;  // days since 1970-01-01 UTC: the file
  std::int64_t row = 0;  // from 1, in the order of recording

  auto operator<=>(const SightingRef&) const = default;
};

/// The day, from 0 to 9999-12-31, that `when` falls on.
std::int32_t day_of(TimePoint when);

}  // namespace ringfence
