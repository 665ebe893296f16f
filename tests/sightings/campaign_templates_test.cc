#include "reputation/sightings/campaign_templates.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "tests/support/temporary_directory.h"

namespace ringfence {
namespace {

// A text of its own, of which `changed` letters differ.
std::string text_hash(unsigned seed, unsigned changed = 0) {
  std::mt19937 random(seed);
  std::string text;
  for (int i = 0; i < 600; ++i) text += static_cast<char>('a' + random() % 26);
  std::mt19937 other(seed + changed * 1'000'003);
  for (unsigned i = 0; i < changed; ++i) text[other() % text.size()] = '-';
  FuzzyHasher hasher;
  hasher.push(text);
  return hasher.finish();
}

class CampaignTemplatesTest : public testing::Test {
 protected:
  CampaignTemplatesTest()
      : env_(LmdbEnv::open_live(directory_.path() / "x.mdb", 1u << 26, 0600).value()),
        txn_(env_.write().value()),
        table_(txn_.table("t").value()) {
    EXPECT_TRUE(templates_.load(txn_, table_));
  }
  void use(const std::string& hash, std::uint32_t id) {
    ASSERT_TRUE(templates_.use(txn_, table_, hash, {id}, 1));
  }
  std::set<std::uint32_t> near(const std::string& hash, int distance_max = 60) const {
    std::set<std::uint32_t> out;
    for (const auto& one : templates_.near(hash, distance_max)) out.insert(one.id.value);
    return out;
  }
  std::uint64_t rows() { return txn_.count(table_).value(); }

  TemporaryDirectory directory_;
  LmdbEnv env_;
  LmdbWriting txn_;
  LmdbTable table_;
  CampaignTemplates templates_;
};

TEST_F(CampaignTemplatesTest, FindsWhatIsNear) {
  use(text_hash(1), 1);
  use(text_hash(2), 2);
  use(text_hash(2, 3), 3);
  EXPECT_EQ(near(text_hash(1)), std::set<std::uint32_t>({1}));
  EXPECT_EQ(near(text_hash(2)), std::set<std::uint32_t>({2, 3}));
  EXPECT_EQ(near(text_hash(9)), std::set<std::uint32_t>());
  EXPECT_EQ(near(""), std::set<std::uint32_t>());
  EXPECT_EQ(near("no hash"), std::set<std::uint32_t>());
  ASSERT_TRUE(templates_.rename(txn_, table_, {2}, {1}));
  EXPECT_EQ(near(text_hash(2)), std::set<std::uint32_t>({1, 3}));
}

TEST_F(CampaignTemplatesTest, TheSameTextAgainAndAgainIsOneRow) {
  for (int i = 0; i < 20'000; ++i) use(text_hash(1), 1);
  EXPECT_EQ(rows(), 1u);
}

TEST_F(CampaignTemplatesTest, OneThatVariesFillsNoList) {
  use(text_hash(5'000), 7);
  for (unsigned i = 0; i < 500; ++i) use(text_hash(i), 1);
  EXPECT_EQ(rows(), CampaignTemplates::kOfOneMax + 1);
  EXPECT_EQ(near(text_hash(5'000)), std::set<std::uint32_t>({7}));
  EXPECT_EQ(near(text_hash(499)), std::set<std::uint32_t>({1}));
  EXPECT_EQ(near(text_hash(0)), std::set<std::uint32_t>()) << "the oldest made room";
}

TEST_F(CampaignTemplatesTest, AFullListForgetsWhatWasUsedLeastLately) {
  const auto max = static_cast<std::uint32_t>(CampaignTemplates::kTemplatesMax);
  for (std::uint32_t i = 1; i <= max; ++i) use(text_hash(i), i);
  use(text_hash(1), 1);
  use(text_hash(max + 1), max + 1);
  EXPECT_EQ(rows(), max);
  EXPECT_EQ(near(text_hash(1)), std::set<std::uint32_t>({1})) << "used again";
  EXPECT_EQ(near(text_hash(2)), std::set<std::uint32_t>());
  EXPECT_EQ(near(text_hash(max + 1)), std::set<std::uint32_t>({max + 1}));
  CampaignTemplates again;
  ASSERT_TRUE(again.load(txn_, table_));
  EXPECT_EQ(again.size(), max);
  ASSERT_TRUE(again.use(txn_, table_, text_hash(max + 2), {max + 2}, 1));
  EXPECT_TRUE(again.near(text_hash(3), 60).empty()) << "the order of use outlives a restart";
  EXPECT_EQ(again.near(text_hash(1), 60).size(), 1u);
}

TEST_F(CampaignTemplatesTest, OneTextOfAllCampaignsGivesAFew) {
  for (std::uint32_t i = 1; i <= 200; ++i) use(text_hash(1), i);
  EXPECT_EQ(near(text_hash(1)).size(), CampaignTemplates::kNearMax);
}

}  // namespace
}  // namespace ringfence
