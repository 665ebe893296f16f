#include "reputation/generation_diff.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "reputation/entry.h"
#include "reputation/generation_directory.h"

namespace ringfence {
namespace {

// One generation's side of the walk through one table.
class Side {
 public:
  Side(const Generation* generation, LmdbReading* reading)
      : generation_(generation), reading_(reading) {}
  Result<void> begin(GenerationTable table) {
    cursor_.reset();
    if (generation_ == nullptr) return {};
    auto cursor = generation_->cursor(*reading_, table);
    if (!cursor) return tl::unexpected(cursor.error());
    cursor_.emplace(std::move(*cursor));
    return keep(cursor_->first());
  }
  bool at_end() const { return !cursor_; }
  std::string_view key() const { return cursor_->key(); }
  std::string_view value() const { return cursor_->value(); }
  Result<void> next() { return keep(cursor_->next()); }

 private:
  Result<void> keep(const Result<bool>& more) {
    if (!more) return tl::unexpected(more.error());
    if (!*more) cursor_.reset();
    return {};
  }

  const Generation* generation_;
  LmdbReading* reading_;
  std::optional<LmdbCursor> cursor_;
};

class Diff {
 public:
  Diff(const Generation* before, const Generation& after, const DiffOptions& options)
      : before_(before), after_(&after), options_(options) {
    if (before != nullptr) name_lists(before->meta(), &ListDiff::before);
    name_lists(after.meta(), &ListDiff::after);
    std::size_t index = 0;
    for (auto& [name, list] : by_name_) {
      list.name = name;
      index_of_[name] = index++;
    }
    if (before != nullptr) index_lists(before->meta(), before_lists_);
    index_lists(after.meta(), after_lists_);
    for (auto& [name, list] : by_name_) lists_.push_back(std::move(list));
  }

  Result<std::vector<ListDiff>> run() {
    auto after_reading = after_->read();
    if (!after_reading) return tl::unexpected(after_reading.error());
    std::optional<LmdbReading> before_reading;
    if (before_ != nullptr) {
      auto reading = before_->read();
      if (!reading) return tl::unexpected(reading.error());
      before_reading.emplace(std::move(*reading));
    }
    Side before(before_, before_reading ? &*before_reading : nullptr);
    Side after(after_, &*after_reading);
    for (const GenerationTable table : {GenerationTable::kNumbers, GenerationTable::kRanges}) {
      table_ = table;
      if (auto walked = walk(before, after); !walked) return tl::unexpected(walked.error());
    }
    return std::move(lists_);
  }

 private:
  using Lists = std::vector<std::optional<std::size_t>>;  // into lists_, by the generation's index

  void name_lists(const GenerationMeta& meta, std::optional<ListInfo> ListDiff::*side) {
    for (const ListInfo& info : meta.lists) {
      if (options_.list.empty() || info.name == options_.list) by_name_[info.name].*side = info;
    }
  }
  void index_lists(const GenerationMeta& meta, Lists& out) const {
    for (const ListInfo& info : meta.lists) {
      const auto it = index_of_.find(info.name);
      out.push_back(it == index_of_.end() ? std::nullopt : std::optional(it->second));
    }
  }

  Result<void> walk(Side& before, Side& after) {
    if (auto begun = before.begin(table_); !begun) return begun;
    if (auto begun = after.begin(table_); !begun) return begun;
    while (!before.at_end() || !after.at_end()) {
      const bool old = !before.at_end() && (after.at_end() || before.key() <= after.key());
      const bool now = !after.at_end() && (before.at_end() || after.key() <= before.key());
      if (auto compared =
              compare(old ? before.key() : after.key(), old ? before.value() : std::string_view(),
                      now ? after.value() : std::string_view());
          !compared) {
        return compared;
      }
      if (old) {
        if (auto moved = before.next(); !moved) return moved;
      }
      if (now) {
        if (auto moved = after.next(); !moved) return moved;
      }
    }
    return {};
  }

  // A record and the list it is of, as an index of lists_.
  struct Listed {
    std::size_t list;
    Record record;
  };
  static void read(std::string_view bytes, const Lists& lists, std::size_t categories,
                   std::vector<Listed>& out) {
    out.clear();
    for (; bytes.size() >= kRecordBytes; bytes.remove_prefix(kRecordBytes)) {
      const Record record = read_record(bytes);
      if (record.list >= lists.size() || record.category >= categories) continue;
      if (lists[record.list]) out.push_back({*lists[record.list], record});
    }
  }

  Result<void> compare(std::string_view key, std::string_view before, std::string_view after) {
    read(before, before_lists_, before_ == nullptr ? 0 : before_->meta().categories.size(), old_);
    read(after, after_lists_, after_->meta().categories.size(), new_);
    if (old_.empty() && new_.empty()) return {};
    const auto number = number_of(key);
    if (!number) return fail(ErrorKind::kData, "a generation has a broken entry");
    for (const Listed& now : new_) {
      const auto was =
          std::find_if(old_.begin(), old_.end(), [&](const Listed& o) { return is_same(o, now); });
      ListDiff& list = lists_[now.list];
      DiffCounts& counts = counts_of(list);
      if (was == old_.end()) {
        ++counts.added;
        keep(list.added, {.number = *number, .after = side(*after_, now.record)});
        continue;
      }
      if (was->record.score != now.record.score || !same_category(*was, now)) {
        ++counts.changed;
        keep(list.changed, {.number = *number,
                            .before = side(*before_, was->record),
                            .after = side(*after_, now.record)});
      } else {
        ++(was->record.last_seen == now.record.last_seen ? counts.same : counts.seen);
      }
      old_.erase(was);
    }
    for (const Listed& was : old_) {
      ++counts_of(lists_[was.list]).removed;
      keep(lists_[was.list].removed, {.number = *number, .before = side(*before_, was.record)});
    }
    return {};
  }

  bool same_category(const Listed& was, const Listed& now) const {
    return before_->meta().categories[was.record.category] ==
           after_->meta().categories[now.record.category];
  }
  // A directory has an entry for each brand of a number.
  bool is_same(const Listed& was, const Listed& now) const {
    return was.list == now.list &&
           (lists_[now.list].after->role != ListRole::kGenuine || same_category(was, now));
  }
  std::optional<NumberRange> number_of(std::string_view key) const {
    if (table_ == GenerationTable::kRanges) return NumberRange::from_key(key);
    const auto number = E164::from_key(key);
    return number ? std::optional(NumberRange(*number)) : std::nullopt;
  }
  static DiffExample::Side side(const Generation& generation, const Record& record) {
    return {.score = record.score,
            .category = generation.meta().categories[record.category],
            .last_seen = from_seconds(record.last_seen)};
  }
  DiffCounts& counts_of(ListDiff& list) const {
    return table_ == GenerationTable::kNumbers ? list.numbers : list.ranges;
  }
  void keep(std::vector<DiffExample>& examples, DiffExample example) const {
    if (examples.size() < options_.examples_max) examples.push_back(std::move(example));
  }

  const Generation* before_;
  const Generation* after_;
  const DiffOptions& options_;
  GenerationTable table_ = GenerationTable::kNumbers;
  std::map<std::string, ListDiff> by_name_;
  std::map<std::string, std::size_t> index_of_;
  std::vector<ListDiff> lists_;
  Lists before_lists_;
  Lists after_lists_;
  std::vector<Listed> old_;
  std::vector<Listed> new_;
};

}  // namespace

Result<std::vector<ListDiff>> diff_generations(const Generation* before, const Generation& after,
                                               const DiffOptions& options) {
  return Diff(before, after, options).run();
}

Result<GenerationDiff> diff_generations(const std::filesystem::path& root,
                                        std::optional<std::uint64_t> before,
                                        std::optional<std::uint64_t> after,
                                        const DiffOptions& options) {
  const GenerationDirectory directory(root);
  const auto generations = directory.list();
  if (!generations) return tl::unexpected(generations.error());
  if (!after) {
    const auto current = directory.current();
    if (!current) return tl::unexpected(current.error());
    if (!*current) return fail(ErrorKind::kNoInput, root.string() + " has no generation yet");
    after = *current;
  }
  if (!before) {
    const auto above = std::lower_bound(generations->begin(), generations->end(), *after);
    if (above != generations->begin()) before = *std::prev(above);
  }
  const auto open = [&](std::uint64_t number) -> Result<std::shared_ptr<const Generation>> {
    if (!std::binary_search(generations->begin(), generations->end(), number)) {
      return fail(ErrorKind::kNoInput,
                  fmt::format("there is no generation {} in {}", number, root.string()));
    }
    return Generation::open(directory.folder(number));
  };
  const auto newer = open(*after);
  if (!newer) return tl::unexpected(newer.error());
  std::shared_ptr<const Generation> older;
  if (before) {
    auto opened = open(*before);
    if (!opened) return tl::unexpected(opened.error());
    older = std::move(*opened);
  }
  auto lists = diff_generations(older.get(), **newer, options);
  if (!lists) return tl::unexpected(lists.error());
  if (!options.list.empty() && lists->empty()) {
    return fail(ErrorKind::kNoInput,
                fmt::format("neither generation has a list \"{}\"", printable(options.list, 80)));
  }
  return GenerationDiff{.before = before, .after = *after, .lists = std::move(*lists)};
}

}  // namespace ringfence
