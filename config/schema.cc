#include "config/schema.h"

#include "base/text.h"

namespace ringfence {

const YamlNode* find_value(const YamlNode& map, std::string_view key) {
  for (const YamlEntry& entry : map.entries) {
    if (entry.key.text == key) return &entry.value;
  }
  return nullptr;
}

const YamlNode* nearest_value(const YamlNode& root, std::initializer_list<std::string_view> path) {
  const YamlNode* node = &root;
  for (const std::string_view key : path) {
    const YamlNode* below = find_value(*node, key);
    if (below == nullptr) break;
    node = below;
  }
  return node;
}

std::string unknown_key(std::string_view name, std::string_view what,
                        const std::vector<std::string>& known) {
  if (name == "<<") return fmt::format("merge keys ('<<') are not used in {}", what);
  const std::string hint = suggestion(name, known);
  return fmt::format("unknown key {} in {}; {}", in_quotes(name), what,
                     hint.empty() ? "known are " + join(known, ", ") : hint);
}

const std::string* scalar_text(const YamlNode& node, std::string_view name, ConfigErrors& errors) {
  if (node.kind == YamlNode::Kind::kScalar) return &node.text;
  const bool null = node.kind == YamlNode::Kind::kNull;
  errors.add(node.at,
             null ? fmt::format("{}: the value is missing", name)
                  : fmt::format("{}: one value is expected, not {}", name, node.describe()));
  return nullptr;
}

std::vector<const YamlNode*> list_items(const YamlNode& node, std::string_view name,
                                        bool may_be_empty, ConfigErrors& errors) {
  if (node.kind == YamlNode::Kind::kScalar) return {&node};
  std::vector<const YamlNode*> items;
  if (node.kind != YamlNode::Kind::kList) {
    errors.add(node.at, node.kind == YamlNode::Kind::kNull
                            ? fmt::format("{}: the list is missing{}", name,
                                          may_be_empty ? "; [] is an empty one" : "")
                            : fmt::format("{}: a list is expected, not {}", name, node.describe()));
    return items;
  }
  if (node.items.empty() && !may_be_empty) {
    errors.add(node.at, fmt::format("{}: the list is empty; leave the key out instead", name));
  }
  if (node.items.size() > kListItemsMax) {
    errors.add(node.at,
               fmt::format("{}: {} items, at most {}", name, node.items.size(), kListItemsMax));
    return items;
  }
  for (const YamlNode& item : node.items) items.push_back(&item);
  return items;
}

}  // namespace ringfence
