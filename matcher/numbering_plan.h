// NumberingPlan: which strings of digits are telephone numbers, and of what kind: the one door to
// libphonenumber.
//
// Does: turn dialled digits into E.164 (international, trunk and carrier prefixes taken off), say
// whether the number is valid or only possible, its line type and region. Facts that settle most
// candidates (country codes, possible lengths, prefixes, leading digits) are compiled once from the
// library's own metadata; the library itself has the last word on what survives, and its answers
// are kept in a small cache. Does not: look at separators, context or words; that is reading's job.
// Source: ITU-T E.164; libphonenumber's metadata (phonemetadata.proto).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/e164.h"
#include "base/result.h"
#include "matcher/finding.h"
#include "matcher/numbering_overlay.h"

namespace ringfence {

/// What the plan says of one string of digits.
struct PlanAnswer {
  std::optional<E164> number;  // nothing: no telephone number has these digits
  bool valid = false;          // else only possible: length and country code fit
  LineType line_type = LineType::kUnknown;
  std::string region;         // as in Finding::region; short, never allocates
  int national_digits = 0;    // of the national significant number, leading zeros included
  std::uint32_t breaks = 0;   // bit k: the country writes a separator before the last k digits
  bool prefix_taken = false;  // a trunk, carrier or international prefix was taken off
  bool overlay = false;       // valid by the overlay alone: the library does not know it
};

/// Immutable but for its cache; shared by all threads.
class NumberingPlan {
 public:
  /// What one of the overlays knows is valid too. kSoftware when the library's metadata cannot be
  /// read.
  static Result<std::shared_ptr<const NumberingPlan>> create(
      std::span<const NumberingOverlay> overlays = {});
  ~NumberingPlan();

  /// True for an ISO 3166-1 alpha-2 code in capitals that the metadata knows ("US").
  bool knows_region(std::string_view region) const;
  /// "libphonenumber 8.12, numbering overlay 2026.1 of 2026-11-22".
  std::string describe() const;

  /// Country code and national number, as after a '+': "18885550123". Digits only.
  PlanAnswer international(std::string_view digits) const;
  /// Digits as dialled within `region`: with or without trunk prefix, or with the region's
  /// international prefix ("011442079460000" in US). Digits only.
  PlanAnswer national(std::string_view digits, std::string_view region) const;
  /// False when digits after a '+' (digits dialled within `region`) are no number by their length
  /// and prefix alone. Never asks the library: some 20 ns.
  bool may_be_international(std::string_view digits) const;
  bool may_be_national(std::string_view digits, std::string_view region) const;
  /// Length of the country code that `digits` begins with, 1 to 3; 0 for none.
  int country_code_length(std::string_view digits) const;
  /// True when numbers of the region are written with a trunk prefix at home ("030 ..." in DE).
  bool trunk_prefix_expected(std::string_view region) const;
  /// The line type of a short code (three to six digits) that works in `region` and is no emergency
  /// number; nothing when there is none. Asks the library each time: some microseconds.
  std::optional<LineType> short_code(std::string_view digits, std::string_view region) const;
  /// Country code of a known region, 0 for an unknown one.
  int country_code(std::string_view region) const;

  /// A number as a person typed it, separators and letters included; possible is enough.
  /// kData if it is none.
  Result<E164> parse(std::string_view text, std::string_view region) const;

 private:
  struct Impl;
  explicit NumberingPlan(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ringfence
