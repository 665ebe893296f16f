#include "message/html_css.h"

#include <gtest/gtest.h>

namespace ringfence {
namespace {

TEST(ParseColor, ReadsWhatMailUses) {
  const struct {
    const char* text;
    std::int32_t color;
  } cases[] = {
      {"#fff", 0xFFFFFF},
      {" #A1b2C3 ", 0xA1B2C3},
      {"#12345680", 0x123456},
      {"#1238", 0x112233},
      {"#1230", kColorTransparent},
      {"#12345600", kColorTransparent},
      {"rgb(1,2,3)", 0x010203},
      {"RGB( 255 , 0 , 128 )", 0xFF0080},
      {"rgb(300 0 0)", 0xFF0000},
      {"rgb(100%, 50%, 0%)", 0xFF7F00},
      {"rgba(1,2,3,.5)", 0x010203},
      {"rgba(1,2,3,0)", kColorTransparent},
      {"rgb(1 2 3 / 0%)", kColorTransparent},
      {"white", 0xFFFFFF},
      {"AliceBlue", 0xF0F8FF},
      {"yellowgreen", 0x9ACD32},
      {"lightgoldenrodyellow", 0xFAFAD2},
      {"transparent", kColorTransparent},
      {"hsl(1,2%,3%)", kColorUnknown},
      {"var(--x)", kColorUnknown},
      {"url(x)", kColorUnset},
      {"inherit", kColorUnset},
      {"windowtext", kColorUnset},
      {"#12", kColorUnset},
      {"#ggg", kColorUnset},
      {"ffffff", kColorUnset},
      {"", kColorUnset},
  };
  for (const auto& one : cases) EXPECT_EQ(parse_color(one.text), one.color) << one.text;
}

TEST(ParseColor, LegacyAttributesNeedNoHash) {
  EXPECT_EQ(parse_legacy_color("ffffff"), 0xFFFFFF);
  EXPECT_EQ(parse_legacy_color("#000080"), 0x000080);
  EXPECT_EQ(parse_legacy_color("navy"), 0x000080);
  EXPECT_EQ(parse_legacy_color("nonsense"), kColorUnset);
}

TEST(StyleDeclarations, OverridesInOrderAndByImportance) {
  const StyleDeclarations one =
      parse_style_declarations("display:block; display:none; color:red !important; color:blue");
  EXPECT_EQ(one.normal.display, Display::kNone);
  EXPECT_EQ(one.normal.color, 0x0000FF);
  EXPECT_EQ(one.important.color, 0xFF0000);
  StyleProps cascaded = one.normal;
  cascaded.override_with(one.important);
  EXPECT_EQ(cascaded.color, 0xFF0000);
  EXPECT_EQ(cascaded.display, Display::kNone);
}

TEST(StyleDeclarations, PassesOverWhatIsMalformed) {
  for (const char* text :
       {"", ";", ":", "color", "color:", ":red", ";;display", "display:none none", "opacity:x",
        "font-size:", "font-size:-1px", "clip:rect(", "clip:inset(", "background:(((", "width:..",
        "font:", "color:#;width:1e9"}) {
    const StyleProps props = parse_style_declarations(text).normal;
    EXPECT_EQ(props.on, 0) << text;
    EXPECT_EQ(props.display, Display::kUnset) << text;
    EXPECT_EQ(props.color, kColorUnset) << text;
  }
}

TEST(StyleDeclarations, QuotesAndBracketsHoldSemicolons) {
  EXPECT_EQ(parse_style_declarations("background:url(a;b);display:none").normal.display,
            Display::kNone);
  EXPECT_EQ(parse_style_declarations("font-family:'a;b';display:none").normal.display,
            Display::kNone);
  EXPECT_EQ(parse_style_declarations("font-family:'a;display:none").normal.display, Display::kNone);
}

TEST(StyleDeclarations, BackgroundShorthand) {
  EXPECT_EQ(parse_style_declarations("background:#123 none repeat").normal.background, 0x112233);
  const StyleProps image = parse_style_declarations("background:red url(x)").normal;
  EXPECT_EQ(image.background, 0xFF0000);
  EXPECT_NE(image.on & kBackgroundImage, 0);
  EXPECT_EQ(parse_style_declarations("background:none").normal.background, kColorTransparent);
  EXPECT_NE(parse_style_declarations("background:linear-gradient(red, #fff)").normal.on &
                kBackgroundImage,
            0);
}

}  // namespace
}  // namespace ringfence
