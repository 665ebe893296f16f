// STIX: patterns, and the objects that hold numbers.
#include "reputation/feeds/stix_feed.h"

#include "reputation/feeds/stix_pattern.h"
#include "tests/feeds/stage_support.h"

namespace ringfence {
namespace {

// "number@region ..." or "?" for what is not understood; "" for a pattern about something else.
std::string phones(std::string_view pattern) {
  const StixPhones found = stix_phones(pattern);
  if (found.not_understood) {
    EXPECT_TRUE(found.phones.empty()) << pattern;
    return "?";
  }
  std::string out;
  for (const StixPhone& phone : found.phones) {
    if (!out.empty()) out += ' ';
    out += phone.number + (phone.region.empty() ? "" : "@" + phone.region);
  }
  return out;
}

TEST(StixPatternTest, Patterns) {
  struct Row {
    const char* pattern;
    const char* phones;
  };
  const Row rows[] = {
      {"[phone-number:value = '+18885550100']", "+18885550100"},
      {"[phone-number:value='+18885550100']", "+18885550100"},
      {"  [ x-phone-number:value\n=\t'+18885550100' ]  ", "+18885550100"},
      {"[phone-number:number = '020 7946 0000' AND phone-number:country = 'GB']",
       "020 7946 0000@GB"},
      {"[phone-number:country = 'GB' AND phone-number:number = '020 7946 0000']",
       "020 7946 0000@GB"},
      {"[phone-number:value = 18885550100]", "18885550100"},
      {"[phone-number:value = 'it\\'s \\\\ 1']", "it's \\ 1"},
      {"[phone-number:value = '1' OR phone-number:value = '2']", "1 2"},
      {"[phone-number:value = '1' or url:value = 'x']", "1"},
      {"[url:value = 'phone-number:value' OR phone-number:value = '2']", "2"},
      {"[phone-number:value = '1'] OR [phone-number:value = '2']", "1 2"},
      {"([phone-number:value = '1'] OR [domain-name:value = 'x'])", "1"},
      {"[phone-number:value IN ('1', '2','3')]", "1 2 3"},
      {"[phone-number:value LIKE '+1888555%']", "+1888555*"},
      {"[phone-number:value LIKE '+1888555____']", "+1888555####"},
      // The number alone is no match.
      {"[phone-number:value = '1' AND domain-name:value = 'x']", "?"},
      {"[domain-name:value = 'x' AND phone-number:value = '1']", "?"},
      {"[phone-number:value = '1' AND phone-number:colour = 'x']", "?"},
      {"[phone-number:value = '1'] AND [phone-number:value = '2']", "?"},
      {"[phone-number:value = '1'] FOLLOWEDBY [url:value = '2']", "?"},
      {"[phone-number:value = '1'] WITHIN 300 SECONDS", "?"},
      {"[phone-number:value = '1'] REPEATS 5 TIMES", "?"},
      {"[phone-number:value = '1'] START t'2026-01-01T00:00:00Z' STOP t'2026-02-01T00:00:00Z'",
       "?"},
      {"[phone-number:value != '1']", "?"},
      {"[phone-number:value NOT = '1']", "?"},
      {"[NOT phone-number:value = '1']", "?"},
      {"[phone-number:value MATCHES '^\\\\+1888']", "?"},
      {"[phone-number:value > '1']", "?"},
      {"[phone-number:value >= '1']", "?"},
      {"[(phone-number:value = '1' OR url:value = 'x') AND url:value = 'y']", "?"},
      {"[phone-number:value = '1' OR phone-number:value != '2']", "?"},
      // Broken.
      {"[phone-number:value = '1'", "?"},
      {"[phone-number:value = '1", "?"},
      {"[phone-number:value = ]", "?"},
      {"[phone-number:value]", "?"},
      {"[phone-number:value IN '1']", "?"},
      {"[phone-number:value IN ('1', ]", "?"},
      {"phone-number:value = '1'", ""},
      // About something else.
      {"", ""},
      {"[", ""},
      {"[]", ""},
      {"]]]", ""},
      {"'", ""},
      {"[domain-name:value = 'example.org']", ""},
      {"[file:hashes.'SHA-256' = 'aa' AND file:name = 'phone-number:value']", ""},
      {"[process:extensions.'x y'.args[0] = 'phone-number:value = 1' OR ipv4-addr:value = '1']",
       ""},
      {"[phone-number:country = 'GB']", ""},
      {"[email-message:from_ref.value = 'x'] FOLLOWEDBY [url:value = 'y'] WITHIN 5 SECONDS", ""},
  };
  for (const Row& row : rows) EXPECT_EQ(phones(row.pattern), row.phones) << row.pattern;
}

TEST(StixPatternTest, AVastPatternIsNotUnderstood) {
  std::string pattern = "[phone-number:value = '1'";
  while (pattern.size() <= kStixPatternBytesMax) pattern += " OR phone-number:value = '2'";
  EXPECT_EQ(phones(pattern + "]"), "?");
  EXPECT_EQ(phones(std::string(kStixPatternBytesMax + 1, '[')), "");
}

TEST(StixPatternTest, AnyBytesAreRead) {
  const std::string_view parts[] = {"[",   "]",  "(",      ")",     "'",    "phone-number:value",
                                    " = ", "IN", "'1'",    " AND ", " OR ", "LIKE",
                                    "\\",  ",",  "x:y[0]", ".",     "NOT ", "\n"};
  std::uint32_t seed = 7;
  for (int i = 0; i < 20'000; ++i) {
    std::string pattern;
    for (int n = 0; n < 12; ++n) {
      seed = seed * 1664525 + 1013904223;
      pattern += parts[(seed >> 16) % std::size(parts)];
    }
    phones(pattern);
  }
}

std::unique_ptr<FeedParser> stix_feed() { return std::make_unique<StixFeed>(FeedOptions{}); }

std::string bundle(const std::string& objects) {
  return R"({"type": "bundle", "id": "bundle--1", "spec_version": "2.0", "objects": [)" + objects +
         R"(], "x_after": {"objects": 7}})";
}

TEST(StixFeedTest, Samples) {
  expect_samples(
      {
          {"", ""},
          {"{}", ""},
          {bundle(""), ""},
          {R"({"more": false})", ""},
          {R"({"more": true, "next": "x", "objects": [{"type": "phone-number", "value": "1"}]})",
           "1:1"},
          {bundle(
               R"({"type": "indicator", "pattern": "[phone-number:value = '1' OR phone-number:value = '2']"})"),
           "1:1 1:2"},
          {bundle(
               R"({"type": "indicator", "pattern_type": "sigma", "pattern": "[phone-number:value = '1']"})"),
           "1!other"},
          {bundle(R"({"type": "indicator", "pattern": "[phone-number:value != '1']"})"),
           "1!pattern"},
          {bundle(
               R"({"type": "indicator"}, {"type": "identity", "contact_information": "+18885550100"})"),
           "1!other 1!other"},
          {bundle("\n{\"type\": \"phone-number\", \"number\": 18885550100},\n{\"type\": "
                  "\"x-phone-number\"}"),
           "2:18885550100 3!no-number"},
          {bundle(
               R"({"type": "observed-data", "objects": {"0": {"type": "phone-number", "value": "1"},
                      "1": {"type": "url", "value": "2"}, "2": 7}})"),
           "1:1"},
          {bundle(
               R"({"type": "observed-data", "objects": "none"}, {"type": "observed-data"}, 7, null, "x", [])"),
           "1!other 1!other 1!other 1!other 1!other 1!other"},
          {bundle(
               R"({"type": "x-misp-attribute", "x_misp_type": "phone-number", "x_misp_value": "1"},
                     {"type": "misp-attribute", "misp_type": "prtn", "misp_value": "2"},
                     {"type": "x-misp-attribute", "x_misp_type": "domain", "x_misp_value": "3"})"),
           "1:1 2:2 3!other"},
          {bundle(R"({"type": "x-misp-object", "x_misp_name": "phone", "x_misp_attributes": [
                      {"type": "phone-number", "value": "1"}, {"type": "text", "value": "2"}, 7]},
                     {"type": "x-misp-object", "x_misp_name": "person", "x_misp_attributes": [
                      {"type": "phone-number", "value": "3"}]})"),
           "1:1 3!other"},
          {bundle(R"({"type": "phone-number", "value": "1", "revoked": true})"), "1!withdrawn"},
          // A bundle among others, or by itself in an array.
          {"[" + bundle(R"({"type": "phone-number", "value": "1"})") + "]", "1:1"},
          {bundle(bundle(R"({"type": "phone-number", "value": "1"})")), "1:1"},
          // A broken object stops no other.
          {bundle(
               R"({"type": "phone-number" "value": "1"}, {"type": "phone-number", "value": "2"})"),
           "1!broken 1:2"},
          {R"({"objects": {"type": "phone-number"}})", ""},
          {R"({"objects": "none"})", ""},
          {R"({"objects": [{"type": "phone-number", "value": "1"})",
           "1:1 error: it is cut short in line 1"},
          {"{\"objects\": [}", "error: line 1: it is not JSON: '}' stands where it cannot"},
          {"{objects: []}", "error: line 1: it is not JSON: 'o' stands where it cannot"},
      },
      stix_feed);
}

TEST(StixFeedTest, CellsOfAnIndicator) {
  const StageResult result = run_stage(stix_feed, {bundle(R"({"type": "indicator",
      "created": "2026-08-01T00:00:00.000Z", "modified": "2026-09-02T00:00:00.000Z",
      "valid_from": "2026-09-01T00:00:00Z", "valid_until": "2027-01-01T00:00:00Z", "confidence": 85,
      "indicator_types": ["malicious-activity"], "labels": ["misp:x=\"y\"", "tlp:green", "toad"],
      "pattern": "[phone-number:number = '020 7946 0000' AND phone-number:country = 'GB']"})")});
  ASSERT_EQ(result.rows.size(), 1U);
  EXPECT_EQ(result.rows[0], (FeedRow{.line = 1,
                                     .number = "020 7946 0000",
                                     .region = "GB",
                                     .category = "toad",
                                     .score = "85",
                                     .first_seen = "2026-09-01T00:00:00Z",
                                     .last_seen = "2026-09-02T00:00:00.000Z",
                                     .expires = "2027-01-01T00:00:00Z"}));
}

TEST(StixFeedTest, WhatIsToldOfMisp) {
  const std::string text = bundle(R"(
      {"type": "x-misp-object", "x_misp_name": "person", "x_misp_attributes": [
        {"type": "phone-number", "value": "1", "to_ids": true}]},
      {"type": "x-misp-attribute", "x_misp_type": "phone-number", "x_misp_value": "2"},
      {"type": "x-misp-attribute", "x_misp_type": "phone-number", "x_misp_value": "3",
       "labels": ["misp:to_ids=\"True\""]})");
  FeedOptions feed;
  const MakeParser make = [&] { return std::make_unique<StixFeed>(feed); };
  EXPECT_EQ(show(run_stage(make, {text})), "2!other 4:2 5:3");
  feed.misp_people = true;
  EXPECT_EQ(show(run_stage(make, {text})), "2:1 4:2 5:3");
  feed.misp_to_ids_only = true;
  EXPECT_EQ(show(run_stage(make, {text})), "2:1 4!other 5:3");
}

}  // namespace
}  // namespace ringfence
