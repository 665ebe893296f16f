#include "matcher/numbering_plan_tables.h"

#include <phonenumbers/phonemetadata.pb.h>
#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <bit>

#include "base/text.h"
#include "matcher/numbering_plan_library.h"

namespace ringfence {
namespace {

using i18n::phonenumbers::PhoneMetadata;
using i18n::phonenumbers::PhoneMetadataCollection;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr DigitSet kAnyDigit = 0x3FF;

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_ascii_digit);
}

DigitSet digit_set(char c) { return static_cast<DigitSet>(1u << (c - '0')); }

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

template <typename Lengths>
std::uint32_t length_set(const Lengths& lengths) {
  std::uint32_t out = 0;
  for (const int n : lengths) {
    if (n > 0 && n < 32) out |= std::uint32_t{1} << n;
  }
  return out;
}

bool has(std::uint32_t lengths, std::size_t size) {
  return size < 32 && (lengths >> size & 1) != 0;
}

RegionFacts facts_of(const PhoneMetadata& m, unsigned index) {
  RegionFacts out;
  out.country_code = m.country_code();
  out.index = index;
  out.lengths = length_set(m.general_desc().possible_length());
  const std::string& prefix = m.national_prefix_for_parsing();
  out.trunk_leads = leading_digits(prefix);
  out.abroad_leads = leading_digits(m.international_prefix());
  out.simple =
      prefix.size() <= 2 && all_digits(prefix) && m.national_prefix_transform_rule().empty();
  if (out.simple) out.trunk_prefix = prefix;
  out.own_international_prefix =
      m.international_prefix() != "00" && m.international_prefix() != "011";
  out.trunk_expected = writes_trunk_prefix(m);
  return out;
}

/// Where in a table by region this one stands; nothing for what is no two capitals.
std::optional<std::size_t> region_slot(std::string_view region) {
  const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (region.size() != 2 || !capital(region[0]) || !capital(region[1])) return std::nullopt;
  return static_cast<std::size_t>((region[0] - 'A') * 26 + (region[1] - 'A'));
}

/// Where the group or class that opens at text[0] ends: after its closing bracket.
std::size_t after_brackets(std::string_view text) {
  if (text[0] == '[') return text.find(']') + 1;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
    if (depth == 0) return i + 1;
  }
  return 0;
}

DigitSet class_digits(std::string_view members) {
  unsigned out = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const bool range = i + 2 < members.size() && members[i + 1] == '-';
    if (!is_ascii_digit(members[i]) || (range && !is_ascii_digit(members[i + 2]))) return kAnyDigit;
    const char last = range ? members[i + 2] : members[i];
    for (char c = members[i]; c <= last; ++c) out |= digit_set(c);
    if (range) i += 2;
  }
  return static_cast<DigitSet>(out);
}

/// Of one alternative.
DigitSet first_digits(std::string_view text) {
  if (text.empty()) return kAnyDigit;
  std::size_t end = 1;
  DigitSet out = kAnyDigit;
  if (is_ascii_digit(text[0])) {
    out = digit_set(text[0]);
  } else if (text[0] == '[' || text[0] == '(') {
    end = after_brackets(text);
    if (end < 2) return kAnyDigit;
    std::string_view inside = text.substr(1, end - 2);
    if (text[0] == '[') {
      out = class_digits(inside);
    } else {
      if (inside.starts_with("?:")) inside.remove_prefix(2);
      out = leading_digits(inside);
      if (inside.empty()) out = kAnyDigit;
    }
  }
  const bool may_be_absent =
      end < text.size() && std::string_view("?*{").find(text[end]) != std::string_view::npos;
  return may_be_absent ? kAnyDigit : out;
}

}  // namespace

DigitSet leading_digits(std::string_view expression) {
  unsigned out = 0;
  if (expression.empty()) return 0;
  std::size_t from = 0;
  for (std::size_t i = 0; i <= expression.size();) {
    if (i == expression.size() || expression[i] == '|') {
      out |= first_digits(expression.substr(from, i - from));
      from = ++i;
    } else if (expression[i] == '(' || expression[i] == '[') {
      const std::size_t size = after_brackets(expression.substr(i));
      if (size == 0) return kAnyDigit;
      i += size;
    } else {
      i += expression[i] == '\\' ? 2 : 1;
    }
  }
  return static_cast<DigitSet>(out);
}

Result<PlanTables> PlanTables::create() {
  PhoneMetadataCollection collection;
  if (!collection.ParseFromArray(i18n::phonenumbers::metadata_get(),
                                 i18n::phonenumbers::metadata_size()) ||
      collection.metadata_size() == 0) {
    return fail(ErrorKind::kSoftware, "the metadata of libphonenumber cannot be read");
  }
  PlanTables out;
  const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
  unsigned index = 0;
  for (const PhoneMetadata& m : collection.metadata()) {
    const RegionFacts facts = facts_of(m, ++index);
    if (facts.country_code > 0 && facts.country_code <= kCountryCodeMax) {
      CodeFacts& code = out.codes_[static_cast<std::size_t>(facts.country_code)];
      code.lengths |= facts.lengths;
      std::string main;
      util.GetRegionCodeForCountryCode(facts.country_code, &main);
      if (main == m.id()) {
        code.main_lengths = facts.lengths;
        code.main_trunk_leads = facts.trunk_leads;
      }
    }
    const auto slot = region_slot(m.id());
    if (!slot) continue;
    out.regions_.push_back(facts);
    out.region_at_[*slot] = static_cast<std::uint16_t>(out.regions_.size());
  }
  return out;
}

const RegionFacts* PlanTables::region(std::string_view region) const {
  const auto slot = region_slot(region);
  const std::size_t at = slot ? region_at_[*slot] : 0;
  return at == 0 ? nullptr : &regions_[at - 1];
}

std::size_t PlanTables::country_code_length(std::string_view digits) const {
  std::size_t code = 0;
  for (std::size_t n = 0; n < 3 && n < digits.size(); ++n) {
    code = code * 10 + static_cast<std::size_t>(digits[n] - '0');
    if (code == 0) return 0;
    if (codes_[code].lengths != 0) return n + 1;
  }
  return 0;
}

namespace {

std::size_t value_of(std::string_view digits) {
  std::size_t out = 0;
  for (const char c : digits) out = out * 10 + static_cast<std::size_t>(c - '0');
  return out;
}

}  // namespace

bool PlanTables::may_be_international(std::string_view digits) const {
  const std::size_t code_size = country_code_length(digits);
  if (code_size == 0) return false;
  // One or two digits more: a trunk prefix that does not belong there ("+44 (0)20 ...").
  std::uint32_t sizes = codes_[value_of(digits.substr(0, code_size))].lengths;
  sizes |= sizes << 1 | sizes << 2;
  return has(sizes, digits.size() - code_size);
}

bool PlanTables::possible_length(int country_code, int digits) const {
  return country_code > 0 && country_code <= kCountryCodeMax && digits > 0 &&
         has(codes_[static_cast<std::size_t>(country_code)].main_lengths,
             static_cast<std::size_t>(digits));
}

bool PlanTables::may_dial_abroad(const RegionFacts& facts, std::string_view digits) {
  constexpr std::size_t kDigitsMin = 11;
  return facts.own_international_prefix && digits.size() >= kDigitsMin &&
         (digits[0] == '0' || digits.starts_with("810"));
}

bool PlanTables::may_be_national(std::string_view digits, const RegionFacts& facts) const {
  if (digits.size() > kDialledDigitsMax - 3) return false;
  if (!facts.simple) return digits.size() >= 6;
  if (digits.starts_with("00")) {
    return may_dial_abroad(facts, digits) || may_be_international(digits.substr(2));
  }
  if (has(facts.lengths, digits.size()) || may_dial_abroad(facts, digits)) return true;
  return !facts.trunk_prefix.empty() && digits.starts_with(facts.trunk_prefix) &&
         has(facts.lengths, digits.size() - facts.trunk_prefix.size());
}

TableAnswer PlanTables::parse(std::string_view text, std::string_view region) const {
  std::array<char, kDialledDigitsMax> buffer;
  std::size_t size = 0;
  const bool plus = text.starts_with('+');
  for (const char c : text.substr(plus ? 1 : 0)) {
    if (is_ascii_digit(c)) {
      if (size == buffer.size()) return {};
      buffer[size++] = c;
    } else if (std::string_view(" -.()").find(c) == std::string_view::npos) {
      return {};
    }
  }
  const std::string_view digits(buffer.data(), size);
  if (plus) return international(digits);
  const RegionFacts* facts = this->region(region);
  return facts == nullptr ? TableAnswer{} : national(digits, *facts);
}

TableAnswer PlanTables::international(std::string_view digits) const {
  const std::size_t code_size = country_code_length(digits);
  if (code_size == 0) return {};
  return with_code(value_of(digits.substr(0, code_size)), digits.substr(code_size));
}

TableAnswer PlanTables::national(std::string_view digits, const RegionFacts& facts) const {
  constexpr std::size_t kSizeMin = 4;  // shorter ones have rules of their own
  if (digits.size() < kSizeMin) return {};
  const auto leads = [](DigitSet set, std::string_view text) {
    return text.empty() || (set & digit_set(text[0])) != 0;
  };
  if (leads(facts.abroad_leads, digits)) return {};
  const auto code = static_cast<std::size_t>(facts.country_code);
  const std::string code_digits = std::to_string(code);
  if (digits.starts_with(code_digits)) {
    // With the country code and without '+'. Where the whole could be a national number too, it is
    // a matter of patterns.
    if (facts.lengths == 0 ||
        digits.size() < static_cast<std::size_t>(std::bit_width(facts.lengths))) {
      return {};
    }
    digits.remove_prefix(code_digits.size());
  }
  return leads(facts.trunk_leads, digits) ? TableAnswer{} : with_code(code, digits);
}

/// What the library makes of a national number that no prefix can be taken off.
TableAnswer PlanTables::with_code(std::size_t code, std::string_view national) const {
  constexpr std::size_t kSizeMin = 2;
  const CodeFacts& facts = codes_[code];
  if (national.size() < kSizeMin || facts.main_lengths == 0) return {};
  if ((facts.main_trunk_leads & digit_set(national[0])) != 0) return {};
  if (!has(facts.main_lengths, national.size())) return {.sure = true};
  const std::string code_digits = std::to_string(code);
  return {.sure = true,
          .number = E164::from_digits(code_digits + std::string(national)),
          .country_code_size = code_digits.size()};
}

}  // namespace ringfence
