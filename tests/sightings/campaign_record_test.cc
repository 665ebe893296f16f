#include "reputation/sightings/campaign_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "tests/sightings/sighting_maker.h"

namespace ringfence {
namespace {

using testing::Contains;
using testing::SizeIs;

CampaignRecord full_record() {
  CampaignRecord out;
  out.opened = {kToday, 1'234'567'890'123};
  out.first_seen = 5;
  out.last_seen = 0xFFFF'FFFF;
  out.messages = 77;
  out.numbers = 3;
  out.members = 9;
  out.parts = {1, 2, 3, 4, 5, 6, 7};
  out.ties[2] = {8, 6'400};
  for (std::size_t i = 0; i < Campaign::kNamesMax; ++i) {
    const auto n = static_cast<char>('a' + i);
    count_name(out.brands, "brand-" + std::string(1, n), 1);
    count_name(out.lures, "lure-" + std::string(1, n), 2);
    count_name(out.sender_domains, std::string(100, n), 3);
  }
  return out;
}

TEST(CampaignRecordTest, IsReadBack) {
  const CampaignRecord record = full_record();
  EXPECT_EQ(decode_campaign(encode(record)), record);
  EXPECT_EQ(decode_campaign(encode(CampaignRecord())), CampaignRecord());
  EXPECT_LE(encode(record).size(), 3'600u);
  CampaignRecord merged;
  merged.merged_into = {7};
  merged.last_seen = 8;
  EXPECT_EQ(decode_campaign(encode(merged)), merged);
  FeatureRecord feature;
  for (std::uint32_t i = 1; i <= 20; ++i) count_use(feature, {i}, static_cast<std::uint16_t>(i));
  EXPECT_THAT(feature.uses, SizeIs(FeatureRecord::kCampaignsMax));
  EXPECT_EQ(feature.uses.front().id, CampaignId{20});
  EXPECT_EQ(decode_feature(encode(feature)), feature);
  const PartRecord part{7, 8, "shop.example"};
  EXPECT_EQ(decode_part(encode(part)), part);
  const TemplateRecord text{{7}, 8, 1ull << 60, "T"};
  EXPECT_EQ(decode_template(encode(text)), text);
}

TEST(CampaignRecordTest, OtherBytesAreNone) {
  CampaignRecord merged;
  merged.merged_into = {7};
  FeatureRecord feature;
  count_use(feature, {1}, 2);
  const std::vector<std::string> good = {encode(full_record()), encode(merged), encode(feature),
                                         encode(PartRecord{1, 2, "x"}),
                                         encode(TemplateRecord{{1}, 2, 3, "x"})};
  const auto readers = [](std::string_view bytes) {
    return std::array{decode_campaign(bytes).has_value(), decode_feature(bytes).has_value(),
                      decode_part(bytes).has_value(), decode_template(bytes).has_value()};
  };
  for (const std::string& bytes : good) {
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
      const auto read = readers(std::string_view(bytes).substr(0, cut));
      // What is cut is never taken for what it was; a part's record may be another's prefix.
      EXPECT_FALSE(&bytes == &good[0] && read[0]) << cut;
      EXPECT_FALSE(&bytes == &good[2] && read[1]) << cut;
    }
    EXPECT_FALSE(readers(bytes + "x")[0] && readers(bytes)[0]);
  }
  std::mt19937 random(1);
  for (int i = 0; i < 100'000; ++i) {
    std::string bytes = good[random() % good.size()];
    bytes[random() % std::min<std::size_t>(bytes.size(), 160)] = static_cast<char>(random());
    readers(bytes);  // nothing but an answer
  }
}

TEST(CampaignRecordTest, TheRarestNameMakesRoom) {
  std::vector<CampaignName> names;
  count_name(names, "often", 5);
  for (int i = 0; i < 100; ++i) count_name(names, "once" + std::to_string(i), 1);
  count_name(names, "", 1);
  EXPECT_THAT(names, SizeIs(Campaign::kNamesMax));
  EXPECT_EQ(names.front(), (CampaignName{"often", 5}));
  constexpr std::uint32_t kHighest = std::numeric_limits<std::uint32_t>::max();
  EXPECT_THAT(names, Contains(CampaignName{"once99", 1})) << "the newest of the rare ones";
  count_name(names, "once99", kHighest);
  EXPECT_THAT(names, Contains(CampaignName{"once99", kHighest}));
}

TEST(CampaignRecordTest, KeysStandTogetherByCampaignAndInOrder) {
  EXPECT_LT(member_key({1}, {kToday, 255}), member_key({1}, {kToday, 256}));
  EXPECT_LT(member_key({1}, {kToday, 1'000}), member_key({1}, {kToday + 1, 1}));
  EXPECT_LT(member_key({255}, {kToday + 1, 1}), member_key({256}, {kToday, 1}));
  EXPECT_EQ(decode_member_key(member_key({9}, {kToday, 1ll << 40})),
            (SightingRef{kToday, 1ll << 40}));
  const auto part = decode_part_key(part_key({9}, CampaignFeature::kBrand, 1ull << 63));
  ASSERT_TRUE(part);
  EXPECT_EQ(part->id, CampaignId{9});
  EXPECT_EQ(part->feature, CampaignFeature::kBrand);
  EXPECT_EQ(part->hash, 1ull << 63);
  EXPECT_FALSE(decode_part_key("short"));
  EXPECT_FALSE(decode_part_key(std::string(4, 'a') + '\x7f' + std::string(8, 'b')));
  EXPECT_FALSE(decode_member_key("short"));
}

}  // namespace
}  // namespace ringfence
