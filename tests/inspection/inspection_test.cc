#include "inspection/inspection.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "base/file.h"
#include "inspection/response.h"
#include "reputation/generation_builder.h"
#include "reputation/overrides.h"
#include "tests/support/temporary_directory.h"

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr TimePoint kNow{std::chrono::seconds{1'790'000'000}};
constexpr std::chrono::days kDay{1};

constexpr std::string_view kScam =
    "From: \"Billing\" <billing@freemail.example>\r\n"
    "To: bob@example.org\r\n"
    "Subject: =?utf-8?Q?Call_+1_888-555-0123_now?=\r\n"
    "Message-ID: <1@freemail.example>\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/alternative; boundary=b\r\n"
    "\r\n"
    "--b\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n"
    "\r\n"
    "Your plan was renewed. Call our help desk: +1 (888) 55=\r\n"
    "5-0123 or +1 844 555 0147.\r\n"
    "--b\r\n"
    "Content-Type: text/html\r\n"
    "Content-Transfer-Encoding: base64\r\n"
    "\r\n"
    // <p>Call <a href="tel:+18885550123">+1 888<b>555</b>&#45;0123</a></p>
    "PHA+Q2FsbCA8YSBocmVmPSJ0ZWw6KzE4ODg1NTUwMTIzIj4rMSA4ODggPGI+NTU1PC9iPiYjNDU7\r\n"
    "MDEyMzwvYT48L3A+\r\n"
    "--b--\r\n";

class InspectionTest : public testing::Test {
 protected:
  InspectionTest() {
    config_ = default_config();
    config_.reputation.directory = dir_.path() / "reputation";
  }

  void list(std::string_view number, int score, TimePoint last_seen,
            std::optional<TimePoint> expires = {}) {
    auto builder = GenerationBuilder::begin({.directory = config_.reputation.directory}).value();
    const auto handle = builder.replace_list({.name = "soc", .imported = kNow}).value();
    ASSERT_TRUE(builder.add(handle, {.number = *E164::parse(number),
                                     .category = *builder.category("toad"),
                                     .score = score,
                                     .first_listed = last_seen,
                                     .last_seen = last_seen,
                                     .expires = expires}));
    ASSERT_TRUE(builder.build(kNow));
    ASSERT_TRUE(builder.publish());
  }

  Report inspect(std::string_view message, Envelope envelope = {}, std::size_t chunk = 4096) {
    const auto snapshot = Snapshot::make(config_, /*require_reputation=*/false).value();
    return inspect_with(snapshot, message, std::move(envelope), chunk);
  }
  static Report inspect_with(const std::shared_ptr<const Snapshot>& snapshot,
                             std::string_view message, Envelope envelope, std::size_t chunk) {
    Inspection inspection(snapshot, std::move(envelope));
    for (std::size_t at = 0; at < message.size(); at += chunk) {
      inspection.push(message.substr(at, chunk));
    }
    return inspection.finish(kNow).value();
  }

  TemporaryDirectory dir_;
  Config config_;
};

std::string summary(const Report& report) {
  std::string out;
  for (const NumberEvidence& number : report.evidence.numbers) {
    const Finding& finding = number.finding;
    out += finding.number.to_string() + " '" + finding.shown + "' " +
           std::to_string(number.reputation.score);
    finding.places.for_each([&](Place place) { out += " " + std::string(to_token(place)); });
    out += "; ";
  }
  return out + std::string(to_token(report.verdict.action)) + " " + report.verdict.rule;
}

TEST_F(InspectionTest, OneNumberInManyPlacesIsOneFinding) {
  list("+18885550123", 95, kNow);
  const Report report = inspect(kScam);
  EXPECT_EQ(summary(report),
            "+18885550123 '+1 888-555-0123' 95 subject plain html href; "
            "+18445550147 '+1 844 555 0147' 0 plain; quarantine known-scam-number");
  EXPECT_EQ(report.facts.subject, "Call +1 888-555-0123 now");
  EXPECT_EQ(report.evidence.from_domain, "freemail.example");
  EXPECT_EQ(report.verdict.score, 95);
}

TEST_F(InspectionTest, AnyCutOfTheMessageGivesTheSameReport) {
  list("+18885550123", 95, kNow);
  const auto snapshot = Snapshot::make(config_, false).value();
  const std::string whole = summary(inspect_with(snapshot, kScam, {}, kScam.size()));
  for (std::size_t chunk = 1; chunk < 80; ++chunk) {
    ASSERT_EQ(summary(inspect_with(snapshot, kScam, {}, chunk)), whole) << chunk;
  }
  for (std::size_t cut = 1; cut < kScam.size(); ++cut) {
    Inspection inspection(snapshot, Envelope{});
    inspection.push(kScam.substr(0, cut));
    inspection.push(kScam.substr(cut));
    ASSERT_EQ(summary(inspection.finish(kNow).value()), whole) << cut;
  }
}

TEST_F(InspectionTest, TheOperatorsWordWins) {
  list("+18885550123", 95, kNow);
  const Override allow{
      .kind = OverrideKind::kAllow, .reason = "", .author = "", .added = kNow, .expires = {}};
  ASSERT_TRUE(add_override(config_.reputation.directory, *E164::parse("+18885550123"), allow));
  EXPECT_EQ(inspect(kScam).verdict.action, Action::kAccept);
  const Override deny{
      .kind = OverrideKind::kDeny, .reason = "", .author = "", .added = kNow, .expires = {}};
  ASSERT_TRUE(add_override(config_.reputation.directory, *E164::parse("+18445550147"), deny));
  const Report report = inspect(kScam);
  EXPECT_EQ(report.verdict.action, Action::kReject);
  EXPECT_EQ(report.verdict.rule, "denied-number");
}

TEST_F(InspectionTest, ExpiredListingsDecideNothing) {
  list("+18885550123", 95, kNow - 30 * kDay, kNow - kDay);
  config_.policy.rules = {Rule{.name = "on-soc", .when = {}, .action = Action::kTag, .reply = {}}};
  config_.policy.rules[0].when.number.lists = {"soc"};
  EXPECT_EQ(inspect(kScam).verdict.action, Action::kAccept);
  list("+18885550123", 95, kNow);
  EXPECT_EQ(inspect(kScam).verdict.action, Action::kTag);
}

TEST_F(InspectionTest, RecipientDomainsChooseTheRegion) {
  config_.recipient_regions = {{".example.de", {"DE"}}};
  constexpr std::string_view kMail = "Subject: x\r\n\r\nTel. (030) 23125-042\r\n";
  Envelope to_germany;
  to_germany.recipients = {"<anna@mail.example.de>", "anna@mail.example.de"};
  EXPECT_THAT(summary(inspect(kMail, to_germany)), HasSubstr("+493023125042"));
  EXPECT_THAT(summary(inspect(kMail)), testing::Not(HasSubstr("+49")));
}

TEST_F(InspectionTest, TheCountryOfSenderAndRecipientIsAHint) {
  constexpr std::string_view kBody = "Subject: x\r\n\r\nTel. (030) 23125-042\r\n";
  const std::string from_germany = "From: a@mail.example.de\r\n" + std::string(kBody);
  EXPECT_THAT(summary(inspect(from_germany)), HasSubstr("+493023125042"));
  Envelope to_germany;
  to_germany.recipients = {"x@example.com", "b@example.de"};
  EXPECT_THAT(summary(inspect(kBody, to_germany)), HasSubstr("+493023125042"));
  const std::string from_a_generic = "From: a@example.io\r\n" + std::string(kBody);
  EXPECT_EQ(summary(inspect(from_a_generic)), "accept ");
  // A number with its country code says where the others are at home.
  const std::string other = std::string(kBody) + "Fax +49 30 23125-043\r\n";
  EXPECT_THAT(summary(inspect(other)), HasSubstr("+493023125042"));
}

TEST_F(InspectionTest, ABrandWithAnotherNumberMismatches) {
  auto builder = GenerationBuilder::begin({.directory = config_.reputation.directory}).value();
  const auto add = [&](const NewList& list, std::string_view number, std::string_view category) {
    const auto handle = builder.replace_list(list).value();
    const auto index = *builder.category(category);
    ASSERT_TRUE(builder.add(handle, {.number = *E164::parse(number), .category = index}));
  };
  add({.name = "norton-own", .role = ListRole::kGenuine}, "+18885550111", "norton");
  add({.name = "partners", .role = ListRole::kAllow}, "+18885550122", "other");
  ASSERT_TRUE(builder.build(kNow));
  ASSERT_TRUE(builder.publish());
  const std::string head =
      "From: Norton <a@freemail.example>\r\nSubject: x\r\n\r\nNorton and PayPal: ";
  const std::string mail = head + "1-888-555-0111, 1-888-555-0122, 1-888-555-0133\r\n";
  const Report report = inspect(mail);
  ASSERT_THAT(report.evidence.numbers, SizeIs(3));
  EXPECT_THAT(report.evidence.numbers[0].reputation.genuine_of, ElementsAre("norton"));
  EXPECT_THAT(report.evidence.numbers[0].mismatch, IsEmpty());
  EXPECT_THAT(report.evidence.numbers[1].mismatch, IsEmpty()) << "allowed";
  EXPECT_THAT(report.evidence.numbers[2].mismatch, ElementsAre("norton"))
      << "PayPal's numbers are not known";

  config_.policy = parse_config(
                       "policy: {rules: [{name: mismatch, when: {number: {brand_mismatch: true}}, "
                       "action: tag}]}",
                       "f")
                       .value()
                       .policy;
  EXPECT_EQ(inspect(mail).verdict.rule, "mismatch");
  EXPECT_EQ(inspect(head + "1-888-555-0111\r\n").verdict.rule, "");
  const std::string other = "Subject: x\r\n\r\nSome shop: 1-888-555-0133\r\n";
  EXPECT_EQ(inspect(other).verdict.rule, "");
  EXPECT_THAT(make_response(config_, report, "h").headers[4].value, HasSubstr("mismatch=norton;"));
}

TEST_F(InspectionTest, WithoutATableNothingIsListed) {
  const Report report = inspect(kScam);
  EXPECT_THAT(report.evidence.numbers, SizeIs(2));
  EXPECT_EQ(report.verdict.action, Action::kAccept);
}

TEST_F(InspectionTest, ABrokenTableIsAnErrorNotAnEmptyOne) {
  EXPECT_FALSE(Snapshot::make(config_, /*require_reputation=*/true));
  list("+18885550123", 95, kNow);
  EXPECT_TRUE(Snapshot::make(config_, true));
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(config_.reputation.directory)) {
    if (entry.is_regular_file() && entry.file_size() > 0)
      std::filesystem::resize_file(entry.path(), 100);
  }
  const auto broken = Snapshot::make(config_, /*require_reputation=*/false);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ErrorKind::kData);
}

TEST_F(InspectionTest, LimitsAndDefectsReachTheHeader) {
  config_.message.message_bytes_max = 1 << 10;
  const std::string large =
      "Subject: x\nno colon here\n\n" + std::string(4000, 'a') + " +18885550123\n";
  const Report report = inspect(large);
  EXPECT_THAT(report.evidence.numbers, IsEmpty());
  EXPECT_TRUE(report.evidence.limits.contains(Limit::kMessageBytes));
  EXPECT_TRUE(report.evidence.defects.contains(Defect::kBareLf));
  EXPECT_THAT(make_response(config_, report, "h").headers[0].value,
              HasSubstr("partial=message-bytes"));
}

TEST_F(InspectionTest, ExplainNamesEveryCandidate) {
  const auto snapshot = Snapshot::make(config_, false).value();
  Inspection inspection(snapshot, Envelope{}, /*explain=*/true);
  inspection.push("Subject: x\n\nServer 192.0.2.17, call +1 888 555 0123 or +1-888-555-0123.\n");
  const Report report = inspection.finish(kNow).value();
  std::vector<std::string> outcomes;
  for (const CandidateNote& note : report.notes) outcomes.push_back(note.outcome);
  EXPECT_THAT(outcomes, testing::IsSupersetOf({"number", "duplicate"}));
  EXPECT_THAT(report.evidence.numbers, SizeIs(1));
  EXPECT_EQ(report.evidence.numbers[0].finding.count, 2u);
}

/// The rule that docs/policy.md gives for mail with the shape of a callback scam.
constexpr std::string_view kShapeRule =
    "policy:\n"
    "  rules:\n"
    "    - name: callback-shape\n"
    "      when:\n"
    "        number:\n"
    "          states: [unlisted]\n"
    "        brands_min: 1\n"
    "        lures_min: 2\n"
    "        lure_distance_max: 400\n"
    "      action: tag\n";

TEST_F(InspectionTest, ABrandAndTwoLuresNearAnUnlistedNumber) {
  const std::string page =
      read_file(std::filesystem::path(RINGFENCE_SOURCE_DIR) / "docs" / "policy.md", 1 << 20)
          .value();
  EXPECT_NE(page.find("    - name: callback-shape\n"
                      "      when:\n"
                      "        number:\n"
                      "          states: [unlisted]\n"
                      "        brands_min: 1\n"
                      "        lures_min: 2\n"
                      "        lure_distance_max: 400\n"
                      "      action: tag\n"),
            std::string::npos);
  config_.policy = parse_config(kShapeRule, "f").value().policy;

  const std::string scam =
      "From: =?utf-8?Q?N=D0=BErton?= Billing <billing@freemail.example>\r\n"
      "Subject: Confirmation 4711\r\n"
      "\r\n"
      "Dear customer, your plan has been renewed and $399.99 was charged.\r\n"
      "Questions? +1 (888) 555-0123\r\n";
  for (const std::size_t chunk : {1u, 7u, 4096u}) {
    const Report report = inspect(scam, {}, chunk);
    EXPECT_EQ(report.verdict.rule, "callback-shape");
    EXPECT_EQ(report.verdict.action, Action::kTag);
    const std::vector<LexiconHit> expected = {
        {LexiconKind::kLure, "charged", {Place::kPlain}, 1, 14},
        {LexiconKind::kLure, "renewal", {Place::kPlain}, 1, 38},
        {LexiconKind::kBrand, "norton", {Place::kFrom}, 1, std::nullopt}};
    EXPECT_EQ(report.evidence.lexicon, expected);
    EXPECT_THAT(make_response(config_, report, "h").headers[0].value,
                HasSubstr("lures=charged,renewal; brands=norton;"));
  }

  std::string honest = scam;
  honest.replace(honest.find("=?utf-8?Q?N=D0=BErton?="), 23, "Corner shop");
  EXPECT_EQ(inspect(honest).verdict.action, Action::kAccept);  // no brand
  std::string far = scam;
  far.insert(far.find("Questions?"), std::string(400, '.') + "\r\n");
  EXPECT_EQ(inspect(far).verdict.action, Action::kAccept);  // nothing near the number
  list("+18885550123", 50, kNow);
  EXPECT_EQ(inspect(scam).verdict.action, Action::kAccept);  // listed: for other rules
}

}  // namespace
}  // namespace ringfence
