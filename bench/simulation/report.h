// The simulation's tables, as text and as CSV. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/simulation/evaluation.h"

namespace ringfence::simulation {

/// The runs of one scenario, one for each seed.
struct ScenarioRuns {
  std::string scenario;
  std::vector<Outcome> outcomes;  // not empty
};

/// The parameters with their sources, as a Markdown table.
std::string parameters_text(const Parameters& parameters);
/// Facts of what was generated, and the figures of each configuration: mean (least-most of the
/// runs). False alarms are of 100,000 honest mails.
std::string runs_text(const ScenarioRuns& runs);

/// Header and rows: scenario,configuration,metric,mean,min,max. Shares are percent.
std::string csv_header();
std::string runs_csv(const ScenarioRuns& runs);

}  // namespace ringfence::simulation
