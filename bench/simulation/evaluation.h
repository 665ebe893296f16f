// Evaluation: a world passed through the real code, day by day, once for each configuration.
//
// Does: build and publish generations of the reputation table from the feed, look numbers up, keep
// the aggregates of sightings, let the default policy decide, count. Does not: generate (world.h),
// print (report.h). Mail and its reading are left out: a Mail is what a reader would have found.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "base/result.h"
#include "bench/simulation/world.h"

namespace ringfence::simulation {

/// What is switched on beside exact listing, and the policy.
struct Configuration {
  std::string_view name;
  bool blocks = false;
  bool memory = false;   // numbers that left the feed stay and fade; else they are gone at once
  bool local = false;    // sightings
  bool any_age = false;  // reused-number asks not when the number was first seen
};
inline constexpr std::array<Configuration, 8> kConfigurations{{
    {.name = "exact listing"},
    {.name = "exact + blocks", .blocks = true},
    {.name = "exact + memory", .memory = true},
    {.name = "exact + reuse", .local = true},
    {.name = "exact + blocks + memory", .blocks = true, .memory = true},
    {.name = "all", .blocks = true, .memory = true, .local = true},
    {.name = "all (reuse at any age)",
     .blocks = true,
     .memory = true,
     .local = true,
     .any_age = true},
    {.name = "reuse alone", .local = true},
}};
inline constexpr std::size_t kWithoutFeed = 7;  // its place above

/// Why honest mail was tagged or held.
enum class Cause : std::uint8_t {
  kListedInError,
  kReassigned,  // the number was a racket's
  kBlock,       // its neighbours are listed
  kReuseBusiness,
  kReuseNewsletter,
  kReusePerson,
  kReuseCourier,
  kReuseReseller,
  kReuseNewcomer,
  kOther,
};
inline constexpr std::size_t kCauseCount = 10;
std::string_view to_token(Cause cause);

struct Tally {
  std::uint64_t mails = 0;
  std::uint64_t tagged = 0;       // tagged or more
  std::uint64_t quarantined = 0;  // quarantined or more

  bool operator==(const Tally&) const = default;
};

struct ConfigurationOutcome {
  Tally scam;
  Tally fresh;  // scam within two days of the number's first mail anywhere
  Tally honest;
  std::array<Tally, kGroupCount> groups{};
  std::array<std::uint64_t, kCauseCount> causes{};  // of honest mail tagged or more

  bool operator==(const ConfigurationOutcome&) const = default;
};

/// What was generated, for the judged days.
struct WorldFacts {
  std::uint64_t numbers = 0;         // of rackets in use, everywhere
  std::uint64_t numbers_here = 0;    // that reached this site
  double life_days_median = 0;       // of first lives
  std::uint64_t numbers_listed = 0;  // of those in use, ever in the feed
  std::uint64_t honest_branded = 0;  // honest mails that wear a brand

  bool operator==(const WorldFacts&) const = default;
};

struct Outcome {
  WorldFacts facts;
  std::array<ConfigurationOutcome, kConfigurations.size()> configurations{};

  bool operator==(const Outcome&) const = default;
};

/// Uses `directory`, which is there and empty, for the tables.
Result<Outcome> evaluate(const World& world, const Parameters& parameters,
                         const std::filesystem::path& directory);

}  // namespace ringfence::simulation
