// The numbering overlay's files: config/numbering-overlay.yaml, which is built in and explains the
// shape, and the operator's own.
#pragma once

#include <string>
#include <string_view>

#include "config/config.h"
#include "config/config_errors.h"
#include "config/yaml_tree.h"

namespace ringfence {

/// One file; every error of it in one Error (kConfig), as load_config() tells them.
Result<NumberingOverlay> parse_overlay(std::string_view yaml, const std::string& name);

/// The overlays `config` asks for, into its matcher options. What is wrong with overlay_files goes
/// to `errors`, what is wrong in one of the files is returned, in lines, "" for nothing. `root` is
/// the tree `config` was read from.
std::string load_overlays(const YamlNode& root, Config& config, ConfigErrors& errors);

/// config/numbering-overlay.yaml as it was when this was built.
std::string_view builtin_overlay_yaml();
const NumberingOverlay& builtin_overlay();

}  // namespace ringfence
