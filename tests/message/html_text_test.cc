// What a reader sees of HTML: tables of documents, each also cut at every byte.
#include "message/html_text.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "html_view.h"

namespace ringfence {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Case {
  std::string html;
  std::string visible;
  std::string hidden = {};
  std::vector<std::string> attributes = {};
};

#define GAP "\xE2\x81\xA3"  // U+2063
#define NBSP "\xC2\xA0"     // U+00A0
#define OFFER "+1 888 555 0123"

void check(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    SCOPED_TRACE(one.html);
    const HtmlView whole = view_html(one.html);
    EXPECT_EQ(whole.visible, one.visible);
    EXPECT_EQ(whole.hidden, one.hidden);
    EXPECT_EQ(whole.attributes, one.attributes);
    EXPECT_TRUE(whole.well_formed);
    EXPECT_TRUE(whole.limits.empty());
    EXPECT_EQ(view_html(one.html, {1}), whole) << "byte by byte";
    for (std::size_t cut = 1; cut < one.html.size(); ++cut) {
      ASSERT_EQ(view_html(one.html, {cut, one.html.size()}), whole) << "cut at " << cut;
    }
  }
}

TEST(HtmlText, JoinsInlineElements) {
  check({
      {"555<b>-01</b>23", "555-0123"},
      {"+1 <span>888</span><i> 555</i>\n <u>0123</u>", OFFER},
      {"<font color=red>8</font><font>8</font>8", "888"},
      {"555<wbr>-<img src=x>0123", "555-0123"},
      {"<a href='#'>555</a><o:p></o:p>-0123", "555-0123"},
      {"555<custom-tag/>0123</custom-tag>", "5550123"},
      {"<B>upper</B>lower", "upperlower"},
  });
}

TEST(HtmlText, PartsBlocks) {
  check({
      {"<p>a</p><p>b</p>", "a\nb"},
      {"<p>a<p>b", "a\nb"},
      {"a<br>b<br/>c</br>d", "a\nb\nc\nd"},
      {"a<br><br><br>b", "a\nb"},
      {"a</p>b", "a\nb"},
      {"<div>a<div>b</div>c</div>d", "a\nb\nc\nd"},
      {"<ul><li>a<li>b<ul><li>c</ul><li>d</ul>e", "a\nb\nc\nd\ne"},
      {"<dl><dt>a<dd>b<dt>c</dl>", "a\nb\nc"},
      {"<h1>a</h1>b<hr>c", "a\nb\nc"},
      {"<table><tr><td>a</td><td>b</td></tr><tr><th>c<td>d</table>e", "a\tb\nc\td\ne"},
      {"<table><tr><td>1</td>\n  <td> 2 </td></tr>\n</table>", "1\t2"},
      {"<table><tr><td><table><tr><td>a</table><td>b</table>", "a\nb"},
      {"<select><option>a<option>b</select>c", "a\nb\nc"},
      {"<button>1</button><button>2</button>", "1\t2"},
      {"1<input>2", "1\t2"},
      {"5<td>5<tr>5", "555"},  // table parts outside tables are ignored
      {"<span style='display:block'>a</span><div style='display:inline'>b</div>c", "a\nbc"},
      {"<span style='display:table-cell'>a</span><span style='display: TABLE-CELL'>b", "a\tb"},
      {"<title>One</title>two", "One\ntwo"},
      {"<head><title> A &amp; B </title></head><body>c</body></html>d", "A & B\ncd"},
  });
}

TEST(HtmlText, CollapsesWhiteSpace) {
  check({
      {" \n a \t\r\n b  ", "a b"},
      {"a <b> b</b> <i> c", "a b c"},
      {"<p> a </p> <p> b </p>", "a\nb"},
      {"a &#32;&#10; b", "a b"},
      {"a&nbsp;&nbsp; b", "a" NBSP NBSP " b"},
      {"a\xE2\x80\x8B"
       "b\f\fc",
       "a\xE2\x80\x8B"
       "b c"},
      {std::string("5\0005", 3), "55"},
      {"<pre>\n 1  2\n3</pre>4", " 1  2\n3\n4"},
      {"<pre>\r\n1\r\n2\r3</pre>", "1\n2\n3"},
      {"<textarea>\n<b>1 &amp;\n  2</textarea>3", "<b>1 &\n  2\n3"},
      {"<p style='white-space: pre-wrap'>1  2\n3</p>", "1  2\n3"},
      {"<p style='white-space:pre-line'>1  2\n\n3</p>", "1 2\n3"},
      {"<pre><span style='white-space:normal'>1  2</span></pre>", "1 2"},
      {"<style>.q{white-space:pre}</style><i class=q>1  2</i>", "1  2"},
  });
}

TEST(HtmlText, DecodesReferences) {
  check({
      {"&#43;1&#x20;888", "+1 888"},
      {"&#53&#x35&#X35;5", "5555"},
      {"&#0000000000000000000000000000053;&#99999999999999;", "5\xEF\xBF\xBD"},
      {"&#0;&#xD800;&#128;&#150;&#x9f;",
       "\xEF\xBF\xBD\xEF\xBF\xBD\xE2\x82\xAC\xE2\x80\x93\xC5\xB8"},
      {"&lt;b&gt; &amp;amp;", "<b> &amp;"},
      {"&amp &lt;&ampx&notit;&notin;&nGt;",
       "& <&x\xC2\xAC"
       "it;\xE2\x88\x89\xE2\x89\xAB\xE2\x83\x92"},
      {"&CounterClockwiseContourIntegral;&CounterClockwiseContourIntegral",
       "\xE2\x88\xB3&CounterClockwiseContourIntegral"},
      {"& && &; &# &#; &#x; &#xg; &x &nosuch; a&b", "& && &; &# &#; &#x; &#xg; &x &nosuch; a&b"},
      {"&abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz;",
       "&abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz;"},
      {"5<b>5&#53;</b>&shy;5",
       "555\xC2\xAD"
       "5"},
      {"&amp", "&"},
      {"&", "&"},
      {"&#x", "&#x"},
      {"<a title='a&copy=1 &copy; &copy2 &amp&lt'>", "", "", {"attr=a&copy=1 \xC2\xA9 &copy2 &<"}},
  });
}

TEST(HtmlText, ReadsTagsAsTheStandardDoes) {
  check({
      {"a<b", "a", "b"},  // never closed: not swallowed
      {"1 < 2 <3 <", "1 < 2 <3 <"},
      {"a</>b</ x>c</", "abc</"},
      {"<p title=a>b>c", "b>c", "", {"attr=a"}},
      {"<p title=\"a>b\" alt='c>d'>e", "e", "", {"attr=a>b", "attr=c>d"}},
      {"<p title = a/>b", "b", "", {"attr=a/"}},
      {"<p title='a'alt=\"b\">c", "c", "", {"attr=a", "attr=b"}},
      {"<p\ntitle\n=\n'a'\n>b", "b", "", {"attr=a"}},
      {"<p =title=a title>b", "b"},
      {"<p TITLE=a aLT=b>", "", "", {"attr=a", "attr=b"}},
      {"<img/alt=a/>b", "b", "", {"attr=a/"}},
      {"<?xml version='1.0'?><!DOCTYPE html>a<![CDATA[b]]>c", "ac"},
      {"<xmp><b>a</xmp>b", "<b>a\nb"},
      {"<plaintext>a</plaintext><b>", "a</plaintext><b>"},
      {"<svg><title/>a<style/>b</svg><p>c", "ab\nc"},
      {"<noscript>a</noscript>", "a"},
  });
}

TEST(HtmlText, PassesOverComments) {
  check({
      {"5<!-- x -->5", "55"},
      {"5<!-->5<!--->5<!---->5", "5555"},
      {"5<!--a--!>5<!--a-->5<!----!>5<!--!>-->5<!---!>-->5", "555555"},
      {"5<!--a->--x--->5", "55"},
      {"5<!-- a > b -- > c --!x --!-->5", "55"},
      {"5<!-x-->5<!x>5<!>5", "5555"},
      {"5<!--<!-->5", "55"},
      {"<!--[if !mso]><!-->yes<!--<![endif]-->", "yes"},
      {"<![if !mso]>yes<![endif]>", "yes"},
      {"a<!-- b", "a", "b"},  // never closed
  });
}

// Outlook shows it; what stands around it joins without it.
TEST(HtmlText, ReadsConditionalCommentsForOutlookAsPagesOfTheirOwn) {
  check({
      {"<!--[if mso]>no<![endif]-->yes", "yes", "", {"outlook=no"}},
      {"888<!--[if mso]>555<![endif]-->0123", "8880123", "", {"outlook=555"}},
      {"a<!--[IF (gte mso 9)|(IE)]><p>b</p>c<![endif]-->d", "ad", "", {"outlook=b\nc"}},
      {"a<!--[if mso | !vml]>b&amp;<a href='tel:1'>c</a><![endif]-->d",
       "ad",
       "",
       {"href=1", "outlook=b&c"}},
      {"a<!--[if !mso]>no<![endif]-->b", "ab"},
      {"a<!--[if ! (mso)&(!vml)]>no<![endif]-->b", "ab"},
      {"a<!--[if mso]-->b", "ab"},
      {"a<!--[iffy]>no-->b<!--[i-->c<!---->d", "abcd"},
      {"a<!--[if gte mso 9]><xml><o:Pixels>96</o:Pixels></xml><style>p{}</style>b<![endif]-->c",
       "ac",
       "",
       {"outlook=b"}},
      {"a<!--[if mso]><table><tr><td><![endif]-->b<!--[if mso]></td></tr></table><![endif]-->c",
       "abc"},
      {"a<p hidden><!--[if mso]>b<![endif]--></p>c", "ac", "b"},
      {"a<!--[if mso]>b<i hidden>c</i>d<!--[if mso]>e<![endif]-->f",
       "af",
       "c",
       {"outlook=b" GAP "d"}},
      {"<!--[if mso]>one<![endif]--><!--[if mso]>two<![endif]-->",
       "",
       "",
       {"outlook=one", "outlook=two"}},
      {"a<!--[if mso]>b", "a", "", {"outlook=b"}},  // never closed
      {"a<!--[if " + std::string(300, 'x') + "]>b<![endif]-->c", "ac"},
  });
}

#define RLO "\xE2\x80\xAE"  // U+202E
#define POP "\xE2\x80\xAC"  // U+202C

TEST(HtmlText, GivesOverriddenDirectionAsControlCharacters) {
  check({
      {"a<bdo dir=rtl>321</bdo>b", "a" RLO "321" POP "b"},
      {"a<bdo dir=ltr>321</bdo>b<bdo>c</bdo>", "a321bc"},
      {"a<i style='unicode-bidi:bidi-override; direction:rtl'>3<b>2</b>1</i>b",
       "a" RLO "321" POP "b"},
      {"a<i dir=rtl>321</i><i style='direction:rtl'>3</i>b", "a3213b"},
      {"<style>.r{direction:rtl;unicode-bidi:isolate-override}</style><u class=r>21</u>x",
       RLO "21" POP "x"},
      {"a<bdo dir=rtl hidden>21</bdo>b", "a" GAP "b", "21"},
      {"a<bdo dir=rtl>21", "a" RLO "21"},
  });
}

TEST(HtmlText, LeavesOutWhatIsNoText) {
  check({
      {"a<script>var x = '<b>1</b></scr' + 'ipt>'; </ script></script >b", "ab"},
      {"a<STYLE>p{}</style foo='>'>b", "ab"},
      {"a<style><!-- </style>b --></style>", "ab -->"},
      {"a<script>1</script/>b", "ab"},
      {"a<iframe>1</iframe>b<noframes>2</noframes>", "ab"},
      {"a<script></scrip</script>b", "ab"},
      {"<title>a</titlex></title>b", "a</titlex>\nb"},
      {"a<script>b", "a", "b"},  // never closed
      {"a<style>b</styl", "a", "b</styl"},
      {"a<title>b<p>c", "a\nb<p>c"},
      {"a<template>b</template>c", "a" GAP "c", "b"},
  });
}

TEST(HtmlText, HidesByStyle) {
  for (const char* style : {"display:none",
                            "DISPLAY : NONE",
                            "display:none !important",
                            "color:red;display:none",
                            "display/**/:/* x */none",
                            "visibility:hidden",
                            "visibility:collapse",
                            "opacity:0",
                            "opacity:0.0",
                            "opacity: 0%",
                            "font-size:0",
                            "font-size:0px",
                            "font-size:1px",
                            "font-size:.01em",
                            "font:0/0 a",
                            "font: bold 0px/12px Arial",
                            "display:block;max-height:0;overflow:hidden",
                            "display:inline-block;width:0;overflow:hidden",
                            "position:absolute;left:-9999px",
                            "position:fixed;top:-999em",
                            "margin-left:-5000px",
                            "text-indent:-9999px",
                            "position:absolute;clip:rect(0,0,0,0)",
                            "position:absolute;clip:rect(1px 1px 1px 1px)",
                            "clip-path:inset(50%)",
                            "color:#fff",
                            "color:WHITE",
                            "color: rgb(255, 255, 255)",
                            "color:rgba(0,0,0,0)",
                            "color:transparent",
                            "color:#fefefe",
                            "color:#00000000",
                            "color:#123;background:#112233",
                            "color:#abc;background-color:rgb(170 187 204)",
                            "transform:scale(0)",
                            "background:url(a;b);opacity:0"}) {
    SCOPED_TRACE(style);
    const HtmlView view =
        view_html("<p>1<span style=\"" + std::string(style) + "\">2</span>3</p>4");
    EXPECT_EQ(view.hidden, "2");
    EXPECT_THAT(view.visible, testing::StartsWith("1"));
    EXPECT_THAT(view.visible, testing::EndsWith("3\n4"));
  }
}

TEST(HtmlText, ShowsWhatOnlyLooksHidden) {
  for (const char* style : {"display:inline",
                            "displayx:none",
                            "display:nonexistent",
                            "visibility:visible",
                            "opacity:0.5",
                            "opacity:1",
                            "font-size:10px",
                            "font-size:0.8em",
                            "font-size:small",
                            "font:12px a",
                            "font: 100 12px a",
                            "max-height:0",
                            "overflow:hidden",
                            "height:0;overflow:hidden",
                            "left:-9999px",
                            "position:absolute;left:-10px",
                            "margin-left:-20px",
                            "text-indent:-5px",
                            "color:#000",
                            "color:#eee",
                            "color:#fff;background:#000",
                            "color:#fff;background:url(x)",
                            "color:#fff;background-image:url(x);background-color:#fff",
                            "color:inherit",
                            "color:hsl(0,0%,100%)",
                            "background:#000",
                            "mso-hide:all",
                            "clip:auto",
                            "clip:rect(0,9px,9px,0)",
                            "display:none;display:inline",
                            "display:none !important;display:none;display:inline!important"}) {
    SCOPED_TRACE(style);
    const HtmlView view = view_html("1<span style='" + std::string(style) + "'>2</span>3");
    EXPECT_EQ(view.visible, "123");
    EXPECT_EQ(view.hidden, "");
  }
}

TEST(HtmlText, InheritsStyle) {
  check({
      {"<div style='display:none'><p style='display:block'>a</p></div>b", "b", "a"},
      {"<table><td style='font-size:0'><div style='font-size:13px'>a</div>b", "a", "b"},
      {"<div style='font-size:0'><i style='font-size:2em'>a</i></div>b", "b", "a"},
      {"<p style='visibility:hidden'>a<i style='visibility:visible'>b</i>", "b", "a"},
      {"<p style='opacity:0'>a<i style='opacity:1'>b</i>", "", "ab"},
      {"<body bgcolor=#000000><p style='color:#fff'>a<table bgcolor=white><td>b", "a", "b"},
      {"<table bgcolor='336699'><td><font color='336699'>a</font>b", "b", "a"},
      {"<div style='color:#fff'>a<a href=x>b</a></div>", "b", "a"},
      {"<div style='color:#fff'>a<a href=x style='color:#ffffff'>b</a></div>", "", "ab"},
      {"<table><td background=x.png><font color=white>a", "a"},
      {"<p hidden>a</p>b<p hidden style='display:block'>c", "b\nc", "a"},
      {"<div style='background:#fff;color:#fff'>a<b style='background:#333'>b</b></div>", "b", "a"},
      {"<body style='background:#eee'><body bgcolor=white><font color=#ffffff>a", "", "a"},
      {"<datalist><option>a</datalist>b", "b", "a"},
  });
}

TEST(HtmlText, AppliesSimpleRules) {
  check({
      {"<style>.h{display:none}</style><p class='x h'>a</p>b", "b", "a"},
      {"<style>#h , i {display:none}</style><p id=h>a</p><i>b</i>c", "c", "a\nb"},
      {"<style>p.h{display:none}</style><p class=h>a</p><div class=h>b</div>", "b", "a"},
      {"<style>.h.i{display:none}</style><p class=h>a</p><p class='i h'>b", "a", "b"},
      {"<style>*{display:none}</style>a<p>b", "a", "b"},
      {"<style>div .h{display:none} .h>p,.h:hover{display:none}</style><div><p class=h>a", "a"},
      {"<style>.h{display:none}.h{display:block}</style><p class=h>a", "a"},
      {"<style>p.h{display:none}.h{display:block}</style><p class=h>a", "", "a"},
      {"<style>.h{display:none}</style><p class=h style='display:block'>a", "a"},
      {"<style>.h{display:none!important}</style><p class=h style='display:block'>a", "", "a"},
      {"<style>@media (max-width:9px){.h{display:none}}</style><p class=h>a", "a"},
      {"<style>@media screen{.h{display:none}} .i{display:none}</style><p class=h>a<p class=i>b",
       "", "a\nb"},
      {"<style>@import 'x';@charset \"}\";/* .x{ */.h{content:'}';display:none}</style><p "
       "class=h>a",
       "", "a"},
      {"<style><!-- .h{display:none} --></style><p class=h>a", "", "a"},
      {"<style media=print>.h{display:none}</style><p class=h>a", "a"},
      {"<style>.d{background:#000}</style><p class=d><font color=white>a", "a"},
      {"<style>td p{background:#000}</style><font color=white>a", "a"},
      {"<style>.h{display:none", "", ".h{display:none"},
      {"<style>}};@x;.h{display:none}</style><p class=h>a", "", "a"},
  });
}

TEST(HtmlText, HiddenTextNeitherBreaksNorLeaks) {
  check({
      {"555<i style='display:none'>9</i>-0<i style='display:none'>9</i>123",
       "555" GAP "-0" GAP "123", "9\n9"},
      {"555<i style='display:none'> </i>0123", "5550123"},
      {"555 <i style='display:none'>9</i>0123", "555 0123", "9"},
      {"555<i style='display:none'>9</i> 0123", "555 0123", "9"},
      {"555<p style='display:none'>9</p>0123", "555" GAP "0123", "9"},
      {"555<i style='font-size:0'>9</i>0123", "555" GAP "0123", "9"},
      {"555<p style='opacity:0'>9</p>0123", "555\n0123", "9"},
      {"555<div style='display:none'><br>9<p>8</div>0123", "555" GAP "0123", "9\n8"},
      {"<span style='display:none'>9</span>555", "555", "9"},
      {"<span style='display:none'><div>9</span>555", "555", "9"},
      {"<div><span style='display:none'>9</div>555", "555", "9"},
      {"<table><td style='display:none'>9<td>555</table>", "555", "9"},
      {"<table><tr style='display:none'><td>9<tr><td>555</table>", "555", "9"},
      {"<table><p hidden>9<td>555</table>", "555", "9"},
      {"<table><td hidden>9</tr>555</table>", "555", "9"},
      {"<table><h1 hidden>9<table>555", "555", "9"},
      {"<h1 hidden><p>9<h2>555", "555", "9"},
      {"<select><optgroup hidden><option>9<optgroup>555", "555", "9"},
      {"<table><td hidden>9<tr>8<td>555</table>", "8\t555", "9"},
      {"<ul><li hidden>9<ul></li>8</ul></ul>555", "555", "9\n8"},
      {"<p style='display:none'>9<p>555", "555", "9"},
      {"<p style='display:none'>9<div>555</div>", "555", "9"},
      {"<ul><li style='display:none'>9<li>555</ul>", "555", "9"},
      {"<a style='display:none'>9<a>555", "555", "9"},
      {"<div style='display:none'>9</b></p></td>8</div>555", "555", "9\n8"},
      {"<table><td><div style='display:none'>9</table>555", "555", "9"},
      {"<div style='display:none'><table><td>8</div>9</table></div>555", "555", "89"},
      {"<div style='display:none'/>9</div>555", "555", "9"},
      {"<br style='display:none'>5<hr hidden>5", "55"},
  });
}

TEST(HtmlText, GivesAttributesStreamsOfTheirOwn) {
  check({
      {"<img alt='555 0123' title='call&nbsp;us'>a",
       "a",
       "",
       {"attr=555 0123", "attr=call" NBSP "us"}},
      {"<p aria-label=a>b<input placeholder=c>", "b", "", {"attr=a", "attr=c"}},
      {"<input type=submit value=a><input value=b><input type=HIDDEN value=c>",
       "",
       "",
       {"attr=a", "attr=b"}},
      {"<meta name=Description content=a><meta property=og:title content=b><meta name=x content=c>",
       "",
       "",
       {"attr=a", "attr=b"}},
      {"<img alt=''><img alt=' '>", ""},
      {"<div hidden><img alt=a></div>", "", "", {"attr=a"}},
      {"<img src='data:image/png;base64,AAAA' alt=a>", "", "", {"attr=a"}},
      {"</p title=a>", ""},
  });
}

TEST(HtmlText, GivesCallTargets) {
  check({
      {"<a href='tel:+18885550123'>x</a>", "x", "", {"href=+18885550123"}},
      {"<area href=tel:&#43;1&#56;885550123>", "", "", {"href=+18885550123"}},
      {"<a href='te&#10;l:1'><a href=' \t TEL:2'>", "", "", {"href=1", "href=2"}},
      {"<a data-url='tel:5550123'><form action=sms:5550124>",
       "",
       "",
       {"href=5550123", "href=5550124"}},
      {"<a onclick=\"location='tel:+1 (888) 555-0123'\">", "", "", {"href=+1 (888) 555-0123"}},
      {"<a href='https://example.com/a?b=12345678'><img src=cid:5550123>", ""},
      {"<a style='x:tel:5550123' class='tel:5550123'>", ""},
  });
}

TEST(HtmlText, KeepsScalarsWhole) {
  check({{"<p title='\xD9\xA1\xD9\xA2'>\xF0\x9D\x9F\x8F<b>\xE2\x91\xA0</b>\xC3\xA9 &eacute;",
          "\xF0\x9D\x9F\x8F\xE2\x91\xA0\xC3\xA9 \xC3\xA9",
          "",
          {"attr=\xD9\xA1\xD9\xA2"}}});
  EXPECT_EQ(view_html("a\xE2\x91").visible, "a\xEF\xBF\xBD");
}

TEST(HtmlText, AnEmptyDocumentMakesNoStream) {
  StreamIds ids;
  HtmlText stage(MessageOptions{}, ids);
  TextPieces out;
  stage.push("<p> &#32; </p><!-- x -->", out);
  stage.finish(out);
  EXPECT_THAT(out.pieces, IsEmpty());
}

TEST(HtmlText, EachHtmlPartHasItsOwnStreams) {
  StreamIds ids;
  TextPieces out;
  for (const char* html : {"a", "b"}) {
    HtmlText stage(MessageOptions{}, ids);
    stage.push(html, out);
    stage.finish(out);
  }
  ASSERT_EQ(out.pieces.size(), 4u);
  EXPECT_NE(out.pieces[0].stream, out.pieces[2].stream);
}

}  // namespace
}  // namespace ringfence
