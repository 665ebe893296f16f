// Character references of HTML: "&amp;", "&#43;", "&#x2B;".
//
// Does: WHATWG HTML 13.2.5.72-80: all names of HTML5, the legacy ones without semicolon, numeric
// ones with the windows-1252 remapping of 128-159. Does not: stream. ReferenceCollector gathers
// what a cut may part.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ringfence {

/// Decodes the reference `text` begins with (its first byte is '&') and appends its scalars to
/// `out`. Gives the bytes taken, 0 when no reference stands there. `attribute`: the rule for
/// attribute values, by which "&copy=1" stays as written.
std::size_t decode_html_reference(std::string_view text, bool attribute, std::string& out);

/// Appends an attribute value with its references decoded.
void decode_html_attribute(std::string_view raw, std::string& out);

/// One reference in text, gathered byte by byte, in bounded memory however many digits it has.
class HtmlReferenceCollector {
 public:
  void begin() { bytes_.assign(1, '&'); }
  /// True when `c` was taken; false when the reference ended before it.
  bool take(char c);
  /// True when the last byte taken was the closing semicolon.
  bool complete() const { return bytes_.size() > 1 && bytes_.back() == ';'; }
  std::string_view bytes() const { return bytes_; }

 private:
  bool take_digit(char c, std::size_t digits_begin);

  std::string bytes_;
};

}  // namespace ringfence
