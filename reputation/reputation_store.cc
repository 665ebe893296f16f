#include "reputation/reputation_store.h"

#include <fmt/core.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <system_error>
#include <utility>

#include "base/log.h"
#include "reputation/generation.h"
#include "reputation/generation_directory.h"
#include "reputation/overrides.h"
#include "reputation/score.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kCheckEvery{1};
// A generation may be cleaned away between reading `current` and opening it when writers hurry.
constexpr int kOpenTries = 3;

std::int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// What readers share: replaced whole, never changed.
struct Tables {
  std::optional<std::uint64_t> number;                                       // of the generation
  std::shared_ptr<const Generation> generation;                              // null: none
  std::map<std::string, std::optional<TimePoint>, std::less<>> directories;  // brands, to when
  std::optional<Overrides::Identity> identity;  // of the overrides' file
  std::shared_ptr<const Overrides> overrides;   // null: none
};

std::map<std::string, std::optional<TimePoint>, std::less<>> directories_of(
    const GenerationMeta& meta) {
  std::map<std::string, std::optional<TimePoint>, std::less<>> out;
  for (const auto& [category, directory] : meta.directories) {
    out.emplace(meta.categories[category], directory.expires);
  }
  return out;
}

}  // namespace

struct ReputationStore::Impl {
  explicit Impl(const ReputationOptions& o)
      : options(o),
        scoring{.decay = o.decay, .decay_categories = o.decay_categories, .blocks = o.blocks},
        directory(o.directory) {}

  std::shared_ptr<const Tables> tables() const {
    const std::lock_guard lock(tables_mutex);  // held for the copy of a pointer
    return current_tables;
  }
  void set_tables(std::shared_ptr<const Tables> next) {
    {
      const std::lock_guard lock(tables_mutex);
      current_tables.swap(next);
    }
    // `next`, the old tables, goes here, outside the lock: closing unmaps.
  }

  /// Opens what `current` names, when it is another generation than `now_open` has.
  Result<void> follow_generation(Tables& tables) const;
  Result<void> follow_overrides(Tables& tables) const;
  /// Brings the tables up to date; on an error the old ones stay, the fault is noted and logged
  /// once.
  Result<void> follow(bool generation_too);
  /// follow() when it is due. Overrides on each call, the generation once a second.
  void follow_if_due();

  const ReputationOptions options;
  const ScoreOptions scoring;
  const GenerationDirectory directory;

  mutable std::mutex tables_mutex;
  std::shared_ptr<const Tables> current_tables = std::make_shared<Tables>();

  std::mutex follow_mutex;  // one follows at a time
  std::atomic<std::int64_t> next_check_ns{0};

  mutable std::mutex fault_mutex;
  std::string generation_fault;
  std::string overrides_fault;
  std::optional<Overrides::Identity> broken_overrides;  // tried and found broken

  void note_broken_overrides(const Result<void>& result) {
    const auto identity =
        result ? std::nullopt : Overrides::identify(directory.root()).value_or(std::nullopt);
    const std::lock_guard lock(fault_mutex);
    broken_overrides = identity;
  }
  void note_fault(std::string& slot, const Result<void>& result) {
    const std::lock_guard lock(fault_mutex);
    const std::string fault = result ? std::string() : result.error().message;
    if (fault == slot) return;
    slot = fault;
    if (fault.empty()) {
      log_info("", "reputation: {} is in order again", options.directory.string());
    } else {
      log_error("", "reputation: the table in use stays: {}", fault);
    }
  }
};

Result<void> ReputationStore::Impl::follow_generation(Tables& tables) const {
  for (int tries_left = kOpenTries;; --tries_left) {
    const auto number = directory.current();
    if (!number) return tl::unexpected(number.error());
    if (*number == tables.number) return {};
    if (!*number) {
      return fail(ErrorKind::kData,
                  fmt::format("{} has lost its link \"current\"", directory.root().string()));
    }
    auto generation = Generation::open(directory.folder(**number));
    if (generation) {
      tables.number = *number;
      tables.generation = std::move(*generation);
      tables.directories = directories_of(tables.generation->meta());
      return {};
    }
    if (generation.error().kind != ErrorKind::kNoInput) return tl::unexpected(generation.error());
    if (tries_left == 1) {
      return fail(ErrorKind::kData, fmt::format("{} names generation {}, which is not there: {}",
                                                (directory.root() / "current").string(), **number,
                                                generation.error().message));
    }
  }
}

Result<void> ReputationStore::Impl::follow_overrides(Tables& tables) const {
  auto identity = Overrides::identify(directory.root());
  if (!identity) return tl::unexpected(identity.error());
  if (*identity == tables.identity) return {};
  auto overrides = Overrides::open(directory.root());
  if (!overrides) return tl::unexpected(overrides.error());
  tables.identity = *identity;
  tables.overrides = std::move(*overrides);
  return {};
}

Result<void> ReputationStore::Impl::follow(bool generation_too) {
  const auto old = tables();
  auto next = std::make_shared<Tables>(*old);
  const Result<void> overrides = follow_overrides(*next);
  note_fault(overrides_fault, overrides);
  note_broken_overrides(overrides);
  Result<void> generation;
  if (generation_too) {
    generation = follow_generation(*next);
    note_fault(generation_fault, generation);
  }
  if (next->number != old->number || next->identity != old->identity) set_tables(std::move(next));
  return overrides ? generation : overrides;
}

void ReputationStore::Impl::follow_if_due() {
  const std::int64_t now = steady_ns();
  std::int64_t due = next_check_ns.load(std::memory_order_relaxed);
  const std::int64_t after =
      now + std::chrono::duration_cast<std::chrono::nanoseconds>(kCheckEvery).count();
  const bool generation_due =
      now >= due && next_check_ns.compare_exchange_strong(due, after, std::memory_order_relaxed);
  if (!generation_due) {
    const auto identity = Overrides::identify(directory.root());
    if (!identity || *identity == tables()->identity) return;
    const std::lock_guard lock(fault_mutex);
    // A broken file is tried again once a second, with the generation, not on each lookup.
    if (*identity && *identity == broken_overrides) return;
  }
  const std::lock_guard lock(follow_mutex);
  (void)follow(generation_due);  // a fault is noted; the lookup goes on with what there is
}

ReputationStore::ReputationStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ReputationStore::~ReputationStore() = default;

Result<std::shared_ptr<ReputationStore>> ReputationStore::open(const ReputationOptions& options) {
  std::error_code code;
  if (!fs::is_directory(options.directory, code)) {
    return fail(
        code == std::errc::permission_denied ? ErrorKind::kNoPermission : ErrorKind::kNoInput,
        fmt::format("cannot open the reputation directory {}: {}", options.directory.string(),
                    code ? code.message() : "it is not a directory"));
  }
  auto impl = std::make_unique<Impl>(options);
  auto tables = std::make_shared<Tables>();
  if (auto opened = impl->follow_overrides(*tables); !opened) {
    return tl::unexpected(opened.error());
  }
  const auto number = impl->directory.current();
  if (!number) return tl::unexpected(number.error());
  if (*number) {
    if (auto opened = impl->follow_generation(*tables); !opened) {
      return tl::unexpected(opened.error());
    }
  }
  impl->set_tables(std::move(tables));
  return std::shared_ptr<ReputationStore>(new ReputationStore(std::move(impl)));
}

Result<std::vector<NumberReputation>> ReputationStore::lookup(std::span<const E164> numbers,
                                                              TimePoint now) const {
  impl_->follow_if_due();
  const std::shared_ptr<const Tables> tables = impl_->tables();
  std::vector<std::optional<Override>> overrides(numbers.size());
  if (tables->overrides != nullptr) {
    auto found = tables->overrides->find(numbers, now);
    if (!found) return tl::unexpected(found.error());
    overrides = std::move(*found);
  }
  std::optional<LmdbReading> reading;
  if (tables->generation != nullptr) {
    auto begun = tables->generation->read();
    if (!begun) return tl::unexpected(begun.error());
    reading.emplace(std::move(*begun));
  }
  std::vector<NumberReputation> out;
  out.reserve(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    NumberFacts facts;
    if (reading) {
      auto found = tables->generation->find(*reading, numbers[i], impl_->scoring.blocks.enabled);
      if (!found) return tl::unexpected(found.error());
      facts = std::move(*found);
    }
    facts.override_entry = std::move(overrides[i]);
    out.push_back(assess(std::move(facts), now, impl_->scoring));
  }
  return out;
}

bool ReputationStore::has_directory(std::string_view brand, TimePoint now) const {
  const std::shared_ptr<const Tables> tables = impl_->tables();
  if (tables->generation == nullptr) return false;
  const auto found = tables->directories.find(brand);
  return found != tables->directories.end() && (!found->second || now < *found->second);
}

Result<void> ReputationStore::refresh() {
  const std::lock_guard lock(impl_->follow_mutex);
  return impl_->follow(true);
}

Result<StoreStatus> ReputationStore::status() const {
  const std::shared_ptr<const Tables> tables = impl_->tables();
  StoreStatus status;
  if (tables->generation != nullptr) {
    const GenerationMeta& meta = tables->generation->meta();
    status.generation = tables->number;
    status.built = meta.built;
    status.numbers = meta.numbers;
    status.ranges = meta.ranges;
    status.blocks = meta.blocks;
    status.lists = meta.lists;
  }
  if (tables->overrides != nullptr) {
    const auto entries = tables->overrides->list();
    if (!entries) return tl::unexpected(entries.error());
    for (const NumberOverride& entry : *entries) {
      ++(entry.entry.kind == OverrideKind::kAllow ? status.allow_entries : status.deny_entries);
    }
  }
  const std::lock_guard lock(impl_->fault_mutex);
  status.fault = impl_->generation_fault;
  if (!impl_->overrides_fault.empty()) {
    if (!status.fault.empty()) status.fault += "; ";
    status.fault += impl_->overrides_fault;
  }
  return status;
}

}  // namespace ringfence
