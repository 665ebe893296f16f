#include "matcher/phrase_finder.h"

namespace ringfence {

void PhraseFinder::find(const FoldedText& text, bool finished, std::vector<PhraseMatch>& out) {
  std::size_t waiting = 0;
  for (const SeenAnchor& anchor : anchors_) {
    if (!finished && anchor.end + PhraseSet::kSpanBytesMax + 1 > text.end()) {
      anchors_[waiting++] = anchor;
    } else {
      set_->find(anchor.id, anchor.end, text, out);
    }
  }
  anchors_.resize(waiting);
}

}  // namespace ringfence
