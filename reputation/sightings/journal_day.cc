#include "reputation/sightings/journal_day.h"

#include <fmt/core.h>

#include <algorithm>
#include <random>

#include "base/text.h"

namespace ringfence {
namespace {

// FULL: a batch is on the disk before the aggregates count it. The cache holds the pages of the
// index by number that a day's numbers keep coming back to.
constexpr const char* kSettings =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;"
    "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;";

constexpr const char* kTables = R"(
CREATE TABLE journal(serial INTEGER NOT NULL);
CREATE TABLE message(
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  queue_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  from_domain TEXT NOT NULL,
  mail_from_domain TEXT NOT NULL,
  from_display TEXT NOT NULL,
  subject TEXT NOT NULL,
  recipient_count INTEGER NOT NULL,
  direction TEXT NOT NULL,
  quotes INTEGER NOT NULL,
  action TEXT NOT NULL,
  rule TEXT NOT NULL,
  score INTEGER NOT NULL,
  brand TEXT NOT NULL,
  brands TEXT NOT NULL,
  lures TEXT NOT NULL,
  template_hash TEXT NOT NULL,
  document_hashes TEXT NOT NULL);
CREATE TABLE sighting(
  message INTEGER NOT NULL,
  number INTEGER NOT NULL,
  places INTEGER NOT NULL,
  tricks TEXT NOT NULL,
  shown TEXT NOT NULL,
  score INTEGER NOT NULL,
  PRIMARY KEY(message, number)) WITHOUT ROWID;
CREATE TABLE recipient(
  message INTEGER NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY(message, address)) WITHOUT ROWID;
CREATE INDEX message_by_time ON message(at);
CREATE INDEX message_by_domain ON message(from_domain);
CREATE INDEX sighting_by_number ON sighting(number);
)";

constexpr std::string_view kColumns =
    "id, at, queue_id, message_id, from_domain, mail_from_domain, from_display, subject,"
    "recipient_count, direction, quotes, action, rule, score, brand, brands, lures,"
    "template_hash, document_hashes";

constexpr std::size_t kJoinedMax = 4'096;

std::uint64_t make_serial() {
  std::random_device device;
  const std::uint64_t value = std::uint64_t{device()} << 32 | device();
  return value & 0x7FFFFFFFFFFFFFFF;  // SQLite's integers have a sign
}

std::vector<std::string> parts(std::string_view joined) {
  std::vector<std::string> out;
  if (joined.empty()) return out;
  for (const std::string_view part : split(joined, ',')) out.emplace_back(part);
  return out;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out = join(texts, ",");
  if (out.size() > kJoinedMax) out.resize(out.rfind(',', kJoinedMax));
  return out;
}

PlaceSet places_of(std::int64_t bits) {
  PlaceSet out;
  for (int i = 0; i < kPlaceCount; ++i) {
    if ((bits >> i & 1) != 0) out.insert(static_cast<Place>(i));
  }
  return out;
}

}  // namespace

Result<JournalDay> JournalDay::open_to_write(const std::filesystem::path& file,
                                             std::chrono::milliseconds busy) {
  auto db = SqliteDb::open(file, SqliteDb::Access::kCreate, busy);
  if (!db) return tl::unexpected(db.error());
  JournalDay day(std::move(*db));
  auto done = day.db_.run(kSettings)
                  .and_then([&] { return day.make_tables(); })
                  .and_then([&] { return day.check_format(); })
                  .and_then([&] { return day.prepare_reading(); })
                  .and_then([&] { return day.prepare_writing(); });
  if (!done) return tl::unexpected(done.error());
  return day;
}

Result<JournalDay> JournalDay::open_to_read(const std::filesystem::path& file,
                                            std::chrono::milliseconds busy) {
  auto db = SqliteDb::open(file, SqliteDb::Access::kRead, busy);
  if (!db) return tl::unexpected(db.error());
  JournalDay day(std::move(*db));
  auto done = day.check_format().and_then([&] { return day.prepare_reading(); });
  if (!done) return tl::unexpected(done.error());
  return day;
}

Result<void> JournalDay::make_tables() {
  const auto format = db_.integer("PRAGMA user_version");
  if (!format) return tl::unexpected(format.error());
  if (*format != 0) return {};
  auto begun = db_.run("BEGIN IMMEDIATE");
  if (!begun) return begun;
  auto made =
      db_.run(fmt::format("{} INSERT INTO journal VALUES({}); PRAGMA application_id = {};"
                          "PRAGMA user_version = {}; COMMIT",
                          kTables, make_serial(), kApplicationId, kFormat));
  if (!made) (void)db_.run("ROLLBACK");
  return made;
}

Result<void> JournalDay::check_format() {
  const auto format = db_.integer("PRAGMA user_version");
  const auto application = db_.integer("PRAGMA application_id");
  if (!format) return tl::unexpected(format.error());
  if (!application) return tl::unexpected(application.error());
  if (*format != kFormat || *application != kApplicationId) {
    return fail(ErrorKind::kData, fmt::format("not a journal of format {}", kFormat));
  }
  const auto serial = db_.integer("SELECT serial FROM journal");
  if (!serial) return tl::unexpected(serial.error());
  serial_ = static_cast<std::uint64_t>(*serial);
  const auto last = db_.integer("SELECT max(id) FROM message");
  if (!last) return tl::unexpected(last.error());
  last_row_ = *last;
  return {};
}

Result<void> JournalDay::prepare_reading() {
  const auto prepare = [&](SqliteStatement& statement, const std::string& sql) -> Result<void> {
    auto made = db_.prepare(sql);
    if (!made) return tl::unexpected(made.error());
    statement = std::move(*made);
    return {};
  };
  const std::string columns(kColumns);
  return prepare(messages_after_, "SELECT id FROM message WHERE id > ?1 ORDER BY id LIMIT ?2")
      .and_then(
          [&] { return prepare(message_, "SELECT " + columns + " FROM message WHERE id = ?1"); })
      .and_then([&] {
        return prepare(numbers_,
                       "SELECT number, places, tricks, shown, score FROM sighting "
                       "WHERE message = ?1 ORDER BY number");
      })
      .and_then([&] {
        return prepare(recipients_,
                       "SELECT address FROM recipient WHERE message = ?1 ORDER BY address");
      });
}

Result<void> JournalDay::prepare_writing() {
  auto message = db_.prepare(fmt::format(
      "INSERT INTO message({}) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", kColumns));
  if (!message) return tl::unexpected(message.error());
  auto number = db_.prepare("INSERT OR IGNORE INTO sighting VALUES(?,?,?,?,?,?)");
  if (!number) return tl::unexpected(number.error());
  auto recipient = db_.prepare("INSERT OR IGNORE INTO recipient VALUES(?,?)");
  if (!recipient) return tl::unexpected(recipient.error());
  insert_message_ = std::move(*message);
  insert_number_ = std::move(*number);
  insert_recipient_ = std::move(*recipient);
  return {};
}

void JournalDay::skip_rows_to(std::int64_t row) { last_row_ = std::max(last_row_, row); }

Result<void> JournalDay::append(std::span<const Sighting> sightings) {
  auto done = db_.run("BEGIN IMMEDIATE");
  if (!done) return done;
  std::int64_t row = last_row_;
  for (const Sighting& sighting : sightings) {
    done = insert(sighting, ++row);
    if (!done) break;
  }
  if (done) done = db_.run("COMMIT");
  if (!done) {
    (void)db_.run("ROLLBACK");  // fails when SQLite has rolled back by itself
    return done;
  }
  last_row_ = row;
  return {};
}

Result<void> JournalDay::insert(const Sighting& sighting, std::int64_t row) {
  const std::string brands = joined(sighting.brands);
  const std::string lures = joined(sighting.lures);
  const std::string documents = joined(sighting.document_hashes);
  auto done = insert_message_.bind(1, row)
                  .bind(2, sighting.when.time_since_epoch().count())
                  .bind(3, sighting.queue_id)
                  .bind(4, sighting.message_id)
                  .bind(5, sighting.from_domain)
                  .bind(6, sighting.mail_from_domain)
                  .bind(7, sighting.from_display)
                  .bind(8, sighting.subject)
                  .bind(9, sighting.recipient_count)
                  .bind(10, to_token(sighting.direction))
                  .bind(11, sighting.quotes ? 1 : 0)
                  .bind(12, sighting.action)
                  .bind(13, sighting.rule)
                  .bind(14, sighting.score)
                  .bind(15, sighting.brand)
                  .bind(16, brands)
                  .bind(17, lures)
                  .bind(18, sighting.template_hash)
                  .bind(19, documents)
                  .run();
  for (const SeenNumber& seen : sighting.numbers) {
    if (!done) return done;
    done = insert_number_.bind(1, row)
               .bind(2, static_cast<std::int64_t>(seen.number.value()))
               .bind(3, static_cast<std::int64_t>(seen.places.bits()))
               .bind(4, seen.tricks)
               .bind(5, seen.shown)
               .bind(6, seen.score)
               .run();
  }
  for (const std::string& recipient : sighting.recipients) {
    if (!done) return done;
    done = insert_recipient_.bind(1, row).bind(2, recipient).run();
  }
  return done;
}

Result<std::vector<std::pair<std::int64_t, Sighting>>> JournalDay::read_after(std::int64_t row,
                                                                              std::size_t count) {
  std::vector<std::int64_t> rows;
  messages_after_.bind(1, row).bind(2, static_cast<std::int64_t>(count));
  while (true) {
    const auto stepped = messages_after_.step();
    if (!stepped) return tl::unexpected(stepped.error());
    if (!*stepped) break;
    rows.push_back(messages_after_.integer(0));
  }
  std::vector<std::pair<std::int64_t, Sighting>> out;
  out.reserve(rows.size());
  for (const std::int64_t next : rows) {
    auto sighting = read(next);
    if (!sighting) return tl::unexpected(sighting.error());
    if (*sighting) out.emplace_back(next, std::move(**sighting));
  }
  return out;
}

Result<std::optional<Sighting>> JournalDay::read(std::int64_t row) {
  const auto stepped = message_.bind(1, row).step();
  if (!stepped) return tl::unexpected(stepped.error());
  if (!*stepped) return std::optional<Sighting>();
  Sighting out;
  out.when = TimePoint(std::chrono::seconds(message_.integer(1)));
  out.queue_id = message_.text(2);
  out.message_id = message_.text(3);
  out.from_domain = message_.text(4);
  out.mail_from_domain = message_.text(5);
  out.from_display = message_.text(6);
  out.subject = message_.text(7);
  out.recipient_count = static_cast<std::uint32_t>(message_.integer(8));
  out.direction = direction_from_token(message_.text(9)).value_or(Direction::kInbound);
  out.quotes = message_.integer(10) != 0;
  out.action = message_.text(11);
  out.rule = message_.text(12);
  out.score = static_cast<int>(message_.integer(13));
  out.brand = message_.text(14);
  out.brands = parts(message_.text(15));
  out.lures = parts(message_.text(16));
  out.template_hash = message_.text(17);
  out.document_hashes = parts(message_.text(18));
  message_.reset();
  if (auto read = read_numbers(row, out); !read) return tl::unexpected(read.error());
  if (auto read = read_recipients(row, out); !read) return tl::unexpected(read.error());
  return std::optional(std::move(out));
}

Result<void> JournalDay::read_numbers(std::int64_t row, Sighting& out) {
  numbers_.bind(1, row);
  while (true) {
    const auto stepped = numbers_.step();
    if (!stepped) return tl::unexpected(stepped.error());
    if (!*stepped) return {};
    const auto number = E164::from_value(static_cast<std::uint64_t>(numbers_.integer(0)));
    if (!number) continue;  // the file was changed by other hands
    out.numbers.push_back({.number = *number,
                           .places = places_of(numbers_.integer(1)),
                           .tricks = std::string(numbers_.text(2)),
                           .shown = std::string(numbers_.text(3)),
                           .score = static_cast<int>(numbers_.integer(4))});
  }
}

Result<void> JournalDay::read_recipients(std::int64_t row, Sighting& out) {
  recipients_.bind(1, row);
  while (true) {
    const auto stepped = recipients_.step();
    if (!stepped) return tl::unexpected(stepped.error());
    if (!*stepped) return {};
    out.recipients.emplace_back(recipients_.text(0));
  }
}

Result<void> JournalDay::seal() { return db_.run("PRAGMA journal_mode = DELETE"); }

}  // namespace ringfence
