// What is known of a number: its listings, its override, and the score they add up to.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/e164.h"
#include "reputation/number_range.h"

namespace ringfence {

using TimePoint = std::chrono::sys_seconds;

/// Provider and type as one category of a kProvider list, "name" or "name TAB type", and back.
std::string provider_category(std::string_view provider, std::string_view type);
std::pair<std::string_view, std::string_view> split_provider(std::string_view category);

inline constexpr std::size_t kListNameBytesMax = 64;
/// True for 1 to kListNameBytesMax of [A-Za-z0-9._-], the first no '.' or '-'.
bool is_list_name(std::string_view name);

/// What being on a list means.
enum class ListRole : std::uint8_t {
  kBlock,     // seen in fraud or spam: scores
  kAllow,     // known to be honest: wins over every block list
  kGenuine,   // a directory of brands' own numbers: the category names the brand; no score
  kProvider,  // a table of prefixes: the category names the provider and its type; no score
};
/// "block", "allow", "genuine", "provider".
std::string_view to_token(ListRole role);
std::optional<ListRole> list_role_from_token(std::string_view token);

/// One list's entry for one number, or for a range that holds it.
struct Listing {
  std::string list{};      // name of the list: "local-soc", "misp"
  std::string category{};  // "toad", "scam", "spam", "telemarketing", "robocall", "other", ...
  int score = 0;           // 0-100, as listed
  TimePoint first_listed{};
  TimePoint last_seen{};
  std::optional<TimePoint> expires{};
  ListRole role = ListRole::kBlock;
  int weight = 100;                    // of the list, 0-100 percent
  std::optional<NumberRange> range{};  // the entry is for this range, not for the number alone

  bool operator==(const Listing&) const = default;
};

enum class OverrideKind : std::uint8_t { kAllow, kDeny };
/// "allow", "deny".
std::string_view to_token(OverrideKind kind);

/// The operator's word on a number, or a range that holds it; wins over every list.
struct Override {
  OverrideKind kind = OverrideKind::kDeny;
  std::string reason{};
  std::string author{};
  TimePoint added{};
  std::optional<TimePoint> expires{};
  std::optional<NumberRange> range{};  // the entry is for this range, not for the number alone

  bool operator==(const Override&) const = default;
};

enum class ReputationState : std::uint8_t {
  kUnlisted,
  kActive,
  kDormant,
  kExpired,
  kAllowed,
  kDenied
};
/// "unlisted", "active", "dormant", "expired", "allowed", "denied".
std::string_view to_token(ReputationState state);
std::optional<ReputationState> reputation_state_from_token(std::string_view token);

/// A block of 10, 100 or 1000 numbers in a row with listed members.
struct BlockEvidence {
  NumberRange range;
  int members = 0;  // listed numbers in it when the table was built, the one asked for not counted
  int spread = 0;   // of its ten parts (numbers, when it is a block of 10), how many hold a member
  int scores = 0;   // the members' listed scores, weighed by their lists, added up
  int score = 0;    // 0-100: what the block lends now
  TimePoint last_seen{};   // the youngest evidence on a member
  std::string category{};  // the one most members have

  bool operator==(const BlockEvidence&) const = default;
};

/// Who runs the number, by the operator's table of prefixes.
struct ProviderEvidence {
  std::string provider;
  std::string type;  // as the table says: "voip", "mobile", ...; "" when it does not
  NumberRange range;

  bool operator==(const ProviderEvidence&) const = default;
};

/// One reason of a score. The points of all parts add up to the score.
struct ScorePart {
  enum class Kind : std::uint8_t { kListing, kBlock, kOverride, kAllowList };
  Kind kind = Kind::kListing;
  int points = 0;  // what it adds to the parts before it; negative for what takes points away
  int score = 0;   // 0-100: what it would be worth alone, decayed and weighed
  std::size_t index = 0;  // of NumberReputation::listings for kListing and kAllowList, else 0

  bool operator==(const ScorePart&) const = default;
};

/// The answer to a lookup.
struct NumberReputation {
  int score = 0;         // 0-100 at the time asked for; 0 when allowed, 100 when denied
  std::string category;  // of the listing worth most, else of the block; "deny" when denied
  ReputationState state = ReputationState::kUnlisted;
  std::vector<Listing> listings;           // all of them, expired ones too, highest score first
  std::optional<Override> override_entry;  // in force
  std::optional<BlockEvidence> block;      // the one that lends most
  std::vector<std::string> genuine_of;     // brands whose directory holds the number
  std::optional<ProviderEvidence> provider;
  std::vector<ScorePart> parts;  // in the order in which they count
};

}  // namespace ringfence
