#include "matcher/patterns.h"

#include <fmt/core.h>

#include <array>

#include "base/text.h"

namespace ringfence {
namespace {

// As a character class of Hyperscan; is_separator() must agree (a test sees to it).
constexpr std::string_view kSeparatorClass = R"(\x01\x03\t\n\r !"#'()*+,\-./:;<=>\[\\\]^_`{|}~)";
constexpr std::string_view kSeparators = "\x01\x03\t\n\r !\"#'()*+,-./:;<=>[\\]^_`{|}~";
constexpr std::string_view kLookAlikes = "OoIl|SsB";
constexpr std::array<std::string_view, 14> kNumberWords = {
    "zero",  "one",   "two",  "three",  "four",   "five",    "six",
    "seven", "eight", "nine", "double", "triple", "hundred", "oh"};

constexpr std::array<bool, 256> table_of(std::string_view members) {
  std::array<bool, 256> out{};
  for (const char c : members) out[static_cast<unsigned char>(c)] = true;
  return out;
}
constexpr auto kIsSeparator = table_of(kSeparators);
constexpr auto kIsLookAlike = table_of(kLookAlikes);

}  // namespace

bool is_separator(char c) { return kIsSeparator[static_cast<unsigned char>(c)]; }
bool is_look_alike(char c) { return kIsLookAlike[static_cast<unsigned char>(c)]; }

int number_words(std::string_view word) {
  if (word.size() > kNumberWordBytesMax) return 0;
  int count = 0;
  for (; !word.empty(); ++count) {
    std::size_t taken = 0;
    for (const std::string_view known : kNumberWords) {
      if (istarts_with(word, known)) taken = known.size();
    }
    if (taken == 0) return 0;
    word.remove_prefix(taken);
  }
  return count;
}

std::vector<PatternSpec> number_patterns() {
  std::string words;
  for (const std::string_view word : kNumberWords) {
    if (word != "oh") words += fmt::format("{}{}", words.empty() ? "" : "|", word);
  }
  const std::string gap = fmt::format("[{}]{{0,{}}}", kSeparatorClass, kGapBytesMax);
  const std::string word_gap = fmt::format("[{}]{{0,{}}}", kSeparatorClass, kWordGapBytesMax);
  const auto id = [](PatternKind kind) { return static_cast<std::uint32_t>(kind); };
  return {
      // Every pattern begins with a digit or is made of words: a class of letters at the front
      // would cost Hyperscan its skipping and two thirds of its speed.
      {id(PatternKind::kDigits), fmt::format("[0-9](?:{}[0-9]){{{}}}|[0-9](?:{}[0-9{}]){{5}}", gap,
                                             kCandidateDigitsMin - 1, word_gap, kLookAlikes)},
      {id(PatternKind::kVanity), R"([0-9]{3}\)?[\-. ]{1,3}[A-Z]{2}|[0-9]{3}\)?[\-.][A-Za-z]{3})"},
      {id(PatternKind::kSpelled),
       fmt::format("(?:{0}){1}(?:{0}|oh|[0-9]{1}(?:{0}))|[0-9]{1}(?:{0}){1}[0-9]", words, word_gap),
       true},
  };
}

}  // namespace ringfence
