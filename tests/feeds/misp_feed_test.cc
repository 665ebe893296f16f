#include "reputation/feeds/misp_feed.h"

#include "tests/feeds/stage_support.h"

namespace ringfence {
namespace {

std::unique_ptr<FeedParser> misp_feed() { return std::make_unique<MispFeed>(FeedOptions{}); }

const std::string& event() {
  static const std::string kEvent = R"({"Event": {"id": "7", "info": "callback mails",
  "date": "2026-09-01", "Orgc": {"name": "CERT"}, "Tag": [{"name": "tlp:green"}],
  "Attribute": [
    {"type": "phone-number", "value": "+18885550100", "timestamp": "1790000000", "to_ids": false},
    {"type": "prtn", "value": "+18885550101", "timestamp": 1790000001, "to_ids": true},
    {"type": "domain", "value": "example.org"},
    {"type": "phone-number", "value": "+18885550102", "deleted": true},
    {"type": "phone-number"}],
  "ShadowAttribute": [{"type": "phone-number", "value": "+18885550103"}],
  "RelatedEvent": [{"Event": {"Attribute": [{"type": "phone-number", "value": "+18885550104"}]}}],
  "Object": [
    {"name": "phone", "Attribute": [{"type": "phone-number", "value": "+18885550105", "to_ids": "1"},
                                    {"type": "text", "value": "x"}]},
    {"name": "person", "Attribute": [{"type": "phone-number", "value": "+18885550106"}]},
    {"name": "legal-entity", "Attribute": [{"type": "phone-number", "value": "+18885550107"}]},
    {"name": "phone", "deleted": true, "Attribute": [{"type": "phone-number", "value": "+18885550108"}]},
    {"name": "phone", "Attribute": []}]}})";
  return kEvent;
}

TEST(MispFeedTest, Samples) {
  expect_samples(
      {
          {event(),
           "4:+18885550100 5:+18885550101 6!other 7!withdrawn 8!no-number 12:+18885550105 12!other "
           "14!other 15!other 16!withdrawn 17!other"},
          {"", ""},
          {"{}", ""},
          {"[]", ""},
          {R"({"response": []})", ""},
          {R"({"response": {"Attribute": []}})", ""},
          {R"({"response": {"Attribute": [{"type": "phone-number", "value": "1"},
              {"type": "phone-number", "value": "2", "Object": {"name": "person"}}]}})",
           "1:1 2!other"},
          {R"({"response": [{"Event": {"Attribute": [{"type": "phone-number", "value": "1"}]}},
              {"Event": {"Object": [{"name": "x", "Attribute": [{"type": "prtn", "value": "2"}]}]}}]})",
           "1:1 2:2"},
          {R"([{"Event": {"Attribute": [{"type": "phone-number", "value": "1"}]}}])", "1:1"},
          // Wrong types where arrays of objects are.
          {R"({"Event": {"Attribute": {"type": "phone-number", "value": "1"}, "Object": "x"}})",
           ""},
          {R"({"Event": {"Attribute": [7, "x", null, [], {}], "Object": [{"Attribute": {"value": 1}}]}})",
           "1!other 1!other 1!other 1!other 1!other 1!other"},
          {R"({"Event": [1], "response": 7})", "1!other"},
          {R"({"Event": {"Attribute": [{"type": "phone-number", "value": "1"})",
           "1:1 error: it is cut short in line 1"},
      },
      misp_feed);
}

TEST(MispFeedTest, CellsOfAnAttribute) {
  const StageResult result = run_stage(misp_feed, {event()});
  ASSERT_GE(result.rows.size(), 2U);
  EXPECT_EQ(result.rows[0],
            (FeedRow{.line = 4, .number = "+18885550100", .last_seen = "1790000000"}));
  EXPECT_EQ(result.rows[1],
            (FeedRow{.line = 5, .number = "+18885550101", .last_seen = "1790000001"}));
  const StageResult dated = run_stage(misp_feed, {R"({"Event": {"Attribute": [{"type": "prtn",
      "value": "1", "timestamp": "1", "first_seen": "2026-09-01", "last_seen": "2026-09-02"}]}})"});
  EXPECT_EQ(dated.rows.at(0).first_seen, "2026-09-01");
  EXPECT_EQ(dated.rows.at(0).last_seen, "2026-09-02");
}

TEST(MispFeedTest, WhatIsTold) {
  FeedOptions feed{.misp_to_ids_only = true};
  const MakeParser make = [&] { return std::make_unique<MispFeed>(feed); };
  EXPECT_EQ(show(run_stage(make, {event()})),
            "4!other 5:+18885550101 6!other 7!withdrawn 8!other 12:+18885550105 12!other 14!other "
            "15!other 16!other 17!other");
  feed = {.misp_people = true};
  EXPECT_EQ(
      show(run_stage(make, {event()})),
      "4:+18885550100 5:+18885550101 6!other 7!withdrawn 8!no-number 12:+18885550105 12!other "
      "14:+18885550106 15:+18885550107 16!withdrawn 17!other");
}

}  // namespace
}  // namespace ringfence
