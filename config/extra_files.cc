#include "config/extra_files.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/file.h"
#include "config/schema.h"

namespace ringfence {
namespace {

/// The values of `key` in the matcher section, none when it is not there.
std::vector<const YamlNode*> values_of(const YamlNode& root, std::string_view key) {
  const YamlNode* matcher = find_value(root, "matcher");
  const YamlNode* value = matcher == nullptr ? nullptr : find_value(*matcher, key);
  ConfigErrors told;  // by the table of the section
  return value == nullptr ? std::vector<const YamlNode*>() : list_items(*value, key, true, told);
}

}  // namespace

std::string read_extra_files(const YamlNode& root, std::string_view key,
                             const std::vector<std::filesystem::path>& files, const TakeFile& take,
                             ConfigErrors& errors) {
  std::string file_errors;
  for (const YamlNode* item : values_of(root, key)) {
    if (std::find(files.begin(), files.end(), item->text) == files.end()) continue;  // told
    const auto content = read_file(item->text, kYamlBytesMax);
    if (!content) {
      errors.add(item->at, fmt::format("{}: {}", key, content.error().message));
    } else if (const auto taken = take(*item, *content); !taken) {
      file_errors += (file_errors.empty() ? "" : "\n") + taken.error().message;
    }
  }
  return file_errors;
}

}  // namespace ringfence
