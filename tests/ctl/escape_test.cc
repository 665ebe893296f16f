#include "ctl/escape.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "ctl/report_json.h"

namespace ringfence {
namespace {

// What senders might write into a subject, a name or an address.
constexpr std::string_view kHostile[] = {
    "\x1b[2J\x1b[31mred",
    "\x1b]0;title\x07",
    "\xC2\x9B"
    "2J",  // CSI as one C1 character
    "\x9b"
    "2J",  // and as a byte that is not UTF-8
    "a\r\nX-Ringfence: no",
    "a\xE2\x80\xAE"
    "gpj.exe",  // right-to-left override
    "8\xE2\x80\x8B"
    "8\xE2\x81\xA0"
    "8",                                 // zero-width
    "\xF3\xA0\x81\x81\xF3\xA0\x81\xBF",  // tags
    "\"]; evil [label=\"",
    "\\\"]; evil [label=\\\"",
    "<b>bold</b>",
    "<<table><tr><td>x</td></tr></table>>",
    "&#60;script&#62; &lt;x&gt; &amp;",
    "\\N \\G \\n \\l",
    "a\\",
    "=cmd|' /C calc'!A0",
    "  +1+1",
    "@SUM(1+9)",
    "\xEF\xBC\x9D"
    "1+1",
    "a\",\"b\n",
    "\0\0",
};

bool is_one_safe_line(std::string_view text) {
  while (!text.empty()) {
    const Utf8Step step = decode_utf8(text);
    if (!step.valid || !is_safe_to_show(step.scalar)) return false;
    text.remove_prefix(step.size);
  }
  return true;
}

// What the DOT language reads of a quoted string: `\"` is a quote, all else as it stands. Nothing
// when the text is not exactly one quoted string.
std::optional<std::string> read_dot_string(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '"') return std::nullopt;
    if (text[i] == '\\' && i + 2 < text.size()) {
      if (text[i + 1] != '"') out += '\\';
      ++i;
    } else if (text[i] == '\\') {
      return std::nullopt;  // it would escape the closing quote
    }
    out += text[i];
  }
  return out;
}

TEST(Escape, HostileTextIsOneSafeLineInEveryFormat) {
  for (const std::string_view text : kHostile) {
    EXPECT_TRUE(is_one_safe_line(printable(text))) << printable(text);
    EXPECT_TRUE(is_one_safe_line(dot_text(text))) << printable(text);
    EXPECT_TRUE(is_one_safe_line(csv_text(text))) << printable(text);
    EXPECT_TRUE(is_one_safe_line(to_line({{"x", text}}))) << printable(text);
    EXPECT_TRUE(read_dot_string(dot_text(text))) << dot_text(text);
  }
}

TEST(Escape, DotShowsTheTextItself) {
  const struct {
    const char* text;
    const char* expected;
  } cases[] = {
      {"", "\"\""},
      {"plain", "\"plain\""},
      {"say \"hi\"", "\"say \\\"hi\\\"\""},
      {"\"]; evil [label=\"", "\"\\\"]; evil [label=\\\"\""},
      {"a\\", "\"a\\\\\""},
      {"\\N", "\"\\\\N\""},
      {"a\nb", "\"a\\\\x0ab\""},
      {"<b>", "\"<b>\""},
      {"&#60;", "\"&amp;#60;\""},
      {"caf\xC3\xA9", "\"caf\xC3\xA9\""},
  };
  for (const auto& one : cases) EXPECT_EQ(dot_text(one.text), one.expected);
}

TEST(Escape, CsvHasNoFormulas) {
  const struct {
    const char* text;
    const char* expected;
  } cases[] = {
      {"", ""},
      {"plain", "plain"},
      {"two words", "\"two words\""},
      {"a,b", "\"a,b\""},
      {"a;b", "\"a;b\""},
      {"say \"hi\"", "\"say \"\"hi\"\"\""},
      {"=1+1", "'=1+1"},
      {"-1", "'-1"},
      {"@x", "'@x"},
      {" +1 888", "\"' +1 888\""},
      {"\xEF\xBC\x8B"
       "1",
       "'\xEF\xBC\x8B"
       "1"},
      {"\t=1", "\\x09=1"},
      {"a\r\nb", "a\\x0d\\x0ab"},
      {"a=b", "a=b"},
  };
  for (const auto& one : cases) EXPECT_EQ(csv_text(one.text), one.expected);
}

TEST(Escape, JsonKeepsTheValue) {
  EXPECT_EQ(to_line({{"a", "x\xE2\x80\xAEy\x7F"}}), "{\"a\":\"x\\u202ey\\u007f\"}");
  EXPECT_EQ(to_line({{"a", "\xF3\xA0\x80\xA1\\"}}), "{\"a\":\"\\udb40\\udc21\\\\\"}");
  EXPECT_EQ(to_line({{"a", "caf\xC3\xA9"}}), "{\"a\":\"caf\xC3\xA9\"}");
  EXPECT_EQ(to_line({{"a", "\xFF"}}), "{\"a\":\"\xEF\xBF\xBD\"}");
  for (const std::string_view text : kHostile) {
    const Json read = Json::parse(to_line({{"a", text}}), nullptr, /*allow_exceptions=*/false);
    ASSERT_TRUE(read.is_object()) << printable(text);
    if (text ==
        "\x9b"
        "2J")
      continue;  // was no UTF-8
    EXPECT_EQ(read["a"].get<std::string>(), text);
  }
}

}  // namespace
}  // namespace ringfence
