// The lexicon's files: config/lexicon.yaml, which is built in and explains the shape, and the
// operator's own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/config_errors.h"
#include "config/yaml_tree.h"

namespace ringfence {

/// The entries of one file; every error of it in one Error (kConfig), as load_config() tells them.
Result<std::vector<LexiconEntry>> parse_lexicon(std::string_view yaml, const std::string& name);

/// The lexicon `config` asks for, into its matcher options. What is wrong with lexicon_files goes
/// to `errors`, what is wrong in one of the files is returned, in lines, "" for nothing. `root` is
/// the tree `config` was read from.
std::string load_lexicon(const YamlNode& root, Config& config, ConfigErrors& errors);

/// config/lexicon.yaml as it was when this was built.
std::string_view builtin_lexicon_yaml();
/// Its entries.
const std::vector<LexiconEntry>& builtin_lexicon();

}  // namespace ringfence
