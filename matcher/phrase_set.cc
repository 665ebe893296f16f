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

FoldedText folded(std::string_view written) {
  Fold fold;
  FoldedText out;
  fold.push(written, out);
  fold.finish(out);
  return out;
}

/// Letters of scripts that put no spaces between words, or hang endings on them.
bool is_unspaced(char32_t c) {
  struct Range {
    char32_t first, last;
  };
  static constexpr std::array<Range, 9> kRanges = {{{0x0E00, 0x0EFF},      // Thai, Lao
                                                    {0x1000, 0x109F},      // Myanmar
                                                    {0x1100, 0x11FF},      // Hangul Jamo
                                                    {0x1780, 0x17FF},      // Khmer
                                                    {0x3005, 0x31FF},      // Kana, Bopomofo
                                                    {0x3400, 0x9FFF},      // ideographs
                                                    {0xAC00, 0xD7FF},      // Hangul
                                                    {0xF900, 0xFAFF},      // ideographs
                                                    {0x20000, 0x3FFFF}}};  // ideographs
  return std::any_of(kRanges.begin(), kRanges.end(),
                     [c](const Range& r) { return c >= r.first && c <= r.last; });
}

/// What was written where the folded byte at `at` (an index into text.ascii) stands.
char32_t written_at(const FoldedText& text, std::size_t at) {
  const std::uint64_t original = text.original_at(text.base + at) - text.original_base;
  return decode_utf8(std::string_view(text.original).substr(original)).scalar;
}

/// The fold keeps too little of it to know it by.
bool is_foreign(char c) { return is_fold_letter(c) || c == kFoldCurrency; }

enum CharKind : std::uint8_t { kOther, kGap, kWord };

constexpr std::array<CharKind, 256> kCharKinds = [] {
  std::array<CharKind, 256> kinds{};
  for (std::size_t c = 0; c < kinds.size(); ++c) {
    const char as_char = static_cast<char>(c);
    if (is_ascii_alnum(as_char) || is_fold_letter(as_char)) kinds[c] = kWord;
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

/// The most letters in a row; of scripts that write a word with one or two, each counts as two.
std::size_t letters_in_a_row(std::string_view word, bool unspaced) {
  std::size_t most = 0, row = 0;
  for (const char c : word) {
    row = is_fold_letter(c) ? row + (unspaced ? 2 : 1) : is_ascii_alpha(c) ? row + 1 : 0;
    most = std::max(most, row);
  }
  return most;
}

/// The ways of writing a phrase that fold differently: as it stands, small, with capitals at the
/// begin of the phrase or of each word, in capitals.
std::vector<std::string> ways_of_writing(std::string_view written) {
  std::array<std::string, 5> ways;
  ways[0] = written;
  bool first = true, word_begins = true;
  while (!written.empty()) {
    const Utf8Step step = decode_utf8(written);
    written.remove_prefix(step.size);
    const char32_t small = fold_small(step.scalar);
    const char32_t capital = fold_capital(step.scalar);
    append_utf8(ways[1], small);
    append_utf8(ways[2], first ? capital : small);
    append_utf8(ways[3], word_begins ? capital : small);
    append_utf8(ways[4], capital);
    word_begins = step.scalar < 0x80 && kind_of(static_cast<char>(step.scalar)) != kWord;
    first = first && word_begins;
  }
  const bool exact = ways[0].starts_with(kExactMark);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    if (exact && i != 0 && i != ways.size() - 1) continue;
    if (std::find(out.begin(), out.end(), ways[i]) == out.end()) out.push_back(ways[i]);
  }
  return out;
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

Result<std::vector<PhraseSet::Phrase>> PhraseSet::compile(std::string_view written,
                                                          bool any_length) {
  if (written.size() > LexiconEntry::kPhraseBytesMax) {
    return fail(ErrorKind::kConfig,
                fmt::format("is longer than {} bytes", LexiconEntry::kPhraseBytesMax));
  }
  std::vector<Phrase> out;
  for (const std::string& way : ways_of_writing(written)) {
    auto phrase = compile_case(way, any_length);
    if (!phrase) return tl::unexpected(phrase.error());
    out.push_back(std::move(*phrase));
  }
  return out;
}

Result<PhraseSet::Phrase> PhraseSet::compile_case(std::string_view written, bool any_length) {
  const auto refuse = [](std::string message) {
    return fail(ErrorKind::kConfig, std::move(message));
  };
  Phrase phrase{};
  std::string_view text = trim(written);
  if ((phrase.exact = text.starts_with(kExactMark))) text.remove_prefix(1);
  if ((phrase.open_begin = text.starts_with(kOpenMark))) text.remove_prefix(1);
  if ((phrase.open_end = text.ends_with(kOpenMark))) text.remove_suffix(1);
  if (text.find(kOpenMark) != std::string_view::npos) {
    return refuse("has '*' elsewhere than at its begin or end");
  }

  const FoldedText folds = folded(text);
  const std::string& ascii = folds.ascii;
  if (ascii.find(kFoldSymbol) != std::string::npos) {
    return refuse("has symbols that cannot be told apart here");
  }
  std::size_t letters = 0;
  std::string word;
  for (std::size_t i = 0; i <= ascii.size(); ++i) {
    const char c = i < ascii.size() ? ascii[i] : ' ';
    if (!is_ascii_space(c) && c != '-' && c != '_') {
      word += phrase.exact ? c : ascii_lower(c);
      letters += is_ascii_alpha(c) || is_fold_letter(c) ? 1 : 0;
      if (is_foreign(c)) phrase.foreign += written_at(folds, i);
    } else if (!word.empty()) {
      phrase.words.push_back(std::exchange(word, {}));
    }
  }
  if (phrase.words.size() > LexiconEntry::kPhraseWordsMax) {
    return refuse(fmt::format("has more than {} words", LexiconEntry::kPhraseWordsMax));
  }
  const bool unspaced = std::any_of(phrase.foreign.begin(), phrase.foreign.end(), is_unspaced);
  std::pair<bool, std::size_t> best{false, 0};  // rare, long
  for (std::size_t i = 0; i < phrase.words.size(); ++i) {
    const std::string& candidate = phrase.words[i];
    if (!any_length &&
        letters_in_a_row(anchor_of(candidate), unspaced) < LexiconEntry::kPhraseLettersMin) {
      continue;
    }
    const std::pair worth{!is_everyday(ascii_lower(candidate)), candidate.size()};
    if (worth <= best) continue;
    best = worth;
    phrase.anchor_word = i;
  }
  if (best.second == 0) {
    return refuse(
        fmt::format("has no word of {} letters in a row", LexiconEntry::kPhraseLettersMin));
  }
  if (unspaced) {
    phrase.open_begin |= is_unspaced(written_at(folds, 0));
    phrase.open_end |= is_unspaced(written_at(folds, ascii.size() - 1));
  }
  constexpr std::size_t kMayTouchDigits = 5;  // base64 and ids are full of shorter ones
  phrase.may_touch_digits = letters >= kMayTouchDigits;
  if (phrase.anchor_word + 1 < phrase.words.size()) {
    phrase.next = ascii_lower(phrase.words[phrase.anchor_word + 1].front());
  }
  return phrase;
}

void PhraseSet::add(std::vector<Phrase> phrases, std::uint32_t term) {
  for (Phrase& phrase : phrases) {
    phrase.term = term;
    const std::string literal = ascii_lower(anchor_of(phrase.words[phrase.anchor_word]));
    const auto known = std::find_if(anchors_.begin(), anchors_.end(),
                                    [&](const Anchor& a) { return a.literal == literal; });
    Anchor& anchor = known != anchors_.end() ? *known : anchors_.emplace_back(Anchor{literal, {}});
    anchor.phrases.push_back(std::move(phrase));
  }
}

Result<PhraseSet> PhraseSet::create(const std::vector<LexiconEntry>& lexicon,
                                    std::span<const std::string_view> others) {
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
      set.add(std::move(*phrase), term->second);
    }
  }
  for (std::size_t i = 0; i < others.size(); ++i) {
    auto phrase = compile(others[i], true);
    if (!phrase) {
      return fail(ErrorKind::kConfig,
                  fmt::format("\"{}\" {}", printable(others[i]), phrase.error().message));
    }
    set.add(std::move(*phrase), static_cast<std::uint32_t>(set.terms_.size() + i));
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
bool PhraseSet::stands(const Phrase& phrase, const FoldedText& folded, std::size_t at,
                       Stretch& place) {
  const std::string_view text = folded.ascii;
  const std::vector<std::string>& words = phrase.words;
  std::size_t begin = at, end = at;
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
  const auto is_boundary = [&](std::size_t inside, std::size_t outside) {
    if (kind_of(text[outside]) != kWord || kind_of(text[inside]) != kWord) return true;
    if (is_ascii_digit(text[outside])) return phrase.may_touch_digits;
    return is_fold_letter(text[outside]) && is_unspaced(written_at(folded, outside));
  };
  place = {begin, end};
  return (phrase.open_begin || begin == 0 || is_boundary(begin, begin - 1)) &&
         (phrase.open_end || end == text.size() || is_boundary(end - 1, end)) &&
         (phrase.foreign.empty() || is_written_so(phrase, folded, place));
}

/// Letters that fold alike within a block of 128 are the same in small or in capitals.
bool PhraseSet::is_written_so(const Phrase& phrase, const FoldedText& text, const Stretch& place) {
  std::size_t next = 0;
  for (std::size_t i = place.begin; i < place.end; ++i) {
    const char c = text.ascii[i];
    if (!is_foreign(c)) continue;
    const char32_t seen = written_at(text, i);
    const char32_t wanted = phrase.foreign[next++];
    if (seen != wanted && (!is_fold_letter(c) || seen / 128 != wanted / 128)) return false;
  }
  return true;
}

void PhraseSet::find(std::uint32_t id, std::uint64_t end, const FoldedText& text,
                     std::vector<PhraseMatch>& out) const {
  if (id < kLexiconIds || id - kLexiconIds >= anchors_.size()) return;
  const std::size_t at = end - text.base;
  const std::size_t next = at + gap_after(text.ascii, at);
  const char next_char =
      next > at && next < text.ascii.size() ? ascii_lower(text.ascii[next]) : '\0';
  for (const Phrase& phrase : anchors_[id - kLexiconIds].phrases) {
    if (phrase.next != '\0' && phrase.next != next_char) continue;  // most end here
    Stretch place;
    if (stands(phrase, text, at, place)) {
      out.push_back({text.base + place.begin, text.base + place.end, phrase.term});
    }
  }
}

}  // namespace ringfence
