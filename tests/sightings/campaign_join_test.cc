#include "reputation/sightings/campaign_join.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/sightings/sighting_maker.h"

namespace ringfence {
namespace {

using testing::IsEmpty;
using testing::SizeIs;
using Feature = CampaignFeature;

TEST(CampaignIdTest, ReadsWhatItWrites) {
  const CampaignId id{0x0012ab3f};
  EXPECT_EQ(id.to_string(), "c0012ab3f");
  EXPECT_EQ(CampaignId::parse("c0012ab3f"), id);
  EXPECT_EQ(CampaignId::parse("C12AB3F"), id);
  for (const char* bad : {"", "c", "12ab3f", "c0", "c00000000", "c0012ab3f0", "c12g", "c-1", "c 1",
                          "c0x1", "d12ab3f"}) {
    EXPECT_EQ(CampaignId::parse(bad), std::nullopt) << bad;
  }
}

TEST(CampaignIdTest, EachSightingOpensAnother) {
  std::set<CampaignId> ids;
  for (std::int32_t day = kToday; day < kToday + 3; ++day) {
    for (std::int64_t row = 1; row <= 1'000; ++row) ids.insert(campaign_id_of({day, row}, 0));
  }
  EXPECT_EQ(ids.size(), 3'000u);
  EXPECT_NE(campaign_id_of({kToday, 1}, 0), campaign_id_of({kToday, 1}, 1));
  EXPECT_EQ(campaign_id_of({kToday, 1}, 0), campaign_id_of({kToday, 1}, 0));
}

TEST(CampaignJoinTest, TokensAreReadBack) {
  for (int i = 0; i < kCampaignFeatureCount; ++i) {
    const auto feature = static_cast<Feature>(i);
    EXPECT_EQ(campaign_feature_from_token(to_token(feature)), feature);
  }
  EXPECT_EQ(campaign_feature_from_token("colour"), std::nullopt);
}

TEST(CampaignJoinTest, WhatIsSuspect) {
  const auto is = [](const std::function<void(Sighting&)>& change) {
    return is_suspect(make_sighting({"+18885550123"}, change));
  };
  const auto wear = [](Sighting& s, std::size_t lures) {
    s.brand = "best-buy";
    s.lures.assign(lures, "invoice");
  };
  EXPECT_FALSE(is([](Sighting&) {}));
  EXPECT_TRUE(is([](Sighting& s) { s.action = "tag"; }));
  EXPECT_TRUE(is([](Sighting& s) { s.action = "quarantine"; }));
  EXPECT_TRUE(is([](Sighting& s) { s.action = "reject"; }));
  EXPECT_FALSE(is([](Sighting& s) { s.action = "tempfail"; })) << "it comes again";
  EXPECT_TRUE(is([](Sighting& s) { s.score = 20; }));
  EXPECT_FALSE(is([](Sighting& s) { s.score = 19; }));
  EXPECT_TRUE(is([](Sighting& s) { s.numbers[0].score = 20; }));
  EXPECT_TRUE(is([](Sighting& s) { s.numbers[0].tricks = "invisible"; }));
  EXPECT_TRUE(is([](Sighting& s) { s.numbers[0].tricks = "vanity,bidi"; }));
  EXPECT_FALSE(is([](Sighting& s) { s.numbers[0].tricks = "vanity,hidden-text"; }));
  EXPECT_TRUE(is([&](Sighting& s) { wear(s, 2); }));
  EXPECT_FALSE(is([&](Sighting& s) { wear(s, 1); }));
  EXPECT_FALSE(is([](Sighting& s) { s.lures = {"invoice", "renewal"}; })) << "no brand";
  EXPECT_FALSE(is([&](Sighting& s) {
    wear(s, 2);
    s.from_domain = "mail.bestbuy.com";
  })) << "the brand's own";
  for (const Direction ours : {Direction::kOutbound, Direction::kTrusted}) {
    EXPECT_FALSE(is([&](Sighting& s) {
      s.action = "tag";
      s.direction = ours;
    }));
  }
}

TEST(CampaignJoinTest, WhoIsHonest) {
  EXPECT_TRUE(is_honest(1, 1'000, 1'000, true)) << "our own mail shows it";
  EXPECT_FALSE(is_honest(0, 0, 0, false));
  EXPECT_FALSE(is_honest(0, 19, 0, false)) << "too few to say";
  EXPECT_TRUE(is_honest(0, 20, 0, false));
  EXPECT_FALSE(is_honest(0, 20, 0, true)) << "listed";
  EXPECT_TRUE(is_honest(0, 100, 20, false));
  EXPECT_FALSE(is_honest(0, 100, 21, false));
  EXPECT_FALSE(is_honest(0, 10, 4'000'000'000u, false)) << "a count that was lost";
}

TEST(CampaignJoinTest, Weights) {
  EXPECT_EQ(template_weight(0), 800);
  EXPECT_EQ(template_weight(kTemplateNear), 800);
  EXPECT_EQ(template_weight((kTemplateNear + kTemplateFar) / 2), 400);
  EXPECT_EQ(template_weight(kTemplateFar), 0);
  EXPECT_EQ(template_weight(1'000), 0);
  EXPECT_EQ(domain_weight(0, 0), 500);
  EXPECT_EQ(domain_weight(1, 0), 250);
  EXPECT_EQ(domain_weight(0, 4), 250);
  EXPECT_LT(domain_weight(7, 1'000), 5);
  EXPECT_EQ(domain_weight(0xFFFF'FFFF, 0), 0);
  EXPECT_EQ(document_weight(0), 1'000);
  EXPECT_EQ(document_weight(1), 500) << "honest mail has it too: it ties no longer alone";
  EXPECT_EQ(diluted(1'000, 4), 1'000);
  EXPECT_EQ(diluted(1'000, 8), 500);
  EXPECT_EQ(diluted(1'000, 100'000), 0);
}

TEST(CampaignJoinTest, WhatMakesOneTogether) {
  struct {
    std::vector<std::pair<Feature, int>> shared;
    bool joins;
  } const cases[] = {
      {{}, false},
      {{{Feature::kNumber, kNumberWeight}}, true},
      {{{Feature::kDocument, kDocumentWeight}}, true},
      {{{Feature::kNumber, 250}, {Feature::kNumber, 250}}, false},
      {{{Feature::kNumber, 500}, {Feature::kNumber, 500}}, true},
      {{{Feature::kTemplate, kTemplateWeight}}, false},
      {{{Feature::kTemplate, kTemplateWeight}, {Feature::kBrand, kBrandWeight}}, true},
      {{{Feature::kTemplate, 400}, {Feature::kTemplate, 400}, {Feature::kBrand, kBrandWeight}},
       false},
      {{{Feature::kBlock10, kBlock10Weight},
        {Feature::kBlock100, kBlock100Weight},
        {Feature::kBrand, kBrandWeight}},
       false},
      {{{Feature::kBlock10, kBlock10Weight}, {Feature::kSenderDomain, kDomainWeight}}, true},
      {{{Feature::kBlock100, kBlock100Weight}, {Feature::kSenderDomain, kDomainWeight}}, false},
      {{{Feature::kBlock100, kBlock100Weight},
        {Feature::kSenderDomain, kDomainWeight},
        {Feature::kBrand, kBrandWeight}},
       true},
      {{{Feature::kSenderDomain, kDomainWeight}, {Feature::kBrand, kBrandWeight}}, false},
      {{{Feature::kNumber, 500}, {Feature::kBlock10, 500}}, false}};
  for (const auto& c : cases) {
    JoinEvidence evidence;
    for (const auto& [feature, weight] : c.shared) evidence.add(feature, weight);
    EXPECT_EQ(evidence.joins(), c.joins) << &c - cases << ": " << evidence.total();
  }
}

TEST(CampaignJoinTest, FeaturesAreBoundedAndEachOnce) {
  Sighting sighting = make_sighting({"+18885550123"}, [](Sighting& s) {
    s.document_hashes.assign(50, "same");
    for (int i = 0; i < 50; ++i) s.document_hashes.push_back(std::to_string(i));
    s.from_domain = std::string(300, 'x');
    s.brand = "norton";
    s.lures = {"renewal", "invoice"};
  });
  std::vector<E164> numbers;
  for (std::uint64_t i = 0; i < 1'000; ++i) numbers.push_back(*E164::from_value(18885550000 + i));
  const auto features = features_of(sighting, numbers);
  EXPECT_LE(features.size(), 3 * kCampaignNumbersMax + kCampaignDocumentsMax + 3);
  std::set<std::pair<Feature, std::uint64_t>> different;
  bool brand = false;
  for (const MessageFeature& feature : features) {
    EXPECT_TRUE(different.emplace(feature.feature, feature.hash).second);
    EXPECT_LE(feature.name.size(), kFeatureNameBytesMax);
    brand = brand || feature.name == "norton: invoice, renewal";
  }
  EXPECT_TRUE(brand) << "lures in one order";
  sighting.numbers.clear();
  sighting.from_domain = sighting.mail_from_domain = sighting.brand = "";
  sighting.document_hashes = {""};
  EXPECT_THAT(features_of(sighting, {}), IsEmpty());
}

}  // namespace
}  // namespace ringfence
