// The examples of docs/policy.md do what the page says.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "config/config.h"

namespace ringfence {
namespace {

struct Block {
  std::string kind;  // what follows the opening ```
  std::string text;
};

std::vector<Block> blocks_of(const std::filesystem::path& path) {
  const std::string page = read_file(path, 1 << 20).value_or("");
  EXPECT_FALSE(page.empty()) << path;
  std::vector<Block> blocks;
  bool within = false;
  for (const std::string_view line : split(page, '\n')) {
    if (line.starts_with("```")) {
      within = !within;
      if (within) blocks.push_back({std::string(line.substr(3)), ""});
    } else if (within) {
      blocks.back().text += std::string(line) + "\n";
    }
  }
  EXPECT_FALSE(within);
  return blocks;
}

TEST(PolicyPage, ExamplesLoadOrAreRefusedAsShown) {
  const auto blocks = blocks_of(std::filesystem::path(RINGFENCE_SOURCE_DIR) / "docs" / "policy.md");
  int loaded = 0, refused = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const auto config = parse_config(blocks[i].text, "ringfence.yaml");
    if (blocks[i].kind == "yaml") {
      EXPECT_TRUE(config) << blocks[i].text << config.error().message;
      ++loaded;
    } else if (blocks[i].kind == "yaml refused") {
      ASSERT_FALSE(config);
      ASSERT_LT(i + 1, blocks.size());
      EXPECT_EQ(config.error().message + "\n", blocks[i + 1].text);
      ++refused;
    } else {
      EXPECT_EQ(blocks[i].kind, "text");
    }
  }
  EXPECT_GE(loaded, 9);
  EXPECT_EQ(refused, 1);
}

TEST(PolicyPage, NamesEveryConditionAndToken) {
  const auto page =
      read_file(std::filesystem::path(RINGFENCE_SOURCE_DIR) / "docs" / "policy.md", 1 << 20);
  ASSERT_TRUE(page);
  const auto expect_named = [&](std::string_view name) {
    EXPECT_NE(page->find("`" + std::string(name) + "`"), std::string::npos) << name;
  };
  for (const std::string& key : known_config_keys()) {
    if (key.starts_with("policy.rules.")) expect_named(key.substr(key.rfind('.') + 1));
  }
  for (int i = 0; i < kPlaceCount; ++i) expect_named(to_token(static_cast<Place>(i)));
  for (int i = 0; i < kTrickCount; ++i) expect_named(to_token(static_cast<Trick>(i)));
  for (int i = 0; i < kLimitCount; ++i) expect_named(to_token(static_cast<Limit>(i)));
  for (int i = 0; i < kDefectCount; ++i) expect_named(to_token(static_cast<Defect>(i)));
  for (int i = 0; i < 12; ++i) expect_named(to_token(static_cast<LineType>(i)));
  for (int i = 0; i < 6; ++i) expect_named(to_token(static_cast<Action>(i)));
  for (int i = 0; i < 6; ++i) expect_named(to_token(static_cast<ReputationState>(i)));
}

}  // namespace
}  // namespace ringfence
