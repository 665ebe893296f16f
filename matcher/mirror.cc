#include "matcher/mirror.h"

#include <algorithm>

namespace ringfence {
namespace {

constexpr char turned(char c) {
  switch (c) {
    case '(':
      return ')';
    case ')':
      return '(';
    case '[':
      return ']';
    case ']':
      return '[';
    default:
      return c;
  }
}

// How a number may begin: what stands in front of its first digit and belongs to it.
constexpr bool opens_number(char c) { return c == '+' || c == '('; }

}  // namespace

bool may_be_mirrored(const Cluster& cluster) {
  return std::any_of(cluster.tricks.begin(), cluster.tricks.end(), [&](const TrickMark& mark) {
    return mark.trick == Trick::kBidi && mark.end + 1 >= cluster.begin &&
           mark.begin <= cluster.end + 1;
  });
}

Cluster mirrored(const Cluster& cluster) {
  const auto size = static_cast<std::uint32_t>(cluster.text.size());
  Cluster out;
  out.place = cluster.place;
  out.offset = cluster.offset;
  out.original_at.reserve(size + 1);
  for (std::uint32_t i = size; i > 0; --i) {
    const char c = cluster.text[i - 1];
    const std::string_view written = cluster.shown(i - 1, i);
    out.text += turned(c);
    out.original_at.push_back(static_cast<std::uint32_t>(out.original.size()));
    if (written.size() == 1) {
      out.original += turned(written[0]);
    } else {
      out.original += written;
    }
  }
  out.original_at.push_back(static_cast<std::uint32_t>(out.original.size()));
  out.begin = size - cluster.end;
  out.end = size - cluster.begin;
  while (out.begin > 0 && opens_number(out.text[out.begin - 1])) --out.begin;
  for (const TrickMark& mark : cluster.tricks) {
    out.tricks.push_back({mark.trick, size - mark.end, size - mark.begin});
  }
  // An override stands around the number, not within it: it counts for all of it.
  out.tricks.push_back({Trick::kBidi, out.begin, out.end});
  std::sort(out.tricks.begin(), out.tricks.end(),
            [](const TrickMark& a, const TrickMark& b) { return a.begin < b.begin; });
  return out;
}

}  // namespace ringfence
