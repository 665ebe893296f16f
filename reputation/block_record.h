// BlockRecord: one block of numbers as the table stores it, 24 bytes; and who is a member of one.
//
// Does: bytes to fields and back, leave a member out again. Does not: count (BlockCounter), score
// (block_score). docs/formats-reputation.md is the format's description.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/e164.h"
#include "reputation/block.h"
#include "reputation/record.h"
#include "reputation/reputation_store.h"

namespace ringfence {

inline constexpr std::size_t kBlockRecordBytes = 24;
inline constexpr int kBlockNumbersMax = 1000;

struct BlockRecord {
  std::uint16_t first = 0;       // its first number less that of the thousand
  std::uint8_t free_digits = 1;  // 1, 2 or 3
  std::uint16_t members = 0;
  std::uint16_t parts = 0;    // bit i: the i-th tenth of it holds a member
  std::uint16_t singles = 0;  // bit i: and only one
  std::uint16_t category = 0;
  std::uint32_t scores = 0;    // the members' added up
  std::uint32_t youngest = 0;  // last_seen of the member seen last
  std::uint32_t second = 0;    // of the one before; 0: no other

  int numbers() const { return free_digits == 1 ? 10 : free_digits == 2 ? 100 : 1000; }
  bool operator==(const BlockRecord&) const = default;
};

void append_block_record(std::string& out, const BlockRecord& record);
/// `bytes` holds at least kBlockRecordBytes.
BlockRecord read_block_record(std::string_view bytes);

/// The key of the thousand around a number: its first number, as E164::key() writes it.
std::array<char, 8> thousand_key(E164 number);

/// What a number brings into its blocks.
struct BlockMember {
  std::uint8_t score = 0;  // the highest listed score, weighed
  std::uint16_t category = 0;
  std::uint32_t last_seen = 0;

  bool operator==(const BlockMember&) const = default;
};

/// Kept with a generation, so that a lookup can tell who was counted.
struct MemberRules {
  int score_min = 0;
  std::uint32_t age_max = 0;  // seconds before the generation was built

  bool operator==(const MemberRules&) const = default;
};

/// The member a number with these records is: on a block list, not expired, young and high enough.
/// Nothing when it is not, or when an allow or genuine list of some weight names it.
std::optional<BlockMember> block_member(std::span<const Record> records,
                                        std::span<const ListInfo> lists, const MemberRules& rules,
                                        std::uint32_t built);

/// The block as `number` sees it, itself left out: `own` is its membership, if it has one.
struct SeenBlock {
  int members = 0;
  int spread = 0;
  std::uint32_t scores = 0;
  std::uint32_t youngest = 0;
};
SeenBlock seen_from(const BlockRecord& block, E164 number, const std::optional<BlockMember>& own);

}  // namespace ringfence
