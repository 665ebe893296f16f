// Blocks: numbers are bought in rows of 10, 100 and 1000; a row with enough listed members lends
// its neighbours a share of the score. What a block lends is a pure function over `now`.
//
// Does not know: how members are counted (BlockCounter), where blocks are kept (Generation).
// Source: DESIGN section 6 (blocks); docs/reputation.md has the formulas and why.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>

#include "reputation/listing.h"

namespace ringfence {

struct DecayOptions;

/// When a block of one size lends, and how much.
struct BlockSizeOptions {
  int members_min = 1;    // listed numbers in it, the one asked for not counted; at least 1
  int spread_min = 1;     // 1-10: of its ten parts, how many hold a member
  int share_percent = 0;  // 0-100: of the members' mean score; 0: never lends

  bool operator==(const BlockSizeOptions&) const = default;
};

/// 1000 is the largest: a carrier's whole range never lends.
struct BlockOptions {
  bool enabled = true;
  BlockSizeOptions ten{.members_min = 3, .spread_min = 3, .share_percent = 70};
  BlockSizeOptions hundred{.members_min = 10, .spread_min = 4, .share_percent = 50};
  BlockSizeOptions thousand{.members_min = 40, .spread_min = 6, .share_percent = 30};
  /// 0-100: a number counts as a member from this listed score on, weighed by its list.
  int member_score_min = 40;
  /// A number not seen for so long counts no more. Judged when the table is built.
  std::chrono::seconds member_age_max = std::chrono::days{90};
  /// 0-100: the most a block lends. Below the threshold of quarantine a neighbour alone never
  /// reaches it.
  int score_max = 45;

  /// By the digits that are free: 1, 2 or 3.
  const BlockSizeOptions& size(int free_digits) const {
    return free_digits == 1 ? ten : free_digits == 2 ? hundred : thousand;
  }
  bool operator==(const BlockOptions&) const = default;
};

/// A block as the table knows it, the number asked for left out.
struct Block {
  NumberRange range;
  int members = 0;
  int spread = 0;          // 0-10
  int scores = 0;          // the members' listed scores, weighed by their lists, added up
  TimePoint last_seen{};   // the youngest evidence on a member
  std::string category{};  // the one most members have

  bool operator==(const Block&) const = default;
};

/// What the block lends at `now`, 0-100; `fade` is the decay of its category:
///   min(score_max, round(share * mean * density * 2^(-age / half_life)))
///   density = min(1, members / (2 * members_min))
/// and 0 under members_min or spread_min, or once age reaches `fade.expire_after`. No floor.
int block_score(const Block& block, TimePoint now, const BlockOptions& options,
                const DecayOptions& fade);

}  // namespace ringfence
