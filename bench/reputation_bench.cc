// reputation_bench [NUMBERS [DIRECTORY]]: builds a table of NUMBERS (10 million) made-up numbers,
// then looks numbers up, first alone and then while the same table is built again.
//
// Numbers begin with 999, which no country has. Four of five stand alone, one of five in rows of
// ten as they are bought; there are 20,000 ranges of a provider. Prints times, bytes and peak
// memory as they are; nothing is judged.
#include <fmt/core.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/integer.h"
#include "reputation/generation_builder.h"
#include "reputation/reputation_store.h"

namespace ringfence {
namespace {

using Clock = std::chrono::steady_clock;
constexpr TimePoint kNow{std::chrono::seconds{1'790'000'000}};
constexpr std::uint64_t kFirst = 99'900'000'000'000;  // +999 and eleven digits
constexpr std::uint64_t kSpace = 100'000'000'000;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::vector<std::uint64_t> made_up_numbers(std::size_t count) {
  std::mt19937_64 random(1);
  std::vector<std::uint64_t> out;
  out.reserve(count);
  while (out.size() < count) {
    const std::uint64_t at = kFirst + random() % kSpace;
    if (random() % 30 != 0) {
      out.push_back(at);
    } else {
      for (std::uint64_t i = 0; i < 10; ++i) {
        if (random() % 10 < 7) out.push_back(at / 10 * 10 + i);
      }
    }
  }
  return out;
}

Result<BuildReport> build(const ReputationOptions& options,
                          const std::vector<std::uint64_t>& numbers) {
  auto builder = GenerationBuilder::begin(builder_options(options));
  if (!builder) return tl::unexpected(builder.error());
  const auto list = builder->replace_list({.name = "bench", .imported = kNow});
  const auto providers = builder->replace_list({.name = "providers", .role = ListRole::kProvider});
  const std::uint16_t category = *builder->category("scam");
  for (const std::uint64_t value : numbers) {
    auto added = builder->add(*list, {.number = *E164::from_value(value),
                                      .category = category,
                                      .score = 90,
                                      .first_listed = kNow,
                                      .last_seen = kNow});
    if (!added) return tl::unexpected(added.error());
  }
  for (int i = 0; i < 20'000; ++i) {
    const auto range = NumberRange::make(fmt::format("999{:06}", i * 50), i % 2 == 0 ? 0 : 14);
    auto added = builder->add_range(*providers, *range, {.category = category});
    if (!added) return tl::unexpected(added.error());
  }
  const auto start = Clock::now();
  const auto counts = builder->settle(*list);
  if (!counts) return tl::unexpected(counts.error());
  fmt::print("  settle      {:8.2f} s  {} numbers\n", seconds_since(start), counts->numbers);
  auto report = builder->build(kNow);
  if (!report) return report;
  if (auto published = builder->publish(); !published) return tl::unexpected(published.error());
  return report;
}

Result<void> build_and_tell(const char* what, const ReputationOptions& options,
                            const std::vector<std::uint64_t>& numbers) {
  const auto start = Clock::now();
  const auto report = build(options, numbers);
  if (!report) return tl::unexpected(report.error());
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  fmt::print(
      "{:12} {:9.2f} s  {} numbers, {} ranges, {} blocks, {:.1f} bytes a number, "
      "peak memory {} MiB\n",
      what, seconds_since(start), report->numbers, report->ranges, report->blocks,
      static_cast<double>(report->file_bytes) / static_cast<double>(report->numbers),
      usage.ru_maxrss / 1024);
  return {};
}

struct Latencies {
  std::vector<double> listed;
  std::vector<double> neighbour;
  std::vector<double> unlisted;
};

void look_up(const ReputationStore& store, const std::vector<std::uint64_t>& numbers,
             std::mt19937_64& random, std::size_t rounds, Latencies& out) {
  const auto once = [&](std::uint64_t value, std::vector<double>& into) {
    const std::vector<E164> one{*E164::from_value(value)};
    const auto start = Clock::now();
    const auto found = store.lookup(one, kNow);
    into.push_back(seconds_since(start) * 1e6);
    if (!found) fmt::print("lookup failed: {}\n", found.error().message);
  };
  for (std::size_t i = 0; i < rounds; ++i) {
    const std::uint64_t value = numbers[random() % numbers.size()];
    once(value, out.listed);
    once(value / 10 * 10 + random() % 10, out.neighbour);
    once(kFirst + random() % kSpace, out.unlisted);
  }
}

void tell(const char* what, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
  };
  fmt::print("  {:10}  median {:7.2f} us   99 % {:7.2f} us   99.9 % {:7.2f} us   of {}\n", what,
             at(0.5), at(0.99), at(0.999), values.size());
}

void tell(const char* what, const Latencies& latencies) {
  fmt::print("{}\n", what);
  tell("listed", latencies.listed);
  tell("neighbour", latencies.neighbour);
  tell("unlisted", latencies.unlisted);
}

Result<void> run(std::size_t count, const std::filesystem::path& directory) {
  const ReputationOptions options{.directory = directory};
  const std::vector<std::uint64_t> numbers = made_up_numbers(count);
  if (auto built = build_and_tell("first build", options, numbers); !built) return built;
  const auto store = ReputationStore::open(options);
  if (!store) return tl::unexpected(store.error());
  std::mt19937_64 random(2);
  Latencies alone;
  look_up(**store, numbers, random, 20'000, alone);  // the pages are read in
  alone = {};
  look_up(**store, numbers, random, 200'000, alone);
  tell("lookups", alone);

  ReputationOptions plain = options;
  plain.blocks.enabled = false;
  const auto without_blocks = ReputationStore::open(plain);
  if (!without_blocks) return tl::unexpected(without_blocks.error());
  alone = {};
  look_up(**without_blocks, numbers, random, 200'000, alone);
  tell("lookups without blocks", alone);

  std::atomic<bool> done{false};
  Result<void> rebuilt;
  std::thread builder([&] {
    rebuilt = build_and_tell("rebuild", options, numbers);
    done = true;
  });
  Latencies during;
  while (!done) look_up(**store, numbers, random, 1000, during);
  builder.join();
  if (!rebuilt) return rebuilt;
  tell("lookups during the rebuild", during);
  return {};
}

}  // namespace
}  // namespace ringfence

int main(int argc, char** argv) {
  namespace fs = std::filesystem;
  const auto count = argc > 1 ? ringfence::to_integer<std::size_t>(argv[1]) : 10'000'000;
  if (!count || *count == 0 || argc > 3) {
    fmt::print(stderr, "usage: reputation_bench [NUMBERS [DIRECTORY]]\n");
    return 64;
  }
  const fs::path directory =
      argc > 2 ? fs::path(argv[2]) : fs::temp_directory_path() / "ringfence-reputation-bench";
  const auto result = ringfence::run(*count, directory);
  std::error_code ignored;
  if (argc <= 2) fs::remove_all(directory, ignored);
  if (!result) fmt::print(stderr, "reputation_bench: {}\n", result.error().message);
  return result ? 0 : 1;
}
