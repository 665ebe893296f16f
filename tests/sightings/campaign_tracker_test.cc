#include "reputation/sightings/campaign_tracker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sightings/campaign_mail.h"

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr std::string_view kA = "+18885550123";
constexpr std::string_view kB = "+18775550145";
constexpr std::string_view kC = "+18665550167";

TEST(CampaignTrackerTest, ASharedNumberTies) {
  CampaignFile file;
  file.add(make_scam({kA}, [](Sighting& s) {
    s.brand = "norton";
    s.lures = {"invoice"};
  }));
  const std::string id = file.campaign(kA);
  EXPECT_THAT(id, MatchesRegex("c[0-9a-f]{8}"));
  file.add(make_scam({kA, kB}, [](Sighting& s) { s.brand = "paypal"; }));
  EXPECT_EQ(file.campaign(kA), id);
  EXPECT_EQ(file.campaign(kB), id);
  const auto all = file.list();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].id.to_string(), id);
  EXPECT_EQ(all[0].messages, 2u);
  EXPECT_EQ(all[0].numbers, 2u);
  EXPECT_THAT(all[0].brands, ElementsAre(CampaignName{"norton", 1}, CampaignName{"paypal", 1}));
  EXPECT_THAT(all[0].lures, ElementsAre(CampaignName{"invoice", 1}));
  EXPECT_THAT(all[0].sender_domains, SizeIs(2));
  EXPECT_THAT(all[0].ties, ElementsAre(CampaignTie{CampaignFeature::kNumber, 1, 1.0}));
}

TEST(CampaignTrackerTest, AMailThatSharesWithTwoMakesThemOneAndTheOlderIdStays) {
  CampaignFile file;
  file.add(make_scam({kA}));
  file.add(make_scam({kB}));
  file.add(make_scam({kC}));
  const std::string a = file.campaign(kA), b = file.campaign(kB), c = file.campaign(kC);
  EXPECT_NE(a, b);
  file.add(make_scam({kC, kB}));
  EXPECT_EQ(file.campaign(kB), b);
  EXPECT_EQ(file.campaign(kC), b);
  file.add(make_scam({kB, kA}));
  EXPECT_EQ(file.campaign(kC), a);
  for (const std::string& id : {a, b, c}) {
    const auto found = file.find(id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id.to_string(), a) << id;
    EXPECT_EQ(found->messages, 5u);
    EXPECT_EQ(found->numbers, 3u);
    EXPECT_THAT(found->merged, UnorderedElementsAre(*CampaignId::parse(b), *CampaignId::parse(c)));
  }
  const auto members = file.reader().members(*CampaignId::parse(c)).value();
  EXPECT_THAT(members.messages,
              ElementsAre(SightingRef{kToday, 5}, SightingRef{kToday, 4}, SightingRef{kToday, 3},
                          SightingRef{kToday, 2}, SightingRef{kToday, 1}));
  EXPECT_FALSE(members.messages_cut);
  ASSERT_THAT(members.numbers, SizeIs(3));
  EXPECT_EQ(members.numbers[0].number, number_of(kB));
  EXPECT_EQ(members.numbers[0].messages, 3u);
}

TEST(CampaignTrackerTest, UnsuspectMailOpensNothing) {
  CampaignFile file;
  file.add(make_sighting({kA}));
  EXPECT_EQ(file.campaign(kA), "");
  EXPECT_THAT(file.list(), IsEmpty());
}

}  // namespace
}  // namespace ringfence
