// HtmlAttributes: what the attributes of one start tag say.
//
// Does: gives each value that people see or call to a stream of its own; keeps what decides on
// style. Does not: apply style rules (html_style_rules.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "message/html_css.h"
#include "message/html_elements.h"
#include "message/html_tokens.h"
#include "message/text_pieces.h"

namespace ringfence {

class HtmlAttributes {
 public:
  /// Reads the tag and appends the streams its values make; of two attributes of one name the first
  /// that has a value counts.
  void read(const HtmlTag& tag, const ElementInfo& element, StreamIds& ids, TextPieces& out);

  // References decoded; empty when the attribute is missing.
  const std::string& style() const { return style_; }
  const std::string& classes() const { return classes_; }
  const std::string& id() const { return id_; }
  const std::string& media() const { return media_; }

  /// Style by the element itself and by presentational attributes (WHATWG HTML, 15.3).
  StyleProps own_style(const ElementInfo& element) const;

 private:
  /// A stream of its own for one value.
  struct Giver {
    StreamIds& ids;
    TextPieces& out;
    void give(Place place, std::string_view text) const;
  };

  void clear();
  void keep(std::string& to, std::string_view value);
  /// False when the value is to be looked at as a link.
  bool keep_for_style(std::uint64_t name, std::string_view value);
  void keep_for_pairs(std::uint64_t name, std::string_view value);
  void give_pairs(const ElementInfo& element, const Giver& giver) const;

  std::string style_, classes_, id_, media_, color_, background_color_;
  std::string name_, type_, content_, value_, direction_;
  std::string decoded_;
  bool hidden_ = false;
  bool href_ = false;
  bool background_image_ = false;
};

}  // namespace ringfence
