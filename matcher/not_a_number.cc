#include "matcher/not_a_number.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"
#include "matcher/group_view.h"
#include "matcher/identifiers.h"

namespace ringfence {
namespace {

bool is_url_char(char c) {
  return c > ' ' && c != '<' && c != '>' && c != '"' && c != '\'' && c != ')';
}

bool is_local_part_char(char c) {
  return is_ascii_alnum(c) || c == '.' || c == '_' || c == '%' || c == '-' || c == '+' || c == '=';
}
bool is_domain_char(char c) { return is_ascii_alnum(c) || c == '.' || c == '-'; }

bool is_year4(int n) { return n >= 1900 && n <= 2099; }
bool is_day(int n) { return n >= 1 && n <= 31; }
bool is_month(int n) { return n >= 1 && n <= 12; }

class Finder : GroupView {
 public:
  Finder(std::string_view text, const DigitGroups& groups, std::vector<NotANumber>& out)
      : GroupView(text, groups, out) {}

  void run() {
    urls();
    addresses_with_at();
    for (std::size_t i = 0; i < groups_.groups.size(); ++i) {
      dates(i);
      times(i);
      ip_address(i);
      decimals(i);
      decimal_pairs(i);
      counting(i);
      integers(i);
      version(i);
    }
  }

 private:
  void urls();
  void addresses_with_at();
  void dates(std::size_t i);
  void times(std::size_t i);
  void ip_address(std::size_t i);
  void decimals(std::size_t i);
  void decimal_pairs(std::size_t i);
  void counting(std::size_t i);
  void integers(std::size_t i);
  void version(std::size_t i);
  bool compact_date(View run) const;
  bool is_date(std::size_t i, char c) const;
  std::size_t time_after(std::size_t i) const;
  /// Where the letters and digits from `begin` on end.
  std::size_t word_end(std::size_t begin) const {
    while (begin < text_.size() && is_ascii_alnum(text_[begin])) ++begin;
    return begin;
  }
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

/// Groups i, i+1, i+2 with `c` between them are a date.
bool Finder::is_date(std::size_t i, char c) const {
  if (!has(i + 2)) return false;
  if (at(i).spelled || at(i + 1).spelled || at(i + 2).spelled) return false;
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

/// Four octets with points.
void Finder::ip_address(std::size_t i) {
  if (!has(i + 3)) return;
  if (sep_is(i, '.') && sep_is(i + 1, '.') && sep_is(i + 2, '.') && open_left(i) &&
      open_right(i + 3)) {
    bool octets = true;
    for (std::size_t k = i; k < i + 4; ++k) octets &= at(k).size <= 3 && value(k) <= 255;
    if (octets) add_groups(i, i + 3, "ip-address");
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

/// "307.695 196.2", "0.49271-0.06606": two with a blank between, and parts of curves.
void Finder::decimal_pairs(std::size_t i) {
  if (!has(i + 1) || !sep_is(i, '.') || before(i) == '+' || before(i) == '(') return;
  if (digits(i) == "0" && at(i + 1).size >= 3 && after(i + 1) != '.') {
    add_groups(i, i + 1, "decimal");
  }
  if (!has(i + 3) || !sep_is(i + 1, ' ') || !sep_is(i + 2, '.')) return;
  const bool short_parts =
      at(i).size <= 4 && at(i + 1).size <= 3 && at(i + 2).size <= 4 && at(i + 3).size <= 3;
  if (short_parts && digits(i)[0] != '0' && open_left(i) && open_right(i + 3)) {
    add_groups(i, i + 3, "decimal");
  }
}

/// "1 2 3 4 5 6 7 8 9 10": each one more than the last.
void Finder::counting(std::size_t i) {
  constexpr std::size_t kCountedMin = 8;
  std::size_t last = i;
  while (has(last + 1) && at(last + 1).size <= 2 && value(last + 1) == value(last) + 1 &&
         !sep(last).empty()) {
    ++last;
  }
  if (last - i + 1 >= kCountedMin && at(i).size == 1) add_groups(i, last, "counting");
}

/// The largest integers of 32 bits and one more; constants of code: "8005550142ull", "2654435761U".
void Finder::integers(std::size_t i) {
  constexpr View kLimits[] = {"2147483647", "2147483648", "4294967295", "4294967296"};
  constexpr View kSuffixes[] = {"u", "U", "L", "ul", "uL", "UL", "LL", "ull", "uLL", "ULL"};
  const View suffix = text_.substr(at(i).end, word_end(at(i).end) - at(i).end);
  if (std::find(std::begin(kSuffixes), std::end(kSuffixes), suffix) != std::end(kSuffixes) &&
      open_left(i)) {
    add_groups(i, i, "integer");
  }
  if (before(i) == '+' || !open_left(i)) return;
  if (std::find(std::begin(kLimits), std::end(kLimits), digits(i)) != std::end(kLimits)) {
    add_groups(i, i, "integer");
  }
}

/// "9.0.0632", "6.12.0": three numbers with points, the first two of one or two digits; after a "v"
/// of any size.
void Finder::version(std::size_t i) {
  if (!has(i + 2) || !sep_is(i, '.') || !sep_is(i + 1, '.') || before(i) == '+') return;
  const bool small = at(i).size <= 2 && at(i + 1).size <= 2 && at(i + 2).size <= 4;
  const auto joined = [&](std::size_t k) { return has(k) && at(k).gap.tight && !at(k).gap.breaks; };
  const std::size_t b = at(i).begin;
  if (ascii_lower(before(i)) == 'v' && (b < 2 || !is_ascii_alnum(text_[b - 2]))) {
    add_groups(i, i + 2, "version");
    return;
  }
  if (small && digits(i)[0] != '0' && open_left(i) && !joined(i) && !joined(i + 3)) {
    add_groups(i, i + 2, "version");
  }
}

}  // namespace

std::vector<NotANumber> find_not_numbers(std::string_view text, const DigitGroups& groups) {
  std::vector<NotANumber> out;
  Finder(text, groups, out).run();
  find_identifiers(text, groups, out);
  return out;
}

}  // namespace ringfence
