#include "ctl/numbers.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "base/text.h"

namespace ringfence {
namespace {

template <typename T>
using ParseOne = std::function<Result<std::vector<T>>(const std::string&)>;

/// What each text stands for, or all that is wrong with any.
template <typename T>
Result<std::vector<T>> parse_all(const std::vector<std::string>& texts, const ParseOne<T>& parse) {
  std::vector<T> out;
  std::string errors;
  for (const std::string& text : texts) {
    if (auto parsed = parse(text)) {
      for (const T& value : *parsed) {
        if (std::find(out.begin(), out.end(), value) == out.end()) out.push_back(value);
      }
    } else {
      errors += (errors.empty() ? "" : "\n") + parsed.error().message;
    }
  }
  if (!errors.empty()) return fail(ErrorKind::kData, errors);
  return out;
}

bool is_wildcard(char c) { return c == '#' || c == '*'; }

/// The first and the last number of "A..B" or "A-+B"; nothing when it is no interval.
std::optional<std::pair<std::string_view, std::string_view>> split_interval(std::string_view text) {
  if (const std::size_t dots = text.find(".."); dots != text.npos) {
    return std::pair(trim(text.substr(0, dots)), trim(text.substr(dots + 2)));
  }
  const std::size_t plus = text.rfind('+');
  if (plus == text.npos) return std::nullopt;
  const std::string_view before = trim(text.substr(0, plus));
  if (before.size() < 2 || !before.ends_with('-')) return std::nullopt;
  return std::pair(trim(before.substr(0, before.size() - 1)), text.substr(plus));
}

Result<std::vector<NumberRange>> parse_interval(const NumberReader& reader, std::string_view text,
                                                std::string_view first, std::string_view last,
                                                const std::string& region) {
  const auto from = reader.parse_number(first, region);
  if (!from) return tl::unexpected(from.error());
  const auto to = reader.parse_number(last, region);
  if (!to) return tl::unexpected(to.error());
  auto ranges = ranges_of_interval(*from, *to);
  if (!ranges.empty()) return ranges;
  return fail(ErrorKind::kData,
              fmt::format("'{}' is no interval: two numbers with equally many digits, the smaller "
                          "one first, that {} ranges can hold",
                          printable(text), kRangesOfIntervalMax));
}

/// Text with '#' or '*' in it.
Result<NumberRange> parse_wildcards(const NumberReader& reader, std::string_view text,
                                    const std::string& region) {
  std::string compact;
  for (const char c : text) {
    if (std::string_view(" -.()/").find(c) == std::string_view::npos) compact += c;
  }
  const auto none = [&](std::string_view why) {
    return fail(ErrorKind::kData, fmt::format("'{}' is no range: {}", printable(text), why));
  };
  if (compact.starts_with('+')) {
    if (const auto range = NumberRange::parse(compact)) return *range;
    return none("digits, then a '#' for each digit that is open, or one '*' for all there may be");
  }
  if (compact.find('*') != compact.npos) return none("before '*' the country code is needed");
  // National: what the same number with zeros is, and then as many open digits.
  const auto open = static_cast<int>(std::count(compact.begin(), compact.end(), '#'));
  if (compact.find('#') + static_cast<std::size_t>(open) != compact.size()) {
    return none("each '#' stands for a digit at the end");
  }
  std::replace(compact.begin(), compact.end(), '#', '0');
  const auto number = reader.parse_number(compact, region);
  if (!number) return none("it would be no number whatever the open digits are");
  const auto range = NumberRange::block_of(*number, open);
  if (!range) return none("it leaves no digit");
  return *range;
}

}  // namespace

Result<std::vector<E164>> parse_numbers(const NumberReader& reader,
                                        const std::vector<std::string>& texts,
                                        const std::string& region) {
  return parse_all<E164>(texts, [&](const std::string& text) -> Result<std::vector<E164>> {
    const auto number = reader.parse_number(text, region);
    if (!number) return tl::unexpected(number.error());
    return std::vector{*number};
  });
}

Result<std::vector<NumberRange>> parse_range(const NumberReader& reader, std::string_view text,
                                             const std::string& region) {
  if (std::any_of(text.begin(), text.end(), is_wildcard)) {
    const auto range = parse_wildcards(reader, text, region);
    if (!range) return tl::unexpected(range.error());
    return std::vector{*range};
  }
  if (const auto interval = split_interval(text)) {
    return parse_interval(reader, text, interval->first, interval->second, region);
  }
  const auto number = reader.parse_number(text, region);
  if (!number) return tl::unexpected(number.error());
  return std::vector<NumberRange>{*number};
}

Result<std::vector<NumberRange>> parse_ranges(const NumberReader& reader,
                                              const std::vector<std::string>& texts,
                                              const std::string& region) {
  return parse_all<NumberRange>(
      texts, [&](const std::string& text) { return parse_range(reader, text, region); });
}

std::string describe(const NumberRange& range) {
  if (range.number()) return range.to_string();
  if (range.digits() == 0) return range.to_string() + " (all that begin so)";
  std::uint64_t count = 1;
  for (int i = range.prefix_digits(); i < range.digits(); ++i) count *= 10;
  return fmt::format("{} ({} numbers)", range.to_string(), count);
}

}  // namespace ringfence
