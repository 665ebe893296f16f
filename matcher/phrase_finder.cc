#include "matcher/phrase_finder.h"

namespace ringfence {

void PhraseFinder::find(std::string_view text, std::uint64_t base, bool finished,
                        std::vector<PhraseMatch>& out) {
  std::size_t waiting = 0;
  for (const SeenAnchor& anchor : anchors_) {
    if (!finished && anchor.end + PhraseSet::kSpanBytesMax + 1 > base + text.size()) {
      anchors_[waiting++] = anchor;
    } else {
      set_->find(anchor.id, anchor.end, text, base, out);
    }
  }
  anchors_.resize(waiting);
}

}  // namespace ringfence
