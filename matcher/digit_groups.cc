#include "matcher/digit_groups.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "matcher/digit_gap.h"
#include "matcher/fold_table.h"

namespace ringfence {
namespace {

constexpr std::size_t kSpelledRowMin = 7;  // digits in a row; words in fewer are plain English

struct DigitWord {
  std::string_view word;
  char digit;
};
constexpr DigitWord kDigitWords[] = {
    {"zero", '0'},  {"oh", '0'},    {"o", '0'},     {"nought", '0'}, {"naught", '0'}, {"nil", '0'},
    {"one", '1'},   {"two", '2'},   {"three", '3'}, {"four", '4'},   {"five", '5'},   {"six", '6'},
    {"seven", '7'}, {"eight", '8'}, {"nine", '9'},  {"niner", '9'},
};

/// '\0' for a letter that looks like no digit.
char look_alike_digit(char c) {
  switch (c) {
    case 'O':
    case 'o':
      return '0';
    case 'l':
    case 'I':
    case '|':
      return '1';
    case 'S':
      return '5';
    case 'B':
      return '8';
    default:
      return '\0';
  }
}

bool is_word_char(char c) { return is_ascii_alnum(c) || is_fold_letter(c); }

char digit_of_word(std::string_view word) {
  for (const DigitWord& w : kDigitWords) {
    if (iequals(word, w.word)) return w.digit;
  }
  return '\0';
}

int times_of_word(std::string_view word) {
  if (iequals(word, "double")) return 2;
  if (iequals(word, "triple") || iequals(word, "treble")) return 3;
  return 0;
}

class Grouper {
 public:
  explicit Grouper(std::string_view text) : text_(text) {}

  DigitGroups run() {
    out_.digits.reserve(text_.size());
    std::size_t i = 0;
    while (i < text_.size()) {
      const char c = text_[i];
      if (is_ascii_digit(c) || look_alike_digit(c) != '\0') {
        i = take_run(i);
      } else if (is_ascii_alpha(c)) {
        i = take_word(i);
      } else {
        ++i;
      }
    }
    set_gaps();
    if (drop_plain_english()) set_gaps();
    return std::move(out_);
  }

 private:
  /// A run that begins with a digit or a look-alike. Letters count only when the whole word is
  /// digits and look-alikes; otherwise the digits stand alone and the letters are glued to them.
  std::size_t take_run(std::size_t begin) {
    if (after_round_the_clock(begin)) {
      add(begin, begin + 1, "7", false, false);
      ++begin;
    }
    std::size_t end = begin;
    std::size_t digits = 0;
    while (end < text_.size() &&
           (is_ascii_digit(text_[end]) || look_alike_digit(text_[end]) != '\0')) {
      digits += is_ascii_digit(text_[end]);
      ++end;
    }
    end = before_bars(begin, end, digits);
    const bool whole = (begin == 0 || !is_word_char(text_[begin - 1])) &&
                       (end == text_.size() || !is_word_char(text_[end]) || label_at(end));
    if (digits < end - begin && !(whole && acts_as_digits(begin, end, digits))) {
      if (!is_ascii_digit(text_[begin])) return text_[begin] == '|' ? begin + 1 : take_word(begin);
      end = begin;
      while (end < text_.size() && is_ascii_digit(text_[end])) ++end;
      digits = end - begin;
    }
    std::string value(text_.substr(begin, end - begin));
    for (char& c : value) {
      if (!is_ascii_digit(c)) c = look_alike_digit(c);
    }
    add(begin, end, value, digits < end - begin, false);
    return end;
  }

  /// "24x7866-555-0123": the 7 is no part of what is glued to it.
  bool after_round_the_clock(std::size_t begin) const {
    constexpr std::string_view kDay = "24";
    return begin >= 3 && text_.substr(begin - 3, 2) == kDay &&
           std::string_view("xX/*").find(text_[begin - 1]) != std::string_view::npos &&
           (begin == 3 || !is_ascii_digit(text_[begin - 4])) && text_[begin] == '7' &&
           begin + 1 < text_.size() && is_ascii_digit(text_[begin + 1]);
  }

  /// "888|555|0123": bars between whole groups part them; a bar among single digits is a 1. Where
  /// the run ends, and the digits in it.
  std::size_t before_bars(std::size_t begin, std::size_t end, std::size_t& digits) const {
    constexpr std::size_t kGroupMin = 3;
    std::size_t first = end;
    std::size_t size = 0;
    for (std::size_t i = begin; i <= end; ++i) {
      if (i < end && text_[i] != '|') {
        ++size;
        continue;
      }
      if (size < kGroupMin && i > begin) return end;
      if (i < end) first = std::min(first, i);
      size = 0;
    }
    digits = 0;
    for (std::size_t i = begin; i < first; ++i) digits += is_ascii_digit(text_[i]);
    return std::max(first, begin + 1);
  }

  /// Digits with look-alikes between or beside them; without any digit only when joined tightly to
  /// a group ("1-8OO-..." has one, "I-888-..." and "8OO-SSS-..." are joined).
  bool acts_as_digits(std::size_t begin, std::size_t end, std::size_t digits) const {
    const std::size_t letters = end - begin - digits;
    if (digits > 0) return letters <= 3 || letters * 2 <= end - begin;
    if (end - begin > 4) return false;
    const bool joined_after =
        end + 1 < text_.size() && is_joiner(text_[end]) && is_ascii_digit(text_[end + 1]);
    const bool joined_before = begin >= 2 && is_joiner(text_[begin - 1]) &&
                               (is_ascii_digit(text_[begin - 2]) || ends_group(begin - 1));
    return joined_after || joined_before;
  }
  /// The last group ends here and is made of look-alikes.
  bool ends_group(std::size_t end) const {
    return !out_.groups.empty() && out_.groups.back().end == end && out_.groups.back().look_alike;
  }
  /// A word glued to the digits: "...428oHey".
  bool label_at(std::size_t i) const {
    return i + 1 < text_.size() && text_[i] >= 'A' && text_[i] <= 'Z' && text_[i + 1] >= 'a' &&
           text_[i + 1] <= 'z';
  }
  static bool is_joiner(char c) { return c == '-' || c == '.' || c == '(' || c == ')'; }

  std::size_t take_word(std::size_t begin) {
    std::size_t end = begin;
    while (end < text_.size() && is_ascii_alpha(text_[end])) ++end;
    const bool starts = begin == 0 || !is_word_char(text_[begin - 1]);
    if (starts && take_glued_words(begin, text_.substr(begin, end - begin))) return end;
    // "...nineNorton": the label begins with its capital.
    for (std::size_t i = begin + 3; i + 1 < end && i <= begin + 5; ++i) {
      if (label_at(i) && digit_of_word(text_.substr(begin, i - begin)) != '\0') end = i;
    }
    const std::string_view word = text_.substr(begin, end - begin);
    if (starts && is_hundred(begin, word)) {
      add(begin, end, "00", false, true);
      return end;
    }
    // "eight6six"
    const bool after_digit = begin > 0 && is_ascii_digit(text_[begin - 1]);
    if ((!starts && !after_digit) || word.size() > 6) {
      pending_times_ = 0;
      return end;
    }
    if (const int times = times_of_word(word); times > 0) {
      pending_times_ = times;
      pending_begin_ = begin;
      return end;
    }
    if (const char digit = digit_of_word(word); digit != '\0' && (starts || word.size() > 2)) {
      const std::size_t from = pending_times_ > 0 ? pending_begin_ : begin;
      add(from, end, std::string(static_cast<std::size_t>(std::max(pending_times_, 1)), digit),
          false, true);
    }
    pending_times_ = 0;
    return end;
  }

  /// "eight hundred five five five ..."
  bool is_hundred(std::size_t begin, std::string_view word) const {
    if (!iequals(word, "hundred") || out_.groups.empty()) return false;
    const Group& last = out_.groups.back();
    return last.spelled && last.size == 1 && last.end + 1 == begin;
  }

  /// "EightSixSixFiveFiveFive": one group of the digits of all words.
  bool take_glued_words(std::size_t begin, std::string_view word) {
    constexpr std::size_t kGluedMin = 3;
    constexpr std::size_t kGluedBytesMax = 80;
    if (word.size() > kGluedBytesMax) return false;
    std::string value;
    for (std::string_view rest = word; !rest.empty();) {
      const DigitWord* known = nullptr;  // the longest: "one" before "o"
      for (const DigitWord& w : kDigitWords) {
        const bool longer = known == nullptr || w.word.size() > known->word.size();
        if (longer && istarts_with(rest, w.word)) known = &w;
      }
      if (known == nullptr) return false;
      value += known->digit;
      rest.remove_prefix(known->word.size());
    }
    if (value.size() < kGluedMin) return false;
    add(begin, begin + word.size(), value, false, true);
    return true;
  }

  void add(std::size_t begin, std::size_t end, std::string value, bool look_alike, bool spelled) {
    if (!spelled && pending_times_ > 0 && value.size() == 1) {  // "double 8"
      value = std::string(static_cast<std::size_t>(pending_times_), value[0]);
      begin = pending_begin_;
      spelled = true;
    }
    pending_times_ = 0;
    Group group;
    group.begin = static_cast<std::uint32_t>(begin);
    group.end = static_cast<std::uint32_t>(end);
    group.at = static_cast<std::uint32_t>(out_.digits.size());
    group.size = static_cast<std::uint32_t>(value.size());
    group.look_alike = look_alike;
    group.spelled = spelled;
    out_.digits += value;
    out_.groups.push_back(group);
  }

  void set_gaps() {
    for (std::size_t k = 1; k < out_.groups.size(); ++k) {
      out_.groups[k].gap = gap_between(text_, out_.groups[k - 1], out_.groups[k]);
    }
  }

  /// Words of digits that do not stand in a row of enough digits are words. False: there were none.
  bool drop_plain_english() {
    const std::vector<Group>& groups = out_.groups;
    if (std::none_of(groups.begin(), groups.end(), [](const Group& g) { return g.spelled; })) {
      return false;
    }
    DigitGroups kept;
    for (std::size_t from = 0; from < groups.size();) {
      std::size_t to = from + 1;
      std::size_t digits = groups[from].size;
      while (to < groups.size() && !groups[to].gap.breaks) digits += groups[to++].size;
      for (; from < to; ++from) {
        Group g = groups[from];
        if (g.spelled && (digits < kSpelledRowMin || is_plain_o(groups, from))) continue;
        const std::string_view value = std::string_view(out_.digits).substr(g.at, g.size);
        g.at = static_cast<std::uint32_t>(kept.digits.size());
        g.gap = {};
        kept.digits += value;
        kept.groups.push_back(g);
      }
    }
    out_ = std::move(kept);
    return true;
  }

  /// "o" and "oh" are a digit beside digits said one by one only: "910 000 653 o 600 000 123" is
  /// Spanish.
  static bool is_plain_o(const std::vector<Group>& groups, std::size_t k) {
    const auto is_o = [&](std::size_t i) {
      return groups[i].spelled && groups[i].end - groups[i].begin <= 2;
    };
    const auto said = [&](std::size_t i) { return groups[i].spelled || groups[i].size == 1; };
    if (!is_o(k)) return false;
    std::size_t left = k;
    while (left > 0 && !groups[left].gap.breaks && is_o(left)) --left;
    std::size_t right = k;
    while (right + 1 < groups.size() && !groups[right + 1].gap.breaks && is_o(right)) ++right;
    return !(left < k && !is_o(left) && said(left)) && !(right > k && !is_o(right) && said(right));
  }

  std::string_view text_;
  DigitGroups out_;
  int pending_times_ = 0;
  std::size_t pending_begin_ = 0;
};

}  // namespace

DigitGroups digit_groups(std::string_view text) { return Grouper(text).run(); }

}  // namespace ringfence
