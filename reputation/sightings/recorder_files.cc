#include "reputation/sightings/recorder_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include "base/log.h"

namespace ringfence {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBusyTime{1'000};  // for another process that locks a day
constexpr std::size_t kPruneBudget = 2'000;
constexpr int kFutureDaysMax = 2;  // a number seen later than that was seen by a wrong clock
constexpr mode_t kDirectoryMode = 0750;

Result<void> make_directory(const std::filesystem::path& path) {
  if (::mkdir(path.c_str(), kDirectoryMode) == 0 || errno == EEXIST) return {};
  return fail_errno(ErrorKind::kCannotCreate, "cannot make " + path.string(), errno);
}

Result<std::filesystem::path> move_aside(const std::filesystem::path& file, TimePoint when) {
  const std::string target =
      file.string() + ".broken-" + std::to_string(when.time_since_epoch().count());
  std::error_code error;
  std::filesystem::rename(file, target, error);
  if (error)
    return fail(ErrorKind::kIo, "cannot move " + file.string() + " aside: " + error.message());
  std::error_code ignored;
  std::filesystem::remove(file.string() + "-lock", ignored);
  return std::filesystem::path(target);
}

}  // namespace

RecorderFiles::RecorderFiles(const SightingOptions& options,
                             std::unique_ptr<SightingObserver> observer,
                             SightingRecorder::Clock clock,
                             std::shared_ptr<CurrentEvidence> evidence)
    : options_(options),
      observer_(std::move(observer)),
      clock_(std::move(clock)),
      evidence_(std::move(evidence)),
      journal_(options.directory / "journal", kBusyTime) {}

// Garbage in the aggregates: they are closed, and made anew by the next open().
template <typename T>
Result<T> RecorderFiles::checked(Result<T> of_aggregates) {
  if (of_aggregates || of_aggregates.error().kind != ErrorKind::kData) return of_aggregates;
  aggregates_broken_ = of_aggregates.error();
  evidence_->set(nullptr);
  aggregates_.reset();
  caught_up_ = false;
  return fail(ErrorKind::kTempFail, of_aggregates.error().message);
}

Result<void> RecorderFiles::lock() {
  if (lock_) return {};
  const auto path = (options_.directory / "lock").string();
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
  if (!fd) return fail_errno(ErrorKind::kCannotCreate, "cannot open " + path, errno);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorKind::kTempFail, path + " is held by another daemon that records");
  }
  lock_ = std::move(fd);
  return {};
}

Result<void> RecorderFiles::open() {
  auto done = make_directory(options_.directory)
                  .and_then([&] { return make_directory(journal_.folder()); })
                  .and_then([&] { return lock(); })
                  .and_then([&] { return open_aggregates(); });
  if (!done || caught_up_) return done;
  for (const std::int32_t day : journal_days(journal_.folder())) {
    if (auto caught = catch_up(day); !caught) return caught;
  }
  caught_up_ = true;
  return {};
}

Result<void> RecorderFiles::open_aggregates() {
  if (aggregates_) return {};
  const auto file = options_.directory / "aggregates.mdb";
  const auto open_once = [&] {
    return Aggregates::open(file, options_.numbers_max, options_.window, observer_.get());
  };
  if (!aggregates_broken_) {
    auto opened = open_once();
    if (opened) return take_up(std::move(*opened));
    if (opened.error().kind != ErrorKind::kData) return tl::unexpected(opened.error());
    aggregates_broken_ = opened.error();
  }
  const auto aside = move_aside(file, clock_());
  if (!aside) return tl::unexpected(aside.error());
  moved_.push_back(aggregates_broken_->message + "; moved to " + aside->string() +
                   ", made anew from the journal");
  aggregates_broken_.reset();
  auto opened = open_once();
  if (!opened) return tl::unexpected(opened.error());
  return take_up(std::move(*opened));
}

Result<void> RecorderFiles::take_up(std::shared_ptr<Aggregates> opened) {
  caught_up_ = false;
  aggregates_ = std::move(opened);
  evidence_->set(aggregates_);
  return {};
}

Result<void> RecorderFiles::catch_up(std::int32_t day) {
  auto done = replay(day);
  if (!done && done.error().kind == ErrorKind::kData) return move_day_aside(day, done.error());
  return done;
}

// What the aggregates lack of one day.
Result<void> RecorderFiles::replay(std::int32_t day) {
  auto file = JournalDay::open_to_read(journal_file(journal_.folder(), day), kBusyTime);
  if (!file) return tl::unexpected(file.error());
  const JournalFile name{day, file->serial()};
  const auto applied = checked(aggregates_->applied(name));
  if (!applied) return tl::unexpected(applied.error());
  std::int64_t row = *applied;
  while (row < file->last_row()) {
    auto next = file->read_after(row, SightingRecorder::kBatchMax);
    if (!next) return tl::unexpected(next.error());
    if (next->empty()) break;
    // Rows are without gaps but where a file was changed by hand or a power cut took some.
    std::vector<Sighting> run;
    std::int64_t first = next->front().first;
    row = first - 1;
    for (auto& [at, sighting] : *next) {
      if (at != row + 1) {
        if (auto counted = checked(aggregates_->apply(name, first, run)); !counted) return counted;
        run.clear();
        first = at;
      }
      run.push_back(std::move(sighting));
      row = at;
    }
    if (auto counted = checked(aggregates_->apply(name, first, run)); !counted) return counted;
    replayed_ += next->size();
  }
  return {};
}

Result<JournalDay*> RecorderFiles::open_day(std::int32_t day) {
  auto file = journal_.day(day);
  if (!file && file.error().kind == ErrorKind::kData) {
    if (auto moved = move_day_aside(day, file.error()); !moved) {
      return tl::unexpected(moved.error());
    }
    file = journal_.day(day);
  }
  if (!file) return file;
  // After a power cut the aggregates may know rows that the journal has lost.
  const auto applied = checked(aggregates_->applied({day, (*file)->serial()}));
  if (!applied) return tl::unexpected(applied.error());
  (*file)->skip_rows_to(*applied);
  return file;
}

Result<void> RecorderFiles::move_day_aside(std::int32_t day, const Error& why) {
  const auto aside = journal_.move_aside(day, clock_());
  if (!aside) return tl::unexpected(aside.error());
  moved_.push_back(why.message + "; moved to " + aside->string() + ", a new file is begun");
  return {};
}

Result<void> RecorderFiles::write(std::int32_t day, std::span<const Sighting> sightings,
                                  bool& written) {
  auto file = open_day(day);
  if (!file) return tl::unexpected(file.error());
  std::int64_t first = (*file)->last_row() + 1;
  auto done = (*file)->append(sightings);
  if (!done && done.error().kind == ErrorKind::kData) {
    if (auto moved = move_day_aside(day, done.error()); !moved) return moved;
    file = open_day(day);
    if (!file) return tl::unexpected(file.error());
    first = (*file)->last_row() + 1;
    done = (*file)->append(sightings);
  }
  if (!done) return done;
  written = true;
  const JournalFile name{day, (*file)->serial()};
  const auto applied = checked(aggregates_->applied(name));
  if (!applied) return tl::unexpected(applied.error());
  // They fall behind when a transaction of theirs fails: then the journal tells them all.
  caught_up_ = *applied + 1 >= first;
  if (!caught_up_) return open();
  auto counted = checked(aggregates_->apply(name, first, sightings));
  caught_up_ = counted.has_value();
  return counted;
}

Result<void> RecorderFiles::keep_house() {
  const TimePoint now = clock_();
  const std::int32_t today = day_of(now);
  if (sealed_on_ != today) {
    // Yesterday stays open for messages that were under way at midnight.
    if (auto sealed = journal_.seal_before(today - 1); !sealed) return sealed;
    sealed_on_ = today;
  }
  const auto believed = retention_.tell(today, std::chrono::steady_clock::now());
  if (!believed) return {};
  const auto days_of = [](std::chrono::seconds time) {
    return static_cast<std::int32_t>(std::chrono::ceil<std::chrono::days>(time).count());
  };
  if (removed_on_ != *believed) {
    const auto removed = journal_.remove_before(*believed - days_of(options_.journal_kept));
    if (!removed) return tl::unexpected(removed.error());
    for (const std::int32_t day : *removed) {
      log_info("", "sightings of {} deleted", day_name(day));
      if (auto forgotten = checked(aggregates_->forget_files(day)); !forgotten) return forgotten;
    }
    removed_on_ = *believed;
    aggregates_->forget_dead_readers();
  }
  const auto pruned = checked(aggregates_->prune(*believed - days_of(options_.numbers_kept),
                                                 *believed + kFutureDaysMax, kPruneBudget));
  if (!pruned) return tl::unexpected(pruned.error());
  return {};
}

}  // namespace ringfence
