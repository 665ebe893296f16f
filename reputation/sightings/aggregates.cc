#include "reputation/sightings/aggregates.h"

#include <fmt/core.h>

#include <map>
#include <utility>

#include "base/integer.h"
#include "reputation/record.h"
#include "reputation/sightings/journal.h"

namespace ringfence {
namespace {

constexpr std::string_view kFormat = "ringfence-sightings 1";
constexpr unsigned kFileMode = 0660;  // readers need to write to the lock file beside it
// Address space, which costs nothing: the tables of an observer, and for each number what its
// largest value takes in pages split in the middle.
constexpr std::uint64_t kMapBytes = std::uint64_t{8} << 30;
constexpr std::uint64_t kMapBytesPerNumber = 2'048;

std::string_view view(const std::array<char, 8>& key) { return {key.data(), key.size()}; }

// "2026-11-22 00c0ffee00c0ffee".
std::string key_of(const JournalFile& file) {
  return fmt::format("{} {:016x}", day_name(file.day), file.serial);
}

tl::unexpected<Error> damaged(std::string what) {
  return fail(ErrorKind::kData, "aggregates: " + std::move(what));
}

Aggregate decoded(std::optional<std::string_view> bytes) {
  // A value of other hands is as good as none.
  return bytes ? decode_aggregate(*bytes).value_or(Aggregate()) : Aggregate();
}

}  // namespace

Result<std::shared_ptr<Aggregates>> Aggregates::open(const std::filesystem::path& file,
                                                     std::size_t numbers_max,
                                                     std::chrono::seconds window,
                                                     SightingObserver* observer) {
  auto env = LmdbEnv::open_live(file, kMapBytes + numbers_max * kMapBytesPerNumber, kFileMode);
  if (!env) return tl::unexpected(env.error());
  std::shared_ptr<Aggregates> out(new Aggregates(std::move(*env), window, observer));
  out->numbers_max_ = numbers_max;
  if (auto made = out->make_tables(); !made) return tl::unexpected(made.error());
  return out;
}

Result<std::shared_ptr<Aggregates>> Aggregates::open_reading(const std::filesystem::path& file,
                                                             std::chrono::seconds window,
                                                             SightingObserver* observer) {
  auto env = LmdbEnv::open_live_reading(file);
  if (!env) return tl::unexpected(env.error());
  std::shared_ptr<Aggregates> out(new Aggregates(std::move(*env), window, observer));
  if (auto found = out->find_tables(); !found) return tl::unexpected(found.error());
  return out;
}

Result<void> Aggregates::make_tables() {
  auto txn = env_.write();
  if (!txn) return tl::unexpected(txn.error());
  for (const auto& [name, table] :
       {std::pair{"numbers", &numbers_}, std::pair{"files", &files_}, std::pair{"meta", &meta_}}) {
    const auto made = txn->table(name);
    if (!made) return tl::unexpected(made.error());
    *table = *made;
  }
  const auto format = txn->get(meta_, "format");
  if (!format) return tl::unexpected(format.error());
  auto done = *format ? check_format(*format) : txn->put(meta_, "format", kFormat);
  if (done && observer_ != nullptr) done = observer_->open(*txn);
  if (!done) return done;
  return txn->commit();
}

Result<void> Aggregates::find_tables() {
  for (const auto& [name, table] :
       {std::pair{"numbers", &numbers_}, std::pair{"files", &files_}, std::pair{"meta", &meta_}}) {
    const auto found = env_.table(name);
    if (!found) return tl::unexpected(found.error());
    *table = *found;
  }
  {
    const auto txn = env_.read();
    if (!txn) return tl::unexpected(txn.error());
    const auto format = txn->get(meta_, "format");
    if (!format) return tl::unexpected(format.error());
    if (auto known = check_format(*format); !known) return known;
  }
  return observer_ != nullptr ? observer_->open_reading(env_) : Result<void>();
}

Result<void> Aggregates::check_format(std::optional<std::string_view> format) const {
  if (format == kFormat) return {};
  return damaged(fmt::format("the format is not \"{}\"", kFormat));
}

std::vector<LocalEvidence> Aggregates::lookup(std::span<const E164> numbers, TimePoint now) const {
  std::vector<LocalEvidence> out(numbers.size());
  auto read = look_up(numbers, [&](std::size_t i, const Aggregate& aggregate) {
    out[i] = local_evidence(aggregate, now, window_);
    return &out[i];
  });
  return answered(std::move(read), std::move(out));
}

std::vector<LocalEvidence> Aggregates::lookup(const Sighting& at_hand) const {
  const SightingKeys keys(at_hand);
  std::vector<E164> numbers;
  numbers.reserve(at_hand.numbers.size());
  for (const SeenNumber& seen : at_hand.numbers) numbers.push_back(seen.number);
  std::vector<LocalEvidence> out(numbers.size());
  auto read = look_up(numbers, [&](std::size_t i, const Aggregate& aggregate) {
    out[i] = local_evidence(aggregate, keys, at_hand.numbers[i].places, at_hand.when, window_);
    return &out[i];
  });
  return answered(std::move(read), std::move(out));
}

std::vector<LocalEvidence> Aggregates::answered(Result<void> read,
                                                std::vector<LocalEvidence> out) const {
  if (read) return out;
  read_faults_.fetch_add(1);
  return std::vector<LocalEvidence>(out.size());
}

// answer(i, aggregate) gives where the evidence of number i stands, for the observer to add to.
template <typename F>
Result<void> Aggregates::look_up(std::span<const E164> numbers, F answer) const {
  const auto txn = env_.read();
  if (!txn) return tl::unexpected(txn.error());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto value = txn->get(numbers_, view(numbers[i].key()));
    if (!value) return tl::unexpected(value.error());
    LocalEvidence* const out = answer(i, decoded(*value));
    if (observer_ == nullptr) continue;
    if (auto told = observer_->describe(*txn, numbers[i], *out); !told) return told;
  }
  return {};
}

Result<void> Aggregates::for_each(const std::function<bool(E164, const Aggregate&)>& f) const {
  const auto txn = env_.read();
  if (!txn) return tl::unexpected(txn.error());
  auto cursor = txn->cursor(numbers_);
  if (!cursor) return tl::unexpected(cursor.error());
  auto found = cursor->first();
  for (; found && *found; found = cursor->next()) {
    const auto number = E164::from_key(cursor->key());
    if (number && !f(*number, decoded(cursor->value()))) return {};
  }
  if (!found) return tl::unexpected(found.error());
  return {};
}

Result<std::uint64_t> Aggregates::numbers() const {
  const auto txn = env_.read();
  if (!txn) return tl::unexpected(txn.error());
  return txn->count(numbers_);
}

Result<std::optional<Aggregate>> Aggregates::find(E164 number) const {
  const auto txn = env_.read();
  if (!txn) return tl::unexpected(txn.error());
  const auto value = txn->get(numbers_, view(number.key()));
  if (!value) return tl::unexpected(value.error());
  if (!*value) return std::optional<Aggregate>();
  return decode_aggregate(**value);
}

Result<std::int64_t> Aggregates::applied(const JournalFile& file) const {
  const auto txn = env_.read();
  if (!txn) return tl::unexpected(txn.error());
  const auto value = txn->get(files_, key_of(file));
  if (!value) return tl::unexpected(value.error());
  if (!*value) return 0;
  const auto row = to_integer<std::int64_t>(**value);
  if (!row || *row < 0) return damaged("a row of table files is no number");
  return *row;
}

Result<void> Aggregates::apply(const JournalFile& file, std::int64_t first_row,
                               std::span<const Sighting> sightings) {
  auto txn = env_.write();
  if (!txn) return tl::unexpected(txn.error());
  const auto known = txn->count(numbers_);
  if (!known) return tl::unexpected(known.error());
  std::size_t count = *known;
  std::map<E164, Aggregate> touched;  // in the order of keys, so that pages are visited once
  bool full = false;
  std::int64_t row = first_row;
  for (const Sighting& sighting : sightings) {
    const SightingKeys keys(sighting);
    std::vector<Aggregate> of_sighting;
    for (const SeenNumber& seen : sighting.numbers) {
      auto at = touched.find(seen.number);
      if (at == touched.end()) {
        const auto value = txn->get(numbers_, view(seen.number.key()));
        if (!value) return tl::unexpected(value.error());
        Aggregate aggregate = decoded(*value);
        const bool is_new = !*value;
        if (is_new && count >= numbers_max_) {
          full = true;
          update(aggregate, keys, seen.places);
          of_sighting.push_back(std::move(aggregate));  // known for this message alone
          continue;
        }
        count += is_new ? 1 : 0;
        at = touched.emplace(seen.number, std::move(aggregate)).first;
      }
      update(at->second, keys, seen.places);
      of_sighting.push_back(at->second);
    }
    if (observer_ != nullptr) {
      if (auto seen = observer_->observe(*txn, sighting, {file.day, row}, of_sighting); !seen) {
        return seen;
      }
    }
    ++row;
  }
  for (const auto& [number, aggregate] : touched) {
    if (aggregate.last() == 0) continue;  // in mail that counts neither way
    if (auto put = txn->put(numbers_, view(number.key()), encode(aggregate)); !put) return put;
  }
  const std::string last = std::to_string(row - 1);
  auto done = txn->put(files_, key_of(file), last);
  if (done) done = txn->commit();
  if (done) full_ = full;
  return done;
}

Result<std::vector<std::string>> Aggregates::old_keys(std::int32_t day, std::int32_t last_day,
                                                      std::size_t budget) {
  std::vector<std::string> old;
  const auto txn = env_.read();
  if (!txn) return tl::unexpected(txn.error());
  auto cursor = txn->cursor(numbers_);
  if (!cursor) return tl::unexpected(cursor.error());
  auto found = prune_at_.empty() ? cursor->first() : cursor->seek(prune_at_);
  for (; found && *found && budget > 0; found = cursor->next(), --budget) {
    const std::int32_t last = day_of(from_seconds(decoded(cursor->value()).last()));
    if (last < day || last > last_day) old.emplace_back(cursor->key());
  }
  if (!found) return tl::unexpected(found.error());
  prune_at_ = *found ? std::string(cursor->key()) : "";
  return old;
}

Result<std::size_t> Aggregates::prune(std::int32_t day, std::int32_t last_day, std::size_t budget) {
  const auto old = old_keys(day, last_day, budget);
  if (!old) return tl::unexpected(old.error());
  if (old->empty() && observer_ == nullptr) return 0;
  auto txn = env_.write();
  if (!txn) return tl::unexpected(txn.error());
  for (const std::string& key : *old) {
    if (auto erased = txn->erase(numbers_, key); !erased) return tl::unexpected(erased.error());
  }
  std::size_t forgotten = old->size();
  if (observer_ != nullptr) {
    const auto more = observer_->prune(*txn, day, budget);
    if (!more) return more;
    forgotten += *more;
  }
  if (forgotten == 0) return 0;
  if (auto done = txn->commit(); !done) return tl::unexpected(done.error());
  return forgotten;
}

Result<void> Aggregates::forget_files(std::int32_t day) {
  auto txn = env_.write();
  if (!txn) return tl::unexpected(txn.error());
  const std::string prefix = day_name(day);
  while (true) {
    std::string key;
    {
      auto cursor = txn->cursor(files_);
      if (!cursor) return tl::unexpected(cursor.error());
      const auto found = cursor->seek(prefix);
      if (!found) return tl::unexpected(found.error());
      if (*found && cursor->key().starts_with(prefix)) key = cursor->key();
    }
    if (key.empty()) break;
    if (auto erased = txn->erase(files_, key); !erased) return tl::unexpected(erased.error());
  }
  return txn->commit();
}

}  // namespace ringfence
