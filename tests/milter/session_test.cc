#include "milter/session.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/milter/fixture.h"

namespace ringfence {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::string_view kListedBody = "Your renewal: call +1 888 555 0123 today.\r\n";

class SessionTest : public ::testing::Test {
 protected:
  SessionTest() { session_.connect("mx.sender.example", "192.0.2.1", "mta.example"); }

  Response respond(const TestMail& mail) {
    auto outcome = send(session_, mail);
    EXPECT_TRUE(outcome.has_value());
    return outcome ? outcome->response : Response();
  }

  TestHost host_;
  Session session_{host_, {.leading_space = true, .quarantine = true, .skip = true}};
};

TEST_F(SessionTest, CleanMailIsAcceptedAndSaysSo) {
  const Response response = respond({});
  EXPECT_EQ(response.action, Action::kAccept);
  EXPECT_THAT(header_of(response, "X-Ringfence"), StartsWith("no;"));
  EXPECT_THAT(header_of(response, "X-Ringfence"), HasSubstr("host=mx.test.example"));
}

TEST_F(SessionTest, EachActionOfThePolicyReachesTheMta) {
  const struct {
    std::string_view recipient;
    Action action;
  } cases[] = {
      {"<b@example.org>", Action::kQuarantine},  {"b@tag.example", Action::kTag},
      {"<b@reject.example>", Action::kReject},   {"<b@tempfail.example>", Action::kTempfail},
      {"<b@discard.example>", Action::kDiscard}, {"<b@shadow.example>", Action::kAccept}};
  for (const auto& [recipient, action] : cases) {
    SCOPED_TRACE(recipient);
    TestMail mail{.recipients = {recipient}, .body = {kListedBody}};
    const Response response = respond(mail);
    EXPECT_EQ(response.action, action);
    EXPECT_EQ(response.quarantine_reason.empty(), action != Action::kQuarantine);
    EXPECT_EQ(response.reply.code, action == Action::kReject     ? "554"
                                   : action == Action::kTempfail ? "451"
                                                                 : "");
  }
}

TEST_F(SessionTest, ShadowSaysWhatItWouldHaveDone) {
  const Response response = respond({.recipients = {"<b@shadow.example>"}, .body = {kListedBody}});
  EXPECT_THAT(header_of(response, "X-Ringfence"), HasSubstr("shadow=reject"));
}

TEST_F(SessionTest, TheNumberIsFoundWhereverTheBodyIsCut) {
  for (std::size_t at = 0; at <= kListedBody.size(); ++at) {
    TestMail mail{.body = {kListedBody.substr(0, at), kListedBody.substr(at)}};
    EXPECT_EQ(respond(mail).action, Action::kQuarantine) << at;
  }
}

TEST_F(SessionTest, HeadersReachTheParserByteForByte) {
  // Folded with LF, as MTAs hand it over: no bare-lf defect, and the number is whole.
  TestMail mail{
      .headers = {{"From", " a@sender.example"}, {"Subject", " call +1 888\n 555 0123 now"}}};
  const Response response = respond(mail);
  EXPECT_EQ(response.action, Action::kQuarantine);
  EXPECT_THAT(header_of(response, "X-Ringfence"), Not(HasSubstr("defects=")));
  EXPECT_THAT(header_of(response, "X-Ringfence-Number"), HasSubstr("in=subject"));
}

TEST_F(SessionTest, HeadersWithoutLeadingSpaceAreReadToo) {
  Session plain(host_, {.leading_space = false, .quarantine = true, .skip = false});
  TestMail mail{.headers = {{"From", "a@sender.example"}, {"Subject", "+1 888 555 0123"}}};
  const auto outcome = send(plain, mail);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->response.action, Action::kQuarantine);
}

TEST_F(SessionTest, EmptyMessageHasAnOutcome) {
  const std::string_view from[] = {"<>"};
  ASSERT_EQ(session_.mail(from, ""), Step::kContinue);
  session_.recipient("<b@example.org>");
  const auto outcome = session_.end_of_message(kNow);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->response.action, Action::kAccept);
  EXPECT_THAT(header_of(outcome->response, "X-Ringfence"), StartsWith("no;"));
}

TEST_F(SessionTest, ForgedHeadersAreCountedByNameWithoutCase) {
  TestMail mail;
  mail.headers = {{"X-Ringfence", " no; v=1"},   {"Subject", " hello"},   {"x-RINGFENCE", " yes"},
                  {"X-Ringfence-Score", " 0"},   {"X-Ringfence ", " no"}, {"X-Ringfenced", " mine"},
                  {"X-Ringfence-Whatever", " 1"}};
  const auto outcome = send(session_, mail);
  ASSERT_TRUE(outcome);
  EXPECT_THAT(outcome->removals,
              ElementsAre(HeaderRemoval{"x-ringfence", 3}, HeaderRemoval{"x-ringfence-score", 1},
                          HeaderRemoval{"x-ringfence-whatever", 1}));
}

TEST_F(SessionTest, ForgedHeadersOfSkippedMailAreRemovedToo) {
  TestMail mail{.login = "user"};
  mail.headers.emplace_back("X-Ringfence", " no");
  const auto outcome = send(session_, mail);
  ASSERT_TRUE(outcome);
  EXPECT_THAT(outcome->removals, ElementsAre(HeaderRemoval{"x-ringfence", 1}));
}

TEST_F(SessionTest, ForgedHeadersWithoutEndAreRejected) {
  std::vector<std::string> names;
  for (int i = 0; i <= Session::kForgedHeadersMax; ++i)
    names.push_back("X-Ringfence-" + std::to_string(i));
  TestMail mail;
  for (const auto& name : names) mail.headers.emplace_back(name, " 1");
  EXPECT_EQ(respond(mail).action, Action::kReject);
  mail.headers.pop_back();
  EXPECT_EQ(respond(mail).action, Action::kAccept);
}

TEST_F(SessionTest, SkipRulesReadNoBody) {
  host_.current = test_snapshot([](Config& config) {
    config.milter.skip.client_networks = {*Network::parse("198.51.100.0/24")};
    config.milter.skip.message_bytes_max = 1000;
  });
  const struct {
    std::string_view reason;
    std::string_view address;
    std::string_view login;
    std::vector<std::string_view> mail_from;
  } cases[] = {
      {"authenticated", "192.0.2.1", "user", {"<a@sender.example>"}},
      {"client-network", "198.51.100.7", "", {"<a@sender.example>"}},
      {"size", "192.0.2.1", "", {"<a@sender.example>", "BODY=8BITMIME", "size=1001"}},
  };
  for (const auto& [reason, address, login, mail_from] : cases) {
    SCOPED_TRACE(reason);
    session_.connect("c.example", address, "mta.example");
    ASSERT_EQ(session_.mail(mail_from, login), Step::kContinue);
    session_.recipient("<b@reject.example>");
    session_.header("Subject", " +1 888 555 0123");
    session_.end_of_headers();
    EXPECT_EQ(session_.body(kListedBody), Step::kSkip);
    const auto outcome = session_.end_of_message(kNow);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->response.action, Action::kAccept);
    EXPECT_THAT(header_of(outcome->response, "X-Ringfence"), StartsWith("skip;"));
    EXPECT_THAT(header_of(outcome->response, "X-Ringfence"),
                HasSubstr("reason=" + std::string(reason)));
  }
}

TEST_F(SessionTest, SkipRulesCanBeOff) {
  host_.current = test_snapshot([](Config& config) { config.milter.skip.authenticated = false; });
  EXPECT_EQ(respond({.login = "user", .body = {kListedBody}}).action, Action::kQuarantine);
}

TEST_F(SessionTest, SkipsTheRestOfABodyThatCannotMatter) {
  host_.current = test_snapshot([](Config& config) { config.message.message_bytes_max = 1024; });
  const std::string_view from[] = {"<a@sender.example>"};
  ASSERT_EQ(session_.mail(from, ""), Step::kContinue);
  session_.header("Subject", " x");
  session_.end_of_headers();
  EXPECT_EQ(session_.body("first line\r\n"), Step::kContinue);
  EXPECT_EQ(session_.body(std::string(2000, 'x')), Step::kSkip);
  const auto outcome = session_.end_of_message(kNow);
  ASSERT_TRUE(outcome);
  EXPECT_THAT(header_of(outcome->response, "X-Ringfence"), HasSubstr("partial=message-bytes"));
}

TEST_F(SessionTest, MessagesOfOneConnectionDoNotMix) {
  EXPECT_EQ(respond({.recipients = {"<b@reject.example>"}, .body = {kListedBody}}).action,
            Action::kReject);
  TestMail forged;
  forged.headers.emplace_back("X-Ringfence", " no");
  EXPECT_EQ(respond(forged).action, Action::kAccept);
  const auto clean = send(session_, {});
  ASSERT_TRUE(clean);
  EXPECT_EQ(clean->response.action, Action::kAccept);
  EXPECT_THAT(clean->removals, IsEmpty());
}

TEST_F(SessionTest, AbortForgetsTheMessageAndNotTheConnection) {
  const std::string_view from[] = {"<a@sender.example>"};
  ASSERT_EQ(session_.mail(from, ""), Step::kContinue);
  session_.recipient("<b@reject.example>");
  session_.header("X-Ringfence", " no");
  session_.end_of_headers();
  session_.body("call +1 888 555 ");
  session_.abort();
  EXPECT_EQ(host_.gate().under_way(), 0);
  EXPECT_FALSE(session_.end_of_message(kNow));

  const auto next = send(session_, {.body = {"0123\r\n"}});
  ASSERT_TRUE(next);
  EXPECT_EQ(next->response.action, Action::kAccept);
  EXPECT_THAT(next->removals, IsEmpty());
}

TEST_F(SessionTest, AMailWithoutEndIsReplacedByTheNext) {
  const std::string_view from[] = {"<a@sender.example>"};
  ASSERT_EQ(session_.mail(from, ""), Step::kContinue);
  session_.body(kListedBody);
  EXPECT_EQ(respond({}).action, Action::kAccept);
  EXPECT_EQ(host_.gate().under_way(), 0);
}

TEST_F(SessionTest, StrayEventsWithoutAMessageAreHarmless) {
  session_.recipient("<b@example.org>");
  session_.set_queue_id("4ABC12");
  session_.header("X-Ringfence", " no");
  session_.end_of_headers();
  EXPECT_EQ(session_.body("x"), Step::kContinue);
  EXPECT_FALSE(session_.end_of_message(kNow));
  session_.abort();
}

TEST_F(SessionTest, AMessageKeepsTheSnapshotItBeganWith) {
  const std::string_view from[] = {"<a@sender.example>"};
  ASSERT_EQ(session_.mail(from, ""), Step::kContinue);
  host_.current = test_snapshot([](Config& config) {
    config.policy.rules.clear();
    config.milter.hostname = "new.test.example";
  });
  session_.recipient("<b@reject.example>");
  session_.end_of_headers();
  session_.body(kListedBody);
  const auto old = session_.end_of_message(kNow);
  ASSERT_TRUE(old);
  EXPECT_EQ(old->response.action, Action::kReject);

  const Response next = respond({.recipients = {"<b@reject.example>"}, .body = {kListedBody}});
  EXPECT_EQ(next.action, Action::kAccept);
  EXPECT_THAT(header_of(next, "X-Ringfence"), HasSubstr("host=new.test.example"));
}

TEST_F(SessionTest, HostnameIsConfiguredOrTheMtas) {
  host_.current = test_snapshot([](Config& config) { config.milter.hostname.clear(); });
  EXPECT_THAT(header_of(respond({}), "X-Ringfence"), HasSubstr("host=mta.example"));
  session_.connect("c.example", "192.0.2.1", "");
  EXPECT_THAT(header_of(respond({}), "X-Ringfence"), Not(HasSubstr("host=;")));
}

TEST_F(SessionTest, NoMoreMessagesThanTheGateHolds) {
  const std::string_view from[] = {"<a@sender.example>"};
  std::vector<std::unique_ptr<Session>> sessions;
  for (int i = 0; i < 4; ++i) {
    sessions.push_back(std::make_unique<Session>(host_, MtaAbilities()));
    EXPECT_EQ(sessions.back()->mail(from, ""), i < 3 ? Step::kContinue : Step::kTempfail);
  }
  sessions.front().reset();  // closed in the middle of its message
  EXPECT_EQ(sessions.back()->mail(from, ""), Step::kContinue);
  sessions.clear();
  EXPECT_EQ(host_.gate().under_way(), 0);
}

TEST_F(SessionTest, AClosedGateLetsMessagesFinishAndNoneBegin) {
  const std::string_view from[] = {"<a@sender.example>"};
  ASSERT_EQ(session_.mail(from, ""), Step::kContinue);
  host_.gate().close();
  session_.end_of_headers();
  session_.body(kListedBody);
  const auto outcome = session_.end_of_message(kNow);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->response.action, Action::kQuarantine);
  EXPECT_EQ(host_.gate().under_way(), 0);
  EXPECT_EQ(session_.mail(from, ""), Step::kTempfail);
}

TEST_F(SessionTest, AFaultAtMailFromIsATempfail) {
  host_.fault = [] { throw std::runtime_error("injected"); };
  const std::string_view from[] = {"<a@sender.example>"};
  EXPECT_EQ(session_.mail(from, ""), Step::kTempfail);
  EXPECT_EQ(host_.gate().under_way(), 0);
  host_.fault = nullptr;
  EXPECT_EQ(respond({}).action, Action::kAccept);
}

TEST_F(SessionTest, WithoutQuarantineTheFailureSettingDecides) {
  const TestMail mail{.body = {kListedBody}};
  Session session(host_, {.leading_space = true, .quarantine = false, .skip = true});
  const auto accepted = send(session, mail);
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->response.action, Action::kAccept);
  EXPECT_THAT(header_of(accepted->response, "X-Ringfence"), HasSubstr("action=quarantine"));

  host_.current = test_snapshot([](Config& c) { c.milter.on_failure = OnFailure::kTempfail; });
  const auto deferred = send(session, mail);
  ASSERT_TRUE(deferred);
  EXPECT_EQ(deferred->response.action, Action::kTempfail);
}

TEST_F(SessionTest, ManyRecipientsAreBounded) {
  const std::string_view from[] = {"<a@sender.example>"};
  ASSERT_EQ(session_.mail(from, ""), Step::kContinue);
  for (std::size_t i = 0; i < Session::kRecipientsMax + 10; ++i)
    session_.recipient("<b@example.org>");
  session_.end_of_headers();
  session_.body(kListedBody);
  const auto outcome = session_.end_of_message(kNow);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->response.action, Action::kQuarantine);
  EXPECT_THAT(outcome->response.headers[0].value, HasSubstr("partial=recipients"));
}

TEST_F(SessionTest, JunkHasAnOutcome) {
  std::string junk;
  std::uint32_t state = 1;
  for (int i = 0; i < 200'000; ++i) {
    state = state * 1'664'525u + 1'013'904'223u;
    junk += static_cast<char>(state >> 24);
  }
  TestMail mail;
  mail.headers = {{"Content-Type", " multipart/mixed; boundary=\"\xff\x01"},
                  {"", ""},
                  {std::string_view("\xff\xfe\0x", 4), std::string_view("\0\r\n\xff\n", 5)}};
  mail.body = {junk, std::string_view("\0\0\0", 3)};
  EXPECT_EQ(respond(mail).action, Action::kAccept);
}

TEST(DeclaredSize, TakesTheSizeParameterOnly) {
  using Arguments = std::vector<std::string_view>;
  EXPECT_EQ(declared_size(Arguments{}), std::nullopt);
  EXPECT_EQ(declared_size(Arguments{"<size=5@x>"}), std::nullopt);
  EXPECT_EQ(declared_size(Arguments{"SIZE=5"}), std::nullopt);  // that is the path
  EXPECT_EQ(declared_size(Arguments{"<a@b>", "SIZE=5"}), 5u);
  EXPECT_EQ(declared_size(Arguments{"<a@b>", "BODY=7BIT", "sIzE=17"}), 17u);
  EXPECT_EQ(declared_size(Arguments{"<a@b>", "SIZE="}), std::nullopt);
  EXPECT_EQ(declared_size(Arguments{"<a@b>", "SIZE=-1"}), std::nullopt);
  EXPECT_EQ(declared_size(Arguments{"<a@b>", "SIZE=12x"}), std::nullopt);
  EXPECT_EQ(declared_size(Arguments{"<a@b>", "SIZE=99999999999999999999999"}),
            std::numeric_limits<std::size_t>::max());
}

TEST(StripPath, TakesBracketsOffInPairs) {
  EXPECT_EQ(strip_path("<a@b>"), "a@b");
  EXPECT_EQ(strip_path("a@b"), "a@b");
  EXPECT_EQ(strip_path("<>"), "");
  EXPECT_EQ(strip_path("<"), "<");
  EXPECT_EQ(strip_path(""), "");
}

TEST(LogValue, CannotPoseAsAPair) {
  EXPECT_EQ(log_value("a@b.example"), "a@b.example");
  EXPECT_EQ(log_value("x> action=accept <y"), "x\\x3e\\x20action\\x3daccept\\x20\\x3cy");
  EXPECT_EQ(log_value("a\r\nb"), "a\\x0d\\x0ab");
  EXPECT_LE(log_value(std::string(10'000, ' ')).size(), 1000u);
}

}  // namespace
}  // namespace ringfence
