// Indicator: one number that others are told of, and the stage that every export format is.
//
// Does not know: where indicators come from or which are fit to be told (ctl/export_source.h),
// files.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/e164.h"
#include "reputation/listing.h"

namespace ringfence {

/// What this site's own mail showed of it.
struct LocalSightings {
  std::uint64_t messages = 0;
  TimePoint first_seen{};
  TimePoint last_seen{};
  std::vector<std::string> brands{};  // names, sorted; those that the lexicon still has
  int brand_count = 0;                // all of them
  int sender_domains = 0;

  bool operator==(const LocalSightings&) const = default;
};

struct Indicator {
  E164 number;
  std::string category{};  // "toad", ...; "" when no list names it
  ReputationState state = ReputationState::kUnlisted;
  std::optional<int> score{};          // 1-100 as listed, at last_seen; nothing: only seen here
  std::optional<int> score_now{};      // faded to the moment of the export
  TimePoint first_seen{};              // first listed, or first seen here
  TimePoint last_seen{};               // the youngest evidence, not before first_seen
  std::optional<TimePoint> expires{};  // said by all its lists
  TimePoint valid_until{};             // when it should be believed no more
  std::vector<std::string> lists{};    // sorted
  std::optional<LocalSightings> local{};
  std::vector<std::string> national{};  // digits as people dial them at home, when asked for

  bool operator==(const Indicator&) const = default;
};

/// Who exports, and when.
struct ExportHead {
  std::string identity{};  // the site's name, for people; ids derive from it
  TimePoint now{};
  std::optional<std::uint64_t> generation{};
};

/// A streaming stage: indicators in ascending order of numbers in, one document out, appended to
/// `out`. The same head and indicators give the same bytes. One thread.
class IndicatorWriter {
 public:
  virtual ~IndicatorWriter() = default;
  /// Before the first push(), once.
  virtual void begin(std::string& out) = 0;
  virtual void push(const Indicator& indicator, std::string& out) = 0;
  /// Once; the document is whole then, also without an indicator.
  virtual void finish(std::string& out) = 0;
};

/// "2026-11-22T13:50:16Z"; with `fraction` ".000" before the "Z". Years 1970 to 9999.
std::string export_time(TimePoint time, std::string_view fraction = {});

/// What an indicator stands for in words, from tokens alone: "toad, seen in 12 messages under 3
/// brands".
std::string describe(const Indicator& indicator);

}  // namespace ringfence
