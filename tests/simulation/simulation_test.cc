// The simulation of number rackets: it makes what it says it makes, the same for the same seed, and
// more layers never catch less. A few days of a small site, so that it takes moments.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "bench/simulation/report.h"
#include "tests/support/temporary_directory.h"

namespace ringfence::simulation {
namespace {

constexpr std::uint64_t kSeed = 7;

Parameters small() {
  Parameters out;
  out.warm_up_days = 8;
  out.days = 3;
  out.refreshes_a_day = 1;
  out.site_share = 0.5;
  out.business_mails = 300;
  out.newsletter_mails = 80;
  out.person_mails = 100;
  out.courier_mails = 30;
  out.own_mails = 50;
  out.reassigned_share = 0.1;
  out.reassigned_days_min = 1;
  out.reassigned_days_max = 5;
  return out;
}

Outcome outcome_of(const World& world, const Parameters& parameters) {
  const TemporaryDirectory directory;
  const auto outcome = evaluate(world, parameters, directory.path());
  EXPECT_TRUE(outcome) << outcome.error().message;
  return outcome.value_or(Outcome());
}

const ConfigurationOutcome& of(const Outcome& outcome, std::string_view name) {
  const auto at =
      std::find_if(kConfigurations.begin(), kConfigurations.end(),
                   [&](const Configuration& configuration) { return configuration.name == name; });
  EXPECT_NE(at, kConfigurations.end()) << name;
  return outcome.configurations[static_cast<std::size_t>(at - kConfigurations.begin())];
}

TEST(SimulationWorld, IsTheSameForASeedAndAnotherForAnother) {
  const World one = make_world(small(), kSeed);
  const World same = make_world(small(), kSeed);
  const World other = make_world(small(), kSeed + 1);
  EXPECT_EQ(one.mails, same.mails);
  EXPECT_EQ(one.feed, same.feed);
  EXPECT_NE(one.mails, other.mails);
  EXPECT_NE(one.feed, other.feed);
}

TEST(SimulationWorld, HasTheRacketsOfThePublishedFigures) {
  const Parameters parameters;
  const Racket racket = make_racket(parameters, kSeed);
  const std::int64_t from = kStart + parameters.warm_up_days * kDay;
  const std::int64_t until = from + parameters.days * kDay;
  std::vector<double> lives;
  double in_use = 0;
  double in_rows = 0;
  double brands = 0;
  for (const RacketNumber& number : racket.numbers) {
    const std::int64_t end = number.bursts.at(number.second_life - 1).until;
    lives.push_back(static_cast<double>(end - number.first()) / kDay);
    in_use += std::any_of(number.bursts.begin(), number.bursts.end(), [&](const Burst& burst) {
      return burst.until > from && burst.from < until;
    });
    in_rows += std::any_of(racket.rows.begin(), racket.rows.end(), [&](const Row& row) {
      return number.number >= row.first && number.number < row.last;
    });
    brands += number.brands.size() > 1;
    for (std::size_t i = 1; i < number.bursts.size(); ++i) {
      EXPECT_LE(number.bursts[i - 1].until, number.bursts[i].from);
    }
  }
  std::sort(lives.begin(), lives.end());
  const auto count = static_cast<double>(racket.numbers.size());
  EXPECT_NEAR(in_use, parameters.numbers, 0.15 * parameters.numbers);
  EXPECT_NEAR(lives.at(lives.size() / 2), 14, 1);
  EXPECT_NEAR(in_rows / count, parameters.voip_share, 0.05);
  EXPECT_NEAR(brands / count, 1 - parameters.brands_shares[0], 0.05);
}

TEST(SimulationWorld, IsInOrderAndWithinItsDays) {
  const Parameters parameters = small();
  const World world = make_world(parameters, kSeed);
  ASSERT_FALSE(world.mails.empty());
  EXPECT_TRUE(std::is_sorted(world.mails.begin(), world.mails.end(),
                             [](const Mail& a, const Mail& b) { return a.at < b.at; }));
  EXPECT_GE(world.mails.front().at, kStart);
  EXPECT_LT(world.mails.back().at, kStart + (parameters.warm_up_days + parameters.days) * kDay);
  std::set<Group> groups;
  for (const Mail& mail : world.mails) groups.insert(mail.group);
  EXPECT_EQ(groups.size(), kGroupCount);
}

TEST(SimulationWorld, WithoutRowsTheRacketHasNoNeighbours) {
  Parameters parameters;
  parameters.sequential = false;
  const Racket racket = make_racket(parameters, kSeed);
  EXPECT_TRUE(racket.rows.empty());
  std::vector<std::uint64_t> tens;
  for (const RacketNumber& number : racket.numbers) tens.push_back(number.number / 10);
  std::sort(tens.begin(), tens.end());
  for (std::size_t i = 2; i < tens.size(); ++i) EXPECT_NE(tens[i], tens[i - 2]);
}

TEST(SimulationEvaluation, IsTheSameForAWorldAndItsCountsAddUp) {
  const Parameters parameters = small();
  const World world = make_world(parameters, kSeed);
  const Outcome outcome = outcome_of(world, parameters);
  EXPECT_EQ(outcome, outcome_of(world, parameters));
  for (const ConfigurationOutcome& one : outcome.configurations) {
    EXPECT_GT(one.scam.mails, 50U);
    EXPECT_GT(one.honest.mails, 1'000U);
    EXPECT_GE(one.scam.tagged, one.scam.quarantined);
    std::uint64_t mails = 0;
    for (const Tally& tally : one.groups) mails += tally.mails;
    EXPECT_EQ(mails, one.scam.mails + one.honest.mails);
    std::uint64_t alarms = 0;
    for (const std::uint64_t cause : one.causes) alarms += cause;
    EXPECT_EQ(alarms, one.honest.tagged);
  }
}

TEST(SimulationEvaluation, MoreLayersNeverCatchLess) {
  const Parameters parameters = small();
  const Outcome outcome = outcome_of(make_world(parameters, kSeed), parameters);
  const ConfigurationOutcome& exact = of(outcome, "exact listing");
  const ConfigurationOutcome& all = of(outcome, "all");
  EXPECT_GT(exact.scam.tagged, 0U);
  EXPECT_GT(of(outcome, "exact + blocks").scam.tagged, exact.scam.tagged);
  EXPECT_GT(of(outcome, "exact + reuse").scam.tagged, exact.scam.tagged);
  for (const char* name :
       {"exact + blocks", "exact + memory", "exact + reuse", "exact + blocks + memory"}) {
    const ConfigurationOutcome& layer = of(outcome, name);
    EXPECT_GE(layer.scam.tagged, exact.scam.tagged) << name;
    EXPECT_LE(layer.scam.tagged, all.scam.tagged) << name;
    EXPECT_GE(layer.honest.tagged, exact.honest.tagged) << name;
    EXPECT_LE(layer.honest.tagged, all.honest.tagged) << name;
  }
  // Nothing is held for its neighbours or its brands alone.
  EXPECT_EQ(of(outcome, "exact + blocks").honest.quarantined, exact.honest.quarantined);
  EXPECT_EQ(of(outcome, "exact + reuse").scam.quarantined, exact.scam.quarantined);
  EXPECT_GE(of(outcome, "all (reuse at any age)").honest.tagged, all.honest.tagged);
}

TEST(SimulationEvaluation, WithoutAFeedOnlyReuseCatches) {
  Parameters parameters = small();
  parameters.listed_share = 0;
  const Outcome outcome = outcome_of(make_world(parameters, kSeed), parameters);
  EXPECT_EQ(of(outcome, "exact + blocks + memory").scam.tagged, 0U);
  EXPECT_GT(of(outcome, "all").scam.tagged, 0U);
  EXPECT_EQ(of(outcome, "all").scam.tagged, of(outcome, "reuse alone").scam.tagged);
}

TEST(SimulationReport, NamesEveryConfigurationAndParameter) {
  const Parameters parameters = small();
  const ScenarioRuns runs{"base", {outcome_of(make_world(parameters, kSeed), parameters)}};
  const std::string text = runs_text(runs);
  const std::string csv = runs_csv(runs);
  for (const Configuration& configuration : kConfigurations) {
    EXPECT_THAT(text, ::testing::HasSubstr("| " + std::string(configuration.name) + " |"));
    EXPECT_THAT(csv, ::testing::HasSubstr("\"base\",\"" + std::string(configuration.name) + "\""));
  }
  EXPECT_THAT(parameters_text(parameters), ::testing::HasSubstr("1652 | published |"));
}

}  // namespace
}  // namespace ringfence::simulation
