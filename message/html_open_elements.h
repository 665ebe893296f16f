// HtmlOpenElements: the stack of open elements, each with the style its text has.
//
// Does: scopes, and the ends that start tags imply, as far as style and line breaks depend on them
// (WHATWG HTML, 13.2.4.2 and 13.2.6.4.7-15). Does not: build a tree, reconstruct formatting
// elements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "message/html_css.h"
#include "message/html_elements.h"

namespace ringfence {

/// What an element's text inherits or gets of its own.
struct HtmlTextStyle {
  bool no_box = false;       // display: none, here or above
  bool gone = false;         // out of sight for good: opacity, clipping, place
  bool invisible = false;    // visibility; an element within may show again
  bool tiny = false;         // font-size; an element within may have a larger one
  bool indented = false;     // text-indent far outside
  bool reversed = false;     // shown from right to left, digits too
  bool camouflaged = false;  // the colour of what it stands on
  WhiteSpace white_space = WhiteSpace::kCollapse;
  Break edge = Break::kNone;
  std::int32_t color = kColorUnset;
  std::int32_t background = kColorUnset;  // of the nearest that sets one

  bool hidden() const { return no_box || gone || invisible || tiny || indented || camouflaged; }
};

/// The style of an element with `props` within `parent`. `page` is the colour below everything.
HtmlTextStyle derive_text_style(const HtmlTextStyle& parent, const ElementInfo& element,
                                const StyleProps& props, std::int32_t page);

class HtmlOpenElements {
 public:
  static constexpr std::size_t kNotOpen = 0;

  explicit HtmlOpenElements(int depth_max);

  const HtmlTextStyle& style() const { return styles_.back(); }
  HtmlTextStyle& style() { return styles_.back(); }
  /// Height of the stack; an element is named by its position, which is 1 or more.
  std::size_t size() const { return ids_.size(); }

  /// False when the stack is full: the element is then only counted.
  bool push(const ElementInfo& element, const HtmlTextStyle& style);
  void pop();
  /// True when an end tag of `id` belongs to an element that was only counted.
  bool take_excess(Element id);

  /// True when an element of `id` is open within the innermost table cell or similar.
  bool in_scope(Element id) const { return find(id) != kNotOpen; }
  /// Position of the element that an end tag of `id` ends, kNotOpen if there is none.
  std::size_t ended_by(Element id) const;
  /// Table parts mean nothing outside tables.
  bool ignores(Element start) const;
  /// Position from which on `start`, about to open, ends what is open; size() if nothing.
  std::size_t implied_end(const ElementInfo& start) const;

 private:
  // Nearest in scope, nearest within the innermost table, nearest from a position on.
  std::size_t find(Element id) const;
  std::size_t find_in_table(Element id) const;
  std::size_t find_from(Element id, std::size_t first) const;

  std::size_t depth_max_;
  std::size_t excess_ = 0;
  std::vector<std::uint8_t> ids_;  // [0] stands for the page
  std::vector<HtmlTextStyle> styles_;
  std::vector<std::size_t> scopes_;  // positions of elements that bound scopes
  std::vector<std::size_t> tables_;
};

}  // namespace ringfence
