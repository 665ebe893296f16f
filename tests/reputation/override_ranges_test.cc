// Overrides of ranges: which one wins, and that the store asks them.
#include "reputation/overrides.h"
#include "tests/reputation/reputation_fixture.h"

namespace ringfence {
namespace {

using ::testing::ElementsAre;

class OverrideRangesTest : public ReputationTest {
 protected:
  static NumberRange range(std::string_view text) { return NumberRange::parse(text).value(); }

  void add(std::string_view text, OverrideKind kind, std::optional<TimePoint> expires = {}) {
    const auto added = add_override(
        root_, range(text),
        {.kind = kind, .reason = std::string(text), .added = kNow, .expires = expires});
    ASSERT_TRUE(added) << added.error().message;
  }
  /// The reason of what holds, which add() makes the range's text; "" for nothing.
  std::string holding(std::string_view digits, TimePoint now = kNow) const {
    const auto overrides = Overrides::open(root_).value();
    const std::vector<E164> numbers{number(digits)};
    const auto found = overrides->find(numbers, now).value().at(0);
    if (!found) return "";
    const bool own = found->reason == "+" + std::string(digits);
    EXPECT_EQ(found->range, own ? std::nullopt : std::optional(range(found->reason)));
    return found->reason;
  }
};

TEST_F(OverrideRangesTest, TheMostSpecialOneWins) {
  add("+1*", OverrideKind::kDeny);
  add("+1888*", OverrideKind::kAllow);
  add("+1888#######", OverrideKind::kDeny);
  add("+1888555012#", OverrideKind::kAllow);
  add("+18885550123", OverrideKind::kDeny);
  add("+18885550123*", OverrideKind::kAllow);
  EXPECT_EQ(holding("18885550123"), "+18885550123");
  EXPECT_EQ(holding("18885550124"), "+1888555012#");
  EXPECT_EQ(holding("18885550134"), "+1888#######");
  EXPECT_EQ(holding("188855501234"), "+18885550123*");
  EXPECT_EQ(holding("188855501"), "+1888*");
  EXPECT_EQ(holding("12125550100"), "+1*");
  EXPECT_EQ(holding("442079460000"), "");

  // Whatever the order they came in: removing the winner brings up the next.
  const std::pair<const char*, const char*> steps[] = {{"+18885550123", "+18885550123*"},
                                                       {"+18885550123*", "+1888555012#"},
                                                       {"+1888555012#", "+1888#######"},
                                                       {"+1888#######", "+1888*"},
                                                       {"+1888*", "+1*"},
                                                       {"+1*", ""}};
  for (const auto& [gone, next] : steps) {
    const OverrideChange change{.range = range(gone)};
    ASSERT_TRUE(change_overrides(root_, std::span(&change, 1), {}));
    EXPECT_EQ(holding("18885550123"), next);
  }
}

TEST_F(OverrideRangesTest, AnExpiredOneLetsTheNextThrough) {
  add("+1888555012#", OverrideKind::kDeny);
  add("+18885550123", OverrideKind::kAllow, kNow + kDay);
  EXPECT_EQ(holding("18885550123"), "+18885550123");
  EXPECT_EQ(holding("18885550123", kNow + kDay), "+1888555012#");
}

TEST_F(OverrideRangesTest, RemovalIsOfJustThatRange) {
  add("+1888555012#", OverrideKind::kDeny);
  EXPECT_FALSE(remove_override(root_, number("18885550123"), OverrideKind::kDeny).value());
  EXPECT_FALSE(remove_override(root_, range("+1888555012*"), OverrideKind::kDeny).value());
  EXPECT_FALSE(remove_override(root_, range("+1888555012#"), OverrideKind::kAllow).value());
  EXPECT_TRUE(remove_override(root_, range("+1888555012#"), OverrideKind::kDeny).value());
}

TEST_F(OverrideRangesTest, TheListIsInTheOrderOfDigits) {
  for (const char* text :
       {"+442079460000", "+1888555012#", "+18885550123", "+1*", "+18885550119", "+1888*"}) {
    add(text, OverrideKind::kDeny);
  }
  std::vector<std::string> texts;
  const auto entries = list_overrides(root_);
  ASSERT_TRUE(entries);
  for (const NumberOverride& entry : *entries) {
    texts.push_back(entry.range.to_string());
  }
  EXPECT_THAT(texts, ElementsAre("+1*", "+1888*", "+18885550119", "+1888555012#", "+18885550123",
                                 "+442079460000"));
}

TEST_F(OverrideRangesTest, TheNextLookupSeesARange) {
  ASSERT_TRUE(build_lists({{.name = "l", .entries = {{.number = 18885550123, .score = 90}}}}));
  const auto store = ReputationStore::open(store_options());
  ASSERT_TRUE(store);
  EXPECT_EQ(score_of(**store, 18885550123), 90);
  add("+1888555012#", OverrideKind::kAllow);
  EXPECT_EQ(score_of(**store, 18885550123), 0);
  add("+18885550123", OverrideKind::kDeny);
  EXPECT_EQ(score_of(**store, 18885550123), 100);
  EXPECT_EQ(score_of(**store, 18885550129), 0);
  add("+1888555013#", OverrideKind::kDeny);
  EXPECT_EQ(score_of(**store, 18885550130), 100);
  EXPECT_EQ((*store)->status()->deny_entries, 2U);
}

}  // namespace
}  // namespace ringfence
