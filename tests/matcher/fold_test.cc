#include "matcher/fold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Mark = FoldedText::Mark;

std::string utf8(std::u32string_view scalars) {
  std::string out;
  for (const char32_t c : scalars) append_utf8(out, c);
  return out;
}

FoldedText fold_pieces(const std::vector<std::string_view>& pieces) {
  Fold fold;
  FoldedText out;
  for (const std::string_view piece : pieces) fold.push(piece, out);
  fold.finish(out);
  return out;
}

FoldedText fold(std::string_view text) { return fold_pieces({text}); }

struct FoldCase {
  std::u32string_view text;
  std::string_view ascii;
};

class FoldTable : public testing::TestWithParam<FoldCase> {};

TEST_P(FoldTable, BecomesAscii) {
  EXPECT_EQ(fold(utf8(GetParam().text)).ascii, GetParam().ascii) << utf8(GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(Ascii, FoldTable,
                         testing::Values(FoldCase{U"", ""},
                                         FoldCase{U"Call 1-800\r\n\tNow", "Call 1-800\r\n\tNow"},
                                         FoldCase{U"\x01\x02\x7F", "\x01\x02\x7F"}));

INSTANTIATE_TEST_SUITE_P(
    Digits, FoldTable,
    testing::Values(FoldCase{U"٠١٢٣٤٥٦٧٨٩", "0123456789"},  // Arabic-Indic
                    FoldCase{U"۰۱۲۳۴۵۶۷۸۹", "0123456789"},  // extended Arabic-Indic
                    FoldCase{U"०१२३४५६७८९", "0123456789"},  // Devanagari
                    FoldCase{U"০১২৩৪৫৬৭৮৯", "0123456789"},  // Bengali
                    FoldCase{U"๐๑๒๓๔๕๖๗๘๙", "0123456789"},  // Thai
                    FoldCase{U"０１２３４５６７８９", "0123456789"},
                    FoldCase{U"𝟎𝟏𝟐𝟑𝟜𝟝𝟞𝟟𝟴𝟵𝟶𝟷", "012345678901"},  // mathematical
                    FoldCase{U"⓪①②③④⑤⑥⑦⑧⑨", "0123456789"}, FoldCase{U"⓿❶❷❸❹❺❻❼❽❾", "0123456789"},
                    FoldCase{U"➀➁➂➃➄➅➆➇➈➊➋➌", "123456789123"}, FoldCase{U"⑴⑵⒈⒉⓵⓶", "121212"},
                    FoldCase{U"⁰¹²³⁴₅₆₇₈₉", "0123456789"},
                    FoldCase{U"🄁🄂🯰🯱🯹", "01019"}, FoldCase{U"⑩⓫❿➓", "10111010"},
                    FoldCase{U"1\uFE0F\u20E38\uFE0F\u20E3", "18"},  // keycaps
                    FoldCase{U"½", "\xBD"}, FoldCase{U"一二三", "\x80\x8C\x89"}));

INSTANTIATE_TEST_SUITE_P(
    Punctuation, FoldTable,
    testing::Values(FoldCase{U"‐‑‒–—―−﹣－⁃\u2500ー", "------------"},
                    FoldCase{U"\u00A0\u2002\u2003\u2009\u202F\u3000\u2007", "       "},
                    FoldCase{U"\u2028\u2029\u0085", "\n\n\n"},
                    FoldCase{U"·•․．｡。・∙⋅", "........."}, FoldCase{U"（）［］｛｝", "()[]{}"},
                    FoldCase{U"【】〔〕⁽⁾", "()()()"}, FoldCase{U"＋⁺➕", "+++"},
                    FoldCase{U"／⁄∕", "///"}, FoldCase{U"｜│∣", "|||"}, FoldCase{U"‘’“”", "''\"\""},
                    FoldCase{U"…", "..."}, FoldCase{U"＃＊＿＠", "#*_@"}, FoldCase{U"№", "No"}));

INSTANTIATE_TEST_SUITE_P(
    Letters, FoldTable,
    testing::Values(FoldCase{U"ÀéîõüÇñŁøđßæ", "AeiouCnLodssae"},
                    FoldCase{U"e\u0301u\u0308", "eu"},  // decomposed
                    FoldCase{U"Ｐａｙ𝐏𝐚𝐲ⓅⓐⓨⅧ", "PayPayPayVIII"}, FoldCase{U"ﬁﬂ", "fifl"},
                    FoldCase{U"РаурАІ", "PaypAI"},  // Cyrillic
                    FoldCase{U"ΑΒΕοΡ", "ABEoP"},    // Greek
                    FoldCase{U"З", "\xB7"},         // looks like a digit: stays a letter
                    FoldCase{U"Привет",
                             "\xBFp\xB8\xB2"
                             "e\xC2"},
                    FoldCase{U"ПРИЙТИ прийти",  // the case of Р counts, that of П does not
                             "\xBFP\xB8\xB8T\xB8 \xBFp\xB8\xB8\xC2\xB8"},
                    FoldCase{U"电话", "\xB5\xDD"}, FoldCase{U"가각", "\x80\x81"}));

INSTANTIATE_TEST_SUITE_P(Currency, FoldTable,
                         testing::Values(FoldCase{U"£5 €5 ￥5 ₹ $",
                                                  "\x03"
                                                  "5 \x03"
                                                  "5 \x03"
                                                  "5 \x03 $"}));

INSTANTIATE_TEST_SUITE_P(Rest, FoldTable,
                         testing::Values(FoldCase{U"1📞8☎9\u2192",
                                                  "1\x01"
                                                  "8\x01"
                                                  "9\x01"},
                                         FoldCase{U"\uFFFD\uE000\U000E0FFF", "\x01\x01"},
                                         FoldCase{U"8\u200B8\u200D8\u2060\uFEFF\u00AD8", "8888"},
                                         FoldCase{U"8\u202E8\u20668\u200F8\u061C8", "88888"},
                                         FoldCase{U"\u3164\u115F\U000E0031", ""}));

TEST(Fold, MarksWhatItChanged) {
  EXPECT_THAT(fold("plain 1-800").marks, IsEmpty());
  EXPECT_THAT(fold("é – О 📞").marks, IsEmpty());
  EXPECT_THAT(fold(utf8(U"a８x")).marks, ElementsAre(Mark{Trick::kUnicodeDigits, 1, 2}));
  EXPECT_THAT(fold(utf8(U"a⑩")).marks, ElementsAre(Mark{Trick::kUnicodeDigits, 1, 3}));
  EXPECT_THAT(fold(utf8(U"12\u200B3")).marks, ElementsAre(Mark{Trick::kInvisible, 2, 2}));
  EXPECT_THAT(fold(utf8(U"\u202E12")).marks, ElementsAre(Mark{Trick::kBidi, 0, 0}));
  // Where HTML hides text between visible characters.
  EXPECT_THAT(fold(utf8(U"12\u20633")).marks, ElementsAre(Mark{Trick::kHiddenText, 2, 2}));
  EXPECT_EQ(fold(utf8(U"\U0001F10B\U0001F10C")).ascii, "00");
  EXPECT_THAT(fold(utf8(U"1\u0332e\u0301")).marks, ElementsAre(Mark{Trick::kInvisible, 1, 1}));
  EXPECT_THAT(fold(utf8(U"1\uFE0F\u20E3")).marks, ElementsAre(Mark{Trick::kUnicodeDigits, 0, 1}));
  EXPECT_THAT(fold(utf8(U"☎\uFE0F")).marks, ElementsAre(Mark{Trick::kInvisible, 1, 1}));
  EXPECT_THAT(fold(utf8(U"1\uFE0F2")).marks, ElementsAre(Mark{Trick::kInvisible, 1, 1}));
}

TEST(Fold, KeepsTheWayBack) {
  const std::string text = utf8(U"aé８⑩\u200Bz📞ﬁ!");
  const FoldedText folded = fold(text);
  ASSERT_EQ(folded.ascii,
            "ae810z\x01"
            "fi!");
  EXPECT_EQ(folded.original, utf8(U"aé８⑩z📞ﬁ!"));
  const auto written = [&](std::uint64_t begin, std::uint64_t end) {
    const std::uint64_t from = folded.original_at(begin);
    return folded.original.substr(from, folded.original_at(end) - from);
  };
  EXPECT_EQ(written(0, 1), "a");
  EXPECT_EQ(written(1, 2), "é");
  EXPECT_EQ(written(2, 3), "８");
  EXPECT_EQ(written(3, 5), "⑩");
  EXPECT_EQ(written(5, 6), "z");
  EXPECT_EQ(written(6, 7), "📞");
  EXPECT_EQ(written(7, 9), "ﬁ");
  EXPECT_EQ(written(9, 10), "!");
}

void expect_same(const FoldedText& a, const FoldedText& b, const std::string& what) {
  ASSERT_EQ(a.ascii, b.ascii) << what;
  ASSERT_EQ(a.original, b.original) << what;
  ASSERT_EQ(a.marks, b.marks) << what;
  for (std::uint64_t i = 0; i <= a.end(); ++i) {
    ASSERT_EQ(a.original_at(i), b.original_at(i)) << what << " at " << i;
  }
}

TEST(Fold, EverySplitGivesTheSame) {
  const std::string texts[] = {
      utf8(U"Call 1\uFE0F\u20E38\uFE0F\u20E3 or ８８８\u200B–５５５ é\u0301 📞 ⑩ \uFE0F"),
      "ill \xC3 formed \xE2\x82 \xF0\x9F\x93 \xED\xA0\x80 \xFF\xC0\x80 end \xF0\x9F\x93",
  };
  for (const std::string& text : texts) {
    const FoldedText whole = fold(text);
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const std::string_view view = text;
      expect_same(whole, fold_pieces({view.substr(0, i), view.substr(i)}), std::to_string(i));
      bytes.push_back(view.substr(i, 1));
    }
    expect_same(whole, fold_pieces(bytes), "byte by byte");
  }
}

TEST(Fold, IllFormedBecomesSymbols) {
  EXPECT_EQ(fold("1\xC3"
                 "2")
                .ascii,
            "1\x01"
            "2");
  EXPECT_EQ(fold("1\xE2\x82"
                 "2")
                .ascii,
            "1\x01"
            "2");
  EXPECT_EQ(fold("1\xFF\xFE"
                 "2")
                .ascii,
            "1\x01\x01"
            "2");
  EXPECT_EQ(fold("\xE2\x82").ascii, "\x01");
}

TEST(Fold, DropBeforeKeepsOffsets) {
  const std::string text = utf8(U"aé８⑩\u200Bz📞ﬁ! and ８ more");
  const FoldedText whole = fold(text);
  for (std::uint64_t cut = 0; cut <= whole.end(); ++cut) {
    FoldedText part = whole;
    part.drop_before(cut);
    ASSERT_EQ(part.base, cut);
    ASSERT_EQ(part.ascii, whole.ascii.substr(cut));
    for (std::uint64_t i = cut; i <= whole.end(); ++i) {
      ASSERT_EQ(part.original_at(i), whole.original_at(i)) << cut << " " << i;
    }
  }
}

TEST(Fold, InvisibleFloodCostsNoMemory) {
  const std::string flood = utf8(U"\u200B\u202E\u200D\uFE0F\u200F");
  Fold fold;
  FoldedText out;
  fold.push("1", out);
  for (int i = 0; i < 10'000; ++i) fold.push(flood, out);
  fold.finish(out);
  EXPECT_EQ(out.original, "1");
  EXPECT_LT(out.marks.size(), 8u);
}

}  // namespace
}  // namespace ringfence
