#include "matcher/weighing.h"

#include <algorithm>
#include <bit>

#include "base/text.h"
#include "matcher/context_words.h"

namespace ringfence {
namespace {

constexpr std::size_t kDigitsMin = 7;
constexpr std::size_t kDigitsMax = 19;  // 15, the longest prefix, and a trunk zero in brackets
constexpr std::size_t kGroupsOfNumberMax = 8;  // more are digits spaced one by one

constexpr std::ptrdiff_t kBracketsMax = 3;

/// How the digits are written.
struct Layout {
  std::uint32_t breaks = 0;  // bit k: a separator before the last k digits
  bool bracket = false;
  bool line = false;   // goes on over a line end
  bool cells = false;  // goes on over table cells
  bool wide = false;   // several blanks
  bool odd = false;
  bool uneven = false;     // odd separators of several kinds
  bool spaced = false;     // digits one by one
  bool ragged = false;     // some digits alone, others not
  bool nested = false;     // more brackets than a number has
  bool unmatched = false;  // brackets that do not pair, or around the last digits
  bool mixed = false;      // several kinds of separators
  bool only_dots = true;
  bool look_alike = false;
  bool spelled = false;
  bool only_spaces = true;
  std::size_t groups = 0;
  std::size_t marked_gaps = 0;
};

Layout layout_of(std::string_view text, const DigitGroups& all, const Span& span) {
  Layout l;
  l.groups = span.last - span.first + 1;
  std::size_t singles = 0;
  std::size_t digits_after = 0;
  bool dashes = false;
  bool others = false;
  std::string_view odd_gap;
  for (std::size_t k = span.last + 1; k-- > span.first;) {
    const Group& g = all.groups[k];
    singles += g.size == 1;
    l.look_alike |= g.look_alike;
    l.spelled |= g.spelled;
    digits_after += g.size;
    if (k == span.first) break;
    if (digits_after < 32) l.breaks |= std::uint32_t{1} << digits_after;
    const Gap& gap = g.gap;
    l.line |= gap.lines > 0;
    l.cells |= gap.tabs > 0;
    l.wide |= gap.spaces > 2 && gap.lines == 0;
    if (k == span.first + 1) l.bracket |= gap.bracket;
    l.only_spaces &= !gap.dash && !gap.dot && !gap.slash && !gap.bracket;
    l.marked_gaps += gap.dash || gap.dot || gap.slash;
    l.only_dots &= gap.dot;
    dashes |= gap.dash;
    others |= gap.dot || gap.slash;
    if (gap.odd) {
      const std::uint32_t from = all.groups[k - 1].end;
      const std::string_view between = text.substr(from, g.begin - from);
      l.uneven |= l.odd && between != odd_gap;
      l.odd = true;
      odd_gap = between;
    }
  }
  l.spaced = l.groups >= 6 && singles * 4 >= l.groups * 3 && !l.spelled;
  const std::size_t lone = singles - (all.groups[span.first].size == 1 ? 1 : 0);
  l.ragged = !l.spaced && !l.spelled && lone > 0 && lone < l.groups - 1;
  const std::string_view whole = text.substr(span.begin, span.end - span.begin);
  l.nested = std::count_if(whole.begin(), whole.end(),
                           [](char c) { return c == '(' || c == '['; }) > kBracketsMax;
  l.mixed = dashes && others;
  const auto count = [whole](char c) { return std::count(whole.begin(), whole.end(), c); };
  l.unmatched = count('(') != count(')') || count('[') != count(']') ||
                (!l.spaced && (whole.back() == ')' || whole.back() == ']') && l.groups > 1);
  const std::string_view head = text.substr(span.begin, all.groups[span.first].begin - span.begin);
  l.bracket |= head.find_first_of("([") != std::string_view::npos;
  return l;
}

/// Points for the grouping, given where the country puts its separators.
double grouping_points(const Layout& l, const PlanAnswer& a, bool nanp, bool marked) {
  if (l.spelled) return 1;
  if (l.spaced) return l.only_dots ? -0.5 : l.odd || l.cells || l.line ? 0 : 1;
  const std::uint32_t inside =
      l.breaks & ((std::uint32_t{1} << std::min(a.national_digits, 31)) - 1);
  if (inside == 0) return marked ? 0.5 : -1;
  if (l.groups > kGroupsOfNumberMax) return -2;
  if (nanp) {
    constexpr std::uint32_t kArea = 1U << 7, kExchange = 1U << 4;
    if (inside == (kArea | kExchange)) return l.mixed && !l.bracket ? 1 : 2;
    if (inside == kArea && l.only_dots) return -1;  // a decimal fraction as well
    if (inside == kArea) return l.bracket || marked || l.marked_gaps > 0 ? 1.5 : 0.5;
    if (inside == kExchange) return marked ? 0.5 : 0;
    if ((inside & kArea) != 0 && (inside & kExchange) != 0) return marked || l.bracket ? 1 : 0;
    return marked ? 0 : -2;
  }
  if (a.breaks == 0) return 0.5;
  if (inside == a.breaks) return 2;
  if ((inside & ~a.breaks) == 0 || (a.breaks & ~inside) == 0) return 1.5;
  return marked ? 0.5 : -0.5;
}

constexpr double kRaggedPoints = -1.5;

bool is_nanp(const PlanAnswer& a) { return a.number && a.number->value() / 10'000'000'000 == 1; }

class Scale {
 public:
  Scale(const Cluster& cluster, const DigitGroups& groups, const Span& span, bool plus,
        const NumberingPlan& plan, std::span<const std::string> regions)
      : cluster_(cluster),
        groups_(groups),
        span_(span),
        plus_(plus),
        plan_(plan),
        regions_(regions) {}

  Weighed run();

 private:
  bool currency_beside() const;
  void try_plus(std::string_view digits);
  void try_regions(std::string_view digits);
  void try_without_plus(std::string_view digits);
  void consider(const PlanAnswer& a, double points);
  double plan_points(const PlanAnswer& a, std::string_view region) const;
  bool can_reach(double of_plan) const;
  double call_points() const { return around_.call; }
  std::string_view main_reason() const;

  const Cluster& cluster_;
  const DigitGroups& groups_;
  const Span& span_;
  const bool plus_;
  const NumberingPlan& plan_;
  const std::span<const std::string> regions_;
  Layout layout_;
  Surroundings around_;
  double common_ = 0;  // points that hold for every reading of the digits
  double best_ = -100;
  Weighed out_;
};

bool Scale::currency_beside() const {
  if (cluster_.original_at.size() != cluster_.text.size() + 1) {
    return span_.begin > 0 && cluster_.text[span_.begin - 1] == '$';
  }
  const std::uint32_t from = span_.begin > 2 ? span_.begin - 2 : 0;
  const auto size = static_cast<std::uint32_t>(cluster_.text.size());
  const std::uint32_t to = std::min(size, span_.end + 2);
  return ends_with_currency(cluster_.shown(from, span_.begin)) ||
         begins_with_currency(cluster_.shown(span_.end, to));
}

double Scale::plan_points(const PlanAnswer& a, std::string_view region) const {
  const bool nanp = is_nanp(a);
  const bool marked = plus_ || around_.call >= kCallNear;
  const double grouping = grouping_points(layout_, a, nanp, marked);
  double points = (a.valid ? 3 : 1) + grouping;
  if (layout_.ragged && grouping < 1.5) points += kRaggedPoints;
  if (a.line_type == LineType::kTollFree || a.line_type == LineType::kSharedCost) points += 1;
  if (a.line_type == LineType::kMobile && layout_.groups == 1) points += 1;
  if (region.empty()) return points;
  const std::string_view digits = groups_.digits_of(span_.first, span_.last);
  if (a.prefix_taken) points += 1;
  if (nanp) return points + (around_.alone && (layout_.groups == 1 || grouping >= 0) ? 1.5 : 0);
  const bool leading_zero = digits[0] == '0';
  const bool geographic = a.line_type != LineType::kTollFree &&
                          a.line_type != LineType::kSharedCost && a.line_type != LineType::kUan &&
                          a.line_type != LineType::kPremiumRate;
  if (!a.prefix_taken && !leading_zero && geographic && plan_.trunk_prefix_expected(region)) {
    points -= around_.call >= kCallNear ? 1.5 : 3;
  } else if (around_.alone && (layout_.groups == 1 || grouping >= 0)) {
    points += 1.5;
  }
  if (!a.prefix_taken && leading_zero) points += 0.5;
  if (!leading_zero && digits.size() <= 8) points -= 1.5;
  // Figures are written in threes too.
  if (!leading_zero && layout_.only_spaces && layout_.groups > 1 && !layout_.bracket &&
      (layout_.breaks & ~((1U << 3) | (1U << 6) | (1U << 9))) == 0) {
    points -= 1.5;
  }
  if (!a.valid && !a.prefix_taken && !leading_zero) points -= 2;
  return points;
}

void Scale::consider(const PlanAnswer& a, double points) {
  if (!a.number || points <= best_) return;
  best_ = points;
  out_.natural =
      (plus_ || !layout_.only_spaces) && grouping_points(layout_, a, is_nanp(a), false) >= 1.5;
  out_.points = points;
  out_.answer = a;
}

bool Scale::can_reach(double of_plan) const { return common_ + of_plan >= kPointsMin - 1.5; }

/// After a '+': country code first, whatever region.
void Scale::try_plus(std::string_view digits) {
  std::string_view rest = digits;
  // "+0044 ...", "+011 44 ...": dialled and written prefix at once.
  if (rest.starts_with("00")) rest.remove_prefix(2);
  if (rest.starts_with("011")) rest.remove_prefix(3);
  const PlanAnswer a = plan_.international(rest);
  if (!a.number) return;
  if (!a.valid && rest[0] == '1' && (rest.size() != 11 || !is_nanp_shaped(rest.substr(1)))) return;
  // "+ 63", "x+20061116": sums and versions.
  const char before = span_.begin > 0 ? cluster_.text[span_.begin - 1] : ' ';
  const char after = cluster_.text[cluster_.text.find('+', span_.begin) + 1];
  double points = common_ + 3;
  if (after == ' ') points -= 1.5;
  if (is_ascii_digit(before) || before == ')') points -= 3;
  if (a.number->value() < 1'000'000'000 && layout_.groups == 1) points -= 1.5;
  consider(a, points + plan_points(a, {}));
}

void Scale::try_regions(std::string_view digits) {
  double rank = 0;
  bool america = false;
  const auto attempt = [&](std::string_view region, double penalty) {
    const PlanAnswer a = plan_.national(digits, region);
    if (!a.number) return;
    if (!a.valid && plan_.country_code(region) == 1 &&
        !is_nanp_shaped(digits.size() == 11 ? digits.substr(1) : digits)) {
      return;
    }
    consider(a, common_ + plan_points(a, region) - penalty);
  };
  for (const std::string& region : regions_) {
    america |= plan_.country_code(region) == 1;
    attempt(region, rank);
    if (out_.answer.valid && out_.points >= kPointsMin) break;
    rank += 0.3;
  }
  // North American numbers are written without '+' all over the world, toll-free ones above all.
  const bool leading_one = digits.size() == 11 && digits[0] == '1';
  if (!america &&
      (leading_one || (digits.size() == 10 && digits[0] == '8' && layout_.groups > 1)) &&
      is_nanp_shaped(leading_one ? digits.substr(1) : digits)) {
    attempt("US", 0.5);
  }
}

/// "44 20 7946 0000", "00 44 ...": a country code without '+'.
void Scale::try_without_plus(std::string_view digits) {
  double points = common_ - 1.5;
  std::string_view rest = digits;
  if (rest.starts_with("00")) {
    rest.remove_prefix(2);
    points = common_ + 1;
  } else if (rest.starts_with("011") && rest.size() >= 12) {
    rest.remove_prefix(3);
    points = common_ + 1.5;
  } else {
    const auto code = static_cast<std::uint32_t>(plan_.country_code_length(rest));
    const bool own_group = groups_.groups[span_.first].size == code && layout_.groups > 1;
    if (rest.size() < 11 || rest[0] == '1' || (!own_group && layout_.groups > 1)) return;
  }
  const PlanAnswer a = plan_.international(rest);
  if (a.number && a.number->value() < 1'000'000'000) points -= 1;
  if (a.number && (a.valid || points > common_)) consider(a, points + plan_points(a, {}));
}

std::string_view Scale::main_reason() const {
  if (!around_.reason.empty()) return around_.reason;
  if (around_.id_label || around_.id_near) return "id-label";
  if (around_.table) return "table";
  if (!out_.answer.number) return "not-possible";
  if (!out_.answer.valid) return "not-valid";
  return around_.call == 0 ? "no-context" : "odd-grouping";
}

Weighed Scale::run() {
  const std::string_view digits = groups_.digits_of(span_.first, span_.last);
  if (digits.size() < kDigitsMin || digits.size() > kDigitsMax) return out_;
  layout_ = layout_of(cluster_.text, groups_, span_);
  if (layout_.nested) return out_;
  if (layout_.cells && !layout_.spaced && layout_.groups > 5) return out_;
  if (currency_beside()) {
    out_.reason = "price";
    return out_;
  }
  around_ = look_around(cluster_, groups_, span_);
  common_ = around_.call + around_.glue;
  if (cluster_.place == Place::kHref) common_ += 3;
  if (cluster_.place == Place::kFilename) common_ -= 1;
  if (cluster_.place == Place::kHtmlHidden) {
    // What is hidden between visible digits lies about in pieces.
    if (layout_.spaced) return out_;
    common_ -= 1;
  }
  if (around_.own_line) common_ += 1.5;
  if (layout_.unmatched) common_ -= 2;
  const bool strong = plus_ || layout_.bracket;
  if (around_.id_label) common_ -= strong ? 1.5 : 5;
  if (around_.id_near) common_ -= strong ? 0 : 1;
  if (around_.table) common_ -= strong ? 0.5 : 2;
  if (layout_.bracket) common_ += 1;
  if (layout_.line) common_ -= layout_.spaced ? 1 : 0.5;
  if (layout_.cells) common_ -= 1;
  if (layout_.wide && !layout_.spaced) common_ -= 1;
  if (layout_.odd) common_ -= layout_.uneven ? 1 : 0.5;
  if (layout_.look_alike) common_ -= 0.5;
  out_.odd_separators = layout_.odd || layout_.spaced || (layout_.cells && layout_.groups > 3);
  if (can_reach(3 + 2 + 1 + (plus_ ? 3 : 1))) {
    if (plus_) {
      try_plus(digits);
    } else {
      try_regions(digits);
      if (!out_.answer.valid) try_without_plus(digits);
    }
  }
  out_.points = out_.answer.number ? out_.points : -1;
  if (out_.points < kPointsMin) out_.reason = main_reason();
  return out_;
}

}  // namespace

bool is_nanp_shaped(std::string_view ten) {
  if (ten.size() != 10) return false;
  const auto code = [&](std::size_t i) {
    return ten[i] >= '2' && !(ten[i + 1] == '1' && ten[i + 2] == '1');
  };
  return code(0) && ten[1] != '9' && ten[3] >= '2' && code(3);
}

Weighed weigh(const Cluster& cluster, const DigitGroups& groups, const Span& span, bool plus,
              const NumberingPlan& plan, std::span<const std::string> regions) {
  return Scale(cluster, groups, span, plus, plan, regions).run();
}

}  // namespace ringfence
