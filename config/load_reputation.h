// The reputation section of the file: where the table is, how evidence fades, what blocks lend.
#pragma once

#include "config/schema.h"
#include "reputation/reputation_store.h"

namespace ringfence {

const Table<ReputationOptions>& reputation_table();

/// What no single key can tell. `root` is the file.
void check_reputation(const ReputationOptions& options, const YamlNode& root, ConfigErrors& errors);

}  // namespace ringfence
