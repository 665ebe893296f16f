#include <gtest/gtest.h>

#include <functional>

#include "config/policy.h"
#include "tests/config/evidence_maker.h"

namespace ringfence {
namespace {

TEST(DecideConditions, EmptyConditionsHoldForAnything) {
  EXPECT_TRUE(holds({}, Evidence{}));
  EXPECT_TRUE(holds({}, scam_mail()));
}

TEST(DecideConditions, EachNumberConditionAlone) {
  struct Case {
    const char* what;
    std::function<void(NumberCondition&)> set;
    bool expected;
  };
  const Case cases[] = {
      {"score_min below", [](auto& n) { n.score_min = 94; }, true},
      {"score_min equal", [](auto& n) { n.score_min = 95; }, true},
      {"score_min above", [](auto& n) { n.score_min = 96; }, false},
      {"score_max above", [](auto& n) { n.score_max = 96; }, true},
      {"score_max equal", [](auto& n) { n.score_max = 95; }, true},
      {"score_max below", [](auto& n) { n.score_max = 94; }, false},
      {"category",
       [](auto& n) {
         n.categories = {"spam", "toad"};
       },
       true},
      {"other category", [](auto& n) { n.categories = {"spam"}; }, false},
      {"list",
       [](auto& n) {
         n.lists = {"misp", "local-soc"};
       },
       true},
      {"other list", [](auto& n) { n.lists = {"misp"}; }, false},
      {"state",
       [](auto& n) {
         n.states = {ReputationState::kDenied, ReputationState::kActive};
       },
       true},
      {"other state", [](auto& n) { n.states = {ReputationState::kDormant}; }, false},
      {"place",
       [](auto& n) {
         n.places = {Place::kSubject, Place::kPlain};
       },
       true},
      {"other place", [](auto& n) { n.places = {Place::kSubject}; }, false},
      {"trick",
       [](auto& n) {
         n.tricks = {Trick::kBidi, Trick::kSpelled};
       },
       true},
      {"other trick", [](auto& n) { n.tricks = {Trick::kBidi}; }, false},
      {"region",
       [](auto& n) {
         n.regions = {"GB", "US"};
       },
       true},
      {"other region", [](auto& n) { n.regions = {"GB"}; }, false},
      {"valid", [](auto& n) { n.valid = true; }, true},
      {"not valid", [](auto& n) { n.valid = false; }, false},
  };
  Evidence evidence = scam_mail();
  evidence.numbers[0].finding.tricks.insert(Trick::kSpelled);
  for (const Case& c : cases) {
    Conditions when;
    c.set(when.number);
    EXPECT_FALSE(when.number.empty()) << c.what;
    EXPECT_EQ(holds(when, evidence), c.expected) << c.what;
    EXPECT_FALSE(holds(when, Evidence{})) << c.what << ": a mail without numbers";
  }
}

/// A number with everything that is known around it: three lists, two of which count, a block, a
/// provider, and a brand it is not of.
Evidence known_around() {
  Evidence evidence = scam_mail();
  NumberEvidence& number = evidence.numbers[0];
  number.finding.line_type = LineType::kFixedLineOrMobile;
  number.mismatch = {"norton", "paypal"};
  NumberReputation& reputation = number.reputation;
  reputation.listings = {listing("local-soc", "toad", 95), listing("misp", "scam", 50),
                         listing("misp", "scam", 40), listing("trial", "spam", 40)};
  reputation.listings[2].range = NumberRange::parse("+1888*");
  reputation.parts = {{.points = 95, .score = 95, .index = 0},
                      {.points = 2, .score = 40, .index = 1},
                      {.points = 1, .score = 20, .index = 2},
                      {.kind = ScorePart::Kind::kBlock, .points = 1, .score = 10}};
  reputation.block = BlockEvidence{.range = *NumberRange::parse("+1888555012#"), .members = 4};
  reputation.provider = ProviderEvidence{
      .provider = "Example Telecom, Inc.", .type = "VoIP", .range = *NumberRange::parse("+1888*")};
  return evidence;
}

TEST(DecideConditions, EachConditionOnTheBackgroundAlone) {
  struct Case {
    const char* what;
    std::function<void(NumberCondition&)> set;
    bool expected;
    bool expected_of_plain;  // of a number of which nothing of that is known
  };
  const auto brands = [](std::vector<std::string> names) {
    return [names](NumberCondition& n) { n.mismatched_brands = names; };
  };
  const auto providers = [](std::vector<std::string> names) {
    return [names](NumberCondition& n) { n.providers = names; };
  };
  const Case cases[] = {
      {"mismatch", [](auto& n) { n.brand_mismatch = true; }, true, false},
      {"no mismatch", [](auto& n) { n.brand_mismatch = false; }, false, true},
      {"mismatch of a brand", brands({"mcafee", "paypal"}), true, false},
      {"mismatch of another brand", brands({"mcafee"}), false, false},
      {"genuine", [](auto& n) { n.genuine = true; }, false, false},
      {"not genuine", [](auto& n) { n.genuine = false; }, true, true},
      {"genuine of a brand", [](auto& n) { n.genuine_of = {"norton"}; }, false, false},
      {"provider", providers({"x", "example telecom, inc."}), true, false},
      {"other provider", providers({"Example Telecom"}), false, false},
      {"line type",
       [](auto& n) {
         n.line_types = {LineType::kVoip, LineType::kPager};
       },
       true, false},
      {"line type of the plan, which the table knows better",
       [](auto& n) { n.line_types = {LineType::kFixedLineOrMobile}; }, false, false},
      {"unknown line type", [](auto& n) { n.line_types = {LineType::kUnknown}; }, false, true},
      {"members below", [](auto& n) { n.block_members_min = 3; }, true, false},
      {"members equal", [](auto& n) { n.block_members_min = 4; }, true, false},
      {"members above", [](auto& n) { n.block_members_min = 5; }, false, false},
      {"lists below", [](auto& n) { n.listings_min = 1; }, true, false},
      {"lists equal", [](auto& n) { n.listings_min = 2; }, true, false},
      {"lists above: one counts twice, one not at all", [](auto& n) { n.listings_min = 3; }, false,
       false},
  };
  Evidence plain;
  plain.numbers = {number("18885550124")};
  for (const Case& c : cases) {
    Conditions when;
    c.set(when.number);
    EXPECT_FALSE(when.number.empty()) << c.what;
    EXPECT_EQ(holds(when, known_around()), c.expected) << c.what;
    EXPECT_EQ(holds(when, plain), c.expected_of_plain) << c.what;
    EXPECT_FALSE(holds(when, Evidence{})) << c.what << ": a mail without numbers";
  }
  plain.numbers[0].reputation.genuine_of = {"paypal", "norton"};
  EXPECT_TRUE(holds(with([](auto& w) { w.number.genuine = true; }), plain));
  EXPECT_TRUE(holds(with([](auto& w) { w.number.genuine_of = {"norton"}; }), plain));
  EXPECT_FALSE(holds(with([](auto& w) { w.number.genuine_of = {"mcafee"}; }), plain));
}

TEST(DecideConditions, CategoriesAreOfBlockLists) {
  Evidence evidence = scam_mail();
  Listing genuine = listing("directory", "norton", 0);
  genuine.role = ListRole::kGenuine;
  evidence.numbers[0].reputation.listings.push_back(genuine);
  EXPECT_FALSE(holds(with([](auto& w) { w.number.categories = {"norton"}; }), evidence));
  EXPECT_TRUE(holds(with([](auto& w) { w.number.lists = {"directory"}; }), evidence));
}

TEST(DecideConditions, NumberConditionsMustHoldOfTheSameNumber) {
  Evidence evidence = scam_mail();
  evidence.numbers.push_back(number("442079460123"));
  evidence.numbers[1].finding.places = {Place::kSubject};
  Conditions when;
  when.number.score_min = 80;
  when.number.places = {Place::kSubject};
  EXPECT_FALSE(holds(when, evidence));
  evidence.numbers[0].finding.places.insert(Place::kSubject);
  EXPECT_TRUE(holds(when, evidence));
}

TEST(DecideConditions, ExpiredListingsDoNotCount) {
  Evidence evidence = scam_mail();
  NumberReputation& reputation = evidence.numbers[0].reputation;
  reputation.listings.push_back(listing("old", "robocall", 10));
  const auto on = [](const char* list) {
    return with([&](auto& when) { when.number.lists = {list}; });
  };
  const auto of = [](const char* category) {
    return with([&](auto& when) { when.number.categories = {category}; });
  };
  EXPECT_TRUE(holds(on("old"), evidence));
  EXPECT_TRUE(holds(of("robocall"), evidence)) << "any listing's category counts";
  reputation.listings[1].expires = kNow + std::chrono::seconds(1);
  EXPECT_TRUE(holds(on("old"), evidence));
  reputation.listings[1].expires = kNow;
  EXPECT_FALSE(holds(on("old"), evidence));
  EXPECT_FALSE(holds(of("robocall"), evidence));

  EXPECT_TRUE(holds(of("toad"), evidence));
  EXPECT_TRUE(holds(on("local-soc"), evidence));
  reputation.state = ReputationState::kExpired;  // all of them, by age
  EXPECT_FALSE(holds(of("toad"), evidence));
  EXPECT_FALSE(holds(on("local-soc"), evidence));
  reputation = NumberReputation();
  reputation.score = 100;
  reputation.category = "deny";
  reputation.state = ReputationState::kDenied;
  EXPECT_TRUE(holds(of("deny"), evidence));
}

TEST(DecideConditions, AllowedNumbersFulfilNothingUnlessAskedFor) {
  Evidence evidence = scam_mail();
  NumberReputation& reputation = evidence.numbers[0].reputation;
  reputation.state = ReputationState::kAllowed;
  reputation.score = 95;  // even then
  EXPECT_FALSE(holds(with([](auto& w) { w.number.score_min = 1; }), evidence));
  EXPECT_FALSE(holds(with([](auto& w) { w.number.score_max = 100; }), evidence));
  EXPECT_FALSE(holds(with([](auto& w) { w.number.categories = {"toad"}; }), evidence));
  EXPECT_FALSE(holds(with([](auto& w) { w.number.lists = {"local-soc"}; }), evidence));
  EXPECT_FALSE(holds(with([](auto& w) { w.number.places = {Place::kPlain}; }), evidence));
  EXPECT_FALSE(holds(with([](auto& w) { w.number.valid = true; }), evidence));
  EXPECT_FALSE(holds(with([](auto& w) { w.numbers_min = 1; }), evidence));
  EXPECT_TRUE(holds(with([](auto& w) { w.numbers_max = 0; }), evidence));

  Conditions asked = with([](auto& w) { w.number.states = {ReputationState::kAllowed}; });
  EXPECT_TRUE(holds(asked, evidence));
  asked.number.lists = {"local-soc"};
  EXPECT_TRUE(holds(asked, evidence));
  asked.number.score_min = 1;
  EXPECT_FALSE(holds(asked, evidence)) << "an allowed number has score 0";
}

TEST(DecideConditions, CountsNumbers) {
  Evidence evidence = scam_mail();
  evidence.numbers.push_back(listed("18885550124", 85, "misp", "toad"));
  evidence.numbers.push_back(number("442079460123"));
  struct Case {
    std::optional<int> score_min, numbers_min, numbers_max;
    bool expected;
  };
  const Case cases[] = {
      {{}, 3, {}, true},  {{}, 4, {}, false}, {{}, {}, 3, true},  {{}, {}, 2, false},
      {{}, 3, 3, true},   {80, 2, {}, true},  {80, 3, {}, false}, {80, {}, 2, true},
      {80, {}, 1, false}, {99, {}, 5, false}, {99, 0, 0, true},   {80, 0, 0, false},
      {80, 0, 2, true},   {99, 0, {}, true},
  };
  for (const Case& c : cases) {
    Conditions when;
    when.number.score_min = c.score_min;
    when.numbers_min = c.numbers_min;
    when.numbers_max = c.numbers_max;
    EXPECT_EQ(holds(when, evidence), c.expected)
        << c.score_min.value_or(-1) << " " << c.numbers_min.value_or(-1) << " "
        << c.numbers_max.value_or(-1);
  }
  EXPECT_TRUE(holds(with([](auto& w) { w.numbers_max = 0; }), Evidence{}));
}

TEST(DecideConditions, EachMessageConditionAlone) {
  struct Case {
    const char* what;
    std::function<void(Conditions&)> set;
    std::function<void(Evidence&)> change;
    bool expected;
  };
  const auto same = [](Evidence&) {};
  const auto partial = [](Evidence& e) { e.limits.insert(Limit::kPartCount); };
  const auto defective = [](Evidence& e) { e.defects.insert(Defect::kNulByte); };
  const auto login = [](Evidence& e) { e.envelope.authenticated = "ann"; };
  const auto network = [](const char* text) {
    return [text](Conditions& w) { w.client_networks = {*Network::parse(text)}; };
  };
  const Case cases[] = {
      {"recipient", [](auto& w) { w.recipient_domains = {"example.org"}; }, same, true},
      {"recipient, other", [](auto& w) { w.recipient_domains = {"example.net"}; }, same, false},
      {"recipient, second of two",
       [](auto& w) {
         w.recipient_domains = {"example.net", "example.org"};
       },
       same, true},
      {"recipient, none", [](auto& w) { w.recipient_domains = {".example.org"}; },
       [](auto& e) { e.envelope.recipients.clear(); }, false},
      {"recipient without domain", [](auto& w) { w.recipient_domains = {".example.org"}; },
       [](auto& e) { e.envelope.recipients = {"root"}; }, false},
      {"recipient in capitals", [](auto& w) { w.recipient_domains = {"example.org"}; },
       [](auto& e) { e.envelope.recipients = {"ann@EXAMPLE.org"}; }, true},
      {"MAIL FROM", [](auto& w) { w.sender_domains = {"sender.example.com"}; }, same, true},
      {"MAIL FROM by its parent", [](auto& w) { w.sender_domains = {".example.com"}; }, same, true},
      {"MAIL FROM by its parent alone", [](auto& w) { w.sender_domains = {"example.com"}; }, same,
       false},
      {"From", [](auto& w) { w.sender_domains = {"brand.example.net"}; }, same, true},
      {"neither", [](auto& w) { w.sender_domains = {"example.org"}; }, same, false},
      {"null sender", [](auto& w) { w.sender_domains = {".example.com"}; },
       [](auto& e) { e.envelope.mail_from = ""; }, false},
      {"client", network("192.0.2.0/24"), same, true},
      {"other client", network("198.51.100.0/24"), same, false},
      {"mapped client", network("192.0.2.0/24"),
       [](auto& e) { e.envelope.client_address = "::ffff:192.0.2.7"; }, true},
      {"unknown client", network("0.0.0.0/0"), [](auto& e) { e.envelope.client_address = ""; },
       false},
      {"authenticated", [](auto& w) { w.authenticated = true; }, login, true},
      {"authenticated, is not", [](auto& w) { w.authenticated = true; }, same, false},
      {"not authenticated", [](auto& w) { w.authenticated = false; }, same, true},
      {"not authenticated, is", [](auto& w) { w.authenticated = false; }, login, false},
      {"partial", [](auto& w) { w.partial = true; }, partial, true},
      {"partial, is not", [](auto& w) { w.partial = true; }, same, false},
      {"whole", [](auto& w) { w.partial = false; }, same, true},
      {"whole, is not", [](auto& w) { w.partial = false; }, partial, false},
      {"limit",
       [](auto& w) {
         w.limits = {Limit::kNumbers, Limit::kPartCount};
       },
       partial, true},
      {"other limit", [](auto& w) { w.limits = {Limit::kNumbers}; }, partial, false},
      {"defective", [](auto& w) { w.defective = true; }, defective, true},
      {"defective, is not", [](auto& w) { w.defective = true; }, same, false},
      {"sound", [](auto& w) { w.defective = false; }, same, true},
      {"sound, is not", [](auto& w) { w.defective = false; }, defective, false},
      {"defect", [](auto& w) { w.defects = {Defect::kNulByte}; }, defective, true},
      {"other defect", [](auto& w) { w.defects = {Defect::kBareLf}; }, defective, false},
  };
  for (const Case& c : cases) {
    Conditions when;
    c.set(when);
    EXPECT_FALSE(when.empty()) << c.what;
    Evidence evidence = scam_mail();
    c.change(evidence);
    EXPECT_EQ(holds(when, evidence), c.expected) << c.what;
  }
}

TEST(DecideConditions, AllConditionsMustHold) {
  const std::function<void(Conditions&)> held[] = {
      [](auto& w) { w.number.score_min = 80; },
      [](auto& w) { w.numbers_max = 1; },
      [](auto& w) { w.recipient_domains = {"example.org"}; },
      [](auto& w) { w.sender_domains = {".example.com"}; },
      [](auto& w) { w.client_networks = {*Network::parse("192.0.2.0/24")}; },
      [](auto& w) { w.authenticated = false; },
      [](auto& w) { w.partial = false; },
      [](auto& w) { w.defective = false; },
  };
  const std::function<void(Conditions&)> broken[] = {
      [](auto& w) { w.number.score_min = 99; },
      [](auto& w) { w.numbers_max = 0; },
      [](auto& w) { w.recipient_domains = {"example.net"}; },
      [](auto& w) { w.sender_domains = {"example.net"}; },
      [](auto& w) { w.client_networks = {*Network::parse("::/0")}; },
      [](auto& w) { w.authenticated = true; },
      [](auto& w) { w.partial = true; },
      [](auto& w) { w.defective = true; },
  };
  Conditions all;
  for (const auto& set : held) set(all);
  EXPECT_TRUE(holds(all, scam_mail()));
  for (std::size_t i = 0; i < std::size(broken); ++i) {
    Conditions one_broken = all;
    broken[i](one_broken);
    EXPECT_FALSE(holds(one_broken, scam_mail())) << i;
  }
}

}  // namespace
}  // namespace ringfence
