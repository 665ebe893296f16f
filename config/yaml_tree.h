// YamlNode: a YAML text as a tree of values that know where they stand.
//
// The one door to yaml-cpp, by its event interface: its node tree takes duplicate keys silently,
// expands aliases without a bound and loses the positions of missing values (DESIGN 5.11). Does:
// one document in UTF-8, anchors and aliases. Does not: merge keys ("<<" is a key like any other),
// tags other than !!str, decide what a scalar means. Source: YAML 1.2.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/config_errors.h"

namespace ringfence {

struct YamlEntry;

struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  Position at;
  std::string text;                // of a scalar
  std::vector<YamlNode> items;     // of a list
  std::vector<YamlEntry> entries;  // of a map, in the order of the file, duplicates included

  /// "nothing", "a value", "a list", "a map".
  std::string_view describe() const;
};

struct YamlEntry {
  YamlNode key;  // a scalar, always
  YamlNode value;
};

inline constexpr std::size_t kYamlBytesMax = 1u << 20;
inline constexpr int kYamlDepthMax = 32;
inline constexpr std::size_t kYamlNodesMax = 100'000;  // aliases count as what they stand for

/// The tree of `yaml`. Syntax errors, duplicate keys and what is over a bound go to `errors`; the
/// tree is of use only when `errors` stays free of fatal ones: false is returned then.
bool parse_yaml(std::string_view yaml, YamlNode& root, ConfigErrors& errors);

}  // namespace ringfence
