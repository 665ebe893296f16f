#include "matcher/surroundings.h"

#include <algorithm>

#include "base/text.h"
#include "matcher/context_words.h"
#include "matcher/fold_table.h"

namespace ringfence {
namespace {

constexpr std::size_t kBackBytes = 60;       // how far back words are read
constexpr std::size_t kNearBytes = 28;       // a word this near belongs to the number
constexpr std::size_t kTouchBytes = 10;      // "support: ", "contact us at "
constexpr std::size_t kCloseBytes = 16;      // "call us toll free at "
constexpr std::size_t kTouchAfterBytes = 2;  // " (fax)"
constexpr std::size_t kAheadBytes = 24;
constexpr std::size_t kTableGroupsMin = 4;  // more figures than this in a line make a table

bool is_line_end(char c) { return c == '\n' || c == '\t'; }
bool is_word_char(char c) { return is_ascii_alpha(c) || is_fold_letter(c); }

double call_weight(std::size_t distance, bool sentence) {
  if (sentence || distance > kNearBytes) return 2;
  return distance <= kCloseBytes ? kCallWeightMax : kCallNear;
}

/// Letters that stand for "telephone", "fax", "mobile", ... before a colon or in brackets.
bool is_call_letter(char c) {
  return std::string_view("tfpmcwovhde").find(ascii_lower(c)) != std::string_view::npos;
}

class Look {
 public:
  Look(const Cluster& cluster, const DigitGroups& groups, const Span& span)
      : cluster_(cluster), text_(cluster.text), groups_(groups), span_(span) {}

  Surroundings run() {
    back();
    ahead();
    signs();
    glue_left();
    glue_right();
    if (ends_with_law(text_.substr(0, span_.begin))) against(-5, "law");
    line();
    return out_;
  }

 private:
  void back();
  void ahead();
  std::size_t end_of_list();
  void signs();
  void glue_left();
  void word_left(std::string_view word, char joiner);
  void sign_left(char c);
  void glue_right();
  void line();
  void against(double weight, std::string_view reason) {
    if (weight < out_.glue) out_.reason = reason;
    out_.glue = std::min(out_.glue, weight);
  }
  std::string_view word_before(std::size_t end) const {
    std::size_t begin = end;
    while (begin > 0 && is_word_char(text_[begin - 1])) --begin;
    return text_.substr(begin, end - begin);
  }
  std::string_view word_after(std::size_t begin) const {
    std::size_t end = begin;
    while (end < text_.size() && is_word_char(text_[end])) ++end;
    return text_.substr(begin, end - begin);
  }
  /// "AU: ", "USA: ", "(UK) "
  bool is_country_label(std::string_view word, std::size_t begin, std::size_t distance) const {
    const char next = at(begin + word.size());
    return (word.size() == 2 || word.size() == 3) && distance <= 3 &&
           std::all_of(word.begin(), word.end(), is_ascii_upper) && (next == ':' || next == ')');
  }
  /// "Caller-ID"
  bool is_caller_id(std::string_view word, std::size_t begin) const {
    return begin > 0 && iequals(word, "id") && iequals(word_before(begin - 1), "caller");
  }
  char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\n'; }

  const Cluster& cluster_;
  std::string_view text_;
  const DigitGroups& groups_;
  const Span& span_;
  Surroundings out_;
  bool in_list_ = false;  // of bare numbers, see end_of_list
};

/// Words before, nearest first. A label of something else counts while nothing but words that say
/// nothing stands between; a word for calling counts further.
void Look::back() {
  std::size_t i = span_.begin;
  bool adjacent = true;   // only neutral words and signs so far
  bool labelled = false;  // digits passed: a label before them is theirs
  bool sentence = false;
  std::size_t sentence_end = std::string_view::npos;  // of a stop not yet known to end one
  std::size_t paragraph = 0;
  while (i > 0 && span_.begin - i < kBackBytes) {
    const char c = text_[i - 1];
    if (!is_word_char(c)) {
      if (is_ascii_digit(c)) {
        adjacent = false;
        labelled = true;
      }
      labelled |= c == '(';  // a remark of its own
      if (c == '\n' && ++paragraph > 3) return;
      if ((c == '.' || c == '!' || c == '?') && is_ascii_space(at(i)) && i >= 2 &&
          !is_ascii_digit(text_[i - 2])) {
        sentence_end = i - 1;
      }
      if (c == ';' || c == ',') adjacent = adjacent && span_.begin - i < 3;
      --i;
      continue;
    }
    const std::string_view word = word_before(i);
    const std::size_t distance = span_.begin - i;
    i -= word.size();
    WordKind kind = word_kind(word);
    // "Tel. 030 ...": a stop after a label is none.
    if (sentence_end != std::string_view::npos && kind != WordKind::kCall &&
        kind != WordKind::kNeutral)
      sentence = true;
    sentence_end = std::string_view::npos;
    if (kind == WordKind::kId && is_caller_id(word, i)) kind = WordKind::kCall;
    if (kind == WordKind::kNone && iequals(word, "art") && at(i + word.size()) == '.') {
      kind = WordKind::kId;
    }
    if (word.size() == 1 && kind == WordKind::kNone && is_call_letter(word[0]) && distance <= 4 &&
        distance > 0 && (at(i + 1) == ':' || at(i + 1) == '.' || at(i + 1) == ')') &&
        (i == 0 || !is_ascii_alnum(text_[i - 1]))) {
      kind = WordKind::kCall;
    }
    switch (kind) {
      case WordKind::kCall:
        if (!out_.id_label) {
          out_.call = std::max(out_.call, call_weight(distance, sentence));
        }
        if (adjacent) return;
        adjacent = false;
        break;
      case WordKind::kSupport:
        if (!out_.id_label)
          out_.call = std::max(out_.call, distance <= kTouchBytes  ? kCallNear
                                          : distance <= kNearBytes ? 1.5
                                                                   : 1.0);
        adjacent = false;
        break;
      case WordKind::kId:
        if (adjacent && !sentence) {
          out_.id_label = true;
          out_.id_doubtful = is_doubtful_id(word);
        } else if (out_.call == 0 && !labelled && distance <= kNearBytes) {
          out_.id_near = true;
        }
        adjacent = false;
        break;
      case WordKind::kNeutral:
        break;
      case WordKind::kNone:
        if (is_country_label(word, i, distance)) out_.call = std::max(out_.call, 1.0);
        adjacent = false;
        break;
    }
  }
}

/// Where a list of bare numbers ends that begins with the candidate or goes on with it:
/// "5035550119, 5035550120 - these phones". Its end if there is none.
std::size_t Look::end_of_list() {
  constexpr std::size_t kDigitsMin = 8;
  constexpr std::string_view kJoiners = ", ;/&";
  std::size_t end = span_.extension_end;
  if (span_.first != span_.last || end != span_.end) return end;
  const std::uint32_t size = groups_.groups[span_.first].size;
  if (size < kDigitsMin) return end;
  const auto follows = [&](std::size_t k) {
    const Group& g = groups_.groups[k];
    const std::string_view between =
        text_.substr(groups_.groups[k - 1].end, g.begin - groups_.groups[k - 1].end);
    return g.size == size && between.size() <= 3 &&
           between.find_first_not_of(kJoiners) == std::string_view::npos;
  };
  in_list_ = span_.first > 0 && follows(span_.first);
  for (std::size_t k = span_.last + 1; k < groups_.groups.size() && follows(k); ++k) {
    end = groups_.groups[k].end;
    in_list_ = true;
  }
  return end;
}

/// "(fax)", "phone", "to cancel": words right after, unless they label what follows.
void Look::ahead() {
  const std::size_t end = end_of_list();
  std::size_t i = end;
  std::size_t words = 0;
  while (i < text_.size() && i - end < kAheadBytes && words < 3) {
    if (is_ascii_digit(text_[i]) || text_[i] == '\n') return;
    if (!is_word_char(text_[i])) {
      ++i;
      continue;
    }
    const std::string_view word = word_after(i);
    const bool touches = i - end <= kTouchAfterBytes || in_list_;
    if (words == 0 && span_.first == span_.last && is_counted(word)) return against(-5, "unit");
    i += word.size();
    ++words;
    const bool labels_next = at(i) == ':' || at(i) == '.' || (at(i) == ' ' && at(i + 1) == ':');
    if (word_kind(word) == WordKind::kCall && !labels_next) {
      out_.call = std::max(out_.call, touches ? kCallNear : 2.0);
      return;
    }
  }
}

/// Telephone signs and words of other scripts, in the text as written.
void Look::signs() {
  if (out_.call >= kCallWeightMax || cluster_.original_at.size() != text_.size() + 1) return;
  const std::uint32_t from =
      span_.begin > kNearBytes ? span_.begin - static_cast<std::uint32_t>(kNearBytes) : 0;
  const std::string_view folded = text_.substr(from, span_.begin - from);
  const bool foreign = std::any_of(folded.begin(), folded.end(), [](char c) {
    return is_fold_symbol(c) || is_fold_letter(c);
  });
  if (!foreign && cluster_.shown(from, span_.begin).size() == folded.size()) return;
  if (has_call_sign(cluster_.shown(from, span_.begin))) out_.call = kCallWeightMax;
}

void Look::glue_left() {
  const std::size_t b = span_.begin;
  if (b == 0) return;
  const char c = text_[b - 1];
  // Chinese and Thai have no spaces, hence the letter.
  if (is_ascii_space(c) || std::string_view("(>\"':").find(c) != std::string_view::npos ||
      is_fold_symbol(c) || is_fold_letter(c)) {
    return;
  }
  const bool joined = c == '-' || c == '/' || c == '.' || c == '_';
  const std::string_view word = word_before(joined ? b - 1 : b);
  if (word.empty()) {
    sign_left(c);
  } else {
    word_left(word, joined ? c : '\0');
  }
}

/// A word glued to the digits, or joined to them by `joiner`.
void Look::word_left(std::string_view word, char joiner) {
  const bool marked = !is_ascii_digit(text_[span_.begin]);  // begins with '+' or a bracket
  const bool bare = span_.first == span_.last;
  const std::size_t begin = span_.begin - (joiner == '\0' ? 0 : 1) - word.size();
  switch (word_kind(word)) {
    case WordKind::kId:
      return against(-4, "id-label");
    case WordKind::kCall:
      out_.call = kCallWeightMax;
      return;
    case WordKind::kSupport:
      out_.call = std::max(out_.call, 1.5);
      return;
    case WordKind::kNeutral:
    case WordKind::kNone:
      break;
  }
  if (begin > 0 && is_ascii_digit(text_[begin - 1]) && !marked) return against(-4, "mixed-id");
  if (joiner == '/') return against(marked ? -1 : -4, "path");
  if (joiner == '_') return against(marked ? -1 : -4, "mixed-id");
  if (word.size() <= 5 && std::all_of(word.begin(), word.end(), is_ascii_upper)) {
    return against(marked ? -0.5 : bare ? -4 : -1.5, "mixed-id");
  }
  against(marked ? 0 : -0.5, "glued");
}

/// A sign glued to the digits. Digits behind it are another group's, and reading counts what
/// parting them costs.
void Look::sign_left(char c) {
  const char behind = span_.begin >= 2 ? text_[span_.begin - 2] : ' ';
  const bool bare = span_.first == span_.last;
  switch (c) {
    case '#':
      if (out_.call < kCallWeightMax) against(bare ? -4 : -1.5, "id-label");
      return;
    case '=':
    case '&':
    case '?':
      if (out_.call < kCallWeightMax) against(-4, "query");
      return;
    case '/':
    case '\\':
      if (bare || !is_ascii_digit(behind)) against(-3, "path");
      return;
    case '@':
      return against(-4, "mail-address");
    case '_':
      if (is_ascii_alnum(behind)) against(-4, "mixed-id");
      return;
    case '.':
    case ',':
      if (is_ascii_digit(behind)) against(bare ? -4 : -0.3, "decimal");
      return;
    case '<':
      return against(at(span_.extension_end) == '>' ? -0.3 : -2, "code");
    case '{':
    case '%':
      return against(-2, "code");
    default:
      return;
  }
}

void Look::glue_right() {
  const std::size_t e = span_.extension_end;
  if (e > span_.end || e >= text_.size()) return;
  const char c = text_[e];
  const char next = at(e + 1);
  if (is_word_char(c) && !is_fold_letter(c)) {
    const std::string_view word = word_after(e);
    const char behind = at(e + word.size());
    const bool unit = word == "px" || word == "em" || word == "pt" || word == "ms" ||
                      word == "kb" || word == "KB" || word == "MB" || word == "GB" ||
                      word == "km" || word == "kg" || word == "mm" || word == "cm" ||
                      word == "st" || word == "th";
    if (unit) {
      against(-5, "unit");
    } else if (is_ascii_digit(behind) && word_kind(word) != WordKind::kCall) {
      against(-4, "mixed-id");
    } else if (word_kind(word) != WordKind::kCall) {
      const bool capitals =
          word.size() <= 2 && std::all_of(word.begin(), word.end(), is_ascii_upper);
      against(capitals && groups_.groups[span_.first].size > 7 ? -2 : -0.3, "glued");
    }
    return;
  }
  switch (c) {
    case '@':
      against(-6, "mail-address");
      break;
    case '%':
      against(-6, "percentage");
      break;
    case '=':
    case '&':
      against(-3, "query");
      break;
    case '_':
      if (is_ascii_alnum(next)) against(-3, "mixed-id");
      break;
    case '-':
      if (is_ascii_alpha(next)) against(-1.5, "mixed-id");
      break;
    case '/':
      if (is_ascii_alpha(next)) against(-0.7, "path");
      break;
    case '.':
      if (next >= 'a' && next <= 'z') against(-2, "file-name");
      break;
    case '{':
    case '}':
      against(-1, "code");
      break;
    default:
      break;
  }
}

/// The line or cell around: nothing else in it, or a row of figures.
void Look::line() {
  std::size_t begin = span_.begin;
  while (begin > 0 && !is_line_end(text_[begin - 1])) --begin;
  std::size_t end = span_.extension_end;
  while (end < text_.size() && !is_line_end(text_[end])) ++end;
  std::size_t letters = 0;
  for (std::size_t i = begin; i < end; ++i) {
    if (i == span_.begin) i = span_.extension_end;
    if (i < end) letters += is_word_char(text_[i]);
  }
  std::size_t row_begin = begin;
  while (row_begin > 0 && text_[row_begin - 1] != '\n') --row_begin;
  std::size_t row_end = end;
  while (row_end < text_.size() && text_[row_end] != '\n') ++row_end;
  std::size_t in_line = 0;
  std::size_t in_row = 0;
  for (std::size_t k = 0; k < groups_.groups.size(); ++k) {
    const Group& g = groups_.groups[k];
    if (g.begin >= span_.begin && g.begin < span_.extension_end) continue;
    const bool figure = !g.gap.tight || g.gap.breaks;  // groups joined tightly are one figure
    if (figure && g.begin >= row_begin && g.end <= row_end) ++in_row;
    if (g.begin >= begin && g.end <= end) ++in_line;
  }
  const auto digit_in_cell = [&](std::size_t i) {
    return i < text_.size() && is_ascii_digit(text_[i]);
  };
  const std::size_t e = span_.extension_end;
  out_.cells_go_on =
      (at(e) == '\t' && digit_in_cell(e + 1)) ||
      (span_.begin >= 2 && text_[span_.begin - 1] == '\t' && digit_in_cell(span_.begin - 2));
  // A window cut at its edge shows only part of a line.
  const bool whole_line =
      (begin > 0 || cluster_.begin < Cluster::kContextBytes) &&
      (end < text_.size() || text_.size() - cluster_.end < Cluster::kContextBytes);
  out_.own_line = whole_line && letters == 0 && in_line == 0;
  const auto blank = [](std::string_view s) {
    return std::none_of(s.begin(), s.end(),
                        [](char c) { return is_ascii_alnum(c) || is_fold_letter(c); });
  };
  out_.alone = out_.own_line && blank(text_.substr(0, span_.begin)) &&
               blank(text_.substr(span_.extension_end));
  out_.table = in_row >= kTableGroupsMin && letters < 2 * in_row;
}

}  // namespace

Surroundings look_around(const Cluster& cluster, const DigitGroups& groups, const Span& span) {
  return Look(cluster, groups, span).run();
}

}  // namespace ringfence
