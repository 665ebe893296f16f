// diff_generations(): what changed between two generations, list by list.
//
// Does: walk both side by side, count, keep a few examples. In constant memory beside those. Does
// not: print, say why.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "reputation/generation.h"
#include "reputation/listing.h"

namespace ringfence {

struct DiffOptions {
  std::string list{};             // only this one; "" all
  std::size_t examples_max = 10;  // of each kind and list, those that come first in order
};

/// One entry that is in one generation only, or differs in score or category.
struct DiffExample {
  struct Side {
    int score = 0;  // as listed
    std::string category;
    TimePoint last_seen{};

    bool operator==(const Side&) const = default;
  };
  NumberRange number;            // a range of one is a number
  std::optional<Side> before{};  // nothing: added
  std::optional<Side> after{};   // nothing: removed

  bool operator==(const DiffExample&) const = default;
};

struct DiffCounts {
  std::uint64_t added = 0;
  std::uint64_t removed = 0;
  std::uint64_t changed = 0;  // another score or category
  std::uint64_t seen = 0;     // seen again, nothing else changed
  std::uint64_t same = 0;

  bool operator==(const DiffCounts&) const = default;
};

struct ListDiff {
  std::string name;
  std::optional<ListInfo> before{};  // nothing: a new list
  std::optional<ListInfo> after{};   // nothing: dropped
  DiffCounts numbers{};
  DiffCounts ranges{};
  std::vector<DiffExample> added{};  // numbers first, then ranges
  std::vector<DiffExample> removed{};
  std::vector<DiffExample> changed{};
};

/// In order of names of lists. A null `before` is an empty generation. About 100 ns for each
/// number.
Result<std::vector<ListDiff>> diff_generations(const Generation* before, const Generation& after,
                                               const DiffOptions& options);

struct GenerationDiff {
  std::optional<std::uint64_t> before;  // nothing: there was none
  std::uint64_t after = 0;
  std::vector<ListDiff> lists;
};
/// Of two generations of a directory. `after` is the current one when not given, `before` the
/// highest below `after`. kNoInput when one is not there or `options.list` is in neither, kData
/// when one is broken.
Result<GenerationDiff> diff_generations(const std::filesystem::path& root,
                                        std::optional<std::uint64_t> before,
                                        std::optional<std::uint64_t> after,
                                        const DiffOptions& options);

}  // namespace ringfence
