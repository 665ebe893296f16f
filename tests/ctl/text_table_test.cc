#include "ctl/text_table.h"

#include <gtest/gtest.h>

namespace ringfence {
namespace {

TEST(TextTable, WidthIsInCells) {
  const struct {
    const char* text;
    std::size_t cells;
  } cases[] = {
      {"", 0},
      {"abc", 3},
      {"caf\xC3\xA9", 4},
      {"cafe\xCC\x81", 4},              // a combining acute
      {"\xE4\xB8\xAD\xE6\x96\x87", 4},  // two wide characters
      {"\xF0\x9F\x98\x80", 2},          // an emoji
      {"\xEF\xBC\x91\xEF\xBC\x92", 4},  // full-width digits
      {"\xD7\x90\xD7\x91", 2},          // Hebrew
      {"\xE2\x80\xA6", 1},
      {"\xF4\x8F\xBF\xBF", 1},  // no character
  };
  for (const auto& one : cases) EXPECT_EQ(display_width(one.text), one.cells) << one.text;
}

TEST(TextTable, FitCutsBetweenCharacters) {
  const struct {
    const char* text;
    std::size_t columns;
    const char* expected;
  } cases[] = {
      {"abcdef", 6, "abcdef"},
      {"abcdef", 5, "abcd\xE2\x80\xA6"},
      {"abcdef", 1, "\xE2\x80\xA6"},
      {"abcdef", 0, ""},
      {"\xE4\xB8\xAD\xE6\x96\x87", 4, "\xE4\xB8\xAD\xE6\x96\x87"},
      {"\xE4\xB8\xAD\xE6\x96\x87", 3, "\xE4\xB8\xAD\xE2\x80\xA6"},
      {"\xE4\xB8\xAD\xE6\x96\x87", 2, "\xE2\x80\xA6"},
      {"e\xCC\x81"
       "e\xCC\x81"
       "e\xCC\x81",
       2, "e\xCC\x81\xE2\x80\xA6"},
  };
  for (const auto& one : cases) EXPECT_EQ(fit(one.text, one.columns), one.expected) << one.text;
}

TEST(TextTable, LinesAreAsLongAsTheyAreWhereNobodyCutsThem) {
  TextTable table({{"NAME", 4}, {"N", 0, true}, {"SUBJECT", 8}}, 0);
  EXPECT_EQ(table.take(), "") << "no titles above nothing";
  table.add({"\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD", "7", "first"});
  table.add({"ada", "1234", "a long subject that goes on and on and on and on and on"});
  EXPECT_EQ(table.take(),
            "NAME       N  SUBJECT\n"
            "\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD     7  first\n"
            "ada     1234  a long subject that goes on and on and on and on and on\n");
  table.add({"b", "2"});
  EXPECT_EQ(table.take(), "b          2\n") << "titles come once, widths stay";
}

TEST(TextTable, ColumnsShrinkToTheTerminalAndNoLineIsWider) {
  const auto table = [](std::size_t columns) {
    TextTable out({{"TIME"}, {"NAME", 4}, {"SUBJECT", 8}}, columns);
    out.add({"2026-11-22", "somebody", "twenty characters ok"});
    return out.take();
  };
  EXPECT_EQ(table(42),
            "TIME        NAME      SUBJECT\n"
            "2026-11-22  somebody  twenty characters ok\n");
  EXPECT_EQ(table(35),
            "TIME        NAME      SUBJECT\n"
            "2026-11-22  somebody  twenty chara\xE2\x80\xA6\n");
  EXPECT_EQ(table(28),
            "TIME        NAME    SUBJECT\n"
            "2026-11-22  someb\xE2\x80\xA6  twenty \xE2\x80\xA6\n");
  for (std::size_t columns = 1; columns < 60; ++columns) {
    const std::string lines = table(columns);
    std::string_view text = lines;
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      EXPECT_LE(display_width(text.substr(0, end)), columns);
      text.remove_prefix(end + 1);
    }
  }
}

}  // namespace
}  // namespace ringfence
