// The numbering overlay: its files, its keys in the configuration, and that all its ranges are
// newer than the library.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "config/load_overlay.h"
#include "matcher/numbering_plan.h"
#include "tests/support/temporary_directory.h"

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string errors_of(std::string_view yaml) {
  const auto overlay = parse_overlay(yaml, "new.yaml");
  if (overlay) return "no error";
  EXPECT_EQ(overlay.error().kind, ErrorKind::kConfig);
  return overlay.error().message;
}

TEST(BuiltinOverlay, HasNoError) {
  const auto overlay = parse_overlay(builtin_overlay_yaml(), "numbering-overlay.yaml");
  ASSERT_TRUE(overlay) << overlay.error().message;
  EXPECT_EQ(*overlay, builtin_overlay());
  EXPECT_THAT(default_config().matcher.overlays, ElementsAre(builtin_overlay()));
  EXPECT_GE(overlay->ranges.size(), 80u);
}

/// With newer metadata the entries that it knows may go.
TEST(BuiltinOverlay, HoldsWhatTheLibraryDoesNotKnow) {
  const auto without = NumberingPlan::create().value();
  const auto with = NumberingPlan::create(default_config().matcher.overlays).value();
  for (const OverlayRange& range : builtin_overlay().ranges) {
    std::string digits = range.prefix;
    // An exchange of the North American plan begins with 2 to 9.
    while (static_cast<int>(digits.size()) < range.digits) digits += '5';
    const PlanAnswer before = without->international(digits);
    ASSERT_TRUE(before.number.has_value()) << digits;
    EXPECT_FALSE(before.valid) << digits << ": the library knows it, the overlay need not";
    const PlanAnswer after = with->international(digits);
    EXPECT_EQ(after.number, before.number);
    EXPECT_TRUE(after.valid) << digits;
    EXPECT_TRUE(after.overlay) << digits;
    EXPECT_EQ(after.region, range.region) << digits;
    EXPECT_EQ(after.line_type, range.line_type) << digits;
    EXPECT_NE(after.breaks, 0u) << digits;
  }
}

TEST(OverlayFile, IsRead) {
  const auto overlay = parse_overlay(
      "version: 3-test\n"
      "date: 2027-02-28\n"
      "ranges:\n"
      "  US: {fixed-line-or-mobile: [+1 324 555 XXXX, +1-983], toll-free: +1822}\n"
      "  GB:\n"
      "    mobile: [+44 7700 900XXX]\n",
      "new.yaml");
  ASSERT_TRUE(overlay) << overlay.error().message;
  EXPECT_EQ(overlay->version, "3-test");
  EXPECT_EQ(overlay->date, "2027-02-28");
  EXPECT_THAT(
      overlay->ranges,
      ElementsAre(OverlayRange{"1324555", 11, "US", LineType::kFixedLineOrMobile,
                               1u << 10 | 1u << 7 | 1u << 4},
                  OverlayRange{"1983", 0, "US", LineType::kFixedLineOrMobile},
                  OverlayRange{"1822", 0, "US", LineType::kTollFree},
                  OverlayRange{"447700900", 12, "GB", LineType::kMobile, 1u << 10 | 1u << 6}));
  EXPECT_EQ(errors_of("version: 1\ndate: 2026-01-01\nranges:\n"), "no error");
}

TEST(OverlayFile, ErrorsSayWhere) {
  const std::string head = "version: 1\ndate: 2026-01-01\nranges:\n";
  const struct {
    std::string yaml;
    std::string error;
  } table[] = {
      {"[a]", "new.yaml:1:1: the numbering overlay: a map of keys is expected, not a list"},
      {"date: 2026-01-01\n", "new.yaml:1:1: version: is missing"},
      {"version: 1\n", "new.yaml:1:1: date: is missing"},
      {"version: a b\ndate: 2026-01-01\n", "new.yaml:1:10: version: 'a b' is not a version"},
      {"version: 1\ndate: 2026-02-30\n", "new.yaml:2:7: date: '2026-02-30' is not a date"},
      {"version: 1\ndate: 01.02.2026\n", "new.yaml:2:7: date: '01.02.2026' is not a date"},
      {"version: 1\ndate: 2026-01-01\nrange: {}\n", "did you mean 'ranges'?"},
      {head + "  usa: {mobile: +1 324}\n", "new.yaml:4:3: ranges: 'usa'"},
      {head + "  - US\n", "new.yaml:4:3: ranges: a map of regions is expected, not a list"},
      {head + "  US: +1 324\n", "new.yaml:4:7: US: a map of line types is expected, not a value"},
      {head + "  US: {mobil: +1 324}\n", "new.yaml:4:8: US: 'mobil' is not one of"},
      {head + "  XX: {mobile: +1 324}\n",
       "new.yaml:4:16: mobile: '+1 324' is of the unknown region XX"},
      {head + "  US: {mobile: +44 7700}\n",
       "new.yaml:4:16: mobile: '+44 7700' does not begin with +1, the country code of US"},
      {head + "  US: {mobile: +1}\n", "new.yaml:4:16: mobile: '+1' is a whole country"},
      {head + "  US:\n    mobile:\n      - +1 324 XXX XXX\n",
       "new.yaml:6:9: mobile: '+1 324 XXX XXX' has 9 digits after the country code, which no "
       "number of US can have"},
      {head + "  US: {mobile: 1 324}\n", "is not a range such as"},
      {head + "  US: {mobile: +1 X24}\n", "is not a range such as"},
      {head + "  US: {mobile: +1 324 xxx}\n", "is not a range such as"},
      {head + "  US: {mobile: '+'}\n", "is not a range such as"},
      {head + "  US: {mobile: [+1 324, +1-324]}\n", "'+1-324' is given twice"},
  };
  for (const auto& row : table) EXPECT_THAT(errors_of(row.yaml), HasSubstr(row.error)) << row.yaml;
}

TEST(OverlayFile, IsBounded) {
  std::string yaml = "version: 1\ndate: 2026-01-01\nranges:\n";
  const auto add = [&](const char* region, const char* type, int from, int to, const char* code) {
    yaml += std::string("  ") + region + ":\n    " + type + ":\n";
    for (int i = from; i < to; ++i)
      yaml += std::string("      - ") + code + std::to_string(i) + "\n";
  };
  add("US", "mobile", 200'000, 207'000, "+1");
  add("GB", "mobile", 70'000, 74'000, "+44");
  EXPECT_THAT(errors_of(yaml), HasSubstr(":4:3: ranges: there are 11000, at most 10000"));
}

class OverlayFiles : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) {
    const auto path = directory_.path() / name;
    std::ofstream(path) << text;
    return path.string();
  }
  static Result<Config> config_with(const std::string& matcher) {
    return parse_config("matcher:\n" + matcher, "f");
  }

  TemporaryDirectory directory_;
};

TEST_F(OverlayFiles, AddToTheBuiltInOneOrStandInForIt) {
  const std::string own =
      file("own.yaml", "version: own\ndate: 2026-01-01\nranges: {US: {mobile: +1 324}}\n");
  const auto both = config_with("  overlay_files: " + own + "\n");
  ASSERT_TRUE(both) << both.error().message;
  ASSERT_THAT(both->matcher.overlays, SizeIs(2));
  EXPECT_EQ(both->matcher.overlays[0], builtin_overlay());
  EXPECT_EQ(both->matcher.overlays[1].version, "own");
  const auto alone = config_with("  overlay_builtin: false\n  overlay_files: " + own + "\n");
  ASSERT_TRUE(alone) << alone.error().message;
  EXPECT_THAT(alone->matcher.overlays, SizeIs(1));
  EXPECT_THAT(config_with("  overlay_builtin: false\n")->matcher.overlays, IsEmpty());
}

TEST_F(OverlayFiles, ErrorsOfAllFilesComeInOneGo) {
  const std::string bad = file("bad.yaml", "version: 1\ndate: soon\nranges: {US: {mobile: 5}}\n");
  const std::string words = file("words.yaml", "brands: {Bank: [bank]}\n");
  const std::string gone = (directory_.path() / "gone.yaml").string();
  const auto config =
      config_with("  overlay_files: [" + gone + ", " + bad + "]\n  lexicon_files: " + words + "\n");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, ErrorKind::kConfig);
  EXPECT_THAT(config.error().message, HasSubstr("f:2:19: overlay_files: "));
  EXPECT_THAT(config.error().message, HasSubstr("\n" + bad + ":2:7: date: 'soon'"));
  EXPECT_THAT(config.error().message, HasSubstr("\n" + bad + ":3:23: mobile: '5'"));
  EXPECT_THAT(config.error().message, HasSubstr("\n" + words + ":1:10: brands: 'Bank'"));
}

}  // namespace
}  // namespace ringfence
