// Cluster: a stretch of folded text dense in digits, with what stands around it: what the scanner
// cuts out, and what the reading of numbers starts from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/e164.h"
#include "base/place.h"
#include "matcher/finding.h"

namespace ringfence {

/// A trick seen by the fold at text[begin, end): digits that were written otherwise, symbols
/// between digits; with begin == end something unseen that stood between two bytes.
struct TrickMark {
  Trick trick;
  std::uint32_t begin;
  std::uint32_t end;
};

struct Cluster {
  std::string text;          // folded ASCII: context before, the cluster, context after
  std::uint64_t offset = 0;  // of text[0] in the folded stream
  std::uint32_t begin = 0;   // the cluster is text[begin, end); the rest is context
  std::uint32_t end = 0;
  Place place = Place::kPlain;
  bool short_code = false;        // the cluster is what may be a short code (short_code.h)
  std::vector<TrickMark> tricks;  // in all of `text`, ascending by begin
  std::string original;           // all of `text` as written, UTF-8, without what cannot be seen
  std::vector<std::uint32_t> original_at;  // original_at[i]: where text[i] begins in `original`;
                                           // size text.size() + 1

  /// UTF-8 as written of text[from, to).
  std::string_view shown(std::uint32_t from, std::uint32_t to) const {
    return std::string_view(original).substr(original_at[from],
                                             original_at[to] - original_at[from]);
  }

  static constexpr std::size_t kContextBytes = 64;  // context kept on either side, folded
  static constexpr std::size_t kClusterBytesMax =
      512;  // longer ones are cut, at a gap where there is one
};

}  // namespace ringfence
