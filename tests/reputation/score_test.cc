#include "reputation/score.h"

#include "tests/reputation/reputation_fixture.h"

namespace ringfence {
namespace {

using ::testing::ElementsAre;
using State = ReputationState;

Listing listing(int score, TimePoint last_seen, const char* list = "l") {
  return {.list = list,
          .category = std::string("of-") + list,
          .score = score,
          .first_listed = last_seen - 100 * kDay,
          .last_seen = last_seen,
          .expires = {}};
}

TEST(DecayTest, HalvesEachFortnightDownToTheFloor) {
  struct Row {
    int score;
    std::chrono::seconds age;
    DecayedScore expected;
  };
  using std::chrono::seconds;
  const Row rows[] = {
      {100, seconds{0}, {100, State::kActive}},
      {100, seconds{-500}, {100, State::kActive}},  // the clock was set back
      {100, 7 * kDay, {71, State::kActive}},
      {100, 14 * kDay, {50, State::kActive}},
      {100, 28 * kDay - seconds{1}, {25, State::kActive}},
      {100, 28 * kDay, {25, State::kDormant}},
      {100, 42 * kDay, {13, State::kDormant}},
      {100, 56 * kDay, {10, State::kDormant}},  // the floor
      {100, 364 * kDay, {10, State::kDormant}},
      {100, 365 * kDay, {0, State::kExpired}},
      {100, 4000 * kDay, {0, State::kExpired}},
      {7, seconds{0}, {7, State::kActive}},  // under the floor: not lifted
      {7, 100 * kDay, {7, State::kDormant}},
      {0, seconds{0}, {0, State::kActive}},
      {80, 14 * kDay, {40, State::kActive}},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(decay(listing(row.score, kNow - row.age), kNow, {}), row.expected)
        << row.score << " after " << row.age.count() << " s";
  }
}

TEST(DecayTest, NeverRisesWithAge) {
  for (const int score : {1, 9, 10, 11, 50, 100}) {
    int last = score;
    for (int day = 0; day < 400; ++day) {
      const int now = decay(listing(score, kNow - day * kDay), kNow, {}).score;
      EXPECT_LE(now, last) << score << " on day " << day;
      last = now;
    }
    EXPECT_EQ(last, 0);
  }
}

TEST(DecayTest, ANewSightingRearms) {
  Listing l = listing(90, kNow - 200 * kDay);
  EXPECT_EQ(decay(l, kNow, {}).state, State::kDormant);
  l.last_seen = kNow;
  EXPECT_EQ(decay(l, kNow, {}), (DecayedScore{90, State::kActive}));
}

TEST(DecayTest, ExpiryOfTheListing) {
  Listing l = listing(90, kNow);
  l.expires = kNow + std::chrono::seconds{1};
  EXPECT_EQ(decay(l, kNow, {}), (DecayedScore{90, State::kActive}));
  l.expires = kNow;
  EXPECT_EQ(decay(l, kNow, {}), (DecayedScore{0, State::kExpired}));
}

TEST(DecayTest, Options) {
  const DecayOptions fast{
      .half_life = kDay, .floor = 0, .dormant_after = 2 * kDay, .expire_after = 4 * kDay};
  EXPECT_EQ(decay(listing(80, kNow - kDay), kNow, fast), (DecayedScore{40, State::kActive}));
  EXPECT_EQ(decay(listing(80, kNow - 3 * kDay), kNow, fast), (DecayedScore{10, State::kDormant}));
  EXPECT_EQ(decay(listing(80, kNow - 4 * kDay), kNow, fast), (DecayedScore{0, State::kExpired}));
  const DecayOptions zero{.half_life = std::chrono::seconds{0}};
  EXPECT_EQ(decay(listing(80, kNow), kNow, zero).score, 80);
  EXPECT_EQ(decay(listing(80, kNow - kDay), kNow, zero).score, 10);
}

TEST(AssessTest, HighestDecayedScoreAndLiveliestState) {
  const NumberReputation r =
      assess({.listings = {listing(95, kNow - 30 * kDay, "old"), listing(40, kNow, "new"),
                           listing(99, kNow - 400 * kDay, "gone")}},
             kNow, {});
  EXPECT_EQ(r.score, 53);  // 1 - 0.60 * 0.79 = 0.526
  EXPECT_EQ(r.category, "of-new");
  EXPECT_EQ(r.state, State::kActive);
  std::vector<std::string> order;
  for (const Listing& l : r.listings) order.push_back(l.list);
  EXPECT_THAT(order, ElementsAre("new", "old", "gone"));
}

TEST(AssessTest, ActiveWhereverItIsListedLately) {
  const NumberReputation r =
      assess({.listings = {listing(100, kNow - 30 * kDay, "a"), listing(5, kNow, "b")}}, kNow, {});
  EXPECT_EQ(r.score, 27);
  EXPECT_EQ(r.category, "of-a");
  EXPECT_EQ(r.state, State::kActive);
}

TEST(AssessTest, NothingKnown) {
  EXPECT_EQ(assess({}, kNow, {}).state, State::kUnlisted);
  EXPECT_EQ(assess({.listings = {listing(50, kNow - 999 * kDay)}}, kNow, {}).state,
            State::kExpired);
}

TEST(AssessTest, OverridesWin) {
  const Override allow{.kind = OverrideKind::kAllow, .reason = "our bank", .added = kNow - kDay};
  const NumberReputation a =
      assess({.listings = {listing(95, kNow)}, .override_entry = allow}, kNow, {});
  EXPECT_EQ(a.score, 0);
  EXPECT_EQ(a.state, State::kAllowed);
  EXPECT_EQ(a.category, "of-l");
  EXPECT_EQ(a.override_entry, allow);
  EXPECT_EQ(a.listings.size(), 1U);

  const Override deny{.kind = OverrideKind::kDeny, .expires = kNow + kDay};
  const NumberReputation d = assess({.override_entry = deny}, kNow, {});
  EXPECT_EQ(d.score, 100);
  EXPECT_EQ(d.state, State::kDenied);
  EXPECT_EQ(d.category, "deny");

  const NumberReputation after =
      assess({.listings = {listing(30, kNow + kDay)}, .override_entry = deny}, kNow + kDay, {});
  EXPECT_EQ(after.score, 30);
  EXPECT_EQ(after.state, State::kActive);
  EXPECT_EQ(after.override_entry, std::nullopt);
}

Listing of_role(ListRole role, const char* list = "r", const char* category = "c") {
  Listing l = listing(0, kNow - 900 * kDay, list);
  l.role = role;
  l.category = category;
  return l;
}

Block dense_ten(int members = 6, int mean = 90, TimePoint seen = kNow) {
  return {.range = *NumberRange::parse("+1888555012#"),
          .members = members,
          .spread = members,
          .scores = members * mean,
          .last_seen = seen,
          .category = "toad"};
}

using Kind = ScorePart::Kind;

TEST(AssessTest, ListsMergeByWeight) {
  Listing complaints = listing(80, kNow, "complaints");
  complaints.weight = 50;
  const NumberReputation r = assess({.listings = {complaints, listing(60, kNow, "soc")}}, kNow, {});
  EXPECT_EQ(r.score, 76);  // 1 - 0.4 * 0.6
  EXPECT_EQ(r.category, "of-soc");
  EXPECT_THAT(r.parts, ElementsAre(ScorePart{Kind::kListing, 60, 60, 0},
                                   ScorePart{Kind::kListing, 16, 40, 1}));
}

TEST(AssessTest, AListOnTrialIsSeenAndDoesNothing) {
  Listing trial = listing(99, kNow, "trial");
  trial.weight = 0;
  const NumberReputation r = assess({.listings = {trial}}, kNow, {});
  EXPECT_EQ(r.score, 0);
  EXPECT_EQ(r.state, State::kUnlisted);
  EXPECT_EQ(r.category, "");
  EXPECT_EQ(r.listings.size(), 1U);
  EXPECT_TRUE(r.parts.empty());
}

TEST(AssessTest, DecayByCategory) {
  ScoreOptions options;
  options.decay_categories["of-slow"] = {.half_life = 100 * kDay, .dormant_after = 200 * kDay};
  const NumberReputation r =
      assess({.listings = {listing(80, kNow - 100 * kDay, "slow")}}, kNow, options);
  EXPECT_EQ(r.score, 40);
  EXPECT_EQ(r.state, State::kActive);
  EXPECT_EQ(assess({.listings = {listing(80, kNow - 100 * kDay, "other")}}, kNow, options).score,
            10);
  Block block = dense_ten(4, 90, kNow - 100 * kDay);
  EXPECT_EQ(assess({.blocks = {block}}, kNow, options).score, 0);
  block.category = "of-slow";
  EXPECT_EQ(assess({.blocks = {block}}, kNow, options).score, 21);
}

TEST(AssessTest, ANeighbourBorrows) {
  const NumberReputation r = assess({.blocks = {dense_ten(4)}}, kNow, {});
  EXPECT_EQ(r.score, 42);
  EXPECT_EQ(r.state, State::kUnlisted);  // it is not listed
  EXPECT_EQ(r.category, "toad");
  ASSERT_TRUE(r.block);
  EXPECT_EQ(*r.block, (BlockEvidence{.range = *NumberRange::parse("+1888555012#"),
                                     .members = 4,
                                     .spread = 4,
                                     .scores = 360,
                                     .score = 42,
                                     .last_seen = kNow,
                                     .category = "toad"}));
  EXPECT_THAT(r.parts, ElementsAre(ScorePart{Kind::kBlock, 42, 42, 0}));
}

TEST(AssessTest, TheBlockThatLendsMost) {
  Block hundred = dense_ten(20);
  hundred.range = *NumberRange::parse("+188855501##");
  hundred.spread = 8;
  hundred.category = "spam";
  EXPECT_EQ(assess({.blocks = {hundred, dense_ten(3)}}, kNow, {}).block->range, hundred.range);
  // Both at the cap: the smaller one says more.
  EXPECT_EQ(assess({.blocks = {hundred, dense_ten()}}, kNow, {}).block->range, dense_ten().range);
  EXPECT_EQ(assess({.blocks = {dense_ten(), hundred}}, kNow, {}).block->range, dense_ten().range);
}

TEST(AssessTest, AListedNumberKeepsItsCategoryInABlock) {
  const NumberReputation r =
      assess({.listings = {listing(30, kNow)}, .blocks = {dense_ten(4)}}, kNow, {});
  EXPECT_EQ(r.score, 59);  // 1 - 0.7 * 0.58
  EXPECT_EQ(r.category, "of-l");
  EXPECT_EQ(r.state, State::kActive);
  EXPECT_THAT(r.parts, ElementsAre(ScorePart{Kind::kListing, 30, 30, 0},
                                   ScorePart{Kind::kBlock, 29, 42, 0}));
}

TEST(AssessTest, BlocksCanBeOff) {
  const ScoreOptions off{.blocks = {.enabled = false}};
  EXPECT_EQ(assess({.blocks = {dense_ten()}}, kNow, off).score, 0);
  EXPECT_EQ(assess({.blocks = {dense_ten()}}, kNow, off).block, std::nullopt);
}

TEST(AssessTest, AllowListsWinAndSaySo) {
  const NumberReputation r =
      assess({.listings = {listing(95, kNow), of_role(ListRole::kAllow)}, .blocks = {dense_ten()}},
             kNow, {});
  EXPECT_EQ(r.score, 0);
  EXPECT_EQ(r.state, State::kAllowed);
  EXPECT_EQ(r.block, std::nullopt);
  ASSERT_EQ(r.parts.size(), 2U);
  EXPECT_EQ(r.parts[0], (ScorePart{Kind::kListing, 95, 95, 0}));
  EXPECT_EQ(r.parts[1], (ScorePart{Kind::kAllowList, -95, 0, 1}));
  EXPECT_EQ(r.listings[1].list, "r");

  // With nothing to take away it still says so.
  const NumberReputation only = assess({.listings = {of_role(ListRole::kAllow)}}, kNow, {});
  EXPECT_EQ(only.state, State::kAllowed);
  EXPECT_THAT(only.parts, ElementsAre(ScorePart{Kind::kAllowList, 0, 0, 0}));
}

TEST(AssessTest, AnAllowListThatEndedOrHasNoWeight) {
  Listing ended = of_role(ListRole::kAllow);
  ended.expires = kNow;
  EXPECT_EQ(assess({.listings = {listing(95, kNow), ended}}, kNow, {}).score, 95);
  EXPECT_EQ(
      assess({.listings = {listing(95, kNow), ended}}, kNow - std::chrono::seconds{1}, {}).score,
      0);
  Listing off = of_role(ListRole::kAllow);
  off.weight = 0;
  EXPECT_EQ(assess({.listings = {listing(95, kNow), off}}, kNow, {}).score, 95);
}

TEST(AssessTest, TheOperatorBeatsAnAllowList) {
  const Override deny{.kind = OverrideKind::kDeny};
  const NumberReputation d =
      assess({.listings = {of_role(ListRole::kAllow)}, .override_entry = deny}, kNow, {});
  EXPECT_EQ(d.score, 100);
  EXPECT_EQ(d.state, State::kDenied);
  EXPECT_THAT(d.parts, ElementsAre(ScorePart{Kind::kOverride, 100, 100, 0}));
  const Override allow{.kind = OverrideKind::kAllow};
  const NumberReputation a = assess({.listings = {listing(70, kNow), of_role(ListRole::kAllow)},
                                     .blocks = {dense_ten()},
                                     .override_entry = allow},
                                    kNow, {});
  EXPECT_EQ(a.score, 0);
  EXPECT_EQ(a.block, std::nullopt);
  EXPECT_THAT(a.parts, ElementsAre(ScorePart{Kind::kListing, 70, 70, 0},
                                   ScorePart{Kind::kOverride, -70, 0, 0}));
}

TEST(AssessTest, GenuineNumbersDoNotBorrowAndNameTheirBrands) {
  Listing ended = of_role(ListRole::kGenuine, "d", "ended");
  ended.expires = kNow;
  const NumberReputation r =
      assess({.listings = {of_role(ListRole::kGenuine, "d", "norton"),
                           of_role(ListRole::kGenuine, "d", "lifelock"),
                           of_role(ListRole::kGenuine, "e", "norton"), ended, listing(30, kNow)},
              .blocks = {dense_ten()}},
             kNow, {});
  EXPECT_EQ(r.score, 30);  // a caller's forged number: listed, and counts
  EXPECT_EQ(r.state, State::kActive);
  EXPECT_EQ(r.block, std::nullopt);
  EXPECT_THAT(r.genuine_of, ::testing::UnorderedElementsAre("norton", "lifelock"));
}

TEST(AssessTest, TheLongestPrefixNamesTheProvider) {
  const auto entry = [](const char* range, const char* category, const char* list = "p",
                        int weight = 100) {
    Listing l = of_role(ListRole::kProvider, list, category);
    l.range = NumberRange::parse(range);
    l.weight = weight;
    return l;
  };
  const NumberReputation r =
      assess({.listings = {entry("+1888*", "First"), entry("+188855#####", "Second\tvoip"),
                           entry("+18885*", "Third\tmobile")}},
             kNow, {});
  EXPECT_EQ(r.provider, (ProviderEvidence{.provider = "Second",
                                          .type = "voip",
                                          .range = *NumberRange::parse("+188855#####")}));
  EXPECT_EQ(r.score, 0);
  EXPECT_EQ(r.state, State::kUnlisted);
  EXPECT_EQ(r.category, "");
  const NumberReputation weighed =
      assess({.listings = {entry("+1888*", "A", "a", 50), entry("+1888*", "B", "b", 60),
                           entry("+1888555*", "C", "c", 0)}},
             kNow, {});
  EXPECT_EQ(weighed.provider->provider, "B");
  EXPECT_EQ(weighed.provider->type, "");
}

TEST(AssessTest, DormantIsNotClean) {
  const NumberReputation r =
      assess({.listings = {listing(90, kNow - 60 * kDay, "a"), listing(80, kNow - 90 * kDay, "b")}},
             kNow, {});
  EXPECT_EQ(r.state, State::kDormant);
  EXPECT_EQ(r.score, 19);  // two lists remember: 1 - 0.9 * 0.9
  // A dormant number in a block at work is what comes before its return.
  const NumberReputation block =
      assess({.listings = {listing(90, kNow - 60 * kDay)}, .blocks = {dense_ten()}}, kNow, {});
  EXPECT_EQ(block.state, State::kDormant);
  EXPECT_EQ(block.score, 51);
  const NumberReputation expired =
      assess({.listings = {listing(90, kNow - 400 * kDay)}, .blocks = {dense_ten(4)}}, kNow, {});
  EXPECT_EQ(expired.state, State::kExpired);
  EXPECT_EQ(expired.score, 42);
  EXPECT_EQ(expired.category, "of-l");
}

// docs/reputation.md, "Examples" and "Day by day".
TEST(AssessTest, ExamplesOfTheDocumentation) {
  Listing complaints = listing(80, kNow - 7 * kDay, "complaints");
  complaints.weight = 50;
  const NumberReputation exact =
      assess({.listings = {listing(95, kNow, "misp"), complaints}}, kNow, {});
  EXPECT_EQ(exact.score, 96);
  EXPECT_THAT(exact.parts, ElementsAre(ScorePart{Kind::kListing, 95, 95, 0},
                                       ScorePart{Kind::kListing, 1, 29, 1}));
  const Listing silent = listing(95, kNow - 40 * kDay, "misp");
  const NumberReputation dormant = assess({.listings = {silent}}, kNow, {});
  EXPECT_EQ(dormant.score, 13);
  EXPECT_EQ(dormant.state, State::kDormant);
  const NumberReputation at_work =
      assess({.listings = {silent}, .blocks = {dense_ten(6)}}, kNow, {});
  EXPECT_EQ(at_work.score, 52);
  EXPECT_THAT(at_work.parts, ElementsAre(ScorePart{Kind::kListing, 13, 13, 0},
                                         ScorePart{Kind::kBlock, 39, 45, 0}));

  const struct {
    int days;
    int scores[4];  // of 95, of 80, of 60, of 95 and 80
  } days[] = {{0, {95, 80, 60, 99}},   {3, {82, 69, 52, 94}},  {7, {67, 57, 42, 86}},
              {9, {61, 51, 38, 81}},   {14, {48, 40, 30, 69}}, {21, {34, 28, 21, 52}},
              {28, {24, 20, 15, 39}},  {42, {12, 10, 10, 21}}, {56, {10, 10, 10, 19}},
              {364, {10, 10, 10, 19}}, {365, {0, 0, 0, 0}}};
  for (const auto& day : days) {
    const TimePoint seen = kNow - day.days * kDay;
    const auto score = [&](std::vector<Listing> listings) {
      return assess({.listings = std::move(listings)}, kNow, {}).score;
    };
    EXPECT_EQ(score({listing(95, seen)}), day.scores[0]) << day.days;
    EXPECT_EQ(score({listing(80, seen)}), day.scores[1]) << day.days;
    EXPECT_EQ(score({listing(60, seen)}), day.scores[2]) << day.days;
    EXPECT_EQ(score({listing(95, seen, "a"), listing(80, seen, "b")}), day.scores[3]) << day.days;
  }
}

TEST(ProviderCategory, GoesThereAndBack) {
  using Pair = std::pair<std::string_view, std::string_view>;
  EXPECT_EQ(split_provider(provider_category("Some, Inc.", "voip")), (Pair{"Some, Inc.", "voip"}));
  EXPECT_EQ(provider_category("Some", ""), "Some");
  EXPECT_EQ(split_provider("Some"), (Pair{"Some", ""}));
}

TEST(TokenTest, States) {
  for (const State s : {State::kUnlisted, State::kActive, State::kDormant, State::kExpired,
                        State::kAllowed, State::kDenied}) {
    EXPECT_EQ(reputation_state_from_token(to_token(s)), s);
  }
  EXPECT_EQ(to_token(State::kDormant), "dormant");
  EXPECT_EQ(reputation_state_from_token("none"), std::nullopt);
  EXPECT_EQ(to_token(OverrideKind::kAllow), "allow");
  EXPECT_EQ(to_token(OverrideKind::kDeny), "deny");
}

}  // namespace
}  // namespace ringfence
