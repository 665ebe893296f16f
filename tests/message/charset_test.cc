#include "message/charset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "message/charset_label.h"
#include "tests/message/reading.h"

namespace ringfence {
namespace {

using namespace std::string_literals;

struct Case {
  std::string label, bytes, utf8;
  DefectSet defects = {};
};

const DefectSet kInvalid = {Defect::kCharsetInvalid};
const DefectSet kUnknownLabel = {Defect::kCharsetUnknown};

const std::vector<Case>& cases() {
  static const std::vector<Case> kCases = {
      {"", "plain 555-0123", "plain 555-0123"},
      {"", "gr\xC3\xBC\xC3\x9F", "grüß"},
      {"", "gr\xFC\xDF \x93hi\x94", "grüß “hi”", kInvalid},
      {"", "\xC3\xBC then \xFC", "ü then ü", kInvalid},
      {"", "cut short \xE2\x82", "cut short â‚", kInvalid},
      {"us-ascii", "plain", "plain"},
      {"us-ascii", "\xC3\xBC", "ü", kInvalid},
      {"ANSI_X3.4-1968", "\xE9", "é", kInvalid},
      {"utf-8", "\xE2\x82\xAC 5", "€ 5"},
      {"utf-8", "a\xFF\x62", "a\uFFFDb", kInvalid},
      {"utf-8", "a\xE2\x82", "a\uFFFD", kInvalid},
      {"utf-8", "\xF0\x9F\x92\xA9\xF0\x9F", "💩\uFFFD", kInvalid},
      {"utf-8", "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD", kInvalid},
      {"UTF8", "\xC3\xA9", "é"},
      {"'utf-8'", "\xC3\xA9", "é"},
      {"\"utf-8\";", "\xC3\xA9", "é"},
      {"charset=utf-8", "\xC3\xA9", "é"},
      {"x-utf-8", "\xC3\xA9", "é"},
      {"utf-8", "\xEF\xBB\xBFhi", "hi"},
      {"iso-8859-1", "\x93quoted\x94 \xE9", "“quoted” é"},
      {"latin1", "\x80", "€"},
      {"ISO8859-9", "\xFE", "ş"},
      {"iso-8859-15", "\xA4", "€"},
      {"iso-8859-7", "\xE1\xE2", "αβ"},
      {"cp1251", "\xCF\xF0\xE8", "При"},
      {"1251", "\xCF", "П"},
      {"koi8-r", "\xF0\xF2\xE9", "ПРИ"},
      {"koi8-u", "\xD4", "т"},
      {"tis-620", "\xA1", "ก"},
      {"gb2312", "\xC4\xE3\xBA\xC3", "你好"},
      {"GBK", "\x81\x40", "丂"},
      {"big5", "\xA7\x41", "你"},
      {"shift_jis", "\x93\xFA\x96\x7B 5", "日本 5"},
      {"euc-jp", "\xC6\xFC", "日"},
      {"iso-2022-jp", "\x1B$BF|K\\\x1B(B 5", "日本 5"},
      {"euc-kr", "\xB0\xA1", "가"},
      {"ks_c_5601-1987", "\xB0\xA1", "가"},
      {"utf-7", "Hi +AOk- 5", "Hi é 5"},
      {"utf-16", "\xFF\xFE\x35\0\xAC\x20"s, "5€"},
      {"utf-16", "\xFE\xFF\0\x35\x20\xAC"s, "5€"},
      {"utf-16", "\0C\0a\0l\0l"s, "Call"},
      {"utf-16le", "C\0a\0l\0l\0"s, "Call"},
      {"utf-16be", "\xD8\x3D\xDC\xA9\0!"s, "💩!"},
      {"utf-16be", "\xD8\x3D\0!"s, "\uFFFD!", kInvalid},
      {"utf-32le", "5\0\0\0\xAC\x20\0\0"s, "5€"},
      {"utf-16", "Call 555-0123, a label that lies", "Call 555-0123, a label that lies", kInvalid},
      {"iso-8859-1", "\xFF\xFE\x35\0\x36\0"s, "56"},
      {"no-such-charset", "caf\xC3\xA9", "café", kUnknownLabel},
      {"no-such-charset", "caf\xE9", "café", {Defect::kCharsetUnknown, Defect::kCharsetInvalid}},
      {"ibm037", "555-0123", "555-0123", kUnknownLabel},
      {"unknown-8bit", "caf\xC3\xA9", "café"},
      {"x-user-defined", "abc", "abc"},
      {"utf-8,swap=1", "\xC3\xA9", "é"},
      {std::string(200, 'x'), "a", "a", kUnknownLabel},
  };
  return kCases;
}

TEST(Charset, Table) {
  for (const Case& c : cases()) {
    DefectSet defects;
    EXPECT_EQ(to_utf8(c.bytes, c.label, defects), c.utf8) << c.label;
    EXPECT_EQ(defects, c.defects) << c.label << " " << c.utf8;
  }
}

TEST(Charset, EverySplit) {
  for (const Case& c : cases()) {
    test::expect_every_stage_split([&] { return CharsetDecoder(c.label); }, c.bytes);
    // Long enough to leave every fast path and the head of wide text.
    std::string longer;
    for (int i = 0; i < 12; ++i) longer += c.bytes;
    test::expect_every_stage_split([&] { return CharsetDecoder(c.label); }, longer);
  }
}

TEST(Charset, EveryPieceIsWellFormed) {
  const std::string text = "5\xE2\x82\xAC\xF0\x9F\x92\xA9\xC3\xA9";
  CharsetDecoder decoder("utf-8");
  for (const char c : text) {
    std::string out;
    decoder.push(std::string_view(&c, 1), out);
    DefectSet defects;
    to_utf8(out, "utf-8", defects);
    EXPECT_TRUE(defects.empty()) << "a piece parted a scalar";
  }
}

TEST(Charset, AnyBytesWithAnyLabelGiveWellFormedText) {
  std::string bytes;
  unsigned seed = 1;
  for (int i = 0; i < 4000; ++i)
    bytes.push_back(static_cast<char>((seed = seed * 1103515245 + 12345) >> 16));
  for (const char* label :
       {"", "us-ascii", "utf-8", "iso-8859-1", "windows-1253", "gb18030", "big5", "shift_jis",
        "euc-jp", "iso-2022-jp", "iso-2022-kr", "hz-gb-2312", "utf-7", "utf-16", "utf-16le",
        "utf-32", "koi8-r", "windows-874", "tis-620"}) {
    DefectSet defects, ours;
    const std::string out = to_utf8(bytes, label, defects);
    to_utf8(out, "utf-8", ours);
    EXPECT_FALSE(ours.contains(Defect::kCharsetInvalid)) << label;
    EXPECT_GT(out.size(), 100u) << label;
  }
}

TEST(CharsetLabel, Table) {
  EXPECT_EQ(resolve_charset_label("").kind, CharsetKind::kUnknown);
  EXPECT_EQ(resolve_charset_label(" \"\" ").kind, CharsetKind::kUnknown);
  EXPECT_EQ(resolve_charset_label("US-ASCII").kind, CharsetKind::kAscii);
  EXPECT_EQ(resolve_charset_label("Unicode-1-1-UTF-8").kind, CharsetKind::kUtf8);
  EXPECT_EQ(resolve_charset_label("UTF-16LE").kind, CharsetKind::kUtf16Le);
  EXPECT_EQ(resolve_charset_label("iso-8859-1").name, "windows-1252");
  EXPECT_EQ(resolve_charset_label("windows-1250").name, "windows-1250");
  EXPECT_EQ(resolve_charset_label("cp-850").name, "cp-850");
  EXPECT_EQ(resolve_charset_label("iso-8859-2, utf-8").name, "iso-8859-2");
}

TEST(AsciiPrefix, FindsTheFirstHighByteAnywhere) {
  for (std::size_t at = 0; at < 70; ++at) {
    std::string text(70, 'a');
    text[at] = '\x80';
    EXPECT_EQ(ascii_prefix(text), at);
  }
  EXPECT_EQ(ascii_prefix(""), 0u);
  EXPECT_EQ(ascii_prefix(std::string(100, 'x')), 100u);
}

}  // namespace
}  // namespace ringfence
