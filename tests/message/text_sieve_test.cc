// What passes the sieve: text, and the edges of what is none.
#include "message/text_sieve.h"

#include <gtest/gtest.h>

#include <string>

namespace ringfence {
namespace {

std::string sieved(const std::string& before, const std::string& bytes, std::size_t piece) {
  TextSieve sieve(before);
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    sieve.push(std::string_view(bytes).substr(at, piece), out);
  }
  sieve.finish(out);
  return out;
}

TEST(TextSieve, PassesTextWithItsEdges) {
  const std::string junk(100, '\x93');
  const std::string text = "call +1 888 555 0123 now, or +1 888 555 0124 later";
  EXPECT_EQ(sieved("", text, 7), text);
  EXPECT_EQ(sieved("Please ", text, 7), "Please " + text);
  EXPECT_EQ(sieved("Please ", junk, 7), "");
  EXPECT_NE(sieved("", junk + text + junk, 7).find(text), std::string::npos);
  EXPECT_EQ(sieved("", "", 1), "");
}

/// Wherever the blocks begin.
TEST(TextSieve, LosesNoNumberAtAnyOffset) {
  const std::string text = "call the desk at 18885550123 before noon, thank you";
  for (std::size_t before = 0; before < 3 * TextSieve::kBlockBytes; ++before) {
    const std::string bytes = std::string(before, '\x93') + text + std::string(40, '\xF1');
    EXPECT_NE(sieved("", bytes, bytes.size()).find("18885550123"), std::string::npos) << before;
    for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, TextSieve::kBlockBytes}) {
      EXPECT_EQ(sieved("", bytes, piece), sieved("", bytes, bytes.size()))
          << before << " " << piece;
    }
  }
}

}  // namespace
}  // namespace ringfence
