#include "config/yaml_tree.h"

#include <gtest/gtest.h>

namespace ringfence {
namespace {

/// The tree in one line: scalars in quotes, kinds by their brackets, positions on request.
std::string show(const YamlNode& node, bool positions = false) {
  std::string text;
  if (positions) text = std::to_string(node.at.line) + ":" + std::to_string(node.at.column) + " ";
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return text + "null";
    case YamlNode::Kind::kScalar:
      return text + "\"" + node.text + "\"";
    case YamlNode::Kind::kList:
      text += "[";
      for (const YamlNode& item : node.items) text += show(item, positions) + ",";
      return text + "]";
    case YamlNode::Kind::kMap:
      text += "{";
      for (const YamlEntry& entry : node.entries) {
        text += show(entry.key, positions) + "=" + show(entry.value, positions) + ",";
      }
      return text + "}";
  }
  return text;
}

/// The tree, or the errors when there are any.
std::string read(std::string_view yaml, bool positions = false) {
  YamlNode root;
  ConfigErrors errors;
  const bool whole = parse_yaml(yaml, root, errors);
  EXPECT_TRUE(whole || !errors.empty());
  return errors.empty() ? show(root, positions) : errors.to_string("f");
}

TEST(YamlTree, Reads) {
  const struct {
    const char* yaml;
    const char* tree;
  } cases[] = {
      {"a: 1", R"({"a"="1",})"},
      {"a: NO", R"({"a"="NO",})"},
      {"a: 'null'", R"({"a"="null",})"},
      {"a: null", R"({"a"=null,})"},
      {"a:", R"({"a"=null,})"},
      {"a: ~", R"({"a"=null,})"},
      {"a: [1, {b: c}]", R"({"a"=["1",{"b"="c",},],})"},
      {"a:\n- 1\n-\n", R"({"a"=["1",null,],})"},
      {"a: |\n  x\n  y\n", "{\"a\"=\"x\ny\n\",}"},
      {"a: >\n  x\n  y\n", "{\"a\"=\"x y\n\",}"},
      {"{}", "{}"},
      {"---\n{}\n", "{}"},
      {"---\n{}\n...\n", "{}"},
      {"\xEF\xBB\xBF{}", "{}"},
      {"a: 1\r\nb: 2\r\n", R"({"a"="1","b"="2",})"},
      {"x", R"("x")"},
      {"a: &x [1]\nb: *x", R"({"a"=["1",],"b"=["1",],})"},
      {"a: &x 1\n*x : 2", R"({"a"="1","1"="2",})"},
      {"a: !!str 1", R"({"a"="1",})"},
      {"a: \"\\x04\"", "{\"a\"=\"\x04\",}"},
      {"? a\n: 1", R"({"a"="1",})"},
  };
  for (const auto& c : cases) EXPECT_EQ(read(c.yaml), c.tree) << c.yaml;
}

TEST(YamlTree, KnowsWhereThingsStand) {
  EXPECT_EQ(
      read("a: 1\nb:\n  c: [x, y]\n  d:\n\n\ne: 'f'\n", true),
      R"(1:1 {1:1 "a"=1:4 "1",2:1 "b"=3:3 {3:3 "c"=3:6 [3:7 "x",3:10 "y",],4:3 "d"=4:3 null,},)"
      R"(7:1 "e"=7:4 "f",})");
  EXPECT_EQ(read("r:\n  - n: 1\n    m: 2\n", true),
            R"(1:1 {1:1 "r"=2:3 [2:5 {2:5 "n"=2:8 "1",3:5 "m"=3:8 "2",},],})");
  EXPECT_EQ(read("a: \"\xC3\xA4\"  \nb: [\"\xC3\xA4\", c]", true),
            "1:1 {1:1 \"a\"=1:4 \"\xC3\xA4\",2:1 \"b\"=2:4 [2:5 \"\xC3\xA4\",2:11 \"c\",],}")
      << "columns count bytes";
}

TEST(YamlTree, Refuses) {
  using namespace std::string_literals;
  const struct {
    std::string yaml;
    const char* error;
  } cases[] = {
      {"", "f:1:1: the file is empty; {} stands for all defaults"},
      {"# only a comment\n", "f:1:1: the file is empty; {} stands for all defaults"},
      {"---\n", "f:1:1: the file is empty; {} stands for all defaults"},
      {"a: 1\nb: 2\na: 3\n", "f:3:1: key 'a' is given twice, first on line 1"},
      {"x: {a: 1, a: 2}", "f:1:11: key 'a' is given twice, first on line 1"},
      {"a: 1\n'a': 2\n", "f:2:1: key 'a' is given twice, first on line 1"},
      {"[a]: 1", "f:1:1: a list stands where a key should"},
      {"{a: 1}: 1", "f:1:1: a map stands where a key should"},
      {"a: 1\n~: 2", "f:2:1: nothing stands where a key should"},
      {"{}\n---\n{}\n", "f:2:1: the file goes on after its one YAML document"},
      {"a: 1\n---\nb: 2\n", "f:2:1: the file goes on after its one YAML document"},
      {"a: &x [*x]", "f:1:8: an alias to what it stands in"},
      {"a: *x", "f:1:4: YAML syntax: the referenced anchor is not defined"},
      {"a: [1", "f:1:4: YAML syntax: end of sequence flow not found"},
      {"a: 'x", "f:1:6: YAML syntax: illegal EOF in scalar"},
      {"a: 1\n\tb: 2\n", "f:2:1: YAML syntax: illegal tab when looking for indentation"},
      {"a: b: c", "f:1:5: YAML syntax: illegal map value"},
      {"a: !!int 1", "f:1:4: tag 'tag:yaml.org,2002:int' is not used here"},
      {"a: !x [1]", "f:1:4: tag '!x' is not used here"},
      {"a: 1\nb: \x04\n", "f:2:4: control character U+0004"},
      {"a: 1\0b: 2"s, "f:1:5: control character U+0000"},
      {"a: \x7f", "f:1:4: control character U+007F"},
      {"a: \xff", "f:1:4: the file is not UTF-8"},
      {"\xff\xfe"s + "a\0:\0"s, "f:1:1: the file is not UTF-8"},
      {std::string(kYamlBytesMax, ' ') + "{}", "f:1:1: the file is larger than 1048576 bytes"},
  };
  for (const auto& c : cases) EXPECT_EQ(read(c.yaml), c.error) << c.yaml.substr(0, 80);
}

std::string repeat(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(YamlTree, DepthIsBounded) {
  const std::string deepest = repeat("[", kYamlDepthMax) + repeat("]", kYamlDepthMax);
  EXPECT_EQ(read(deepest).substr(0, 3), "[[[");
  EXPECT_EQ(read("[" + deepest + "]"), "f:1:33: nested deeper than 32 levels");
  for (const char* unclosed : {"[", "{a: ", "- ", "[{a: ", "? ", "&a [", "!!map {a: "}) {
    const std::string error = read(repeat(unclosed, 50'000));
    EXPECT_TRUE(error.ends_with(": nested deeper than 32 levels")) << unclosed << " " << error;
  }
}

TEST(YamlTree, DepthCountsWhatAnAliasStandsFor) {
  const std::string anchored = "a: &x " + repeat("[", 20) + repeat("]", 20) + "\n";
  EXPECT_EQ(read(anchored + "b: " + repeat("[", 11) + "*x" + repeat("]", 11) + "\n")[0], '{');
  EXPECT_EQ(read(anchored + "b: " + repeat("[", 12) + "*x" + repeat("]", 12) + "\n"),
            "f:2:16: nested deeper than 32 levels");
}

TEST(YamlTree, AliasesCountAsWhatTheyStandFor) {
  std::string laughs = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) laughs += (j > 0 ? ", " : "") + before;
    laughs += "]\n";
  }
  const std::string error = read(laughs);
  EXPECT_NE(error.find(": more than 100000 values, aliases counted"), std::string::npos) << error;
}

TEST(ConfigErrors, InOrderOnceAndBounded) {
  ConfigErrors errors;
  EXPECT_TRUE(errors.empty());
  errors.add({2, 1}, "later");
  errors.add({1, 9}, "first");
  errors.add({2, 1}, "later");
  EXPECT_EQ(errors.to_string("x.yaml"), "x.yaml:1:9: first\nx.yaml:2:1: later");
  for (int i = 0; i < 200; ++i) errors.add({10 + i, 1}, "more");
  const std::string text = errors.to_string("x.yaml");
  EXPECT_TRUE(text.ends_with("x.yaml:107:1: more\nx.yaml: and 102 more")) << text;
}

TEST(ConfigErrors, Suggests) {
  const std::vector<std::string> keys = {"score_min", "score_max", "places", "lists"};
  const struct {
    const char* text;
    const char* suggested;
  } cases[] = {{"score-min", "score_min"}, {"scoremin", "score_min"}, {"socre_min", "score_min"},
               {"score_mim", "score_min"}, {"Places", "places"},      {"place", "places"},
               {"list", "lists"},          {"lsits", "lists"}};
  for (const auto& c : cases) {
    EXPECT_EQ(suggestion(c.text, keys), "did you mean '" + std::string(c.suggested) + "'?");
  }
  for (const char* text : {"", "x", "recipient", "colour"}) EXPECT_EQ(suggestion(text, keys), "");
  EXPECT_EQ(suggestion(std::string(100'000, 'x'), keys), "");
}

}  // namespace
}  // namespace ringfence
