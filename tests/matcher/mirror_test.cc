#include "matcher/mirror.h"

#include <gmock/gmock.h>

#include "matcher/matcher.h"

namespace ringfence {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

std::shared_ptr<const MatcherEngine> engine() {
  static const auto instance = MatcherEngine::create({}).value();
  return instance;
}

Findings find(std::string_view text, std::size_t chunk = 4096) {
  MessageMatcher matcher(engine());
  for (std::size_t at = 0; at < text.size(); at += chunk) {
    matcher.push(1, Place::kPlain, text.substr(at, chunk));
  }
  return matcher.finish();
}

TEST(Mirror, TurnsTextMarksAndOffsets) {
  Cluster cluster;
  cluster.text = "ab (12) c";
  cluster.original =
      "ab (\xD9\xA1"
      "2) c";  // the 1 was an Arabic-Indic digit of two bytes
  cluster.original_at = {0, 1, 2, 3, 4, 6, 7, 8, 9, 10};
  cluster.begin = 3;
  cluster.end = 7;
  cluster.tricks = {{Trick::kUnicodeDigits, 4, 5}};
  const Cluster out = mirrored(cluster);
  EXPECT_EQ(out.text, "c (21) ba");
  EXPECT_EQ(out.original, "c (2\xD9\xA1) ba");
  EXPECT_EQ(out.shown(out.begin, out.end), "(2\xD9\xA1)");
  ASSERT_THAT(out.tricks, SizeIs(2));
  EXPECT_EQ(out.tricks[1].trick, Trick::kUnicodeDigits);
  EXPECT_EQ(out.tricks[1].begin, 4u);
}

TEST(Mirror, NumbersUnderAnOverrideAreReadAsTheyLook) {
  constexpr std::string_view kText =
      "Call \xE2\x80\xAE"
      "3210-555 (888) 1+\xE2\x80\xAC now";
  for (std::size_t chunk = 1; chunk <= kText.size(); ++chunk) {
    const Findings found = find(kText, chunk);
    ASSERT_THAT(found.numbers, SizeIs(1)) << chunk;
    EXPECT_EQ(found.numbers[0].number.to_string(), "+18885550123");
    EXPECT_EQ(found.numbers[0].shown, "+1 (888) 555-0123");
    EXPECT_TRUE(found.numbers[0].tricks.contains(Trick::kBidi));
  }
}

TEST(Mirror, NothingIsReadBackwardsWithoutAnOverride) {
  EXPECT_THAT(find("Call 3210-555-888 1+ now").numbers, IsEmpty());
}

TEST(Mirror, NumbersThatReadForwardsAreNotTurned) {
  const Findings found = find("Call \xE2\x80\xAA+1 888 555 0123\xE2\x80\xAC now");
  ASSERT_THAT(found.numbers, SizeIs(1));
  EXPECT_EQ(found.numbers[0].number.to_string(), "+18885550123");
}

}  // namespace
}  // namespace ringfence
