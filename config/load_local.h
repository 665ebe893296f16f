// The keys of `local` in a rule: a number's own history at this site.
#pragma once

#include "config/local_condition.h"
#include "config/schema.h"

namespace ringfence {

const Table<LocalCondition>& local_table();

}  // namespace ringfence
