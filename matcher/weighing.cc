#include "matcher/weighing.h"

#include <algorithm>
#include <bit>

#include "base/text.h"
#include "matcher/context_words.h"
#include "matcher/digit_layout.h"
#include "matcher/grouping.h"

namespace ringfence {
namespace {

constexpr std::size_t kDigitsMin = 7;
constexpr std::size_t kDigitsMax = 19;       // 15, the longest prefix, and a trunk zero in brackets
constexpr std::size_t kShortDigits = 8;      // as many as amounts and dates have
constexpr std::size_t kWithoutPlusMin = 11;  // country code and number without a '+'
constexpr double kNoPoints = -2;             // less than any reading that was weighed
constexpr double kRaggedPoints = -1.5;
constexpr double kOwnLinePoints = 1.5;
constexpr double kTablePoints = 0.5;       // beside other figures
constexpr double kTableLoosePoints = 1.5;  // more, for digits that are not written as a number
constexpr double kColumnPoints = 2;        // over several line ends, or a part of a row of cells
constexpr std::size_t kTrunkDigitsMin = 10;

bool is_nanp(const PlanAnswer& a) { return a.number && a.number->value() / 10'000'000'000 == 1; }

/// "+0044 ...", "+011 44 ...": dialled and written prefix at once.
std::string_view without_dialled_prefix(std::string_view digits) {
  if (digits.starts_with("00")) digits.remove_prefix(2);
  if (digits.starts_with("011")) digits.remove_prefix(3);
  return digits;
}

/// Ten digits of the North American Numbering Plan, with or without the 1.
bool may_be_american(std::string_view digits) {
  if (digits.size() == 11 && digits[0] == '1') digits.remove_prefix(1);
  return is_nanp_shaped(digits);
}

/// Numbers that are written without trunk prefix where others have one.
bool is_service(LineType type) {
  return type == LineType::kTollFree || type == LineType::kSharedCost || type == LineType::kUan ||
         type == LineType::kPremiumRate;
}

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
  bool may_be_number(std::string_view digits) const;
  bool may_lack_plus(std::string_view digits) const;
  double most_points() const;
  bool written_at_home() const;
  double joined_points() const;
  double call_points() const { return around_.call; }
  std::string_view main_reason() const;

  const Cluster& cluster_;
  const DigitGroups& groups_;
  const Span& span_;
  const bool plus_;
  const NumberingPlan& plan_;
  const std::span<const std::string> regions_;
  DigitLayout layout_;
  Surroundings around_;
  bool american_only_ = true;  // every region has country code 1
  double common_ = 0;          // points that hold for every reading of the digits
  double best_ = -100;
  bool asked_ = false;  // else the plan could not have tipped the scale
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
  const bool announced = around_.call >= kCallNear;
  const std::string_view digits = groups_.digits_of(span_.first, span_.last);
  const double grouping = grouping_points(layout_, a, nanp, plus_ || announced);
  double points = (a.valid ? 3 : 1) + grouping;
  if (layout_.ragged && grouping < 1.5) points += kRaggedPoints;
  const bool in_field = around_.own_field && (a.prefix_taken || is_service(a.line_type)) && !nanp;
  const bool written = plus_ || layout_.bracket || announced ||
                       (grouping >= 1.5 && (layout_.marked_gaps > 0 || in_field));
  if (around_.table && !written) points -= kTableLoosePoints;
  if ((a.line_type == LineType::kTollFree || a.line_type == LineType::kSharedCost) &&
      digits.size() > kShortDigits) {
    points += 1;
  }
  if (a.line_type == LineType::kMobile && layout_.groups == 1) points += 1;
  if (region.empty()) return points;

  // Written as in a region.
  if (a.prefix_taken) points += 1;
  // "07700900123": identifiers rarely begin with the trunk prefix and a mobile's digits.
  if (a.prefix_taken && a.line_type == LineType::kMobile && layout_.groups == 1 &&
      digits.size() >= kTrunkDigitsMin) {
    points += 0.5;
  }
  // "1-242-555-0123": of a plan newer than the library's.
  if (!a.valid && a.prefix_taken && nanp && layout_.marked_gaps == 3 && grouping >= 2) points += 1;
  if (!a.valid && a.prefix_taken && !nanp && layout_.groups > 1 &&
      digits.size() >= kTrunkDigitsMin && plan_.trunk_prefix_expected(region)) {
    points += 0.5;
  }
  const bool zero = digits[0] == '0';
  const bool trunk_missing = !nanp && !a.prefix_taken && !zero && !is_service(a.line_type) &&
                             plan_.trunk_prefix_expected(region);
  if (trunk_missing) points -= announced ? 1.5 : 3;
  if (trunk_missing && around_.own_line) points -= kOwnLinePoints;
  if (around_.alone && !trunk_missing && (layout_.groups == 1 || grouping >= 0)) points += 1.5;
  if (nanp) return points;
  if (zero && !a.prefix_taken) points += 0.5;
  if (zero) return points;
  if (digits.size() <= kShortDigits) points -= 1.5;
  // Figures are written in threes too.
  constexpr std::uint32_t kThrees = 1U << 3 | 1U << 6 | 1U << 9;
  if (layout_.only_spaces && layout_.groups > 1 && !layout_.bracket &&
      groups_.groups[span_.first].size <= 3 && (layout_.breaks & ~kThrees) == 0) {
    points -= 1.5;
  }
  if (!a.valid && !a.prefix_taken) points -= 2;
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

/// False when no reading of the digits has a length that a plan knows.
bool Scale::may_be_number(std::string_view digits) const {
  if (plus_) return plan_.may_be_international(without_dialled_prefix(digits));
  if (digits.starts_with("00") || digits.starts_with("011")) return true;
  if (may_be_american(digits)) return true;
  for (const std::string& region : regions_) {
    if (plan_.may_be_national(digits, region)) return true;
  }
  return may_lack_plus(digits) && plan_.may_be_international(digits);
}

/// A country code without '+' stands apart, or everything is one run. What begins like a toll-free
/// number is none of the codes of no country ("888-555-0123/0124").
bool Scale::may_lack_plus(std::string_view digits) const {
  if (digits.size() < kWithoutPlusMin || digits[0] == '1') return false;
  for (const std::string_view code : {"800", "808", "888"}) {
    if (digits.starts_with(code)) return false;
  }
  return span_.first == span_.last ||
         groups_.groups[span_.first].size ==
             static_cast<std::uint32_t>(plan_.country_code_length(digits));
}

/// "603-555-0113", "01632 960123", where numbers are written so: a label of something else is
/// doubtful before it.
bool Scale::written_at_home() const {
  const std::string_view digits = groups_.digits_of(span_.first, span_.last);
  const Group& first = groups_.groups[span_.first];
  if (!american_only_) {
    constexpr std::size_t kGroupsMax = 5;
    return digits.size() >= kTrunkDigitsMin && digits[0] == '0' && digits[1] != '0' &&
           first.size >= 2 && layout_.groups > 1 && layout_.groups <= kGroupsMax &&
           !layout_.ragged && !layout_.odd;
  }
  constexpr std::uint32_t kAreaAndExchange = 1U << 7 | 1U << 4;
  return american_only_ && layout_.groups == 3 && layout_.marked_gaps == 2 && !layout_.mixed &&
         layout_.breaks == kAreaAndExchange &&
         is_nanp_shaped(groups_.digits_of(span_.first, span_.last));
}

/// More than any answer of the plan can bring the candidate to.
double Scale::most_points() const {
  constexpr double kValid = 3, kGrouping = 2, kKind = 1, kPrefix = 1, kPlus = 3, kAlone = 1.5;
  double most = common_ + kValid + kKind + (plus_ ? kPlus : kPrefix) + (around_.alone ? kAlone : 0);
  const bool bare = layout_.groups == 1;
  if (american_only_ && !plus_) {
    // The grouping is known before the plan is asked, but for a country code without '+'.
    PlanAnswer american;
    american.national_digits = 10;
    const double grouping = grouping_points(layout_, american, true, around_.call >= kCallNear);
    return most + std::max(grouping, 0.5);
  }
  most += bare ? (plus_ || around_.call >= kCallNear ? 0.5 : -1) : kGrouping;
  if (bare && !plus_) most += 1;  // a mobile number
  return most;
}

/// The least it costs that digits are joined tightly to either end (reading decides on the rest).
double Scale::joined_points() const {
  constexpr double kJoined = -2;
  const auto joined = [&](std::size_t k) {
    if (k == 0 || k >= groups_.groups.size()) return false;
    const Gap& gap = groups_.groups[k].gap;
    return gap.tight && !gap.breaks && !gap.slash;
  };
  return (joined(span_.first) ? kJoined : 0) +
         (span_.extension_end == span_.end && joined(span_.last + 1) ? kJoined : 0);
}

/// After a '+': country code first, whatever region.
void Scale::try_plus(std::string_view digits) {
  const std::string_view rest = without_dialled_prefix(digits);
  PlanAnswer a = plan_.international(rest);
  const auto code = static_cast<std::size_t>(plan_.country_code_length(rest));
  if (!a.valid && rest.size() > code && rest[code] == '0') {
    // "+36 (0)20 ...": a zero that means "leave out from abroad" where the trunk prefix is another.
    const PlanAnswer without =
        plan_.international(std::string(rest.substr(0, code)) + std::string(rest.substr(code + 1)));
    if (without.valid) a = without;
  }
  if (!a.number) return;
  if (!a.valid && rest[0] == '1' && (rest.size() != 11 || !is_nanp_shaped(rest.substr(1)))) return;
  // "+ 63", "x+20061116": sums and versions.
  const char before = span_.begin > 0 ? cluster_.text[span_.begin - 1] : ' ';
  const char after = cluster_.text[cluster_.text.find('+', span_.begin) + 1];
  double points = common_ + 3;
  if (after == ' ') points -= 1.5;
  const bool after_number = span_.first > 0 && groups_.groups[span_.first].gap.tight &&
                            groups_.groups[span_.first - 1].size >= kDigitsMin;
  if ((is_ascii_digit(before) && !after_number) || before == ')') points -= 3;
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
  } else if (!may_lack_plus(digits)) {
    return;
  }
  const PlanAnswer a = plan_.international(rest);
  if (a.number && a.number->value() < 1'000'000'000) points -= 2;
  if (a.number && (a.valid || points > common_)) consider(a, points + plan_points(a, {}));
}

std::string_view Scale::main_reason() const {
  if (!around_.reason.empty()) return around_.reason;
  if (around_.id_label || around_.id_near) return "id-label";
  if (around_.table) return "table";
  if (asked_ && !out_.answer.number) return "not-possible";
  if (asked_ && !out_.answer.valid) return "not-valid";
  return around_.call == 0 ? "no-context" : "odd-grouping";
}

Weighed Scale::run() {
  const std::string_view digits = groups_.digits_of(span_.first, span_.last);
  if (digits.size() < kDigitsMin || digits.size() > kDigitsMax) return out_;
  if (!may_be_number(digits)) {
    out_.reason = "not-possible";
    out_.points = kNoPoints;
    return out_;
  }
  layout_ = digit_layout(cluster_.text, groups_, span_);
  if (layout_.nested || layout_.fractions) return out_;
  if (layout_.cells && !layout_.spaced && layout_.groups > 5) return out_;
  if (currency_beside()) {
    out_.reason = "price";
    return out_;
  }
  out_.costly = true;
  around_ = look_around(cluster_, groups_, span_);
  common_ = around_.call + around_.glue;
  out_.announced = around_.call > 0;
  for (const std::string& region : regions_) american_only_ &= plan_.country_code(region) == 1;
  if (cluster_.place == Place::kHref) common_ += 3;
  if (cluster_.place == Place::kFilename) common_ -= 1;
  if (cluster_.place == Place::kHtmlHidden) {
    // What is hidden between visible digits lies about in pieces.
    if (layout_.spaced) return out_;
    common_ -= 1;
  }
  if (around_.own_line) common_ += kOwnLinePoints;
  if (layout_.unmatched) common_ -= 2;
  const bool strong = plus_ || layout_.bracket;
  if (around_.id_label)
    common_ -= strong ? 1.5 : around_.id_doubtful && written_at_home() ? 0.5 : 5;
  if (around_.id_near) common_ -= strong ? 0 : 1;
  if (around_.table) common_ -= kTablePoints;
  if (layout_.bracket) common_ += 1;
  if (layout_.line) common_ -= layout_.spaced ? 1 : 0.5;
  if (layout_.cells) common_ -= around_.cells_go_on ? 1 + kColumnPoints : 1;
  if (layout_.lines > 1 && !layout_.spaced && !plus_) {
    common_ -= kColumnPoints + (around_.own_line ? kOwnLinePoints : 0);
  }
  if (layout_.wide && !layout_.spaced) common_ -= 1;
  if (layout_.odd) common_ -= layout_.uneven ? 1 : 0.5;
  if (layout_.look_alike) common_ -= 0.5;
  out_.odd_separators = layout_.odd || layout_.all_bracketed || layout_.spaced ||
                        (layout_.cells && layout_.groups > 3);
  if (most_points() + joined_points() >= kPointsMin) {
    asked_ = true;
    if (plus_) {
      try_plus(digits);
    } else {
      try_regions(digits);
      if (!out_.answer.valid || !out_.answer.prefix_taken) try_without_plus(digits);
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
