// What the files of the command line share. With them, the one door to CLI11.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "ctl/commands.h"

namespace ringfence {

/// The command that was named, ready to run.
using Run = std::function<int()>;

void add_json(CLI::App* app, CommonArguments& common);
/// "30d", "12h", "90m", "45s" or plain seconds.
CLI::AsNumberWithUnit duration();

/// The `feeds` command with all that is below it.
void add_feeds(CLI::App& app, CommonArguments& common, Run& run);
void add_export(CLI::App& app, CommonArguments& common, Run& run);

/// The commands `sightings`, `hunt` and `campaigns`.
void add_sightings(CLI::App& app, CommonArguments& common, Run& run);

}  // namespace ringfence
