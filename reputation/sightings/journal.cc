#include "reputation/sightings/journal.h"

#include <fmt/core.h>

#include <algorithm>
#include <system_error>

#include "base/integer.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::string_view kExtension = ".sqlite";
constexpr std::size_t kDayNameBytes = 10;

// The names in the folder; none when there is no folder.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    out.push_back(it->path().filename().string());
  }
  return out;
}

}  // namespace

std::string day_name(std::int32_t day) {
  const year_month_day date{sys_days(days(day))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::optional<std::int32_t> day_from_name(std::string_view name) {
  if (name.size() < kDayNameBytes || name[4] != '-' || name[7] != '-') return std::nullopt;
  const auto year = to_integer<std::uint16_t>(name.substr(0, 4));
  const auto month = to_integer<std::uint8_t>(name.substr(5, 2));
  const auto day = to_integer<std::uint8_t>(name.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const year_month_day date{std::chrono::year(*year), std::chrono::month(*month),
                            std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return sys_days(date).time_since_epoch().count();
}

fs::path journal_file(const fs::path& folder, std::int32_t day) {
  return folder / (day_name(day) + std::string(kExtension));
}

std::vector<std::int32_t> journal_days(const fs::path& folder) {
  std::vector<std::int32_t> out;
  for (const std::string& name : names_in(folder)) {
    const auto day = day_from_name(name);
    if (day && name.substr(kDayNameBytes) == kExtension) out.push_back(*day);
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<JournalDay*> Journal::day(std::int32_t day) {
  const auto known = std::find_if(open_.begin(), open_.end(),
                                  [&](const auto& entry) { return entry.first == day; });
  if (known != open_.end()) {
    open_.splice(open_.begin(), open_, known);
    return &open_.front().second;
  }
  auto opened = JournalDay::open_to_write(journal_file(folder_, day), busy_);
  if (!opened) return tl::unexpected(opened.error());
  open_.emplace_front(day, std::move(*opened));
  if (open_.size() > kOpenMax) open_.pop_back();
  return &open_.front().second;
}

Result<fs::path> Journal::move_aside(std::int32_t day, TimePoint when) {
  open_.remove_if([&](const auto& entry) { return entry.first == day; });
  const fs::path file = journal_file(folder_, day);
  fs::path target = file;
  target += fmt::format(".broken-{}", when.time_since_epoch().count());
  std::error_code error;
  fs::rename(file, target, error);
  if (error) {
    return fail(ErrorKind::kIo,
                fmt::format("cannot move {} aside: {}", file.string(), error.message()));
  }
  for (const char* beside : {"-wal", "-shm"}) {
    std::error_code ignored;  // it may not be there
    fs::rename(file.string() + beside, target.string() + beside, ignored);
  }
  return target;
}

Result<void> Journal::seal_before(std::int32_t day) {
  Result<void> done;
  for (const std::int32_t old : journal_days(folder_)) {
    std::error_code error;
    const bool is_sealed = !fs::exists(journal_file(folder_, old).string() + "-wal", error);
    if (old >= day || is_sealed) continue;
    const auto opened = this->day(old);
    const auto sealed = opened ? (*opened)->seal() : tl::unexpected(opened.error());
    open_.remove_if([&](const auto& entry) { return entry.first == old; });
    if (!sealed && sealed.error().kind != ErrorKind::kTempFail) done = sealed;
  }
  return done;
}

Result<std::vector<std::int32_t>> Journal::remove_before(std::int32_t day) {
  std::vector<std::int32_t> removed;
  for (const std::string& name : names_in(folder_)) {
    const auto old = day_from_name(name);
    if (!old || *old >= day ||
        !std::string_view(name).substr(kDayNameBytes).starts_with(kExtension)) {
      continue;
    }
    open_.remove_if([&](const auto& entry) { return entry.first == *old; });
    std::error_code error;
    fs::remove(folder_ / name, error);
    if (error) {
      return fail(ErrorKind::kIo,
                  fmt::format("cannot delete {}: {}", (folder_ / name).string(), error.message()));
    }
    if (removed.empty() || removed.back() != *old) removed.push_back(*old);
  }
  return removed;
}

}  // namespace ringfence
