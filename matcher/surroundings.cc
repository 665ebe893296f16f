#include "matcher/surroundings.h"

#include <algorithm>

#include "base/text.h"
#include "matcher/announcement.h"
#include "matcher/context_words.h"
#include "matcher/fold_table.h"

namespace ringfence {
namespace {

constexpr std::size_t kTableGroupsMin = 4;  // more figures than this in a line make a table

bool is_line_end(char c) { return c == '\n' || c == '\t'; }
bool is_word_char(char c) { return is_ascii_alpha(c) || is_fold_letter(c); }

bool is_one_of_countries(std::string_view word) {
  constexpr std::string_view kNames[] = {"US", "USA", "UK", "CA", "AU", "NZ", "EU", "IN"};
  return std::find(std::begin(kNames), std::end(kNames), word) != std::end(kNames);
}

class Look {
 public:
  Look(const Cluster& cluster, const DigitGroups& groups, const Span& span)
      : cluster_(cluster), text_(cluster.text), groups_(groups), span_(span) {}

  Surroundings run() {
    const Announcement said = announced(cluster_, groups_, span_);
    out_.call = said.call;
    out_.id_label = said.id_label;
    out_.id_doubtful = said.id_doubtful;
    out_.id_near = said.id_near;
    if (said.counted) against(-5, "unit");
    glue_left();
    glue_right();
    if (ends_with_law(text_.substr(0, span_.begin))) against(-5, "law");
    line();
    return out_;
  }

 private:
  void glue_left();
  void word_left(std::string_view word, char joiner);
  void sign_left(char c);
  void glue_right();
  void line();
  bool own_field() const;
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
  char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\n'; }

  const Cluster& cluster_;
  std::string_view text_;
  const DigitGroups& groups_;
  const Span& span_;
  Surroundings out_;
};

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
  // "USA-888-555-0123"
  const bool country = joiner == '-' && !bare && is_one_of_countries(word);
  if (country) return against(-0.3, "glued");
  switch (word == "US" ? WordKind::kNone : word_kind(word)) {
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
  out_.own_field = own_field();
  out_.table = in_row >= kTableGroupsMin && letters < 2 * in_row;
}

/// "Abbott; 030 23125-123; 10115", "M 0491 570 156 | O": what parts fields stands on both sides, a
/// short label aside.
bool Look::own_field() const {
  constexpr std::size_t kLabelMax = 10;
  const auto parts = [&](std::size_t i) {
    return is_line_end(text_[i]) || text_[i] == ';' || text_[i] == '|';
  };
  std::size_t begin = span_.begin;
  const auto at_left_end = [&] {
    if (begin > 0 && text_[begin - 1] == ' ') --begin;
    return begin == 0 || parts(begin - 1) || text_[begin - 1] == ' ';
  };
  if (!at_left_end()) {
    const std::size_t label_end = begin;
    while (begin > 0 && label_end - begin < kLabelMax &&
           (is_word_char(text_[begin - 1]) || text_[begin - 1] == '.' || text_[begin - 1] == ':')) {
      --begin;
    }
    if (begin == label_end || !at_left_end()) return false;
  }
  std::size_t end = span_.extension_end;
  if (at(end) == ' ') ++end;
  return end >= text_.size() || parts(end) || text_[end] == ' ';
}

}  // namespace

Surroundings look_around(const Cluster& cluster, const DigitGroups& groups, const Span& span) {
  return Look(cluster, groups, span).run();
}

}  // namespace ringfence
