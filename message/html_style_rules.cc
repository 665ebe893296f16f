#include "message/html_style_rules.h"

#include <algorithm>

#include "base/text.h"
#include "message/html_elements.h"

namespace ringfence {
namespace {

// Names of elements, classes and ids are looked up in one table: salted apart.
constexpr std::uint64_t kClassSalt = 0x9e3779b97f4a7c15ull;
constexpr std::uint64_t kIdSalt = 0xc2b2ae3d27d4eb4full;
constexpr std::uint64_t kAnyElement = 0;
constexpr std::size_t kMatchesMax = 64;

bool is_name_byte(char c) {
  return is_ascii_alnum(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// Position after the quoted string that begins at `at`.
std::size_t skip_string(std::string_view css, std::size_t at) {
  const std::size_t end = std::min(css.find(css[at], at + 1), css.size() - 1);
  const std::size_t line = css.substr(0, end).find('\n', at + 1);  // ends it too (CSS 2.2, 4.2)
  return std::min(end, line) + 1;
}

// Position after the comment or string at `at`, or `at` itself when neither stands there.
std::size_t skip_inert(std::string_view css, std::size_t at) {
  if (css[at] == '"' || css[at] == '\'') return skip_string(css, at);
  if (css.substr(at, 2) == "/*") {
    const std::size_t end = css.find("*/", at + 2);
    return end == std::string_view::npos ? css.size() : end + 2;
  }
  return at;
}

// The first `stop` or `other` from `at` on, outside comments and strings; css.size() if there is
// none.
std::size_t find_outside(std::string_view css, std::size_t at, char stop, char other) {
  while (at < css.size() && css[at] != stop && css[at] != other) {
    const bool inert = css[at] == '"' || css[at] == '\'' || css[at] == '/';
    const std::size_t after = inert ? skip_inert(css, at) : at;
    at = after == at ? at + 1 : after;
  }
  return at;
}

// Position after the '}' that closes the '{' before `at`.
std::size_t skip_block(std::string_view css, std::size_t at) {
  for (int depth = 1; at < css.size() && depth > 0;) {
    at = find_outside(css, at, '{', '}');
    if (at == css.size()) break;
    depth += css[at++] == '{' ? 1 : -1;
  }
  return at;
}

// "@media screen", "@media all", "@media only screen": what every reader's screen gets.
bool applies_everywhere(std::string_view prelude) {
  if (!istarts_with(prelude, "@media")) return false;
  std::string_view query = trim(prelude.substr(6));
  if (istarts_with(query, "only ")) query = trim(query.substr(5));
  return query.empty() || iequals(query, "all") || iequals(query, "screen");
}

bool sets_background(const StyleProps& props) {
  return props.background != kColorUnset || (props.on & kBackgroundImage) != 0;
}

}  // namespace

void HtmlStyleRules::add_sheet(std::string_view css) {
  std::size_t at = 0;
  while (at < css.size()) {
    if (is_ascii_space(css[at]) || css[at] == '}' || css[at] == ';') {
      ++at;
      continue;
    }
    if (css.substr(at, 2) == "/*") {
      at = skip_inert(css, at);
      continue;
    }
    if (css.substr(at, 4) == "<!--" || css.substr(at, 3) == "-->") {
      at += css[at] == '<' ? 4 : 3;
      continue;
    }
    const std::size_t stop = find_outside(css, at, '{', css[at] == '@' ? ';' : '{');
    if (stop == css.size()) return;
    const std::string_view prelude = trim(css.substr(at, stop - at));
    const bool is_at_rule = css[at] == '@';
    at = stop + 1;
    if (css[stop] == ';' || (is_at_rule && applies_everywhere(prelude))) continue;
    if (is_at_rule) {
      at = skip_block(css, at);
      continue;
    }
    const std::size_t end = find_outside(css, at, '}', '}');
    add_rule(prelude, css.substr(at, end - at));
    at = end;
  }
}

void HtmlStyleRules::add_rule(std::string_view selectors, std::string_view body) {
  const StyleDeclarations declarations = parse_style_declarations(body);
  const bool background =
      sets_background(declarations.normal) || sets_background(declarations.important);
  while (!selectors.empty()) {
    const std::size_t comma = std::min(selectors.find(','), selectors.size());
    Selector selector;
    if (parse_selector(trim(selectors.substr(0, comma)), selector)) {
      add(selector, declarations);
    } else if (background) {
      unread_background_ = true;
    }
    selectors.remove_prefix(std::min(comma + 1, selectors.size()));
  }
}

bool HtmlStyleRules::parse_selector(std::string_view text, Selector& selector) {
  if (text.empty()) return false;
  std::size_t classes = 0;
  bool first = true;
  while (!text.empty()) {
    const char kind = text.front();
    const bool marked = kind == '.' || kind == '#';
    if (!marked && !first) return false;
    if (marked) text.remove_prefix(1);
    std::size_t size = 0;
    while (size < text.size() && is_name_byte(text[size])) ++size;
    if (kind == '*' && size == 0) {
      text.remove_prefix(1);
      first = false;
      continue;
    }
    if (size == 0) return false;
    const std::uint64_t hash = html_hash(text.substr(0, size));
    if (kind == '.') {
      if (classes == kSelectorClassesMax) return false;
      selector.classes[classes++] = hash;
    } else {
      (kind == '#' ? selector.id : selector.element) = hash;
    }
    text.remove_prefix(size);
    first = false;
  }
  return true;
}

void HtmlStyleRules::add(const Selector& selector, const StyleDeclarations& declarations) {
  const auto& n = declarations.normal;
  const auto& i = declarations.important;
  const auto says_something = [](const StyleProps& p) {
    return p.set != 0 || p.display != Display::kUnset || p.color != kColorUnset ||
           p.background != kColorUnset;
  };
  if (!says_something(n) && !says_something(i)) return;
  if (rules_.size() >= kRulesMax) return;
  std::vector<std::uint32_t>& bucket = by_key_[selector.key()];
  for (const std::uint32_t index : bucket) {
    if (!(rules_[index].selector == selector)) continue;
    rules_[index].declarations.normal.override_with(n);
    rules_[index].declarations.important.override_with(i);
    return;
  }
  if (bucket.size() >= kRulesPerKeyMax) return;
  bucket.push_back(static_cast<std::uint32_t>(rules_.size()));
  rules_.push_back({selector, selector.specificity(), declarations});
}

bool HtmlStyleRules::Selector::matches(const Subject& subject) const {
  if (element != 0 && element != subject.element) return false;
  if (id != 0 && id != subject.id) return false;
  return std::all_of(classes.begin(), classes.end(), [&](std::uint64_t wanted) {
    return wanted == 0 || std::find(subject.classes.begin(), subject.classes.end(), wanted) !=
                              subject.classes.end();
  });
}

int HtmlStyleRules::Selector::specificity() const {
  int value = (element != 0 ? 1 : 0) + (id != 0 ? 100 : 0);
  for (const std::uint64_t one : classes) value += one != 0 ? 10 : 0;
  return value;
}

std::uint64_t HtmlStyleRules::Selector::key() const {
  if (id != 0) return id ^ kIdSalt;
  if (classes[0] != 0) return classes[0] ^ kClassSalt;
  return element != 0 ? element : kAnyElement;
}

StyleDeclarations HtmlStyleRules::match(const Subject& subject) const {
  std::array<std::uint32_t, kMatchesMax> found{};
  std::size_t count = 0;
  const auto collect = [&](std::uint64_t key) {
    const auto at = by_key_.find(key);
    if (at == by_key_.end()) return;
    for (const std::uint32_t index : at->second) {
      if (count < kMatchesMax && rules_[index].selector.matches(subject)) found[count++] = index;
    }
  };
  collect(kAnyElement);
  collect(subject.element);
  if (subject.id != 0) collect(subject.id ^ kIdSalt);
  for (const std::uint64_t one :
       subject.classes.first(std::min(subject.classes.size(), kElementClassesMax))) {
    collect(one ^ kClassSalt);
  }
  const auto ranks_below = [&](std::uint32_t a, std::uint32_t b) {
    return rules_[a].specificity != rules_[b].specificity
               ? rules_[a].specificity < rules_[b].specificity
               : a < b;
  };
  std::sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(count), ranks_below);
  StyleDeclarations result;
  for (std::size_t i = 0; i < count; ++i) {
    result.normal.override_with(rules_[found[i]].declarations.normal);
    result.important.override_with(rules_[found[i]].declarations.important);
  }
  return result;
}

}  // namespace ringfence
