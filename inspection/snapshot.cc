#include "inspection/snapshot.h"

namespace ringfence {

Result<std::shared_ptr<const Snapshot>> Snapshot::make(Config config, bool require_reputation) {
  auto matcher = MatcherEngine::create(config.matcher);
  if (!matcher) return tl::unexpected(matcher.error());
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->matcher = std::move(*matcher);
  auto store = ReputationStore::open(config.reputation);
  if (store) {
    snapshot->reputation = std::move(*store);
  } else if (require_reputation || store.error().kind != ErrorKind::kNoInput) {
    return tl::unexpected(store.error());
  }
  snapshot->config = std::move(config);
  return snapshot;
}

}  // namespace ringfence
