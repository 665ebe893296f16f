#include "matcher/not_a_number.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "base/text.h"

namespace ringfence {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_hex(char c) {
  return is_ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}
bool is_url_char(char c) {
  return c > ' ' && c != '<' && c != '>' && c != '"' && c != '\'' && c != ')';
}

bool is_local_part_char(char c) {
  return is_ascii_alnum(c) || c == '.' || c == '_' || c == '%' || c == '-' || c == '+' || c == '=';
}
bool is_domain_char(char c) { return is_ascii_alnum(c) || c == '.' || c == '-'; }

/// Longest way of writing things here: years of two digits, a year range, a day, a month.
bool is_year4(int n) { return n >= 1900 && n <= 2099; }
bool is_day(int n) { return n >= 1 && n <= 31; }
bool is_month(int n) { return n >= 1 && n <= 12; }

class Finder {
 public:
  Finder(std::string_view text, const DigitGroups& groups) : text_(text), groups_(groups) {}

  std::vector<NotANumber> run() {
    urls();
    addresses_with_at();
    words();
    for (std::size_t i = 0; i < groups_.groups.size(); ++i) {
      dates(i);
      times(i);
      four_in_a_row(i);
      long_runs(i);
      decimals(i);
      grouped_ids(i);
    }
    return std::move(out_);
  }

 private:
  using View = std::string_view;

  const Group& at(std::size_t i) const { return groups_.groups[i]; }
  bool has(std::size_t i) const { return i < groups_.groups.size(); }
  View digits(std::size_t i) const { return groups_.digits_of(i, i); }
  int value(std::size_t i) const {
    int n = 0;
    for (const char c : digits(i).substr(0, 8)) n = n * 10 + (c - '0');
    return n;
  }
  char before(std::size_t i) const { return at(i).begin == 0 ? ' ' : text_[at(i).begin - 1]; }
  char after(std::size_t i) const { return at(i).end == text_.size() ? ' ' : text_[at(i).end]; }
  /// The text between group i and the next.
  View sep(std::size_t i) const {
    return has(i + 1) ? text_.substr(at(i).end, at(i + 1).begin - at(i).end) : View();
  }
  bool sep_is(std::size_t i, char c) const { return sep(i).size() == 1 && sep(i)[0] == c; }
  /// No digit is joined tightly to the left of group i (right of it).
  bool open_left(std::size_t i) const {
    const std::size_t b = at(i).begin;
    return b < 2 || !is_one_of(text_[b - 1], "-./:,_") || !is_ascii_digit(text_[b - 2]);
  }
  bool open_right(std::size_t i) const {
    const std::size_t e = at(i).end;
    return e + 1 >= text_.size() || !is_one_of(text_[e], "-./:,_") || !is_ascii_digit(text_[e + 1]);
  }
  static bool is_one_of(char c, View set) { return set.find(c) != View::npos; }

  void add(std::size_t begin, std::size_t end, View reason) {
    out_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), reason});
  }
  void add_groups(std::size_t first, std::size_t last, View reason) {
    add(at(first).begin, at(last).end, reason);
  }

  void urls();
  void addresses_with_at();
  void words();
  void word(std::size_t begin, std::size_t end);
  void dates(std::size_t i);
  void times(std::size_t i);
  void four_in_a_row(std::size_t i);
  void long_runs(std::size_t i);
  void decimals(std::size_t i);
  void grouped_ids(std::size_t i);
  bool sizes_are(std::size_t i, std::span<const std::uint32_t> sizes) const;
  bool compact_date(View run) const;
  bool is_date(std::size_t i, char c) const;
  std::size_t time_after(std::size_t i) const;

  View text_;
  const DigitGroups& groups_;
  std::vector<NotANumber> out_;
};

/// "https://..." and "www...." up to what cannot stand in a URL; not those that are telephone
/// numbers.
void Finder::urls() {
  for (const View mark : {View("://"), View("www.")}) {
    for (std::size_t i = text_.find(mark); i != View::npos; i = text_.find(mark, i + 1)) {
      std::size_t end = i;
      while (end < text_.size() && is_url_char(text_[end])) ++end;
      const View url = text_.substr(i, end - i);
      if (url.find("wa.me/") != View::npos || url.find("whatsapp.com/send") != View::npos) continue;
      add(i, end, "url");
    }
  }
}

/// Mail addresses, Message-IDs. What is glued after the top-level domain is not theirs.
void Finder::addresses_with_at() {
  for (std::size_t i = text_.find('@'); i != View::npos; i = text_.find('@', i + 1)) {
    std::size_t begin = i;
    while (begin > 0 && is_local_part_char(text_[begin - 1])) --begin;
    std::size_t end = i + 1;
    std::size_t top_end = 0;
    while (end < text_.size() && is_domain_char(text_[end])) {
      if (text_[end] == '.') {
        std::size_t letters = end + 1;
        while (letters < text_.size() && is_ascii_alpha(text_[letters])) ++letters;
        if (letters >= end + 3 && (letters == text_.size() || is_ascii_digit(text_[letters]))) {
          top_end = letters;
        }
      }
      ++end;
    }
    if (top_end != 0) end = top_end;
    if (begin < i || end > i + 1) add(begin, end, "mail-address");
  }
}

void Finder::words() {
  std::size_t i = 0;
  while (i < text_.size()) {
    if (!is_ascii_alnum(text_[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text_.size() && is_ascii_alnum(text_[end])) ++end;
    word(i, end);
    i = end;
  }
}

/// One word of letters and digits: hexadecimal, base64, serial numbers, IBAN.
void Finder::word(std::size_t begin, std::size_t end) {
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
        run.find_first_not_of("OolISB") != View::npos) {
      ++enclosed;
    }
    --i;
  }
  if (letters == 0 || letters == w.size()) return;
  if (hex && mixed && w.size() >= 7) {
    add(begin, end, "hex");
  } else if (w.size() >= 15 && is_upper(w[0]) && is_upper(w[1]) && is_ascii_digit(w[2]) &&
             is_ascii_digit(w[3]) && letters <= 8) {
    add(begin, end, "iban");
  } else if (enclosed >= 1) {
    add(begin, end, "mixed-id");
  }
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
  if (w.size() == 4 && is_upper(w[0]) && is_upper(w[1]) && is_ascii_digit(w[2]) &&
      is_ascii_digit(w[3])) {
    std::size_t last = end;
    std::size_t fours = 0;
    while (last + 4 < text_.size() && text_[last] == ' ' &&
           std::all_of(text_.begin() + static_cast<std::ptrdiff_t>(last) + 1,
                       text_.begin() + static_cast<std::ptrdiff_t>(last) + 5,
                       [](char c) { return is_ascii_digit(c) || is_upper(c); })) {
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
}

/// Groups i, i+1, i+2 with `c` between them are a date.
bool Finder::is_date(std::size_t i, char c) const {
  if (!has(i + 2)) return false;
  if (i > 0 && sep_is(i - 1, ' ') && before(i - 1) == '+') return false;  // after a country code
  const auto sep_fits = [&](std::size_t k) { return sep_is(k, c) || (c == '.' && sep(k) == ". "); };
  if (!sep_fits(i) || !sep_fits(i + 1) || !open_left(i) || !open_right(i + 2)) return false;
  const std::uint32_t a = at(i).size, b = at(i + 1).size, d = at(i + 2).size;
  if (a == 4) {
    return is_year4(value(i)) && b <= 2 && d <= 2 && is_month(value(i + 1)) && is_day(value(i + 2));
  }
  if (a > 2 || b > 2) return false;
  const bool month_day =
      (is_month(value(i)) && is_day(value(i + 1))) || (is_day(value(i)) && is_month(value(i + 1)));
  if (d == 4) return month_day && is_year4(value(i + 2));
  return d == 2 && month_day;
}

void Finder::dates(std::size_t i) {
  for (const char c : {'-', '/', '.'}) {
    if (!is_date(i, c)) continue;
    const std::size_t last = i + 2;
    add(at(i).begin, std::max<std::size_t>(time_after(last), at(last).end), "date");
    return;
  }
  const View run = digits(i);
  if (before(i) != '+' && open_left(i) && open_right(i) && compact_date(run)) {
    add(at(i).begin, std::max<std::size_t>(time_after(i), at(i).end), "date");
  }
}

/// YYYYMMDD, with or without hhmm or hhmmss.
bool Finder::compact_date(View run) const {
  if (run.size() != 8 && run.size() != 12 && run.size() != 14) return false;
  const auto number = [&](std::size_t from, std::size_t size) {
    int n = 0;
    for (const char c : run.substr(from, size)) n = n * 10 + (c - '0');
    return n;
  };
  if (!is_year4(number(0, 4)) || !is_month(number(4, 2)) || !is_day(number(6, 2))) return false;
  if (run.size() >= 12 && (number(8, 2) > 23 || number(10, 2) > 59)) return false;
  return run.size() < 14 || number(12, 2) <= 60;
}

/// Where a time of day that follows group i ends: "T10:30", " 08:00:15", " 08"; 0 for none.
std::size_t Finder::time_after(std::size_t i) const {
  if (!has(i + 1) || at(i + 1).size > 2 || value(i + 1) > 24) return 0;
  const View between = sep(i);
  if (between.empty() || between.size() > 3) return 0;
  if (between != "T" && between.find_first_not_of(" ,") != View::npos) return 0;
  std::size_t last = i + 1;
  while (has(last + 1) && sep_is(last, ':') && at(last + 1).size == 2) ++last;
  return at(last).end;
}

/// "12:11:40 +0300", "12:04:13.785852".
void Finder::times(std::size_t i) {
  if (at(i).size > 2 || !has(i + 1) || !sep_is(i, ':') || at(i + 1).size != 2) return;
  if (value(i) > 24 || value(i + 1) > 59) return;
  std::size_t last = i + 1;
  if (has(last + 1) && sep_is(last, ':') && at(last + 1).size == 2) ++last;
  if (has(last + 1) && (sep_is(last, '.') || sep_is(last, ','))) ++last;
  std::size_t end = at(last).end;
  if (has(last + 1) && at(last + 1).size == 4 && (sep(last) == " +" || sep(last) == " -")) {
    end = at(last + 1).end;
  }
  add(at(i).begin, end, "time");
}

bool Finder::sizes_are(std::size_t i, std::span<const std::uint32_t> sizes) const {
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    if (!has(i + k) || at(i + k).size != sizes[k]) return false;
    if (k > 0 && (at(i + k).gap.breaks && !sep_is(i + k - 1, ','))) return false;
  }
  return true;
}

/// IPv4 addresses, card numbers in fours.
void Finder::four_in_a_row(std::size_t i) {
  if (!has(i + 3)) return;
  if (sep_is(i, '.') && sep_is(i + 1, '.') && sep_is(i + 2, '.') && open_left(i) &&
      open_right(i + 3)) {
    bool octets = true;
    for (std::size_t k = i; k < i + 4; ++k) octets &= at(k).size <= 3 && value(k) <= 255;
    if (octets) add_groups(i, i + 3, "ip-address");
  }
  constexpr std::array<std::uint32_t, 4> kCard = {4, 4, 4, 4};
  if (sizes_are(i, kCard) && (sep_is(i, ' ') || sep_is(i, '-')) && sep(i) == sep(i + 1) &&
      sep(i) == sep(i + 2)) {
    add_groups(i, i + 3, "card-number");
  }
}

void Finder::long_runs(std::size_t i) {
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

/// "0.999632042904", "12.9715987", "-73.98, 40.75": one point, a fraction too long for a group of a
/// telephone number or a whole part too short for one.
void Finder::decimals(std::size_t i) {
  if (!has(i + 1) || !sep_is(i, '.') || !open_left(i) || !open_right(i + 1)) return;
  const std::uint32_t whole = at(i).size, fraction = at(i + 1).size;
  if (before(i) == '+' || before(i) == '(') return;
  const bool trunk = whole >= 2 && digits(i)[0] == '0';
  if ((whole <= 2 && !trunk && fraction >= 3) ||
      ((whole == 3 || whole == 4) && !trunk && fraction >= 5 && (whole == 4 || fraction != 7))) {
    add_groups(i, i + 1, "decimal");
  }
}

/// Identifiers with a layout of their own: ISBN-10, boleto, CNPJ, CPF.
void Finder::grouped_ids(std::size_t i) {
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
    if (state >= 2 && is_upper(text_[state - 1]) && is_upper(text_[state - 2]) &&
        (state == 2 || !is_ascii_alnum(text_[state - 3]))) {
      add_groups(i, i + 1, "zip-code");
      return;
    }
  }
  if (!has(i + 2) || !open_left(i)) return;
  // ISBN-10: 0-596-00317-X, 0-596-00317-5; ISBN-13 has 978 before.
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

std::vector<NotANumber> find_not_numbers(std::string_view text, const DigitGroups& groups) {
  return Finder(text, groups).run();
}

}  // namespace ringfence
