// Hostile HTML: every bound is named, nothing is swallowed silently, nothing grows.
#include <gmock/gmock.h>

#include <string>

#include "html_view.h"

namespace ringfence {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::size_t kMegabyte = 1u << 20;

std::string repeat(std::string_view text, std::size_t times) {
  std::string result;
  result.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

std::string fill(std::string_view text, std::size_t bytes = kMegabyte) {
  return repeat(text, bytes / text.size());
}

MessageOptions small() {
  MessageOptions options;
  options.html_token_bytes_max = 100;
  options.html_depth_max = 5;
  return options;
}

void expect_any_cut_gives_the_same(const std::string& html, const MessageOptions& options = {}) {
  const HtmlView whole = view_html(html, {}, options);
  EXPECT_TRUE(whole.well_formed);
  for (const std::size_t size : {1u, 7u, 100u, 4096u}) {
    EXPECT_EQ(view_html(html, {size}, options), whole) << "pieces of " << size;
  }
}

TEST(HtmlBounds, LoneSpecialCharactersAreText) {
  EXPECT_EQ(view_html(fill("<")).visible, fill("<"));
  EXPECT_EQ(view_html(fill("&")).visible, fill("&"));
  EXPECT_EQ(view_html(fill("&#")).visible, fill("&#"));
  EXPECT_EQ(view_html("&" + fill("a")).visible, "&" + fill("a"));
  EXPECT_EQ(view_html("&#" + fill("0") + "53;").visible, "5");
  EXPECT_EQ(view_html("&#x" + fill("9") + "x").visible, "\xEF\xBF\xBDx");
  EXPECT_EQ(view_html(fill("</>") + "a").visible, "a");
  EXPECT_EQ(view_html(fill("<!>") + "a").visible, "a");
}

TEST(HtmlBounds, ATagThatNeverEndsIsGivenAsHidden) {
  const HtmlView view = view_html("a" + fill("<a ") + "call 555 0123");
  EXPECT_EQ(view.visible, "a");
  EXPECT_THAT(view.hidden, EndsWith("call 555 0123"));
  EXPECT_TRUE(view.limits.contains(Limit::kHtmlTokenBytes));
}

TEST(HtmlBounds, AValueThatNeverEndsIsGivenAsHidden) {
  const HtmlView view = view_html("a<p title=\"" + fill("x y ") + "call 555 0123");
  EXPECT_EQ(view.visible, "a");
  EXPECT_THAT(view.hidden, StartsWith("x y x y"));
  EXPECT_THAT(view.hidden, EndsWith("call 555 0123"));
  EXPECT_TRUE(view.limits.contains(Limit::kHtmlTokenBytes));
}

TEST(HtmlBounds, ANumberAtTheSeamOfALongValueIsWhole) {
  const std::string html = "<p alt='" + std::string(90, 'x') + " 8885550123 y'>z";
  const HtmlView view = view_html(html, {}, small());
  EXPECT_EQ(view.visible, "z");
  EXPECT_THAT(view.hidden, HasSubstr(" 8885550123 y"));
  expect_any_cut_gives_the_same(html, small());
}

TEST(HtmlBounds, DataUrlsCostNothing) {
  const HtmlView view =
      view_html("<img src=\"data:image/png;base64," + fill("QUJD") + "\" alt='555 0123'>a");
  EXPECT_EQ(view.visible, "a");
  EXPECT_EQ(view.hidden, "");
  EXPECT_THAT(view.attributes, testing::ElementsAre("attr=555 0123"));
  EXPECT_TRUE(view.limits.empty());
}

TEST(HtmlBounds, WhiteSpaceInATagCostsNothing) {
  const HtmlView view = view_html("<p" + fill(" \n/") + "title=a>b");
  EXPECT_EQ(view.visible, "b");
  EXPECT_THAT(view.attributes, testing::ElementsAre("attr=a"));
  EXPECT_TRUE(view.limits.empty());
}

TEST(HtmlBounds, ACommentThatNeverEndsIsGivenAsHidden) {
  const HtmlView view = view_html("a<!--" + fill("x ") + "call 555 0123");
  EXPECT_EQ(view.visible, "a");
  EXPECT_THAT(view.hidden, EndsWith("x call 555 0123"));
  EXPECT_TRUE(view.limits.contains(Limit::kHtmlTokenBytes));
  EXPECT_EQ(view_html("a<!" + fill("x ")).visible, "a");
  EXPECT_EQ(view_html("a<!--" + fill("-!")).visible, "a");
}

TEST(HtmlBounds, ALongCommentEndsWhereItSays) {
  const HtmlView view = view_html("a<!--" + fill("x ") + "-->b");
  EXPECT_EQ(view.visible, "ab");
  EXPECT_TRUE(view.limits.contains(Limit::kHtmlTokenBytes));
}

TEST(HtmlBounds, ALongConditionalCommentIsNoLimit) {
  const std::string open = "a<!--[if gte mso 9]><xml>" + fill("<w:x>9</w:x>");
  for (const char* end : {"", "</xml><![endif]-->b", "<![endif]-->b"}) {
    SCOPED_TRACE(end);
    const HtmlView view = view_html(open + end);
    EXPECT_THAT(view.visible, StartsWith("a"));
    EXPECT_EQ(view.hidden, "");
    EXPECT_TRUE(view.limits.empty());
  }
}

TEST(HtmlBounds, ConditionalCommentsDoNotNest) {
  const HtmlView view = view_html("a" + fill("<!--[if mso]>b"));
  EXPECT_EQ(view.visible, "a");
  EXPECT_EQ(view.attributes, std::vector<std::string>{"outlook=b"});
}

TEST(HtmlBounds, RawTextThatNeverEndsIsGivenAsHidden) {
  for (const char* name : {"style", "script", "iframe"}) {
    SCOPED_TRACE(name);
    const HtmlView view = view_html("a<" + std::string(name) + ">call 555 0123 " + fill("</x "));
    EXPECT_EQ(view.visible, "a");
    EXPECT_THAT(view.hidden, StartsWith("call 555 0123"));
    EXPECT_TRUE(view.limits.contains(Limit::kHtmlTokenBytes));
  }
  EXPECT_THAT(view_html("<title>" + fill("<p>") + "555 0123").visible, EndsWith("<p>555 0123"));
  EXPECT_THAT(view_html("<textarea>" + fill("<p>") + "555 0123").visible, EndsWith("555 0123"));
}

TEST(HtmlBounds, LongScriptsAreNoLimit) {
  const HtmlView view = view_html("a<script>" + fill("x<y;") + "</script>b");
  EXPECT_EQ(view.visible, "ab");
  EXPECT_TRUE(view.limits.empty());
}

TEST(HtmlBounds, StyleSheetsAreReadUpToABound) {
  const HtmlView view =
      view_html("<style>.h{display:none}" + fill(".x{color:red}") + "</style><p class=h>a</p>b");
  EXPECT_EQ(view.visible, "b");
  EXPECT_EQ(view.hidden, "a");
  EXPECT_TRUE(view.limits.contains(Limit::kHtmlTokenBytes));
}

TEST(HtmlBounds, DeepNestingIsCountedOn) {
  const HtmlView view = view_html(fill("<div>") + "a<p>b" + fill("</div>") + "c");
  EXPECT_EQ(view.visible, "a\nb\nc");
  EXPECT_TRUE(view.limits.contains(Limit::kHtmlDepth));
}

TEST(HtmlBounds, WhatHidesOutsideTheDepthHidesAllWithin) {
  const HtmlView view = view_html(
      "<div style='display:none'>" + repeat("<div>", 50) + "a" + repeat("</div>", 50) + "b</div>c",
      {}, small());
  EXPECT_EQ(view.visible, "c");
  EXPECT_EQ(view.hidden, "a\nb");
}

TEST(HtmlBounds, EndTagsWithoutStartDoNothing) {
  EXPECT_EQ(view_html("<i>" + repeat("<b>", 400) + "a" + fill("</u>") + "b").visible, "ab");
  EXPECT_EQ(view_html("<div><table><td>" + repeat("<b>", 400) + "a" + fill("</div>") + "b").visible,
            "ab");
}

TEST(HtmlBounds, CostlyStylesAreRead) {
  std::string sheet;
  for (int i = 0; i < 5000; ++i) sheet += ".x.y" + std::to_string(i) + "{color:red}";
  const HtmlView view =
      view_html("<style>.h{display:none}" + sheet + "</style>" +
                fill("<p class='x x x x x x x x x x x x x x x x'>") + "<p class=h>a<p>b");
  EXPECT_EQ(view.visible, "b");
  EXPECT_EQ(view.hidden, "a");
  const std::string odd = fill("(;'(;", 16000);
  EXPECT_EQ(view_html(repeat("<p style=\"" + odd + "\">a", 60)).hidden, "");
  EXPECT_EQ(view_html("<style>" + fill("'a\"b", 100'000) + "</style>a").visible, "a");
  EXPECT_EQ(view_html("<style>" + fill("@{", 100'000) + "</style>a").visible, "a");
  EXPECT_EQ(view_html("<style>" + fill("/*", 100'000) + "</style>a").visible, "a");
}

TEST(HtmlBounds, AnyCutGivesTheSame) {
  for (const std::string& html :
       {"<p alt=\"" + fill("a b ", 500) + "\" title=c>d", "<!--" + fill("x ", 500) + "-->a",
        "<!--[if x]>" + fill("-", 500) + "->a", fill("<p a=b c='d' ", 500) + ">e",
        "<" + fill("x", 500) + " title=a>b", "<p " + fill("x", 500) + "=a title=a>b",
        "<p title='" + fill("\xE2\x91\xA0", 500) + "'>b", fill("<b><i><u>1", 200),
        "<style>" + fill("a{b:c}", 500) + "</style>a", "<script>" + fill("</scrip", 500),
        "<p title='data:" + fill("x", 500) + "' alt=a>b",
        "<p title='" + fill("&amp;", 500) + "'>"}) {
    SCOPED_TRACE(html);
    expect_any_cut_gives_the_same(html, small());
  }
}

}  // namespace
}  // namespace ringfence
