#include "reputation/generation_builder.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <exception>
#include <system_error>
#include <tuple>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "reputation/generation.h"
#include "reputation/generation_directory.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kProgressEvery = 100'000;

// One new entry in memory. Packed by its members: 8 + 16 bytes.
struct Entry {
  std::uint64_t number;
  Record record;
};
static_assert(sizeof(Entry) == 24);

// Two entries of one list for one number become one.
void merge(Record& into, const Record& other) {
  if (other.score > into.score) {
    into.score = other.score;
    into.category = other.category;
  }
  into.first_listed = std::min(into.first_listed, other.first_listed);
  into.last_seen = std::max(into.last_seen, other.last_seen);
  into.expires =
      into.expires == 0 || other.expires == 0 ? 0 : std::max(into.expires, other.expires);
}

}  // namespace

struct GenerationBuilder::Impl {
  explicit Impl(BuilderOptions o) : options(std::move(o)), directory(options.directory) {}
  ~Impl() {
    std::error_code ignored;
    if (partial) fs::remove_all(directory.partial_folder(*partial), ignored);
    if (unpublished) fs::remove_all(directory.folder(*unpublished), ignored);
  }

  // How a list of the old generation goes on.
  struct OldList {
    std::optional<std::uint16_t> list;  // its index in `meta`; nothing: dropped
    std::optional<std::size_t> change;  // its index in `changes`; nothing: untouched
    bool keep_missing = true;           // its records stay where no new one replaces them
  };

  void number_lists();
  Result<void> write(const fs::path& folder);
  Result<void> write_numbers(LmdbFileWriter& writer, LmdbTable table);
  Result<void> put(std::uint64_t number, LmdbFileWriter& writer, LmdbTable table);
  void take_old(std::string_view records);
  void take_new(std::size_t& position);
  void tick() const {
    if (options.progress && done % kProgressEvery == 0) options.progress(done);
  }

  BuilderOptions options;
  GenerationDirectory directory;
  UniqueFd lock;
  std::shared_ptr<const Generation> old;  // null: none
  std::vector<OldList> old_lists;         // by the old generation's list index

  GenerationMeta meta;  // of the new generation
  std::vector<Entry> entries;
  std::vector<ListChange> changes;
  std::vector<std::optional<std::size_t>> change_of;  // by list index of `meta`

  // The number being written: its old records, already with new list indexes, and its new ones.
  struct OldRecord {
    Record record;
    const OldList* list;
  };
  std::vector<OldRecord> old_records;
  std::vector<Record> new_records;
  std::string value;
  std::uint64_t done = 0;
  std::array<bool, 256> category_used{};

  std::optional<std::uint64_t> partial;      // a folder under construction
  std::optional<std::uint64_t> unpublished;  // a complete one that is not current yet
};

GenerationBuilder::GenerationBuilder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
GenerationBuilder::GenerationBuilder(GenerationBuilder&&) noexcept = default;
GenerationBuilder& GenerationBuilder::operator=(GenerationBuilder&&) noexcept = default;
GenerationBuilder::~GenerationBuilder() = default;

Result<GenerationBuilder> GenerationBuilder::begin(BuilderOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  auto lock = impl->directory.lock();
  if (!lock) return tl::unexpected(lock.error());
  impl->lock = std::move(*lock);
  const auto current = impl->directory.current();
  if (!current) return tl::unexpected(current.error());
  if (!*current) return GenerationBuilder(std::move(impl));

  auto old = Generation::open(impl->directory.folder(**current));
  if (!old) {
    return fail(
        ErrorKind::kData,
        fmt::format("the current generation {} is broken: {}; roll back to an earlier one, or "
                    "remove the link {} to start from nothing",
                    **current, old.error().message, (impl->directory.root() / "current").string()));
  }
  impl->old = std::move(*old);
  impl->meta.lists = impl->old->meta().lists;
  impl->meta.categories = impl->old->meta().categories;
  for (std::size_t i = 0; i < impl->meta.lists.size(); ++i) {
    impl->old_lists.push_back({.list = static_cast<std::uint16_t>(i), .change = {}});
  }
  impl->change_of.resize(impl->meta.lists.size());
  return GenerationBuilder(std::move(impl));
}

std::optional<std::uint8_t> GenerationBuilder::category(std::string_view name) {
  auto& categories = impl_->meta.categories;
  auto it = std::find(categories.begin(), categories.end(), name);
  if (it == categories.end()) {
    // A name nobody used any more was emptied: its place is free.
    it = std::find(categories.begin(), categories.end(), std::string_view());
    if (it != categories.end()) {
      *it = name;
    } else if (categories.size() < kCategoriesMax) {
      it = categories.emplace(categories.end(), name);
    } else {
      return std::nullopt;
    }
  }
  return static_cast<std::uint8_t>(it - categories.begin());
}

Result<std::uint16_t> GenerationBuilder::replace_list(NewList list) {
  if (!is_list_name(list.name)) {
    return fail(
        ErrorKind::kUsage,
        fmt::format("\"{}\" is no name for a list: 1 to {} letters, digits, '_', '-' or '.'",
                    printable(list.name, 80), kListNameBytesMax));
  }
  auto& lists = impl_->meta.lists;
  const auto it = std::find_if(lists.begin(), lists.end(),
                               [&](const ListInfo& info) { return info.name == list.name; });
  const auto index = static_cast<std::size_t>(it - lists.begin());
  if (it == lists.end()) {
    if (lists.size() == kListsMax) {
      return fail(ErrorKind::kData, fmt::format("more than {} lists", kListsMax));
    }
    lists.emplace_back();
    impl_->change_of.emplace_back();
  } else if (impl_->change_of[index]) {
    return fail(ErrorKind::kUsage, fmt::format("list \"{}\" is given twice", list.name));
  }
  lists[index].name = list.name;
  lists[index].imported = list.imported;
  lists[index].source = list.source;
  impl_->change_of[index] = impl_->changes.size();
  if (index < impl_->old_lists.size()) {
    impl_->old_lists[index].change = impl_->changes.size();
    impl_->old_lists[index].keep_missing = list.keep_missing;
  }
  impl_->changes.push_back({.name = list.name});
  return static_cast<std::uint16_t>(index);
}

Result<void> GenerationBuilder::drop_list(std::string_view name) {
  for (std::size_t i = 0; i < impl_->old_lists.size(); ++i) {
    if (impl_->meta.lists[i].name != name || impl_->change_of[i]) continue;
    impl_->change_of[i] = impl_->changes.size();
    impl_->old_lists[i] = {.list = {}, .change = impl_->changes.size(), .keep_missing = false};
    impl_->changes.push_back({.name = std::string(name)});
    return {};
  }
  return fail(ErrorKind::kNoInput, fmt::format("there is no list \"{}\"", printable(name, 80)));
}

Result<void> GenerationBuilder::add(std::uint16_t list, const NewListing& entry) try {
  if (list >= impl_->meta.lists.size() || entry.category >= impl_->meta.categories.size()) {
    return fail(ErrorKind::kSoftware, "an entry for a list or category that was not announced");
  }
  if (impl_->entries.size() >= impl_->options.entries_max) {
    return fail(ErrorKind::kData,
                fmt::format("more than {} entries in one import", impl_->options.entries_max));
  }
  impl_->entries.push_back(
      {.number = entry.number.value(),
       .record = {.list = list,
                  .category = entry.category,
                  .score = static_cast<std::uint8_t>(std::clamp(entry.score, 0, 100)),
                  .first_listed = to_seconds(entry.first_listed),
                  .last_seen = to_seconds(entry.last_seen),
                  .expires = to_expiry(entry.expires)}});
  return {};
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::kOs, fmt::format("out of memory after {} entries", entries()));
}

std::size_t GenerationBuilder::entries() const { return impl_->entries.size(); }

// The old records of one number, those of dropped lists counted and left out.
void GenerationBuilder::Impl::take_old(std::string_view records) {
  for (; !records.empty(); records.remove_prefix(kRecordBytes)) {
    Record record = read_record(records);
    if (record.list >= old_lists.size() || record.category >= meta.categories.size()) continue;
    const OldList& list = old_lists[record.list];
    if (!list.list) {
      ++changes[*list.change].removed;
      continue;
    }
    record.list = *list.list;
    old_records.push_back({record, &list});
  }
}

// The new records of one number, one a list.
void GenerationBuilder::Impl::take_new(std::size_t& position) {
  const std::uint64_t number = entries[position].number;
  for (; position < entries.size() && entries[position].number == number; ++position) {
    const Record& record = entries[position].record;
    if (!new_records.empty() && new_records.back().list == record.list) {
      merge(new_records.back(), record);
      ++changes[*change_of[record.list]].merged;
    } else {
      new_records.push_back(record);
    }
  }
}

// Writes what take_old() and take_new() gathered.
Result<void> GenerationBuilder::Impl::put(std::uint64_t number, LmdbFileWriter& writer,
                                          LmdbTable table) {
  value.clear();
  const auto write_record = [this](const Record& record) {
    append_record(value, record);
    ++meta.records;
    ++meta.lists[record.list].numbers;
    category_used[record.category] = true;
  };
  for (Record& record : new_records) {
    const auto before =
        std::find_if(old_records.begin(), old_records.end(),
                     [&](const OldRecord& o) { return o.record.list == record.list; });
    ListChange& change = changes[*change_of[record.list]];
    if (before == old_records.end()) {
      ++change.added;
    } else {
      ++change.kept;
      record.first_listed = std::min(record.first_listed, before->record.first_listed);
      old_records.erase(before);
    }
    write_record(record);
  }
  for (const OldRecord& record : old_records) {
    if (record.list->keep_missing) {
      if (record.list->change) ++changes[*record.list->change].kept;
      write_record(record.record);
    } else {
      ++changes[*record.list->change].removed;
    }
  }
  new_records.clear();
  old_records.clear();
  if (value.empty()) return {};
  const auto e164 = E164::from_value(number);
  if (!e164) return fail(ErrorKind::kSoftware, "a key that is no number");
  const auto key = e164->key();
  ++meta.numbers;
  ++done;
  tick();
  return writer.append(table, {key.data(), key.size()}, value);
}

// Merges the old generation, in order already, with the sorted new entries.
Result<void> GenerationBuilder::Impl::write_numbers(LmdbFileWriter& writer, LmdbTable table) {
  std::size_t position = 0;
  const auto put_new_below = [&](std::uint64_t limit) -> Result<void> {
    while (position < entries.size() && entries[position].number < limit) {
      const std::uint64_t number = entries[position].number;
      take_new(position);
      if (auto written = put(number, writer, table); !written) return written;
    }
    return {};
  };
  if (old != nullptr) {
    auto walked = old->walk([&](E164 number, std::string_view records) -> Result<void> {
      if (auto written = put_new_below(number.value()); !written) return written;
      take_old(records);
      if (position < entries.size() && entries[position].number == number.value()) {
        take_new(position);
      }
      return put(number.value(), writer, table);
    });
    if (!walked) return walked;
  }
  return put_new_below(std::uint64_t(-1));
}

Result<void> GenerationBuilder::Impl::write(const fs::path& folder) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.number, a.record.list) < std::tie(b.number, b.record.list);
  });
  const std::uint64_t keys = entries.size() + (old != nullptr ? old->meta().numbers : 0);
  const std::uint64_t records = entries.size() + (old != nullptr ? old->meta().records : 0);
  constexpr std::uint64_t kMetaBytes = std::uint64_t{16} << 20;
  auto writer = LmdbFileWriter::create(folder / kTableFile, keys,
                                       keys * 8 + records * kRecordBytes + kMetaBytes);
  if (!writer) return tl::unexpected(writer.error());
  const auto numbers = writer->create_table(kNumbersTable);
  if (!numbers) return tl::unexpected(numbers.error());
  const auto description = writer->create_table(kMetaTable);
  if (!description) return tl::unexpected(description.error());
  if (auto written = write_numbers(*writer, *numbers); !written) return written;
  for (std::size_t i = 0; i < meta.categories.size(); ++i) {
    if (!category_used[i]) meta.categories[i].clear();
  }
  for (const auto& [key, text] : encode_meta(meta)) {
    if (auto appended = writer->append(*description, key, text); !appended) return appended;
  }
  return writer->finish();
}

// Lists that were dropped leave no gap in the new list table.
void GenerationBuilder::Impl::number_lists() {
  std::vector<std::uint16_t> moved(meta.lists.size());
  std::vector<ListInfo> lists;
  std::vector<std::optional<std::size_t>> changes_kept;
  for (std::size_t i = 0; i < meta.lists.size(); ++i) {
    if (i < old_lists.size() && !old_lists[i].list) continue;
    moved[i] = static_cast<std::uint16_t>(lists.size());
    if (i < old_lists.size()) old_lists[i].list = moved[i];
    lists.push_back(std::move(meta.lists[i]));
    lists.back().numbers = 0;
    changes_kept.push_back(change_of[i]);
  }
  meta.lists = std::move(lists);
  change_of = std::move(changes_kept);
  for (Entry& entry : entries) entry.record.list = moved[entry.record.list];
}

Result<BuildReport> GenerationBuilder::build(TimePoint now) try {
  Impl& impl = *impl_;
  impl.directory.clean(std::max(impl.options.generations_kept, 1));
  const auto next = impl.directory.next();
  if (!next) return tl::unexpected(next.error());

  impl.number_lists();
  impl.meta.built = now;

  const fs::path folder = impl.directory.partial_folder(*next);
  impl.partial = *next;
  if (auto made = make_folder(folder); !made) return tl::unexpected(made.error());
  if (auto written = impl.write(folder); !written) return tl::unexpected(written.error());
  impl.entries = {};

  const auto reopened = Generation::open(folder);
  auto verified = reopened ? (*reopened)->verify() : tl::unexpected(reopened.error());
  if (!verified) return tl::unexpected(verified.error());
  if (auto adopted = impl.directory.adopt(*next); !adopted) {
    impl.unpublished = *next;  // the rename may have happened
    return tl::unexpected(adopted.error());
  }
  impl.partial.reset();
  impl.unpublished = *next;
  return BuildReport{.generation = *next,
                     .numbers = impl.meta.numbers,
                     .records = impl.meta.records,
                     .file_bytes = (*reopened)->file_bytes(),
                     .lists = impl.changes};
} catch (const std::exception& e) {
  return fail(ErrorKind::kOs, fmt::format("cannot build a generation: {}", e.what()));
}

Result<void> GenerationBuilder::publish() {
  if (!impl_->unpublished) return fail(ErrorKind::kSoftware, "publish() without build()");
  const std::uint64_t generation = *impl_->unpublished;
  if (auto made = impl_->directory.make_current(generation); !made) {
    // The link may point to it already, with only the flush failing: then it must stay.
    const auto current = impl_->directory.current();
    if (current && *current == generation) impl_->unpublished.reset();
    return made;
  }
  impl_->unpublished.reset();
  impl_->directory.clean(impl_->options.generations_kept);
  return {};
}

}  // namespace ringfence
