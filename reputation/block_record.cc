#include "reputation/block_record.h"

#include <algorithm>
#include <bit>

namespace ringfence {

void append_block_record(std::string& out, const BlockRecord& record) {
  append_u16(out, record.first);
  out += static_cast<char>(record.free_digits);
  out += '\0';  // reserved
  append_u16(out, record.members);
  append_u16(out, record.parts);
  append_u16(out, record.singles);
  append_u16(out, record.category);
  append_u32(out, record.scores);
  append_u32(out, record.youngest);
  append_u32(out, record.second);
}

BlockRecord read_block_record(std::string_view bytes) {
  return BlockRecord{.first = read_u16(bytes),
                     .free_digits = static_cast<std::uint8_t>(bytes[2]),
                     .members = read_u16(bytes.substr(4)),
                     .parts = read_u16(bytes.substr(6)),
                     .singles = read_u16(bytes.substr(8)),
                     .category = read_u16(bytes.substr(10)),
                     .scores = read_u32(bytes.substr(12)),
                     .youngest = read_u32(bytes.substr(16)),
                     .second = read_u32(bytes.substr(20))};
}

std::array<char, 8> thousand_key(E164 number) {
  // Seven digits at least: what remains is a number too.
  return E164::from_value(number.value() - number.value() % kBlockNumbersMax)->key();
}

std::optional<BlockMember> block_member(std::span<const Record> records,
                                        std::span<const ListInfo> lists, const MemberRules& rules,
                                        std::uint32_t built) {
  std::optional<BlockMember> out;
  for (const Record& record : records) {
    const ListInfo& list = lists[record.list];
    if (list.weight <= 0 || !unexpired(record.expires, built)) continue;
    if (list.role == ListRole::kAllow || list.role == ListRole::kGenuine) return std::nullopt;
    if (list.role != ListRole::kBlock) continue;
    const auto score = static_cast<std::uint8_t>((record.score * list.weight + 50) / 100);
    const bool too_old = record.last_seen < built && built - record.last_seen >= rules.age_max;
    if (score < rules.score_min || too_old) continue;
    if (!out || score > out->score) {
      const std::uint32_t last_seen = out ? out->last_seen : 0;
      out = BlockMember{.score = score, .category = record.category, .last_seen = last_seen};
    }
    out->last_seen = std::max(out->last_seen, record.last_seen);
  }
  return out;
}

SeenBlock seen_from(const BlockRecord& block, E164 number, const std::optional<BlockMember>& own) {
  SeenBlock out{.members = block.members,
                .spread = std::popcount(block.parts),
                .scores = block.scores,
                .youngest = block.youngest};
  if (!own) return out;
  const int offset = static_cast<int>(number.value() % kBlockNumbersMax) - block.first;
  const int part = offset / (block.numbers() / 10);
  if ((block.singles >> part & 1) != 0) --out.spread;
  --out.members;
  out.scores -= std::min<std::uint32_t>(own->score, out.scores);
  if (own->last_seen == block.youngest) out.youngest = block.second;
  return out;
}

}  // namespace ringfence
