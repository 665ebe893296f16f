// HtmlComment: comments, and all that HTML reads as one: <!DOCTYPE>, <?xml?>, <![if]>, </ x>.
//
// Does: WHATWG HTML 13.2.5.41-51 ("-->", "--!>", "<!-->"). Hands on what Outlook shows of a
// conditional comment ("<!--[if gte mso 9]> ... <![endif]-->"). A long comment's text is handed on
// as excess from html_token_bytes_max on, except that of a conditional one.
// Source: Microsoft, "About conditional comments".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "message/html_tokens.h"

namespace ringfence {

class HtmlComment {
 public:
  explicit HtmlComment(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Begins after "<!" (`declaration`: "--" may follow), or after "<?" or "</".
  void begin(bool declaration);
  /// Reads from `p` to the end of the comment or to `end`; gives where it stopped.
  const char* read(const char* p, const char* end, HtmlTokenHandler& handler);
  bool closed() const { return state_ == State::kClosed; }
  /// The input ends within the comment.
  void finish(HtmlTokenHandler& handler);

 private:
  enum class State : std::uint8_t { kClosed, kDeclaration, kDeclarationDash, kBogus, kComment };

  const char* read_declaration(const char* p);
  const char* read_comment(const char* p, const char* end);
  void store(std::string_view run, HtmlTokenHandler& handler);
  void begin_conditional(HtmlTokenHandler& handler);
  void close(HtmlTokenHandler& handler);

  std::size_t bytes_max_;
  State state_ = State::kClosed;
  std::string held_;
  bool full_ = false;
  bool conditional_ = false;
  bool told_ = false;         // whether it is a conditional one that is shown
  bool shown_ = false;        // it is: its text is handed on
  bool bang_ = false;         // of "--!>"
  std::uint8_t missing_ = 0;  // of dashes_, how many stand for those of "<!--"
  std::uint8_t dashes_ = 0;   // of "-->": dashes seen last, at most 2
};

}  // namespace ringfence
