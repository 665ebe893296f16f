// BlockCounter: the blocks of 10, 100 and 1000 among members that come in ascending order.
//
// Does: count, in memory for one thousand at a time. Does not know: lists, tables, time.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/e164.h"
#include "reputation/block.h"
#include "reputation/block_record.h"

namespace ringfence {

/// The blocks of one thousand that lend: a key and value of table `blocks`.
struct BlockThousand {
  std::array<char, 8> key;
  std::vector<BlockRecord> blocks;  // in order of first numbers, larger ones first
};

/// A streaming stage. Appends a thousand when it is complete and some block of it has members_min
/// and spread_min by the options; a size whose share is 0 gives none.
class BlockCounter {
 public:
  explicit BlockCounter(const BlockOptions& options) : options_(options) {}
  /// Numbers strictly ascend.
  void push(E164 number, const BlockMember& member, std::vector<BlockThousand>& out);
  void finish(std::vector<BlockThousand>& out);

 private:
  struct Open {
    BlockRecord record{};
    std::uint64_t prefix = 0;                                           // 0: none
    std::vector<std::pair<std::uint16_t, std::uint16_t>> categories{};  // and their members
  };
  void close(Open& open);

  const BlockOptions options_;
  std::array<Open, 3> open_{};  // by free digits less one
  std::vector<BlockRecord> closed_;
};

}  // namespace ringfence
