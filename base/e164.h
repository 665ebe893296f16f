// E164: a telephone number in the international form of ITU-T E.164, the one key for everything.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ringfence {

/// Country code and national number, 7 to 15 digits, the first never 0: so the value as an integer
/// is unique and neighbours in a block of numbers are neighbours in order.
class E164 {
 public:
  static constexpr int kDigitsMin = 7;
  static constexpr int kDigitsMax = 15;

  /// From digits alone ("18885550123"). Nothing on any other character, a leading 0 or a bad
  /// length.
  static std::optional<E164> from_digits(std::string_view digits);
  /// From "+18885550123". Nothing but '+' and digits is taken; people's spellings are matcher's
  /// job.
  static std::optional<E164> parse(std::string_view text);
  /// From the digits read as one decimal integer. Nothing when out of range.
  static std::optional<E164> from_value(std::uint64_t value);
  /// From the 8 bytes of key().
  static std::optional<E164> from_key(std::string_view key);

  /// "+18885550123".
  std::string to_string() const;
  /// The digits read as one decimal integer: 18885550123.
  std::uint64_t value() const { return value_; }
  /// Big-endian value(), for ordered tables.
  std::array<char, 8> key() const;

  auto operator<=>(const E164&) const = default;

 private:
  explicit E164(std::uint64_t value) : value_(value) {}
  std::uint64_t value_;
};

}  // namespace ringfence

template <>
struct std::hash<ringfence::E164> {
  std::size_t operator()(const ringfence::E164& n) const noexcept {
    return std::hash<std::uint64_t>{}(n.value());
  }
};
