// What becomes one campaign and what does not, through the aggregates' file.
#include "reputation/sightings/campaign_tracker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "reputation/sightings/fuzzy_hash.h"
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

// Numbers that share no block.
std::string far_number(std::size_t i) { return std::to_string(442079460000 + i * 1'000); }
E164 far(std::size_t i) { return *E164::from_value(442079460000 + i * 1'000); }

std::string text_hash(std::string_view name) {
  FuzzyHasher hasher;
  for (int i = 0; i < 4; ++i) {
    hasher.push(
        "dear " + std::string(name) +
        " your yearly plan was renewed today and # will be charged to your account within the "
        "next hours if you did not ask for this call our billing department at # at once ");
  }
  return hasher.finish();
}

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

TEST(CampaignTrackerTest, WeakFeaturesTieTogether) {
  struct {
    const char* what;
    std::function<void(Sighting&)> first, second;
    std::string_view number, other;
    bool one;
  } const cases[] = {
      {"block of ten alone", {}, {}, "+18885550120", "+18885550129", false},
      {"block of ten, domain", [](Sighting& s) { s.from_domain = "d.example"; },
       [](Sighting& s) { s.from_domain = "d.example"; }, "+18885550120", "+18885550129", true},
      {"block of a hundred, domain", [](Sighting& s) { s.from_domain = "d.example"; },
       [](Sighting& s) { s.from_domain = "d.example"; }, "+18885550120", "+18885550190", false},
      {"block of a hundred, domain, brand",
       [](Sighting& s) { s.from_domain = "d.example", s.brand = "norton"; },
       [](Sighting& s) { s.from_domain = "d.example", s.brand = "norton"; }, "+18885550120",
       "+18885550190", true},
      {"document",
       [](Sighting& s) {
         s.document_hashes = {"x", "y"};
       },
       [](Sighting& s) { s.document_hashes = {"y"}; }, kA, kB, true},
      {"text alone", [](Sighting& s) { s.template_hash = text_hash("ann"); },
       [](Sighting& s) { s.template_hash = text_hash("zoe"); }, kA, kB, false},
      {"text, brand", [](Sighting& s) { s.template_hash = text_hash("ann"), s.brand = "norton"; },
       [](Sighting& s) { s.template_hash = text_hash("zoe"), s.brand = "norton"; }, kA, kB, true},
      {"text, other brand",
       [](Sighting& s) { s.template_hash = text_hash("ann"), s.brand = "norton"; },
       [](Sighting& s) { s.template_hash = text_hash("zoe"), s.brand = "paypal"; }, kA, kB, false}};
  for (const auto& c : cases) {
    CampaignFile file;
    file.add(make_scam({c.number}, c.first));
    file.add(make_scam({c.other}, c.second));
    EXPECT_NE(file.campaign(c.number), "") << c.what;
    EXPECT_EQ(file.campaign(c.number) == file.campaign(c.other), c.one) << c.what;
  }
}

TEST(CampaignTrackerTest, AFreemailDomainJoinsNothing) {
  const auto scam = [](std::size_t i) {
    return make_scam({}, [&](Sighting& s) {
      s.numbers = {{.number = far(i)}};
      s.from_domain = "freemail.example";
      s.brand = "norton";
      s.lures = {"renewal", "charged"};
    });
  };
  CampaignFile file;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < 60; ++i) file.add(scam(i));
  for (std::size_t i = 0; i < 60; ++i) ids.insert(file.campaign("+" + far_number(i)));
  EXPECT_THAT(ids, SizeIs(60)) << "same domain, brand and lures";
  // By now it weighs so little that a block does not make up for it.
  Sighting near = scam(7);
  near.numbers[0].number = *E164::from_value(far(7).value() + 1);
  file.add(near);
  EXPECT_NE(file.campaign(near.numbers[0].number.to_string()), file.campaign("+" + far_number(7)));
}

TEST(CampaignTrackerTest, ADomainOfHonestMailWeighsLittleFromTheStart) {
  CampaignFile file;
  std::vector<Sighting> honest;
  for (std::size_t i = 0; i < 40; ++i) {
    honest.push_back(make_sighting({}, [&](Sighting& s) {
      s.numbers = {{.number = far(i)}};
      s.from_domain = "freemail.example";
    }));
  }
  file.add(honest);
  const auto from = [](Sighting& s) { s.from_domain = "freemail.example"; };
  file.add(make_scam({"+18885550120"}, from));
  file.add(make_scam({"+18885550121"}, from));
  EXPECT_NE(file.campaign("+18885550120"), file.campaign("+18885550121"));
}

// A newsletter's number in 200 mails to everybody.
std::vector<Sighting> newsletter() {
  std::vector<Sighting> out;
  for (int i = 0; i < 200; ++i) {
    out.push_back(make_sighting({kA}, [&](Sighting& s) {
      s.from_domain = "shop.example";
      s.recipients = {"x@r" + std::to_string(i) + ".example"};
    }));
  }
  return out;
}

TEST(CampaignTrackerTest, AMassNewsletterJoinsNothing) {
  CampaignFile file;
  file.add(newsletter());
  EXPECT_THAT(file.list(), IsEmpty());
  file.add(make_scam({kA, kB}));  // both quote the shop's number beside their own
  file.add(make_scam({kA, kC}));
  EXPECT_EQ(file.campaign(kA), "");
  EXPECT_NE(file.campaign(kB), "");
  EXPECT_NE(file.campaign(kB), file.campaign(kC));
  for (int i = 0; i < 30; ++i) file.add(make_scam({kA}));  // some of its own mail is tagged
  EXPECT_EQ(file.campaign(kA), "");
  EXPECT_THAT(file.list(), SizeIs(2));
}

TEST(CampaignTrackerTest, ANewsletterThatWasTakenForAScamIsLetGo) {
  CampaignFile file;
  file.add(make_scam({kA, kB}));
  EXPECT_EQ(file.campaign(kA), file.campaign(kB));
  file.add(newsletter());
  EXPECT_EQ(file.campaign(kA), "");
  EXPECT_NE(file.campaign(kB), "");
  file.add(make_scam({kA, kC}));
  EXPECT_NE(file.campaign(kB), file.campaign(kC));
}

TEST(CampaignTrackerTest, AScamThatWasTakenForANewsletterIsFoundOut) {
  CampaignFile file;
  for (int i = 0; i < 40; ++i) file.add(make_sighting({kA}));
  for (int i = 0; i < 10; ++i) file.add(make_scam({kA}));
  EXPECT_EQ(file.campaign(kA), "");
  for (int i = 0; i < 10; ++i) file.add(make_scam({kA}));
  EXPECT_NE(file.campaign(kA), "") << "a third of its mail is suspect";
}

TEST(CampaignTrackerTest, ListedNumbersAreNoNewsletters) {
  CampaignFile file;
  file.add(newsletter());
  const auto listed = [](Sighting& s) { s.numbers[0].score = 90; };
  file.add(make_scam({kA, kB}, listed));
  file.add(make_scam({kA, kC}, listed));
  EXPECT_EQ(file.campaign(kB), file.campaign(kC));
}

TEST(CampaignTrackerTest, NumbersOfOurOwnJoinNothing) {
  CampaignFile file;
  file.add(make_sighting({kA}, [](Sighting& s) { s.direction = Direction::kOutbound; }));
  file.add(make_scam({kA, kB}));
  file.add(make_scam({kA, kC}));
  EXPECT_EQ(file.campaign(kA), "");
  EXPECT_NE(file.campaign(kB), file.campaign(kC));
  // Told later, too.
  file.add(make_sighting({kB}, [](Sighting& s) { s.direction = Direction::kTrusted; }));
  EXPECT_EQ(file.campaign(kB), "");
}

TEST(CampaignTrackerTest, ADocumentThatEverybodySendsTiesNothing) {
  CampaignFile file;
  const auto logo = [](Sighting& s) { s.document_hashes = {"logo"}; };
  file.add(make_sighting({kA}, logo));
  file.add(make_scam({kB}, logo));
  file.add(make_scam({kC}, logo));
  EXPECT_NE(file.campaign(kB), file.campaign(kC));
}

TEST(CampaignTrackerTest, UnsuspectMailOpensNothingAndTeachesNothing) {
  CampaignFile file;
  file.add(make_sighting({kA}));
  EXPECT_EQ(file.campaign(kA), "");
  EXPECT_THAT(file.list(), IsEmpty());
  file.add(make_scam({kA}));
  // Known by its number: counted, but its document and domain are not the racket's.
  const auto own = [](Sighting& s) {
    s.document_hashes = {"d"};
    s.from_domain = "colleague.example";
  };
  file.add(make_sighting({kA}, own));
  file.add(make_scam({kB}, own));
  EXPECT_NE(file.campaign(kA), file.campaign(kB));
  const auto all = file.list({.messages_min = 2});
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].messages, 2u);
  EXPECT_THAT(all[0].sender_domains, SizeIs(1));
}

TEST(CampaignTrackerTest, ADirectoryOfNumbersMakesNothingOne) {
  CampaignFile file;
  Sighting directory = make_scam({});
  for (std::size_t i = 0; i < 8; ++i) {
    file.add(make_scam({"+" + far_number(i)}));
    directory.numbers.push_back({.number = far(i)});
  }
  file.add(directory);
  std::set<std::string> ids;
  for (std::size_t i = 0; i < 8; ++i) ids.insert(file.campaign("+" + far_number(i)));
  EXPECT_THAT(ids, SizeIs(8));
  EXPECT_EQ(ids.count(""), 0u);
}

TEST(CampaignTrackerTest, WhatWasSplitOverRestartsIsTheSame) {
  CampaignFile whole, apart;
  std::vector<Sighting> all;
  for (std::size_t i = 0; i < 40; ++i) {
    all.push_back(make_scam({}, [&](Sighting& s) {
      s.numbers = {{.number = far(i % 7)}, {.number = far(i % 11)}};
      s.template_hash = text_hash("n" + std::to_string(i));
      s.brand = i % 2 == 0 ? "norton" : "paypal";
    }));
  }
  whole.add(all);
  for (const Sighting& sighting : all) {
    apart.add(sighting);
    apart.close();
  }
  EXPECT_EQ(whole.list(), apart.list());
}

// --- hostile

TEST(CampaignTrackerTest, AThousandNumbersInOneMail) {
  CampaignFile file;
  Sighting sighting = make_scam({});
  for (std::size_t i = 0; i < 1'000; ++i) sighting.numbers.push_back({.number = far(i)});
  for (int i = 0; i < 20; ++i) file.add(sighting);
  const auto all = file.list();
  ASSERT_THAT(all, SizeIs(1)) << "the same thousand are one campaign";
  EXPECT_EQ(all[0].messages, 20u);
  EXPECT_EQ(all[0].numbers, kCampaignNumbersMax);
}

TEST(CampaignTrackerTest, OneTextAndNumberForEver) {
  CampaignFile file({.members_of_one_max = 100});
  const Sighting sighting = make_scam({kA}, [](Sighting& s) {
    s.template_hash = text_hash("ann");
    s.brand = "norton";
  });
  for (int i = 0; i < 10; ++i) file.add(std::vector<Sighting>(1'000, sighting));
  const auto all = file.list();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].messages, 10'000u);
  const auto members = file.reader().members(all[0].id).value();
  EXPECT_THAT(members.messages, SizeIs(100));
  EXPECT_TRUE(members.messages_cut);
  EXPECT_EQ(members.messages.front(), (SightingRef{kToday, 10'000})) << "the newest are kept";
  EXPECT_EQ(members.messages.back(), (SightingRef{kToday, 9'901}));
}

TEST(CampaignTrackerTest, ACampaignOfEndlessNamesIsBounded) {
  CampaignFile file({.parts_of_one_max = 50});
  std::vector<Sighting> batch;
  for (std::size_t i = 0; i < 500; ++i) {
    batch.push_back(make_scam({kA}, [&](Sighting& s) {
      s.numbers.push_back({.number = far(i)});
      s.brand = "brand" + std::to_string(i);
      s.lures = {"lure" + std::to_string(i)};
      s.document_hashes = {"doc" + std::to_string(i)};
    }));
  }
  file.add(batch);
  const auto all = file.list();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].messages, 500u);
  EXPECT_EQ(all[0].numbers, 50u);
  EXPECT_THAT(all[0].brands, SizeIs(Campaign::kNamesMax));
  const auto graph = file.reader().edges(all[0].id).value();
  EXPECT_LE(graph.nodes.size(), CampaignReader::kNodesMax);
  EXPECT_TRUE(graph.cut);
}

TEST(CampaignTrackerTest, FullTablesTakeNothingNewAndGoOn) {
  CampaignFile file({.campaigns_max = 2});
  file.add(make_scam({kA}));
  file.add(make_scam({kB}));
  file.add(make_scam({kC}));
  EXPECT_EQ(file.campaign(kC), "");
  file.add(make_scam({kA}));
  EXPECT_EQ(file.list()[0].messages, 2u);

  CampaignFile few({.features_max = 4, .parts_max = 1, .members_max = 1});
  for (int i = 0; i < 3; ++i) few.add(make_scam({kA, kB, kC}));
  const auto all = few.list({.messages_min = 1});
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].messages, 3u);
  EXPECT_EQ(all[0].numbers, 1u);
  EXPECT_THAT(few.reader().members(all[0].id).value().messages, SizeIs(1));
}

}  // namespace
}  // namespace ringfence
