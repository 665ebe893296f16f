#include "config/network.h"

#include <gtest/gtest.h>

namespace ringfence {
namespace {

TEST(Network, ParsesAndPrints) {
  const struct {
    const char* text;
    const char* printed;
  } cases[] = {
      {"192.0.2.0/24", "192.0.2.0/24"},
      {"192.0.2.1", "192.0.2.1"},
      {"192.0.2.1/32", "192.0.2.1"},
      {"0.0.0.0/0", "0.0.0.0/0"},
      {"128.0.0.0/1", "128.0.0.0/1"},
      {"192.0.2.254/31", "192.0.2.254/31"},
      {"2001:db8::/32", "2001:db8::/32"},
      {"2001:DB8::/32", "2001:db8::/32"},
      {"2001:db8::1", "2001:db8::1"},
      {"2001:db8::1/128", "2001:db8::1"},
      {"::/0", "::/0"},
      {"::1", "::1"},
      {"fe80::/10", "fe80::/10"},
      {"::ffff:192.0.2.1", "192.0.2.1"},
      {"::ffff:192.0.2.0/120", "192.0.2.0/24"},
      {"::ffff:0:0/96", "0.0.0.0/0"},
  };
  for (const auto& c : cases) {
    const auto network = Network::parse(c.text);
    ASSERT_TRUE(network) << c.text;
    EXPECT_EQ(network->to_string(), c.printed) << c.text;
    EXPECT_EQ(Network::parse(network->to_string()), network) << c.text;
  }
}

TEST(Network, RefusesJunk) {
  using namespace std::string_literals;
  const std::string cases[] = {"",
                               "/",
                               "/24",
                               "192.0.2.0/",
                               "192.0.2.0/33",
                               "192.0.2",
                               "192.0.2.256",
                               "192.0.2.0/-1",
                               "192.0.2.0/+8",
                               "192.0.2.0/08",
                               "192.0.2.0/ 8",
                               " 192.0.2.1",
                               "192.0.2.1 ",
                               "192.0.2.0/24/24",
                               "192.0.2.0/255.255.255.0",
                               "2001:db8::/129",
                               "2001:db8::g",
                               "2001:db8:::1",
                               "[::1]",
                               "fe80::1%eth0",
                               "example.org",
                               "192.0.2.1\0"s,
                               "192.0.2.1\0/32"s,
                               "::/1000",
                               "012.0.2.1"};
  for (const std::string& text : cases) {
    EXPECT_FALSE(Network::parse(text)) << text;
    EXPECT_FALSE(Network::parse_masked(text)) << text;
  }
}

TEST(Network, RefusesHostBitsAndMasksThem) {
  const struct {
    const char* text;
    const char* masked;
  } cases[] = {
      {"192.0.2.1/24", "192.0.2.0/24"},
      {"192.0.2.255/31", "192.0.2.254/31"},
      {"1.0.0.0/0", "0.0.0.0/0"},
      {"2001:db8::1/64", "2001:db8::/64"},
      {"2001:db8:ffff::/33", "2001:db8:8000::/33"},
      {"::1/0", "::/0"},
      {"::ffff:192.0.2.1/120", "192.0.2.0/24"},
  };
  for (const auto& c : cases) {
    EXPECT_FALSE(Network::parse(c.text)) << c.text;
    const auto masked = Network::parse_masked(c.text);
    ASSERT_TRUE(masked) << c.text;
    EXPECT_EQ(masked->to_string(), c.masked) << c.text;
  }
}

TEST(Network, Contains) {
  const struct {
    const char* network;
    const char* address;
    bool contained;
  } cases[] = {
      {"192.0.2.0/24", "192.0.2.0", true},
      {"192.0.2.0/24", "192.0.2.255", true},
      {"192.0.2.0/24", "192.0.3.0", false},
      {"192.0.2.0/24", "192.0.1.255", false},
      {"192.0.2.0/24", "::ffff:192.0.2.7", true},
      {"192.0.2.0/24", "2001:db8::1", false},
      {"192.0.2.0/23", "192.0.3.255", true},
      {"192.0.2.7", "192.0.2.7", true},
      {"192.0.2.7", "192.0.2.6", false},
      {"0.0.0.0/0", "255.255.255.255", true},
      {"0.0.0.0/0", "::1", false},
      {"::/0", "2001:db8::1", true},
      {"::/0", "192.0.2.1", false},
      {"::/0", "::ffff:192.0.2.1", false},
      {"2001:db8::/32", "2001:db8:ffff::1", true},
      {"2001:db8::/32", "2001:db9::", false},
      {"2001:db8::/33", "2001:db8:8000::", false},
      {"2001:db8::1", "2001:db8::1", true},
      {"2001:db8::1", "2001:db8::2", false},
      {"::ffff:192.0.2.0/120", "192.0.2.9", true},
      {"0.0.0.0/0", "", false},
      {"::/0", "", false},
      {"0.0.0.0/0", "unknown", false},
      {"0.0.0.0/0", "192.0.2.0/24", false},
  };
  for (const auto& c : cases) {
    const auto network = Network::parse(c.network);
    ASSERT_TRUE(network) << c.network;
    EXPECT_EQ(network->contains(c.address), c.contained) << c.network << " " << c.address;
  }
}

TEST(Network, EveryPrefixLengthSplitsAtItsBit) {
  for (int bits = 1; bits <= 32; ++bits) {
    const std::uint32_t last_inside = bits == 32 ? 0 : 0xffffffffu >> bits;
    const auto network = Network::parse("0.0.0.0/" + std::to_string(bits));
    ASSERT_TRUE(network);
    const auto dotted = [](std::uint32_t a) {
      return std::to_string(a >> 24) + "." + std::to_string(a >> 16 & 255) + "." +
             std::to_string(a >> 8 & 255) + "." + std::to_string(a & 255);
    };
    EXPECT_TRUE(network->contains(dotted(last_inside))) << bits;
    EXPECT_FALSE(network->contains(dotted(last_inside + 1))) << bits;
  }
}

}  // namespace
}  // namespace ringfence
