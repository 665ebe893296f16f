#include "reputation/block_counter.h"

#include <algorithm>
#include <bit>
#include <tuple>

namespace ringfence {
namespace {

constexpr std::array<std::uint64_t, 4> kNumbers = {1, 10, 100, 1000};

}  // namespace

void BlockCounter::push(E164 number, const BlockMember& member, std::vector<BlockThousand>& out) {
  const std::uint64_t value = number.value();
  if (open_[2].prefix != 0 && open_[2].prefix != value / kBlockNumbersMax) finish(out);
  for (std::size_t i = 0; i < open_.size(); ++i) {
    Open& open = open_[i];
    const std::uint64_t numbers = kNumbers[i + 1];
    if (open.prefix != value / numbers) {
      close(open);
      open.prefix = value / numbers;
      open.record = BlockRecord{
          .first = static_cast<std::uint16_t>(value % kBlockNumbersMax / numbers * numbers),
          .free_digits = static_cast<std::uint8_t>(i + 1)};
      open.categories.clear();
    }
    BlockRecord& record = open.record;
    ++record.members;
    record.scores += member.score;
    const auto part = static_cast<std::uint16_t>(1U << (value % numbers / kNumbers[i]));
    if ((record.parts & part) == 0) {
      record.singles |= part;
    } else {
      record.singles &= static_cast<std::uint16_t>(~part);
    }
    record.parts |= part;
    record.second = std::max(record.second, std::min(record.youngest, member.last_seen));
    record.youngest = std::max(record.youngest, member.last_seen);
    const auto category =
        std::find_if(open.categories.begin(), open.categories.end(),
                     [&](const auto& entry) { return entry.first == member.category; });
    if (category == open.categories.end()) {
      open.categories.emplace_back(member.category, std::uint16_t{1});
    } else {
      ++category->second;
    }
  }
}

void BlockCounter::close(Open& open) {
  if (open.prefix == 0) return;
  open.prefix = 0;
  const BlockSizeOptions& size = options_.size(open.record.free_digits);
  if (size.share_percent <= 0 || open.record.members < std::max(size.members_min, 1) ||
      std::popcount(open.record.parts) < size.spread_min) {
    return;
  }
  const auto commonest =
      std::max_element(open.categories.begin(), open.categories.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  open.record.category = commonest->first;
  closed_.push_back(open.record);
}

void BlockCounter::finish(std::vector<BlockThousand>& out) {
  const std::uint64_t thousand = open_[2].prefix;
  for (Open& open : open_) close(open);
  if (closed_.empty()) return;
  std::sort(closed_.begin(), closed_.end(), [](const BlockRecord& a, const BlockRecord& b) {
    return std::tie(a.first, b.free_digits) < std::tie(b.first, a.free_digits);
  });
  out.push_back({.key = E164::from_value(thousand * kBlockNumbersMax)->key(), .blocks = {}});
  out.back().blocks.swap(closed_);
}

}  // namespace ringfence
