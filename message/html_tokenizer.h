// HtmlTokenizer: HTML in, cut anywhere; text runs and tags out.
//
// Does: WHATWG HTML 13.2.5: tags, attributes, comments (and all that counts as one), raw text
// elements, character references. Holds one tag at most; what does not fit is handed on as excess,
// and markup that never ends is handed on at the end, so that nothing is swallowed silently. Does
// not: scripts' double escaping (13.2.5.27 and on): text after it counts as text; CDATA in SVG.
// Does not know: what a tag means beyond how the tokens after it are read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "message/html_comment.h"
#include "message/html_elements.h"
#include "message/html_entities.h"
#include "message/html_tokens.h"

namespace ringfence {

class HtmlTokenizer {
 public:
  /// At most about `token_bytes_max` bytes of one tag or comment are held.
  explicit HtmlTokenizer(std::size_t token_bytes_max)
      : token_bytes_max_(token_bytes_max), comment_(token_bytes_max) {}

  void push(std::string_view bytes, HtmlTokenHandler& handler);
  void finish(HtmlTokenHandler& handler);
  /// True in the text of a raw text element (style, script, title, ...) whose end tag has not come.
  bool in_raw_text() const { return content_ != HtmlContent::kData; }

 private:
  enum class State : std::uint8_t {
    kText,
    kReference,
    kRawLess,
    kRawSlash,
    kRawName,
    kTagOpen,
    kEndTagOpen,
    kTagName,
    kBeforeName,
    kName,
    kAfterName,
    kBeforeValue,
    kValueDouble,
    kValueSingle,
    kValueUnquoted,
    kAfterValue,
    kSelfClosing,
    kComment,
  };
  using Cursor = const char*;

  Cursor step_text(Cursor p, Cursor end, HtmlTokenHandler& handler);
  Cursor step_reference(Cursor p, Cursor end, HtmlTokenHandler& handler);
  Cursor step_raw(Cursor p, Cursor end, HtmlTokenHandler& handler);
  Cursor step_open(Cursor p, HtmlTokenHandler& handler);
  Cursor step_tag_name(Cursor p, Cursor end, HtmlTokenHandler& handler);
  Cursor step_attribute(Cursor p, Cursor end, HtmlTokenHandler& handler);
  Cursor step_before_value(Cursor p, HtmlTokenHandler& handler);
  Cursor step_value(Cursor p, Cursor end, HtmlTokenHandler& handler);

  void begin_tag(bool is_end);
  void begin_attribute(HtmlTokenHandler& handler);
  void end_name(char delimiter, HtmlTokenHandler& handler);
  void emit_tag(HtmlTokenHandler& handler);
  void resolve_reference(HtmlTokenHandler& handler);
  void store(std::string_view run, HtmlTokenHandler& handler);
  void store_value(std::string_view run, HtmlTokenHandler& handler);

  std::size_t token_bytes_max_;
  State state_ = State::kText;
  HtmlContent content_ = HtmlContent::kData;
  std::uint64_t raw_name_ = 0;  // the element whose end tag ends the raw text
  std::string held_;            // "</sty" of what may be that end tag
  HtmlReferenceCollector reference_;
  HtmlComment comment_;
  HtmlTag tag_;
  std::size_t mark_ = 0;         // where in tag_.bytes the current name or value begins
  std::uint64_t name_hash_ = 0;  // of the attribute name under way
  bool full_ = false;            // the tag outgrew token_bytes_max_
  bool skip_value_ = false;      // the rest of a data: URL
};

}  // namespace ringfence
