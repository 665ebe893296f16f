// GroupView: groups of digits looked at by their neighbours, for those who look for what is no
// number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "matcher/digit_groups.h"
#include "matcher/not_a_number.h"

namespace ringfence {

class GroupView {
 protected:
  using View = std::string_view;

  GroupView(std::string_view text, const DigitGroups& groups, std::vector<NotANumber>& out)
      : text_(text), groups_(groups), out_(out) {}

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

  View text_;
  const DigitGroups& groups_;
  std::vector<NotANumber>& out_;
};

}  // namespace ringfence
