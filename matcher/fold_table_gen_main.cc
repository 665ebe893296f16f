// Generates fold_table.inc: what each Unicode scalar of two bytes and more becomes in folded text.
//
// Does: derive the table from ICU's properties, decompositions, transliteration and confusables, so
// that it follows Unicode without a list of our own. Runs at build time only.
// Source: Unicode Standard Annex 44 (properties), Unicode Technical Standard 39 (confusables).
//
// Usage: ringfence_fold_table_gen OUTPUT
#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/fold_table.h"

namespace ringfence {
namespace {

struct Entry {
  std::string text;
  FoldClass kind = FoldClass::kText;
  auto operator<=>(const Entry&) const = default;
};

constexpr char kSymbol[] = {kFoldSymbol, 0};
constexpr char kCurrency[] = {kFoldCurrency, 0};

/// Look-alikes of ASCII punctuation that neither decomposition nor properties tell of.
struct Punctuation {
  std::string_view ascii;
  std::u32string_view scalars;
};
constexpr Punctuation kPunctuation[] = {
    {"-",
     U"\u00AF\u02C9\u02D7\u2043\u203E\u2500\u2501\u2504\u2508\u254C\u2574\u257A\u2796\u30FC"
     U"\uFF70\u3161\u4E28"},
    {".",
     U"\u00B7\u02D1\u0387\u06D4\u0701\u0702\u16EB\u2022\u2023\u2024\u2027\u2218\u2219\u22C5"
     U"\u25AA\u25CF\u25E6\u2981\u2E31\u2E33\u3002\u30FB\uFF61\uFF65"},
    {"/", U"\u2044\u2215\u2571\u27CB\u29F8\u2F03"},
    {"\\", U"\u2216\u2572\u27CD\u29F5\u29F9"},
    {"|", U"\u00A6\u01C0\u2223\u2502\u2503\u2758\u23AE\uFFE8"},
    {"+", U"\u02D6\u2795\u271A\u256C\u253C"},
    {"*", U"\u2217\u22C6\u2731\u204E\u066D"},
    {"'", U"\u2018\u2019\u201A\u201B\u2032\u2035\u02B9\u02BB\u02BC\u02BD\u00B4\u2039\u203A"},
    {"\"", U"\u201C\u201D\u201E\u201F\u2033\u2036\u00AB\u00BB\u301D\u301E\u301F"},
    {"`", U"\u02CB\u1FEF"},
    {":", U"\u2236\u02D0\uA789\u05C3"},
    {",", U"\u060C\u066B\u066C\u3001\u201A\uFF64"},
    {"~", U"\u02DC\u223C\u301C\u3030"},
    {"\n", U"\u0085\u2028\u2029"},
    {" ", U"\u2800"},
};

void check(UErrorCode status, const char* what) {
  if (U_SUCCESS(status)) return;
  std::fprintf(stderr, "fold table: %s: %s\n", what, u_errorName(status));
  std::exit(70);
}

bool is_ascii(const icu::UnicodeString& s) {
  for (int i = 0; i < s.length(); ++i) {
    if (s[i] < 0x20 || s[i] > 0x7E) return false;
  }
  return !s.isEmpty();
}

class Generator {
 public:
  Generator() {
    UErrorCode status = U_ZERO_ERROR;
    nfkd_ = icu::Normalizer2::getNFKDInstance(status);
    check(status, "NFKD");
    latin_.reset(icu::Transliterator::createInstance("Latin-ASCII", UTRANS_FORWARD, status));
    check(status, "Latin-ASCII");
    spoof_ = uspoof_open(&status);
    check(status, "confusables");
    for (const Punctuation& p : kPunctuation) {
      for (const char32_t c : p.scalars) punctuation_[c] = p.ascii;
    }
  }
  ~Generator() { uspoof_close(spoof_); }
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  Entry entry(UChar32 c) const {
    if (c < 0x80) return {kSymbol, FoldClass::kText};  // ASCII never asks the table
    if (c == 0x3C2) return entry(0x3C3);               // a sigma at the end of a word is a sigma
    if (const auto found = punctuation_.find(c); found != punctuation_.end()) {
      return {std::string(found->second), FoldClass::kText};
    }
    if (Entry out; removed(c, out) || digit(c, out) || mark(c, out) || letter(c, out)) return out;
    if (u_charType(c) == U_CURRENCY_SYMBOL) return {kCurrency, FoldClass::kText};
    if (u_isUAlphabetic(c) || u_charType(c) == U_OTHER_NUMBER)
      return {foreign(c), FoldClass::kText};
    return {kSymbol, FoldClass::kText};
  }

 private:
  static bool removed(UChar32 c, Entry& out) {
    out.text.clear();
    if (c == 0x20E3) {
      out.kind = FoldClass::kKeycap;
    } else if (u_hasBinaryProperty(c, UCHAR_VARIATION_SELECTOR)) {
      out.kind = FoldClass::kVariation;
    } else if (u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL)) {
      out.kind = FoldClass::kBidi;
    } else if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
               u_charType(c) == U_FORMAT_CHAR) {
      out.kind = FoldClass::kInvisible;
    } else if (u_charType(c) == U_NON_SPACING_MARK || u_charType(c) == U_ENCLOSING_MARK) {
      out.kind = FoldClass::kCombining;
    } else {
      return false;
    }
    return true;
  }

  /// Decimal digits of every script; superscript, circled, bracketed and such digits and numbers up
  /// to 99. Ideographs with a value stay letters: they are words of their languages.
  bool digit(UChar32 c, Entry& out) const {
    out.kind = FoldClass::kDigit;
    if (const int value = u_charDigitValue(c); value >= 0) {
      out.text = std::to_string(value);
      return true;
    }
    const int type = u_getIntPropertyValue(c, UCHAR_NUMERIC_TYPE);
    const double value = u_getNumericValue(c);
    const bool whole = value >= 0 && value <= 99 && value == static_cast<int>(value);
    // U+1F10B and U+1F10C, circled zeros without serifs, are symbols by category and digits to a
    // reader.
    const bool circled_zero = c == 0x1F10B || c == 0x1F10C;
    const bool number = u_charType(c) == U_OTHER_NUMBER || circled_zero;
    if (!whole || type == U_NT_NONE || !number) return false;
    const icu::UnicodeString plain = decomposed(c);
    bool ascii_digits = false;
    for (int i = 0; i < plain.length(); ++i) ascii_digits |= plain[i] >= '0' && plain[i] <= '9';
    const bool dingbat = c >= 0x2460 && c <= 0x24FF;
    const bool other_dingbat = c >= 0x2776 && c <= 0x2793;
    if (type != U_NT_DIGIT && !ascii_digits && !dingbat && !other_dingbat && !circled_zero) {
      return false;
    }
    out.text = std::to_string(static_cast<int>(value));
    return true;
  }

  /// Spaces, dashes, brackets, quotation marks.
  bool mark(UChar32 c, Entry& out) const {
    out.kind = FoldClass::kText;
    const int type = u_charType(c);
    const icu::UnicodeString plain = decomposed(c);
    if (plain.length() == 1 && is_ascii(plain) && !u_isalpha(c)) {
      out.text = static_cast<char>(plain[0]);
    } else if (u_hasBinaryProperty(c, UCHAR_WHITE_SPACE)) {
      out.text = " ";
    } else if (u_hasBinaryProperty(c, UCHAR_DASH)) {
      out.text = "-";
    } else if (type == U_START_PUNCTUATION) {
      out.text = "(";
    } else if (type == U_END_PUNCTUATION) {
      out.text = ")";
    } else if (type == U_INITIAL_PUNCTUATION || type == U_FINAL_PUNCTUATION) {
      out.text = "\"";
    } else {
      return false;
    }
    return true;
  }

  /// Base letters of compatibility forms and of Latin with diacritics; Latin look-alikes of
  /// Cyrillic and Greek letters.
  bool letter(UChar32 c, Entry& out) const {
    out.kind = FoldClass::kText;
    icu::UnicodeString plain = decomposed(c);
    if (!is_ascii(plain)) {
      UErrorCode status = U_ZERO_ERROR;
      const UChar32 base = plain.char32At(0);
      const UScriptCode script = uscript_getScript(base, &status);
      if (plain.countChar32() != 1 || !u_isalpha(base)) return false;
      if (script == USCRIPT_LATIN) {
        latin_->transliterate(plain);
        if (!is_ascii(plain)) plain = skeleton(base);
      } else if (script == USCRIPT_CYRILLIC || script == USCRIPT_GREEK) {
        plain = skeleton(base);
      }
      if (!is_ascii(plain) || !u_isalpha(plain[0])) return false;
    }
    if (!is_ascii(plain) || plain.length() > kFoldTextMax || plain[0] == ' ') return false;
    plain.toUTF8String(out.text);
    return true;
  }

  /// The letter without its accents where one letter remains of it: "\u0439" is "\u0438".
  std::string foreign(UChar32 c) const {
    const icu::UnicodeString plain = decomposed(c);
    const UChar32 base = plain.countChar32() == 1 ? plain.char32At(0) : c;
    return {fold_letter(static_cast<char32_t>(u_tolower(base)))};
  }

  /// The confusables' prototype. Theirs for a capital I is a small l.
  icu::UnicodeString skeleton(UChar32 c) const {
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString out;
    uspoof_getSkeletonUnicodeString(spoof_, 0, icu::UnicodeString(c), out, &status);
    check(status, "skeleton");
    if (out.length() != 1) return {};
    if (out[0] == 'l' && u_isupper(c)) return icu::UnicodeString(u'I');
    return out;
  }

  icu::UnicodeString decomposed(UChar32 c) const {
    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeString full = nfkd_->normalize(icu::UnicodeString(c), status);
    check(status, "normalize");
    icu::UnicodeString out;
    for (int i = 0; i < full.length(); i = full.moveIndex32(i, 1)) {
      const UChar32 part = full.char32At(i);
      if (u_charType(part) != U_NON_SPACING_MARK) out.append(part);
    }
    return out;
  }

  const icu::Normalizer2* nfkd_ = nullptr;
  std::unique_ptr<icu::Transliterator> latin_;
  USpoofChecker* spoof_ = nullptr;
  std::map<char32_t, std::string_view> punctuation_;
};

std::string quoted(const std::string& text) {
  std::string out = "\"";
  char escape[8];
  for (const char c : text) {
    std::snprintf(escape, sizeof escape, "\\%03o", static_cast<unsigned char>(c));
    out += escape;
  }
  return out + "\"";
}

template <typename T>
void print_array(std::FILE* out, const char* name, const std::vector<T>& values) {
  std::fprintf(out, "inline constexpr std::uint16_t %s[] = {", name);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::fprintf(out, "%s%u,", i % 16 == 0 ? "\n" : "", static_cast<unsigned>(values[i]));
  }
  std::fprintf(out, "\n};\n");
}

/// Letters of which one case looks like Latin and the other does not: their cases fold differently.
void print_uneven_cases(std::FILE* out, const Generator& generator) {
  const auto folded = [&](UChar32 c) {
    std::string text = generator.entry(c).text;
    for (char& byte : text) byte = byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte;
    return text;
  };
  std::fprintf(out, "inline constexpr FoldCasePair kFoldUnevenCases[] = {\n");
  for (UChar32 small = 0x80; small < 0x110000; ++small) {
    const UChar32 capital = u_toupper(small);
    if (capital == small || capital < 0x80 || u_tolower(capital) != small) continue;
    if (folded(small) == folded(capital)) continue;
    std::fprintf(out, "{0x%X, 0x%X},\n", static_cast<unsigned>(small),
                 static_cast<unsigned>(capital));
  }
  std::fprintf(out, "};\n");
}

int run(const char* path) {
  const Generator generator;
  std::map<Entry, std::uint16_t> numbers;
  std::vector<Entry> entries;
  std::map<std::array<std::uint16_t, kFoldBlock>, std::uint16_t> block_numbers;
  std::vector<std::uint16_t> blocks;
  std::vector<std::uint16_t> index;
  for (UChar32 base = 0; base < 0x110000; base += kFoldBlock) {
    std::array<std::uint16_t, kFoldBlock> block;
    for (int i = 0; i < kFoldBlock; ++i) {
      const Entry entry = generator.entry(base + i);
      const auto [at, added] =
          numbers.try_emplace(entry, static_cast<std::uint16_t>(entries.size()));
      if (added) entries.push_back(entry);
      block[static_cast<std::size_t>(i)] = at->second;
    }
    const auto [at, added] =
        block_numbers.try_emplace(block, static_cast<std::uint16_t>(block_numbers.size()));
    if (added) blocks.insert(blocks.end(), block.begin(), block.end());
    index.push_back(at->second);
  }

  std::FILE* out = std::fopen(path, "w");
  if (out == nullptr) {
    std::perror(path);
    return 73;
  }
  std::fprintf(out, "// Generated by ringfence_fold_table_gen from ICU %s, Unicode %s.\n\n",
               U_ICU_VERSION, U_UNICODE_VERSION);
  std::fprintf(out, "inline constexpr FoldEntry kFoldEntries[] = {\n");
  for (const Entry& e : entries) {
    std::fprintf(out, "{%s, %zu, FoldClass{%d}},\n", quoted(e.text).c_str(), e.text.size(),
                 static_cast<int>(e.kind));
  }
  std::fprintf(out, "};\n");
  print_array(out, "kFoldBlocks", blocks);
  print_array(out, "kFoldIndex", index);
  print_uneven_cases(out, generator);
  const bool written = std::ferror(out) == 0;
  return std::fclose(out) == 0 && written ? 0 : 74;
}

}  // namespace
}  // namespace ringfence

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s OUTPUT\n", argv[0]);
    return 64;
  }
  return ringfence::run(argv[1]);
}
