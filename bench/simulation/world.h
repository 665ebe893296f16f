// World: all mail and listings of one run, made before anything is judged. Values.
//
// Does: generate rackets, honest mail and the feed from Parameters and a seed; the same give the
// same. Does not: judge. Does not know: tables, policy, sightings. Numbers begin with 999, which no
// country has.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "bench/simulation/parameters.h"

namespace ringfence::simulation {

inline constexpr std::int64_t kDay = 86'400;
inline constexpr std::int64_t kStart = 1'780'272'000;  // midnight before the first day, UTC

/// Who a mail is of. The first is scam, the last our own users'; those between are honest.
enum class Group : std::uint8_t {
  kRacket,
  kBusiness,
  kNewsletter,
  kPerson,
  kCourier,
  kReseller,
  kNewcomer,
  kNeighbour,   // its number stands within 100 of a row of a racket
  kReassigned,  // its number was a racket's
  kOwn,         // outbound; not judged
};
inline constexpr std::size_t kGroupCount = 10;
std::string_view to_token(Group group);

struct Mail {
  std::int64_t at = 0;  // seconds since 1970
  std::uint64_t number = 0;
  std::uint64_t second = 0;  // another number of the mail, 0 for none
  std::uint32_t sender = 0;  // a domain
  std::uint16_t brand = 0;   // it puts itself under, 0 for none
  Group group = Group::kRacket;
  bool quotes = false;  // answers another mail

  bool operator==(const Mail&) const = default;
};

/// The feed holds the number from `from` until before `until`.
struct FeedEntry {
  std::uint64_t number = 0;
  std::int64_t from = 0;
  std::int64_t until = 0;
  bool error = false;  // the number is honest

  bool operator==(const FeedEntry&) const = default;
};

/// A time without a pause.
struct Burst {
  std::int64_t from = 0;
  std::int64_t until = 0;
};

struct RacketNumber {
  std::uint64_t number = 0;
  std::vector<Burst> bursts;    // in order; of the second life too
  std::size_t second_life = 0;  // bursts before it; all of them when it has none
  std::vector<std::uint16_t> brands;
  std::int64_t first() const { return bursts.front().from; }
  std::int64_t last() const { return bursts.back().until; }
};

/// Numbers bought at once that stand in a row.
struct Row {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

struct Racket {
  std::vector<RacketNumber> numbers;
  std::vector<Row> rows;
};

struct World {
  std::vector<Mail> mails;      // in order of time
  std::vector<FeedEntry> feed;  // by `from`
  Racket racket;
};

World make_world(const Parameters& parameters, std::uint64_t seed);

// The parts of make_world(), each with streams of random numbers of its own.
Racket make_racket(const Parameters& parameters, std::uint64_t seed);
std::vector<Mail> scam_mails(const Parameters& parameters, const Racket& racket,
                             std::uint64_t seed);
/// Honest mail, and that of our own users, who name and quote the numbers of `scam` too.
std::vector<Mail> honest_mails(const Parameters& parameters, const Racket& racket,
                               const std::vector<Mail>& scam, std::uint64_t seed);
/// `honest` is asked for the numbers listed in error.
std::vector<FeedEntry> make_feed(const Parameters& parameters, const Racket& racket,
                                 const std::vector<Mail>& honest, std::uint64_t seed);

}  // namespace ringfence::simulation
