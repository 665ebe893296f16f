// YAML documents made around one key, so that a test knows where key and value stand.
#pragma once

#include <string>
#include <vector>

#include "base/text.h"

namespace ringfence {

struct Document {
  std::string yaml;
  int line = 0;  // of the key
  int key_column = 0;
  int value_column = 0;  // when the value stands behind the key
};

/// The dotted `key` of known_config_keys() with `value` behind it; `key` twice when asked. Rules
/// get the name and action they need, feeds their name and URL.
inline Document document(const std::string& key, const std::string& value, bool twice = false) {
  Document made;
  std::string indent;
  const auto parts = split(key, '.');
  const auto line = [&](const std::string& text) {
    made.yaml += text + "\n";
    ++made.line;
  };
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string part(parts[i]);
    if (i == 2 && parts[1] == "rules") {
      line("    - mode: enforce");
      indent = "      ";
      if (part != "name") line(indent + "name: r");
      if (part != "action") line(indent + (part == "reply" ? "action: reject" : "action: tag"));
      if (part == "mode") {  // instead of the first line
        made.yaml.replace(made.yaml.find("- mode: enforce\n      "), 22, "- ");
        --made.line;
      }
    }
    if (i == 1 && parts[0] == "feeds") {
      line("  - weight: 100%");
      indent = "    ";
      if (part != "name") line(indent + "name: f");
      if (part != "url") line(indent + "url: https://feeds.example.org/");
      if (part == "weight") {  // instead of the first line
        made.yaml.replace(made.yaml.find("- weight: 100%\n    "), 19, "- ");
        --made.line;
      }
    }
    if (i + 1 < parts.size()) {
      line(indent + part + ":");
      indent += "  ";
      continue;
    }
    line(indent + part + ": " + value);
    made.key_column = static_cast<int>(indent.size()) + 1;
    made.value_column = made.key_column + static_cast<int>(part.size()) + 2;
    if (twice) line(indent + part + ": " + value);
  }
  return made;
}

}  // namespace ringfence
