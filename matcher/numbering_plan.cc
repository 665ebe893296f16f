#include "matcher/numbering_plan.h"

#include <dlfcn.h>
#include <phonenumbers/phonemetadata.pb.h>
#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "base/text.h"

// The library exports its metadata but Debian installs no header that declares it.
namespace i18n::phonenumbers {
int metadata_size();
const void* metadata_get();
}  // namespace i18n::phonenumbers

namespace ringfence {
namespace {

using i18n::phonenumbers::PhoneMetadata;
using i18n::phonenumbers::PhoneMetadataCollection;
using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::string_view kNoRegion = "ZZ";   // the library's "unknown region"
constexpr std::size_t kDialledDigitsMax = 20;  // 15 and the longest prefixes
constexpr int kCountryCodeMax = 999;

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

/// What is known of a region without asking the library.
struct RegionFacts {
  int country_code = 0;
  unsigned index = 0;           // 1 .. number of regions: part of a cache key
  std::uint32_t lengths = 0;    // bit n: a national number may have n digits
  bool trunk_expected = false;  // see trunk_prefix_expected
  bool simple = false;          // the trunk prefix is a digit or two, nothing is transformed
  std::string trunk_prefix;     // when simple; may be empty
  bool own_international_prefix = false;  // others than 00 and 011: the library takes them off
};

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
  return a;
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_ascii_digit);
}

/// By the formats: most write the '0', and none may leave it out.
bool writes_trunk_prefix(const PhoneMetadata& m) {
  constexpr int kFormatsMin = 2;  // one may be for a kind of number of its own
  if (m.national_prefix() != "0") return false;
  int with = 0;
  for (const auto& format : m.number_format()) {
    if (format.national_prefix_formatting_rule().find('0') == std::string::npos) continue;
    if (format.national_prefix_optional_when_formatting()) return false;
    ++with;
  }
  return with >= kFormatsMin;
}

/// "0011 650 ..." in Singapore.
bool may_dial_abroad(const RegionFacts& facts, std::string_view digits) {
  constexpr std::size_t kDigitsMin = 11;
  return facts.own_international_prefix && digits.size() >= kDigitsMin &&
         (digits[0] == '0' || digits.starts_with("810"));
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
  std::unordered_map<std::string, RegionFacts> regions;
  std::array<std::uint32_t, kCountryCodeMax + 1> lengths{};  // by country code, 0: no such code
  static constexpr std::size_t kShards = 16;
  mutable std::array<CacheShard, kShards> cache;

  const RegionFacts* facts(std::string_view region) const {
    const auto it = regions.find(std::string(region));
    return it == regions.end() ? nullptr : &it->second;
  }

  CacheEntry ask_library(const std::string& text, const std::string& region) const;
  PlanAnswer cached(std::string_view digits, const std::string& text, const std::string& region,
                    unsigned region_index) const;
};

CacheEntry NumberingPlan::Impl::ask_library(const std::string& text,
                                            const std::string& region) const {
  CacheEntry e;
  PhoneNumber parsed;
  if (util->Parse(text, region, &parsed) != PhoneNumberUtil::NO_PARSING_ERROR) return e;
  parsed.clear_extension();
  if (util->IsPossibleNumberWithReason(parsed) != PhoneNumberUtil::IS_POSSIBLE) return e;
  std::string national;
  util->GetNationalSignificantNumber(parsed, &national);
  const auto number = E164::from_digits(std::to_string(parsed.country_code()) + national);
  if (!number) return e;
  e.number = number->value();
  // A number of a known type is what the library calls valid; asking once saves half the time.
  e.line_type = line_type_of(util->GetNumberType(parsed));
  e.valid = e.line_type != LineType::kUnknown;
  e.national_digits = static_cast<std::uint8_t>(national.size());
  std::string of_region;
  std::string formatted;
  if (e.valid) {
    util->GetRegionCodeForNumber(parsed, &of_region);
    util->Format(parsed, PhoneNumberUtil::INTERNATIONAL, &formatted);
    e.breaks = breaks_in(formatted);
    // The break after the country code says nothing.
    const std::uint32_t national_breaks = (std::uint32_t{1} << national.size()) - 1;
    e.breaks &= national_breaks;
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

Result<std::shared_ptr<const NumberingPlan>> NumberingPlan::create() {
  PhoneMetadataCollection collection;
  if (!collection.ParseFromArray(i18n::phonenumbers::metadata_get(),
                                 i18n::phonenumbers::metadata_size()) ||
      collection.metadata_size() == 0) {
    return fail(ErrorKind::kSoftware, "the metadata of libphonenumber cannot be read");
  }
  auto impl = std::make_unique<Impl>();
  impl->util = PhoneNumberUtil::GetInstance();
  unsigned index = 0;
  for (const PhoneMetadata& m : collection.metadata()) {
    RegionFacts facts;
    facts.country_code = m.country_code();
    facts.index = ++index;
    for (const int n : m.general_desc().possible_length()) {
      if (n > 0 && n < 32) facts.lengths |= std::uint32_t{1} << n;
    }
    const std::string& prefix = m.national_prefix_for_parsing();
    facts.simple =
        prefix.size() <= 2 && all_digits(prefix) && m.national_prefix_transform_rule().empty();
    if (facts.simple) facts.trunk_prefix = prefix;
    facts.own_international_prefix =
        m.international_prefix() != "00" && m.international_prefix() != "011";
    facts.trunk_expected = writes_trunk_prefix(m);
    if (facts.country_code > 0 && facts.country_code <= kCountryCodeMax) {
      impl->lengths[static_cast<std::size_t>(facts.country_code)] |= facts.lengths;
    }
    if (m.id().size() == 2) impl->regions.emplace(m.id(), facts);
  }
  return std::shared_ptr<const NumberingPlan>(new NumberingPlan(std::move(impl)));
}

bool NumberingPlan::knows_region(std::string_view region) const {
  return impl_->facts(region) != nullptr;
}

std::string NumberingPlan::describe() const { return library_name(); }

bool NumberingPlan::trunk_prefix_expected(std::string_view region) const {
  const RegionFacts* facts = impl_->facts(region);
  return facts != nullptr && facts->trunk_expected;
}

int NumberingPlan::country_code(std::string_view region) const {
  const RegionFacts* facts = impl_->facts(region);
  return facts == nullptr ? 0 : facts->country_code;
}

int NumberingPlan::country_code_length(std::string_view digits) const {
  std::size_t code = 0;
  for (std::size_t n = 0; n < 3 && n < digits.size(); ++n) {
    code = code * 10 + static_cast<std::size_t>(digits[n] - '0');
    if (code == 0) return 0;
    if (impl_->lengths[code] != 0) return static_cast<int>(n) + 1;
  }
  return 0;
}

bool NumberingPlan::may_be_international(std::string_view digits) const {
  const auto code_size = static_cast<std::size_t>(country_code_length(digits));
  if (code_size == 0) return false;
  std::size_t code = 0;
  for (const char c : digits.substr(0, code_size))
    code = code * 10 + static_cast<std::size_t>(c - '0');
  // One or two digits more: a trunk prefix that does not belong there ("+44 (0)20 ...").
  std::uint32_t sizes = impl_->lengths[code];
  sizes |= sizes << 1 | sizes << 2;
  const std::size_t size = digits.size() - code_size;
  return size < 32 && (sizes >> size & 1) != 0;
}

bool NumberingPlan::may_be_national(std::string_view digits, std::string_view region) const {
  const RegionFacts* facts = impl_->facts(region);
  if (facts == nullptr || digits.size() > kDialledDigitsMax - 3) return false;
  if (!facts->simple) return digits.size() >= 6;
  const auto fits = [facts](std::size_t size) { return (facts->lengths >> size & 1) != 0; };
  if (digits.starts_with("00")) {
    return may_dial_abroad(*facts, digits) || may_be_international(digits.substr(2));
  }
  if (fits(digits.size()) || may_dial_abroad(*facts, digits)) return true;
  return !facts->trunk_prefix.empty() && digits.starts_with(facts->trunk_prefix) &&
         fits(digits.size() - facts->trunk_prefix.size());
}

PlanAnswer NumberingPlan::international(std::string_view digits) const {
  if (digits.size() < E164::kDigitsMin || digits.size() > E164::kDigitsMax + 2) return {};
  if (!may_be_international(digits)) return {};
  return impl_->cached(digits, "+" + std::string(digits), std::string(kNoRegion), 0);
}

PlanAnswer NumberingPlan::national(std::string_view digits, std::string_view region) const {
  if (!may_be_national(digits, region)) return {};
  const RegionFacts& facts = *impl_->facts(region);
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
  if (!whole.valid && may_dial_abroad(facts, digits)) {
    const PlanAnswer abroad =
        impl_->cached(digits, std::string(digits), std::string(region), facts.index);
    if (abroad.valid) return abroad;
  }
  return whole.valid || !taken.number ? whole : taken;
}

Result<E164> NumberingPlan::parse(std::string_view text, std::string_view region) const {
  const std::string name = region.empty() ? std::string(kNoRegion) : std::string(region);
  const CacheEntry e = impl_->ask_library(std::string(text.substr(0, 250)), name);
  if (e.number != 0) return *E164::from_value(e.number);
  return fail(ErrorKind::kData, "'" + printable(text, 80) + "' is not a telephone number" +
                                    (region.empty() ? "" : " (read as in " + name + ")"));
}

}  // namespace ringfence
