#include "matcher/numbering_overlay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "matcher/matcher.h"
#include "matcher/numbering_plan.h"

namespace ringfence {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

NumberingOverlay overlay_of(const std::vector<std::pair<const char*, const char*>>& ranges,
                            LineType type = LineType::kMobile) {
  NumberingOverlay out{.version = "7", .date = "2026-01-02"};
  for (const auto& [text, region] : ranges) {
    out.ranges.push_back(parse_overlay_range(text, region, type).value());
  }
  return out;
}

std::string region_of(const OverlayTable& table, const char* number) {
  const OverlayRange* range = table.find(E164::parse(number).value());
  return range == nullptr ? "" : range->region;
}

TEST(OverlayTable, TheLongestRangeCounts) {
  const NumberingOverlay overlays[] = {
      overlay_of({{"+1 324", "US"}, {"+1 324 555 XXXX", "CA"}, {"+44 7700 900XXX", "GB"}}),
      overlay_of({{"+1 324 555 02", "JM"}}),
  };
  const OverlayTable table(overlays);
  EXPECT_EQ(region_of(table, "+13245560123"), "US");
  EXPECT_EQ(region_of(table, "+13245550123"), "CA");
  EXPECT_EQ(region_of(table, "+13245550223"), "JM");
  EXPECT_EQ(region_of(table, "+132455501"), "US");  // too short for the longer one
  EXPECT_EQ(region_of(table, "+447700900123"), "GB");
  EXPECT_EQ(region_of(table, "+44770090012"), "");
  EXPECT_EQ(region_of(table, "+12025550123"), "");
  EXPECT_EQ(region_of(OverlayTable(), "+13245550123"), "");
}

TEST(OverlayTable, OfTheSameRangeTheLaterCounts) {
  const NumberingOverlay overlays[] = {overlay_of({{"+1 324", "US"}}),
                                       overlay_of({{"+1 324 XXX XXXX", "CA"}})};
  EXPECT_EQ(region_of(OverlayTable(overlays), "+13245550123"), "CA");
}

TEST(NumberingPlan, WithAnOverlayNewerNumbersAreValid) {
  const NumberingOverlay overlays[] = {
      overlay_of({{"+1 324 XXX XXXX", "US"}, {"+1 202", "CA"}, {"+44 7700 900XXX", "GB"}})};
  const auto plan = NumberingPlan::create(overlays).value();
  EXPECT_THAT(plan->describe(), HasSubstr("numbering overlay 7 of 2026-01-02"));

  const PlanAnswer newer = plan->international("13245550123");
  EXPECT_EQ(newer.number->to_string(), "+13245550123");
  EXPECT_TRUE(newer.valid);
  EXPECT_TRUE(newer.overlay);
  EXPECT_EQ(newer.line_type, LineType::kMobile);
  EXPECT_EQ(newer.region, "US");
  EXPECT_EQ(newer.breaks, 1u << 7 | 1u << 4);
  EXPECT_TRUE(plan->national("3245550123", "US").overlay);
  EXPECT_TRUE(plan->national("07700900123", "GB").valid);

  // What the library knows stays as it says.
  const PlanAnswer known = plan->international("12025550123");
  EXPECT_TRUE(known.valid);
  EXPECT_FALSE(known.overlay);
  EXPECT_EQ(known.region, "US");
  // What neither knows is possible; what is not possible stays no number.
  EXPECT_TRUE(plan->international("12995550123").number.has_value());
  EXPECT_FALSE(plan->international("12995550123").valid);
  EXPECT_FALSE(plan->international("1324555012").number.has_value());
}

TEST(MessageMatcher, FindingsSayThatAnOverlayKnowsThem) {
  MatcherOptions options;
  options.overlays = {overlay_of({{"+1 324 XXX XXXX", "US"}})};
  const auto engine = MatcherEngine::create(options).value();
  MessageMatcher matcher(engine);
  matcher.push(1, Place::kPlain, "Office 324.555.0137\n\nor call +1 202-555-0147");
  const Findings found = matcher.finish();
  ASSERT_THAT(found.numbers, SizeIs(2));
  EXPECT_EQ(found.numbers[0].number.to_string(), "+13245550137");
  EXPECT_TRUE(found.numbers[0].valid);
  EXPECT_TRUE(found.numbers[0].overlay);
  EXPECT_FALSE(found.numbers[1].overlay);
}

}  // namespace
}  // namespace ringfence
