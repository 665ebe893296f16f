// The feeds section of the file: the lists that `ringfencectl feeds refresh` follows.
//
// Does: values, and whether they go together. Does not: fetch, or look whether a file is there. The
// daemon reads the section only to say what is wrong with it.
#pragma once

#include <vector>

#include "config/config_errors.h"
#include "config/yaml_tree.h"
#include "reputation/feed_options.h"

namespace ringfence {

/// More lists than that are no configuration any more; the table holds some thousand.
inline constexpr std::size_t kFeedsMax = 1'000;

void read_feeds(const YamlNode& node, std::vector<FeedOptions>& out, ConfigErrors& errors);
/// The dotted names of a feed's keys, for known_config_keys().
std::vector<std::string> feed_keys();

}  // namespace ringfence
