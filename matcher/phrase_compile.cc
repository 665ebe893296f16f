// Phrases of a lexicon as they are written, made ready: marks, words, the anchor, what must stand
// beside it.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "matcher/fold.h"
#include "matcher/phrase_chars.h"
#include "matcher/phrase_set.h"

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

/// Words that honest mail is full of: to look for them costs more than to look for their
/// neighbours.
bool is_everyday(std::string_view word) {
  constexpr std::size_t kRareBytesMin = 4;  // "the", "our", "was"
  static constexpr std::array<std::string_view, 136> kWords = {
      "about",    "access",   "account",  "after",       "back",     "been",     "before",
      "below",    "call",     "cancel",   "change",      "charge",   "claim",    "code",
      "complete", "confirm",  "connect",  "contact",     "customer", "days",     "desk",
      "details",  "device",   "direct",   "document",    "done",     "email",    "express",
      "find",     "free",     "from",     "give",        "given",    "have",     "help",
      "hold",     "home",     "hours",    "information", "item",     "keep",     "know",
      "last",     "left",     "life",     "like",        "limited",  "line",     "link",
      "list",     "live",     "made",     "make",        "many",     "message",  "more",
      "most",     "much",     "must",     "name",        "need",     "next",     "notice",
      "number",   "online",   "only",     "open",        "order",    "over",     "package",
      "part",     "past",     "payment",  "phone",       "place",    "plan",     "please",
      "product",  "products", "program",  "read",        "receipt",  "receive",  "renew",
      "report",   "request",  "required", "same",        "save",     "security", "send",
      "sent",     "service",  "sign",     "software",    "some",     "sort",     "stop",
      "such",     "support",  "system",   "take",        "talk",     "team",     "than",
      "thank",    "that",     "them",     "then",        "they",     "this",     "time",
      "update",   "using",    "valid",    "view",        "want",     "warranty", "was",
      "website",  "were",     "what",     "when",        "where",    "which",    "will",
      "windows",  "wish",     "with",     "within",      "without",  "work",     "would",
      "year",     "years",    "your"};
  static_assert(std::is_sorted(kWords.begin(), kWords.end()));
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
  set_sides(phrase);
  return phrase;
}

void PhraseSet::set_sides(Phrase& phrase) {
  const std::string& word = phrase.words[phrase.anchor_word];
  const std::size_t cut = word.size() - anchor_of(word).size();
  if (cut > 0) {
    phrase.sides.left = {Side::Kind::kByte, ascii_lower(word[cut - 1])};
  } else if (phrase.anchor_word > 0) {
    phrase.sides.left = {Side::Kind::kGap,
                         ascii_lower(phrase.words[phrase.anchor_word - 1].back())};
  } else if (!phrase.open_begin && kind_of(word.front()) == kWord) {
    phrase.sides.left = {Side::Kind::kBoundary};
  }
  if (phrase.anchor_word + 1 < phrase.words.size()) {
    phrase.sides.right = {Side::Kind::kGap,
                          ascii_lower(phrase.words[phrase.anchor_word + 1].front())};
  } else if (!phrase.open_end && kind_of(word.back()) == kWord) {
    phrase.sides.right = {Side::Kind::kBoundary};
  }
}

}  // namespace ringfence
