// Whole numbers out of text.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace ringfence {

/// All of `text` as a decimal T. Nothing on an empty text, any other character, or a value that T
/// does not hold.
template <typename T>
std::optional<T> to_integer(std::string_view text) {
  T value{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace ringfence
