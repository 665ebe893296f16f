// HtmlStyleRules: the rules of <style> elements, as far as they are simple.
//
// Does: selectors of one compound of element, classes and id ("td", ".x", "#x", "p.x.y"), lists of
// them, !important, specificity; @media all and screen.
// Does not: combinators, attribute selectors, pseudo-classes, other @media. Bounded in rules and in
// what one element can cost, whatever the sheet says. Source: CSS 2.2, 5 and 6.4.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "message/html_css.h"

namespace ringfence {

class HtmlStyleRules {
 public:
  static constexpr std::size_t kRulesMax = 2000;
  static constexpr std::size_t kElementClassesMax = 16;  // classes of one element looked at
  static constexpr std::size_t kSelectorClassesMax = 2;
  static constexpr std::size_t kRulesPerKeyMax = 8;  // rules that hang on one class, id or element

  /// Adds the text of one <style> element. Linear in its size.
  void add_sheet(std::string_view css);

  struct Subject {
    std::uint64_t element = 0;  // html_hash of names; 0: none
    std::uint64_t id = 0;
    std::span<const std::uint64_t> classes;
  };
  /// What the rules say of one element, cascaded. Cost bounded by the constants above.
  StyleDeclarations match(const Subject& subject) const;

  bool empty() const { return rules_.empty(); }
  /// A rule that could not be told apart sets backgrounds: what colour text stands on is then
  /// unknown.
  bool has_unread_background() const { return unread_background_; }

 private:
  struct Selector {
    std::uint64_t element = 0;
    std::uint64_t id = 0;
    std::array<std::uint64_t, kSelectorClassesMax> classes{};
    bool operator==(const Selector&) const = default;
    bool matches(const Subject& subject) const;
    int specificity() const;
    std::uint64_t key() const;
  };
  struct Rule {
    Selector selector;
    int specificity = 0;
    StyleDeclarations declarations;
  };

  static bool parse_selector(std::string_view text, Selector& selector);
  void add_rule(std::string_view selectors, std::string_view body);
  void add(const Selector& selector, const StyleDeclarations& declarations);

  std::vector<Rule> rules_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> by_key_;
  bool unread_background_ = false;
};

}  // namespace ringfence
