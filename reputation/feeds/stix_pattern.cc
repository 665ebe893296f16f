#include "reputation/feeds/stix_pattern.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr auto kPhoneTypes = std::to_array<std::string_view>(
    {"phone-number", "x-phone-number", "phone", "x-phone", "telephone-number"});
constexpr auto kNumberProperties =
    std::to_array<std::string_view>({"value", "number", "phone_number"});
constexpr auto kCountryProperties =
    std::to_array<std::string_view>({"country", "country_code", "region"});

template <std::size_t N>
bool has(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

struct Token {
  enum class Kind : std::uint8_t { kWord, kString, kMark, kEnd };
  Kind kind = Kind::kEnd;
  std::string text{};  // a string's without quotes

  bool is(std::string_view what) const { return kind != Kind::kString && iequals(text, what); }
};

// Words are object paths, operators and literals; a path's quoted keys and [indices] are part of
// it.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : rest_(text) {}

  Token next() {
    rest_ = rest_.substr(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
    if (rest_.empty()) return {};
    if (rest_.front() == '\'') return {.kind = Token::Kind::kString, .text = quoted()};
    if (is_word(rest_.front())) return {.kind = Token::Kind::kWord, .text = word()};
    std::size_t size = 1;
    if (rest_.size() > 1 && rest_[1] == '=' && std::string_view("!<>").find(rest_[0]) != npos) {
      size = 2;
    }
    Token out{.kind = Token::Kind::kMark, .text = std::string(rest_.substr(0, size))};
    rest_.remove_prefix(size);
    return out;
  }

 private:
  static constexpr std::size_t npos = std::string_view::npos;
  static bool is_word(char c) {
    return is_ascii_alnum(c) || std::string_view("-_:.*+").find(c) != npos;
  }

  std::string quoted() {
    std::string out;
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != '\'') {
      if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      out += rest_.front();
      rest_.remove_prefix(1);
    }
    if (!rest_.empty()) rest_.remove_prefix(1);
    return out;
  }

  std::string word() {
    std::string out;
    while (!rest_.empty()) {
      if (is_word(rest_.front())) {
        out += rest_.front();
        rest_.remove_prefix(1);
      } else if (rest_.front() == '[' && out.find(':') != npos) {
        const std::size_t size = std::min(rest_.find(']'), rest_.size() - 1) + 1;
        out += rest_.substr(0, size);
        rest_.remove_prefix(size);
      } else if (rest_.front() == '\'' && out.ends_with('.')) {
        out += quoted();
      } else {
        break;
      }
    }
    return out;
  }

  std::string_view rest_;
};

// Comparisons joined by AND within one pair of brackets.
struct Group {
  std::vector<std::string> numbers;
  std::string region;
  bool about_number = false;
  bool about_else = false;  // a condition that a number alone does not meet
};

class Reader {
 public:
  explicit Reader(std::string_view text) : lexer_(text) { advance(); }

  StixPhones read();

 private:
  void advance() { token_ = lexer_.next(); }
  bool at_end() const { return token_.kind == Token::Kind::kEnd; }
  bool take(std::string_view what) {
    if (!token_.is(what)) return false;
    advance();
    return true;
  }
  void observation();
  void comparison(Group& group);
  void compare_number(Group& group);
  std::optional<std::string> literal();
  void end_group(Group& group);

  Lexer lexer_;
  Token token_;
  StixPhones out_;
  bool about_number_ = false;
  bool joined_ = false;  // observations are joined by more than OR
};

StixPhones Reader::read() {
  while (!at_end()) {
    if (take("[")) {
      observation();
    } else if (!take("OR") && !take("(") && !take(")")) {
      joined_ = true;  // AND, FOLLOWEDBY, WITHIN, REPEATS, START, STOP
      advance();
    }
  }
  if (about_number_ && joined_) out_.not_understood = true;
  if (out_.not_understood) out_.phones.clear();
  return std::move(out_);
}

void Reader::observation() {
  Group group;
  while (!at_end() && !token_.is("]")) {
    if (take("OR")) {
      end_group(group);
    } else if (token_.is("(") || token_.is(")") || token_.is("NOT")) {
      group.about_else = true;  // what AND and OR then mean is not worked out
      advance();
    } else if (!take("AND")) {
      comparison(group);
    }
  }
  if (!take("]")) group.about_else = true;  // cut short
  end_group(group);
}

void Reader::comparison(Group& group) {
  const Token path = std::exchange(token_, lexer_.next());
  const std::size_t colon = path.text.find(':');
  const std::string_view all = path.text;
  const bool phone = path.kind == Token::Kind::kWord && colon != std::string_view::npos &&
                     is_stix_phone_type(all.substr(0, colon));
  const std::string_view property = phone ? all.substr(colon + 1) : std::string_view();
  if (phone && has(kNumberProperties, property)) {
    group.about_number = true;
    return compare_number(group);
  }
  if (phone && has(kCountryProperties, property) && take("=")) {
    group.region = literal().value_or("");
    return;
  }
  group.about_else = true;
  // Whatever it compares is passed over up to what joins it to the next.
  while (!at_end() && !token_.is("]") && !token_.is("AND") && !token_.is("OR") && !token_.is(")")) {
    advance();
  }
}

void Reader::compare_number(Group& group) {
  if (take("=")) {
    if (auto number = literal()) {
      group.numbers.push_back(std::move(*number));
      return;
    }
  } else if (take("LIKE")) {
    if (auto number = literal()) {
      std::replace(number->begin(), number->end(), '%', '*');
      std::replace(number->begin(), number->end(), '_', '#');
      group.numbers.push_back(std::move(*number));
      return;
    }
  } else if (take("IN") && take("(")) {
    while (!at_end() && !token_.is(")") && !token_.is("]")) {
      if (take(",")) continue;
      auto number = literal();
      if (!number) break;
      group.numbers.push_back(std::move(*number));
    }
    if (take(")")) return;
  }
  group.about_else = true;
  while (!at_end() && !token_.is("]") && !token_.is("AND") && !token_.is("OR")) advance();
}

std::optional<std::string> Reader::literal() {
  if (token_.kind != Token::Kind::kString && token_.kind != Token::Kind::kWord) return std::nullopt;
  return std::exchange(token_, lexer_.next()).text;
}

void Reader::end_group(Group& group) {
  about_number_ |= group.about_number;
  if (group.about_number && group.about_else) out_.not_understood = true;
  for (std::string& number : group.numbers) {
    out_.phones.push_back({.number = std::move(number), .region = group.region});
  }
  group = Group{};
}

}  // namespace

bool is_stix_phone_type(std::string_view type) { return has(kPhoneTypes, type); }

StixPhones stix_phones(std::string_view pattern) {
  if (pattern.size() > kStixPatternBytesMax) {
    const bool about_number = pattern.find("phone") != std::string_view::npos;
    return {.phones = {}, .not_understood = about_number};
  }
  return Reader(pattern).read();
}

}  // namespace ringfence
