#include <gtest/gtest.h>

#include "base/limit.h"
#include "base/place.h"
#include "base/tokens.h"

namespace ringfence {
namespace {

TEST(Names, EveryPlaceAndLimitHasANameOfItsOwnThatReadsBack) {
  for (int i = 0; i < kPlaceCount; ++i) {
    const auto place = static_cast<Place>(i);
    EXPECT_EQ(place_from_token(to_token(place)), place) << i;
  }
  for (int i = 0; i < kLimitCount; ++i) {
    const auto limit = static_cast<Limit>(i);
    EXPECT_EQ(limit_from_token(to_token(limit)), limit) << i;
  }
  EXPECT_FALSE(place_from_token("Subject"));
  EXPECT_FALSE(limit_from_token(""));
}

TEST(EnumSet, HoldsWhatWasPutIn) {
  PlaceSet set{Place::kQrCode, Place::kSubject};
  EXPECT_TRUE(set.contains(Place::kSubject));
  EXPECT_FALSE(set.contains(Place::kHtml));
  EXPECT_EQ(set.size(), 2);
  std::string order;
  set.for_each([&](Place place) { order += std::string(to_token(place)) + " "; });
  EXPECT_EQ(order, "subject qr ");
  EXPECT_EQ(tokens_of(set), "subject,qr");
  EXPECT_EQ(tokens_of(PlaceSet{}, ", "), "");
  EXPECT_TRUE(set.intersects({Place::kSubject, Place::kHtml}));
  EXPECT_FALSE(set.intersects({Place::kHtml}));
  EXPECT_FALSE(set.intersects({}));
}

}  // namespace
}  // namespace ringfence
