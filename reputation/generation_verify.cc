// Generation::verify(): everything is read once before a new generation is taken into use.
#include <fmt/core.h>

#include <bit>
#include <map>

#include "reputation/block_record.h"
#include "reputation/generation.h"

namespace ringfence {

bool Generation::good_records(std::string_view bytes) const {
  for (; !bytes.empty(); bytes.remove_prefix(kRecordBytes)) {
    const Record record = read_record(bytes);
    if (record.list >= meta_.lists.size() || record.category >= meta_.categories.size() ||
        record.score > 100) {
      return false;
    }
  }
  return true;
}

Result<void> Generation::verify_blocks() const {
  std::uint64_t blocks = 0;
  auto walked = walk_table(
      blocks_, kBlockRecordBytes,
      [&](std::string_view key, std::string_view bytes) -> Result<void> {
        const auto thousand = E164::from_key(key);
        if (!thousand || thousand->value() % kBlockNumbersMax != 0) {
          return fail(ErrorKind::kData, name_ + " has a broken entry");
        }
        for (; !bytes.empty(); bytes.remove_prefix(kBlockRecordBytes), ++blocks) {
          const BlockRecord block = read_block_record(bytes);
          const bool good =
              block.free_digits >= 1 && block.free_digits <= 3 &&
              block.first % block.numbers() == 0 && block.first < kBlockNumbersMax &&
              block.members >= 1 && block.members <= block.numbers() && block.parts != 0 &&
              block.parts < 1 << 10 && (block.singles & ~block.parts) == 0 &&
              std::popcount(block.parts) <= block.members && block.scores <= 100U * block.members &&
              block.second <= block.youngest && block.category < meta_.categories.size();
          if (!good) return broken_entry("the thousand from " + thousand->to_string());
        }
        return {};
      });
  if (!walked) return walked;
  if (blocks != meta_.blocks) {
    return fail(ErrorKind::kData,
                fmt::format("{} holds {} blocks and should hold {}", name_, blocks, meta_.blocks));
  }
  return {};
}

Result<void> Generation::verify() const {
  std::uint64_t numbers = 0;
  std::uint64_t records = 0;
  std::uint64_t previous = 0;
  auto walked = walk([&](E164 number, std::string_view bytes) -> Result<void> {
    if (number.value() <= previous) {
      return fail(ErrorKind::kData, name_ + ": its numbers are out of order");
    }
    previous = number.value();
    ++numbers;
    records += bytes.size() / kRecordBytes;
    if (!good_records(bytes)) return broken_entry(number.to_string());
    return {};
  });
  if (!walked) return walked;
  std::map<RangeShape, std::uint64_t> shapes;
  walked = walk_ranges([&](NumberRange range, std::string_view bytes) -> Result<void> {
    ++shapes[{range.prefix_digits(), range.digits()}];
    records += bytes.size() / kRecordBytes;
    if (!good_records(bytes)) return broken_entry(range.to_string());
    return {};
  });
  if (!walked) return walked;
  if (numbers != meta_.numbers || records != meta_.records || shapes != meta_.shapes) {
    return fail(ErrorKind::kData,
                fmt::format("{} holds {} numbers with {} entries, ranges counted, and should hold "
                            "{} with {}",
                            name_, numbers, records, meta_.numbers, meta_.records));
  }
  return verify_blocks();
}

}  // namespace ringfence
