// racket_simulation: number rackets and honest mail, made up after published figures, against the
// real table, sightings and default policy.
//
//   racket_simulation [--seeds N] [--scenario NAME] [--csv FILE] [--parameters]
//
// Prints, for each scenario, how much scam mail each configuration catches and how much honest mail
// it tags or holds, as Markdown tables: mean (least-most) of N seeds (5). With --csv, the same
// figures to FILE, of which bench/racket_simulation.gnuplot makes docs/simulation.svg. With
// --parameters, only the parameters and where they come from. A run of one seed takes some
// seconds, and builds its tables in the temporary folder.
#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "base/integer.h"
#include "bench/simulation/report.h"

namespace ringfence::simulation {
namespace {

struct Arguments {
  std::uint64_t seeds = 5;
  std::string scenario;  // "" for all
  std::string csv;       // "" for none
  bool parameters = false;
};

std::optional<Arguments> parse(const std::vector<std::string>& arguments) {
  Arguments out;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const bool has_value = i + 1 < arguments.size();
    if (arguments[i] == "--parameters") {
      out.parameters = true;
    } else if (arguments[i] == "--seeds" && has_value) {
      const auto seeds = to_integer<std::uint64_t>(arguments[++i]);
      if (!seeds || *seeds == 0) return std::nullopt;
      out.seeds = *seeds;
    } else if (arguments[i] == "--scenario" && has_value) {
      out.scenario = arguments[++i];
    } else if (arguments[i] == "--csv" && has_value) {
      out.csv = arguments[++i];
    } else {
      return std::nullopt;
    }
  }
  return out;
}

Result<ScenarioRuns> run_scenario(const Scenario& scenario, std::uint64_t seeds) {
  namespace fs = std::filesystem;
  ScenarioRuns out{std::string(scenario.name), {}};
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const fs::path directory =
        fs::temp_directory_path() / fmt::format("ringfence-simulation-{}-{}", getpid(), seed);
    std::error_code error;
    fs::create_directory(directory, error);
    const World world = make_world(scenario.parameters, seed);
    auto outcome = evaluate(world, scenario.parameters, directory);
    fs::remove_all(directory, error);
    if (!outcome) return tl::unexpected(outcome.error());
    out.outcomes.push_back(*outcome);
  }
  return out;
}

int run(const Arguments& arguments) {
  if (arguments.parameters) {
    fmt::print("{}", parameters_text(Parameters{}));
    return 0;
  }
  std::ofstream csv;
  if (!arguments.csv.empty()) csv.open(arguments.csv);
  csv << csv_header();
  if (!arguments.csv.empty() && !csv.flush()) {
    fmt::print(stderr, "racket_simulation: cannot write {}\n", arguments.csv);
    return 73;
  }
  bool any = false;
  for (const Scenario& scenario : scenarios()) {
    if (!arguments.scenario.empty() && scenario.name != arguments.scenario) continue;
    any = true;
    const auto runs = run_scenario(scenario, arguments.seeds);
    if (!runs) {
      fmt::print(stderr, "racket_simulation: {}\n", runs.error().message);
      return 74;
    }
    fmt::print("{}", runs_text(*runs));
    std::fflush(stdout);
    csv << runs_csv(*runs);
  }
  csv.flush();
  if (!arguments.csv.empty() && !csv) {
    fmt::print(stderr, "racket_simulation: cannot write {}\n", arguments.csv);
    return 73;
  }
  if (!any) fmt::print(stderr, "racket_simulation: no scenario {}\n", arguments.scenario);
  return any ? 0 : 64;
}

}  // namespace
}  // namespace ringfence::simulation

int main(int argc, char** argv) {
  using namespace ringfence::simulation;
  const auto arguments = parse(std::vector<std::string>(argv + 1, argv + argc));
  if (arguments) return run(*arguments);
  fmt::print(stderr,
             "usage: racket_simulation [--seeds N] [--scenario NAME] [--csv FILE] "
             "[--parameters]\n");
  return 64;
}
