#include "base/text.h"

#include <gmock/gmock.h>

#include "base/integer.h"

namespace ringfence {
namespace {

using testing::ElementsAre;

TEST(Text, AsciiHelpers) {
  EXPECT_EQ(ascii_lower("ABC\xC3\x84z"), "abc\xC3\x84z");
  EXPECT_TRUE(iequals("Subject", "sUBJECT"));
  EXPECT_FALSE(iequals("Subject", "Subjec"));
  EXPECT_TRUE(istarts_with("X-Ringfence-Score", "x-ringfence"));
  EXPECT_FALSE(istarts_with("X-Ring", "x-ringfence"));
  EXPECT_EQ(trim(" \t\r\n a b \f\v"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_THAT(split("a,,b", ','), ElementsAre("a", "", "b"));
  EXPECT_THAT(split("", ','), ElementsAre(""));
  EXPECT_EQ(join({"a", "b", "a"}, "; "), "a; b; a");
  EXPECT_EQ(join({}, ";"), "");
}

TEST(Text, UpperCaseAndHexadecimal) {
  EXPECT_EQ(ascii_upper("a\xC3\xA4z1"), "A\xC3\xA4Z1");
  EXPECT_TRUE(is_ascii_upper('Z'));
  EXPECT_FALSE(is_ascii_upper('z'));
  EXPECT_EQ(hex_value('0'), 0);
  EXPECT_EQ(hex_value('f'), 15);
  EXPECT_EQ(hex_value('A'), 10);
  for (const char c : {'g', 'G', '@', '`', '/', ':', '\0', '\xC1'})
    EXPECT_EQ(hex_value(c), -1) << c;
}

TEST(Text, PercentDecodingLeavesWhatIsNoTriplet) {
  EXPECT_EQ(percent_decode("%2B1%20(888)%c3%A4"), "+1 (888)\xC3\xA4");
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%4"), "%4");
  EXPECT_EQ(percent_decode("%4g%%41"), "%4g%A");
  EXPECT_EQ(percent_decode(""), "");
}

TEST(Integer, AllOfTheTextOrNothing) {
  EXPECT_EQ(to_integer<int>("-12"), -12);
  EXPECT_EQ(to_integer<std::uint64_t>("18446744073709551615"), UINT64_MAX);
  for (const char* bad : {"", " 1", "1 ", "+1", "1x", "0x1", "18446744073709551616", "-1"}) {
    EXPECT_FALSE(to_integer<std::uint64_t>(bad)) << bad;
  }
}

TEST(Utf8, EveryScalarRoundTrips) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, c);
    const Utf8Step step = decode_utf8(text);
    ASSERT_TRUE(step.valid) << static_cast<unsigned>(c);
    ASSERT_EQ(step.scalar, c);
    ASSERT_EQ(step.size, text.size());
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
      ASSERT_EQ(incomplete_utf8_suffix("x" + text.substr(0, cut)), cut);
    }
    ASSERT_EQ(incomplete_utf8_suffix(text), 0u);
  }
}

TEST(Utf8, IllFormedBytesTakeTheMaximalSubpart) {
  struct Row {
    std::string_view text;
    int size;
  };
  for (const Row& row :
       {Row{"\x80", 1}, Row{"\xC0\xAF", 1}, Row{"\xE0\x80\xAF", 1}, Row{"\xED\xA0\x80", 1},
        Row{"\xF0\x9F\x92", 3}, Row{"\xF0\x9F\x41", 2}, Row{"\xF4\x90\x80\x80", 1},
        Row{"\xE2\x82\x41", 2}, Row{"\xFF", 1}, Row{"\xF5\x80", 1}}) {
    const Utf8Step step = decode_utf8(row.text);
    EXPECT_FALSE(step.valid);
    EXPECT_EQ(step.scalar, U'\uFFFD');
    EXPECT_EQ(step.size, row.size) << row.text.size();
  }
}

TEST(Utf8, ScalarsThatAreNoneBecomeTheReplacement) {
  for (const char32_t c : {char32_t{0xD800}, char32_t{0xDFFF}, char32_t{0x110000}}) {
    std::string text;
    append_utf8(text, c);
    EXPECT_EQ(text, "\xEF\xBF\xBD");
  }
}

TEST(Utf8, OnlySuffixesThatCanBeFinishedAreIncomplete) {
  EXPECT_EQ(incomplete_utf8_suffix("a\xE0\x80"), 0u);  // E0 80 begins nothing
  EXPECT_EQ(incomplete_utf8_suffix("a\x80\x80\x80\x80"), 0u);
  EXPECT_EQ(incomplete_utf8_suffix(""), 0u);
}

TEST(Printable, NothingReachesATerminalRaw) {
  EXPECT_EQ(printable("a\x1b[31mb\n"), "a\\x1b[31mb\\x0a");
  EXPECT_EQ(printable("x\xE2\x80\xAEy"), "x\\u{202e}y");
  EXPECT_EQ(printable("caf\xC3\xA9 \xFF"), "caf\xC3\xA9 \\xff");
  EXPECT_EQ(printable("\xC2\x9B"), "\\u{009b}");
  EXPECT_EQ(printable("a\x7F"), "a\\x7f");
  EXPECT_EQ(printable("8\xE2\x80\x8B"
                      "8"),
            "8\\u{200b}8")
      << "a zero-width space";
  EXPECT_EQ(printable("\xEF\xBB\xBF\xC2\xAD\xE2\x80\xA9"), "\\u{feff}\\u{00ad}\\u{2029}");
  EXPECT_EQ(printable("\xF3\xA0\x80\xA1"), "\\u{e0021}") << "a tag";
  EXPECT_EQ(printable("\xE2\x9D\xA4\xEF\xB8\x8F"), "\xE2\x9D\xA4\xEF\xB8\x8F") << "a red heart";
  EXPECT_EQ(printable("abcdef", 3), "abc...");
  EXPECT_EQ(printable("ab\xE2\x82\xAC", 3), "ab...");
}

TEST(Printable, EdgesOfWhatIsSafe) {
  const struct {
    char32_t scalar;
    bool safe;
  } cases[] = {
      {0x00, false},    {0x1F, false},   {0x20, true},     {0x7E, true},    {0x7F, false},
      {0x9F, false},    {0xA0, true},    {0xAC, true},     {0xAD, false},   {0xAE, true},
      {0x061B, true},   {0x061C, false}, {0x200A, true},   {0x200B, false}, {0x200D, false},
      {0x2010, true},   {0x2028, false}, {0x202E, false},  {0x202F, true},  {0x2066, false},
      {0x2069, false},  {0x2070, true},  {0xFE0D, false},  {0xFE0E, true},  {0xFE0F, true},
      {0xFEFF, false},  {0xFFFB, false}, {0xFFFD, true},   {0x1F600, true}, {0xE0001, false},
      {0xE0FFF, false}, {0xE1000, true}, {0x10FFFF, true},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(is_safe_to_show(one.scalar), one.safe) << static_cast<unsigned>(one.scalar);
  }
}

}  // namespace
}  // namespace ringfence
