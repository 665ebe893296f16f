#include "reputation/sightings/fuzzy_hash.h"

#include <gtest/gtest.h>

namespace ringfence {
namespace {

std::string hash_of(std::string_view text) {
  FuzzyHasher hasher;
  hasher.push(text);
  return hasher.finish();
}

std::string prose() {
  std::string out;
  unsigned state = 1;
  for (int i = 0; i < 200; ++i) {
    state = state * 1'103'515'245 + 12'345;
    for (unsigned n = 2 + state % 7; n > 0; --n) {
      state = state * 1'103'515'245 + 12'345;
      out += static_cast<char>('a' + state / 65'536 % 26);
    }
    out += ' ';
  }
  return out;
}

TEST(FuzzyHashTest, IsTheSameHoweverItIsPushed) {
  const std::string text = prose();
  const std::string whole = hash_of(text);
  ASSERT_EQ(whole.size(), FuzzyHash::kTextBytes);
  for (std::size_t at = 0; at <= text.size(); at += 7) {
    FuzzyHasher hasher;
    hasher.push(std::string_view(text).substr(0, at));
    hasher.push("");
    hasher.push(std::string_view(text).substr(at));
    EXPECT_EQ(hasher.finish(), whole) << at;
  }
}

TEST(FuzzyHashTest, NearTextsAreNear) {
  const std::string text = prose();
  std::string changed = text;
  changed.replace(100, 10, "something!");
  const auto a = FuzzyHash::parse(hash_of(text)), b = FuzzyHash::parse(hash_of(changed));
  const auto c = FuzzyHash::parse(
      hash_of(text.substr(text.size() / 2) + std::string(text.rbegin(), text.rend())));
  ASSERT_TRUE(a && b && c);
  EXPECT_EQ(a->distance(*a), 0);
  EXPECT_LE(a->distance(*b), 40);
  EXPECT_EQ(a->distance(*b), b->distance(*a));
  EXPECT_GT(a->distance(*c), a->distance(*b));
}

TEST(FuzzyHashTest, LittleOrDullTextHasNone) {
  EXPECT_EQ(hash_of(""), "");
  EXPECT_EQ(hash_of(prose().substr(0, FuzzyHasher::kBytesMin - 1)), "");
  EXPECT_NE(hash_of(prose().substr(0, FuzzyHasher::kBytesMin)), "");
  EXPECT_EQ(hash_of(std::string(10'000, 'a')), "");
}

TEST(FuzzyHashTest, OtherTextIsNoHash) {
  const std::string good = hash_of(prose());
  EXPECT_TRUE(FuzzyHash::parse(good));
  EXPECT_FALSE(FuzzyHash::parse(""));
  EXPECT_FALSE(FuzzyHash::parse(good + "0"));
  EXPECT_FALSE(FuzzyHash::parse(good.substr(1)));
  EXPECT_FALSE(FuzzyHash::parse("T1" + good.substr(2))) << "a newer TLSH's";
  std::string bad = good;
  bad[30] = 'g';
  EXPECT_FALSE(FuzzyHash::parse(bad));
  bad[30] = '\0';
  EXPECT_FALSE(FuzzyHash::parse(bad));
}

}  // namespace
}  // namespace ringfence
