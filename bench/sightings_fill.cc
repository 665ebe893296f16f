#include "bench/sightings_fill.h"

#include <fmt/core.h>

#include <array>
#include <chrono>
#include <system_error>
#include <vector>

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// Sorted once at the end, an index costs a fraction of what it does row by row.
constexpr const char* kBeforeFilling =
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; DROP INDEX message_by_time;"
    "DROP INDEX message_by_domain; DROP INDEX sighting_by_number";
constexpr const char* kAfterFilling =
    "CREATE INDEX message_by_time ON message(at);"
    "CREATE INDEX message_by_domain ON message(from_domain);"
    "CREATE INDEX sighting_by_number ON sighting(number)";

Result<void> append_day(JournalDay& file, std::int32_t day, std::size_t messages) {
  BenchMail mail(static_cast<std::uint64_t>(day));
  const TimePoint midnight{std::chrono::days(day)};
  std::vector<Sighting> batch;
  for (std::size_t i = 0; i < messages; ++i) {
    const auto second = static_cast<std::int64_t>(i * 86'400 / messages);
    batch.push_back(mail.next(midnight + std::chrono::seconds(second)));
    if (batch.size() < kBenchBatch && i + 1 < messages) continue;
    if (auto done = file.append(batch); !done) return done;
    batch.clear();
  }
  return {};
}

Result<void> make_day(const fs::path& folder, std::int32_t day, std::size_t messages) {
  Journal journal(folder, std::chrono::seconds(5));
  const auto file = journal.day(day);
  if (!file) return tl::unexpected(file.error());
  return (*file)
      ->db()
      .run(kBeforeFilling)
      .and_then([&] { return append_day(**file, day, messages); })
      .and_then([&] { return (*file)->db().run(kAfterFilling); })
      .and_then([&] { return (*file)->seal(); });
}

Result<void> copy_day(const fs::path& folder, std::int32_t from, std::int32_t to) {
  std::error_code error;
  fs::copy_file(journal_file(folder, from), journal_file(folder, to), error);
  if (error) return fail(ErrorKind::kIo, error.message());
  auto db =
      SqliteDb::open(journal_file(folder, to), SqliteDb::Access::kCreate, std::chrono::seconds(5));
  if (!db) return tl::unexpected(db.error());
  return db->run(
      fmt::format("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; DROP INDEX message_by_time;"
                  "UPDATE message SET at = at + {}; UPDATE journal SET serial = serial + {};"
                  "CREATE INDEX message_by_time ON message(at); PRAGMA journal_mode = DELETE",
                  std::int64_t{to - from} * 86'400, to - from));
}

}  // namespace

E164 bench_number(std::uint64_t rank) { return *E164::from_value(kBenchFirst + rank * 7); }

std::uint64_t BenchMail::skewed(std::uint64_t size) {
  const double u = static_cast<double>(random_() >> 11) * 0x1p-53;
  return static_cast<std::uint64_t>(u * u * u * static_cast<double>(size));
}

Sighting BenchMail::next(TimePoint when) {
  Sighting out;
  out.when = when;
  out.queue_id = fmt::format("4X{:010X}", ++count_);
  out.message_id = fmt::format("<{:016x}@mail.example>", random_());
  out.from_domain = fmt::format("s{}.example", skewed(200'000));
  out.mail_from_domain = out.from_domain;
  out.from_display = "Customer Service";
  out.subject = fmt::format("Your order {} has been confirmed", random_() % 1'000'000);
  out.recipients = {fmt::format("user{}@d{}.example", random_() % 100'000, skewed(2'000))};
  out.recipient_count = 1;
  out.action = "accept";
  if (random_() % 4 == 0) out.brand = "norton";
  for (int i = 0; i < 2; ++i) {
    out.numbers.push_back({.number = bench_number(skewed(kBenchNumbers)),
                           .places = {Place::kPlain, Place::kHtml},
                           .tricks = {},
                           .shown = "+999 000 0000 0000"});
  }
  if (random_() % scam_every_ == 0) make_scam(out);
  return out;
}

void BenchMail::make_scam(Sighting& mail) {
  constexpr std::array<const char*, 4> kBrands{"norton", "mcafee", "paypal", "geek-squad"};
  mail.numbers = {{.number = bench_number(kBenchNumbers + random_() % 2'000),
                   .places = {Place::kPlain},
                   .tricks = {},
                   .shown = "+999 000 0000 0000",
                   .score = 80}};
  mail.action = "tag";
  mail.rule = "suspicious-number";
  mail.score = 80;
  mail.brand = kBrands[random_() % kBrands.size()];
  mail.brands = {mail.brand};
  mail.lures = {"renewal", "call-us", "cancel"};
  // A TLSH: 70 digits, of which those of one text differ in a few.
  std::mt19937_64 text(random_() % 200);
  mail.template_hash = "T1";
  for (int i = 0; i < 70; ++i) mail.template_hash += "0123456789ABCDEF"[text() % 16];
  for (int i = 0; i < 3; ++i) {
    mail.template_hash[8 + random_() % 64] = "0123456789ABCDEF"[random_() % 16];
  }
}

Result<void> fill_journal(const fs::path& directory, const FillPlan& plan) {
  const fs::path folder = directory / "journal";
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(ErrorKind::kCannotCreate, error.message());
  const int made = plan.made > 0 ? plan.made : plan.days;
  const std::int32_t first = day_of(kBenchNow) - plan.days + 1;
  for (int d = 0; d < plan.days; ++d) {
    const auto start = Clock::now();
    auto done = d < made ? make_day(folder, first + d, plan.numbers_per_day / 2)
                         : copy_day(folder, first + d % made, first + d);
    if (!done) return done;
    fmt::print("{}: {} numbers {} in {:.0f} s, {} bytes\n", day_name(first + d),
               plan.numbers_per_day, d < made ? "made" : "copied",
               std::chrono::duration<double>(Clock::now() - start).count(),
               fs::file_size(journal_file(folder, first + d), error));
  }
  return {};
}

}  // namespace ringfence
