// The policy section of the file: rules, their conditions and replies, and whether they make sense.
#pragma once

#include "config/policy.h"
#include "config/schema.h"

namespace ringfence {

const Table<Policy>& policy_table();

/// Why `when` can never hold, or what in it says nothing; empty when all is well.
std::vector<std::string> contradictions(const Conditions& when);

}  // namespace ringfence
