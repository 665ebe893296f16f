#include "reputation/feeds/feed_number.h"

#include "tests/feeds/feeds_fixture.h"

namespace ringfence {
namespace {

using Read = std::optional<Refusal> (*)(std::string_view, std::string_view, const NumberParser&,
                                        std::vector<NumberRange>&);

// The ranges as text with spaces between, or "!reason".
std::string read(Read function, std::string_view cell, std::string_view region,
                 const NumberParser& parser) {
  std::vector<NumberRange> ranges;
  const auto refusal = function(cell, region, parser, ranges);
  if (refusal) {
    EXPECT_TRUE(ranges.empty()) << cell;
    return "!" + std::string(to_token(*refusal));
  }
  std::string out;
  for (const NumberRange& range : ranges) out += (out.empty() ? "" : " ") + range.to_string();
  return out;
}

struct Row {
  const char* cell;
  const char* region;
  const char* expected;
};

TEST(FeedNumberTest, Cells) {
  const Row rows[] = {
      // Numbers.
      {"+18885550123", "", "+18885550123"},
      {"(888) 555-0123", "", "+18885550123"},
      {"'tel:+1-888-555-0123'", "", "+18885550123"},
      {"0044 20 7946 0000", "", "+442079460000"},
      {"020 7946 0000", "GB", "+442079460000"},
      {"030 23125 000", "", "+493023125000"},
      {"812", "", "!not-a-number"},
      {"", "", "!no-number"},
      {"''", "", "!no-number"},
      {"DANGEROUS", "", "!not-a-number"},
      {"1111111111", "", "!not-a-number"},
      // Wildcards behind a country code.
      {"+1888555####", "", "+1888555####"},
      {"+1 888 555-xxxx", "", "+1888555####"},
      {"+1888555XXXX", "", "+1888555####"},
      {"+1888555????", "", "+1888555####"},
      {"+1888555****", "", "+1888555####"},
      {"+1888555*", "", "+1888555*"},
      {"+33199*", "", "+33199*"},
      {"+1888555012x", "", "+1888555012#"},
      {"+4930 2312#", "", "+49302312#"},
      // Wildcards of national numbers.
      {"030 2312*", "", "+49302312*"},
      {"030 23 125 ##", "", "+493023125##"},
      {"020 7946 0###", "GB", "+442079460###"},
      {"0044 1632 960###", "", "+441632960###"},
      {"888555####", "", "+1888555####"},
      {"888555*", "", "+1888555*"},
      // The plan makes nothing of it: a country code is there already.
      {"33199######", "", "+33199######"},
      {"442079460###", "", "+442079460###"},
      // No range.
      {"*", "", "!not-a-number"},
      {"***", "", "!not-a-number"},
      {"+", "", "!not-a-number"},
      {"+*", "", "!not-a-number"},
      {"+1*", "", "!bad-range"},
      {"+44#########", "", "!bad-range"},
      {"+1888#", "", "!bad-range"},
      {"+1888555#0123", "", "!bad-range"},
      {"+1888**555", "", "!bad-range"},
      {"+1888#*", "", "!bad-range"},
      {"+0888555####", "", "!bad-range"},
      {"0###########", "", "!bad-range"},
      {"+1888555############", "", "!bad-range"},
      {"DANGER #1", "", "!not-a-number"},
      {"*** 1 ***", "", "!bad-range"},
      {"#hashtag", "", "!not-a-number"},
      {"Telavox", "", "!not-a-number"},
      {"+18885550123x45", "", "!not-a-number"},
      // Intervals.
      {"+18885550100-+18885550199", "", "+188855501##"},
      {"+18885550100 - +18885550109", "", "+1888555010#"},
      {"+18885550100-18885550109", "", "+1888555010#"},
      {"+18885550108..+18885550121", "",
       "+18885550108 +18885550109 +1888555011# +18885550120 +18885550121"},
      {"+18885550100\xe2\x80\x93+18885550109", "", "+1888555010#"},
      {"888-555-0100 - 888-555-0109", "", "+1888555010#"},
      {"020 7946 0000 - 020 7946 0999", "GB", "+442079460###"},
      {"+18885550109-+18885550100", "", "!bad-range"},
      {"+10000000000-+19999999999", "", "!bad-range"},
      {"+18885550100-+98885550199", "", "!bad-range"},
      {"+18885550100-+188855501990", "", "!not-a-number"},
      {"5550100-5550109", "", "!bad-range"},
      {"2026-09-01 - 2026-09-30", "", "!not-a-number"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(read(read_feed_number, row.cell, row.region, test_parser), row.expected)
        << row.cell << " in " << row.region;
  }
}

TEST(FeedNumberTest, Prefixes) {
  const Row rows[] = {
      {"339900", "", "+339900*"},
      {"+339900", "", "+339900*"},
      {"1", "", "+1*"},
      {"33 9900", "", "+339900*"},
      {"33199######", "", "+33199######"},
      {"339900*", "", "+339900*"},
      {"020 7946", "GB", "+44207946*"},
      {"888 555", "US", "+1888555*"},
      {"+18885550100-+18885550109", "", "+1888555010#"},
      {"020 7946", "", "!bad-range"},
      {"", "", "!no-number"},
      {"x", "", "!not-a-number"},
      {"Free Mobile", "", "!not-a-number"},
      {"33#6000", "", "!not-a-number"},
      {"1234567890123456789", "", "!not-a-number"},
      {"12345678901234567", "", "!bad-range"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(read(read_feed_prefix, row.cell, row.region, test_parser), row.expected)
        << row.cell << " in " << row.region;
  }
}

TEST(FeedNumberTest, FillsThatDisagreeAreNoRange) {
  // A plan in which what a trunk prefix is depends on the digits behind it.
  const NumberParser moody = [](std::string_view text, std::string_view) -> Result<E164> {
    const bool even = (text.back() - '0') % 2 == 0;
    const auto number = E164::from_digits((even ? "49" : "44") + std::string(text.substr(1)));
    if (!number) return fail(ErrorKind::kData, "no");
    return *number;
  };
  EXPECT_EQ(read(read_feed_number, "030 2312##", "", moody), "!bad-range");
  EXPECT_EQ(read(read_feed_number, "030 2312*", "", moody), "!bad-range");
  // One that drops digits from the end.
  const NumberParser short_sighted = [](std::string_view text, std::string_view) -> Result<E164> {
    return *E164::from_digits("49" + std::string(text.substr(1, 7)));
  };
  EXPECT_EQ(read(read_feed_number, "030 2312##", "", short_sighted), "!bad-range");
}

TEST(FeedNumberTest, AnyTextIsReadOrRefused) {
  std::string cell;
  std::uint32_t seed = 1;
  const std::string_view alphabet = "0123456789+#*x?- .()/'\"t\xe2\x80\x93";
  for (int i = 0; i < 20'000; ++i) {
    cell.clear();
    for (std::uint32_t n = seed % 40; n > 0; --n) {
      seed = seed * 1664525 + 1013904223;
      cell += alphabet[(seed >> 16) % alphabet.size()];
    }
    seed = seed * 1664525 + 1013904223;
    std::vector<NumberRange> ranges;
    const auto refusal = read_feed_number(cell, "", test_parser, ranges);
    EXPECT_NE(refusal.has_value(), !ranges.empty()) << cell;
    for (const NumberRange& range : ranges) {
      EXPECT_GE(range.prefix_digits(), kRangePrefixDigitsMin) << cell;
    }
  }
}

}  // namespace
}  // namespace ringfence
