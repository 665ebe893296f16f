// TextSieve: bytes of which only some are text in, cut anywhere; the stretches that look like text
// out, with a line end for each of the others.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ringfence {

class TextSieve {
 public:
  /// `before` is what stands before the first byte: it comes with it if that is text.
  explicit TextSieve(std::string_view before) : before_(before) {}

  void push(std::string_view bytes, std::string& out);
  void finish(std::string& out);

  static constexpr std::size_t kBlockBytes = 24;

 private:
  void pass(std::string& out);

  std::string before_;  // of a stretch that was held back, its end
  std::string block_;   // the block begun
  bool passing_ = false;
};

}  // namespace ringfence
