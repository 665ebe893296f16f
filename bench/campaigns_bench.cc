// campaigns_bench [MESSAGES]: what campaigns cost the recorder's thread.
//
// Counts made-up mail in the aggregates without campaigns, with them, and with them when every mail
// is suspect: of a few campaigns, and of none that was seen before (the worst: each is compared
// with all texts that are kept). Numbers begin with 999, which no country has. Uses a new folder
// below the temporary one. Prints figures as they are; nothing is judged.
#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "base/integer.h"
#include "reputation/sightings/aggregates.h"
#include "reputation/sightings/campaign_reader.h"
#include "reputation/sightings/campaign_tracker.h"
#include "reputation/sightings/fuzzy_hash.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr TimePoint kNow{std::chrono::seconds{1'790'000'000}};
constexpr std::uint64_t kFirst = 99'900'000'000'000;  // +999 and eleven digits
constexpr std::size_t kBatch = 4'000;
constexpr std::size_t kTexts = 2'000;

enum class Mix { kHonest, kFewCampaigns, kAllDifferent };

std::vector<std::string> made_up_texts() {
  std::mt19937_64 random(1);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < kTexts; ++i) {
    FuzzyHasher hasher;
    for (int letter = 0; letter < 700; ++letter) {
      const char c = static_cast<char>('a' + random() % 26);
      hasher.push(letter % 7 == 6 ? std::string_view(" ") : std::string_view(&c, 1));
    }
    out.push_back(hasher.finish());
  }
  return out;
}

std::vector<Sighting> made_up_mail(Mix mix, std::size_t count) {
  static const std::vector<std::string> texts = made_up_texts();
  std::mt19937_64 random(2);
  std::vector<Sighting> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    Sighting& mail = out[i];
    mail.when = kNow;
    mail.recipients = {fmt::format("user@d{}.example", random() % 2'000)};
    const bool few = mix == Mix::kFewCampaigns;
    const std::uint64_t number = few ? random() % 2'000 * 1'000 : random() % 30'000'000 * 7;
    for (std::uint64_t n = 0; n < 2; ++n) {
      mail.numbers.push_back({.number = *E164::from_value(kFirst + number + n)});
    }
    mail.from_domain = fmt::format("s{}.example", random() % 200'000);
    mail.action = "accept";
    if (mix == Mix::kHonest) continue;
    mail.action = "tag";
    mail.brand = fmt::format("brand{}", random() % 20);
    mail.lures = {"invoice", "renewal"};
    mail.template_hash = texts[few ? number / 1'000 % 50 : random() % kTexts];
  }
  return out;
}

void run(const char* what, const fs::path& directory, Mix mix, bool campaigns, std::size_t count) {
  fs::create_directories(directory);
  const std::vector<Sighting> mail = made_up_mail(mix, count);
  {
    CampaignTracker tracker(SightingOptions{});
    const auto opened = Aggregates::open(directory / "aggregates.mdb", 20'000'000,
                                         std::chrono::days(7), campaigns ? &tracker : nullptr);
    if (!opened) {
      fmt::print("{}\n", opened.error().message);
      return;
    }
    const auto start = Clock::now();
    std::int64_t row = 1;
    for (std::size_t at = 0; at < mail.size(); at += kBatch) {
      const auto batch = std::span(mail).subspan(at, std::min(kBatch, mail.size() - at));
      if (auto done = (*opened)->apply({day_of(kNow), 1}, row, batch); !done) {
        fmt::print("{}\n", done.error().message);
        return;
      }
      row += static_cast<std::int64_t>(batch.size());
    }
    const double spent = std::chrono::duration<double>(Clock::now() - start).count();
    fmt::print("{:<44} {:>8.0f} messages/s, {:6.1f} us each, {:6.1f} MB\n", what,
               static_cast<double>(count) / spent, spent * 1e6 / static_cast<double>(count),
               static_cast<double>(fs::file_size(directory / "aggregates.mdb")) / 1e6);
  }
  if (!campaigns || mix == Mix::kHonest) return;
  const auto reader = CampaignReader::open(directory, kNow);
  if (!reader) return;
  const auto start = Clock::now();
  const auto all = reader->list({.messages_min = 1, .limit = 1'000'000});
  const double spent = std::chrono::duration<double>(Clock::now() - start).count();
  fmt::print("    {} campaigns, all listed in {:.2f} s\n", all ? all->size() : 0, spent);
}

}  // namespace
}  // namespace ringfence

int main(int argc, char** argv) {
  using namespace ringfence;
  const auto count = argc > 1 ? to_integer<std::size_t>(argv[1]) : 100'000;
  if (!count || *count == 0) {
    fmt::print("usage: campaigns_bench [MESSAGES]\n");
    return 64;
  }
  const fs::path directory =
      fs::temp_directory_path() / fmt::format("ringfence-campaigns-bench-{}", getpid());
  run("honest mail, without campaigns", directory / "1", Mix::kHonest, false, *count);
  run("honest mail", directory / "2", Mix::kHonest, true, *count);
  run("suspect mail, without campaigns", directory / "3", Mix::kFewCampaigns, false, *count);
  run("suspect mail of a few campaigns", directory / "4", Mix::kFewCampaigns, true, *count);
  run("suspect mail, each of its own", directory / "5", Mix::kAllDifferent, true, *count);
  fs::remove_all(directory);
}
