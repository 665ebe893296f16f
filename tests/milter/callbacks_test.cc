#include "milter/callbacks.h"

#include <gtest/gtest.h>

namespace ringfence {
namespace {

TEST(ReplyLine, IsAsciiAndNoFormat) {
  EXPECT_EQ(reply_line("Call postmaster."), "Call postmaster.");
  EXPECT_EQ(reply_line("100%s %n"), "100%%s %%n");
  EXPECT_EQ(reply_line("a\r\nb\tc\xc3\xa9"), "a??b?c??");
  EXPECT_EQ(reply_line(""), "");
  EXPECT_LE(reply_line(std::string(5000, 'x')).size(), 500u);
  EXPECT_LE(reply_line(std::string(5000, '%')).size(), 500u);
  EXPECT_EQ(reply_line(std::string(496, 'x')).size(), 496u);  // what the configuration allows
}

}  // namespace
}  // namespace ringfence
