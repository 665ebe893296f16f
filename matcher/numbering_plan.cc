#include "matcher/numbering_plan.h"

#include <dlfcn.h>
#include <fmt/core.h>
#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>
#include <phonenumbers/shortnumberinfo.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "base/text.h"
#include "matcher/numbering_plan_library.h"
#include "matcher/numbering_plan_tables.h"

namespace ringfence {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using i18n::phonenumbers::ShortNumberInfo;

constexpr std::string_view kNoRegion = "ZZ";  // the library's "unknown region"
constexpr std::size_t kTypedBytesMax = 250;   // the library takes no more

LineType line_type_of(PhoneNumberUtil::PhoneNumberType type) {
  switch (type) {
    case PhoneNumberUtil::FIXED_LINE:
      return LineType::kFixedLine;
    case PhoneNumberUtil::MOBILE:
      return LineType::kMobile;
    case PhoneNumberUtil::FIXED_LINE_OR_MOBILE:
      return LineType::kFixedLineOrMobile;
    case PhoneNumberUtil::TOLL_FREE:
      return LineType::kTollFree;
    case PhoneNumberUtil::PREMIUM_RATE:
      return LineType::kPremiumRate;
    case PhoneNumberUtil::SHARED_COST:
      return LineType::kSharedCost;
    case PhoneNumberUtil::VOIP:
      return LineType::kVoip;
    case PhoneNumberUtil::PERSONAL_NUMBER:
      return LineType::kPersonal;
    case PhoneNumberUtil::PAGER:
      return LineType::kPager;
    case PhoneNumberUtil::UAN:
      return LineType::kUan;
    case PhoneNumberUtil::VOICEMAIL:
      return LineType::kVoicemail;
    case PhoneNumberUtil::UNKNOWN:
      return LineType::kUnknown;
  }
  return LineType::kUnknown;
}

/// Bit k for each separator that stands before the last k digits of `formatted`.
std::uint32_t breaks_in(std::string_view formatted) {
  std::uint32_t breaks = 0;
  unsigned digits = 0;
  bool gap = false;
  for (std::size_t i = formatted.size(); i-- > 0;) {
    if (!is_ascii_digit(formatted[i])) {
      gap = digits > 0;
      continue;
    }
    if (gap && digits < 32) breaks |= std::uint32_t{1} << digits;
    gap = false;
    ++digits;
  }
  return breaks;
}

/// An answer in fixed size, for the cache.
struct CacheEntry {
  std::uint64_t key = 0;  // 0: empty
  std::uint64_t number = 0;
  std::uint32_t breaks = 0;
  std::uint16_t region_index = 0;
  std::array<char, 4> region{};
  std::uint8_t national_digits = 0;
  bool valid = false;
  bool prefix_taken = false;
  bool overlay = false;
  LineType line_type = LineType::kUnknown;
};

struct CacheShard {
  static constexpr std::size_t kEntries = 256;  // direct-mapped: the newest of a slot stays
  std::mutex mutex;
  std::array<CacheEntry, kEntries> entries;
};

PlanAnswer answer_of(const CacheEntry& e) {
  PlanAnswer a;
  if (e.number == 0) return a;
  a.number = E164::from_value(e.number);
  a.valid = e.valid;
  a.line_type = e.line_type;
  a.region.assign(e.region.data());
  a.national_digits = e.national_digits;
  a.breaks = e.breaks;
  a.prefix_taken = e.prefix_taken;
  a.overlay = e.overlay;
  return a;
}

std::string library_name() {
  // The library has no call for its version; the file it was loaded from carries it.
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&i18n::phonenumbers::metadata_get), &info) == 0 ||
      info.dli_fname == nullptr) {
    return "libphonenumber";
  }
  char resolved[PATH_MAX];
  const std::string_view path =
      realpath(info.dli_fname, resolved) != nullptr ? resolved : info.dli_fname;
  const std::size_t at = path.find(".so.");
  if (at == std::string_view::npos) return "libphonenumber";
  return "libphonenumber " + std::string(path.substr(at + 4));
}

}  // namespace

struct NumberingPlan::Impl {
  const PhoneNumberUtil* util = nullptr;
  PlanTables tables;
  OverlayTable overlay;
  std::string name;
  static constexpr std::size_t kShards = 16;
  mutable std::array<CacheShard, kShards> cache;

  std::optional<PhoneNumber> read(const std::string& text, const std::string& region) const;
  CacheEntry ask_library(const std::string& text, const std::string& region) const;
  PlanAnswer cached(std::string_view digits, const std::string& text, const std::string& region,
                    unsigned region_index) const;
};

namespace {

/// What the tables have read, as the library holds it.
PhoneNumber phone_number(const TableAnswer& read) {
  PhoneNumber out;
  const std::string digits = std::to_string(read.number->value());
  const std::string_view national = std::string_view(digits).substr(read.country_code_size);
  std::size_t zeros = 0;
  while (zeros + 1 < national.size() && national[zeros] == '0') ++zeros;
  std::uint64_t value = 0;
  for (const char c : national) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  out.set_country_code(std::stoi(digits.substr(0, read.country_code_size)));
  out.set_national_number(value);
  if (zeros > 0) out.set_italian_leading_zero(true);
  if (zeros > 1) out.set_number_of_leading_zeros(static_cast<int>(zeros));
  return out;
}

}  // namespace

/// Nothing unless the number is possible.
std::optional<PhoneNumber> NumberingPlan::Impl::read(const std::string& text,
                                                     const std::string& region) const {
  const TableAnswer quick = tables.parse(text, region);
  if (quick.sure) {
    return quick.number ? std::optional(phone_number(quick)) : std::nullopt;
  }
  PhoneNumber parsed;
  if (util->Parse(text, region, &parsed) != PhoneNumberUtil::NO_PARSING_ERROR) return std::nullopt;
  parsed.clear_extension();
  if (util->IsPossibleNumberWithReason(parsed) != PhoneNumberUtil::IS_POSSIBLE) return std::nullopt;
  return parsed;
}

CacheEntry NumberingPlan::Impl::ask_library(const std::string& text,
                                            const std::string& region) const {
  CacheEntry e;
  const std::optional<PhoneNumber> read_number = read(text, region);
  if (!read_number) return e;
  const PhoneNumber& parsed = *read_number;
  std::string national;
  util->GetNationalSignificantNumber(parsed, &national);
  const auto number = E164::from_digits(std::to_string(parsed.country_code()) + national);
  if (!number) return e;
  e.number = number->value();
  // A number of a known type is what the library calls valid; asking once saves half the time.
  e.line_type = line_type_of(util->GetNumberType(parsed));
  e.valid = e.line_type != LineType::kUnknown;
  e.national_digits = static_cast<std::uint8_t>(national.size());
  const OverlayRange* newer = e.valid ? nullptr : overlay.find(*number);
  if (newer != nullptr) {
    e.overlay = true;
    e.valid = true;
    e.line_type = newer->line_type;
  }
  std::string of_region;
  std::string formatted;
  if (e.valid) {
    if (newer != nullptr) {
      of_region = newer->region;
    } else {
      util->GetRegionCodeForNumber(parsed, &of_region);
    }
    util->Format(parsed, PhoneNumberUtil::INTERNATIONAL, &formatted);
    e.breaks = breaks_in(formatted);
    // The break after the country code says nothing.
    const std::uint32_t national_breaks = (std::uint32_t{1} << national.size()) - 1;
    e.breaks &= national_breaks;
    if (newer != nullptr && (newer->breaks & national_breaks) != 0) {
      e.breaks = newer->breaks & national_breaks;
    }
    if (e.breaks == 0) {
      util->Format(parsed, PhoneNumberUtil::NATIONAL, &formatted);
      e.breaks = breaks_in(formatted) & national_breaks;
    }
  } else {
    util->GetRegionCodeForCountryCode(parsed.country_code(), &of_region);
  }
  if (of_region == kNoRegion) of_region.clear();
  of_region.copy(e.region.data(), e.region.size() - 1);
  return e;
}

PlanAnswer NumberingPlan::Impl::cached(std::string_view digits, const std::string& text,
                                       const std::string& region, unsigned region_index) const {
  std::uint64_t key = 1;  // a leading 1 keeps leading zeros apart
  for (const char c : digits) key = key * 10 + static_cast<std::uint64_t>(c - '0');
  const std::uint64_t hash = (key + region_index) * 0x9E3779B97F4A7C15ULL;
  CacheShard& shard = cache[(hash >> 60) % kShards];
  const std::size_t slot = (hash >> 40) % CacheShard::kEntries;
  {
    const std::lock_guard lock(shard.mutex);
    const CacheEntry& e = shard.entries[slot];
    if (e.key == key && e.region_index == region_index) return answer_of(e);
  }
  CacheEntry e = ask_library(text, region);
  e.key = key;
  e.region_index = static_cast<std::uint16_t>(region_index);
  e.prefix_taken = e.number != 0 && digits.size() != e.national_digits;
  const std::lock_guard lock(shard.mutex);
  shard.entries[slot] = e;
  return answer_of(e);
}

NumberingPlan::NumberingPlan(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
NumberingPlan::~NumberingPlan() = default;

Result<std::shared_ptr<const NumberingPlan>> NumberingPlan::create(
    std::span<const NumberingOverlay> overlays) {
  auto tables = PlanTables::create();
  if (!tables) return tl::unexpected(tables.error());
  auto impl = std::make_unique<Impl>();
  impl->tables = std::move(*tables);
  impl->util = PhoneNumberUtil::GetInstance();
  impl->overlay = OverlayTable(overlays);
  impl->name = library_name();
  for (const NumberingOverlay& overlay : overlays) {
    impl->name += fmt::format(", numbering overlay {} of {}", overlay.version, overlay.date);
  }
  return std::shared_ptr<const NumberingPlan>(new NumberingPlan(std::move(impl)));
}

bool NumberingPlan::knows_region(std::string_view region) const {
  return impl_->tables.region(region) != nullptr;
}

std::string NumberingPlan::describe() const { return impl_->name; }

bool NumberingPlan::trunk_prefix_expected(std::string_view region) const {
  const RegionFacts* facts = impl_->tables.region(region);
  return facts != nullptr && facts->trunk_expected;
}

int NumberingPlan::country_code(std::string_view region) const {
  const RegionFacts* facts = impl_->tables.region(region);
  return facts == nullptr ? 0 : facts->country_code;
}

int NumberingPlan::country_code_length(std::string_view digits) const {
  return static_cast<int>(impl_->tables.country_code_length(digits));
}

bool NumberingPlan::may_be_international(std::string_view digits) const {
  return impl_->tables.may_be_international(digits);
}

bool NumberingPlan::may_be_national(std::string_view digits, std::string_view region) const {
  const RegionFacts* facts = impl_->tables.region(region);
  return facts != nullptr && impl_->tables.may_be_national(digits, *facts);
}

PlanAnswer NumberingPlan::international(std::string_view digits) const {
  if (digits.size() < E164::kDigitsMin || digits.size() > E164::kDigitsMax + 2) return {};
  if (!may_be_international(digits)) return {};
  return impl_->cached(digits, "+" + std::string(digits), std::string(kNoRegion), 0);
}

PlanAnswer NumberingPlan::national(std::string_view digits, std::string_view region) const {
  const RegionFacts* known = impl_->tables.region(region);
  if (known == nullptr || !impl_->tables.may_be_national(digits, *known)) return {};
  const RegionFacts& facts = *known;
  if (!facts.simple) {
    return impl_->cached(digits, std::string(digits), std::string(region), facts.index);
  }
  if (digits.starts_with("00")) {
    const PlanAnswer abroad =
        facts.own_international_prefix
            ? impl_->cached(digits, std::string(digits), std::string(region), facts.index)
            : PlanAnswer{};
    return abroad.valid ? abroad : international(digits.substr(2));
  }
  // Where only a trunk prefix may stand before a number, one answer of the library serves all
  // regions of a country code.
  const auto attempt = [&](std::string_view national) {
    return (facts.lengths >> national.size() & 1) == 0
               ? PlanAnswer{}
               : international(std::to_string(facts.country_code) + std::string(national));
  };
  const std::string& prefix = facts.trunk_prefix;
  const bool has_prefix = !prefix.empty() && digits.starts_with(prefix);
  PlanAnswer taken;
  if (has_prefix) {
    taken = attempt(digits.substr(prefix.size()));
    taken.prefix_taken = taken.number.has_value();
    if (taken.valid) return taken;
  }
  PlanAnswer whole = attempt(digits);
  whole.prefix_taken = false;
  if (!whole.valid && PlanTables::may_dial_abroad(facts, digits)) {
    const PlanAnswer abroad =
        impl_->cached(digits, std::string(digits), std::string(region), facts.index);
    if (abroad.valid) return abroad;
  }
  return whole.valid || !taken.number ? whole : taken;
}

std::optional<LineType> NumberingPlan::short_code(std::string_view digits,
                                                  std::string_view region) const {
  constexpr std::size_t kDigitsMax = 9;  // more than any has, less than overflows
  static const ShortNumberInfo info;
  const RegionFacts* facts = impl_->tables.region(region);
  if (facts == nullptr || digits.empty() || digits.size() > kDigitsMax ||
      !std::all_of(digits.begin(), digits.end(), is_ascii_digit)) {
    return std::nullopt;
  }
  const std::string name(region);
  if (info.ConnectsToEmergencyNumber(std::string(digits), name)) return std::nullopt;
  PhoneNumber number;
  number.set_country_code(facts->country_code);
  number.set_national_number(std::stoull(std::string(digits)));
  if (!info.IsValidShortNumberForRegion(number, name)) return std::nullopt;
  switch (info.GetExpectedCostForRegion(number, name)) {
    case ShortNumberInfo::TOLL_FREE:
      return LineType::kTollFree;
    case ShortNumberInfo::PREMIUM_RATE:
      return LineType::kPremiumRate;
    case ShortNumberInfo::STANDARD_RATE:
    case ShortNumberInfo::UNKNOWN_COST:
      break;
  }
  return LineType::kUnknown;
}

Result<E164> NumberingPlan::parse(std::string_view text, std::string_view region) const {
  const TableAnswer quick = impl_->tables.parse(text, region);
  const std::string name = region.empty() ? std::string(kNoRegion) : std::string(region);
  const auto number =
      quick.sure
          ? quick.number
          : E164::from_value(
                impl_->ask_library(std::string(text.substr(0, kTypedBytesMax)), name).number);
  if (number) return *number;
  return fail(ErrorKind::kData, "'" + printable(text, 80) + "' is not a telephone number" +
                                    (region.empty() ? "" : " (read as in " + name + ")"));
}

}  // namespace ringfence
