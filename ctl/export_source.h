// ExportSource: every number that is fit to be told, in ascending order, from one table.
//
// Does: walk the current generation beside what was seen here and what the operator denies, in
// memory bounded by the latter two (8 bytes a number). Does not: judge numbers (export_select.h),
// write them.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "ctl/export_select.h"
#include "matcher/numbering_plan.h"
#include "reputation/generation.h"
#include "reputation/overrides.h"
#include "reputation/sightings/aggregates.h"

namespace ringfence {

struct ExportCounts {
  std::uint64_t exported = 0;
  std::uint64_t seen_only = 0;          // of these, on no list
  std::array<std::uint64_t, 4> left{};  // by LeftOut, of numbers that some list or sighting names
  std::uint64_t ranges = 0;             // in the table; they are never told

  std::uint64_t left_for(LeftOut why) const { return left[static_cast<std::size_t>(why)]; }
};

class ExportSource {
 public:
  /// `national`: ISO 3166 codes of regions whose numbers also get their national digits.
  /// kNoInput when there is neither a table nor, when these are asked for, sightings; kUsage when
  /// `rules.lists` names what is no block list, or a region is not known. Sightings that cannot be
  /// read are an error: without them numbers of honest mail would be told.
  static Result<ExportSource> open(const Config& config, ExportRules rules,
                                   const std::vector<std::string>& national, TimePoint now);

  using Visit = std::function<Result<void>(const Indicator&)>;
  using Walked = std::function<void(std::uint64_t done, std::uint64_t total)>;
  /// Once. An error of `visit` ends it.
  Result<void> for_each(const Visit& visit, const Walked& walked);

  const std::optional<std::uint64_t>& generation() const { return generation_number_; }
  const ExportCounts& counts() const { return counts_; }

 private:
  ExportSource() = default;
  Result<void> open_table(const Config& config);
  Result<void> open_sightings(const Config& config);
  Result<void> check_lists();
  Result<void> gather_extra();
  bool may_be_listed(std::string_view records) const;
  Result<void> judge(const std::vector<E164>& numbers, const LmdbReading* reading,
                     const Visit& visit);

  ExportRules rules_;
  ScoreOptions scoring_;
  TimePoint now_{};
  BrandNames brands_;
  std::optional<std::uint64_t> generation_number_;
  std::shared_ptr<const Generation> generation_;  // null: none
  std::shared_ptr<const Overrides> overrides_;    // null: none
  std::shared_ptr<Aggregates> aggregates_;        // null: none
  std::shared_ptr<const NumberingPlan> plan_;     // null: no national digits
  std::vector<std::string> national_;             // regions
  std::vector<std::uint16_t> lists_;              // that count, as records name them, ascending
  std::vector<E164> extra_;                       // numbers not (only) in the table, ascending
  ExportCounts counts_;
};

/// A number's digits as they are dialled and written within the region, trunk prefix included;
/// nothing for a number of another country code.
std::optional<std::string> national_digits(const NumberingPlan& plan, E164 number,
                                           const std::string& region);

}  // namespace ringfence
