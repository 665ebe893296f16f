// What the HTML tokenizer gives: text runs and tags.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence {

/// One start or end tag. Views hold until the handler returns.
struct HtmlTag {
  struct Attribute {
    std::uint64_t name = 0;            // html_hash
    std::uint32_t begin = 0, end = 0;  // of the value in `bytes`, references not decoded
  };
  std::uint64_t name = 0;  // html_hash
  bool is_end = false;
  bool self_closing = false;
  std::string bytes;  // values one after another
  std::vector<Attribute> attributes;

  std::string_view value(const Attribute& attribute) const {
    return std::string_view(bytes).substr(attribute.begin, attribute.end - attribute.begin);
  }
};

/// How the text after a start tag is read (13.2.5.1-5).
enum class HtmlContent : std::uint8_t { kData, kRcdata, kRawText, kPlainText };

class HtmlTokenHandler {
 public:
  virtual ~HtmlTokenHandler() = default;
  /// Text with references decoded; NUL may stand in it. A run may end within a scalar only where
  /// the pushed bytes did.
  virtual void on_text(std::string_view text) = 0;
  virtual HtmlContent on_start_tag(const HtmlTag& tag) = 0;
  virtual void on_end_tag(const HtmlTag& tag) = 0;
  /// Raw bytes of a tag or comment beyond what is held of it; may come in several runs.
  virtual void on_excess(std::string_view raw) = 0;
  /// Raw bytes of a tag or comment that the end of input left open.
  virtual void on_unclosed(std::string_view raw) = 0;
  /// Raw bytes of a conditional comment that Outlook shows, in several runs, and its end.
  virtual void on_conditional(std::string_view raw) = 0;
  virtual void on_conditional_end() = 0;
};

}  // namespace ringfence
