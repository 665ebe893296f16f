#include "matcher/reading.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/text.h"
#include "matcher/digit_groups.h"
#include "matcher/extension.h"
#include "matcher/home_digits.h"
#include "matcher/not_a_number.h"
#include "matcher/vanity.h"
#include "matcher/weighing.h"

namespace ringfence {
namespace {

constexpr std::size_t kNumberDigitsMax = 19;
constexpr std::size_t kNumberGroupsMax = 20;
constexpr std::size_t kWholeDigitsMin = 10;
constexpr std::size_t kWeighedMax =
    96;  // candidates of one cluster; thrice what numbers in a row need
constexpr double kPointsPerDigit = 0.5;   // a longer reading is the better one, all else alike
constexpr double kVanityPoints = 1.5;     // over the minimum
constexpr double kLongerPointsMin = 2.5;  // "02-36618 300": longer than a number, and a number too

/// One way to read groups[first .. last] as a number.
struct Candidate {
  Span span;
  std::size_t next = 0;  // the first group after it and its extension
  double surplus = 0;    // points over the minimum
  double bonus = 0;      // for its length: counts when choosing between readings only
  bool natural = false;
  Reading reading;
};

bool is_plus_or_bracket(char c) { return c == '+' || c == '(' || c == '[' || c == ' '; }

class Reader {
 public:
  Reader(const Cluster& cluster, const NumberingPlan& plan, std::span<const std::string> regions)
      : cluster_(cluster),
        text_(cluster.text),
        plan_(plan),
        regions_(regions.first(std::min(regions.size(), kReadingRegionsMax))) {}

  void run(std::vector<Reading>& out);

 private:
  bool worth_reading() const;
  void mark_not_numbers();
  void collect();
  void collect_from(std::size_t first);
  bool may_be_rest(std::size_t group) const;
  void collect_vanity();
  Span span_of(std::size_t first, std::size_t last, bool& plus) const;
  std::vector<std::size_t> choose() const;
  double cut_points(std::size_t k, bool natural, bool right) const;
  double touch_points(std::size_t k) const;
  void emit_number(const Candidate& c, std::vector<Reading>& out) const;
  void emit_rejected(std::size_t from, std::size_t to, std::vector<Reading>& out) const;
  bool in_cluster(std::size_t group) const {
    // A bar that stands for a 1 is no part of what the scanner cuts out.
    while (group + 1 < all_.groups.size() && text_[all_.groups[group].begin] == '|') ++group;
    const std::uint32_t begin = all_.groups[group].begin;
    return begin >= cluster_.begin && begin < cluster_.end;
  }

  const Cluster& cluster_;
  std::string_view text_;
  const NumberingPlan& plan_;
  std::span<const std::string> regions_;
  DigitGroups all_;
  std::vector<std::string_view> not_number_;  // by group: the reason, "" for none
  std::vector<std::string_view> doubt_;  // by group: what spoke against the best candidate there
  std::vector<double> doubt_points_;
  std::size_t weighed_ = 0;
  std::vector<Candidate> candidates_;  // ascending by first group
};

bool Reader::worth_reading() const {
  std::size_t digits = 0;
  for (std::size_t k = 0; k < all_.groups.size(); ++k) {
    if (all_.groups[k].begin >= cluster_.begin) digits += all_.groups[k].size;
  }
  return digits >= static_cast<std::size_t>(E164::kDigitsMin);
}

void Reader::mark_not_numbers() {
  not_number_.assign(all_.groups.size(), {});
  if (cluster_.place == Place::kHref) return;  // a tel: target holds nothing else
  for (const NotANumber& n : find_not_numbers(text_, all_)) {
    for (std::size_t k = 0; k < all_.groups.size(); ++k) {
      const Group& g = all_.groups[k];
      if (g.begin < n.end && n.begin < g.end && not_number_[k].empty()) not_number_[k] = n.reason;
    }
  }
}

/// The candidate's text: with '+' and an opening bracket before, a closing one after.
Span Reader::span_of(std::size_t first, std::size_t last, bool& plus) const {
  Span span{first, last, all_.groups[first].begin, all_.groups[last].end, 0};
  plus = false;
  std::uint32_t b = span.begin;
  while (b > 0 && span.begin - b < 4 && is_plus_or_bracket(text_[b - 1])) {
    --b;
    plus |= text_[b] == '+';
  }
  while (b < span.begin && text_[b] == ' ') ++b;
  // A bracket far off or one that opened a remark ("(888-555-0123)") is not part of the number.
  if (!plus && b < span.begin && b + 1 < span.begin) b = span.begin;
  span.begin = b;
  const char open = b < all_.groups[first].begin ? text_[all_.groups[first].begin - 1] : ' ';
  const char close = open == '(' ? ')' : open == '[' ? ']' : ' ';
  const std::string_view inside =
      text_.substr(all_.groups[first].begin, span.end - all_.groups[first].begin);
  if (!plus && close != ' ' && inside.find(close) == std::string_view::npos) {
    span.begin = all_.groups[first].begin;
  }
  // "(+44 20 7946 0000 from abroad)", "(+1 888-555-0123)": the bracket is the remark's.
  if (plus && span.begin < span.end && (text_[span.begin] == '(' || text_[span.begin] == '[')) {
    const char remark_end = text_[span.begin] == '(' ? ')' : ']';
    if (inside.find(remark_end) == std::string_view::npos) ++span.begin;
  }
  const std::uint32_t last_begin = all_.groups[last].begin;
  if (span.end < text_.size() && last > first && last_begin > 0 &&
      ((text_[span.end] == ')' && text_[last_begin - 1] == '(') ||
       (text_[span.end] == ']' && text_[last_begin - 1] == '['))) {
    ++span.end;
  }
  span.extension_end = static_cast<std::uint32_t>(extension_end(text_, span.end));
  return span;
}

/// Three or four digits that are no year.
bool Reader::may_be_rest(std::size_t group) const {
  const Group& g = all_.groups[group];
  const std::string_view digits = all_.digits_of(group, group);
  const bool year = g.size == 4 && (digits.starts_with("19") || digits.starts_with("20"));
  return (g.size == 3 || g.size == 4) && !year && !g.gap.odd;
}

void Reader::collect_from(std::size_t first) {
  std::size_t digits = 0;
  std::size_t joined_digits = 0;  // up to a line end or a wide gap
  bool apart = false;
  double shorter_surplus = -1;  // of the last number that began here
  for (std::size_t last = first; last < all_.groups.size() && last < first + kNumberGroupsMax;
       ++last) {
    const Group& g = all_.groups[last];
    if ((last > first && g.gap.breaks) || !not_number_[last].empty()) return;
    digits += g.size;
    if (digits > kNumberDigitsMax) return;
    if (last > first) {
      // What stands apart, or is short and could be a number of its own, does not count as longer;
      // but few numbers end before so many digits: "+49 30 231 25-0".
      apart |= g.gap.lines > 0 || g.gap.tabs > 0 || g.gap.spaces > 2;
      apart |= g.size <= 2 && g.gap.spaces > 0 && last + 1 - first > 2 &&
               digits - g.size >= kWholeDigitsMin;
    }
    if (!apart) joined_digits = digits;
    if (digits < static_cast<std::size_t>(E164::kDigitsMin)) continue;
    bool plus = false;
    Candidate c;
    c.span = span_of(first, last, plus);
    if (weighed_ == kWeighedMax) return;
    const Weighed w = weigh(cluster_, all_, c.span, plus, plan_, regions_);
    weighed_ += w.costly;
    if (w.points > doubt_points_[first]) {
      doubt_points_[first] = w.points;
      doubt_[first] = w.reason.empty() ? "part-of-longer" : w.reason;
    } else if (doubt_[first].empty()) {
      doubt_[first] = w.reason;
    }
    // What goes on after a blank is rather the rest of a number than left over from one.
    const bool goes_on = shorter_surplus >= 0 && w.answer.valid && w.points >= kLongerPointsMin &&
                         !apart && may_be_rest(last);
    if (w.points < kPointsMin && !goes_on) continue;
    c.surplus = std::max(w.points - kPointsMin, goes_on ? shorter_surplus : 0);
    shorter_surplus = w.answer.valid ? c.surplus : -1;
    c.bonus = kPointsPerDigit * static_cast<double>(joined_digits);
    c.natural = w.natural;
    c.next = last + 1;
    while (c.next < all_.groups.size() && all_.groups[c.next].begin < c.span.extension_end)
      ++c.next;
    c.reading.number = w.answer.number;
    c.reading.begin = c.span.begin;
    c.reading.end = c.span.end;
    c.reading.valid = w.answer.valid;
    c.reading.overlay = w.answer.overlay;
    c.reading.line_type = w.answer.line_type;
    c.reading.region = w.answer.region;
    c.reading.announced = w.announced;
    for (std::size_t k = first; k <= last; ++k) {
      if (all_.groups[k].look_alike) c.reading.tricks.insert(Trick::kLookAlike);
      if (all_.groups[k].spelled) c.reading.tricks.insert(Trick::kSpelled);
    }
    if (w.odd_separators) c.reading.tricks.insert(Trick::kOddSeparators);
    candidates_.push_back(std::move(c));
  }
}

void Reader::collect_vanity() {
  for (VanityNumber& v : find_vanity(text_, all_)) {
    if (!not_number_[v.first].empty()) continue;
    const PlanAnswer a = plan_.international(v.digits);
    if (!a.number || !a.valid) continue;
    Candidate c;
    c.span = {v.first, v.next - 1, v.begin, v.end, v.end};
    c.next = v.next;
    c.natural = true;
    c.surplus = kVanityPoints;
    c.bonus = kPointsPerDigit * static_cast<double>(v.digits.size());
    c.reading.number = a.number;
    c.reading.begin = v.begin > 0 && text_[v.begin - 1] == '+' ? v.begin - 1 : v.begin;
    c.reading.end = v.end;
    c.reading.valid = true;
    c.reading.overlay = a.overlay;
    c.reading.line_type = a.line_type;
    c.reading.region = a.region;
    c.reading.tricks.insert(Trick::kVanity);
    candidates_.push_back(std::move(c));
  }
}

/// What it costs to begin a number at group k or end one before it, when its neighbour is left out:
/// digits joined to a number are mostly part of something longer.
double Reader::cut_points(std::size_t k, bool natural, bool right) const {
  if (k == 0 || k >= all_.groups.size()) return 0;
  const Gap& gap = all_.groups[k].gap;
  if (gap.plus) return 0;
  if (gap.tight) {
    if (gap.breaks) return -0.2;
    // ".../24", "...-0123/0124"
    const std::uint32_t size = all_.groups[k].size;
    const bool alternative =
        right && gap.slash && (size <= 2 || (size <= 4 && size == all_.groups[k - 1].size));
    return alternative ? 0 : -4;
  }
  if (gap.breaks || gap.lines > 0 || gap.tabs > 0) return 0;
  return natural ? -0.2 : -0.7;
}

/// What it costs that one number ends right before group k and another begins with it.
double Reader::touch_points(std::size_t k) const {
  constexpr double kJoined = -2;
  const Gap& gap = all_.groups[k].gap;
  return gap.tight && !gap.slash && !gap.plus && !gap.breaks ? kJoined : 0;
}

/// The best set of candidates that do not overlap, by index.
std::vector<std::size_t> Reader::choose() const {
  const std::size_t n = all_.groups.size();
  constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  // best[k][c]: most points from group k on; c: 1 + the candidate that ended before k, 0 for none.
  // What ends before k matters only by whether it is natural, so three states are enough.
  struct Cell {
    double points = 0;
    std::size_t take = kNone;
  };
  std::vector<std::array<Cell, 3>> best(n + 1);
  std::vector<std::vector<std::size_t>> starting(n);
  for (std::size_t c = 0; c < candidates_.size(); ++c) {
    starting[candidates_[c].span.first].push_back(c);
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t state = 0; state < 3; ++state) {
      Cell& cell = best[k][state];
      cell.points = best[k + 1][0].points + (state == 0 ? 0 : cut_points(k, state == 2, true));
      for (const std::size_t c : starting[k]) {
        const Candidate& candidate = candidates_[c];
        const std::size_t after = candidate.natural ? 2 : 1;
        const Cell& rest = best[candidate.next][after];
        double own = candidate.surplus;
        own += state == 0 ? cut_points(k, candidate.natural, false) : touch_points(k);
        const double right =
            rest.take == kNone ? cut_points(candidate.next, candidate.natural, true) : 0;
        // What it costs to end here is counted in `rest`.
        const double points = own + candidate.bonus + rest.points;
        if (points > cell.points && own + right >= 0) cell = {points, c};
      }
    }
  }
  std::vector<std::size_t> chosen;
  std::size_t state = 0;
  for (std::size_t k = 0; k < n;) {
    const std::size_t c = best[k][state].take;
    if (c == kNone) {
      state = 0;
      ++k;
    } else {
      chosen.push_back(c);
      k = candidates_[c].next;
      state = candidates_[c].natural ? 2 : 1;
    }
  }
  return chosen;
}

void Reader::emit_number(const Candidate& c, std::vector<Reading>& out) const {
  Reading r = c.reading;
  const bool home = cluster_.original_at.size() == text_.size() + 1 &&
                    has_home_digits(cluster_.shown(r.begin, r.end), r.region);
  for (const TrickMark& mark : cluster_.tricks) {
    const bool inside = mark.begin < r.end && (mark.end > r.begin || mark.begin > r.begin);
    const bool turns = mark.trick == Trick::kBidi && mark.begin == r.begin;
    const bool at_home = mark.trick == Trick::kUnicodeDigits && home;
    if ((inside || turns) && !at_home) r.tricks.insert(mark.trick);
  }
  out.push_back(std::move(r));
}

/// Groups [from, to) hold no number: one reading for each stretch of enough digits.
void Reader::emit_rejected(std::size_t from, std::size_t to, std::vector<Reading>& out) const {
  std::size_t k = from;
  while (k < to) {
    std::size_t end = k + 1;
    while (end < to && !all_.groups[end].gap.breaks) ++end;
    std::size_t digits = 0;
    std::string_view reason;
    double points = -std::numeric_limits<double>::infinity();
    for (std::size_t i = k; i < end; ++i) {
      digits += all_.groups[i].size;
      if (reason.empty() || points == -std::numeric_limits<double>::infinity()) {
        if (!not_number_[i].empty()) reason = not_number_[i];
      }
      if (!doubt_[i].empty() && doubt_points_[i] > points && not_number_[i].empty()) {
        points = doubt_points_[i];
        reason = doubt_[i];
      }
    }
    if (digits >= static_cast<std::size_t>(E164::kDigitsMin) && in_cluster(k)) {
      Reading r;
      r.begin = all_.groups[k].begin;
      r.end = all_.groups[end - 1].end;
      if (!reason.empty()) {
        r.reason = reason;
      } else {
        r.reason = digits > kNumberDigitsMax ? "too-many-digits" : "not-possible";
      }
      out.push_back(std::move(r));
    }
    k = end;
  }
}

void Reader::run(std::vector<Reading>& out) {
  const std::size_t before = out.size();
  all_ = digit_groups(text_);
  const std::size_t n = all_.groups.size();
  not_number_.assign(n, {});
  doubt_.assign(n, {});
  doubt_points_.assign(n, -1e9);
  if (worth_reading()) {
    mark_not_numbers();
    for (std::size_t first = 0; first < n; ++first) {
      if (not_number_[first].empty()) collect_from(first);
    }
  }
  collect_vanity();
  std::size_t done = 0;
  for (const std::size_t c : choose()) {
    const Candidate& candidate = candidates_[c];
    emit_rejected(done, candidate.span.first, out);
    if (in_cluster(candidate.span.first)) emit_number(candidate, out);
    done = candidate.next;
  }
  emit_rejected(done, n, out);
  if (out.size() == before && cluster_.begin < cluster_.end) {
    Reading r;
    r.begin = cluster_.begin;
    r.end = cluster_.end;
    r.reason = "too-few-digits";
    for (std::size_t k = 0; k < n; ++k) {
      if (in_cluster(k) && !not_number_[k].empty()) r.reason = not_number_[k];
    }
    out.push_back(std::move(r));
  }
}

}  // namespace

void read_cluster(const Cluster& cluster, const NumberingPlan& plan,
                  std::span<const std::string> regions, std::vector<Reading>& out) {
  Reader(cluster, plan, regions).run(out);
}

}  // namespace ringfence
