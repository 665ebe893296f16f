// sightings_bench: how fast sightings are written down, found again and deleted.
//
//   sightings_bench record DIRECTORY MESSAGES [plain|scam]   the recorder as the daemon runs it;
//                                                  without campaigns; with nothing but scam
//   sightings_bench fill DIRECTORY NUMBERS_PER_DAY DAYS [MADE]   see FillPlan
//   sightings_bench append DIRECTORY MESSAGES [BATCH]   to the newest day of a full journal
//   sightings_bench ask DIRECTORY [cold]           the questions of a hunt, with their plans
//   sightings_bench delete DIRECTORY               the oldest day
//   sightings_bench                                all that with 1 million numbers in a new folder
//
// Messages have two numbers each, which begin with 999, as no country's do. A journal takes about
// 200 bytes a number. Nothing is deleted but the folder of the last form, and the day that is asked
// for. Prints times and bytes as they are; nothing is judged.
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/integer.h"
#include "bench/sightings_fill.h"
#include "reputation/sightings/campaign_tracker.h"
#include "reputation/sightings/journal_reader.h"
#include "reputation/sightings/recorder.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kAsked = 20;  // times each question is asked

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

bool told(const Result<void>& result) {
  if (!result) fmt::print("failed: {}\n", result.error().message);
  return result.has_value();
}

std::vector<Sighting> made_up_mail(std::size_t count, std::uint64_t scam_every = 100) {
  BenchMail mail(1, scam_every);
  std::vector<Sighting> out;
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i) out.push_back(mail.next(kBenchNow));
  return out;
}

void run_recorder(const fs::path& directory, std::size_t messages, const std::string& mode = "") {
  const bool campaigns = mode != "plain";
  SightingOptions options;
  options.directory = directory / "recorder";
  options.queue_max = 100'000;
  std::vector<Sighting> all = made_up_mail(messages, mode == "scam" ? 1 : 100);
  const auto recorder = SightingRecorder::start(
      options, campaigns ? std::make_unique<CampaignTracker>(options) : nullptr,
      [] { return kBenchNow; });
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
  const auto count = static_cast<double>(messages);
  fmt::print(
      "recorder{}{}: {} messages in {:.2f} s: {:.0f} messages/s, at most two numbers each; "
      "offer {:.2f} us; the queue of {} was full {} times; {} different numbers\n",
      mode.empty() ? "" : ", ", mode, messages, spent, count / spent, offering * 1e6 / count,
      options.queue_max, refused, recorder->status().numbers);
}

void run_append(const fs::path& directory, std::size_t messages, std::size_t batch_size) {
  const std::vector<Sighting> all = made_up_mail(messages);
  Journal journal(directory / "journal", std::chrono::seconds(5));
  const auto days = journal_days(journal.folder());
  const auto file =
      days.empty() ? fail(ErrorKind::kNoInput, "an empty journal") : journal.day(days.back());
  if (!file) {
    fmt::print("failed: {}\n", file.error().message);
    return;
  }
  const std::int64_t before = (*file)->last_row();
  const auto start = Clock::now();
  std::vector<double> times;
  for (std::size_t at = 0; at < messages; at += batch_size) {
    const auto begun = Clock::now();
    const auto batch = std::span(all).subspan(at, std::min(batch_size, messages - at));
    if (!told((*file)->append(batch))) return;
    times.push_back(seconds_since(begun));
  }
  const double spent = seconds_since(start);
  std::sort(times.begin(), times.end());
  fmt::print(
      "append: {} messages after {} in {:.2f} s: {:.0f} messages/s; batches of {}: median {:.3f} "
      "s, "
      "worst {:.3f} s\n",
      messages, before, spent, static_cast<double>(messages) / spent, batch_size,
      times[times.size() / 2], times.back());
}

// What the system keeps of the journal's files in memory is dropped.
void forget_pages(const fs::path& directory) {
  for (const auto& entry : fs::directory_iterator(directory / "journal")) {
    const UniqueFd file(::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC));
    if (file) (void)::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
  }
}

struct Questions {
  fs::path directory;
  bool cold = false;
};

void tell_plan(const Questions& questions, const SightingQuery& query) {
  auto reader = JournalReader::open(questions.directory);
  if (!reader || reader->days().empty()) return;
  auto day =
      JournalDay::open_to_read(journal_file(questions.directory / "journal", reader->days().back()),
                               std::chrono::seconds(5));
  if (!day) return;
  auto plan = day->db().prepare("EXPLAIN QUERY PLAN " + JournalReader::sql(query));
  while (plan && plan->step().value_or(false)) fmt::print("    {}\n", plan->text(3));
}

void ask(const Questions& questions, const char* what,
         const std::function<SightingQuery(std::mt19937_64&)>& make) {
  std::mt19937_64 random(7);
  std::vector<double> times;
  std::size_t found = 0;
  for (int i = 0; i < kAsked; ++i) {
    const SightingQuery query = make(random);
    if (questions.cold) forget_pages(questions.directory);
    const auto start = Clock::now();
    auto reader = JournalReader::open(questions.directory);  // as a command does each time
    if (!reader) return;
    found += reader->find(query).size();
    times.push_back(seconds_since(start) * 1e3);
  }
  std::sort(times.begin(), times.end());
  fmt::print("{:<44} median {:8.2f} ms, worst {:8.2f} ms, {:.0f} mails each\n", what,
             times[times.size() / 2], times.back(), static_cast<double>(found) / kAsked);
  std::mt19937_64 again(7);
  tell_plan(questions, make(again));
}

// What `hunt --newly-listed` begins with.
void ask_distinct(const Questions& questions, const char* what, std::optional<TimePoint> since) {
  if (questions.cold) forget_pages(questions.directory);
  const auto start = Clock::now();
  auto reader = JournalReader::open(questions.directory);
  if (!reader) return;
  const std::size_t count = reader->distinct_numbers(since, std::nullopt).size();
  fmt::print("{:<44} {:.2f} s, {} numbers\n", what, seconds_since(start), count);
}

void run_questions(const Questions& questions) {
  ask(questions, "a rare number, all days", [&](auto& random) {
    return SightingQuery{.numbers = {bench_number(25'000'000 + random() % 5'000'000)}};
  });
  ask(questions, "a frequent number, the newest 1000",
      [&](auto& random) { return SightingQuery{.numbers = {bench_number(random() % 50)}}; });
  ask(questions, "a number that was never seen", [&](auto& random) {
    const std::uint64_t seen = bench_number(random() % kBenchNumbers).value();
    return SightingQuery{.numbers = {*E164::from_value(seen + 1)}};
  });
  ask(questions, "a block of 100, rare numbers", [&](auto& random) {
    const E164 member = bench_number(10'000'000 + random() % 20'000'000);
    return SightingQuery{.numbers = {*NumberRange::block_of(member, 2)}};
  });
  ask(questions, "100 numbers of one campaign", [&](auto& random) {
    SightingQuery query;
    for (int i = 0; i < 100; ++i)
      query.numbers.push_back(bench_number(20'000'000 + random() % 10'000'000));
    return query;
  });
  ask(questions, "a sender domain, the newest 1000", [&](auto& random) {
    return SightingQuery{.from_domain = fmt::format("s{}.example", random() % 200'000)};
  });
  ask(questions, "the newest 1000", [&](auto&) { return SightingQuery{}; });
  ask(questions, "one minute of yesterday, the newest 1000", [&](auto& random) {
    const TimePoint since =
        kBenchNow - std::chrono::days(1) - std::chrono::seconds(random() % 30'000);
    return SightingQuery{.since = since, .until = since + std::chrono::minutes(1)};
  });
  ask_distinct(questions, "every number of the last day", kBenchNow);
  ask_distinct(questions, "every number of all days", std::nullopt);
}

void run_delete(const fs::path& directory) {
  Journal journal(directory / "journal", std::chrono::seconds(5));
  const auto days = journal_days(journal.folder());
  if (days.empty()) return;
  const auto bytes = fs::file_size(journal_file(journal.folder(), days.front()));
  const auto start = Clock::now();
  const auto removed = journal.remove_before(days.front() + 1);
  fmt::print("delete: {} file of {} bytes in {:.2f} ms\n", removed ? removed->size() : 0, bytes,
             seconds_since(start) * 1e3);
}

int run_all() {
  const fs::path directory =
      fs::temp_directory_path() / fmt::format("ringfence-sightings-bench-{}", getpid());
  fs::create_directories(directory);
  run_recorder(directory, 200'000);
  if (told(fill_journal(directory, {}))) {
    run_append(directory, 100'000, kBenchBatch);
    run_questions({directory});
    run_delete(directory);
  }
  fs::remove_all(directory);
  return 0;
}

std::size_t argument(const std::vector<std::string>& arguments, std::size_t at) {
  return at < arguments.size() ? to_integer<std::size_t>(arguments[at]).value_or(0) : 0;
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return run_all();
  const std::string& what = arguments[0];
  const fs::path directory = arguments.size() > 1 ? arguments[1] : "";
  const std::size_t count = argument(arguments, 2);
  if (!directory.empty() && what == "record" && count > 0) {
    fs::create_directories(directory);
    run_recorder(directory, count, arguments.size() > 3 ? arguments[3] : "");
  } else if (!directory.empty() && what == "append" && count > 0) {
    const std::size_t batch = argument(arguments, 3);
    run_append(directory, count, batch > 0 ? batch : kBenchBatch);
  } else if (!directory.empty() && what == "fill" && count > 1 && argument(arguments, 3) > 0) {
    const FillPlan plan{count, static_cast<int>(argument(arguments, 3)),
                        static_cast<int>(argument(arguments, 4))};
    if (!told(fill_journal(directory, plan))) return 74;
  } else if (!directory.empty() && what == "ask") {
    run_questions({directory, arguments.size() > 2 && arguments[2] == "cold"});
  } else if (!directory.empty() && what == "delete") {
    run_delete(directory);
  } else {
    fmt::print(stderr, "usage: sightings_bench [record|fill|append|ask|delete DIRECTORY ...]\n");
    return 64;
  }
  return 0;
}

}  // namespace
}  // namespace ringfence

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // a long run shows how far it is
  return ringfence::run(std::vector<std::string>(argv + 1, argv + argc));
}
