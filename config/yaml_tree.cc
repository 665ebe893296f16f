#include "config/yaml_tree.h"

#include <fmt/core.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <map>
#include <optional>
#include <streambuf>
#include <unordered_map>

#include "base/text.h"

namespace ringfence {
namespace {

Position position_of(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

/// Leaves yaml-cpp from within one of its events; caught in parse_yaml().
struct Stop {
  Position at;
  std::string message;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(YamlNode& root, ConfigErrors& errors) : root_(root), errors_(errors) {}

  bool begun() const { return begun_; }
  /// Where the innermost list or map begins that is still open.
  Position innermost() const { return open_.empty() ? Position{} : open_.back().node.at; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (begun_) throw Stop{position_of(mark), "the file goes on after its one YAML document"};
    begun_ = true;
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(make(YamlNode::Kind::kNull, mark), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchored_.find(anchor);
    if (found == anchored_.end()) throw Stop{position_of(mark), "an alias to what it stands in"};
    count(position_of(mark), found->second.nodes);
    if (static_cast<int>(open_.size()) + found->second.depth > kYamlDepthMax) {
      too_deep(position_of(mark));
    }
    deepen(found->second.depth);
    place(YamlNode(found->second.node));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag, "tag:yaml.org,2002:str");
    YamlNode node = make(YamlNode::Kind::kScalar, mark);
    node.text = value;
    add(std::move(node), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check_tag(mark, tag, "tag:yaml.org,2002:seq");
    open(YamlNode::Kind::kList, mark, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    check_tag(mark, tag, "tag:yaml.org,2002:map");
    open(YamlNode::Kind::kMap, mark, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlNode node;
    YAML::anchor_t anchor;
    std::size_t nodes_before;         // nodes_ when it began
    int depth = 1;                    // of what is within, itself included
    std::optional<YamlNode> key;      // of a map: read, its value not yet
    std::map<std::string, int> seen;  // of a map: keys and their lines
  };
  struct Anchored {
    YamlNode node;
    std::size_t nodes;
    int depth;
  };

  static YamlNode make(YamlNode::Kind kind, const YAML::Mark& mark) {
    YamlNode node;
    node.kind = kind;
    node.at = position_of(mark);
    return node;
  }

  [[noreturn]] static void too_deep(Position at) {
    throw Stop{at, fmt::format("nested deeper than {} levels", kYamlDepthMax)};
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag, std::string_view own) {
    if (tag.empty() || tag == "?" || tag == "!" || tag == own) return;
    errors_.add(position_of(mark), fmt::format("tag '{}' is not used here", printable(tag, 80)));
  }

  void count(Position at, std::size_t nodes) {
    nodes_ += nodes;
    if (nodes_ > kYamlNodesMax) {
      throw Stop{at, fmt::format("more than {} values, aliases counted", kYamlNodesMax)};
    }
  }

  void deepen(int depth) {
    if (!open_.empty()) open_.back().depth = std::max(open_.back().depth, depth + 1);
  }

  void add(YamlNode node, YAML::anchor_t anchor) {
    count(node.at, 1);
    if (anchor != YAML::NullAnchor) anchored_[anchor] = {node, 1, 0};
    place(std::move(node));
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (static_cast<int>(open_.size()) >= kYamlDepthMax) too_deep(position_of(mark));
    const std::size_t before = nodes_;
    count(position_of(mark), 1);
    open_.push_back({make(kind, mark), anchor, before, 1, std::nullopt, {}});
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    deepen(done.depth);
    if (done.anchor != YAML::NullAnchor) {
      anchored_[done.anchor] = {done.node, nodes_ - done.nodes_before, done.depth};
    }
    place(std::move(done.node));
  }

  void place(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == YamlNode::Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      take_key(parent, std::move(node));
    } else {
      // yaml-cpp tells a missing value at the token after it, which may be lines below.
      if (node.kind == YamlNode::Kind::kNull) node.at = parent.key->at;
      parent.node.entries.push_back({std::move(*parent.key), std::move(node)});
      parent.key.reset();
    }
  }

  void take_key(Open& map, YamlNode key) {
    if (key.kind != YamlNode::Kind::kScalar) {
      throw Stop{key.at, fmt::format("{} stands where a key should", key.describe())};
    }
    const auto [first, is_new] = map.seen.emplace(key.text, key.at.line);
    if (!is_new) {
      errors_.add(key.at, fmt::format("key '{}' is given twice, first on line {}",
                                      printable(key.text, 80), first->second));
    }
    map.key = std::move(key);
  }

  YamlNode& root_;
  ConfigErrors& errors_;
  bool begun_ = false;
  std::vector<Open> open_;
  std::size_t nodes_ = 0;
  std::unordered_map<YAML::anchor_t, Anchored> anchored_;
};

/// yaml-cpp takes byte 4 for the end of the file and guesses at UTF-16: neither may reach it.
std::optional<Stop> check_bytes(std::string_view yaml) {
  if (yaml.size() > kYamlBytesMax) {
    return Stop{{}, fmt::format("the file is larger than {} bytes", kYamlBytesMax)};
  }
  Position at;
  for (std::size_t i = 0; i < yaml.size();) {
    const Utf8Step step = decode_utf8(yaml.substr(i));
    const char32_t c = step.scalar;
    if (!step.valid) return Stop{at, "the file is not UTF-8"};
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) {
      return Stop{at, fmt::format("control character U+{:04X}", static_cast<unsigned>(c))};
    }
    i += step.size;
    at = c == '\n' ? Position{at.line + 1, 1} : Position{at.line, at.column + step.size};
  }
  return std::nullopt;
}

/// A stream over bytes that stay where they are.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // streambuf's get area is never written to
    setg(begin, begin, begin + text.size());
  }
};

}  // namespace

std::string_view YamlNode::describe() const {
  switch (kind) {
    case Kind::kNull:
      return "nothing";
    case Kind::kScalar:
      return "a value";
    case Kind::kList:
      return "a list";
    case Kind::kMap:
      return "a map";
  }
  return "";
}

bool parse_yaml(std::string_view yaml, YamlNode& root, ConfigErrors& errors) {
  if (const auto stop = check_bytes(yaml)) {
    errors.add(stop->at, stop->message);
    return false;
  }
  TreeBuilder builder(root, errors);
  try {
    ViewBuffer buffer(yaml);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    if (builder.begun() && root.kind != YamlNode::Kind::kNull) return true;
    errors.add({}, "the file is empty; {} stands for all defaults");
  } catch (const Stop& stop) {
    errors.add(stop.at, stop.message);
  } catch (const YAML::Exception& error) {
    // A missing ']' or '}' is told at the end of the file: tell where it was opened.
    const bool unclosed =
        error.mark.is_null() || std::string_view(error.msg).starts_with("end of ");
    const Position at = unclosed ? builder.innermost() : position_of(error.mark);
    errors.add(at, fmt::format("YAML syntax: {}", printable(error.msg)));
  }
  return false;
}

}  // namespace ringfence
