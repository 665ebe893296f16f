#include "message/html_open_elements.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace ringfence {
namespace {

constexpr int kSameColorDistance = 8;  // per channel; nobody reads #f8f8f8 on white

bool same_color(std::int32_t a, std::int32_t b) {
  if (a < 0 || b < 0) return false;
  for (const int shift : {16, 8, 0}) {
    if (std::abs((a >> shift & 255) - (b >> shift & 255)) > kSameColorDistance) return false;
  }
  return true;
}

bool holds(const StyleProps& props, unsigned bits) { return (props.on & bits) != 0; }
bool speaks_of(const StyleProps& props, unsigned bits) { return (props.set & bits) != 0; }

Break edge_of(const ElementInfo& element, Display display) {
  switch (display) {
    case Display::kBlock:
      return Break::kNewline;
    case Display::kCell:
      return Break::kTab;
    case Display::kInline:
    case Display::kInlineBlock:
      return Break::kNone;
    default:
      return element.edge;
  }
}

// Elements that are often left open: counting them would count too far.
bool may_lack_end(Element id) {
  switch (id) {
    case Element::kP:
    case Element::kLi:
    case Element::kDd:
    case Element::kOption:
    case Element::kOptgroup:
    case Element::kCell:
    case Element::kRow:
    case Element::kRowGroup:
      return true;
    default:
      return false;
  }
}

bool is_table_part(Element id) {
  return id == Element::kCell || id == Element::kRow || id == Element::kRowGroup ||
         id == Element::kCaption;
}

// Height and width mean nothing to inline boxes, and are minima to table parts.
bool clips_to_nothing(const ElementInfo& element, const StyleProps& props) {
  if (!holds(props, kClipsOverflow)) return false;
  if (is_table_part(element.id) || element.id == Element::kTable) return false;
  const bool is_inline = props.display == Display::kInline ||
                         (props.display == Display::kUnset && element.edge == Break::kNone);
  if (is_inline && !holds(props, kPositioned)) return false;
  return holds(props, kNoHeight | kNoHeightMax | kNoWidth | kNoWidthMax);
}

}  // namespace

HtmlTextStyle derive_text_style(const HtmlTextStyle& parent, const ElementInfo& element,
                                const StyleProps& props, std::int32_t page) {
  HtmlTextStyle style = parent;
  style.edge = edge_of(element, props.display);
  style.no_box =
      parent.no_box || props.display == Display::kNone || (element.flags & kFlagHidden) != 0;
  style.gone = parent.gone || holds(props, kNoOpacity | kMarginOff | kClipped | kScaledAway) ||
               (holds(props, kPositioned) && holds(props, kFarOff)) ||
               clips_to_nothing(element, props);
  if (speaks_of(props, kInvisible)) style.invisible = holds(props, kInvisible);
  if (speaks_of(props, kTinyFont)) style.tiny = holds(props, kTinyFont);
  if (speaks_of(props, kIndentOff)) style.indented = holds(props, kIndentOff);
  if (speaks_of(props, kWhiteSpaceSet)) style.white_space = props.white_space;
  // unicode-bidi is not inherited; within an override the direction may change.
  if (holds(props, kBidiOverride)) style.reversed = holds(props, kRightToLeft);
  if (props.color != kColorUnset) style.color = props.color;
  if (props.background != kColorUnset && props.background != kColorTransparent) {
    style.background = props.background;
  }
  if (holds(props, kBackgroundImage)) style.background = kColorUnknown;
  const std::int32_t below = style.background == kColorUnset ? page : style.background;
  style.camouflaged = style.color == kColorTransparent || same_color(style.color, below);
  return style;
}

HtmlOpenElements::HtmlOpenElements(int depth_max)
    : depth_max_(static_cast<std::size_t>(std::max(depth_max, 1))), ids_(1, 0), styles_(1) {}

bool HtmlOpenElements::push(const ElementInfo& element, const HtmlTextStyle& style) {
  if (ids_.size() > depth_max_) {
    if (!may_lack_end(element.id)) ++excess_;
    return false;
  }
  if ((element.flags & kFlagScope) != 0) scopes_.push_back(ids_.size());
  if (element.id == Element::kTable) tables_.push_back(ids_.size());
  ids_.push_back(static_cast<std::uint8_t>(element.id));
  styles_.push_back(style);
  return true;
}

void HtmlOpenElements::pop() {
  ids_.pop_back();
  styles_.pop_back();
  if (!scopes_.empty() && scopes_.back() == ids_.size()) scopes_.pop_back();
  if (!tables_.empty() && tables_.back() == ids_.size()) tables_.pop_back();
}

bool HtmlOpenElements::take_excess(Element id) {
  if (excess_ == 0) return false;
  if (!may_lack_end(id)) --excess_;
  return true;
}

std::size_t HtmlOpenElements::find_from(Element id, std::size_t first) const {
  const void* at = memrchr(ids_.data() + first, static_cast<int>(id), ids_.size() - first);
  return at == nullptr
             ? kNotOpen
             : static_cast<std::size_t>(static_cast<const std::uint8_t*>(at) - ids_.data());
}

std::size_t HtmlOpenElements::find(Element id) const {
  return find_from(id, scopes_.empty() ? 1 : scopes_.back());
}

std::size_t HtmlOpenElements::find_in_table(Element id) const {
  return find_from(id, tables_.empty() ? 1 : tables_.back());
}

std::size_t HtmlOpenElements::ended_by(Element id) const {
  if (id == Element::kRow || id == Element::kRowGroup) {
    // Rows and row groups may be implied by what stands in them.
    const std::size_t group = id == Element::kRowGroup ? find_in_table(id) : kNotOpen;
    if (group != kNotOpen) return group;
    const std::size_t row = find_in_table(Element::kRow);
    return row != kNotOpen ? row : find_in_table(Element::kCell);
  }
  if (is_table_part(id) || id == Element::kTable) return find_in_table(id);
  const std::size_t position = find(id);
  const bool beyond_list = id == Element::kLi && position < find(Element::kList);
  return beyond_list ? kNotOpen : position;
}

bool HtmlOpenElements::ignores(Element start) const {
  return tables_.empty() && is_table_part(start);
}

std::size_t HtmlOpenElements::implied_end(const ElementInfo& start) const {
  std::size_t end = size();
  const auto closes = [&](std::size_t position) {
    if (position != kNotOpen) end = std::min(end, position);
  };
  const auto is_at = [&](std::size_t position, Element id) {
    return ids_[position] == static_cast<std::uint8_t>(id);
  };
  // "Clear the stack back to a table context" (13.2.6.4.9 and on).
  const auto clears_to = [&](std::initializer_list<Element> contexts) {
    std::size_t context = 0;
    for (const Element id : contexts) context = std::max(context, find_in_table(id));
    closes(context + 1);
  };
  const auto closes_unless_in = [&](Element id, Element list) {
    const std::size_t position = find(id);
    if (position > find(list)) closes(position);
  };
  switch (start.id) {
    case Element::kLi:
      closes_unless_in(Element::kLi, Element::kList);
      break;
    case Element::kDd:
      closes_unless_in(Element::kDd, Element::kDl);
      break;
    case Element::kOption:
      if (is_at(size() - 1, Element::kOption)) closes(size() - 1);
      break;
    case Element::kOptgroup:
      if (is_at(size() - 1, Element::kOption)) closes(size() - 1);
      if (is_at(end - 1, Element::kOptgroup)) closes(end - 1);
      break;
    case Element::kA:
    case Element::kButton:
      closes(find(start.id));
      break;
    case Element::kCell:
      clears_to({Element::kRow, Element::kRowGroup, Element::kTable});
      break;
    case Element::kRow:
      clears_to({Element::kRowGroup, Element::kTable});
      break;
    case Element::kRowGroup:
    case Element::kCaption:
      clears_to({Element::kTable});
      break;
    case Element::kTable:
      // Unless in a cell: there a table nests.
      if (!scopes_.empty() && !tables_.empty() && scopes_.back() == tables_.back()) {
        closes(tables_.back());
      }
      break;
    default:
      break;
  }
  if ((start.flags & kFlagClosesP) != 0) closes(find(Element::kP));
  if (start.id == Element::kHeading && is_at(end - 1, Element::kHeading)) closes(end - 1);
  return end;
}

}  // namespace ringfence
