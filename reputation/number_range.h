// NumberRange: all numbers that begin alike, as feeds, operators and the phone companies write
// them.
//
// Does not know: national spellings (the caller's number reader does), lists, scores.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/e164.h"

namespace ringfence {

/// A prefix of 1 to 15 digits, the first not 0, of numbers that have a fixed count of digits or
/// any.
/// "+33162######" is every number of 11 digits that begins with 33162; "+339475*" every number that
/// begins with 339475. A value.
class NumberRange {
 public:
  /// `prefix` is digits alone; `digits` of the whole number, E164::kDigitsMin to kDigitsMax and at
  /// least as many as the prefix has, or 0 for any. Nothing when out of range.
  static std::optional<NumberRange> make(std::string_view prefix, int digits);
  /// From "+33162######" (also 'x', 'X' for '#') or "+339475*"; the '+' may be missing; a number
  /// alone is a range of one. Nothing on any other text, national ones too.
  static std::optional<NumberRange> parse(std::string_view text);
  /// The block of 10^`free_digits` numbers around `number`; nothing when that leaves no prefix.
  static std::optional<NumberRange> block_of(E164 number, int free_digits);
  /// The range around `number` with a prefix of `prefix_digits`, of numbers with `digits` digits or
  /// any (0); nothing when the number is not in such a range.
  static std::optional<NumberRange> around(E164 number, int prefix_digits, int digits);
  /// The range of one; a number stands wherever a range is asked for.
  NumberRange(E164 number);  // NOLINT(google-explicit-constructor)

  /// "+33162######", "+339475*", "+18885550123".
  std::string to_string() const;
  bool contains(E164 number) const;
  /// True when every number of `other` is one of this range.
  bool contains(const NumberRange& other) const;
  /// The only number of a range of one; nothing for others.
  std::optional<E164> number() const;
  /// Digits of the prefix and of the whole number, one byte each, then the prefix in 8 bytes,
  /// big-endian: for ordered tables, in which ranges of one shape stand together.
  std::array<char, 10> key() const;
  /// From the bytes of key(); nothing from others.
  static std::optional<NumberRange> from_key(std::string_view key);
  /// The prefix as an integer, and how many digits it has.
  std::uint64_t prefix() const { return prefix_; }
  int prefix_digits() const { return prefix_digits_; }
  /// Digits of the whole number, 0 for any.
  int digits() const { return digits_; }

  auto operator<=>(const NumberRange&) const = default;

 private:
  NumberRange(std::uint64_t prefix, int prefix_digits, int digits)
      : prefix_(prefix), prefix_digits_(prefix_digits), digits_(digits) {}

  std::uint64_t prefix_;
  int prefix_digits_;
  int digits_;
};

/// Longest decompositions asked for in practice (an operator's hundreds and thousands) need a few.
inline constexpr std::size_t kRangesOfIntervalMax = 256;
/// The fewest ranges that together hold every number from `first` to `last`, both included, which
/// have equally many digits. Empty when they have not, `last` is below `first`, or there are more
/// than kRangesOfIntervalMax.
std::vector<NumberRange> ranges_of_interval(E164 first, E164 last);

}  // namespace ringfence
