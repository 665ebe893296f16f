// The sightings section of the file: what is remembered of the numbers in mail, and for how long.
#pragma once

#include "config/config.h"
#include "config/schema.h"

namespace ringfence {

/// Its keys fill Config::sightings and Config::trusted.
const Table<Config>& sightings_table();
void read_sightings(const YamlNode& node, Config& out, ConfigErrors& errors);

}  // namespace ringfence
