// What the feeds commands share.
#pragma once

#include <memory>
#include <string>

#include "config/config.h"
#include "ctl/common.h"
#include "ctl/report_json.h"
#include "matcher/number_reader.h"
#include "reputation/feeds/feed_import.h"

namespace ringfence {

/// Numbers as the configuration reads them, for the importer. Owns its reader.
Result<NumberParser> feed_number_parser(const Config& config);

/// "812 not-a-number, 3 bad-date", rows that every good feed has left out; "" for none.
std::string describe_faults(const FeedCounts& counts);
Json refused_to_json(const FeedCounts& counts);
Json examples_to_json(const std::vector<RefusedRow>& examples);
void print_examples(const std::vector<RefusedRow>& examples);

/// Null when there is none.
Json time_to_json(const std::optional<TimePoint>& time);

}  // namespace ringfence
