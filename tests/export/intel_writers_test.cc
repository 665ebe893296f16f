// STIX and MISP: well-formed, versioned as STIX wants it, and read back by our own feeds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "reputation/export/misp_writer.h"
#include "reputation/export/stix_writer.h"
#include "reputation/feeds/feed_parser.h"
#include "tests/export/indicator_maker.h"

namespace ringfence {
namespace {

using Json = nlohmann::json;

Indicator seen_here(std::string_view number) {
  Indicator out = make_indicator(number, "toad");
  out.local = make_local();
  return out;
}

Indicator only_seen_here(std::string_view number) {
  Indicator out{.number = *E164::parse(number), .local = make_local()};
  out.first_seen = out.local->first_seen;
  out.last_seen = out.local->last_seen;
  out.valid_until = out.last_seen + std::chrono::days(28);
  return out;
}

const std::vector<Indicator> kSome = {make_indicator("+18885550123", "toad"),
                                      seen_here("+18885550124"), only_seen_here("+442079460123")};

std::string stix_of(const std::vector<Indicator>& indicators, const ExportHead& head) {
  return written(*make_stix_writer(head), indicators);
}

std::vector<FeedRow> read_back(FeedFormat format, std::string_view text) {
  auto parser = make_feed_parser(format, FeedOptions{.name = "x"}, text.substr(0, 4096));
  std::vector<FeedRow> rows;
  if (!parser || !(*parser)->push(text, rows) || !(*parser)->finish(rows)) {
    ADD_FAILURE() << "not read: " << text;
  }
  std::erase_if(rows, [](const FeedRow& row) { return row.refusal == Refusal::kOther; });
  return rows;
}

Json object_of(const std::string& bundle, std::string_view type, std::size_t index = 0) {
  const Json parsed = Json::parse(bundle);
  for (const Json& object : parsed["objects"]) {
    if (object["type"] == type && index-- == 0) return object;
  }
  return nullptr;
}

TEST(StixWriter, IndicatorSaysWhatIsKnown) {
  const Json object = object_of(stix_of(kSome, make_head()), "indicator", 1);
  EXPECT_EQ(object["pattern"], "[phone-number:value = '+18885550124']");
  EXPECT_EQ(object["created"], "2026-09-11T14:13:20.000Z");
  EXPECT_EQ(object["valid_from"], object["created"]);
  EXPECT_EQ(object["modified"], "2026-09-20T14:13:20.000Z");  // seen here since
  EXPECT_EQ(object["valid_until"], "2026-10-13T14:13:20.000Z");
  EXPECT_EQ(object["confidence"], 95);
  EXPECT_EQ(object["labels"], Json::array({"toad"}));
  EXPECT_EQ(object["description"],
            "Telephone number in mail fraud: toad, seen in 12 messages under 3 brands");
}

TEST(StixWriter, SightingOnlyWhereItWasSeen) {
  const std::string bundle = stix_of(kSome, make_head());
  const Json sighting = object_of(bundle, "sighting");
  EXPECT_EQ(sighting["sighting_of_ref"], object_of(bundle, "indicator", 1)["id"]);
  EXPECT_EQ(sighting["count"], 12);
  EXPECT_EQ(sighting["first_seen"], "2026-09-18T14:13:20.000Z");
  EXPECT_EQ(sighting["last_seen"], "2026-09-20T14:13:20.000Z");
  EXPECT_EQ(object_of(bundle, "sighting", 1)["sighting_of_ref"],
            object_of(bundle, "indicator", 2)["id"]);
  EXPECT_EQ(object_of(bundle, "sighting", 2), nullptr);
  EXPECT_FALSE(object_of(bundle, "indicator", 2).contains("confidence"));
}

TEST(StixWriter, ASightingCountStaysWithinItsBounds) {
  Indicator indicator = seen_here("+18885550123");
  indicator.local->messages = 4'000'000'000;
  EXPECT_EQ(object_of(stix_of({indicator}, make_head()), "sighting")["count"], 999'999'999);
}

TEST(StixWriter, ObjectsKeepTheirVersionUntilThereIsNews) {
  ExportHead later = make_head();
  later.now += std::chrono::days(1);
  later.generation = 8;
  const std::string before = stix_of(kSome, make_head());
  const std::string after = stix_of(kSome, later);
  EXPECT_EQ(Json::parse(before)["objects"], Json::parse(after)["objects"]);
  EXPECT_NE(Json::parse(before)["id"], Json::parse(after)["id"]);
  EXPECT_EQ(before, stix_of(kSome, make_head()));
}

TEST(StixWriter, SitesDoNotShareIds) {
  ExportHead other = make_head();
  other.identity = "mx.example.net";
  EXPECT_NE(object_of(stix_of(kSome, make_head()), "indicator")["id"],
            object_of(stix_of(kSome, other), "indicator")["id"]);
}

TEST(StixWriter, NoValidityThatEndsBeforeItBegins) {
  Indicator indicator = make_indicator("+18885550123", "toad");
  indicator.valid_until = indicator.first_seen;
  EXPECT_FALSE(object_of(stix_of({indicator}, make_head()), "indicator").contains("valid_until"));
}

TEST(StixWriter, OurFeedsReadItBack) {
  const auto rows = read_back(FeedFormat::kStix, stix_of(kSome, make_head()));
  ASSERT_EQ(rows.size(), 3U);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].number, kSome[i].number.to_string());
    EXPECT_FALSE(rows[i].refusal);
  }
  EXPECT_EQ(rows[0].score, "95");
  EXPECT_EQ(rows[0].category, "toad");
  EXPECT_EQ(rows[0].first_seen, "2026-09-11T14:13:20.000Z");
  EXPECT_EQ(rows[0].last_seen, "2026-09-15T14:13:20.000Z");
  EXPECT_EQ(rows[0].expires, "2026-10-13T14:13:20.000Z");
  EXPECT_EQ(rows[2].category, "");
}

TEST(StixWriter, HostileNamesStayText) {
  ExportHead head = make_head();
  head.identity = "a\"},{\"type\":\"x\x1b[31m\xff";
  Indicator indicator = make_indicator("+18885550123", "\"],\"revoked\":true,\"x\":[\"\n");
  const std::string bundle = stix_of({indicator}, head);
  ASSERT_TRUE(Json::accept(bundle));
  EXPECT_FALSE(object_of(bundle, "indicator").contains("revoked"));
  EXPECT_EQ(bundle.find('\x1b'), std::string::npos);
}

TEST(MispWriter, AttributesAreReadBack) {
  const std::string event = written(*make_misp_writer(make_head()), kSome);
  const auto rows = read_back(FeedFormat::kMisp, event);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].number, "+18885550124");
  EXPECT_EQ(rows[1].first_seen, "2026-09-11T14:13:20.000000+00:00");
  EXPECT_EQ(rows[1].last_seen, "2026-09-20T14:13:20.000000+00:00");

  const Json json = Json::parse(event)["Event"];
  EXPECT_EQ(json["date"], "2026-09-21");
  std::set<std::string> ids{json["uuid"]};
  for (const Json& attribute : json["Attribute"]) {
    EXPECT_EQ(attribute["type"], "phone-number");
    EXPECT_EQ(attribute["category"], "Financial fraud");
    EXPECT_EQ(attribute["to_ids"], true);
    ids.insert(attribute["uuid"]);
  }
  EXPECT_EQ(ids.size(), 4U);
  EXPECT_EQ(json["Attribute"][0]["Tag"][0]["name"], "ringfence:category=\"toad\"");
  EXPECT_EQ(json["Attribute"][0]["comment"], "toad, score 95");
  EXPECT_FALSE(json["Attribute"][2].contains("Tag"));
}

TEST(MispWriter, TheEventKeepsItsIdentity) {
  ExportHead later = make_head();
  later.now += std::chrono::days(1);
  const Json before = Json::parse(written(*make_misp_writer(make_head()), kSome))["Event"];
  const Json after = Json::parse(written(*make_misp_writer(later), kSome))["Event"];
  EXPECT_EQ(before["uuid"], after["uuid"]);
  EXPECT_EQ(before["Attribute"], after["Attribute"]);
  EXPECT_NE(before["timestamp"], after["timestamp"]);
}

TEST(MispWriter, HostileCategoriesEndNoTag) {
  const Json event = Json::parse(
      written(*make_misp_writer(make_head()), {make_indicator("+18885550123", "a\"\nb=")}));
  EXPECT_EQ(event["Event"]["Attribute"][0]["Tag"][0]["name"], "ringfence:category=\"a--b-\"");
}

TEST(IntelWriters, NothingToTellIsAWholeDocument) {
  EXPECT_TRUE(Json::accept(stix_of({}, make_head())));
  EXPECT_EQ(Json::parse(written(*make_misp_writer(make_head()), {}))["Event"]["Attribute"],
            Json::array());
}

}  // namespace
}  // namespace ringfence
