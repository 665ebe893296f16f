#include "message/html_css.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "message/html_elements.h"

namespace ringfence {
namespace {

constexpr double kFarPixels = -500;  // lengths below it put text outside any window

struct Length {
  double value = 0;
  std::string_view unit;
  bool valid = false;
};

Length parse_length(std::string_view text) {
  Length length;
  std::size_t at = 0;
  double sign = 1;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) sign = text[at++] == '-' ? -1 : 1;
  double scale = 1;
  bool fraction = false;
  for (; at < text.size() && (is_ascii_digit(text[at]) || (text[at] == '.' && !fraction)); ++at) {
    if (text[at] == '.') {
      fraction = true;
      continue;
    }
    length.valid = true;
    if (scale > 1e6 || length.value > 1e12) continue;  // precise and large enough
    length.value = length.value * 10 + (text[at] - '0');
    if (fraction) scale *= 10;
  }
  length.value = sign * length.value / scale;
  length.unit = trim(text.substr(at));
  return length;
}

bool is_relative(std::string_view unit) {
  return iequals(unit, "em") || iequals(unit, "%") || iequals(unit, "ex") || iequals(unit, "ch");
}

// At most one pixel.
bool is_nothing(const Length& length) {
  if (!length.valid || length.value < 0) return false;
  if (length.value == 0) return true;
  if (iequals(length.unit, "px") || iequals(length.unit, "pt") || length.unit.empty()) {
    return length.value <= 1;
  }
  if (length.unit == "%") return length.value <= 6;
  return (is_relative(length.unit) || iequals(length.unit, "rem")) && length.value <= 0.06;
}

bool is_far_off(const Length& length) {
  if (!length.valid) return false;
  if (length.unit == "%") return length.value <= -100;
  if (iequals(length.unit, "em") || iequals(length.unit, "rem")) return length.value <= -40;
  if (iequals(length.unit, "vw") || iequals(length.unit, "vh")) return length.value <= -100;
  return length.value <= kFarPixels;
}

void put(StyleProps& props, StyleBit bit, bool on) {
  props.set |= bit;
  props.on = on ? props.on | bit : props.on & ~bit;
}

std::string_view next_word(std::string_view& text) {
  text = trim(text);
  std::size_t at = 0;
  int depth = 0;  // "rgb(1, 2, 3)" is one word
  while (at < text.size() && (depth > 0 || !is_ascii_space(text[at]))) {
    if (text[at] == '(') ++depth;
    if (text[at] == ')' && depth > 0) --depth;
    ++at;
  }
  const std::string_view word = text.substr(0, at);
  text.remove_prefix(at);
  return word;
}

bool icontains(std::string_view text, std::string_view part) {
  for (std::size_t at = 0; at + part.size() <= text.size(); ++at) {
    if (istarts_with(text.substr(at), part)) return true;
  }
  return false;
}

bool shows_image(std::string_view value) {
  return icontains(value, "url(") || icontains(value, "gradient(");
}

void set_background(StyleProps& props, std::string_view value) {
  put(props, kBackgroundImage, shows_image(value));
  props.background = kColorTransparent;
  for (std::string_view rest = value; !trim(rest).empty();) {
    const std::int32_t color = parse_color(next_word(rest));
    if (color != kColorUnset) props.background = color;
  }
}

void set_display(StyleProps& props, std::string_view value) {
  switch (html_hash(value)) {
    case html_hash("none"):
      props.display = Display::kNone;
      break;
    case html_hash("inline"):
    case html_hash("contents"):
    case html_hash("initial"):
      props.display = Display::kInline;
      break;
    case html_hash("inline-block"):
    case html_hash("inline-flex"):
    case html_hash("inline-grid"):
    case html_hash("inline-table"):
      props.display = Display::kInlineBlock;
      break;
    case html_hash("block"):
    case html_hash("flow-root"):
    case html_hash("flex"):
    case html_hash("grid"):
    case html_hash("list-item"):
    case html_hash("table"):
    case html_hash("table-row"):
    case html_hash("table-row-group"):
    case html_hash("table-header-group"):
    case html_hash("table-footer-group"):
    case html_hash("table-caption"):
    case html_hash("-webkit-box"):
      props.display = Display::kBlock;
      break;
    case html_hash("table-cell"):
      props.display = Display::kCell;
      break;
    default:
      break;
  }
}

void set_white_space(StyleProps& props, std::string_view value) {
  switch (html_hash(value)) {
    case html_hash("pre"):
    case html_hash("pre-wrap"):
    case html_hash("break-spaces"):
      props.white_space = WhiteSpace::kPreserve;
      break;
    case html_hash("pre-line"):
      props.white_space = WhiteSpace::kPreserveBreaks;
      break;
    case html_hash("normal"):
    case html_hash("nowrap"):
    case html_hash("initial"):
      props.white_space = WhiteSpace::kCollapse;
      break;
    default:
      return;
  }
  put(props, kWhiteSpaceSet, true);
}

void set_font_size(StyleProps& props, std::string_view value) {
  const Length length = parse_length(value);
  if (is_nothing(length)) {
    put(props, kTinyFont, true);
  } else if (length.valid && length.value > 0 && !is_relative(length.unit)) {
    put(props, kTinyFont, false);
  } else if (!length.valid && !iequals(value, "inherit") && !iequals(value, "smaller") &&
             !iequals(value, "larger")) {
    put(props, kTinyFont, false);  // "medium", "x-large"
  }
}

// "font: bold 12px/1.5 Arial": the first length is the size.
void set_font(StyleProps& props, std::string_view value) {
  while (!trim(value).empty()) {
    std::string_view word = next_word(value);
    word = word.substr(0, word.find('/'));
    const Length length = parse_length(word);
    if (!length.valid || (length.unit.empty() && length.value >= 100)) continue;  // a weight
    set_font_size(props, word);
    return;
  }
}

bool is_clipped_away(std::string_view value) {
  if (istarts_with(value, "inset(")) {
    const Length length = parse_length(trim(value.substr(6, value.find(')') - 6)));
    return length.valid && istarts_with(length.unit, "%") && length.value >= 50;
  }
  if (istarts_with(value, "circle(")) return parse_length(trim(value.substr(7))).value == 0;
  if (!istarts_with(value, "rect(")) return false;
  double edges[4] = {0, 0, 0, 0};  // top, right, bottom, left
  std::string_view rest = value.substr(5, value.find(')') - 5);
  for (double& edge : edges) {
    const std::size_t cut = std::min(rest.find_first_of(", ", 1), rest.size());
    const Length length = parse_length(trim(rest.substr(0, cut)));
    if (!length.valid) return false;  // auto
    edge = length.value;
    rest.remove_prefix(cut);
    while (!rest.empty() && (rest.front() == ',' || rest.front() == ' ')) rest.remove_prefix(1);
    if (rest.empty()) break;
  }
  return edges[1] - edges[3] <= 1 || edges[2] - edges[0] <= 1;
}

void set_margin(StyleProps& props, std::string_view value) {
  bool far = false;
  while (!trim(value).empty()) far = is_far_off(parse_length(next_word(value))) || far;
  put(props, kMarginOff, far);
}

void set_color(StyleProps& props, std::string_view value) {
  const std::int32_t color = parse_color(value);
  if (color != kColorUnset) props.color = color;
}

// False when the property is none of those that put text out of sight by size or place.
bool declare_geometry(StyleProps& props, std::uint64_t property, std::string_view value) {
  switch (property) {
    case html_hash("height"):
      put(props, kNoHeight, is_nothing(parse_length(value)));
      return true;
    case html_hash("max-height"):
      put(props, kNoHeightMax, is_nothing(parse_length(value)));
      return true;
    case html_hash("width"):
      put(props, kNoWidth, is_nothing(parse_length(value)));
      return true;
    case html_hash("max-width"):
      put(props, kNoWidthMax, is_nothing(parse_length(value)));
      return true;
    case html_hash("position"):
      put(props, kPositioned, iequals(value, "absolute") || iequals(value, "fixed"));
      return true;
    case html_hash("left"):
    case html_hash("top"):
      if (is_far_off(parse_length(value))) put(props, kFarOff, true);
      return true;
    case html_hash("margin"):
    case html_hash("margin-left"):
    case html_hash("margin-top"):
      set_margin(props, value);
      return true;
    case html_hash("unicode-bidi"):
      put(props, kBidiOverride,
          iequals(value, "bidi-override") || iequals(value, "isolate-override"));
      return true;
    case html_hash("direction"):
      put(props, kRightToLeft, iequals(value, "rtl"));
      return true;
    case html_hash("text-indent"):
      put(props, kIndentOff, is_far_off(parse_length(value)));
      return true;
    case html_hash("clip"):
    case html_hash("clip-path"):
      put(props, kClipped, is_clipped_away(value));
      return true;
    case html_hash("transform"):
      put(props, kScaledAway,
          istarts_with(value, "scale(") && parse_length(trim(value.substr(6))).valid &&
              parse_length(trim(value.substr(6))).value == 0);
      return true;
    default:
      return false;
  }
}

void declare(StyleProps& props, std::uint64_t property, std::string_view value) {
  switch (property) {
    case html_hash("display"):
      set_display(props, value);
      break;
    case html_hash("visibility"):
      put(props, kInvisible, iequals(value, "hidden") || iequals(value, "collapse"));
      break;
    case html_hash("opacity"): {
      const Length length = parse_length(value);
      if (length.valid) put(props, kNoOpacity, length.value <= (length.unit == "%" ? 2 : 0.02));
      break;
    }
    case html_hash("font-size"):
      set_font_size(props, value);
      break;
    case html_hash("font"):
      set_font(props, value);
      break;
    case html_hash("color"):
      set_color(props, value);
      break;
    case html_hash("background-color"):
      if (const std::int32_t color = parse_color(value); color != kColorUnset) {
        props.background = color;
      }
      break;
    case html_hash("background"):
      set_background(props, value);
      break;
    case html_hash("background-image"):
      put(props, kBackgroundImage, shows_image(value));
      break;
    case html_hash("white-space"):
      set_white_space(props, value);
      break;
    case html_hash("overflow"):
    case html_hash("overflow-x"):
    case html_hash("overflow-y"):
      put(props, kClipsOverflow, iequals(value, "hidden") || iequals(value, "clip"));
      break;
    default:
      declare_geometry(props, property, value);
  }
}

// "a: url(x;y); b: c": where this declaration ends. A quote or bracket that is never closed counts
// for nothing, and sets `unclosed`, so that no later one is looked for again.
std::size_t declaration_end(std::string_view text, bool& unclosed) {
  std::size_t odd = 0;
  while (odd < text.size() && text[odd] != ';' && text[odd] != '(' && text[odd] != '"' &&
         text[odd] != '\'') {
    ++odd;
  }
  if (odd == text.size() || text[odd] == ';') return odd;
  const std::size_t plain = std::min(text.find(';', odd), text.size());
  if (unclosed) return plain;
  char quote = 0;
  int depth = 0;
  for (std::size_t at = odd; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      depth -= depth > 0 ? 1 : 0;
    } else if (c == ';' && depth == 0) {
      return at;
    }
  }
  unclosed = quote != 0 || depth > 0;
  return unclosed ? plain : text.size();
}

std::string without_comments(std::string_view text) {
  std::string clean;
  for (std::size_t at = text.find("/*"); at != std::string_view::npos; at = text.find("/*")) {
    clean.append(text.substr(0, at));
    const std::size_t end = text.find("*/", at + 2);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 2);
  }
  clean.append(text);
  return clean;
}

}  // namespace

void StyleProps::override_with(const StyleProps& higher) {
  on = (on & ~higher.set) | higher.on;
  set |= higher.set;
  if (higher.display != Display::kUnset) display = higher.display;
  if ((higher.set & kWhiteSpaceSet) != 0) white_space = higher.white_space;
  if (higher.color != kColorUnset) color = higher.color;
  if (higher.background != kColorUnset) background = higher.background;
}

StyleDeclarations parse_style_declarations(std::string_view text) {
  StyleDeclarations result;
  std::string clean;
  if (text.find("/*") != std::string_view::npos) {
    clean = without_comments(text);
    text = clean;
  }
  bool unclosed = false;
  while (!text.empty()) {
    const std::size_t end = declaration_end(text, unclosed);
    const std::string_view one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t colon = one.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view value = trim(one.substr(colon + 1));
    bool important = false;
    if (const std::size_t bang = value.rfind('!'); bang != std::string_view::npos) {
      important = iequals(trim(value.substr(bang + 1)), "important");
      value = trim(value.substr(0, bang));
    }
    declare(important ? result.important : result.normal, html_hash(trim(one.substr(0, colon))),
            value);
  }
  return result;
}

}  // namespace ringfence
