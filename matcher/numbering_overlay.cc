#include "matcher/numbering_overlay.h"

#include <fmt/core.h>

#include "base/text.h"
#include "matcher/numbering_plan_tables.h"

namespace ringfence {
namespace {

/// Shared by all files: made once, at the first range that is read.
const Result<PlanTables>& shared_tables() {
  static const Result<PlanTables> tables = PlanTables::create();
  return tables;
}

std::uint64_t value_of(std::string_view digits) {
  std::uint64_t out = 0;
  for (const char c : digits) out = out * 10 + static_cast<std::uint64_t>(c - '0');
  return out;
}

/// Bit k for each separator before the last k digits.
std::uint32_t breaks_in(std::string_view range) {
  std::uint32_t breaks = 0;
  unsigned digits = 0;
  for (std::size_t i = range.size(); i-- > 0;) {
    if (range[i] != ' ' && range[i] != '-') {
      ++digits;
    } else if (digits > 0) {
      breaks |= std::uint32_t{1} << digits;
    }
  }
  return breaks;
}

Result<void> check_against_plan(const OverlayRange& range) {
  const Result<PlanTables>& tables = shared_tables();
  if (!tables) return tl::unexpected(tables.error());
  const RegionFacts* facts = tables->region(range.region);
  if (facts == nullptr) {
    return fail(ErrorKind::kData, fmt::format("is of the unknown region {}", range.region));
  }
  const std::string code = std::to_string(facts->country_code);
  if (!range.prefix.starts_with(code)) {
    return fail(ErrorKind::kData,
                fmt::format("does not begin with +{}, the country code of {}", code, range.region));
  }
  if (range.prefix.size() == code.size()) {
    return fail(ErrorKind::kData, "is a whole country");
  }
  const int national = range.digits - static_cast<int>(code.size());
  if (range.digits > 0 && !tables->possible_length(facts->country_code, national)) {
    return fail(ErrorKind::kData, fmt::format("has {} digits after the country code, which no "
                                              "number of {} can have",
                                              national, range.region));
  }
  return {};
}

}  // namespace

Result<OverlayRange> parse_overlay_range(std::string_view text, std::string_view region,
                                         LineType line_type) {
  constexpr std::string_view kShape = "is not a range such as \"+1 227 XXX XXXX\"";
  OverlayRange out{.region = std::string(region), .line_type = line_type};
  std::size_t free = 0;
  if (!text.starts_with('+')) return fail(ErrorKind::kData, std::string(kShape));
  for (const char c : text.substr(1)) {
    if (c == ' ' || c == '-') continue;
    if (c == 'X') {
      ++free;
    } else if (is_ascii_digit(c) && free == 0) {
      out.prefix += c;
    } else {
      return fail(ErrorKind::kData, std::string(kShape));
    }
  }
  const std::size_t size = out.prefix.size() + free;
  if (out.prefix.empty() || out.prefix[0] == '0' || size > E164::kDigitsMax ||
      (free > 0 && size < E164::kDigitsMin)) {
    return fail(ErrorKind::kData, std::string(kShape));
  }
  if (free > 0) {
    out.digits = static_cast<int>(size);
    out.breaks = breaks_in(text.substr(1));
  }
  if (auto checked = check_against_plan(out); !checked) return tl::unexpected(checked.error());
  return out;
}

OverlayTable::OverlayTable(std::span<const NumberingOverlay> overlays) {
  for (const NumberingOverlay& overlay : overlays) {
    for (const OverlayRange& range : overlay.ranges) {
      ranges_.insert_or_assign(value_of(range.prefix), range);
      sizes_ |= std::uint32_t{1} << range.prefix.size();
    }
  }
}

const OverlayRange* OverlayTable::find(E164 number) const {
  const std::string digits = std::to_string(number.value());
  std::uint64_t prefix = number.value();
  for (std::size_t size = digits.size(); size > 0; --size, prefix /= 10) {
    if ((sizes_ >> size & 1) == 0) continue;
    const auto found = ranges_.find(prefix);
    if (found == ranges_.end() || found->second.prefix.size() != size) continue;
    const int whole = found->second.digits;
    if (whole == 0 || whole == static_cast<int>(digits.size())) return &found->second;
  }
  return nullptr;
}

}  // namespace ringfence
