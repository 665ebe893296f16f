// The proof, at every start, that the pattern engine's streams find what its blocks find.
//
// Why: Debian's vectorscan 5.4.9, a drop-in for Hyperscan, loses matches when a stream is cut at
// certain places. A filter that silently misses numbers is worse than one that does not start.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "matcher/pattern_database.h"

namespace ringfence {

/// A match as the self-test compares them.
struct SeenMatch {
  std::uint32_t id;
  std::uint64_t end;
  auto operator<=>(const SeenMatch&) const = default;
};

/// Scans the pieces as one stream (or one piece as a block); nothing for a failure of the engine.
using ScanPieces = std::function<bool(std::span<const std::string_view>, std::vector<SeenMatch>&)>;

/// Compares `stream` over thousands of random cuts with `block`, on texts full of what the patterns
/// look for. Deterministic; some 20 ms. kSoftware with the first difference.
Result<void> prove_streams(const ScanPieces& block, const ScanPieces& stream,
                           const std::vector<std::string>& words = {});

/// The same for the databases of these patterns. `words` (the lexicon's) stand in the texts too.
Result<void> prove_streams(const PatternDatabase& block, const PatternDatabase& stream,
                           const std::vector<std::string>& words = {});

}  // namespace ringfence
