// Generates region_clues.inc: the words, charsets and languages that speak for a region.
//
// Does: take the names of countries, in English and in the languages of the country, and the likely
// region of each language from ICU (CLDR), and add region_clues.txt, which says more of that file.
// Runs at build time only.
//
// Usage: ringfence_region_clue_gen CLUES_TXT OUTPUT
#include <unicode/locdspnm.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence {
namespace {

using Regions = std::vector<std::string>;

struct Clues {
  std::map<std::string, Regions> countries, currencies, charsets, languages;
  std::vector<std::string> never;
};

void add(std::map<std::string, Regions>& to, const std::string& what, const std::string& region) {
  Regions& regions = to[what];
  if (std::find(regions.begin(), regions.end(), region) == regions.end()) regions.push_back(region);
}

/// Words of letters that a phrase can hold: not "Myanmar (Burma)", and nothing of a letter or two.
bool is_plain_name(const icu::UnicodeString& name) {
  int worth = 0;
  for (int i = 0; i < name.length(); i = name.moveIndex32(i, 1)) {
    const UChar32 c = name.char32At(i);
    if (u_isUAlphabetic(c)) {
      worth += u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC) ? 2 : 1;
    } else if (u_charType(c) != U_NON_SPACING_MARK &&
               icu::UnicodeString(u" .-'\u2019").indexOf(c) < 0) {
      return false;
    }
  }
  std::string utf8;
  constexpr std::size_t kBytesMax = 60;  // of a phrase, with its mark
  constexpr int kLettersMin = 4;
  return worth >= kLettersMin && name.toUTF8String(utf8).size() <= kBytesMax;
}

void add_name(const icu::Locale& language, const char* region, Clues& clues) {
  for (const UDisplayContext length : {UDISPCTX_LENGTH_FULL, UDISPCTX_LENGTH_SHORT}) {
    UDisplayContext context[] = {length};
    const std::unique_ptr<icu::LocaleDisplayNames> names(
        icu::LocaleDisplayNames::createInstance(language, context, 1));
    icu::UnicodeString name;
    names->regionDisplayName(region, name);
    std::string utf8;
    if (is_plain_name(name)) add(clues.countries, name.toUTF8String(utf8), region);
  }
}

void add_from_icu(Clues& clues) {
  for (const char* const* region = icu::Locale::getISOCountries(); *region != nullptr; ++region) {
    add_name(icu::Locale::getEnglish(), *region, clues);
  }
  std::int32_t count = 0;
  const icu::Locale* const locales = icu::Locale::getAvailableLocales(count);
  for (std::int32_t i = 0; i < count; ++i) {
    const icu::Locale& locale = locales[i];
    const std::string region = locale.getCountry();
    if (region.size() == 2) {
      add_name(locale, region.c_str(), clues);
      continue;
    }
    if (!region.empty() || std::string_view(locale.getLanguage()) == "en") continue;
    icu::Locale likely = locale;
    UErrorCode status = U_ZERO_ERROR;
    likely.addLikelySubtags(status);
    const std::string likely_region = likely.getCountry();
    if (U_FAILURE(status) || likely_region.size() != 2) continue;
    const std::string script = locale.getScript();
    add(clues.languages, locale.getLanguage() + (script.empty() ? "" : "-" + script),
        likely_region);
  }
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == std::string::npos ? ""
                                    : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool add_line(const std::string& line, Clues& clues) {
  const std::size_t colon = line.find(':');
  std::istringstream head(line.substr(0, colon));
  std::string kind;
  head >> kind;
  std::map<std::string, Regions>* const to = kind == "country"    ? &clues.countries
                                             : kind == "currency" ? &clues.currencies
                                             : kind == "charset"  ? &clues.charsets
                                                                  : nullptr;
  if (colon == std::string::npos || (to == nullptr && kind != "never")) return false;
  Regions regions;
  for (std::string region; head >> region;) regions.push_back(region);
  if (regions.empty() == (to != nullptr)) return false;
  std::istringstream words(line.substr(colon + 1));
  for (std::string word; std::getline(words, word, ',');) {
    word = trimmed(word);
    if (word.empty()) return false;
    if (to == nullptr) clues.never.push_back(word);
    for (const std::string& region : regions) add(*to, word, region);
  }
  return true;
}

bool add_from_file(const char* path, Clues& clues) {
  std::ifstream in(path);
  std::string line;
  int number = 0;
  for (std::string next; std::getline(in, next);) {
    ++number;
    if (line.empty() && (next.empty() || next[0] == '#')) continue;
    line += next;
    if (line.ends_with(',')) continue;
    if (!add_line(line, clues)) {
      std::fprintf(stderr, "%s:%d: KIND REGIONS: what, what is expected\n", path, number);
      return false;
    }
    line.clear();
  }
  return in.eof() && line.empty();
}

void print_row(std::FILE* out, const std::string& what, const Regions& regions) {
  std::string joined;
  for (const std::string& region : regions) joined += (joined.empty() ? "" : " ") + region;
  std::fprintf(out, "{\"%s\", \"%s\"},\n", what.c_str(), joined.c_str());
}

void print_table(std::FILE* out, const char* name, std::string_view mark,
                 const std::map<std::string, Regions>& rows) {
  std::fprintf(out, "inline constexpr RegionClueRow %s[] = {\n", name);
  for (const auto& [what, regions] : rows) print_row(out, std::string(mark) + what, regions);
  std::fprintf(out, "};\n");
}

int run(const char* clues_txt, const char* path) {
  Clues clues;
  add_from_icu(clues);
  if (!add_from_file(clues_txt, clues)) return 65;
  for (const std::string& name : clues.never) clues.countries[name].clear();

  std::FILE* out = std::fopen(path, "w");
  if (out == nullptr) {
    std::perror(path);
    return 73;
  }
  std::fprintf(out, "// Generated by ringfence_region_clue_gen from ICU %s.\n\n", U_ICU_VERSION);
  print_table(out, "kCountryNames", "=", clues.countries);
  print_table(out, "kCurrencies", "=", clues.currencies);
  print_table(out, "kCharsets", "", clues.charsets);
  print_table(out, "kLanguages", "", clues.languages);
  const bool written = std::ferror(out) == 0;
  return std::fclose(out) == 0 && written ? 0 : 74;
}

}  // namespace
}  // namespace ringfence

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s CLUES_TXT OUTPUT\n", argv[0]);
    return 64;
  }
  return ringfence::run(argv[1], argv[2]);
}
