#include "matcher/pattern_database.h"

#include <gtest/gtest.h>

#include <new>
#include <vector>

namespace ringfence {
namespace {

struct Ends final : PatternSink {
  void on_match(std::uint32_t, std::uint64_t end) override { seen.push_back(end); }
  std::vector<std::uint64_t> seen;
};

struct WithoutMemory final : PatternSink {
  void on_match(std::uint32_t, std::uint64_t) override { throw std::bad_alloc(); }
};

// Under a leak checker also: the scratch of a scan that was left is not lost.
TEST(PatternDatabase, ASinkThatThrowsEndsItsScanAndNoOther) {
  const std::vector<PatternSpec> digits = {{.expression = "[0-9]{3}"}};
  const auto blocks = PatternDatabase::create(digits, PatternDatabase::Mode::kBlock);
  const auto streams = PatternDatabase::create(digits, PatternDatabase::Mode::kStream);
  ASSERT_TRUE(blocks && streams);
  WithoutMemory thrower;
  for (int i = 0; i < 3; ++i) {
    EXPECT_THROW((void)(*blocks)->scan("call 123", thrower), std::bad_alloc);
    PatternStream broken(**streams);
    EXPECT_THROW((void)broken.scan("call 123", thrower), std::bad_alloc);
  }
  Ends ends;
  EXPECT_TRUE((*blocks)->scan("call 123", ends));
  PatternStream stream(**streams);
  EXPECT_TRUE(stream.scan("call 12", ends));
  EXPECT_TRUE(stream.scan("3", ends));
  EXPECT_EQ(ends.seen, (std::vector<std::uint64_t>{8, 8}));
}

}  // namespace
}  // namespace ringfence
