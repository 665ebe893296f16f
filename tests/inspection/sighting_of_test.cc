#include "inspection/sighting_of.h"

#include <gmock/gmock.h>

#include "inspection/inspection.h"
#include "inspection/response.h"
#include "reputation/sightings/recorder.h"
#include "tests/support/temporary_directory.h"

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr TimePoint kNow{std::chrono::seconds{1'790'000'000}};
constexpr std::chrono::milliseconds kLong{20'000};

LexiconHit brand(std::string name, PlaceSet places, std::optional<std::uint32_t> distance) {
  return {
      .kind = LexiconKind::kBrand, .name = std::move(name), .places = places, .distance = distance};
}

TEST(WornBrand, IsTheOneInFrontElseTheNearest) {
  EXPECT_EQ(worn_brand({}), "");
  const LexiconHit far = brand("far", {Place::kPlain}, 401);
  const LexiconHit near = brand("near", {Place::kPlain}, 400);
  const LexiconHit nearest = brand("nearest", {Place::kPlain}, 3);
  const LexiconHit nowhere = brand("nowhere", {Place::kHtml}, std::nullopt);
  const LexiconHit subject = brand("subject", {Place::kSubject}, std::nullopt);
  LexiconHit lure = nearest;
  lure.kind = LexiconKind::kLure;
  EXPECT_EQ(worn_brand({far, nowhere, lure}), "");
  EXPECT_EQ(worn_brand({far, near, nowhere}), "near");
  EXPECT_EQ(worn_brand({near, nearest}), "nearest");
  EXPECT_EQ(worn_brand({nearest, subject}), "subject");
}

TEST(SubjectOfAnswer, IsKnownByItsMark) {
  for (const char* subject : {"Re: x", "RE:x", " Fwd: x", "AW: x", "Re[2]: x", "Wg : x", "R: x"}) {
    EXPECT_TRUE(is_subject_of_answer(subject)) << subject;
  }
  for (const char* subject : {"", "Re", "Regarding: x", "Invoice 4: due", "x Re: y", "12:30"}) {
    EXPECT_FALSE(is_subject_of_answer(subject)) << subject;
  }
}

class SightingOfTest : public testing::Test {
 protected:
  SightingOfTest() {
    evidence_.now = kNow;
    evidence_.from_domain = "partner.example";
    evidence_.envelope.mail_from = "x@Partner.example";
    evidence_.envelope.client_address = "192.0.2.7";
    evidence_.envelope.queue_id = "4ABC";
    evidence_.envelope.recipients = {"a@one.example", "b@ONE.example", "c@two.example"};
    evidence_.numbers = {{Finding{.number = *E164::parse("+18885550123"),
                                  .places = {Place::kHtml},
                                  .shown = "1 888 555 0123",
                                  .tricks = {Trick::kBidi, Trick::kSpelled}}}};
    facts_.subject = "Your invoice";
    facts_.from_display = "Norton";
    facts_.message_id = "<1@x>";
  }
  Sighting make(bool answers = false) { return sighting_of(config_, facts_, evidence_, answers); }

  Config config_;
  MessageFacts facts_;
  Evidence evidence_;
};

TEST_F(SightingOfTest, HoldsTheMessage) {
  evidence_.numbers[0].reputation.score = 44;
  const Sighting made = make();
  EXPECT_EQ(made.when, kNow);
  EXPECT_EQ(made.queue_id, "4ABC");
  EXPECT_EQ(made.message_id, "<1@x>");
  EXPECT_EQ(made.from_domain, "partner.example");
  EXPECT_EQ(made.mail_from_domain, "partner.example");
  EXPECT_EQ(made.from_display, "Norton");
  EXPECT_EQ(made.subject, "Your invoice");
  EXPECT_THAT(made.recipients, ElementsAre("a@one.example", "b@ONE.example", "c@two.example"));
  EXPECT_EQ(made.recipient_count, 3u);
  EXPECT_EQ(made.direction, Direction::kInbound);
  EXPECT_FALSE(made.quotes);
  ASSERT_THAT(made.numbers, SizeIs(1));
  EXPECT_EQ(made.numbers[0], (SeenNumber{.number = *E164::parse("+18885550123"),
                                         .places = {Place::kHtml},
                                         .tricks = "bidi,spelled",
                                         .shown = "1 888 555 0123",
                                         .score = 44}));
}

TEST_F(SightingOfTest, KeepsDomainsAloneWhenToldSo) {
  config_.sightings.keep_addresses = false;
  EXPECT_THAT(make().recipients, ElementsAre("one.example", "two.example"));
  EXPECT_EQ(make().recipient_count, 3u);
}

TEST_F(SightingOfTest, IsBounded) {
  evidence_.envelope.recipients.assign(5'000, std::string(3'000, 'a'));
  evidence_.numbers.assign(5'000, evidence_.numbers[0]);
  facts_.subject = std::string(319, 'a') + "\xC3\xBC";
  evidence_.lexicon.assign(500, brand("b", {}, 1));
  const Sighting made = make();
  EXPECT_THAT(made.recipients, SizeIs(Sighting::kRecipientsMax));
  EXPECT_EQ(made.recipient_count, 5'000u);
  EXPECT_THAT(made.recipients[0], SizeIs(Sighting::kTextBytesMax));
  EXPECT_THAT(made.numbers, SizeIs(Sighting::kNumbersMax));
  EXPECT_THAT(made.brands, SizeIs(Sighting::kNamesMax));
  EXPECT_EQ(made.subject, std::string(319, 'a')) << "no half of a character";
}

TEST_F(SightingOfTest, KnowsOurOwnMail) {
  evidence_.envelope.authenticated = "ann";
  EXPECT_EQ(make().direction, Direction::kOutbound);
  EXPECT_TRUE(make().good());
  EXPECT_FALSE(make(true).good()) << "what it answers may be another's";
  facts_.subject = "Fwd: is this real?";
  EXPECT_FALSE(make().good());
  evidence_.envelope.authenticated = "";
  config_.milter.skip.client_networks = {*Network::parse("192.0.2.0/24")};
  EXPECT_EQ(make().direction, Direction::kOutbound);
}

TEST_F(SightingOfTest, KnowsTrustedSenders) {
  config_.trusted.senders = {".partner.example"};
  EXPECT_EQ(make().direction, Direction::kTrusted);
  evidence_.from_domain = "other.example";
  EXPECT_EQ(make().direction, Direction::kInbound) << "From and MAIL FROM both";
  config_.trusted.networks = {*Network::parse("192.0.2.7")};
  EXPECT_EQ(make().direction, Direction::kTrusted);
}

TEST_F(SightingOfTest, OutcomeIsWhatTheMtaWasTold) {
  Sighting made = make();
  set_outcome(made,
              {.action = Action::kQuarantine, .rule = "r", .reply = {}, .score = 5, .shadow = {}},
              Action::kAccept);
  EXPECT_EQ(made.action, "accept");
  EXPECT_EQ(made.rule, "r");
  EXPECT_EQ(made.score, 5);
}

// From mail to evidence and back: two brands, one number, no feed.
TEST(LocalReuse, TheSecondBrandIsTagged) {
  TemporaryDirectory directory;
  Config config = default_config();
  config.reputation.directory = directory.path() / "reputation";
  config.sightings.directory = directory.path() / "sightings";
  const auto made = Snapshot::make(config, false);
  ASSERT_TRUE(made) << made.error().message;
  auto snapshot = std::make_shared<Snapshot>(**made);
  const auto recorder = SightingRecorder::start(config.sightings, nullptr, [] { return kNow; });
  snapshot->local = recorder->evidence();
  const auto inspect = [&](std::string_view brand) {
    Inspection inspection(snapshot, {});
    inspection.push("From: " + std::string(brand) +
                    " <a@freemail.example>\r\nSubject: Invoice\r\n\r\n"
                    "Call +1 888 555 0123 to cancel.\r\n");
    Report report = inspection.finish(kNow).value();
    EXPECT_TRUE(report.sighting);
    Sighting sighting = *report.sighting;
    set_outcome(sighting, report.verdict, report.verdict.action);
    EXPECT_TRUE(recorder->offer(std::move(sighting)));
    EXPECT_TRUE(recorder->flush(kLong)) << recorder->status().fault;
    return report;
  };
  EXPECT_EQ(inspect("Norton").verdict.rule, "");
  EXPECT_EQ(inspect("Norton").verdict.rule, "");
  const Report third = inspect("PayPal");
  EXPECT_EQ(third.verdict.rule, "reused-number");
  EXPECT_EQ(third.evidence.numbers[0].local.messages, 3u);
  EXPECT_EQ(third.evidence.numbers[0].local.brands, 2);
  const Response response = make_response(config, third, "mx");
  EXPECT_THAT(response.headers[2].value, HasSubstr("messages=3"));
}

// Hashing costs as much as a short mail, and only campaigns of suspect mail ask for it.
TEST(LocalReuse, SuspectMailHasTheHashOfItsText) {
  TemporaryDirectory directory;
  Config config = default_config();
  config.reputation.directory = directory.path() / "reputation";
  const auto made = Snapshot::make(config, false);
  ASSERT_TRUE(made);
  const auto hash = [&](std::string_view from, std::string_view authenticated) {
    Envelope envelope;
    envelope.authenticated = authenticated;
    Inspection inspection(*made, envelope);
    inspection.push(
        "From: " + std::string(from) +
        " <a@freemail.example>\r\nSubject: Your invoice\r\n\r\nDear customer, your yearly plan "
        "for three devices was renewed today and 399.99 USD will be charged to your account "
        "within the next hours. Thank you for staying with us for another year; nothing needs to "
        "be done on your side. If you did not ask for this renewal, or want the money back, call "
        "our billing department at +1 888 555 0123 to cancel within 24 hours.\r\n");
    const Report report = inspection.finish(kNow).value();
    EXPECT_TRUE(report.sighting);
    return report.sighting ? report.sighting->template_hash : "";
  };
  EXPECT_EQ(hash("Norton", "").size(), 70u);
  EXPECT_EQ(hash("Ann", ""), "");
  EXPECT_EQ(hash("Norton", "ann@example.org"), "") << "our own";
}

TEST(LocalReuse, DocumentsOfTheMailAreKnownByTheirHash) {
  TemporaryDirectory directory;
  Config config = default_config();
  config.reputation.directory = directory.path() / "reputation";
  const auto hashes = [&](bool enabled) {
    config.sightings.enabled = enabled;
    const auto made = Snapshot::make(config, false);
    Inspection inspection(*made, {});
    inspection.push(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nCall +1 888 555 "
        "0123.\r\n--b\r\n"
        "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        "JVBERi0xLjQKJeLjz9MK\r\n--b--\r\n");
    const Report report = inspection.finish(kNow).value();
    EXPECT_EQ(report.sighting.has_value(), enabled);
    return enabled ? report.sighting->document_hashes : report.facts.documents;
  };
  EXPECT_THAT(hashes(true), ElementsAre(testing::SizeIs(64)));
  EXPECT_THAT(hashes(false), testing::IsEmpty());
}

TEST(LocalReuse, NothingIsRememberedWhenSwitchedOff) {
  TemporaryDirectory directory;
  Config config = default_config();
  config.reputation.directory = directory.path() / "reputation";
  config.sightings.enabled = false;
  const auto made = Snapshot::make(config, false);
  ASSERT_TRUE(made);
  Inspection inspection(*made, {});
  inspection.push("Subject: x\r\n\r\nCall +1 888 555 0123.\r\n");
  EXPECT_FALSE(inspection.finish(kNow)->sighting);
}

}  // namespace
}  // namespace ringfence
