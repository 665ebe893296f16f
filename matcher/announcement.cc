#include "matcher/announcement.h"

#include <algorithm>
#include <string_view>

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
constexpr double kNumberIs = 1;   // "the number is ..."
constexpr double kOfAnother = 1;  // a word for calling that announces another number
constexpr std::size_t kNumberDigitsMin = 7;

bool is_word_char(char c) { return is_ascii_alpha(c) || is_fold_letter(c); }

double call_weight(std::size_t distance, bool sentence) {
  if (sentence || distance > kNearBytes) return 2;
  return distance <= kCloseBytes ? kCallWeightMax : kCallNear;
}

/// "or", "ou", "oder", "e", "y", ...: a second number follows.
bool is_joining(std::string_view word) { return word.size() <= 2 || iequals(word, "oder"); }

/// Letters that stand for "telephone", "fax", "mobile", ... before a colon or in brackets.
bool is_call_letter(char c) {
  return std::string_view("tfpmcwovhde").find(ascii_lower(c)) != std::string_view::npos;
}

class Words {
 public:
  Words(const Cluster& cluster, const DigitGroups& groups, const Span& span)
      : cluster_(cluster), text_(cluster.text), groups_(groups), span_(span) {}

  Announcement run() {
    back();
    ahead();
    signs();
    return out_;
  }

 private:
  void back();
  WordKind kind_of(std::string_view word, std::size_t begin, std::size_t distance) const;
  void ahead();
  std::size_t end_of_list();
  void signs();
  std::string_view word_before(std::size_t end) const {
    std::size_t begin = end;
    while (begin > 0 && is_word_char(text_[begin - 1])) --begin;
    return text_.substr(begin, end - begin);
  }
  /// The word before the one that begins at `begin`, a blank or a sign between.
  std::string_view previous_word(std::size_t begin) const {
    return begin > 0 ? word_before(begin - 1) : std::string_view();
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
  char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\n'; }

  const Cluster& cluster_;
  std::string_view text_;
  const DigitGroups& groups_;
  const Span& span_;
  Announcement out_;
  bool in_list_ = false;  // of bare numbers, see end_of_list
};

/// The kind of a word where it stands: some are others beside their neighbours.
WordKind Words::kind_of(std::string_view word, std::size_t begin, std::size_t distance) const {
  const WordKind kind = word_kind(word);
  const std::size_t end = begin + word.size();
  // "US-8885550123" is an identifier.
  if (word == "US" && at(end) == '-' && end + 1 == span_.begin) return WordKind::kNone;
  if (kind == WordKind::kId) {
    const std::string_view previous = previous_word(begin);
    if (iequals(word, "id") && iequals(previous, "caller")) return WordKind::kCall;
    // "Phone on file:"
    if (iequals(word, "file") && iequals(previous, "on")) return WordKind::kNeutral;
    // "Service client :"
    if (is_person(word) && word_kind(previous) == WordKind::kSupport) return WordKind::kSupport;
  }
  // A mobile telephone in Turkish, a postal code in Brazil.
  constexpr std::size_t kPostalDigits = 8;
  if (word == "CEP" && groups_.digits_of(span_.first, span_.last).size() == kPostalDigits) {
    return WordKind::kId;
  }
  if (kind != WordKind::kNone) return kind;
  if (iequals(word, "art") && at(end) == '.') return WordKind::kId;
  const char before = begin == 0 ? ' ' : text_[begin - 1];
  const bool closed = at(end) == ')' ? before == '(' : !is_ascii_alnum(before);
  const bool lettered = word.size() == 1 && is_call_letter(word[0]) && distance <= 4 &&
                        distance > 0 && closed &&
                        (at(end) == ':' || at(end) == '.' || at(end) == ')');
  // "T 020 7946 0000  F 020 7946 0001": fields of a line.
  const bool field = begin == 0 || before == '\n' || before == '|' ||
                     (before == ' ' && begin > 1 && text_[begin - 2] == ' ');
  const bool heads = field && span_.first != span_.last && at(end) == ' ' && distance == 1 &&
                     (word == "T" || word == "F" || word == "M");
  return lettered || heads ? WordKind::kCall : WordKind::kNone;
}

/// Words before, nearest first. A label of something else counts while nothing but words that say
/// nothing stands between; a word for calling counts further.
void Words::back() {
  std::size_t i = span_.begin;
  bool adjacent = true;   // only neutral words and signs so far
  bool labelled = false;  // digits passed: a label before them is theirs
  bool sentence = false;
  bool said = false;                                  // "... is"
  bool stranger = false;                              // a word that says nothing of a number
  std::size_t digits = 0;                             // passed after it: another number's
  std::size_t sentence_end = std::string_view::npos;  // of a stop not yet known to end one
  std::size_t paragraph = 0;
  while (i > 0 && span_.begin - i < kBackBytes) {
    const char c = text_[i - 1];
    if (!is_word_char(c)) {
      if (is_ascii_digit(c)) {
        adjacent = false;
        labelled = true;
        digits += stranger ? 1 : 0;
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
    const WordKind kind = kind_of(word, i, distance);
    // "Tel. 030 ...": a stop after a label is none.
    if (sentence_end != std::string_view::npos && kind != WordKind::kCall &&
        kind != WordKind::kNeutral)
      sentence = true;
    sentence_end = std::string_view::npos;
    switch (kind) {
      case WordKind::kCall:
        if (!out_.id_label) {
          // "Phone: 888-555-0123 VCV 396647441": announces what stands before the other word.
          const double weight =
              digits >= kNumberDigitsMin ? kOfAnother : call_weight(distance, sentence);
          out_.call = std::max(out_.call, weight);
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
        // "Text STOP to 0770...": no label of what follows.
        if (is_link(word)) {
          adjacent = false;
          labelled = true;
        }
        if (said && adjacent && iequals(word, "number")) out_.call = std::max(out_.call, kNumberIs);
        said |= iequals(word, "is");
        break;
      case WordKind::kNone:
        if (is_country_label(word, i, distance)) out_.call = std::max(out_.call, 1.0);
        stranger |= !is_joining(word);
        adjacent = false;
        break;
    }
  }
}

/// Where a list of bare numbers ends that begins with the candidate or goes on with it:
/// "5035550119, 5035550120 - these phones". Its end if there is none.
std::size_t Words::end_of_list() {
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
void Words::ahead() {
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
    if (words == 0 && span_.first == span_.last && is_counted(word)) {
      out_.counted = true;
      return;
    }
    i += word.size();
    const WordKind kind = word_kind(word);
    words += kind == WordKind::kNeutral ? 0 : 1;  // "is our helpline"
    const bool labels_next = at(i) == ':' || at(i) == '.' || (at(i) == ' ' && at(i + 1) == ':');
    if (kind == WordKind::kCall && !labels_next && !is_doing(word)) {
      out_.call = std::max(out_.call, touches || words == 1 ? kCallNear : 2.0);
      return;
    }
  }
}

/// Telephone signs and words of other scripts, in the text as written.
void Words::signs() {
  if (out_.call >= kCallWeightMax || cluster_.original_at.size() != text_.size() + 1) return;
  const std::uint32_t from =
      span_.begin > kNearBytes ? span_.begin - static_cast<std::uint32_t>(kNearBytes) : 0;
  const std::string_view folded = text_.substr(from, span_.begin - from);
  const bool foreign = std::any_of(folded.begin(), folded.end(),
                                   [](char c) { return is_fold_symbol(c) || is_fold_letter(c); });
  if (!foreign && cluster_.shown(from, span_.begin).size() == folded.size()) return;
  const std::string_view written = cluster_.shown(from, span_.begin);
  if (ends_with_id_sign(written)) {
    out_.id_label = true;
  } else if (has_call_sign(written)) {
    out_.call = kCallWeightMax;
  }
}

}  // namespace

Announcement announced(const Cluster& cluster, const DigitGroups& groups, const Span& span) {
  return Words(cluster, groups, span).run();
}

}  // namespace ringfence
