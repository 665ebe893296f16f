// What a session remembers of messages, and that mail never pays for it.
#include <gmock/gmock.h>

#include "reputation/sightings/journal_reader.h"
#include "tests/milter/fixture.h"

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::chrono::milliseconds kLong{20'000};

class SessionSightingsTest : public testing::Test {
 protected:
  SessionSightingsTest() {
    options_.directory = directory_.path() / "sightings";
    host_.recording = SightingRecorder::start(options_, nullptr, [] { return kNow; });
    set([](Config&) {});
  }
  void set(const std::function<void(Config&)>& change) {
    host_.current = test_snapshot([&](Config& config) {
      config.sightings = options_;
      change(config);
    });
  }
  std::optional<Outcome> send_one(const TestMail& mail) {
    Session session(host_, {.leading_space = true});
    session.connect("client.example", "192.0.2.7", "mx.example");
    return send(session, mail);
  }
  /// What is in the journal, the last first.
  std::vector<Sighting> recorded() {
    EXPECT_TRUE(host_.recording->flush(kLong)) << host_.recording->status().fault;
    std::vector<Sighting> out;
    auto reader = JournalReader::open(options_.directory);
    if (!reader) return out;
    for (JournalEntry& entry : reader->find({})) out.push_back(std::move(entry.sighting));
    return out;
  }

  TemporaryDirectory directory_;
  SightingOptions options_;
  TestHost host_;
};

const TestMail kShowsNumber = {.body = {"Call +1 888 555 0199 now.\r\n"}};

TEST_F(SessionSightingsTest, AMessageWithANumberIsRemembered) {
  TestMail mail = kShowsNumber;
  mail.headers = {{"From", " \"Billing\" <a@sender.example>"}, {"Subject", " Hello"}};
  mail.recipients = {"<b@example.org>", "<c@example.net>"};
  ASSERT_TRUE(send_one(mail));
  const auto seen = recorded();
  ASSERT_THAT(seen, SizeIs(1));
  EXPECT_EQ(seen[0].when, kNow);
  EXPECT_EQ(seen[0].queue_id, "4ABC12");
  EXPECT_EQ(seen[0].from_display, "Billing");
  EXPECT_THAT(seen[0].recipients, ElementsAre("b@example.org", "c@example.net"));
  EXPECT_EQ(seen[0].action, "accept");
  EXPECT_EQ(seen[0].direction, Direction::kInbound);
  ASSERT_THAT(seen[0].numbers, SizeIs(1));
  EXPECT_EQ(seen[0].numbers[0].number.to_string(), "+18885550199");
}

TEST_F(SessionSightingsTest, AMessageWithoutNumbersIsNot) {
  ASSERT_TRUE(send_one({}));
  EXPECT_THAT(recorded(), IsEmpty());
  EXPECT_EQ(host_.recording->status().offered, 0u);
}

TEST_F(SessionSightingsTest, TheActionIsWhatTheMtaWasTold) {
  TestMail mail = kShowsNumber;
  mail.body = {"Call +1 888 555 0123 now.\r\n"};  // denied
  mail.recipients = {"<b@reject.example>"};
  send_one(mail);
  ASSERT_THAT(recorded(), SizeIs(1));
  EXPECT_EQ(recorded()[0].action, "reject");
  EXPECT_EQ(recorded()[0].rule, "to-reject");
  EXPECT_EQ(recorded()[0].score, 100);
}

TEST_F(SessionSightingsTest, AQuarantineThatTheMtaCannotDoIsAnAccept) {
  Session session(host_, {.quarantine = false});
  TestMail mail = kShowsNumber;
  mail.body = {"Call +1 888 555 0123 now.\r\n"};
  send(session, mail);
  EXPECT_EQ(recorded()[0].action, "accept");
  EXPECT_EQ(recorded()[0].rule, "denied-number");
}

TEST_F(SessionSightingsTest, OurOwnMailIsReadForItsNumbersAlone) {
  TestMail mail = kShowsNumber;
  mail.login = "ann";
  mail.body = {"Call +1 888 555 0123 now.\r\n"};  // denied, and yet ours
  const auto outcome = send_one(mail);
  EXPECT_EQ(outcome->response.action, Action::kAccept);
  EXPECT_THAT(header_of(outcome->response, "X-Ringfence"), testing::StartsWith("skip;"));
  EXPECT_THAT(outcome->response.headers, SizeIs(1));
  const auto seen = recorded();
  ASSERT_THAT(seen, SizeIs(1));
  EXPECT_EQ(seen[0].direction, Direction::kOutbound);
  EXPECT_TRUE(seen[0].good());
  EXPECT_EQ(seen[0].action, "accept");
  EXPECT_EQ(seen[0].rule, "");
}

TEST_F(SessionSightingsTest, AnAnswerIsNoEvidenceForWhatItQuotes) {
  for (const auto& header : std::vector<std::pair<std::string_view, std::string_view>>{
           {"In-Reply-To", " <x@y>"}, {"REFERENCES", " <x@y>"}, {"Subject", " Fwd: real?"}}) {
    TestMail mail = kShowsNumber;
    mail.login = "ann";
    mail.headers.push_back(header);
    if (header.first == "Subject") mail.headers = {header};
    send_one(mail);
  }
  const auto seen = recorded();
  ASSERT_THAT(seen, SizeIs(3));
  for (const Sighting& sighting : seen) EXPECT_FALSE(sighting.good());
}

TEST_F(SessionSightingsTest, OurOwnMailIsNotReadWhenToldSo) {
  set([](Config& config) { config.sightings.outbound = false; });
  TestMail mail = kShowsNumber;
  mail.login = "ann";
  Session session(host_, {});
  session.mail(mail.mail_from, mail.login);
  session.end_of_headers();
  EXPECT_EQ(session.body("Call +1 888 555 0199.\r\n"), Step::kSkip);
  session.end_of_message(kNow);
  EXPECT_THAT(recorded(), IsEmpty());
}

TEST_F(SessionSightingsTest, MailPassedByForItsSizeIsNotRead) {
  set([](Config& config) { config.milter.skip.message_bytes_max = 1'000; });
  TestMail mail = kShowsNumber;
  mail.mail_from = {"<a@sender.example>", "SIZE=2000"};
  send_one(mail);
  EXPECT_THAT(recorded(), IsEmpty());
}

TEST_F(SessionSightingsTest, AMailThatIsDroppedIsNotRemembered) {
  Session session(host_, {});
  session.mail(kShowsNumber.mail_from, "");
  session.header("Subject", " call +1 888 555 0199");
  session.abort();
  EXPECT_THAT(recorded(), IsEmpty());
}

TEST_F(SessionSightingsTest, SwitchedOffNothingIsRemembered) {
  set([](Config& config) { config.sightings.enabled = false; });
  send_one(kShowsNumber);
  EXPECT_EQ(host_.recording->status().offered, 0u);
}

TEST_F(SessionSightingsTest, MailGoesOnWhenNothingCanBeWritten) {
  options_.directory = directory_.path() / "missing" / "sightings";
  options_.queue_max = 1;
  host_.recording = SightingRecorder::start(options_, nullptr, [] { return kNow; });
  for (int i = 0; i < 3; ++i) {
    const auto outcome = send_one(kShowsNumber);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->response.action, Action::kAccept);
    EXPECT_THAT(header_of(outcome->response, "X-Ringfence"), testing::StartsWith("no;"));
  }
  EXPECT_EQ(host_.recording->status().dropped, 2u);
}

}  // namespace
}  // namespace ringfence
