// PlanTables: what libphonenumber's metadata says of country codes and regions, in tables.
//
// Does: answer in some ten nanoseconds what lengths and prefixes alone settle, and read digits
// where that is enough to give exactly what the library's own parser would.
// Does not: know which numbers are valid, or ask the library.
// Source: phonemetadata.proto; PhoneNumberUtil::Parse and IsPossibleNumberWithReason.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/e164.h"
#include "base/result.h"

namespace ringfence {

/// Bit d: a text may begin with the digit d.
using DigitSet = std::uint16_t;

/// The first digits of what a regular expression matches, more of them where it is not sure; in the
/// subset that metadata is written in: alternatives, groups, classes, \d and counts.
DigitSet leading_digits(std::string_view expression);

struct RegionFacts {
  int country_code = 0;
  unsigned index = 0;           // 1 .. number of regions: part of a cache key
  std::uint32_t lengths = 0;    // bit n: a national number may have n digits
  DigitSet trunk_leads = 0;     // first digits of trunk and carrier prefixes
  DigitSet abroad_leads = 0;    // first digits of international prefixes
  bool trunk_expected = false;  // numbers are written with the trunk prefix at home
  bool simple = false;          // the trunk prefix is a digit or two, nothing is transformed
  std::string trunk_prefix{};   // when simple; may be empty
  bool own_international_prefix = false;  // others than 00 and 011: the library takes them off
};

/// What the tables can say of a text: all or nothing.
struct TableAnswer {
  bool sure = false;                  // else the library has to be asked
  std::optional<E164> number{};       // when sure: nothing when it is no telephone number
  std::size_t country_code_size = 0;  // of the number
};

/// Immutable; shared by all threads.
class PlanTables {
 public:
  /// kSoftware when the library's metadata cannot be read.
  static Result<PlanTables> create();

  /// Null for an unknown region.
  const RegionFacts* region(std::string_view region) const;
  /// Length of the country code that `digits` begins with, 1 to 3; 0 for none.
  std::size_t country_code_length(std::string_view digits) const;
  bool may_be_international(std::string_view digits) const;
  bool may_be_national(std::string_view digits, const RegionFacts& facts) const;
  /// "0011 650 ..." in Singapore.
  static bool may_dial_abroad(const RegionFacts& facts, std::string_view digits);

  /// True when national numbers of a country code may have so many digits.
  bool possible_length(int country_code, int digits) const;

  /// Digits and the commonest separators, after a '+' or as dialled in `region` ("" for none), as
  /// the library would read them.
  TableAnswer parse(std::string_view text, std::string_view region) const;

  static constexpr std::size_t kDialledDigitsMax = 20;  // 15 and the longest prefixes

 private:
  struct CodeFacts {
    std::uint32_t lengths = 0;       // of all regions of the code; 0: no such code
    std::uint32_t main_lengths = 0;  // of the region that speaks for the code
    DigitSet main_trunk_leads = 0;
  };
  static constexpr int kCountryCodeMax = 999;
  static constexpr std::size_t kRegionSlots = 26 * 26;

  TableAnswer international(std::string_view digits) const;
  TableAnswer national(std::string_view digits, const RegionFacts& facts) const;
  TableAnswer with_code(std::size_t code, std::string_view national) const;

  std::vector<RegionFacts> regions_;
  std::array<std::uint16_t, kRegionSlots> region_at_{};  // 1 + index in regions_, 0: none
  std::array<CodeFacts, kCountryCodeMax + 1> codes_{};
};

}  // namespace ringfence
