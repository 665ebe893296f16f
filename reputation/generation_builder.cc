#include "reputation/generation_builder.h"

#include <fmt/core.h>

#include <algorithm>
#include <exception>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "reputation/entry.h"
#include "reputation/generation.h"
#include "reputation/generation_directory.h"
#include "reputation/generation_writer.h"
#include "reputation/list_plan.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using Fate = ListPlan::Fate;

// How many records of `list` in the old table are entries of `settled` too, which is sorted. Both
// walk upwards side by side.
class KeptCounter {
 public:
  KeptCounter(std::uint16_t list, ListRole role, std::span<const Entry> settled)
      : list_(list), role_(role), rest_(settled) {}
  void push(std::uint64_t key, std::string_view records) {
    while (!rest_.empty() && rest_.front().key() < key) rest_ = rest_.subspan(1);
    for (; !records.empty(); records.remove_prefix(kRecordBytes)) {
      const Record record = read_record(records);
      if (record.list == list_ && is_settled(key, record)) ++kept_;
    }
  }
  std::uint64_t kept() const { return kept_; }

 private:
  bool is_settled(std::uint64_t key, const Record& record) const {
    for (const Entry& entry : rest_) {
      if (entry.key() != key) return false;
      if (same_entry(entry.record, record, role_)) return true;
    }
    return false;
  }

  std::uint16_t list_;
  ListRole role_;
  std::span<const Entry> rest_;
  std::uint64_t kept_ = 0;
};

}  // namespace

BuilderOptions builder_options(const ReputationOptions& options) {
  return {.directory = options.directory,
          .generations_kept = options.generations_kept,
          .blocks = options.blocks};
}

struct GenerationBuilder::Impl {
  explicit Impl(BuilderOptions o) : options(std::move(o)), directory(options.directory) {}
  ~Impl() {
    std::error_code ignored;
    if (partial) fs::remove_all(directory.partial_folder(*partial), ignored);
    if (unpublished) fs::remove_all(directory.folder(*unpublished), ignored);
  }

  Result<void> begin();
  Result<void> add(std::vector<Entry>& entries, std::uint16_t list, std::uint64_t key,
                   const NewEntry& entry);
  /// Moves the list's entries behind all others; where they begin.
  static std::size_t gather(std::vector<Entry>& entries, std::uint16_t list);
  void number_lists();
  std::vector<ListChange> changes() const;

  BuilderOptions options;
  GenerationDirectory directory;
  UniqueFd lock;
  std::shared_ptr<const Generation> old;  // null: none

  GenerationMeta meta;          // of the new generation
  std::vector<ListPlan> plans;  // the old lists at their old indexes, then new ones
  std::unordered_map<std::string, std::uint16_t> category_indexes;
  std::vector<std::uint16_t> free_categories;  // whose name nobody used any more
  std::vector<Entry> numbers;
  std::vector<Entry> ranges;
  std::size_t named = 0;

  std::optional<std::uint64_t> partial;      // a folder under construction
  std::optional<std::uint64_t> unpublished;  // a complete one that is not current yet
};

GenerationBuilder::GenerationBuilder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
GenerationBuilder::GenerationBuilder(GenerationBuilder&&) noexcept = default;
GenerationBuilder& GenerationBuilder::operator=(GenerationBuilder&&) noexcept = default;
GenerationBuilder::~GenerationBuilder() = default;

Result<GenerationBuilder> GenerationBuilder::begin(BuilderOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  if (auto begun = impl->begin(); !begun) return tl::unexpected(begun.error());
  return GenerationBuilder(std::move(impl));
}

Result<void> GenerationBuilder::Impl::begin() {
  auto taken = directory.lock();
  if (!taken) return tl::unexpected(taken.error());
  lock = std::move(*taken);
  const auto current = directory.current();
  if (!current) return tl::unexpected(current.error());
  if (!*current) return {};

  auto opened = Generation::open(directory.folder(**current));
  if (!opened) {
    return fail(
        ErrorKind::kData,
        fmt::format("the current generation {} is broken: {}; roll back to an earlier one, or "
                    "remove the link {} to start from nothing",
                    **current, opened.error().message, (directory.root() / "current").string()));
  }
  old = std::move(*opened);
  for (const ListInfo& info : old->meta().lists) plans.push_back({.info = info, .before = info});
  meta.categories = old->meta().categories;
  for (std::size_t i = meta.categories.size(); i-- > 0;) {
    const auto index = static_cast<std::uint16_t>(i);
    if (meta.categories[i].empty()) {
      free_categories.push_back(index);
    } else {
      category_indexes.emplace(meta.categories[i], index);
    }
  }
  return {};
}

std::optional<std::uint16_t> GenerationBuilder::category(std::string_view name) {
  auto& categories = impl_->meta.categories;
  const auto known = impl_->category_indexes.find(std::string(name));
  if (known != impl_->category_indexes.end()) return known->second;
  std::uint16_t index = 0;
  if (!impl_->free_categories.empty()) {
    index = impl_->free_categories.back();
    impl_->free_categories.pop_back();
    categories[index] = name;
  } else if (categories.size() < kCategoriesMax) {
    index = static_cast<std::uint16_t>(categories.size());
    categories.emplace_back(name);
  } else {
    return std::nullopt;
  }
  impl_->category_indexes.emplace(name, index);
  return index;
}

Result<std::uint16_t> GenerationBuilder::replace_list(NewList list) {
  if (!is_list_name(list.name)) {
    return fail(
        ErrorKind::kUsage,
        fmt::format("\"{}\" is no name for a list: 1 to {} letters, digits, '_', '-' or '.'",
                    printable(list.name, 80), kListNameBytesMax));
  }
  auto& plans = impl_->plans;
  const auto it = std::find_if(plans.begin(), plans.end(),
                               [&](const ListPlan& plan) { return plan.info.name == list.name; });
  const auto index = static_cast<std::uint16_t>(it - plans.begin());
  if (it == plans.end()) {
    if (plans.size() == kListsMax) {
      return fail(ErrorKind::kData, fmt::format("more than {} lists", kListsMax));
    }
    plans.emplace_back();
  } else if (it->fate == Fate::kReplaced || it->fate == Fate::kDropped) {
    return fail(ErrorKind::kUsage, fmt::format("list \"{}\" is given twice", list.name));
  }
  ListPlan& plan = plans[index];
  plan.info = {.name = list.name,
               .imported = list.imported,
               .source = std::move(list.source),
               .role = list.role,
               .weight = std::clamp(list.weight, 0, 100)};
  plan.fate = Fate::kReplaced;
  plan.keep_missing = list.keep_missing;
  plan.change = {.name = std::move(list.name)};
  plan.order = impl_->named++;
  return index;
}

Result<void> GenerationBuilder::drop_list(std::string_view name) {
  for (ListPlan& plan : impl_->plans) {
    if (plan.info.name != name || plan.fate != Fate::kUntouched) continue;
    plan.fate = Fate::kDropped;
    plan.change = {.name = std::string(name)};
    plan.order = impl_->named++;
    return {};
  }
  return fail(ErrorKind::kNoInput, fmt::format("there is no list \"{}\"", printable(name, 80)));
}

Result<void> GenerationBuilder::Impl::add(std::vector<Entry>& entries, std::uint16_t list,
                                          std::uint64_t key, const NewEntry& entry) try {
  if (list >= plans.size() || plans[list].fate != Fate::kReplaced ||
      entry.category >= meta.categories.size()) {
    return fail(ErrorKind::kSoftware, "an entry for a list or category that was not announced");
  }
  if (numbers.size() + ranges.size() >= options.entries_max) {
    return fail(ErrorKind::kData,
                fmt::format("more than {} entries in one import", options.entries_max));
  }
  entries.push_back(
      Entry::of(key, {.list = list,
                      .category = entry.category,
                      .score = static_cast<std::uint8_t>(std::clamp(entry.score, 0, 100)),
                      .first_listed = to_seconds(entry.first_listed),
                      .last_seen = to_seconds(entry.last_seen),
                      .expires = to_expiry(entry.expires)}));
  return {};
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::kOs,
              fmt::format("out of memory after {} entries", numbers.size() + ranges.size()));
}

Result<void> GenerationBuilder::add(std::uint16_t list, const NewListing& entry) {
  return impl_->add(impl_->numbers, list, entry.number.value(),
                    {.category = entry.category,
                     .score = entry.score,
                     .first_listed = entry.first_listed,
                     .last_seen = entry.last_seen,
                     .expires = entry.expires});
}

Result<void> GenerationBuilder::add_range(std::uint16_t list, const NumberRange& range,
                                          const NewEntry& entry) {
  if (const auto number = range.number()) {
    return impl_->add(impl_->numbers, list, number->value(), entry);
  }
  if (impl_->ranges.size() >= kRangesMax) {
    return fail(ErrorKind::kData, fmt::format("more than {} ranges in one import", kRangesMax));
  }
  return impl_->add(impl_->ranges, list, pack_range(range), entry);
}

std::size_t GenerationBuilder::entries() const {
  return impl_->numbers.size() + impl_->ranges.size();
}

Result<void> GenerationBuilder::withdraw(std::uint16_t list) {
  if (list >= impl_->plans.size() || impl_->plans[list].fate != Fate::kReplaced) {
    return fail(ErrorKind::kSoftware, "a list is withdrawn that was not announced");
  }
  for (std::vector<Entry>* entries : {&impl_->numbers, &impl_->ranges}) {
    std::erase_if(*entries, [list](const Entry& entry) { return entry.record.list == list; });
  }
  ListPlan& plan = impl_->plans[list];
  plan.fate = plan.before ? Fate::kUntouched : Fate::kForgotten;
  if (plan.before) plan.info = *plan.before;
  plan.change = {};
  return {};
}

std::size_t GenerationBuilder::Impl::gather(std::vector<Entry>& entries, std::uint16_t list) {
  const auto begin = std::partition(entries.begin(), entries.end(), [list](const Entry& entry) {
    return entry.record.list != list;
  });
  return static_cast<std::size_t>(begin - entries.begin());
}

Result<ListCounts> GenerationBuilder::settle(std::uint16_t list) {
  Impl& impl = *impl_;
  if (list >= impl.plans.size() || impl.plans[list].fate != Fate::kReplaced) {
    return fail(ErrorKind::kSoftware, "a list is settled that was not announced");
  }
  ListPlan& plan = impl.plans[list];
  const ListRole role = plan.info.role;
  const auto merged = [&](std::vector<Entry>& entries) {
    const std::size_t begin = Impl::gather(entries, list);
    sort_entries(std::span(entries).subspan(begin));
    plan.change.merged += merge_entries(entries, begin, role);
    return std::span<const Entry>(entries).subspan(begin);
  };
  const std::span<const Entry> numbers = merged(impl.numbers);
  const std::span<const Entry> ranges = merged(impl.ranges);
  ListCounts counts{.numbers = numbers.size(), .ranges = ranges.size()};
  if (!plan.before) return counts;
  counts.numbers_before = plan.before->numbers;
  counts.ranges_before = plan.before->ranges;
  KeptCounter kept_numbers(list, role, numbers);
  auto walked = impl.old->walk([&](E164 number, std::string_view records) -> Result<void> {
    kept_numbers.push(number.value(), records);
    return {};
  });
  if (!walked) return tl::unexpected(walked.error());
  KeptCounter kept_ranges(list, role, ranges);
  walked = impl.old->walk_ranges([&](NumberRange range, std::string_view records) -> Result<void> {
    kept_ranges.push(pack_range(range), records);
    return {};
  });
  if (!walked) return tl::unexpected(walked.error());
  counts.numbers_kept = kept_numbers.kept();
  counts.ranges_kept = kept_ranges.kept();
  return counts;
}

// Lists that go leave no gap in the new table of lists.
void GenerationBuilder::Impl::number_lists() {
  for (ListPlan& plan : plans) {
    if (!plan.goes_on()) continue;
    plan.next = static_cast<std::uint16_t>(meta.lists.size());
    meta.lists.push_back(plan.info);
    meta.lists.back().numbers = 0;
    meta.lists.back().ranges = 0;
  }
}

std::vector<ListChange> GenerationBuilder::Impl::changes() const {
  std::vector<const ListPlan*> changed;
  for (const ListPlan& plan : plans) {
    if (plan.fate == Fate::kReplaced || plan.fate == Fate::kDropped) changed.push_back(&plan);
  }
  std::sort(changed.begin(), changed.end(),
            [](const ListPlan* a, const ListPlan* b) { return a->order < b->order; });
  std::vector<ListChange> out;
  for (const ListPlan* plan : changed) out.push_back(plan->change);
  return out;
}

Result<BuildReport> GenerationBuilder::build(TimePoint now) try {
  Impl& impl = *impl_;
  impl.directory.clean(std::max(impl.options.generations_kept, 1));
  const auto next = impl.directory.next();
  if (!next) return tl::unexpected(next.error());

  impl.number_lists();
  impl.meta.built = now;
  const BlockOptions& blocks = impl.options.blocks;
  impl.meta.member_rules = {.score_min = blocks.member_score_min,
                            .age_max = to_seconds(TimePoint(blocks.member_age_max))};
  sort_entries(impl.numbers);
  sort_entries(impl.ranges);

  const fs::path folder = impl.directory.partial_folder(*next);
  impl.partial = *next;
  if (auto made = make_folder(folder); !made) return tl::unexpected(made.error());
  GenerationWriter writer(impl.plans, impl.meta, impl.old.get(), impl.options);
  if (auto written = writer.write(folder / kTableFile, impl.numbers, impl.ranges); !written) {
    return tl::unexpected(written.error());
  }
  impl.numbers = {};
  impl.ranges = {};

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
                     .ranges = impl.meta.ranges,
                     .blocks = impl.meta.blocks,
                     .records = impl.meta.records,
                     .file_bytes = (*reopened)->file_bytes(),
                     .lists = impl.changes()};
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
