#include "base/e164.h"

#include <fmt/core.h>

namespace ringfence {
namespace {

constexpr std::uint64_t kValueMin = 1'000'000;            // 7 digits
constexpr std::uint64_t kValueMax = 999'999'999'999'999;  // 15 digits

}  // namespace

std::optional<E164> E164::from_digits(std::string_view digits) {
  if (digits.size() < kDigitsMin || digits.size() > kDigitsMax || digits.front() == '0') {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return E164(value);
}

std::optional<E164> E164::parse(std::string_view text) {
  if (text.empty() || text.front() != '+') return std::nullopt;
  return from_digits(text.substr(1));
}

std::optional<E164> E164::from_value(std::uint64_t value) {
  if (value < kValueMin || value > kValueMax) return std::nullopt;
  return E164(value);
}

std::optional<E164> E164::from_key(std::string_view key) {
  if (key.size() != 8) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : key) value = value << 8 | static_cast<unsigned char>(c);
  return from_value(value);
}

std::string E164::to_string() const { return fmt::format("+{}", value_); }

std::array<char, 8> E164::key() const {
  std::array<char, 8> out;
  for (int i = 0; i < 8; ++i) out[i] = static_cast<char>(value_ >> (56 - 8 * i) & 0xFF);
  return out;
}

}  // namespace ringfence
