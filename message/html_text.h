// HtmlText: HTML in, cut anywhere; the text a reader sees out.
//
// Does: the tokenizer of the HTML standard (WHATWG, section 13.2.5) as far as text needs it: tags,
// attributes, comments, raw text elements, character references. Three kinds of streams: visible
// text (Place::kHtml), text hidden by style (Place::kHtmlHidden), and one stream per attribute
// value that counts: tel:, callto:, sms:, ... targets (Place::kHref), alt, title, aria-label, ...
// (kHtmlAttr). Does not: build a tree, run scripts, load style sheets, read selectors with
// combinators.
//
// What a conditional comment has for Outlook ("<!--[if mso]> ... <![endif]-->") is read as a page
// of its own: another stream of Place::kHtml that joins nothing around it, of kHtmlHidden when it
// stands in text that the style hides.
//
// White space collapses as a renderer does it. Inline elements join what they part
// ("555<b>-01</b>23"); between table cells stands '\t', between blocks and at <br> '\n'.
//
// Where hidden text with more than white space was taken out from between two visible characters
// that no space and no break parts ("555<i style=display:none>9</i>0123"), the visible stream has
// U+2063 INVISIBLE SEPARATOR: text folding drops it as any invisible character, and it tells that
// something stood there. Runs of hidden text are parted by '\n' in their own stream, which also
// gets what markup that never ends would swallow: unclosed comments, tags and raw text elements.
#pragma once

#include <memory>
#include <string_view>

#include "base/limit.h"
#include "message/message_reader.h"
#include "message/text_pieces.h"

namespace ringfence {

class HtmlText {
 public:
  /// `ids` outlives this object.
  HtmlText(const MessageOptions& options, StreamIds& ids);
  HtmlText(HtmlText&&) noexcept;
  HtmlText& operator=(HtmlText&&) noexcept;
  ~HtmlText();

  /// The next bytes: UTF-8 already (charset decoding is done before); cut anywhere, between the
  /// bytes of a scalar too. Appends to `out`; any cut gives the same text per stream.
  void push(std::string_view utf8, TextPieces& out);
  /// The end: an unfinished tag or reference is given as the standard says; streams end.
  void finish(TextPieces& out);
  /// kHtmlDepth, kHtmlTokenBytes when reached.
  LimitSet limits() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ringfence
