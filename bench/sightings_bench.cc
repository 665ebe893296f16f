// sightings_bench [NUMBERS_PER_DAY [DAYS [DIRECTORY]]]: how fast sightings are written down, and
// how fast the questions of a hunt are answered.
//
// First the recorder as the daemon runs it (journal and aggregates), messages with two numbers
// each; then DAYS journal files of NUMBERS_PER_DAY (1 million, 1) made-up numbers, and each
// question with its plan. Numbers begin with 999, which no country has. Needs about 200 bytes a
// number in DIRECTORY, a new folder below the temporary one when not given, which is deleted at the
// end. Prints times and bytes as they are; nothing is judged.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "base/integer.h"
#include "reputation/sightings/journal.h"
#include "reputation/sightings/journal_reader.h"
#include "reputation/sightings/recorder.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr TimePoint kNow{std::chrono::seconds{1'790'000'000}};
constexpr std::uint64_t kFirst = 99'900'000'000'000;  // +999 and eleven digits
constexpr std::size_t kBatch = 4'000;
constexpr std::size_t kRecorded = 200'000;  // messages, of the first part
constexpr int kAsked = 20;                  // times each question is asked

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Messages as a busy host sees them: most numbers come often (those of newsletters and of
// signatures), a tail once or twice; two numbers and one recipient each.
class Mail {
 public:
  explicit Mail(std::uint64_t seed) : random_(seed) {}

  Sighting next(TimePoint when) {
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
      const auto number = E164::from_value(kFirst + skewed(30'000'000) * 7);
      out.numbers.push_back({.number = *number,
                             .places = {Place::kPlain, Place::kHtml},
                             .tricks = {},
                             .shown = "+999 000 0000 0000"});
    }
    return out;
  }

 private:
  // 0 to `size` - 1, the low ones more often: the cube of an even draw.
  std::uint64_t skewed(std::uint64_t size) {
    const double u = static_cast<double>(random_() >> 11) * 0x1p-53;
    return static_cast<std::uint64_t>(u * u * u * static_cast<double>(size));
  }

  std::mt19937_64 random_;
  std::uint64_t count_ = 0;
};

void run_recorder(const fs::path& directory) {
  SightingOptions options;
  options.directory = directory / "recorder";
  options.queue_max = 100'000;
  Mail mail(1);
  std::vector<Sighting> all;
  all.reserve(kRecorded);
  for (std::size_t i = 0; i < kRecorded; ++i) all.push_back(mail.next(kNow));
  const auto recorder = SightingRecorder::start(options, nullptr, [] { return kNow; });
  std::uint64_t refused = 0;
  const auto start = Clock::now();
  double offering = 0;
  for (Sighting& sighting : all) {
    // A mail thread would go on; here the queue's bound is what paces.
    const auto begun = Clock::now();
    const bool taken = recorder->offer(sighting);
    offering += seconds_since(begun);
    if (taken) continue;
    ++refused;
    recorder->flush(std::chrono::seconds(60));
    recorder->offer(std::move(sighting));
  }
  recorder->flush(std::chrono::seconds(600));
  const double spent = seconds_since(start);
  fmt::print(
      "recorder: {} messages with 2 numbers in {:.2f} s: {:.0f} messages/s, {:.0f} numbers/s; "
      "offer {:.2f} us; the queue of {} was full {} times; {} different numbers\n",
      kRecorded, spent, static_cast<double>(kRecorded) / spent,
      2 * static_cast<double>(kRecorded) / spent, offering * 1e6 / kRecorded, options.queue_max,
      refused, recorder->status().numbers);
}

std::uintmax_t bytes_of(const fs::path& folder) {
  std::uintmax_t sum = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) sum += entry.file_size();
  }
  return sum;
}

bool fill(const fs::path& directory, std::size_t numbers_per_day, int days) {
  Journal journal(directory / "journal", std::chrono::seconds(5));
  fs::create_directories(journal.folder());
  const std::size_t messages = numbers_per_day / 2;
  for (int d = 0; d < days; ++d) {
    Mail mail(static_cast<std::uint64_t>(d) + 2);
    const std::int32_t today = day_of(kNow) - days + 1 + d;
    const TimePoint midnight{std::chrono::days(today)};
    const auto start = Clock::now();
    std::vector<Sighting> batch;
    for (std::size_t i = 0; i < messages; ++i) {
      const auto second = static_cast<std::int64_t>(i * 86'400 / messages);
      batch.push_back(mail.next(midnight + std::chrono::seconds(second)));
      if (batch.size() < kBatch && i + 1 < messages) continue;
      const auto file = journal.day(today);
      if (const auto done = file ? (*file)->append(batch) : tl::unexpected(file.error()); !done) {
        fmt::print("cannot fill: {}\n", done.error().message);
        return false;
      }
      batch.clear();
    }
    const double spent = seconds_since(start);
    fmt::print("{}: {} numbers in {:.0f} s: {:.0f} numbers/s\n", day_name(today), numbers_per_day,
               spent, static_cast<double>(numbers_per_day) / spent);
    std::fflush(stdout);
  }
  if (const auto sealed = journal.seal_before(day_of(kNow) + 1); !sealed) return false;
  fmt::print("journal: {:.1f} GB\n", static_cast<double>(bytes_of(journal.folder())) / 1e9);
  return true;
}

void ask(const fs::path& directory, const char* what,
         const std::function<SightingQuery(std::mt19937_64&)>& make) {
  std::mt19937_64 random(7);
  std::vector<double> times;
  std::size_t found = 0;
  for (int i = 0; i < kAsked; ++i) {
    const SightingQuery query = make(random);
    const auto start = Clock::now();
    auto reader = JournalReader::open(directory);  // as a command does each time
    if (!reader) return;
    found += reader->find(query).size();
    times.push_back(seconds_since(start) * 1e3);
  }
  std::sort(times.begin(), times.end());
  fmt::print("{:<44} median {:8.2f} ms, worst {:8.2f} ms, {:.0f} mails each\n", what,
             times[times.size() / 2], times.back(), static_cast<double>(found) / kAsked);
  std::mt19937_64 again(7);
  auto reader = JournalReader::open(directory);
  const auto days = reader->days();
  auto day = JournalDay::open_to_read(journal_file(directory / "journal", days.back()),
                                      std::chrono::seconds(5));
  auto plan = day->db().prepare("EXPLAIN QUERY PLAN " + JournalReader::sql(make(again)));
  while (plan && plan->step().value_or(false)) fmt::print("    {}\n", plan->text(3));
}

void run_questions(const fs::path& directory) {
  // Of the 30 million numbers the high ones are rare and the low ones stand in much mail.
  const auto number = [](std::uint64_t rank) {
    return *NumberRange::parse(fmt::format("+{}", kFirst + rank * 7));
  };
  ask(directory, "a rare number, all days", [&](auto& random) {
    return SightingQuery{.numbers = {number(25'000'000 + random() % 5'000'000)}};
  });
  ask(directory, "a frequent number, the newest 1000",
      [&](auto& random) { return SightingQuery{.numbers = {number(random() % 50)}}; });
  ask(directory, "a rare number that was never seen", [&](auto& random) {
    return SightingQuery{.numbers = {*NumberRange::parse(
                             fmt::format("+{}", kFirst + (random() % 30'000'000) * 7 + 1))}};
  });
  ask(directory, "a block of 100, rare numbers", [&](auto& random) {
    const std::uint64_t first = kFirst + (10'000'000 + random() % 20'000'000) * 7;
    return SightingQuery{.numbers = {*NumberRange::parse(fmt::format("+{}##", first / 100))}};
  });
  ask(directory, "100 numbers of one campaign", [&](auto& random) {
    SightingQuery query;
    for (int i = 0; i < 100; ++i)
      query.numbers.push_back(number(20'000'000 + random() % 10'000'000));
    return query;
  });
  ask(directory, "a sender domain, the newest 1000", [&](auto& random) {
    return SightingQuery{.from_domain = fmt::format("s{}.example", random() % 200'000)};
  });
  ask(directory, "the newest 1000", [&](auto&) { return SightingQuery{}; });
  ask(directory, "one minute of yesterday", [&](auto& random) {
    const TimePoint since = kNow - std::chrono::days(1) - std::chrono::seconds(random() % 30'000);
    return SightingQuery{.since = since, .until = since + std::chrono::minutes(1)};
  });
}

}  // namespace
}  // namespace ringfence

int main(int argc, char** argv) {
  using namespace ringfence;
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // a long run shows how far it is
  const auto numbers = argc > 1 ? to_integer<std::size_t>(argv[1]) : 1'000'000;
  const auto days = argc > 2 ? to_integer<int>(argv[2]) : 1;
  if (!numbers || !days || *numbers < 2 || *days < 1) {
    fmt::print("usage: sightings_bench [NUMBERS_PER_DAY [DAYS [DIRECTORY]]]\n");
    return 64;
  }
  const bool own = argc <= 3;
  const fs::path directory =
      own ? fs::temp_directory_path() / fmt::format("ringfence-sightings-bench-{}", getpid())
          : fs::path(argv[3]);
  fs::create_directories(directory);
  const std::uintmax_t wanted = *numbers * static_cast<std::size_t>(*days) * 250 + (1u << 30);
  if (fs::space(directory).available < wanted) {
    fmt::print("not enough room in {}: {} bytes are wanted\n", directory.string(), wanted);
    return 74;
  }
  run_recorder(directory);
  if (fill(directory, *numbers, *days)) run_questions(directory);
  if (own) fs::remove_all(directory);
}
