#include "reputation/sightings/journal_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <utility>

#include "reputation/sightings/journal.h"

namespace ringfence {
namespace {

constexpr std::chrono::milliseconds kBusyTime{2'000};
// Rows of one number in a row that are read before the index is asked for the next number.
constexpr int kSameNumberMax = 16;

std::int64_t seconds_of(TimePoint time) { return time.time_since_epoch().count(); }

std::uint64_t power_of_ten(int digits) {
  std::uint64_t value = 1;
  for (; digits > 0; --digits) value *= 10;
  return value;
}

// One number's rows come in order of the index; several numbers' have to be put in order.
bool is_one_number(const SightingQuery& query) {
  return query.numbers.size() == 1 && query.numbers.front().number().has_value();
}

// The first column of what is left of the rows.
Result<void> gather(SqliteStatement& statement, std::vector<std::int64_t>& out) {
  while (out.size() < SightingQuery::kMessagesMax) {
    const auto row = statement.step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    out.push_back(statement.integer(0));
  }
  statement.reset();
  return {};
}

bool holds(const SightingQuery& query, const Sighting& sighting) {
  return (!query.since || sighting.when >= *query.since) &&
         (!query.until || sighting.when <= *query.until) &&
         (query.from_domain.empty() || sighting.from_domain == query.from_domain);
}

}  // namespace

std::vector<std::pair<std::uint64_t, std::uint64_t>> intervals_of(const NumberRange& range) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> out;
  const int least =
      range.digits() != 0 ? range.digits() : std::max(range.prefix_digits(), E164::kDigitsMin);
  const int most = range.digits() != 0 ? range.digits() : E164::kDigitsMax;
  for (int digits = least; digits <= most; ++digits) {
    const std::uint64_t width = power_of_ten(digits - range.prefix_digits());
    out.emplace_back(range.prefix() * width, (range.prefix() + 1) * width - 1);
  }
  return out;
}

Result<JournalReader> JournalReader::open(const std::filesystem::path& directory) {
  JournalReader reader(directory / "journal");
  std::error_code error;
  if (!std::filesystem::is_directory(reader.folder_, error)) {
    return fail(error.value() == EACCES ? ErrorKind::kNoPermission : ErrorKind::kNoInput,
                fmt::format("no sightings in {}{}", directory.string(),
                            error ? ": " + error.message() : ""));
  }
  reader.days_ = journal_days(reader.folder_);
  return reader;
}

JournalDay* JournalReader::day(std::int32_t day) {
  const auto [at, is_new] = open_.try_emplace(day);
  if (is_new) {
    auto opened = JournalDay::open_to_read(journal_file(folder_, day), kBusyTime);
    if (opened) {
      at->second = std::move(*opened);
    } else {
      problems_.push_back(day_name(day) + " cannot be read: " + opened.error().message);
    }
  }
  return at->second ? &*at->second : nullptr;
}

// Parameters: one number, or the ends of one interval, or the domain; then, but for intervals,
// since, until and how many.
std::string JournalReader::sql(const SightingQuery& query) {
  const std::string bounds = "m.at BETWEEN ? AND ?";
  if (is_one_number(query)) {
    return "SELECT m.id FROM sighting s CROSS JOIN message m ON m.id = s.message "
           "WHERE s.number = ? AND " +
           bounds + " ORDER BY s.message DESC LIMIT ?";
  }
  if (!query.numbers.empty()) {
    return "SELECT message FROM sighting INDEXED BY sighting_by_number "
           "WHERE number BETWEEN ? AND ?";
  }
  if (!query.from_domain.empty()) {
    return "SELECT m.id FROM message m WHERE m.from_domain = ? AND " + bounds +
           " ORDER BY m.id DESC LIMIT ?";
  }
  return "SELECT m.id FROM message m WHERE " + bounds + " ORDER BY m.at DESC, m.id DESC LIMIT ?";
}

Result<std::vector<std::int64_t>> JournalReader::rows(JournalDay& day, const SightingQuery& query) {
  auto statement = day.db().prepare(sql(query));
  if (!statement) return tl::unexpected(statement.error());
  std::vector<std::int64_t> out;
  if (!query.numbers.empty() && !is_one_number(query)) {
    for (const NumberRange& range : query.numbers) {
      for (const auto& [first, last] : intervals_of(range)) {
        statement->bind(1, static_cast<std::int64_t>(first));
        statement->bind(2, static_cast<std::int64_t>(last));
        if (auto read = gather(*statement, out); !read) return tl::unexpected(read.error());
      }
    }
    std::sort(out.begin(), out.end(), std::greater<>());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }
  int parameter = 0;
  if (!query.numbers.empty()) {
    statement->bind(++parameter,
                    static_cast<std::int64_t>(query.numbers.front().number()->value()));
  } else if (!query.from_domain.empty()) {
    statement->bind(++parameter, query.from_domain);
  }
  statement->bind(++parameter, seconds_of(query.since.value_or(TimePoint::min())));
  statement->bind(++parameter, seconds_of(query.until.value_or(TimePoint::max())));
  // A domain asked for together with a number is looked at message by message.
  const bool filtered = !query.numbers.empty() && !query.from_domain.empty();
  statement->bind(++parameter,
                  static_cast<std::int64_t>(filtered ? SightingQuery::kMessagesMax : query.limit));
  if (auto read = gather(*statement, out); !read) return tl::unexpected(read.error());
  return out;
}

void JournalReader::for_each(const SightingQuery& query,
                             const std::function<bool(const JournalEntry&)>& f) {
  std::size_t left = query.limit;
  for (auto at = days_.rbegin(); at != days_.rend() && left > 0; ++at) {
    if (query.until && *at > day_of(*query.until)) continue;
    if (query.since && *at < day_of(*query.since)) break;
    JournalDay* file = day(*at);
    if (file == nullptr) continue;
    const auto found = rows(*file, query);
    if (!found) {
      problems_.push_back(day_name(*at) + " cannot be read: " + found.error().message);
      continue;
    }
    if (found->size() >= SightingQuery::kMessagesMax && query.limit > found->size()) {
      problems_.push_back(fmt::format("{}: more than {} messages were found, the rest is left out",
                                      day_name(*at), SightingQuery::kMessagesMax));
    }
    for (const std::int64_t row : *found) {
      auto sighting = file->read(row);
      if (!sighting) {
        problems_.push_back(day_name(*at) + " cannot be read: " + sighting.error().message);
        break;
      }
      if (!*sighting || !holds(query, **sighting)) continue;
      if (!f({{*at, row}, std::move(**sighting)}) || --left == 0) return;
    }
  }
}

std::vector<JournalEntry> JournalReader::find(const SightingQuery& query) {
  std::vector<JournalEntry> out;
  for_each(query, [&](const JournalEntry& entry) {
    out.push_back(entry);
    return true;
  });
  return out;
}

const char* JournalReader::distinct_sql() {
  return "SELECT number FROM sighting INDEXED BY sighting_by_number WHERE number > ? "
         "ORDER BY number";
}

Result<void> JournalReader::gather_numbers(JournalDay& day, std::vector<std::uint64_t>& out) {
  auto statement = day.db().prepare(distinct_sql());
  if (!statement) return tl::unexpected(statement.error());
  std::int64_t last = 0;
  int same = 0;
  statement->bind(1, last);
  while (true) {
    const auto row = statement->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    const std::int64_t number = statement->integer(0);
    if (number != last) {
      out.push_back(static_cast<std::uint64_t>(number));
      last = number;
      same = 0;
    } else if (++same == kSameNumberMax) {
      statement->reset();
      statement->bind(1, last);
      same = 0;
    }
  }
}

std::vector<E164> JournalReader::distinct_numbers(std::optional<TimePoint> since,
                                                  std::optional<TimePoint> until) {
  std::vector<std::uint64_t> values;
  for (const std::int32_t one : days_) {
    if ((until && one > day_of(*until)) || (since && one < day_of(*since))) continue;
    JournalDay* file = day(one);
    if (file == nullptr) continue;
    const auto before = static_cast<std::ptrdiff_t>(values.size());
    if (const auto read = gather_numbers(*file, values); !read) {
      problems_.push_back(day_name(one) + " cannot be read: " + read.error().message);
    }
    std::inplace_merge(values.begin(), values.begin() + before, values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
  }
  std::vector<E164> out;
  out.reserve(values.size());
  for (const std::uint64_t value : values) {
    if (const auto number = E164::from_value(value)) out.push_back(*number);
  }
  return out;
}

std::optional<Sighting> JournalReader::read(const SightingRef& ref) {
  if (!std::binary_search(days_.begin(), days_.end(), ref.day)) return std::nullopt;
  JournalDay* file = day(ref.day);
  if (file == nullptr) return std::nullopt;
  auto sighting = file->read(ref.row);
  if (sighting) return std::move(*sighting);
  problems_.push_back(day_name(ref.day) + " cannot be read: " + sighting.error().message);
  return std::nullopt;
}

}  // namespace ringfence
