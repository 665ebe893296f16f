// The rbldnsd zone: hashes that others compute the same way, test points, hostile categories.
#include "reputation/export/zone_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "reputation/export/digest.h"
#include "tests/export/indicator_maker.h"

namespace ringfence {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view line : split(text, '\n')) out.emplace_back(line);
  return out;
}

std::string zone_of(const ZoneOptions& options, const std::vector<Indicator>& indicators) {
  const auto valid = checked(options);
  if (!valid) return "invalid: " + valid.error().message;
  const auto writer = make_zone_writer(make_head(), *valid);
  return written(*writer, indicators);
}

// From the test vectors of FIPS 180 ("abc"), and Python's hashlib and base64 for the digits.
TEST(Digest, IsWhatOthersCompute) {
  EXPECT_EQ(sha1_hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(sha1_hex("18885550123"), "a840d809fb925ab473f26df76b1da4b1c60b57ee");
  EXPECT_EQ(sha256_base32("abc"), "xj4bnp4pahh6uqkbidpf3lrceoyagyndsylxvhfucd7wd4qacwwq");
  EXPECT_EQ(sha256_base32("").size(), 52U);
}

TEST(Digest, UuidsAreOfVersion5AndDifferByKindAndName) {
  const std::string uuid = export_uuid("indicator", "mx.example.org\n+18885550123");
  EXPECT_EQ(uuid.size(), 36U);
  EXPECT_EQ(uuid[14], '5');
  EXPECT_THAT("89ab", HasSubstr(std::string(1, uuid[19])));
  EXPECT_EQ(uuid, export_uuid("indicator", "mx.example.org\n+18885550123"));
  EXPECT_NE(uuid, export_uuid("sighting", "mx.example.org\n+18885550123"));
  EXPECT_NE(uuid, export_uuid("indicator", "mx.example.org\n+18885550124"));
}

TEST(ZoneWriter, NumbersStandHashedWithTheirCategory) {
  const std::string zone = zone_of({}, {make_indicator("+18885550123", "toad")});
  EXPECT_THAT(lines_of(zone), Contains("a840d809fb925ab473f26df76b1da4b1c60b57ee :3:toad"));
  const std::string longer =
      zone_of({.hash = NumberHash::kSha256}, {make_indicator("+18885550123", "spam")});
  EXPECT_THAT(lines_of(longer), Contains(sha256_base32("18885550123") + " :5:spam"));
}

TEST(ZoneWriter, NationalDigitsAreListedToo) {
  Indicator indicator = make_indicator("+442079460123", "scam");
  indicator.national = {"02079460123"};
  const std::string zone = zone_of({}, {indicator});
  EXPECT_THAT(lines_of(zone), Contains(sha1_hex("442079460123") + " :4:scam"));
  EXPECT_THAT(lines_of(zone), Contains(sha1_hex("02079460123") + " :4:scam"));
}

TEST(ZoneWriter, TestPointsAreListedInEveryZone) {
  for (const NumberHash hash : {NumberHash::kSha1, NumberHash::kSha256}) {
    const auto lines = lines_of(zone_of({.hash = hash}, {}));
    EXPECT_THAT(lines, Contains(StartsWith("test :2:")));
    EXPECT_THAT(lines, Contains(StartsWith(hashed_label("test", hash) + " :2:")));
    EXPECT_THAT(lines, Contains(StartsWith(hashed_label(kZoneTestDigits, hash) + " :2:")));
    for (const std::string& name : {std::string("invalid"), hashed_label("invalid", hash)}) {
      EXPECT_THAT(lines, Not(Contains(StartsWith(name)))) << name;
    }
  }
}

TEST(ZoneWriter, TheTestNumberIsListedOnce) {
  const auto lines =
      lines_of(zone_of({}, {make_indicator("+" + std::string(kZoneTestDigits), "toad")}));
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(),
                          [](const std::string& line) {
                            return line.starts_with(sha1_hex(kZoneTestDigits));
                          }),
            1);
}

TEST(ZoneWriter, HostileCategoriesStayWithinTheirLine) {
  struct Case {
    const char* category;
    const char* text;
  };
  for (const Case& c :
       {Case{"a\nexample.org :2:x", ":2:a\\x0aexample.org :2:x"}, Case{"$1 of $", ":2:$$1 of $$"},
        Case{"=plain", ":2:'=plain"}, Case{"a\r\n$NS 1 evil", ":2:a\\x0d\\x0a$$NS 1 evil"}}) {
    const auto lines = lines_of(zone_of({}, {make_indicator("+18885550123", c.category)}));
    EXPECT_THAT(lines, Contains(sha1_hex("18885550123") + " " + c.text)) << c.category;
    EXPECT_EQ(lines.size(), lines_of(zone_of({}, {make_indicator("+18885550123", "x")})).size());
  }
}

TEST(ZoneWriter, CodesOfCategories) {
  EXPECT_EQ(zone_code("toad"), 3);
  EXPECT_EQ(zone_code("scam"), 4);
  EXPECT_EQ(zone_code("spam"), 5);
  EXPECT_EQ(zone_code("telemarketing"), 6);
  EXPECT_EQ(zone_code("robocall"), 7);
  EXPECT_EQ(zone_code("other"), 2);
  EXPECT_EQ(zone_code("anything"), 2);
  EXPECT_EQ(zone_code(""), 10);
}

TEST(ZoneWriter, SoaAndNameServers) {
  const std::string zone = zone_of({.zone = "BL.Example.org.",
                                    .name_servers = {"ns1.example.org", "ns2.example.org."},
                                    .contact = "dns@example.org",
                                    .ttl_seconds = 60},
                                   {});
  EXPECT_THAT(zone, HasSubstr("\n$SOA 3600 ns1.example.org dns.example.org 0 1h 10m 7d 60\n"
                              "$NS 3600 ns1.example.org ns2.example.org\n$TTL 60\n"));
  EXPECT_THAT(zone_of({.zone = "bl.example.org"}, {}),
              HasSubstr("\n$SOA 3600 bl.example.org hostmaster.bl.example.org 0 "));
  EXPECT_THAT(zone_of({}, {}), Not(HasSubstr("$SOA")));
}

TEST(ZoneWriter, NamesThatAreNoneAreRefused) {
  for (const char* name : {"a b", "a\n$NS 1 x", "a..b", ".", "-a.example", "a$.example"}) {
    EXPECT_THAT(zone_of({.zone = name}, {}), StartsWith("invalid: ")) << name;
    EXPECT_THAT(zone_of({.zone = "bl.example.org", .name_servers = {name}}, {}),
                StartsWith("invalid: "))
        << name;
    EXPECT_THAT(zone_of({.zone = "bl.example.org", .contact = name}, {}), StartsWith("invalid: "))
        << name;
  }
  EXPECT_THAT(zone_of({.zone = "bl.example.org", .contact = "dns.admin@example.org"}, {}),
              StartsWith("invalid: "));
}

}  // namespace
}  // namespace ringfence
