#include "reputation/generation.h"

#include <fmt/core.h>

#include <optional>
#include <span>
#include <utility>

#include "base/text.h"
#include "reputation/block_record.h"

namespace ringfence {

Result<std::shared_ptr<const Generation>> Generation::open(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kTableFile;
  auto env = LmdbEnv::open(file);
  if (!env) return tl::unexpected(env.error());
  std::shared_ptr<Generation> generation(new Generation(std::move(*env), file.string()));
  if (auto loaded = generation->load_meta(); !loaded) return tl::unexpected(loaded.error());
  if (auto opened = generation->open_tables(); !opened) return tl::unexpected(opened.error());
  return generation;
}

Result<void> Generation::check_format(const LmdbReading& reading, LmdbTable meta_table) const {
  const auto format = reading.get(meta_table, "format");
  if (!format) return tl::unexpected(format.error());
  if (*format == kTableFormat) return {};
  return fail(ErrorKind::kData,
              fmt::format("{} is of format \"{}\", this program reads \"{}\"; remove the "
                          "reputation directory and refresh or import the feeds again",
                          name_, printable(format->value_or("?"), 40), kTableFormat));
}

Result<void> Generation::open_tables() {
  for (const auto& [table, name] :
       {std::pair{&numbers_, kNumbersTable}, std::pair{&ranges_, kRangesTable},
        std::pair{&blocks_, kBlocksTable}}) {
    auto opened = env_.table(name);
    if (!opened) return tl::unexpected(opened.error());
    *table = *opened;
  }
  return check_counts();
}

Result<void> Generation::load_meta() {
  const auto table = env_.table(kMetaTable);
  if (!table) {
    return fail(table.error().kind, table.error().message + ": not a reputation table");
  }
  auto reading = env_.read();
  if (!reading) return tl::unexpected(reading.error());
  if (auto checked = check_format(*reading, *table); !checked) return checked;

  auto cursor = reading->cursor(*table);
  if (!cursor) return tl::unexpected(cursor.error());
  MetaReader meta;
  for (auto more = cursor->first();; more = cursor->next()) {
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    if (!meta.push(cursor->key(), cursor->value())) {
      return fail(ErrorKind::kData, fmt::format("{}: entry \"{}\" of its description is broken",
                                                name_, printable(cursor->key(), 40)));
    }
  }
  auto whole = meta.finish();
  if (!whole) return fail(ErrorKind::kData, name_ + ": its description does not fit together");
  meta_ = std::move(*whole);
  return {};
}

Result<void> Generation::check_counts() const {
  const auto reading = env_.read();
  if (!reading) return tl::unexpected(reading.error());
  struct Wanted {
    LmdbTable table;
    std::uint64_t keys;
    std::string_view what;
  };
  for (const Wanted& wanted :
       {Wanted{numbers_, meta_.numbers, "numbers"}, Wanted{ranges_, meta_.ranges, "ranges"},
        Wanted{blocks_, meta_.thousands, "thousands with blocks"}}) {
    const auto count = reading->count(wanted.table);
    if (!count) return tl::unexpected(count.error());
    if (*count != wanted.keys) {
      return fail(ErrorKind::kData, fmt::format("{} holds {} {} and should hold {}", name_, *count,
                                                wanted.what, wanted.keys));
    }
  }
  return {};
}

Listing Generation::listing_of(const Record& record) const {
  const ListInfo& list = meta_.lists[record.list];
  return {.list = list.name,
          .category = meta_.categories[record.category],
          .score = record.score,
          .first_listed = from_seconds(record.first_listed),
          .last_seen = from_seconds(record.last_seen),
          .expires = from_expiry(record.expires),
          .role = list.role,
          .weight = list.weight};
}

Result<void> Generation::read_records(std::string_view bytes, E164 number,
                                      std::vector<Record>& records) const {
  for (; bytes.size() >= kRecordBytes; bytes.remove_prefix(kRecordBytes)) {
    const Record record = read_record(bytes);
    if (record.list >= meta_.lists.size() || record.category >= meta_.categories.size()) {
      return fail(ErrorKind::kData, fmt::format("{}: the entry of {} refers to a list or category "
                                                "that does not exist",
                                                name_, number.to_string()));
    }
    records.push_back(record);
  }
  return {};
}

// Appends the records of ranges that hold the number, and the range of each.
Result<void> Generation::find_ranges(const LmdbReading& reading, E164 number,
                                     std::vector<Record>& records,
                                     std::vector<NumberRange>& ranges) const {
  for (const auto& [shape, keys] : meta_.shapes) {
    const auto range = NumberRange::around(number, shape.first, shape.second);
    if (!range) continue;
    const auto key = range->key();
    const auto value = reading.get(ranges_, {key.data(), key.size()});
    if (!value) return tl::unexpected(value.error());
    if (!*value) continue;
    if (auto read = read_records(**value, number, records); !read) return read;
    ranges.resize(records.size(), *range);
  }
  return {};
}

Result<void> Generation::find_blocks(const LmdbReading& reading, E164 number,
                                     const std::vector<Record>& records,
                                     std::vector<Block>& out) const {
  const auto key = thousand_key(number);
  const auto value = reading.get(blocks_, {key.data(), key.size()});
  if (!value) return tl::unexpected(value.error());
  if (!*value) return {};
  const auto own = block_member(records, meta_.lists, meta_.member_rules, to_seconds(meta_.built));
  const int offset = static_cast<int>(number.value() % kBlockNumbersMax);
  for (std::string_view rest = **value; rest.size() >= kBlockRecordBytes;
       rest.remove_prefix(kBlockRecordBytes)) {
    const BlockRecord block = read_block_record(rest);
    if (offset < block.first || offset >= block.first + block.numbers()) continue;
    const auto range = NumberRange::block_of(number, block.free_digits);
    if (!range || block.category >= meta_.categories.size()) {
      return fail(ErrorKind::kData,
                  fmt::format("{}: a block around {} is broken", name_, number.to_string()));
    }
    const SeenBlock seen = seen_from(block, number, own);
    out.push_back({.range = *range,
                   .members = seen.members,
                   .spread = seen.spread,
                   .scores = static_cast<int>(seen.scores),
                   .last_seen = from_seconds(seen.youngest),
                   .category = meta_.categories[block.category]});
  }
  return {};
}

Result<NumberFacts> Generation::find(const LmdbReading& reading, E164 number,
                                     bool with_blocks) const {
  NumberFacts out;
  std::vector<Record> records;
  const auto key = number.key();
  const auto value = reading.get(numbers_, {key.data(), key.size()});
  if (!value) return tl::unexpected(value.error());
  if (*value) {
    if (auto read = read_records(**value, number, records); !read) {
      return tl::unexpected(read.error());
    }
  }
  const std::size_t own = records.size();
  std::vector<NumberRange> ranges(own, NumberRange(number));
  if (auto found = find_ranges(reading, number, records, ranges); !found) {
    return tl::unexpected(found.error());
  }
  out.listings.reserve(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    out.listings.push_back(listing_of(records[i]));
    // A provider's entry for one number is the longest prefix there is.
    if (i >= own || out.listings.back().role == ListRole::kProvider) {
      out.listings.back().range = ranges[i];
    }
  }
  if (with_blocks && meta_.thousands > 0) {
    records.resize(own);
    if (auto found = find_blocks(reading, number, records, out.blocks); !found) {
      return tl::unexpected(found.error());
    }
  }
  return out;
}

tl::unexpected<Error> Generation::broken_entry(std::string_view what) const {
  return fail(ErrorKind::kData, fmt::format("{}: the entry of {} is broken", name_, what));
}

Result<void> Generation::walk_table(LmdbTable table, std::size_t record_bytes,
                                    const RawVisitor& visit) const {
  auto reading = env_.read();
  if (!reading) return tl::unexpected(reading.error());
  auto cursor = reading->cursor(table);
  if (!cursor) return tl::unexpected(cursor.error());
  for (auto more = cursor->first();; more = cursor->next()) {
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    const std::string_view value = cursor->value();
    if (value.empty() || value.size() % record_bytes != 0) {
      return fail(ErrorKind::kData, name_ + " has a broken entry");
    }
    if (auto visited = visit(cursor->key(), value); !visited) return visited;
  }
}

Result<void> Generation::walk(const Visitor& visit) const {
  return walk_table(numbers_, kRecordBytes,
                    [&](std::string_view key, std::string_view value) -> Result<void> {
                      const auto number = E164::from_key(key);
                      if (!number) return fail(ErrorKind::kData, name_ + " has a broken entry");
                      return visit(*number, value);
                    });
}

Result<void> Generation::walk_ranges(const RangeVisitor& visit) const {
  return walk_table(ranges_, kRecordBytes,
                    [&](std::string_view key, std::string_view value) -> Result<void> {
                      const auto range = NumberRange::from_key(key);
                      if (!range) return fail(ErrorKind::kData, name_ + " has a broken entry");
                      return visit(*range, value);
                    });
}

}  // namespace ringfence
