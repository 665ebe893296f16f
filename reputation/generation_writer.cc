#include "reputation/generation_writer.h"

#include <algorithm>
#include <utility>

#include "reputation/block_record.h"

namespace ringfence {
namespace {

constexpr std::uint64_t kProgressEvery = 100'000;
constexpr std::uint64_t kMetaBytes = std::uint64_t{16} << 20;
// A number can be the reason of a block of each size, in a thousand of its own.
constexpr std::uint64_t kBlockBytesPerNumber = 3 * kBlockRecordBytes + 8;

}  // namespace

GenerationWriter::GenerationWriter(std::vector<ListPlan>& plans, GenerationMeta& meta,
                                   const Generation* old, const BuilderOptions& options)
    : plans_(plans),
      meta_(meta),
      old_(old),
      options_(options),
      category_used_(meta.categories.size()),
      counter_(options.blocks) {}

Result<void> GenerationWriter::write(const std::filesystem::path& file,
                                     std::span<const Entry> numbers,
                                     std::span<const Entry> ranges) {
  const std::uint64_t old_numbers = old_ != nullptr ? old_->meta().numbers : 0;
  const std::uint64_t old_ranges = old_ != nullptr ? old_->meta().ranges : 0;
  const std::uint64_t old_records = old_ != nullptr ? old_->meta().records : 0;
  const std::uint64_t keys = numbers.size() + ranges.size() + old_numbers + old_ranges;
  const std::uint64_t records = numbers.size() + ranges.size() + old_records;
  auto writer = LmdbFileWriter::create(
      file, 2 * keys, keys * (10 + kBlockBytesPerNumber) + records * kRecordBytes + kMetaBytes);
  if (!writer) return tl::unexpected(writer.error());
  writer_ = std::make_unique<LmdbFileWriter>(std::move(*writer));
  LmdbTable description;
  for (const auto& [table, name] :
       {std::pair{&numbers_, kNumbersTable}, std::pair{&ranges_, kRangesTable},
        std::pair{&blocks_, kBlocksTable}, std::pair{&description, kMetaTable}}) {
    const auto created = writer_->create_table(name);
    if (!created) return tl::unexpected(created.error());
    *table = *created;
  }
  // Ranges first: they say which numbers are known to be honest.
  if (auto written = write_ranges(ranges); !written) return written;
  if (auto written = write_numbers(numbers); !written) return written;
  if (auto written = write_meta(description); !written) return written;
  return writer_->finish();
}

Result<void> GenerationWriter::write_ranges(std::span<const Entry> entries) {
  const std::uint32_t built = to_seconds(meta_.built);
  return merge(Table::kRanges, entries, [&](std::uint64_t key) -> Result<void> {
    const std::string bytes = range_key(key);
    const RangeShape shape{bytes[0], bytes[1]};
    ++meta_.ranges;
    ++meta_.shapes[shape];
    const bool honest = std::any_of(records_.begin(), records_.end(), [&](const Record& r) {
      const ListInfo& list = meta_.lists[r.list];
      return list.weight > 0 && unexpired(r.expires, built) &&
             (list.role == ListRole::kAllow || list.role == ListRole::kGenuine);
    });
    if (honest) {
      honest_ranges_.insert(key);
      if (std::find(honest_shapes_.begin(), honest_shapes_.end(), shape) == honest_shapes_.end()) {
        honest_shapes_.push_back(shape);
      }
    }
    return writer_->append(ranges_, bytes, value_);
  });
}

Result<void> GenerationWriter::write_numbers(std::span<const Entry> entries) {
  auto written = merge(Table::kNumbers, entries, [&](std::uint64_t value) -> Result<void> {
    const auto number = E164::from_value(value);
    if (!number) return fail(ErrorKind::kSoftware, "a key that is no number");
    ++meta_.numbers;
    if (options_.progress && meta_.numbers % kProgressEvery == 0) options_.progress(meta_.numbers);
    if (options_.blocks.enabled) {
      if (auto counted = count_member(*number); !counted) return counted;
    }
    const auto key = number->key();
    return writer_->append(numbers_, {key.data(), key.size()}, value_);
  });
  if (!written) return written;
  counter_.finish(thousands_);
  return append_blocks();
}

bool GenerationWriter::in_honest_range(E164 number) const {
  return std::any_of(honest_shapes_.begin(), honest_shapes_.end(), [&](const RangeShape& shape) {
    const auto range = NumberRange::around(number, shape.first, shape.second);
    return range && honest_ranges_.contains(pack_range(*range));
  });
}

Result<void> GenerationWriter::count_member(E164 number) {
  const auto member =
      block_member(records_, meta_.lists, meta_.member_rules, to_seconds(meta_.built));
  if (!member || in_honest_range(number)) return {};
  counter_.push(number, *member, thousands_);
  return append_blocks();
}

Result<void> GenerationWriter::append_blocks() {
  for (const BlockThousand& thousand : thousands_) {
    std::string value;
    for (const BlockRecord& block : thousand.blocks) {
      append_block_record(value, block);
      category_used_[block.category] = true;
    }
    ++meta_.thousands;
    meta_.blocks += thousand.blocks.size();
    const std::string_view key(thousand.key.data(), thousand.key.size());
    if (auto appended = writer_->append(blocks_, key, value); !appended) return appended;
  }
  thousands_.clear();
  return {};
}

Result<void> GenerationWriter::write_meta(LmdbTable table) {
  for (std::size_t i = 0; i < meta_.categories.size(); ++i) {
    if (!category_used_[i]) meta_.categories[i].clear();
  }
  for (const auto& [key, text] : encode_meta(meta_)) {
    if (auto appended = writer_->append(table, key, text); !appended) return appended;
  }
  return {};
}

Result<void> GenerationWriter::merge(Table table, std::span<const Entry> entries,
                                     const Sink& sink) {
  std::size_t position = 0;
  const auto new_below = [&](std::uint64_t limit) -> Result<void> {
    while (position < entries.size() && entries[position].key() < limit) {
      const std::uint64_t key = entries[position].key();
      take_new(entries, position);
      if (auto settled = settle_key(table, key, sink); !settled) return settled;
    }
    return {};
  };
  const auto visit = [&](std::uint64_t key, std::string_view records) -> Result<void> {
    if (auto written = new_below(key); !written) return written;
    take_old(table, records);
    if (position < entries.size() && entries[position].key() == key) take_new(entries, position);
    return settle_key(table, key, sink);
  };
  if (old_ != nullptr) {
    auto walked = table == Table::kNumbers
                      ? old_->walk([&](E164 number, std::string_view records) {
                          return visit(number.value(), records);
                        })
                      : old_->walk_ranges([&](NumberRange range, std::string_view records) {
                          return visit(pack_range(range), records);
                        });
    if (!walked) return walked;
  }
  return new_below(~std::uint64_t{0});
}

// The old records of one key, those of dropped lists counted and left out.
void GenerationWriter::take_old(Table table, std::string_view records) {
  for (; !records.empty(); records.remove_prefix(kRecordBytes)) {
    const Record record = read_record(records);
    if (record.list >= plans_.size() || record.category >= meta_.categories.size()) continue;
    ListPlan& plan = plans_[record.list];
    if (plan.fate == ListPlan::Fate::kDropped) {
      ++(table == Table::kNumbers ? plan.change.removed : plan.change.ranges_removed);
    } else {
      old_records_.push_back(record);
    }
  }
}

// The new records of one key, duplicates merged.
void GenerationWriter::take_new(std::span<const Entry> entries, std::size_t& position) {
  const std::uint64_t key = entries[position].key();
  for (; position < entries.size() && entries[position].key() == key; ++position) {
    const Record& record = entries[position].record;
    ListPlan& plan = plans_[record.list];
    if (!new_records_.empty() && same_entry(new_records_.back(), record, plan.info.role)) {
      merge_record(new_records_.back(), record);
      ++plan.change.merged;
    } else {
      new_records_.push_back(record);
    }
  }
}

void GenerationWriter::count(Table table, const Record& record) {
  ListInfo& list = meta_.lists[record.list];
  ++(table == Table::kNumbers ? list.numbers : list.ranges);
  ++meta_.records;
  category_used_[record.category] = true;
  if (list.role != ListRole::kGenuine || list.weight <= 0) return;
  const auto [it, first] = meta_.directories.try_emplace(record.category);
  Directory& directory = it->second;
  const auto expires = from_expiry(record.expires);
  const bool never = !expires || (!first && !directory.expires);
  directory.expires = never ? std::nullopt : std::max(expires, directory.expires);
  ++directory.entries;
}

// Makes one value of what take_old() and take_new() gathered.
Result<void> GenerationWriter::settle_key(Table table, std::uint64_t key, const Sink& sink) {
  records_.clear();
  value_.clear();
  const bool numbers = table == Table::kNumbers;
  for (Record& record : new_records_) {
    ListPlan& plan = plans_[record.list];
    const auto before =
        std::find_if(old_records_.begin(), old_records_.end(),
                     [&](const Record& o) { return same_entry(o, record, plan.info.role); });
    if (before == old_records_.end()) {
      ++(numbers ? plan.change.added : plan.change.ranges_added);
    } else {
      ++(numbers ? plan.change.kept : plan.change.ranges_kept);
      record.first_listed = std::min(record.first_listed, before->first_listed);
      old_records_.erase(before);
    }
    records_.push_back(record);
  }
  for (const Record& record : old_records_) {
    ListPlan& plan = plans_[record.list];
    if (plan.keeps_old()) {
      ++(numbers ? plan.change.kept : plan.change.ranges_kept);
      records_.push_back(record);
    } else {
      ++(numbers ? plan.change.removed : plan.change.ranges_removed);
    }
  }
  new_records_.clear();
  old_records_.clear();
  if (records_.empty()) return {};
  for (Record& record : records_) {
    record.list = plans_[record.list].next;
    append_record(value_, record);
    count(table, record);
  }
  return sink(key);
}

}  // namespace ringfence
