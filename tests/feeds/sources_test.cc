// Sources of many documents: MISP feeds, MISP searches, TAXII collections.
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>

#include "base/file.h"
#include "reputation/feeds/refresh_control.h"
#include "reputation/feeds/refresh_rules.h"
#include "tests/feeds/refresh_fixture.h"

namespace ringfence {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Json = nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string uuid(int n) {
  const std::string digits = std::to_string(n);
  return "5f3c1b2a-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

class SourcesTest : public RefreshTest {
 protected:
  // MISP

  FeedOptions misp_feed() const {
    FeedOptions out = feed("misp", "/events/");
    out.source = FeedSource::kMispFeed;
    out.guard.numbers_min = 1'000;
    return out;
  }
  void serve_event(int n, const std::vector<std::string>& attribute_numbers) const {
    Json attributes = Json::array();
    for (const std::string& number : attribute_numbers) {
      attributes.push_back({{"type", "phone-number"},
                            {"category", "Financial fraud"},
                            {"uuid", uuid(n)},
                            {"timestamp", "1789990000"},
                            {"value", number}});
    }
    server_.serve("events/" + uuid(n) + ".json", Json{{"Event",
                                                       {{"uuid", uuid(n)},
                                                        {"info", "x"},
                                                        {"date", "2026-09-20"},
                                                        {"Attribute", std::move(attributes)}}}}
                                                     .dump());
  }
  void serve_manifest(const std::vector<std::pair<int, Json>>& events) const {
    Json manifest = Json::object();
    for (const auto& [n, timestamp] : events) {
      manifest[uuid(n)] = {{"info", "x"},
                           {"date", "2026-09-20"},
                           {"timestamp", timestamp},
                           {"Orgc", {{"name", "CERT"}, {"timestamp", 5}}}};
    }
    server_.serve("events/manifest.json", manifest.dump());
  }
  std::size_t events_asked() const {
    const auto lines = server_.requests();
    return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [](const auto& line) {
      return line.find("/events/5f3c") != std::string::npos;
    }));
  }
  std::size_t events_kept() const {
    std::error_code code;
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(FeedFolder(store_.directory, "misp").events(), code),
                      fs::directory_iterator()));
  }

  // TAXII

  FeedOptions taxii_feed(const std::string& path) const {
    FeedOptions out = feed("taxii", path + "collections/91a7/");
    out.source = FeedSource::kTaxii;
    out.guard.numbers_min = 1'000;
    return out;
  }
  // The n-th object, for one number.
  static Json indicator(int n, bool revoked = false) {
    Json out = {{"type", "indicator"},
                {"spec_version", "2.1"},
                {"id", "indicator--" + uuid(n)},
                {"created", "2026-09-20T10:00:00Z"},
                {"modified", "2026-09-20T10:00:00Z"},
                {"valid_from", "2026-09-20T10:00:00Z"},
                {"pattern_type", "stix"},
                {"pattern", "[phone-number:value = '+1888555" + fmt_number(n) + "']"}};
    if (revoked) out["revoked"] = true;
    return out;
  }
  static std::string added(int n) {
    return "2026-09-20T10:00:" + std::to_string(10 + n) + ".000000Z";
  }
  // Objects begin .. end - 1, added a second apart.
  void serve_objects(int begin, int end, const std::vector<int>& revoked = {}) const {
    Json items = Json::array();
    for (int n = begin; n < end; ++n) {
      const bool is_revoked = std::find(revoked.begin(), revoked.end(), n) != revoked.end();
      items.push_back({added(n), indicator(100 + n, is_revoked)});
    }
    server_.serve("objects.json", items.dump());
  }
};

TEST_F(SourcesTest, MispFeedsAreFetchedAsTheyChange) {
  serve_event(1, {"+1 888 555 0101"});
  serve_event(2, {"+1 888 555 0102", "+1 888 555 0103"});
  serve_event(3, {"+1 888 555 0104"});
  serve_manifest({{1, 1789000001}, {2, "1789000002"}, {3, 1789000003}});
  const FeedOptions misp = misp_feed();
  FeedReport report = refresh_one(misp);
  ASSERT_EQ(report.outcome, FeedOutcome::kUpdated) << words(report);
  EXPECT_EQ(report.numbers(), 4U);
  EXPECT_EQ(report.read.documents, 3U);
  EXPECT_EQ(report.note, "");
  EXPECT_EQ(events_asked(), 3U);

  // Nothing new: one question.
  now_ += 1h;
  EXPECT_EQ(refresh_one(misp).outcome, FeedOutcome::kUnchanged);
  EXPECT_THAT(server_.requests().back(), AllOf(HasSubstr("manifest"), HasSubstr("if-none-match")));
  EXPECT_EQ(events_asked(), 3U);

  // One is newer, one gone, one is new.
  serve_event(2, {"+1 888 555 0102"});
  serve_event(4, {"+1 888 555 0105"});
  serve_manifest({{1, 1789000001}, {2, 1789000009}, {4, 1789000004}});
  now_ += 1h;
  report = refresh_one(misp);
  EXPECT_EQ(report.outcome, FeedOutcome::kUpdated) << words(report);
  EXPECT_EQ(report.change.added, 1U);
  EXPECT_EQ(report.change.removed, 2U);
  EXPECT_EQ(events_asked(), 5U);
  EXPECT_EQ(events_kept(), 3U);
  EXPECT_EQ(lookup("+18885550103").state, ReputationState::kUnlisted);
  EXPECT_EQ(lookup("+18885550105").state, ReputationState::kActive);

  // Read again from what was kept.
  now_ += std::chrono::days(2);
  report = refresh_one(misp);
  EXPECT_EQ(report.outcome, FeedOutcome::kUpdated) << words(report);
  EXPECT_FALSE(report.fetched);
  EXPECT_EQ(events_asked(), 5U);

  // An event that got lost is fetched again.
  fs::remove(FeedFolder(store_.directory, "misp").events() / (uuid(4) + ".1789000004.json"));
  now_ += 1h;
  report = refresh_one(misp);
  EXPECT_THAT(report.note, HasSubstr("damaged"));
  EXPECT_EQ(events_asked(), 6U);
  EXPECT_EQ(events_kept(), 3U);
}

TEST_F(SourcesTest, MispEventsThatCannotBeHadStopNoOthers) {
  serve_event(1, {"+18885550101"});
  serve_event(2, {"+18885550102"});
  server_.serve("events/" + uuid(3) + ".json", "<html>no</html>");
  serve_manifest({{1, 1}, {2, 2}, {3, 3}, {4, 4}});  // the fourth is not there
  const FeedOptions misp = misp_feed();
  FeedReport report = refresh_one(misp);
  ASSERT_EQ(report.outcome, FeedOutcome::kUpdated) << words(report);
  EXPECT_EQ(report.numbers(), 2U);
  EXPECT_THAT(report.note, HasSubstr("2 of its events could not be had, the first: "));
  EXPECT_THAT(report.note, HasSubstr("(404)"));

  // They are asked for again, though the manifest is as it was.
  serve_event(3, {"+18885550103"});
  serve_event(4, {"+18885550104"});
  now_ += 1h;
  report = refresh_one(misp);
  EXPECT_EQ(report.numbers(), 4U) << words(report);
  EXPECT_EQ(report.note, "");

  // A newer version that is broken: the older one goes on to count.
  server_.serve("events/" + uuid(1) + ".json", "{\"Event\": ");
  serve_manifest({{1, 9}, {2, 2}, {3, 3}, {4, 4}});
  now_ += 1h;
  report = refresh_one(misp);
  EXPECT_EQ(report.outcome, FeedOutcome::kUnchanged) << words(report);
  EXPECT_THAT(report.note, HasSubstr("it is no JSON"));
  EXPECT_EQ(list("misp").numbers, 4U);
}

TEST_F(SourcesTest, BrokenMispFeedsKeepTheirLists) {
  serve_event(1, {"+18885550101"});
  serve_manifest({{1, 1}});
  const FeedOptions misp = misp_feed();
  ASSERT_EQ(refresh_one(misp).outcome, FeedOutcome::kUpdated);
  for (const char* manifest : {"", "[]", "{\"x\": ", "7", "<html>"}) {
    server_.serve("events/manifest.json", manifest);
    EXPECT_THAT(words(refresh_one(misp)), HasSubstr("no MISP manifest")) << manifest;
  }
  server_.serve("events/manifest.json", "{}");
  EXPECT_THAT(words(refresh_one(misp)), HasSubstr("holds no number"));
  EXPECT_EQ(events_kept(), 1U);
  serve_manifest({{7, 7}});
  EXPECT_THAT(words(refresh_one(misp)), HasSubstr("none of its events could be had"));
  EXPECT_EQ(list("misp").numbers, 1U);
  serve_manifest({{1, 1}});
  EXPECT_EQ(refresh_one(misp).outcome, FeedOutcome::kUnchanged);
}

TEST_F(SourcesTest, MispManifestsNameNoFilesOfOurs) {
  serve_event(1, {"+18885550101"});
  Json manifest = {{uuid(1), {{"timestamp", 1}}},
                   {"../../../../../../etc/passwd", {{"timestamp", 2}}},
                   {std::string(36, '.'), {{"timestamp", 2}}},
                   {uuid(2), {{"timestamp", "soon"}}},
                   {uuid(3), Json::object()},
                   {uuid(4), 7}};
  server_.serve("events/manifest.json", manifest.dump());
  const FeedReport report = refresh_one(misp_feed());
  ASSERT_EQ(report.outcome, FeedOutcome::kUpdated) << words(report);
  EXPECT_EQ(report.numbers(), 1U);
  EXPECT_THAT(report.note, HasSubstr("4 entries of its manifest name no event"));
  EXPECT_EQ(asked(), 2U);
}

TEST_F(SourcesTest, MispFeedsAreBounded) {
  for (int n = 1; n <= 5; ++n) serve_event(n, {"+1888555010" + std::to_string(n)});
  serve_manifest({{1, 11}, {2, 12}, {3, 13}, {4, 14}, {5, 15}});
  FeedOptions misp = misp_feed();
  misp.limits.documents_max = 3;
  FeedReport report = refresh_one(misp);
  ASSERT_EQ(report.outcome, FeedOutcome::kUpdated) << words(report);
  EXPECT_THAT(report.note, HasSubstr("2 of its events are left out"));
  EXPECT_EQ(lookup("+18885550105").state, ReputationState::kActive);  // the newest count
  EXPECT_EQ(lookup("+18885550101").state, ReputationState::kUnlisted);
  misp.limits.documents_max = 10;
  misp.limits.bytes_max = 1'000;
  report = refresh_one(misp, {.force = true});
  EXPECT_THAT(words(report), HasSubstr("larger than"));
  EXPECT_EQ(list("misp").numbers, 3U);
}

TEST_F(SourcesTest, MispSearches) {
  Json attributes = Json::array();
  attributes.push_back({{"type", "phone-number"}, {"value", "+18885550101"}, {"to_ids", true}});
  server_.serve("rest.json", Json{{"response", {{"Attribute", attributes}}}}.dump());
  FeedOptions misp = feed("rest", "/misp");
  misp.source = FeedSource::kMispRest;
  misp.misp_last = "7d";
  misp.misp_to_ids_only = true;
  EXPECT_THAT(words(refresh_one(misp)), HasSubstr("(403)"));
  std::ofstream(base_ / "key") << "Authorization: test-key\n";
  fs::permissions(base_ / "key", fs::perms::owner_read);
  misp.credentials_file = base_ / "key";
  FeedReport report = refresh_one(misp);
  ASSERT_EQ(report.outcome, FeedOutcome::kUpdated) << words(report);
  EXPECT_EQ(report.numbers(), 1U);
  const Json request = Json::parse(server_.requests().back());
  EXPECT_EQ(request["method"], "POST");
  EXPECT_EQ(request["path"], "/misp/attributes/restSearch");
  const Json query = Json::parse(request["body"].get<std::string>());
  EXPECT_EQ(query["last"], "7d");
  EXPECT_EQ(query["returnFormat"], "json");
  EXPECT_EQ(query["to_ids"], true);
  EXPECT_EQ(query["type"], Json({"phone-number", "prtn"}));
  EXPECT_EQ(refresh_one(misp).outcome, FeedOutcome::kUnchanged);  // by its hash
}

// Both ways of paging.
class TaxiiTest : public SourcesTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(TaxiiTest, PagesAndGoesOnWhereItWas) {
  serve_objects(0, 5);
  const FeedOptions taxii = taxii_feed(GetParam());
  FeedReport report = refresh_one(taxii);
  ASSERT_EQ(report.outcome, FeedOutcome::kUpdated) << words(report);
  EXPECT_EQ(report.numbers(), 5U);
  EXPECT_EQ(asked(), 3U);
  EXPECT_EQ(state("taxii").kept.cursor, added(4));
  EXPECT_FALSE(fs::exists(FeedFolder(store_.directory, "taxii").new_file("page-00001")));

  now_ += 1h;
  EXPECT_EQ(refresh_one(taxii).outcome, FeedOutcome::kUnchanged);
  EXPECT_EQ(asked(), 4U);
  EXPECT_THAT(server_.requests().back(), HasSubstr("added_after=2026-09-20T10%3a00%3a14"));
  EXPECT_EQ(state("taxii").kept.cursor, added(4));
  EXPECT_EQ(generation(), 1U);

  // Only what was added comes; what was there stays.
  serve_objects(0, 8);
  now_ += 1h;
  report = refresh_one(taxii);
  EXPECT_EQ(report.outcome, FeedOutcome::kUpdated) << words(report);
  EXPECT_EQ(report.change.added, 3U);
  EXPECT_EQ(report.change.kept, 5U);
  EXPECT_EQ(state("taxii").kept.cursor, added(7));

  // After a week, or when the list is not what it was, all of it: what was revoked goes.
  serve_objects(0, 8, {0, 1});
  now_ += 1h;
  EXPECT_EQ(refresh_one(taxii).outcome, FeedOutcome::kUnchanged);
  now_ += kTaxiiWholeEvery;
  report = refresh_one(taxii);
  EXPECT_EQ(report.outcome, FeedOutcome::kUpdated) << words(report);
  EXPECT_EQ(report.change.removed, 2U);
  EXPECT_EQ(list("taxii").numbers, 6U);
  now_ += 1h;
  ASSERT_TRUE(roll_back_feeds(store_.directory, std::nullopt));
  EXPECT_EQ(list("taxii").numbers, 8U);
  EXPECT_EQ(refresh_one(taxii).outcome, FeedOutcome::kRolledBack);
  EXPECT_EQ(refresh_one(taxii, {.force = true}).outcome, FeedOutcome::kUpdated);
  EXPECT_EQ(list("taxii").numbers, 6U);
}

TEST_P(TaxiiTest, IsBoundedAndGoesOnNextTime) {
  serve_objects(0, 7);
  FeedOptions taxii = taxii_feed(GetParam());
  taxii.limits.documents_max = 2;
  FeedReport report = refresh_one(taxii);
  ASSERT_EQ(report.outcome, FeedOutcome::kUpdated) << words(report);
  EXPECT_THAT(report.note, HasSubstr("2 pages were read, the next refresh goes on"));
  EXPECT_EQ(list("taxii").numbers, 4U);
  now_ += 1h;
  report = refresh_one(taxii);
  EXPECT_EQ(report.note, "");
  EXPECT_EQ(list("taxii").numbers, 7U);
}

TEST_P(TaxiiTest, AFaultOnAnyPageLeavesTheListAndTheCursor) {
  serve_objects(0, 2);
  const FeedOptions taxii = taxii_feed(GetParam());
  ASSERT_EQ(refresh_one(taxii).outcome, FeedOutcome::kUpdated);
  server_.serve("objects.json", "no longer JSON");  // the server falls over
  EXPECT_EQ(refresh_one(taxii).outcome, FeedOutcome::kFailed);
  EXPECT_EQ(state("taxii").kept.cursor, added(1));
  serve_objects(0, 3);
  EXPECT_EQ(refresh_one(taxii).change.added, 1U);
}

INSTANTIATE_TEST_SUITE_P(Paging, TaxiiTest, ::testing::Values("/taxii-next/", "/taxii-date/"),
                         [](const auto& parameter) {
                           return parameter.param == std::string("/taxii-next/") ? "next" : "date";
                         });

TEST_F(SourcesTest, TaxiiServersThatLeadInCircles) {
  const FeedReport report = refresh_one(taxii_feed("/taxii-circle/"));
  EXPECT_THAT(words(report), HasSubstr("leads in a circle"));
  EXPECT_EQ(asked(), 2U);
}

TEST_F(SourcesTest, TaxiiEnvelopesAreJsonObjects) {
  for (const char* path : {"/html/", "/empty/", "/status/500/"}) {
    EXPECT_EQ(refresh_one(taxii_feed(path)).outcome, FeedOutcome::kFailed) << path;
  }
  EXPECT_EQ(generation(), 0U);
}

}  // namespace
}  // namespace ringfence
