#include "matcher/phrase_set.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/text.h"
#include "matcher/fold.h"
#include "matcher/patterns.h"
#include "matcher/phrase_chars.h"

namespace ringfence {
namespace {

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

}  // namespace

void PhraseSet::add(std::vector<Phrase> phrases, std::uint32_t term) {
  for (Phrase& phrase : phrases) {
    phrase.term = term;
    const std::string_view written = anchor_of(phrase.words[phrase.anchor_word]);
    const bool caseless = !phrase.exact || std::any_of(written.begin(), written.end(),
                                                       [](char c) { return c >= 'a' && c <= 'z'; });
    const std::string literal = caseless ? ascii_lower(written) : std::string(written);
    const auto known = std::find_if(anchors_.begin(), anchors_.end(), [&](const Anchor& a) {
      return a.literal == literal && a.caseless == caseless;
    });
    Anchor& anchor =
        known != anchors_.end() ? *known : anchors_.emplace_back(Anchor{literal, caseless, {}, {}});
    anchor.sides.push_back(phrase.sides);
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
    out.push_back({kLexiconIds + static_cast<std::uint32_t>(i), anchors_[i].literal,
                   anchors_[i].caseless, true});
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
  std::vector<std::uint32_t> written;  // where each byte of the stretch begins
  text.originals(text.base + place.begin, text.base + place.end, text.original_base, written);
  std::size_t next = 0;
  for (std::size_t i = place.begin; i < place.end; ++i) {
    const char c = text.ascii[i];
    if (!is_foreign(c)) continue;
    const std::string_view here = std::string_view(text.original).substr(written[i - place.begin]);
    const char32_t seen = decode_utf8(here).scalar;
    const char32_t wanted = phrase.foreign[next++];
    if (seen != wanted && (!is_fold_letter(c) || seen / 128 != wanted / 128)) return false;
  }
  return true;
}

struct PhraseSet::Beside {
  char left, right;             // the bytes, lower case
  char before_gap, behind_gap;  // beyond the gaps there, 0 for no gap
};

/// Whether a boundary may be there is up to the phrase, where a digit or a foreign letter stands.
inline bool PhraseSet::fits(const Sides& sides, const Beside& beside) {
  const auto fits_side = [](const Side& side, char next, char beyond) {
    switch (side.kind) {
      case Side::Kind::kAny:
        return true;
      case Side::Kind::kBoundary:
        return !is_ascii_alpha(next);
      case Side::Kind::kGap:
        return side.byte == beyond;
      case Side::Kind::kByte:
        return side.byte == next;
    }
    return true;
  };
  return fits_side(sides.left, beside.left, beside.before_gap) &&
         fits_side(sides.right, beside.right, beside.behind_gap);
}

void PhraseSet::find(std::uint32_t id, std::uint64_t end, const FoldedText& text,
                     std::vector<PhraseMatch>& out) const {
  if (id < kLexiconIds || id - kLexiconIds >= anchors_.size()) return;
  const Anchor& anchor = anchors_[id - kLexiconIds];
  const std::string_view ascii = text.ascii;
  const std::size_t at = end - text.base;
  const std::size_t begin = at - anchor.literal.size();
  Beside beside{'\n', '\n', 0, 0};
  if (begin > 0) beside.left = ascii_lower(ascii[begin - 1]);
  if (at < ascii.size()) beside.right = ascii_lower(ascii[at]);
  if (kind_of(beside.left) == kGap) {
    const std::size_t gap = gap_before(ascii, begin);
    if (gap > 0 && gap < begin) beside.before_gap = ascii_lower(ascii[begin - gap - 1]);
  }
  if (kind_of(beside.right) == kGap) {
    const std::size_t gap = gap_after(ascii, at);
    if (gap > 0 && gap < ascii.size() - at) beside.behind_gap = ascii_lower(ascii[at + gap]);
  }
  for (std::size_t i = 0; i < anchor.sides.size(); ++i) {
    Stretch place;
    const Phrase& phrase = anchor.phrases[i];
    if (fits(anchor.sides[i], beside) && stands(phrase, text, at, place)) {
      out.push_back({text.base + place.begin, text.base + place.end, phrase.term});
    }
  }
}

}  // namespace ringfence
