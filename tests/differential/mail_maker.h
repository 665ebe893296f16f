// MailMaker: composes mails of nested parts whose headers, boundaries, encodings, charsets and line
// ends are written as the forms of broken_forms.h have it, most of them properly.
//
// Does not: damage what it made (broken_mail).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/differential/broken_mail.h"

namespace ringfence::test {

/// One mail in the making. Each throw of the dice stands in a statement of its own: the order
/// within an expression is the compiler's choice.
class MailMaker {
 public:
  MailMaker(Dice& dice, int first_marker) : dice_(dice), next_marker_(first_marker) {}

  /// A whole message, `depth` containers deep: 0 for the mail itself.
  std::string message(int depth);

 private:
  struct Names {
    std::string type, boundary = "b", other, charset, encoding;
  };

  std::string new_marker() { return marker(next_marker_++); }
  template <typename Table>
  std::string form(const Table& table, const Names& names);
  std::string boundary();
  std::string entity(int depth);
  std::string multipart(int depth);
  std::string leaf();
  std::string text();
  std::string header_text();
  std::string encode(std::string body, std::string_view encoding);
  std::string charset_bytes(std::string text, std::string_view charset);
  std::string header_end();

  Dice& dice_;
  int next_marker_;
  std::vector<std::string> boundaries_;
};

/// A header field that does not belong there, with its line end.
std::string junk_field(Dice& dice);

}  // namespace ringfence::test
