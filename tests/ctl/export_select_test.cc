// What is fit to be told, and what is told of it: tables over listings, overrides and sightings.
#include "ctl/export_select.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "matcher/short_code.h"

namespace ringfence {
namespace {

using std::chrono::days;
using ::testing::ElementsAre;

constexpr TimePoint kNow{std::chrono::seconds{1'790'000'000}};
const E164 kNumber = *E164::parse("+18885550123");
const BrandNames kBrands = {{short_hash("norton"), "norton"}, {short_hash("paypal"), "paypal"}};

Listing listing(const std::string& list, int score, int age_days = 0,
                ListRole role = ListRole::kBlock) {
  return {.list = list,
          .category = "toad",
          .score = score,
          .first_listed = kNow - days(age_days + 4),
          .last_seen = kNow - days(age_days),
          .role = role};
}

std::uint16_t day_number(int ago) { return static_cast<std::uint16_t>(day_of(kNow - days(ago))); }

Aggregate seen_under(std::initializer_list<const char*> brands, int ago = 0) {
  Aggregate out;
  out.first_seen = static_cast<std::uint32_t>((kNow - days(ago + 1)).time_since_epoch().count());
  out.last_seen = static_cast<std::uint32_t>((kNow - days(ago)).time_since_epoch().count());
  out.messages = 12;
  out.days = {{day_number(ago), 12}};
  for (const char* brand : brands) out.brands.push_back({short_hash(brand), day_number(ago)});
  out.sender_domains = {{1, day_number(ago)}, {2, day_number(ago)}};
  return out;
}

ExportRules rules_with(const std::function<void(ExportRules&)>& change = {}) {
  ExportRules out{.window = days(7)};
  if (change) change(out);
  return out;
}

Selected select_of(NumberFacts facts, const ExportRules& rules = rules_with(),
                   const std::optional<Aggregate>& seen = {}) {
  return select(kNumber, std::move(facts), seen, rules, ScoreOptions{}, kBrands, kNow);
}

NumberFacts facts_of(std::vector<Listing> listings) { return {.listings = std::move(listings)}; }

void expect_left(const Selected& selected, LeftOut why) {
  EXPECT_FALSE(selected.indicator);
  EXPECT_EQ(selected.left_out, why);
}

TEST(ExportSelect, ListedAndStrongIsTold) {
  const auto told = select_of(facts_of({listing("soc", 95, 6), listing("misp", 40, 2)})).indicator;
  ASSERT_TRUE(told);
  EXPECT_EQ(told->score, 95);
  EXPECT_GE(*told->score_now, 60);
  EXPECT_LT(*told->score_now, 95);
  EXPECT_EQ(told->category, "toad");
  EXPECT_EQ(told->first_seen, kNow - days(10));
  EXPECT_EQ(told->last_seen, kNow - days(2));
  EXPECT_EQ(told->valid_until, kNow - days(2) + days(28));
  EXPECT_THAT(told->lists, ElementsAre("misp", "soc"));
  EXPECT_FALSE(told->local);
}

TEST(ExportSelect, TheScoreNowDecides) {
  EXPECT_TRUE(select_of(facts_of({listing("soc", 60)})).indicator);
  expect_left(select_of(facts_of({listing("soc", 59)})), LeftOut::kWeak);
  expect_left(select_of(facts_of({listing("soc", 95, 14)})), LeftOut::kWeak);  // half is left
  const auto low = rules_with([](ExportRules& r) { r.score_min = 40; });
  EXPECT_TRUE(select_of(facts_of({listing("soc", 95, 14)}), low).indicator);
  expect_left(select_of({}), LeftOut::kWeak);
}

TEST(ExportSelect, HonestNumbersAreNeverTold) {
  const auto everything = rules_with([](ExportRules& r) {
    r.score_min = 1;
    r.local = r.deny = true;
  });
  const std::optional<Aggregate> seen = seen_under({"norton", "paypal"});
  const Listing bad = listing("soc", 95);
  expect_left(
      select_of(facts_of({bad, listing("partners", 0, 0, ListRole::kAllow)}), everything, seen),
      LeftOut::kHonest);
  expect_left(
      select_of(facts_of({bad, listing("banks", 0, 0, ListRole::kGenuine)}), everything, seen),
      LeftOut::kHonest);
  Listing on_trial = listing("partners", 0, 0, ListRole::kAllow);
  on_trial.weight = 0;
  expect_left(select_of(facts_of({bad, on_trial}), everything, seen), LeftOut::kHonest);

  NumberFacts allowed = facts_of({bad});
  allowed.override_entry = Override{.kind = OverrideKind::kAllow, .added = kNow};
  expect_left(select_of(allowed, everything, seen), LeftOut::kHonest);

  Aggregate ours = *seen;
  ours.good_messages = 1;
  expect_left(select_of(facts_of({bad}), everything, ours), LeftOut::kHonest);
  expect_left(select_of(facts_of({bad}), rules_with(), ours),
              LeftOut::kHonest);  // without local too

  // Of what has run out only the listing is left.
  Listing gone = listing("partners", 0, 0, ListRole::kAllow);
  gone.expires = kNow;
  EXPECT_TRUE(select_of(facts_of({bad, gone})).indicator);
}

TEST(ExportSelect, ListsThatDoNotCountTellNothing) {
  Listing expired = listing("soc", 95);
  expired.expires = kNow;
  expect_left(select_of(facts_of({expired})), LeftOut::kWeak);
  Listing on_trial = listing("soc", 95);
  on_trial.weight = 0;
  expect_left(select_of(facts_of({on_trial})), LeftOut::kWeak);
  Listing half = listing("soc", 95);
  half.weight = 50;
  const auto low = rules_with([](ExportRules& r) { r.score_min = 40; });
  const auto told = select_of(facts_of({half, on_trial}), low).indicator;
  ASSERT_TRUE(told);
  EXPECT_EQ(told->score, 48);
}

TEST(ExportSelect, NamedListsSpeakAlone) {
  const auto only = rules_with([](ExportRules& r) { r.lists = {"soc"}; });
  NumberFacts facts = facts_of({listing("soc", 50), listing("secret", 99)});
  EXPECT_TRUE(select_of(facts).indicator);
  expect_left(select_of(facts, only), LeftOut::kWeak);  // 50: the other's score does not count
  facts.listings[0].score = 70;
  const auto told = select_of(facts, only).indicator;
  ASSERT_TRUE(told);
  EXPECT_EQ(told->score, 70);
  EXPECT_EQ(told->score_now, 70);
  EXPECT_THAT(told->lists, ElementsAre("soc"));
  facts.listings.push_back(listing("partners", 0, 0, ListRole::kAllow));
  expect_left(select_of(facts, only), LeftOut::kHonest);
}

TEST(ExportSelect, ExpiryIsTheLastOfAllListsThatHaveOne) {
  Listing one = listing("a", 90);
  Listing two = listing("b", 90);
  one.expires = kNow + days(1);
  two.expires = kNow + days(3);
  const auto both = select_of(facts_of({one, two})).indicator;
  ASSERT_TRUE(both);
  EXPECT_EQ(both->expires, kNow + days(3));
  EXPECT_EQ(both->valid_until, kNow + days(3));
  two.expires.reset();
  EXPECT_FALSE(select_of(facts_of({one, two})).indicator->expires);
}

TEST(ExportSelect, SeenHereUnderBrandsEnough) {
  const auto local = rules_with([](ExportRules& r) { r.local = true; });
  const auto told = select_of({}, local, seen_under({"norton", "unknown-brand"})).indicator;
  ASSERT_TRUE(told);
  EXPECT_FALSE(told->score);
  EXPECT_EQ(told->category, "");
  EXPECT_EQ(told->last_seen, kNow);
  EXPECT_EQ(told->first_seen, kNow - days(1));
  ASSERT_TRUE(told->local);
  EXPECT_EQ(told->local->messages, 12U);
  EXPECT_EQ(told->local->brand_count, 2);
  EXPECT_THAT(told->local->brands, ElementsAre("norton"));
  EXPECT_EQ(told->local->sender_domains, 2);

  expect_left(select_of({}, local, seen_under({"norton"})), LeftOut::kWeak);
  expect_left(select_of({}, local, seen_under({"norton", "paypal"}, 8)), LeftOut::kWeak);
  expect_left(select_of({}, rules_with(), seen_under({"norton", "paypal"})), LeftOut::kWeak);
  Aggregate old = seen_under({"norton", "paypal"});
  old.first_seen = static_cast<std::uint32_t>((kNow - days(30)).time_since_epoch().count());
  EXPECT_TRUE(select_of({}, local, old).indicator);
  old.first_seen -= 1;
  expect_left(select_of({}, local, old), LeftOut::kWeak);
  const auto three = rules_with([](ExportRules& r) {
    r.local = true;
    r.local_brands_min = 3;
  });
  expect_left(select_of({}, three, seen_under({"norton", "paypal"})), LeftOut::kWeak);
}

TEST(ExportSelect, WhatWasSeenHereIsToldOnlyWhenAsked) {
  const auto seen = seen_under({"norton"});
  EXPECT_FALSE(select_of(facts_of({listing("soc", 95, 3)}), rules_with(), seen).indicator->local);
  const auto local = rules_with([](ExportRules& r) { r.local = true; });
  const auto told = select_of(facts_of({listing("soc", 95, 3)}), local, seen).indicator;
  ASSERT_TRUE(told);
  EXPECT_TRUE(told->local);
  EXPECT_EQ(told->last_seen, kNow);
}

TEST(ExportSelect, DeniedNumbersOnlyWhenAsked) {
  NumberFacts facts;
  facts.override_entry = Override{.kind = OverrideKind::kDeny, .added = kNow - days(40)};
  expect_left(select_of(facts), LeftOut::kWeak);
  const auto deny = rules_with([](ExportRules& r) { r.deny = true; });
  const auto told = select_of(facts, deny).indicator;
  ASSERT_TRUE(told);
  EXPECT_EQ(told->state, ReputationState::kDenied);
  EXPECT_EQ(told->score, 100);
  EXPECT_EQ(told->category, "other");
  EXPECT_EQ(told->last_seen, kNow - days(40));
  EXPECT_GT(told->valid_until, kNow);
  facts.override_entry->expires = kNow;
  expect_left(select_of(facts, deny), LeftOut::kWeak);
}

TEST(ExportSelect, SinceAsksForTheLastEvidence) {
  const auto week = rules_with([](ExportRules& r) {
    r.score_min = 1;
    r.since = days(7);
  });
  EXPECT_TRUE(select_of(facts_of({listing("soc", 95, 7)}), week).indicator);
  expect_left(select_of(facts_of({listing("soc", 95, 8)}), week), LeftOut::kOld);
}

TEST(ExportSelect, ShortCodesAreNobodyElsesNumbers) {
  const auto code = short_code_number(1, "US", "72733");
  ASSERT_TRUE(code);
  expect_left(select(*code, facts_of({listing("soc", 95)}), {}, rules_with(), ScoreOptions{},
                     kBrands, kNow),
              LeftOut::kShortCode);
}

}  // namespace
}  // namespace ringfence
