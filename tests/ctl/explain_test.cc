// What `lookup` says, word for word.
#include "ctl/explain.h"

#include <gmock/gmock.h>

namespace ringfence {
namespace {

constexpr TimePoint kNow{std::chrono::seconds{1'790'000'000}};
constexpr std::chrono::days kDay{1};

Listing listing(const char* list, const char* category, int score, std::chrono::seconds age) {
  return {.list = list,
          .category = category,
          .score = score,
          .first_listed = kNow - 400 * kDay,
          .last_seen = kNow - age};
}

NumberEvidence number(NumberFacts facts, const ScoreOptions& options = {}) {
  Finding finding{.number = *E164::parse("+18885550123")};
  finding.valid = true;
  finding.line_type = LineType::kTollFree;
  finding.region = "US";
  return {std::move(finding), assess(std::move(facts), kNow, options)};
}

std::string explained(NumberFacts facts, const ScoreOptions& options = {}) {
  return "\n" + explain_text(number(std::move(facts), options), kNow, options);
}

Block block_of_ten() {
  return {.range = *NumberRange::parse("+1888555012#"),
          .members = 4,
          .spread = 4,
          .scores = 340,
          .last_seen = kNow - 3 * kDay,
          .category = "toad"};
}

TEST(Explain, Unlisted) {
  EXPECT_EQ(explained({}), R"(
+18885550123: unlisted, score 0
  US, toll-free
)");
}

TEST(Explain, ExactOnSeveralLists) {
  Listing weighed = listing("misp", "scam", 80, 0 * kDay);
  weighed.weight = 60;
  Listing ranged = listing("carrier-notes", "spam", 40, 10 * kDay);
  ranged.range = NumberRange::parse("+1888555*");
  ranged.expires = kNow + kDay;
  EXPECT_EQ(explained({.listings = {listing("local-soc", "toad", 95, 6 * kDay), weighed, ranged}}),
            R"(
+18885550123: active, score 89, toad
  US, toll-free
    +71  block list local-soc: toad, listed with 95
         seen 6d ago, halves every 14d: 95 * 0.743 = 71
         first listed 2025-08-17T14:13:20Z, last seen 2026-09-15T14:13:20Z
    +14  block list misp: scam, listed with 80
         seen 0s ago, halves every 14d: 80 * 1.000 = 80
         the list weighs 60%: 48
         48% of the 29 that are left
         first listed 2025-08-17T14:13:20Z, last seen 2026-09-21T14:13:20Z
     +4  block list carrier-notes, by its range +1888555*: spam, listed with 40
         seen 10d ago, halves every 14d: 40 * 0.610 = 24
         24% of the 15 that are left
         first listed 2025-08-17T14:13:20Z, last seen 2026-09-11T14:13:20Z, until 2026-09-22T14:13:20Z
   = 89
)");
}

TEST(Explain, NeighbourInABlock) {
  EXPECT_EQ(explained({.blocks = {block_of_ten()}}), R"(
+18885550123: unlisted, score 34, toad
  US, toll-free
    +34  block +1888555012#: 4 listed neighbours in 4 of its ten parts, mostly toad
         mean 85 * share 70% * density 0.667 * 0.862 = 34, seen 3d ago, halves every 14d
   = 34
)");
}

TEST(Explain, ListedInABlockThatLendsItsMost) {
  Block block = block_of_ten();
  block.members = 8;
  block.scores = 760;
  block.last_seen = kNow;
  EXPECT_EQ(
      explained({.listings = {listing("local-soc", "toad", 95, 6 * kDay)}, .blocks = {block}}),
      R"(
+18885550123: active, score 84, toad
  US, toll-free
    +71  block list local-soc: toad, listed with 95
         seen 6d ago, halves every 14d: 95 * 0.743 = 71
         first listed 2025-08-17T14:13:20Z, last seen 2026-09-15T14:13:20Z
    +13  block +1888555012#: 8 listed neighbours in 4 of its ten parts, mostly toad
         mean 95 * share 70% * density 1.000 * 1.000 = 66, seen 0s ago, halves every 14d
         45 is the most a block lends
         45% of the 29 that are left
   = 84
)");
}

TEST(Explain, DormantAtTheFloor) {
  EXPECT_EQ(explained({.listings = {listing("local-soc", "toad", 95, 90 * kDay)}}), R"(
+18885550123: dormant, score 10, toad
  US, toll-free
    +10  block list local-soc: toad, listed with 95
         seen 90d ago, halves every 14d, but not below 10: 10; dormant after 28d
         first listed 2025-08-17T14:13:20Z, last seen 2026-06-23T14:13:20Z
   = 10
)");
}

TEST(Explain, ReArmed) {
  ScoreOptions options;
  options.decay_categories["toad"] = {.half_life = std::chrono::hours(36)};
  EXPECT_EQ(explained({.listings = {listing("local-soc", "toad", 95, 0 * kDay)}}, options), R"(
+18885550123: active, score 95, toad
  US, toll-free
    +95  block list local-soc: toad, listed with 95
         seen 0s ago, halves every 36h: 95 * 1.000 = 95
         first listed 2025-08-17T14:13:20Z, last seen 2026-09-21T14:13:20Z
   = 95
)");
}

TEST(Explain, AllowedByTheOperatorForARange) {
  Override allow{.kind = OverrideKind::kAllow,
                 .reason = "our bank's hotline",
                 .author = "ada",
                 .added = kNow - kDay,
                 .expires = kNow + 30 * kDay};
  allow.range = NumberRange::parse("+1888555012#");
  EXPECT_EQ(explained({.listings = {listing("local-soc", "toad", 95, 6 * kDay)},
                       .override_entry = allow}),
            R"(
+18885550123: allowed, score 0, toad
  US, toll-free
    +71  block list local-soc: toad, listed with 95
         seen 6d ago, halves every 14d: 95 * 0.743 = 71
         first listed 2025-08-17T14:13:20Z, last seen 2026-09-15T14:13:20Z
    -71  allow list of the operator, for +1888555012#: 0 whatever the lists say
         added 2026-09-20T14:13:20Z by ada, until 2026-10-21T14:13:20Z: our bank's hotline
    = 0
)");
}

TEST(Explain, AllowedByAList) {
  Listing allow = listing("partners", "other", 0, 0 * kDay);
  allow.role = ListRole::kAllow;
  EXPECT_EQ(explained({.listings = {listing("local-soc", "toad", 95, 6 * kDay), allow}}), R"(
+18885550123: allowed, score 0, toad
  US, toll-free
    +71  block list local-soc: toad, listed with 95
         seen 6d ago, halves every 14d: 95 * 0.743 = 71
         first listed 2025-08-17T14:13:20Z, last seen 2026-09-15T14:13:20Z
    -71  allow list partners: 0 whatever block lists say
         first listed 2025-08-17T14:13:20Z, last seen 2026-09-21T14:13:20Z
    = 0
)");
}

TEST(Explain, DeniedInSpiteOfAnAllowList) {
  Listing allow = listing("partners", "other", 0, 0 * kDay);
  allow.role = ListRole::kAllow;
  EXPECT_EQ(explained({.listings = {allow},
                       .override_entry = Override{.kind = OverrideKind::kDeny, .added = kNow}}),
            R"(
+18885550123: denied, score 100, deny
  US, toll-free
   +100  deny list of the operator: 100 whatever the lists say
         added 2026-09-21T14:13:20Z by unknown
  = 100
      0  allow list partners: the operator has the last word
         first listed 2025-08-17T14:13:20Z, last seen 2026-09-21T14:13:20Z
)");
}

TEST(Explain, WhatDoesNotCountAndWhatIsKnownBesides) {
  Listing forgotten = listing("old", "spam", 80, 366 * kDay);
  Listing ended = listing("ended", "spam", 70, 1 * kDay);
  ended.expires = kNow;
  Listing trial = listing("trial", "toad", 90, 1 * kDay);
  trial.weight = 0;
  Listing genuine = listing("directory", "norton", 0, 1 * kDay);
  genuine.role = ListRole::kGenuine;
  Listing provider = listing("carriers", "Example Telecom\tvoip", 0, 1 * kDay);
  provider.role = ListRole::kProvider;
  provider.range = NumberRange::parse("+1888*");
  EXPECT_EQ(explained({.listings = {forgotten, ended, trial, genuine, provider}}), R"(
+18885550123: expired, score 0, spam
  US, voip
  genuine number of norton by list directory
  provider Example Telecom, voip, by its range +1888*
      0  block list trial: toad, listed with 90; the list weighs 0%: on trial
         first listed 2025-08-17T14:13:20Z, last seen 2026-09-20T14:13:20Z
      0  block list old: spam, listed with 80; seen 366d ago, forgotten after 365d
         first listed 2025-08-17T14:13:20Z, last seen 2025-09-20T14:13:20Z
      0  block list ended: spam, listed with 70; its time is over
         first listed 2025-08-17T14:13:20Z, last seen 2026-09-20T14:13:20Z, ended 2026-09-21T14:13:20Z
)");
}

TEST(Explain, HostileNamesAreShownSafely) {
  Listing evil = listing("a\x1b[31m", "b\nc", 50, 0 * kDay);
  const std::string text = explained({.listings = {evil}});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_THAT(text, testing::HasSubstr("b\\x0ac"));
}

TEST(Explain, PartsAddUpInEveryCase) {
  for (const int score : {0, 1, 50, 99, 100}) {
    for (const int age_days : {0, 1, 13, 27, 29, 364, 366}) {
      Listing second = listing("two", "scam", 60, 5 * kDay);
      second.weight = 35;
      const NumberEvidence evidence =
          number({.listings = {listing("one", "toad", score, age_days * kDay), second},
                  .blocks = {block_of_ten()}});
      int total = 0;
      for (const ScorePart& part : evidence.reputation.parts) total += part.points;
      EXPECT_EQ(total, evidence.reputation.score);
      EXPECT_THAT(explain_text(evidence, kNow, {}),
                  testing::HasSubstr("= " + std::to_string(evidence.reputation.score) + "\n"));
    }
  }
}

TEST(Explain, JsonHasTheArithmetic) {
  Listing weighed = listing("misp", "scam", 80, 7 * kDay);
  weighed.weight = 60;
  const Json json = explain_json(number({.listings = {weighed}, .blocks = {block_of_ten()}}), kNow,
                                 ScoreOptions{});
  EXPECT_EQ(
      to_line(json["parts"]),
      R"([{"kind":"listing","points":34,"score":34,"list":"misp","range":null,"listed":80,"weight":60,"decayed":57,"age_seconds":604800,"half_life_seconds":1209600,"remaining":0.7071},{"kind":"block","points":22,"score":34,"range":"+1888555012#","age_seconds":259200,"half_life_seconds":1209600,"remaining":0.862}])");
  EXPECT_EQ(json["line_type"], "toll-free");
  EXPECT_EQ(json["block"]["members"], 4);
  EXPECT_EQ(json["listings"][0]["weight"], 60);
}

}  // namespace
}  // namespace ringfence
