#include "matcher/identifiers.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "base/text.h"
#include "matcher/group_view.h"
#include "matcher/patterns.h"

namespace ringfence {
namespace {

bool is_hex(char c) {
  return is_ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}

class Identifiers : GroupView {
 public:
  Identifiers(std::string_view text, const DigitGroups& groups, std::vector<NotANumber>& out)
      : GroupView(text, groups, out) {}

  void run() {
    words();
    base64();
    for (std::size_t i = 0; i < groups_.groups.size(); ++i) {
      card_number(i);
      long_runs(i);
      grouped_ids(i);
      object_id(i);
    }
  }

 private:
  void words();
  void base64();
  void word(std::size_t begin, std::size_t end);
  void grouped_word(std::size_t begin, std::size_t end);
  void card_number(std::size_t i);
  void long_runs(std::size_t i);
  void grouped_ids(std::size_t i);
  void isbn10(std::size_t i);
  void object_id(std::size_t i);
  bool sizes_are(std::size_t i, std::span<const std::uint32_t> sizes) const;
};

void Identifiers::words() {
  std::size_t i = 0;
  while (i < text_.size()) {
    if (!is_ascii_alnum(text_[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text_.size() && is_ascii_alnum(text_[end])) ++end;
    word(i, end);
    grouped_word(i, end);
    i = end;
  }
}

/// RFC 4648: a long word of its alphabet, both cases and a sign of it within.
void Identifiers::base64() {
  constexpr std::size_t kBytesMin = 40;
  for (std::size_t i = 0; i < text_.size();) {
    std::size_t end = i;
    bool upper = false;
    bool lower = false;
    bool sign = false;
    for (; end < text_.size() && (is_ascii_alnum(text_[end]) || is_one_of(text_[end], "+/="));
         ++end) {
      upper |= is_ascii_upper(text_[end]);
      lower |= text_[end] >= 'a' && text_[end] <= 'z';
      sign |= text_[end] == '+' || text_[end] == '/';
    }
    if (end - i >= kBytesMin && upper && lower && sign) add(i, end, "base64");
    i = end + 1;
  }
}

/// One word of letters and digits: hexadecimal, base64, serial numbers, IBAN.
void Identifiers::word(std::size_t begin, std::size_t end) {
  const View w = text_.substr(begin, end - begin);
  std::size_t letters = 0;
  std::size_t enclosed = 0;  // runs of letters with digits on both sides, an extension's x aside
  bool mixed = false;
  bool hex = true;
  for (std::size_t i = 0; i < w.size(); ++i) {
    hex &= is_hex(w[i]);
    if (!is_ascii_alpha(w[i])) continue;
    const std::size_t from = i;
    while (i < w.size() && is_ascii_alpha(w[i])) {
      hex &= is_hex(w[i]);
      ++i;
    }
    letters += i - from;
    const View run = w.substr(from, i - from);
    mixed |= from > 0 && i < w.size();
    if (from > 0 && i < w.size() && !istarts_with(run, "x") && !istarts_with(run, "ext") &&
        run.find_first_not_of("OolISB") != View::npos && number_words(run) == 0) {
      ++enclosed;
    }
    --i;
  }
  if (letters == 0 || letters == w.size()) return;
  if (hex && mixed && w.size() >= 7) {
    add(begin, end, "hex");
  } else if (w.size() >= 15 && is_ascii_upper(w[0]) && is_ascii_upper(w[1]) &&
             is_ascii_digit(w[2]) && is_ascii_digit(w[3]) && letters <= 8) {
    add(begin, end, "iban");
  } else if (enclosed >= 1) {
    add(begin, end, "mixed-id");
  }
}

/// Identifiers written in several words, by their first: UPS, IBAN, UUID.
void Identifiers::grouped_word(std::size_t begin, std::size_t end) {
  const View w = text_.substr(begin, end - begin);
  // A UPS tracking number: 1Z and sixteen letters and digits, often in groups.
  if (w.starts_with("1Z") && (w.size() == 2 || w.size() == 18)) {
    constexpr std::size_t kAfter = 16;
    std::size_t last = begin + 2;
    std::size_t taken = 0;
    while (last < text_.size() && taken < kAfter &&
           (is_ascii_alnum(text_[last]) || text_[last] == ' ')) {
      taken += text_[last] != ' ';
      ++last;
    }
    if (taken == kAfter) add(begin, last, "tracking-number");
  }
  // An IBAN in groups of four: the first is two letters and two digits.
  if (w.size() == 4 && is_ascii_upper(w[0]) && is_ascii_upper(w[1]) && is_ascii_digit(w[2]) &&
      is_ascii_digit(w[3])) {
    std::size_t last = end;
    std::size_t fours = 0;
    while (last + 4 < text_.size() && text_[last] == ' ' &&
           std::all_of(text_.begin() + static_cast<std::ptrdiff_t>(last) + 1,
                       text_.begin() + static_cast<std::ptrdiff_t>(last) + 5,
                       [](char c) { return is_ascii_digit(c) || is_ascii_upper(c); })) {
      last += 5;
      ++fours;
    }
    if (fours < 2) return;
    while (last < text_.size() && (text_[last] == ' ' || is_ascii_digit(text_[last])) &&
           last < end + 40) {
      ++last;
    }
    add(begin, last, "iban");
  }
  // RFC 4122: eight, four, four, four and twelve hexadecimal digits.
  constexpr std::size_t kUuid = 36;
  if (w.size() == 8 && text_.size() - begin >= kUuid) {
    const View uuid = text_.substr(begin, kUuid);
    bool shaped = true;
    for (std::size_t i = 0; i < kUuid; ++i) {
      const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
      shaped &= dash ? uuid[i] == '-' : is_hex(uuid[i]);
    }
    if (shaped) add(begin, begin + kUuid, "hex");
  }
}

bool Identifiers::sizes_are(std::size_t i, std::span<const std::uint32_t> sizes) const {
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    if (!has(i + k) || at(i + k).size != sizes[k]) return false;
    if (k > 0 && (at(i + k).gap.breaks && !sep_is(i + k - 1, ','))) return false;
  }
  return true;
}

/// Card numbers in fours.
void Identifiers::card_number(std::size_t i) {
  constexpr std::array<std::uint32_t, 4> kCard = {4, 4, 4, 4};
  if (sizes_are(i, kCard) && (sep_is(i, ' ') || sep_is(i, '-')) && sep(i) == sep(i + 1) &&
      sep(i) == sep(i + 2)) {
    add_groups(i, i + 3, "card-number");
  }
}

void Identifiers::long_runs(std::size_t i) {
  const std::uint32_t size = at(i).size;
  if (at(i).spelled) return;
  if (size > 15 && !(size <= 17 && digits(i).starts_with("00"))) {
    add_groups(i, i, size <= 19 && has_luhn_check(digits(i)) ? "card-number" : "long-run");
  } else if (size >= 13 && before(i) != '+' && !digits(i).starts_with("00") &&
             has_luhn_check(digits(i)) && is_one_of(digits(i)[0], "3456")) {
    add_groups(i, i, "card-number");
  } else if (size == 13 && (digits(i).starts_with("978") || digits(i).starts_with("979"))) {
    int sum = 0;  // ISO 2108: weights 1 and 3
    for (std::size_t k = 0; k < 13; ++k) sum += (digits(i)[k] - '0') * (k % 2 == 0 ? 1 : 3);
    if (sum % 10 == 0) add_groups(i, i, "isbn");
  }
}

/// "1.3.6.1.4.1.11129": many numbers with nothing but points between, not digits one by one.
void Identifiers::object_id(std::size_t i) {
  constexpr std::size_t kArcsMin = 6;
  if (before(i) == '+' || at(i).size != 1 || value(i) > 2) return;  // the roots of the tree
  if (i > 0 && sep_is(i - 1, '.')) return;
  std::size_t last = i;
  bool singles = at(i).size == 1;
  while (has(last + 1) && sep_is(last, '.')) singles &= at(++last).size == 1;
  if (last + 1 - i >= kArcsMin && !singles) add_groups(i, last, "object-id");
}

/// Identifiers with a layout of their own: ISBN-10, boleto, CNPJ, CPF.
void Identifiers::grouped_ids(std::size_t i) {
  constexpr std::array<std::uint32_t, 8> kBoleto = {5, 5, 5, 6, 5, 6, 1, 14};
  if (sizes_are(i, std::span(kBoleto).first(6)) && sep_is(i, '.')) {
    std::size_t last = i + 5;
    while (has(last + 1) && last < i + 7 && at(last + 1).size == kBoleto[last + 1 - i]) ++last;
    add_groups(i, last, "boleto");
    return;
  }
  constexpr std::array<std::uint32_t, 4> kCpf = {3, 3, 3, 2};
  if (sizes_are(i, kCpf) && sep_is(i, '.') && sep_is(i + 1, '.') && sep_is(i + 2, '-')) {
    add_groups(i, i + 3, "tax-id");
    return;
  }
  constexpr std::array<std::uint32_t, 5> kCnpj = {2, 3, 3, 4, 2};
  if (sizes_are(i, kCnpj) && sep_is(i, '.') && sep_is(i + 1, '.') && sep_is(i + 3, '-')) {
    add_groups(i, i + 4, "tax-id");
    return;
  }
  // "CA 94111-1234"
  constexpr std::array<std::uint32_t, 2> kZip = {5, 4};
  const std::size_t b = at(i).begin;
  if (sizes_are(i, kZip) && sep_is(i, '-') && b >= 3 && text_[b - 1] == ' ' && open_right(i + 1)) {
    std::size_t state = b - 1;
    while (state > 0 && text_[state - 1] == ' ') --state;
    if (state >= 2 && is_ascii_upper(text_[state - 1]) && is_ascii_upper(text_[state - 2]) &&
        (state == 2 || !is_ascii_alnum(text_[state - 3]))) {
      add_groups(i, i + 1, "zip-code");
      return;
    }
  }
  isbn10(i);
}

/// 0-596-00317-X, 0-596-00317-5; an ISBN-13 has 978 or 979 before. Source: ISO 2108.
void Identifiers::isbn10(std::size_t i) {
  if (!has(i + 2) || !open_left(i)) return;
  const bool dashes = sep_is(i, '-') && sep_is(i + 1, '-');
  if (!dashes) return;
  std::size_t first = i;
  if ((value(i) == 978 || value(i) == 979) && at(i).size == 3) ++first;
  if (!has(first + 2) || at(first).size > 5 || !sep_is(first + 1, '-')) return;
  const std::size_t three = at(first).size + at(first + 1).size + at(first + 2).size;
  if (three != 9) return;
  const std::size_t end = at(first + 2).end;
  if (end + 1 >= text_.size() || text_[end] != '-') return;
  const char check = text_[end + 1];
  if (check != 'X' && check != 'x' && !is_ascii_digit(check)) return;
  if (end + 2 < text_.size() && is_ascii_alnum(text_[end + 2])) return;
  int sum = 0;
  const View body = groups_.digits_of(first, first + 2);
  for (std::size_t k = 0; k < 9; ++k) sum += (body[k] - '0') * (10 - static_cast<int>(k));
  sum += is_ascii_digit(check) ? check - '0' : 10;
  if (sum % 11 == 0 || first != i) add(at(i).begin, end + 2, "isbn");
}

}  // namespace

bool has_luhn_check(std::string_view digits) {
  if (digits.size() < 13 || digits.size() > 19) return false;
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int d = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 1 && (d *= 2) > 9) d -= 9;
    sum += d;
  }
  return sum % 10 == 0;
}

void find_identifiers(std::string_view text, const DigitGroups& groups,
                      std::vector<NotANumber>& out) {
  Identifiers(text, groups, out).run();
}

}  // namespace ringfence
