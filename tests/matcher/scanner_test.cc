#include "matcher/scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/text.h"

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const PatternDatabase& patterns() {
  static const auto made =
      PatternDatabase::create(number_patterns(), PatternDatabase::Mode::kStream);
  return **made;
}

std::vector<Cluster> scan_pieces(const std::vector<std::string_view>& pieces) {
  Scanner scanner(patterns(), Place::kHtml);
  std::vector<Cluster> out;
  for (const std::string_view piece : pieces) scanner.push(piece, out);
  scanner.finish(out);
  EXPECT_FALSE(scanner.failed());
  return out;
}

std::vector<Cluster> scan(std::string_view text) { return scan_pieces({text}); }

std::vector<std::string> bodies(const std::vector<Cluster>& clusters) {
  std::vector<std::string> out;
  for (const Cluster& c : clusters) out.push_back(c.text.substr(c.begin, c.end - c.begin));
  return out;
}

/// Everything of the clusters, for comparison.
std::string dump(const std::vector<Cluster>& clusters) {
  std::string out;
  for (const Cluster& c : clusters) {
    out += std::to_string(c.begin) + "-" + std::to_string(c.end) + " [" + c.text + "] [" +
           c.original + "]";
    for (const std::uint32_t at : c.original_at) out += " " + std::to_string(at);
    for (const TrickMark& m : c.tricks) {
      out += " " + std::string(to_token(m.trick)) + "@" + std::to_string(m.begin) + "-" +
             std::to_string(m.end);
    }
    out += "\n";
  }
  return out;
}

struct ExtentCase {
  std::string_view text;
  std::vector<std::string> clusters;
};

class ScannerExtents : public testing::TestWithParam<ExtentCase> {};

TEST_P(ScannerExtents, AreCutOut) {
  EXPECT_EQ(bodies(scan(GetParam().text)), GetParam().clusters) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Digits, ScannerExtents,
    testing::Values(ExtentCase{"", {}}, ExtentCase{"no digits here", {}},
                    ExtentCase{"only 123456 few", {}}, ExtentCase{"5550123", {"5550123"}},
                    ExtentCase{"call 18885550123.", {"18885550123"}},
                    ExtentCase{"(202) 555-0147Hey", {"(202) 555-0147"}},
                    ExtentCase{"Call:202-555-0147or", {"202-555-0147"}},
                    ExtentCase{"+1-(818)-555-0147!", {"+1-(818)-555-0147"}},
                    ExtentCase{"+ 44 1632 960123", {"+ 44 1632 960123"}},
                    ExtentCase{"1 - 8 0 0 - 5 5 5 - 0 1 9 9 ok", {"1 - 8 0 0 - 5 5 5 - 0 1 9 9"}},
                    ExtentCase{"1-2`0`2-5`5`5-0`1`4`7", {"1-2`0`2-5`5`5-0`1`4`7"}},
                    ExtentCase{"1 202  \r\n555-0147 x", {"1 202  \r\n555-0147"}},
                    ExtentCase{"> 202\n> 555-0147", {"202\n> 555-0147"}},
                    ExtentCase{"2025550147\n\n2025550148", {"2025550147", "2025550148"}},
                    ExtentCase{"2025550147 or 2025550148", {"2025550147", "2025550148"}},
                    ExtentCase{"2025550147          2025550148", {"2025550147", "2025550148"}},
                    ExtentCase{"2025550147 / 2025550148", {"2025550147 / 2025550148"}},
                    ExtentCase{"12345678901234567890", {}},
                    ExtentCase{"12345678901234567890 2025550147", {"2025550147"}},
                    ExtentCase{"2025550147 12345678901234567890 5550147",
                               {"2025550147", "5550147"}},
                    ExtentCase{"1234567890123456789", {"1234567890123456789"}}));

INSTANTIATE_TEST_SUITE_P(
    Disguised, ScannerExtents,
    testing::Values(ExtentCase{"now l-8OO-S55-OI23 now", {"l-8OO-S55-OI23"}},
                    ExtentCase{"So 202-555-0147 is", {"202-555-0147"}},
                    ExtentCase{"at 2O2-SSS-OI47", {"2O2-SSS-OI47"}},
                    ExtentCase{"1-866-858-HOST today", {"1-866-858-HOST"}},
                    ExtentCase{"or 1-800-FLOWERS.", {"1-800-FLOWERS"}},
                    ExtentCase{"Ring 888 GO FEDEX now", {"888 GO FEDEX"}},
                    ExtentCase{"202-555-0147 CALL NOW", {"202-555-0147"}},
                    ExtentCase{"dial one eight hundred five five five oh one two three please",
                               {"one eight hundred five five five oh one two three"}},
                    ExtentCase{"one-8-double-eight-555-0123", {"one-8-double-eight-555-0123"}},
                    ExtentCase{"202-555-zero one four seven", {"202-555-zero one four seven"}},
                    ExtentCase{"2-0-2-five-five-5-oh-one-4-7 .", {"2-0-2-five-five-5-oh-one-4-7"}},
                    ExtentCase{"one or two of three", {}},
                    ExtentCase{"２０２－５５５－０１４７", {"202-555-0147"}},
                    ExtentCase{"2📞0📞2📞5550147",
                               {"2\x01"
                                "0\x01"
                                "2\x01"
                                "5550147"}}));

TEST(Scanner, KeepsContextAndOriginal) {
  const std::string before(100, 'b');
  const std::string after(100, 'a');
  const std::vector<Cluster> clusters = scan(before + "é ２０２\u200B 555–0147 " + after);
  ASSERT_EQ(clusters.size(), 1u);
  const Cluster& c = clusters[0];
  EXPECT_EQ(c.place, Place::kHtml);
  EXPECT_EQ(c.begin, Cluster::kContextBytes);
  EXPECT_EQ(c.text.size(), c.end + Cluster::kContextBytes);
  EXPECT_EQ(c.shown(c.begin, c.end), "２０２ 555–0147");
  EXPECT_EQ(c.shown(0, static_cast<std::uint32_t>(c.text.size())), c.original);
  ASSERT_EQ(c.original_at.size(), c.text.size() + 1);
  ASSERT_EQ(c.tricks.size(), 4u);
  EXPECT_EQ(c.tricks[0].trick, Trick::kUnicodeDigits);
  EXPECT_EQ(c.tricks[0].begin, c.begin);
  EXPECT_EQ(c.tricks[3].trick, Trick::kInvisible);
  EXPECT_EQ(c.tricks[3].begin, c.begin + 3);
}

TEST(Scanner, MarksSymbolsBetweenDigits) {
  const std::vector<Cluster> clusters = scan("📞 202📞5550147 📞");
  ASSERT_EQ(clusters.size(), 1u);
  ASSERT_EQ(clusters[0].tricks.size(), 1u);
  EXPECT_EQ(clusters[0].tricks[0].trick, Trick::kOddSeparators);
  EXPECT_EQ(clusters[0].tricks[0].begin, clusters[0].begin + 3);
}

TEST(Scanner, CutsLongClustersBetweenLines) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "202-555-01" + std::to_string(10 + i % 90) + "\n";
  const std::vector<Cluster> clusters = scan(text);
  std::string joined;
  for (const std::string& body : bodies(clusters)) {
    EXPECT_LE(body.size(), Cluster::kClusterBytesMax);
    EXPECT_EQ((body.size() + 1) % 13, 0u) << body;
    joined += body + "\n";
  }
  EXPECT_EQ(joined, text);
}

std::vector<std::string> texts() {
  std::vector<std::string> out = {
      "Dear customer, your Norton renewal of $399.99 ... call +1 (888) 555-0123 within 24 hours.",
      "１８８８５５５０１２３ and 1\uFE0F\u20E38\uFE0F\u20E38\uFE0F\u20E38\uFE0F\u20E3-555-0123, "
      "2\u200B0\u200D2\u202E 555 01\u00AD47 or ٢٠٢٥٥٥٠١٤٧",
      "l-8OO-S55-OI23 I8B8 555 0123 1-866-858-HOST 888 GO FEDEX 1-800-FLOWERS",
      "one eight hundred five five five oh one two three; one-8-double-eight-555-0123; "
      "202-555-zero "
      "one four seven",
      "202\r\n> 555-0147\r\n\r\n2025550148\n\n\n(202) 555-0149Hey Tel:202-555-0150Fax:202-555-0151",
      "2📞0📞2📞5📞5📞5📞0📞1📞4📞7 \xC3 202\xFF"
      "5550147 \xF0\x9F\x93",
      "git 0123456789abcdef0123456789 12345678901234567890123456789012345 5550147",
  };
  std::string dense;
  for (int i = 0; i < 60; ++i) dense += std::to_string(1000 + 37 * i) + (i % 7 == 0 ? "\n" : "-");
  out.push_back(dense + " tail");
  out.push_back(std::string(700, 'x') + " 202-555-0147 " + std::string(700, 'y'));
  return out;
}

TEST(Scanner, EverySplitGivesTheSame) {
  for (const std::string& text : texts()) {
    const std::string whole = dump(scan(text));
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const std::string_view view = text;
      ASSERT_EQ(dump(scan_pieces({view.substr(0, i), view.substr(i)})), whole) << i << " " << text;
      bytes.push_back(view.substr(i, 1));
    }
    EXPECT_EQ(dump(scan_pieces(bytes)), whole) << text;
  }
}

/// Texts longer than the window, cut anywhere: what comes out must be that of the whole.
TEST(Scanner, RandomSplitsOfLongTextsGiveTheSame) {
  std::mt19937 random(7);
  const std::vector<std::string> parts = texts();
  const std::string filler = "the quick brown fox jumps over the lazy dog and so on. ";
  for (int round = 0; round < 12; ++round) {
    std::string text;
    const std::size_t size = 3 * Scanner::kScanBytes + random() % Scanner::kScanBytes;
    while (text.size() < size) {
      switch (random() % 6) {
        case 0:
          text += parts[random() % parts.size()];
          break;
        case 1:
          for (std::size_t i = random() % 40; i > 0; --i) {
            text += "0123456789-  .(\nOlSBone two"[random() % 27];
          }
          break;
        case 2:
          text.append(random() % 30, '7');
          break;
        default:
          text += filler.substr(random() % filler.size());
      }
    }
    const std::string whole = dump(scan(text));
    for (int cut = 0; cut < 8; ++cut) {
      std::vector<std::string_view> pieces;
      const std::size_t longest = std::size_t{1} << (cut * 2);
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t taken = std::min(text.size() - at, 1 + random() % longest);
        pieces.push_back(std::string_view(text).substr(at, taken));
        at += taken;
      }
      ASSERT_EQ(dump(scan_pieces(pieces)), whole) << "round " << round << " pieces to " << longest;
    }
  }
}

/// The clusters around a text must not depend on how far back the window reaches.
TEST(Scanner, ClustersDoNotDependOnWhatWentBeforeFarOff) {
  const std::string text = " x call (202) 555-0147 or 1-800-FLOWERS, one eight hundred 555 0123 ";
  std::string far;
  while (far.size() < 5 * Scanner::kScanBytes) far += "far 2025550148 and 5 more of the kind; ";
  const std::vector<std::string> alone = bodies(scan(text));
  const std::vector<std::string> after = bodies(scan(far + std::string(300, '.') + text));
  ASSERT_GE(after.size(), alone.size());
  EXPECT_EQ(std::vector<std::string>(after.end() - static_cast<std::ptrdiff_t>(alone.size()),
                                     after.end()),
            alone);
}

TEST(Scanner, FloodsGiveNoClusters) {
  EXPECT_THAT(scan(std::string(1'000'000, '7')), IsEmpty());
  EXPECT_THAT(
      bodies(scan(std::string(100'000, '7') + " 202-555-0147 " + std::string(100'000, '8'))),
      ElementsAre("202-555-0147"));
}

TEST(Scanner, HostileTextsStayBounded) {
  std::string spaced;
  for (int i = 0; i < 50'000; ++i) spaced += "7 ";
  std::string look_alike;
  for (int i = 0; i < 50'000; ++i) look_alike += "1O";
  std::string words;
  for (int i = 0; i < 20'000; ++i) words += "one two ";
  for (const std::string& text : {spaced, look_alike, words}) {
    for (const Cluster& c : scan(text)) {
      ASSERT_LE(c.end - c.begin, Cluster::kClusterBytesMax + 3);
      ASSERT_LE(c.text.size(), Cluster::kClusterBytesMax + 3 + 2 * Cluster::kContextBytes);
    }
  }
}

}  // namespace
}  // namespace ringfence
