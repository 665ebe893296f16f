// Which numbers are fit to be told to others, and what is told of them. Pure functions over `now`.
//
// Does not know: where tables and sightings are (ExportSource), formats. docs/export.md has the
// rules for people.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reputation/export/indicator.h"
#include "reputation/score.h"
#include "reputation/sightings/aggregate.h"

namespace ringfence {

struct ExportRules {
  int score_min = 60;                // 1-100: of the score at `now`
  std::vector<std::string> lists{};  // only what these say; empty: all
  bool local = false;                // tell what was seen here
  int local_brands_min = 2;          // of a number that only was seen here
  std::chrono::seconds local_age_max = std::chrono::days(30);  // since it was first seen, likewise
  bool deny = false;                            // numbers that the operator denies, too
  std::optional<std::chrono::seconds> since{};  // evidence is not older
  std::chrono::seconds window{};                // of LocalEvidence
};

/// Why a number is not told of.
enum class LeftOut : std::uint8_t {
  kHonest,     // allowed, genuine, or in mail of our own users and trusted senders
  kWeak,       // its score is below the least one
  kOld,        // nothing was heard of it of late
  kShortCode,  // no number that others could know
};

struct Selected {
  std::optional<Indicator> indicator{};  // else left_out says why
  LeftOut left_out = LeftOut::kWeak;
};

/// Names of brands by short_hash().
using BrandNames = std::map<std::uint32_t, std::string>;

/// True when what was seen here alone makes it worth telling: brands enough within the window, and
/// not known for long, as the numbers of shops and banks are.
bool suspect_here(const Aggregate& seen, const ExportRules& rules, TimePoint now);

/// `facts` is all that table and overrides hold of the number, `seen` what was recorded of it here
/// (nothing: never).
Selected select(E164 number, NumberFacts facts, const std::optional<Aggregate>& seen,
                const ExportRules& rules, const ScoreOptions& scoring, const BrandNames& brands,
                TimePoint now);

}  // namespace ringfence
