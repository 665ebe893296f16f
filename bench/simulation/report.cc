#include "bench/simulation/report.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>

namespace ringfence::simulation {
namespace {

struct Spread {
  double mean = 0;
  double min = 0;
  double max = 0;
};

Spread spread_of(const ScenarioRuns& runs, const std::function<double(const Outcome&)>& value) {
  Spread out;
  double sum = 0;
  for (std::size_t i = 0; i < runs.outcomes.size(); ++i) {
    const double one = value(runs.outcomes[i]);
    sum += one;
    out.min = i == 0 ? one : std::min(out.min, one);
    out.max = i == 0 ? one : std::max(out.max, one);
  }
  out.mean = sum / static_cast<double>(runs.outcomes.size());
  return out;
}

double share(std::uint64_t part, std::uint64_t whole, double of) {
  return whole == 0 ? 0 : of * static_cast<double>(part) / static_cast<double>(whole);
}

struct Metric {
  std::string name;
  std::function<double(const ConfigurationOutcome&)> value;
};

constexpr double kAlarmsOf = 100'000;

std::vector<Metric> main_metrics() {
  return {
      {"caught", [](const auto& o) { return share(o.scam.tagged, o.scam.mails, 100); }},
      {"held", [](const auto& o) { return share(o.scam.quarantined, o.scam.mails, 100); }},
      {"fresh caught", [](const auto& o) { return share(o.fresh.tagged, o.fresh.mails, 100); }},
      {"false", [](const auto& o) { return share(o.honest.tagged, o.honest.mails, kAlarmsOf); }},
      {"false held",
       [](const auto& o) { return share(o.honest.quarantined, o.honest.mails, kAlarmsOf); }},
  };
}

std::vector<Metric> cause_metrics() {
  std::vector<Metric> out;
  for (std::size_t i = 0; i < kCauseCount; ++i) {
    out.push_back({std::string(to_token(static_cast<Cause>(i))),
                   [i](const auto& o) { return share(o.causes[i], o.honest.mails, kAlarmsOf); }});
  }
  return out;
}

// Of a group's own mail, how much is tagged or held, percent.
std::vector<Metric> group_metrics() {
  std::vector<Metric> out;
  for (std::size_t i = 1; i + 1 < kGroupCount; ++i) {
    out.push_back({std::string(to_token(static_cast<Group>(i))), [i](const auto& o) {
                     return share(o.groups[i].tagged, o.groups[i].mails, 100);
                   }});
  }
  return out;
}

Spread spread_of(const ScenarioRuns& runs, const Metric& metric, std::size_t configuration) {
  return spread_of(runs,
                   [&](const Outcome& o) { return metric.value(o.configurations[configuration]); });
}

std::string table(const ScenarioRuns& runs, const std::vector<Metric>& metrics,
                  std::string_view unit) {
  std::string out = fmt::format("| {} |", unit);
  std::string line = "|---|";
  for (const Metric& metric : metrics) {
    out += fmt::format(" {} |", metric.name);
    line += "---|";
  }
  out += "\n" + line + "\n";
  for (std::size_t c = 0; c < kConfigurations.size(); ++c) {
    out += fmt::format("| {} |", kConfigurations[c].name);
    for (const Metric& metric : metrics) {
      const Spread s = spread_of(runs, metric, c);
      out += s.max == 0 ? " 0 |" : fmt::format(" {:.1f} ({:.1f}-{:.1f}) |", s.mean, s.min, s.max);
    }
    out += "\n";
  }
  return out + "\n";
}

std::string fact(const ScenarioRuns& runs, const char* name,
                 const std::function<double(const Outcome&)>& value) {
  const Spread s = spread_of(runs, value);
  return fmt::format("{} {:.0f} ({:.0f}-{:.0f})", name, s.mean, s.min, s.max);
}

}  // namespace

std::string parameters_text(const Parameters& parameters) {
  std::string out = "| parameter | value | source |\n|---|---|---|\n";
  for (const ParameterNote& note : notes(parameters)) {
    out += fmt::format("| {} | {} | {} |\n", note.what, note.value, note.source);
  }
  return out;
}

std::string runs_text(const ScenarioRuns& runs) {
  const auto of = [&](const char* name, auto member) {
    return fact(runs, name, [&](const Outcome& o) { return static_cast<double>(member(o)); });
  };
  std::string out = fmt::format("## {}, {} seeds\n\n", runs.scenario, runs.outcomes.size());
  out += of("numbers in use", [](const Outcome& o) { return o.facts.numbers; }) + ", ";
  out += of("of them seen here", [](const Outcome& o) { return o.facts.numbers_here; }) + ", ";
  out += of("ever listed", [](const Outcome& o) { return o.facts.numbers_listed; }) + ";\n";
  out += of("median life, days,", [](const Outcome& o) { return o.facts.life_days_median; }) + "; ";
  out += of("scam mails", [](const Outcome& o) { return o.configurations[0].scam.mails; }) + ", ";
  out += of("in two days of the number's first",
            [](const Outcome& o) { return o.configurations[0].fresh.mails; }) +
         ";\n";
  out +=
      of("honest mails", [](const Outcome& o) { return o.configurations[0].honest.mails; }) + ", ";
  out +=
      of("of them with a brand", [](const Outcome& o) { return o.facts.honest_branded; }) + "\n\n";
  out += table(runs, main_metrics(), "% of scam mail; of 100,000 honest");
  out += table(runs, cause_metrics(), "of 100,000 honest mails tagged or held for");
  out += table(runs, group_metrics(), "% tagged or held of the mail of a");
  return out;
}

std::string csv_header() { return "scenario,configuration,metric,mean,min,max\n"; }

std::string runs_csv(const ScenarioRuns& runs) {
  std::string out;
  const auto add = [&](const std::vector<Metric>& metrics, std::string_view prefix) {
    for (std::size_t c = 0; c < kConfigurations.size(); ++c) {
      for (const Metric& metric : metrics) {
        const Spread s = spread_of(runs, metric, c);
        out += fmt::format("\"{}\",\"{}\",\"{}{}\",{:.3f},{:.3f},{:.3f}\n", runs.scenario,
                           kConfigurations[c].name, prefix, metric.name, s.mean, s.min, s.max);
      }
    }
  };
  add(main_metrics(), "");
  add(cause_metrics(), "cause: ");
  add(group_metrics(), "share of: ");
  return out;
}

}  // namespace ringfence::simulation
