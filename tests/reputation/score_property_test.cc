// What must hold of every score, tried on thousands of numbers that were made up at random.
#include <numeric>
#include <random>

#include "reputation/score.h"
#include "tests/reputation/reputation_fixture.h"

namespace ringfence {
namespace {

using State = ReputationState;
using std::chrono::seconds;

class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) {}

  int below(int bound) { return static_cast<int>(random_() % static_cast<std::uint64_t>(bound)); }
  bool chance(int percent) { return below(100) < percent; }
  TimePoint time() { return kNow - seconds(below(500 * 86'400)) + 20 * kDay; }

  Listing listing(ListRole role) {
    Listing l{.list = "l" + std::to_string(below(20)),
              .category = "c" + std::to_string(below(4)),
              .score = below(101),
              .first_listed = kNow - 600 * kDay,
              .last_seen = time(),
              .role = role,
              .weight = chance(70) ? 100 : below(101)};
    if (chance(20)) l.expires = time() + 30 * kDay;
    if (role == ListRole::kProvider || chance(20)) {
      l.range = NumberRange::make("1888555", chance(50) ? 0 : 11);
    }
    return l;
  }
  Block block(int free_digits) {
    const int members = 1 + below(free_digits == 1 ? 9 : free_digits == 2 ? 99 : 999);
    return {.range = *NumberRange::block_of(number(18885550123), free_digits),
            .members = members,
            .spread = std::min(1 + below(10), members),
            .scores = members * (1 + below(100)),
            .last_seen = time(),
            .category = "c" + std::to_string(below(4))};
  }
  NumberFacts facts() {
    NumberFacts out;
    for (int n = below(6); n > 0; --n) out.listings.push_back(listing(ListRole::kBlock));
    if (chance(15)) out.listings.push_back(listing(ListRole::kAllow));
    if (chance(15)) out.listings.push_back(listing(ListRole::kGenuine));
    if (chance(30)) out.listings.push_back(listing(ListRole::kProvider));
    for (int free = 1; free <= 3; ++free) {
      if (chance(40)) out.blocks.push_back(block(free));
    }
    if (chance(10)) {
      out.override_entry =
          Override{.kind = chance(50) ? OverrideKind::kAllow : OverrideKind::kDeny};
      if (chance(50)) out.override_entry->expires = time();
    }
    return out;
  }
  ScoreOptions options() {
    ScoreOptions out;
    if (chance(50)) {
      out.decay_categories["c1"] = {.half_life = seconds(below(90 * 86'400)),
                                    .floor = below(101),
                                    .dormant_after = seconds(below(90 * 86'400)),
                                    .expire_after = seconds(below(400 * 86'400))};
    }
    return out;
  }

 private:
  std::mt19937_64 random_;
};

constexpr int kRounds = 4000;

TEST(ScoreProperty, InBoundsAndExplained) {
  World world(1);
  for (int round = 0; round < kRounds; ++round) {
    const NumberFacts facts = world.facts();
    const ScoreOptions options = world.options();
    const TimePoint now = world.time();
    const NumberReputation r = assess(facts, now, options);
    ASSERT_GE(r.score, 0);
    ASSERT_LE(r.score, 100);
    ASSERT_EQ(r.listings.size(), facts.listings.size());
    int sum = 0;
    for (const ScorePart& part : r.parts) {
      sum += part.points;
      ASSERT_GE(part.score, 0);
      ASSERT_LE(part.score, 100);
      if (part.kind == ScorePart::Kind::kListing || part.kind == ScorePart::Kind::kBlock) {
        ASSERT_GE(part.points, 0);
        ASSERT_LE(part.points, part.score + 1);  // and one for rounding
      }
      if (part.kind == ScorePart::Kind::kAllowList) {
        ASSERT_EQ(r.listings.at(part.index).role, ListRole::kAllow);
      }
      if (part.kind == ScorePart::Kind::kListing) {
        ASSERT_EQ(weighed_score(r.listings.at(part.index), now, options).score, part.score);
      }
    }
    ASSERT_EQ(sum, r.score);
    ASSERT_TRUE(r.state != State::kAllowed || r.score == 0);
    ASSERT_TRUE(r.state != State::kDenied || r.score == 100);
    // The same question has the same answer, in whatever order the table told it.
    NumberFacts turned = facts;
    std::reverse(turned.listings.begin(), turned.listings.end());
    std::reverse(turned.blocks.begin(), turned.blocks.end());
    ASSERT_EQ(assess(turned, now, options).score, r.score);
    ASSERT_EQ(assess(turned, now, options).state, r.state);
    ASSERT_EQ(assess(turned, now, options).block, r.block);
  }
}

// More evidence of fraud is never less score, and makes nothing less alive.
TEST(ScoreProperty, MoreEvidenceNeverLowers) {
  World world(2);
  int rose = 0;
  for (int round = 0; round < kRounds; ++round) {
    const NumberFacts facts = world.facts();
    const ScoreOptions options = world.options();
    const TimePoint now = world.time();
    const int before = assess(facts, now, options).score;
    NumberFacts more = facts;
    more.listings.push_back(world.listing(ListRole::kBlock));
    ASSERT_GE(assess(more, now, options).score, before);
    rose += assess(more, now, options).score > before;

    std::vector<std::size_t> block_lists;
    for (std::size_t i = 0; i < facts.listings.size(); ++i) {
      if (facts.listings[i].role == ListRole::kBlock) block_lists.push_back(i);
    }
    if (block_lists.empty()) continue;
    const std::size_t i =
        block_lists[static_cast<std::size_t>(world.below(static_cast<int>(block_lists.size())))];
    NumberFacts higher = facts;
    higher.listings[i].score += world.below(101 - higher.listings[i].score);
    ASSERT_GE(assess(higher, now, options).score, before);
    NumberFacts heavier = facts;
    heavier.listings[i].weight += world.below(101 - heavier.listings[i].weight);
    ASSERT_GE(assess(heavier, now, options).score, before);
    NumberFacts fresher = facts;
    fresher.listings[i].last_seen += seconds(world.below(100 * 86'400));
    ASSERT_GE(assess(fresher, now, options).score, before);
  }
  EXPECT_GT(rose, kRounds / 4);
}

TEST(ScoreProperty, AllowAlwaysWins) {
  World world(3);
  for (int round = 0; round < kRounds; ++round) {
    NumberFacts facts = world.facts();
    facts.override_entry.reset();
    Listing allow = world.listing(ListRole::kAllow);
    allow.weight = 1 + world.below(100);
    allow.expires.reset();
    facts.listings.push_back(allow);
    const NumberReputation r = assess(facts, world.time(), world.options());
    ASSERT_EQ(r.score, 0);
    ASSERT_EQ(r.state, State::kAllowed);
    ASSERT_EQ(r.block, std::nullopt);
    ASSERT_EQ(r.parts.back().kind, ScorePart::Kind::kAllowList);
  }
}

// Without new evidence a score never rises, and what was seen now counts in full, however long the
// number was silent.
TEST(ScoreProperty, FadesAndRearmsAtOnce) {
  World world(4);
  for (int round = 0; round < kRounds / 4; ++round) {
    NumberFacts facts;
    for (int n = 1 + world.below(4); n > 0; --n) {
      facts.listings.push_back(world.listing(ListRole::kBlock));
    }
    facts.blocks = {world.block(1)};
    const ScoreOptions options = world.options();
    int last = 100;
    int last_state = 0;
    for (TimePoint now = kNow - 30 * kDay; now < kNow + 600 * kDay; now += 5 * kDay) {
      const NumberReputation r = assess(facts, now, options);
      ASSERT_LE(r.score, last);
      last = r.score;
      if (r.state != State::kUnlisted) {
        ASSERT_GE(static_cast<int>(r.state), last_state);
        last_state = static_cast<int>(r.state);
      }
    }
    ASSERT_EQ(last, 0);  // all is forgotten in the end

    const TimePoint later = kNow + 5000 * kDay;
    Listing& seen = facts.listings[0];
    seen.weight = 100;
    seen.category = "c0";
    seen.expires.reset();
    seen.last_seen = later;
    const NumberReputation armed = assess(facts, later, options);
    ASSERT_EQ(armed.score, seen.score);
    ASSERT_EQ(armed.state, State::kActive);
  }
}

// A clock that jumps changes the answers of the jump and no others: nothing is kept between them.
TEST(ScoreProperty, AClockThatJumpsLeavesNoTrace) {
  World world(5);
  for (int round = 0; round < kRounds / 4; ++round) {
    const NumberFacts facts = world.facts();
    const ScoreOptions options = world.options();
    const int before = assess(facts, kNow, options).score;
    for (const TimePoint jump : {TimePoint{}, TimePoint{seconds{-1}}, kNow - 4000 * kDay,
                                 kNow + 40'000 * kDay, TimePoint::max(), TimePoint::min()}) {
      const int there = assess(facts, jump, options).score;
      ASSERT_GE(there, 0);
      ASSERT_LE(there, 100);
      ASSERT_EQ(assess(facts, kNow, options).score, before);
    }
    // Set back before all evidence, every listing counts in full and none more than that.
    NumberFacts one;
    one.listings = {world.listing(ListRole::kBlock)};
    one.listings[0].category = "c0";
    one.listings[0].weight = 100;
    ASSERT_EQ(assess(one, TimePoint{}, options).score, one.listings[0].score);
  }
}

// At each boundary the new state begins with the second itself.
TEST(ScoreProperty, BoundaryInstants) {
  const DecayOptions decays{
      .half_life = kDay, .floor = 5, .dormant_after = 2 * kDay, .expire_after = 10 * kDay};
  const ScoreOptions options{.decay = decays};
  Listing l{.list = "l", .category = "c", .score = 80, .last_seen = kNow};
  const auto at = [&](seconds age) { return assess({.listings = {l}}, kNow + age, options); };
  EXPECT_EQ(at(2 * kDay - seconds{1}).state, State::kActive);
  EXPECT_EQ(at(2 * kDay).state, State::kDormant);
  EXPECT_EQ(at(2 * kDay).score, 20);
  EXPECT_EQ(at(10 * kDay - seconds{1}).state, State::kDormant);
  EXPECT_EQ(at(10 * kDay - seconds{1}).score, 5);
  EXPECT_EQ(at(10 * kDay).state, State::kExpired);
  EXPECT_EQ(at(10 * kDay).score, 0);
  l.expires = kNow + seconds{100};
  EXPECT_EQ(at(seconds{99}).state, State::kActive);
  EXPECT_EQ(at(seconds{100}).state, State::kExpired);
}

// A neighbour alone stays below quarantine, whatever stands around it.
TEST(ScoreProperty, ANeighbourAloneStaysUnderTheCap) {
  World world(6);
  const BlockOptions defaults;
  int most = 0;
  for (int round = 0; round < kRounds; ++round) {
    NumberFacts facts;
    for (int free = 1; free <= 3; ++free) facts.blocks.push_back(world.block(free));
    const NumberReputation r = assess(facts, kNow, {});
    ASSERT_LE(r.score, defaults.score_max);
    ASSERT_EQ(r.state, State::kUnlisted);
    most = std::max(most, r.score);
  }
  EXPECT_EQ(most, defaults.score_max);
}

}  // namespace
}  // namespace ringfence
