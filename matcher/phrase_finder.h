// PhraseFinder: the phrases of one text stream, from the anchors the patterns report in it.
//
// Does: wait until the text around an anchor is known, then look which phrases stand there.
#pragma once

#include <cstdint>
#include <vector>

#include "matcher/phrase_set.h"

namespace ringfence {

class PhraseFinder {
 public:
  /// `set` may be null (nothing is looked for) and outlives the finder.
  explicit PhraseFinder(const PhraseSet* set) : set_(set) {}

  void on_anchor(std::uint32_t id, std::uint64_t end) {
    if (set_ != nullptr) anchors_.push_back({end, id});
  }
  /// Appends the phrases whose text is known: `text` ends where the patterns have looked, or with
  /// `finished` where the stream does.
  void find(const FoldedText& text, bool finished, std::vector<PhraseMatch>& out);
  /// So much text must be kept before the end of what was looked at.
  std::uint64_t keep_bytes() const {
    return set_ == nullptr ? 0 : 2 * (PhraseSet::kSpanBytesMax + 1);
  }

 private:
  struct SeenAnchor {
    std::uint64_t end;
    std::uint32_t id;
  };

  const PhraseSet* set_;
  std::vector<SeenAnchor> anchors_;  // in no order
};

}  // namespace ringfence
