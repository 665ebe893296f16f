// The elements of HTML as far as their text needs telling apart.
//
// Source: WHATWG HTML, 13.2.6 (tree construction: scopes, implied ends), 15.3 (rendering: display).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/text.h"

namespace ringfence {

/// FNV-1a over the ASCII lower case of a name: how names of elements, attributes, classes and style
/// properties are compared. A collision can only do what writing the other name would do.
constexpr std::uint64_t kHtmlHashSeed = 14695981039346656037ull;
constexpr std::uint64_t html_hash(std::string_view name, std::uint64_t hash = kHtmlHashSeed) {
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(ascii_lower(c))) * 1099511628211ull;
  }
  return hash;
}

/// Elements the stages ask for by name; all others are kOther + 7 bits of their hash.
// clang-format off
enum class Element : std::uint8_t {
  kPage, kA, kBdo, kBody, kBr, kButton, kCaption, kCell, kDd, kDl, kFont, kHead, kHeading, kHidden, kHr,
  kHtml, kImg, kInput, kLi, kList, kMark, kMeta, kObject, kOptgroup, kOption, kP, kPlaintext, kPre,
  kRawText, kRow, kRowGroup, kScript, kSelect, kStyle, kSvg, kTable, kTemplate, kTextarea, kTitle,
  kVoid, kXmp,
  kBlock = 64,   // + a number of its own for each block element that is no more than that
  kOther = 128,
};
// clang-format on

/// How an element parts the text around it.
enum class Break : std::uint8_t { kNone, kSpace, kTab, kNewline };

enum ElementFlag : std::uint8_t {
  kFlagVoid = 1,     // has no content
  kFlagClosesP = 2,  // its start tag ends an open <p>
  kFlagScope = 4,    // end tags of ordinary elements do not reach over it (13.2.4.2)
  kFlagHidden = 8,   // display: none by itself
};

struct ElementInfo {
  Element id = Element::kOther;
  Break edge = Break::kNone;  // at its start and its end
  std::uint8_t flags = 0;
};

/// `hash` is html_hash of the name.
ElementInfo element_info(std::uint64_t hash);

}  // namespace ringfence
