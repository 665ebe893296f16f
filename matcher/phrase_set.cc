#include "matcher/phrase_set.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/text.h"
#include "matcher/fold.h"
#include "matcher/patterns.h"

namespace ringfence {
namespace {

constexpr char kExactMark = '=';
constexpr char kOpenMark = '*';

std::string folded(std::string_view written) {
  Fold fold;
  FoldedText out;
  fold.push(written, out);
  fold.finish(out);
  return std::move(out.ascii);
}

enum CharKind : std::uint8_t { kOther, kGap, kWord };

constexpr std::array<CharKind, 256> kCharKinds = [] {
  std::array<CharKind, 256> kinds{};
  for (std::size_t c = 0; c < kinds.size(); ++c) {
    const char as_char = static_cast<char>(c);
    if (is_ascii_alnum(as_char) || as_char == kFoldLetter) kinds[c] = kWord;
    if (is_ascii_space(as_char) || as_char == kFoldSymbol) kinds[c] = kGap;
  }
  kinds['-'] = kinds['_'] = kinds['>'] = kGap;
  return kinds;
}();

CharKind kind_of(char c) { return kCharKinds[static_cast<unsigned char>(c)]; }

/// White space with symbols and one line end's marks of quoting in it, a hyphen or an underscore.
bool is_gap(std::string_view gap) {
  if (gap == " " || gap == "-" || gap == "_") return true;
  bool line_end = false;
  for (const char c : gap) {
    if (c == '>' ? !line_end : !is_ascii_space(c) && c != kFoldSymbol) return false;
    line_end = line_end || c == '\n' || c == '\r';
  }
  return !gap.empty() && gap.size() <= PhraseSet::kGapBytesMax;
}

/// Length of the gap that ends, or begins, at `at`; 0 for none.
std::size_t gap_before(std::string_view text, std::size_t at) {
  const std::size_t most = std::min(at, PhraseSet::kGapBytesMax + 1);
  std::size_t size = 0;
  while (size < most && kind_of(text[at - size - 1]) == kGap) ++size;
  return is_gap(text.substr(at - size, size)) ? size : 0;
}
std::size_t gap_after(std::string_view text, std::size_t at) {
  const std::size_t most = std::min(text.size() - at, PhraseSet::kGapBytesMax + 1);
  std::size_t size = 0;
  while (size < most && kind_of(text[at + size]) == kGap) ++size;
  return is_gap(text.substr(at, size)) ? size : 0;
}

bool is_upper_of(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char t, char w) {
    return t == (w >= 'a' && w <= 'z' ? static_cast<char>(w - ('a' - 'A')) : w);
  });
}

bool is_word(std::string_view text, std::string_view word, bool exact) {
  if (exact) return text == word || is_upper_of(text, word);
  return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                    [](char t, char w) { return ascii_lower(t) == w; });
}

bool is_boundary(char inside, char outside, bool may_touch_digits) {
  return kind_of(outside) != kWord || kind_of(inside) != kWord ||
         (may_touch_digits && is_ascii_digit(outside));
}

/// What the pattern engine looks for of a word. Plain digits would cost it dear.
std::string_view anchor_of(std::string_view word) {
  return word.substr(word.size() - std::min(word.size(), PhraseSet::kAnchorBytesMax));
}

/// Words that honest mail is full of: to look for them costs more than to look for their
/// neighbours.
bool is_everyday(std::string_view word) {
  constexpr std::size_t kRareBytesMin = 4;  // "the", "our", "was"
  static constexpr std::array<std::string_view, 55> kWords = {
      "about",   "account", "after",    "been",    "before",  "call",     "cancel",      "change",
      "charge",  "code",    "complete", "confirm", "contact", "customer", "device",      "document",
      "free",    "from",    "give",     "have",    "help",    "hours",    "information", "left",
      "line",    "made",    "make",     "next",    "number",  "order",    "package",     "past",
      "payment", "phone",   "place",    "please",  "renew",   "request",  "required",    "security",
      "service", "support", "team",     "thank",   "that",    "this",     "time",        "update",
      "using",   "will",    "windows",  "with",    "within",  "would",    "your"};
  return word.size() < kRareBytesMin || std::binary_search(kWords.begin(), kWords.end(), word);
}

std::size_t letters_in_a_row(std::string_view word) {
  std::size_t most = 0, row = 0;
  for (const char c : word) {
    row = is_ascii_alpha(c) ? row + 1 : 0;
    most = std::max(most, row);
  }
  return most;
}

}  // namespace

Result<void> check_lexicon_name(std::string_view name) {
  const bool fits = !name.empty() && name.size() <= LexiconEntry::kNameBytesMax &&
                    std::all_of(name.begin(), name.end(), [](char c) {
                      return is_ascii_digit(c) || (c >= 'a' && c <= 'z') || c == '-';
                    });
  if (fits) return {};
  return fail(ErrorKind::kConfig, fmt::format("is not a name: letters a-z, digits and '-', at most "
                                              "{}",
                                              LexiconEntry::kNameBytesMax));
}

Result<void> check_phrase(std::string_view phrase) {
  const auto compiled = PhraseSet::compile(phrase);
  if (!compiled) return tl::unexpected(compiled.error());
  return {};
}

Result<PhraseSet::Phrase> PhraseSet::compile(std::string_view written) {
  const auto refuse = [](std::string message) {
    return fail(ErrorKind::kConfig, std::move(message));
  };
  if (written.size() > LexiconEntry::kPhraseBytesMax) {
    return refuse(fmt::format("is longer than {} bytes", LexiconEntry::kPhraseBytesMax));
  }
  Phrase phrase{};
  std::string_view text = trim(written);
  if ((phrase.exact = text.starts_with(kExactMark))) text.remove_prefix(1);
  if ((phrase.open_begin = text.starts_with(kOpenMark))) text.remove_prefix(1);
  if ((phrase.open_end = text.ends_with(kOpenMark))) text.remove_suffix(1);
  if (text.find(kOpenMark) != std::string_view::npos) {
    return refuse("has '*' elsewhere than at its begin or end");
  }

  const std::string ascii = folded(text);
  if (ascii.find(kFoldLetter) != std::string::npos) {
    return refuse("has letters that look like none of Latin: they cannot be told apart here");
  }
  if (ascii.find(kFoldSymbol) != std::string::npos) {
    return refuse("has symbols that cannot be told apart here");
  }
  std::size_t letters = 0;
  std::string word;
  for (const char c : ascii + ' ') {
    if (!is_ascii_space(c) && c != '-' && c != '_') {
      word += phrase.exact ? c : ascii_lower(c);
      letters += is_ascii_alpha(c) ? 1 : 0;
    } else if (!word.empty()) {
      phrase.words.push_back(std::exchange(word, {}));
    }
  }
  if (phrase.words.size() > LexiconEntry::kPhraseWordsMax) {
    return refuse(fmt::format("has more than {} words", LexiconEntry::kPhraseWordsMax));
  }
  std::pair<bool, std::size_t> best{false, 0};  // rare, long
  for (std::size_t i = 0; i < phrase.words.size(); ++i) {
    const std::string& candidate = phrase.words[i];
    if (letters_in_a_row(anchor_of(candidate)) < LexiconEntry::kPhraseLettersMin) continue;
    const std::pair worth{!is_everyday(ascii_lower(candidate)), candidate.size()};
    if (worth <= best) continue;
    best = worth;
    phrase.anchor_word = i;
  }
  if (best.second == 0) {
    return refuse(
        fmt::format("has no word of {} letters in a row", LexiconEntry::kPhraseLettersMin));
  }
  constexpr std::size_t kMayTouchDigits = 5;  // base64 and ids are full of shorter ones
  phrase.may_touch_digits = letters >= kMayTouchDigits;
  if (phrase.anchor_word + 1 < phrase.words.size()) {
    phrase.next = ascii_lower(phrase.words[phrase.anchor_word + 1].front());
  }
  return phrase;
}

void PhraseSet::add(Phrase phrase) {
  const std::string literal = ascii_lower(anchor_of(phrase.words[phrase.anchor_word]));
  const auto known = std::find_if(anchors_.begin(), anchors_.end(),
                                  [&](const Anchor& a) { return a.literal == literal; });
  Anchor& anchor = known != anchors_.end() ? *known : anchors_.emplace_back(Anchor{literal, {}});
  anchor.phrases.push_back(std::move(phrase));
}

Result<PhraseSet> PhraseSet::create(const std::vector<LexiconEntry>& lexicon) {
  if (lexicon.size() > kLexiconEntriesMax) {
    return fail(ErrorKind::kConfig, fmt::format("the lexicon has {} entries, at most {}",
                                                lexicon.size(), kLexiconEntriesMax));
  }
  PhraseSet set;
  std::size_t phrases = 0;
  std::map<std::pair<LexiconKind, std::string>, std::uint32_t> terms;
  for (const LexiconEntry& entry : lexicon) {
    const auto refuse = [&](std::string_view text, const Error& error) {
      return fail(ErrorKind::kConfig, fmt::format("lexicon: {}: \"{}\" {}", printable(entry.name),
                                                  printable(text), error.message));
    };
    if (auto checked = check_lexicon_name(entry.name); !checked) {
      return refuse(entry.name, checked.error());
    }
    const auto [term, is_new] =
        terms.try_emplace({entry.kind, entry.name}, static_cast<std::uint32_t>(set.terms_.size()));
    if (is_new) set.terms_.push_back({entry.kind, entry.name});
    if ((phrases += entry.phrases.size()) > kLexiconPhrasesMax) {
      return fail(ErrorKind::kConfig,
                  fmt::format("the lexicon has more than {} phrases", kLexiconPhrasesMax));
    }
    for (const std::string& written : entry.phrases) {
      auto phrase = compile(written);
      if (!phrase) return refuse(written, phrase.error());
      phrase->term = term->second;
      set.add(std::move(*phrase));
    }
  }
  return set;
}

std::vector<PatternSpec> PhraseSet::patterns() const {
  std::vector<PatternSpec> out;
  for (std::size_t i = 0; i < anchors_.size(); ++i) {
    out.push_back({kLexiconIds + static_cast<std::uint32_t>(i), anchors_[i].literal, true, true});
  }
  return out;
}

/// The anchor's word ends at `at`.
bool PhraseSet::stands(const Phrase& phrase, std::string_view text, std::size_t at,
                       std::size_t& begin, std::size_t& end) {
  const std::vector<std::string>& words = phrase.words;
  begin = end = at;
  for (std::size_t i = phrase.anchor_word + 1; i-- > 0;) {
    if (i < phrase.anchor_word) {
      const std::size_t gap = gap_before(text, begin);
      if (gap == 0) return false;
      begin -= gap;
    }
    const std::size_t size = words[i].size();
    if (begin < size || !is_word(text.substr(begin - size, size), words[i], phrase.exact)) {
      return false;
    }
    begin -= size;
  }
  for (std::size_t i = phrase.anchor_word + 1; i < words.size(); ++i) {
    const std::size_t gap = gap_after(text, end);
    const std::size_t size = words[i].size();
    if (gap == 0 || text.size() - end - gap < size ||
        !is_word(text.substr(end + gap, size), words[i], phrase.exact)) {
      return false;
    }
    end += gap + size;
  }
  return (phrase.open_begin || begin == 0 ||
          is_boundary(text[begin], text[begin - 1], phrase.may_touch_digits)) &&
         (phrase.open_end || end == text.size() ||
          is_boundary(text[end - 1], text[end], phrase.may_touch_digits));
}

void PhraseSet::find(std::uint32_t id, std::uint64_t end, std::string_view text, std::uint64_t base,
                     std::vector<PhraseMatch>& out) const {
  if (id < kLexiconIds || id - kLexiconIds >= anchors_.size()) return;
  const std::size_t at = end - base;
  const std::size_t next = at + gap_after(text, at);
  const char next_char = next > at && next < text.size() ? ascii_lower(text[next]) : '\0';
  for (const Phrase& phrase : anchors_[id - kLexiconIds].phrases) {
    if (phrase.next != '\0' && phrase.next != next_char) continue;  // most end here
    std::size_t from, to;
    if (stands(phrase, text, at, from, to)) out.push_back({base + from, base + to, phrase.term});
  }
}

}  // namespace ringfence
