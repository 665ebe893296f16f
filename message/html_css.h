// Style declarations as far as they decide whether and how text shows.
//
// Does: "property: value; ..." of style attributes and rules; lengths, colours, !important.
// Does not: var(), calc(), escapes in names, units that depend on the screen.
// Source: CSS 2.2, CSS Color 4.
#pragma once

#include <cstdint>
#include <string_view>

#include "message/html_sink.h"

namespace ringfence {

enum class Display : std::uint8_t { kUnset, kNone, kInline, kInlineBlock, kBlock, kCell };

/// A colour is 0xRRGGBB, or one of these.
constexpr std::int32_t kColorUnset = -1;
constexpr std::int32_t kColorTransparent = -2;
constexpr std::int32_t kColorUnknown = -3;

enum StyleBit : std::uint32_t {
  kInvisible = 1 << 0,  // visibility
  kTinyFont = 1 << 1,   // font-size of at most one pixel
  kNoOpacity = 1 << 2,
  kClipsOverflow = 1 << 3,  // overflow
  kNoHeight = 1 << 4,       // height of at most one pixel
  kNoHeightMax = 1 << 5,
  kNoWidth = 1 << 6,
  kNoWidthMax = 1 << 7,
  kPositioned = 1 << 8,   // position: absolute or fixed
  kFarOff = 1 << 9,       // left or top, far outside
  kMarginOff = 1 << 10,   // margin, far outside
  kIndentOff = 1 << 11,   // text-indent, far outside
  kClipped = 1 << 12,     // clip, clip-path: nothing left
  kScaledAway = 1 << 13,  // transform: scale(0)
  kBackgroundImage = 1 << 14,
  kWhiteSpaceSet = 1 << 15,
  kBidiOverride = 1 << 16,  // unicode-bidi
  kRightToLeft = 1 << 17,   // direction
};

/// Declared values, cascaded.
struct StyleProps {
  std::uint32_t set = 0;  // StyleBits a declaration spoke about
  std::uint32_t on = 0;   // and which hold
  Display display = Display::kUnset;
  WhiteSpace white_space = WhiteSpace::kCollapse;  // with kWhiteSpaceSet
  std::int32_t color = kColorUnset;
  std::int32_t background = kColorUnset;

  /// Declarations of higher rank.
  void override_with(const StyleProps& higher);
};

struct StyleDeclarations {
  StyleProps normal;
  StyleProps important;
};

/// Malformed declarations are passed over.
StyleDeclarations parse_style_declarations(std::string_view text);

/// "#fff", "#ffffff", "rgb(1, 2, 3)", "rgba(...)", names. kColorUnset for what is none of these or
/// keeps what is inherited, kColorUnknown for what cannot be told (hsl(), var()).
std::int32_t parse_color(std::string_view text);
/// The same for the attributes bgcolor, color and text, where "ffffff" may stand without '#'.
std::int32_t parse_legacy_color(std::string_view text);
/// 0xRRGGBB by name, or kColorUnset.
std::int32_t named_color(std::string_view name);

}  // namespace ringfence
