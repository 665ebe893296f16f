#include "reputation/number_range.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace ringfence {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_wildcard(char c) { return c == '#' || c == 'x' || c == 'X'; }

std::uint64_t power_of_ten(int exponent) {
  std::uint64_t out = 1;
  for (; exponent > 0; --exponent) out *= 10;
  return out;
}

int count_of_digits(std::uint64_t value) {
  int out = 1;
  for (; value >= 10; value /= 10) ++out;
  return out;
}

}  // namespace

std::optional<NumberRange> NumberRange::make(std::string_view prefix, int digits) {
  if (!all_digits(prefix) || prefix.front() == '0' || prefix.size() > E164::kDigitsMax) {
    return std::nullopt;
  }
  const int length = static_cast<int>(prefix.size());
  if (digits != 0 && (digits < E164::kDigitsMin || digits > E164::kDigitsMax || digits < length)) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  std::from_chars(prefix.data(), prefix.data() + prefix.size(), value);
  return NumberRange(value, length, digits);
}

std::optional<NumberRange> NumberRange::parse(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.ends_with('*')) return make(text.substr(0, text.size() - 1), 0);
  const auto wildcards = static_cast<std::size_t>(
      std::find_if_not(text.rbegin(), text.rend(), is_wildcard) - text.rbegin());
  return make(text.substr(0, text.size() - wildcards), static_cast<int>(text.size()));
}

std::optional<NumberRange> NumberRange::block_of(E164 number, int free_digits) {
  const int digits = count_of_digits(number.value());
  if (free_digits < 0 || free_digits >= digits) return std::nullopt;
  return NumberRange(number.value() / power_of_ten(free_digits), digits - free_digits, digits);
}

std::optional<NumberRange> NumberRange::around(E164 number, int prefix_digits, int digits) {
  const int own_digits = count_of_digits(number.value());
  if (prefix_digits < 1 || prefix_digits > own_digits || (digits != 0 && digits != own_digits)) {
    return std::nullopt;
  }
  return NumberRange(number.value() / power_of_ten(own_digits - prefix_digits), prefix_digits,
                     digits);
}

NumberRange::NumberRange(E164 number)
    : prefix_(number.value()),
      prefix_digits_(count_of_digits(number.value())),
      digits_(prefix_digits_) {}

std::string NumberRange::to_string() const {
  std::string out = fmt::format("+{}", prefix_);
  if (digits_ == 0) return out + '*';
  return out.append(static_cast<std::size_t>(digits_ - prefix_digits_), '#');
}

bool NumberRange::contains(E164 number) const {
  const int digits = count_of_digits(number.value());
  if (digits < prefix_digits_ || (digits_ != 0 && digits != digits_)) return false;
  return number.value() / power_of_ten(digits - prefix_digits_) == prefix_;
}

bool NumberRange::contains(const NumberRange& other) const {
  if (other.prefix_digits_ < prefix_digits_ || (digits_ != 0 && other.digits_ != digits_)) {
    return false;
  }
  return other.prefix_ / power_of_ten(other.prefix_digits_ - prefix_digits_) == prefix_;
}

std::optional<E164> NumberRange::number() const {
  return digits_ == prefix_digits_ ? E164::from_value(prefix_) : std::nullopt;
}

std::array<char, 10> NumberRange::key() const {
  std::array<char, 10> out{static_cast<char>(prefix_digits_), static_cast<char>(digits_)};
  for (std::size_t i = 0; i < 8; ++i) {
    out[2 + i] = static_cast<char>((prefix_ >> (8 * (7 - i))) & 0xff);
  }
  return out;
}

std::optional<NumberRange> NumberRange::from_key(std::string_view key) {
  if (key.size() != 10) return std::nullopt;
  std::uint64_t prefix = 0;
  for (const char c : key.substr(2)) prefix = (prefix << 8) | static_cast<unsigned char>(c);
  const auto range = make(fmt::format("{}", prefix), static_cast<unsigned char>(key[1]));
  return range && range->prefix_digits() == key[0] ? range : std::nullopt;
}

std::vector<NumberRange> ranges_of_interval(E164 first, E164 last) {
  const int digits = count_of_digits(first.value());
  if (last < first || count_of_digits(last.value()) != digits) return {};
  std::vector<NumberRange> out;
  std::uint64_t at = first.value();
  while (at <= last.value()) {
    // The largest block that begins here and ends in time.
    int free_digits = 0;
    while (free_digits + 1 < digits && at % power_of_ten(free_digits + 1) == 0 &&
           at + power_of_ten(free_digits + 1) - 1 <= last.value()) {
      ++free_digits;
    }
    if (out.size() == kRangesOfIntervalMax) return {};
    out.push_back(*NumberRange::block_of(*E164::from_value(at), free_digits));
    at += power_of_ten(free_digits);
  }
  return out;
}

}  // namespace ringfence
