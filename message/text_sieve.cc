#include "message/text_sieve.h"

#include <algorithm>

#include "base/text.h"

namespace ringfence {
namespace {

/// Three quarters of ASCII that can be seen: what is no text has a third of it.
bool looks_like_text(std::string_view block) {
  const auto seen = std::count_if(block.begin(), block.end(), [](char c) {
    return (c >= ' ' && c <= '~') || is_ascii_space(c);
  });
  return static_cast<std::size_t>(seen) * 4 >= block.size() * 3;
}

}  // namespace

void TextSieve::push(std::string_view bytes, std::string& out) {
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.size(), kBlockBytes - block_.size());
    block_.append(bytes.substr(0, size));
    bytes.remove_prefix(size);
    if (block_.size() == kBlockBytes) pass(out);
  }
}

void TextSieve::finish(std::string& out) {
  if (!block_.empty()) pass(out);
}

void TextSieve::pass(std::string& out) {
  const bool text = looks_like_text(block_);
  if (text && !passing_) out += before_;
  if (text) {
    out += block_;
    before_.clear();
  } else {
    if (passing_) out += block_ + '\n';  // a number may end in it
    before_ = block_;
  }
  passing_ = text;
  block_.clear();
}

}  // namespace ringfence
