// The declarative reader: a section of the file is a Table of Keys, each a name, a member of the
// struct it fills, and a parser. Unknown keys, wrong shapes and wrong values become errors with
// positions.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/enum_set.h"
#include "config/config_errors.h"
#include "config/scalars.h"
#include "config/yaml_tree.h"

namespace ringfence {

template <typename T>
struct Key {
  using Read = std::function<void(const YamlNode&, T&, ConfigErrors&)>;

  Key(std::string key_name, Read read_value)
      : name(std::move(key_name)), read(std::move(read_value)) {}
  Key(std::string key_name, Read read_value, std::vector<std::string> keys_below)
      : Key(std::move(key_name), std::move(read_value)) {
    below = std::move(keys_below);
  }

  std::string name;
  Read read;
  std::vector<std::string> below;  // dotted names of the keys within, for known_config_keys()
};
template <typename T>
using Table = std::vector<Key<T>>;

inline constexpr std::size_t kListItemsMax = 10'000;

/// The value of `key` in `map`, null when it is not there.
const YamlNode* find_value(const YamlNode& map, std::string_view key);

/// The value at the end of `path`, or as far down as the file goes; never null.
const YamlNode* nearest_value(const YamlNode& root, std::initializer_list<std::string_view> path);

/// "'name' is unknown in what; did you mean ...?", or the names that are known.
std::string unknown_key(std::string_view name, std::string_view what,
                        const std::vector<std::string>& known);

/// The text of a scalar, or an error that says `name` needs one.
const std::string* scalar_text(const YamlNode& node, std::string_view name, ConfigErrors& errors);

/// The items of a list, or the one scalar that stands for a list of one; empty after an error.
std::vector<const YamlNode*> list_items(const YamlNode& node, std::string_view name,
                                        bool may_be_empty, ConfigErrors& errors);

template <typename T>
std::vector<std::string> key_names(const Table<T>& table) {
  std::vector<std::string> names;
  for (const Key<T>& key : table) names.push_back(key.name);
  return names;
}

/// The dotted names of a table's keys and of those below them, each after its parent.
template <typename T>
std::vector<std::string> dotted_names(const Table<T>& table) {
  std::vector<std::string> names;
  for (const Key<T>& key : table) {
    names.push_back(key.name);
    for (const std::string& below : key.below) names.push_back(key.name + '.' + below);
  }
  return names;
}

/// Reads the map `node`, called `what` in errors, into `out`; members of keys not given stay.
template <typename T>
void read_map(const YamlNode& node, const Table<T>& table, std::string_view what, T& out,
              ConfigErrors& errors) {
  if (node.kind != YamlNode::Kind::kMap) {
    errors.add(node.at,
               fmt::format("{}: a map of keys is expected, not {}", what, node.describe()));
    return;
  }
  for (const YamlEntry& entry : node.entries) {
    const auto key = std::find_if(table.begin(), table.end(),
                                  [&](const Key<T>& k) { return k.name == entry.key.text; });
    if (key == table.end()) {
      errors.add(entry.key.at, unknown_key(entry.key.text, what, key_names(table)));
    } else {
      key->read(entry.value, out, errors);
    }
  }
}

/// One value.
template <typename T, typename M, typename V>
Key<T> scalar(std::string name, M T::*member, Parser<V> parse) {
  auto read = [name, member, parse](const YamlNode& node, T& out, ConfigErrors& errors) {
    const std::string* text = scalar_text(node, name, errors);
    if (text == nullptr) return;
    if (auto value = parse(*text)) {
      out.*member = std::move(*value);
    } else {
      errors.add(node.at, fmt::format("{}: {}", name, value.error()));
    }
  };
  return {name, read};
}
template <typename T, typename M, typename V>
Key<T> scalar(std::string name, M T::*member, Parsed<V> (*parse)(std::string_view)) {
  return scalar<T, M, V>(std::move(name), member, Parser<V>(parse));
}

/// Values in their order, each once; may_be_empty tells whether [] is one.
template <typename V>
std::vector<V> read_list(const YamlNode& node, std::string_view name, const Parser<V>& parse,
                         bool may_be_empty, ConfigErrors& errors) {
  std::vector<V> values;
  for (const YamlNode* item : list_items(node, name, may_be_empty, errors)) {
    const std::string* text = scalar_text(*item, name, errors);
    if (text == nullptr) continue;
    auto value = parse(*text);
    if (!value) {
      errors.add(item->at, fmt::format("{}: {}", name, value.error()));
    } else if (std::find(values.begin(), values.end(), *value) != values.end()) {
      errors.add(item->at, fmt::format("{}: {} is given twice", name, in_quotes(*text)));
    } else {
      values.push_back(std::move(*value));
    }
  }
  return values;
}

template <typename T, typename V>
Key<T> list(std::string name, std::vector<V> T::*member, Parser<V> parse,
            bool may_be_empty = false) {
  auto read = [=](const YamlNode& node, T& out, ConfigErrors& errors) {
    out.*member = read_list<V>(node, name, parse, may_be_empty, errors);
  };
  return {name, read};
}
template <typename T, typename V>
Key<T> list(std::string name, std::vector<V> T::*member, Parsed<V> (*parse)(std::string_view),
            bool may_be_empty = false) {
  return list<T, V>(std::move(name), member, Parser<V>(parse), may_be_empty);
}

/// A list of tokens as a set.
template <typename T, typename E>
Key<T> token_set(std::string name, EnumSet<E> T::*member, Tokens<E> tokens) {
  auto read = [name, member, parse = token(std::move(tokens))](const YamlNode& node, T& out,
                                                               ConfigErrors& errors) {
    out.*member = {};
    for (const E e : read_list<E>(node, name, parse, false, errors)) (out.*member).insert(e);
  };
  return {name, read};
}

/// A map within the map. Nothing at all (every key commented out) leaves the defaults.
template <typename T, typename M>
Key<T> section(std::string name, M T::*member, const Table<M>& table) {
  auto read = [name, member, &table](const YamlNode& node, T& out, ConfigErrors& errors) {
    if (node.kind == YamlNode::Kind::kNull) return;
    read_map(node, table, name, out.*member, errors);
  };
  return {name, read, dotted_names(table)};
}

/// The key of a table of `M`, read into a member of `T`: for sections about several members.
template <typename T, typename M>
Key<T> within(M T::*member, Key<M> key) {
  const auto read = key.read;
  return {key.name, [member, read](const YamlNode& node, T& out, ConfigErrors& errors) {
            read(node, out.*member, errors);
          }};
}

}  // namespace ringfence
