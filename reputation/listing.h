// What is known of a number: its listings, its override, and the score they add up to.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence {

using TimePoint = std::chrono::sys_seconds;

inline constexpr std::size_t kListNameBytesMax = 64;
/// True for 1 to kListNameBytesMax of [A-Za-z0-9._-], the first no '.' or '-'.
bool is_list_name(std::string_view name);

/// One list's entry for one number.
struct Listing {
  std::string list{};      // name of the list: "local-soc", "misp"
  std::string category{};  // "toad", "scam", "spam", "telemarketing", "robocall", "other", ...
  int score = 0;           // 0-100, as listed
  TimePoint first_listed{};
  TimePoint last_seen{};
  std::optional<TimePoint> expires{};

  bool operator==(const Listing&) const = default;
};

enum class OverrideKind : std::uint8_t { kAllow, kDeny };
/// "allow", "deny".
std::string_view to_token(OverrideKind kind);

/// The operator's word on a number; wins over every list.
struct Override {
  OverrideKind kind = OverrideKind::kDeny;
  std::string reason{};
  std::string author{};
  TimePoint added{};
  std::optional<TimePoint> expires{};

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

/// The answer to a lookup.
struct NumberReputation {
  int score = 0;         // 0-100 at the time asked for; 0 when allowed, 100 when denied
  std::string category;  // of the listing with the highest score, "deny" when denied, else ""
  ReputationState state = ReputationState::kUnlisted;
  std::vector<Listing> listings;  // all of them, expired ones too, highest score first
  std::optional<Override> override_entry;
};

}  // namespace ringfence
