// Files beside the configuration that it names: read and checked with it, so that a reload takes
// all or nothing.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/config_errors.h"
#include "config/yaml_tree.h"

namespace ringfence {

/// What is done with one file. An Error's message is lines "file:line:column: ..."; what concerns
/// the naming of the file goes to `errors` of the configuration, at item.at.
using TakeFile = std::function<Result<void>(const YamlNode& item, std::string_view content)>;

/// Reads the `files` named under matcher.`key` of `root` in their order. A file that cannot be read
/// becomes one of `errors`; the messages of `take` are returned, in lines, "" for none.
std::string read_extra_files(const YamlNode& root, std::string_view key,
                             const std::vector<std::filesystem::path>& files, const TakeFile& take,
                             ConfigErrors& errors);

}  // namespace ringfence
