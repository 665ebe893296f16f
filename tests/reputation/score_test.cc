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
