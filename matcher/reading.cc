#include "matcher/reading.h"
namespace ringfence {
// thin first version: runs of digits with few separators, read greedily
void read_cluster(const Cluster& c, const NumberingPlan& plan, std::span<const std::string> regions,
                  std::vector<Reading>& out) {
  std::size_t i = c.begin;
  const auto& t = c.text;
  auto digit = [&](std::size_t k) { return t[k] >= '0' && t[k] <= '9'; };
  while (i < c.end) {
    if (!digit(i)) {
      ++i;
      continue;
    }
    std::size_t end = i, last = i;
    std::string digits;
    while (end < t.size() && end - last < 4 && digits.size() < 16) {
      if (digit(end)) {
        digits += t[end];
        last = end + 1;
      } else if (std::string_view(" -.()/_`\n\r").find(t[end]) == std::string_view::npos)
        break;
      ++end;
    }
    std::size_t b = i;
    while (b > c.begin && std::string_view("( ").find(t[b - 1]) != std::string_view::npos) --b;
    const bool plus = b > 0 && t[b - 1] == '+';
    PlanAnswer a;
    if (plus)
      a = plan.international(digits);
    else
      for (const auto& r : regions) {
        a = plan.national(digits, r);
        if (a.number && a.valid) break;
      }
    Reading r;
    r.begin = static_cast<std::uint32_t>(plus ? b - 1 : i);
    r.end = static_cast<std::uint32_t>(last);
    if (a.number && (a.valid || plus)) {
      r.number = a.number;
      r.valid = a.valid;
      r.line_type = a.line_type;
      r.region = a.region;
    } else
      r.reason = digits.size() < 7 ? "too-few-digits" : "not-possible";
    out.push_back(std::move(r));
    i = last;
  }
}
}  // namespace ringfence
