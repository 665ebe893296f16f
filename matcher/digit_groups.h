// DigitGroups: a cluster's text as groups of digits and the gaps between them.
//
// Does: find runs of digits, runs of digits with look-alike letters (O, l, I, S, B), and digits
// written as English words; say of each gap what it is made of and whether a number may go on over
// it. Does not: decide what is a number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence {

/// What stands between a group and the one before it.
struct Gap {
  bool breaks = true;    // no number goes on over this
  bool plus = false;     // a '+' stands in it
  bool tight = false;    // one of - . / _ ' ( ) and no space: ids are joined like this
  bool odd = false;      // separators nobody writes in a number
  bool bracket = false;  // ( ) [ ]
  bool dash = false;     // - or _
  bool dot = false;
  bool slash = false;
  bool comma = false;
  std::uint8_t spaces = 0;  // blanks, at most 255
  std::uint8_t lines = 0;   // line ends
  std::uint8_t tabs = 0;    // table cells
};

struct Group {
  std::uint32_t begin = 0;  // text[begin, end)
  std::uint32_t end = 0;
  std::uint32_t at = 0;  // its digits: DigitGroups::digits[at, at + size)
  std::uint32_t size = 0;
  bool look_alike = false;
  bool spelled = false;
  Gap gap;  // before it
};

struct DigitGroups {
  std::vector<Group> groups;  // ascending
  std::string digits;         // of all groups

  std::string_view digits_of(std::size_t first, std::size_t last) const {
    const Group& b = groups[last];
    return std::string_view(digits).substr(groups[first].at, b.at + b.size - groups[first].at);
  }
};

DigitGroups digit_groups(std::string_view text);

}  // namespace ringfence
