#include "ctl/milter_client.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <libmilter/mfdef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <thread>
#include <vector>

#include "tests/support/temporary_directory.h"

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Disposition = MilterOutcome::Disposition;

std::string network(std::uint32_t value) {
  const std::uint32_t wire = htonl(value);
  return std::string(reinterpret_cast<const char*>(&wire), 4);
}

std::string packet(char command, std::string_view data = {}) {
  return network(static_cast<std::uint32_t>(data.size() + 1)) + command + std::string(data);
}

// A milter for one connection that answers each command from a script and remembers what it was
// told.
class ScriptedMilter {
 public:
  using Script = std::vector<std::pair<char, std::string>>;  // command -> bytes to answer

  explicit ScriptedMilter(Script script, std::uint32_t steps = 0)
      : script_(std::move(script)), steps_(steps), path_((dir_.path() / "m.sock").string()) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path_.c_str());
    listener_ = UniqueFd(::socket(AF_UNIX, SOCK_STREAM, 0));
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_.get(), 1), 0);
    thread_ = std::thread([this] { serve(); });
  }
  ~ScriptedMilter() { join(); }

  std::string socket() const { return "unix:" + path_; }
  const std::vector<std::string>& told() {
    join();
    return told_;
  }

 private:
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  bool receive(int fd, char* data, std::size_t size) {
    return ::recv(fd, data, size, MSG_WAITALL) == static_cast<ssize_t>(size);
  }
  void serve() {
    const UniqueFd fd(::accept(listener_.get(), nullptr, nullptr));
    std::uint32_t size = 0;
    while (receive(fd.get(), reinterpret_cast<char*>(&size), 4)) {
      std::string data(ntohl(size), '\0');
      if (!receive(fd.get(), data.data(), data.size())) return;
      told_.push_back(data);
      std::string answer = packet(SMFIR_CONTINUE);
      if (data[0] == SMFIC_MACRO || data[0] == SMFIC_QUIT) answer.clear();
      if (data[0] == SMFIC_OPTNEG)
        answer = packet(SMFIC_OPTNEG, network(6) + network(0x1F) + network(steps_));
      for (const auto& [command, bytes] : script_) {
        if (command == data[0]) answer = bytes;
      }
      if (data[0] == SMFIC_HEADER && (steps_ & SMFIP_NR_HDR) != 0) answer.clear();
      if (::send(fd.get(), answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return;
    }
  }

  TemporaryDirectory dir_;
  Script script_;
  std::uint32_t steps_;
  std::string path_;
  UniqueFd listener_;
  std::vector<std::string> told_;
  std::thread thread_;
};

Result<MilterOutcome> send(ScriptedMilter& milter, std::string_view message,
                           Envelope envelope = {}) {
  auto client = MilterClient::connect(milter.socket(), 10);
  if (!client) return tl::unexpected(client.error());
  return client->send(envelope, message);
}

TEST(MilterClient, TellsTheMilterWhatAnMtaWould) {
  ScriptedMilter milter({}, SMFIP_HDR_LEADSPC);
  Envelope envelope;
  envelope.client_address = "2001:db8::1";
  envelope.authenticated = "anna";
  envelope.mail_from = "a@example.net";
  envelope.recipients = {"b@example.org", "c@example.org"};
  const auto outcome = send(milter, "From x\nSubject: one\n two\nTo:b\n\nbody\r\nline\n", envelope);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->disposition, Disposition::kAccept);
  using namespace std::string_literals;
  EXPECT_THAT(
      milter.told(),
      ElementsAre(testing::StartsWith("O"), "DCj\0probe.invalid\0{daemon_name}\0ringfencectl\0"s,
                  "C[2001:db8::1]\0"s
                  "6\x9c\x40IPv6:2001:db8::1\0"s,
                  "Hprobe.invalid\0"s, "DM{auth_authen}\0anna\0{auth_type}\0PLAIN\0"s,
                  "M<a@example.net>\0"s, "R<b@example.org>\0"s, "R<c@example.org>\0"s,
                  "DTi\0PROBE\0"s, "T", "LSubject\0 one\n two\0"s, "LTo\0b\0"s, "N",
                  "Bbody\r\nline\r\n", "E", "Q"));
}

TEST(MilterClient, WithoutLeadingSpaceTheBlankAfterTheColonIsDropped) {
  ScriptedMilter milter({}, SMFIP_NR_HDR);
  ASSERT_TRUE(send(milter, "Subject: one\n\n"));
  using namespace std::string_literals;
  EXPECT_THAT(milter.told(), testing::Contains("LSubject\0one\0"s));
}

TEST(MilterClient, GathersWhatTheMilterAsksFor) {
  using namespace std::string_literals;
  ScriptedMilter milter(
      {{SMFIC_BODYEOB, packet(SMFIR_CHGHEADER, network(2) + "X-Old\0\0"s) + packet(SMFIR_PROGRESS) +
                           packet(SMFIR_INSHEADER, network(1) + "X-New\0a;\n\tb\0"s) +
                           packet(SMFIR_ADDHEADER, "X-Add\0c\0"s) +
                           packet(SMFIR_CHGHEADER, network(1) + "X-Change\0d\0"s) +
                           packet(SMFIR_REPLBODY, "x") + packet(SMFIR_QUARANTINE, "why\0"s) +
                           packet(SMFIR_ACCEPT)}});
  const auto outcome = send(milter, "A: b\n\nx\n");
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->quarantine, "why");
  EXPECT_THAT(outcome->other, ElementsAre("replace body"));
  using Kind = MilterOutcome::Change::Kind;
  ASSERT_EQ(outcome->changes.size(), 4u);
  EXPECT_EQ(outcome->changes[0].kind, Kind::kDelete);
  EXPECT_EQ(outcome->changes[0].index, 2u);
  EXPECT_EQ(outcome->changes[1].kind, Kind::kInsert);
  EXPECT_EQ(outcome->changes[1].value, "a;\n\tb");
  EXPECT_EQ(outcome->changes[2].kind, Kind::kAdd);
  EXPECT_EQ(outcome->changes[3].kind, Kind::kChange);
}

TEST(MilterClient, AnEarlyAnswerEndsTheMessage) {
  using namespace std::string_literals;
  ScriptedMilter milter({{SMFIC_RCPT, packet(SMFIR_REPLYCODE, "451 4.7.1 100%% later\0"s)}});
  const auto outcome = send(milter, "A: b\n\nx\n");
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->disposition, Disposition::kTempfail);
  EXPECT_EQ(outcome->reply, "451 4.7.1 100% later");
  EXPECT_EQ(outcome->command, "RCPT TO");
  EXPECT_EQ(milter.told().back(), "Q");
}

TEST(MilterClient, EachDisposition) {
  const std::pair<std::string, Disposition> rows[] = {
      {packet(SMFIR_REJECT), Disposition::kReject},
      {packet(SMFIR_TEMPFAIL), Disposition::kTempfail},
      {packet(SMFIR_DISCARD), Disposition::kDiscard},
      {packet(SMFIR_REPLYCODE, std::string_view("550 5.7.1 no\0", 13)), Disposition::kReject}};
  for (const auto& [answer, disposition] : rows) {
    ScriptedMilter milter({{SMFIC_BODYEOB, answer}});
    const auto outcome = send(milter, "A: b\n\nx\n");
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->disposition, disposition) << answer;
  }
}

TEST(MilterClient, SkipEndsTheBodyOnly) {
  ScriptedMilter milter({{SMFIC_BODY, packet(SMFIR_SKIP)}});
  const auto outcome = send(milter, "A: b\n\n" + std::string(200'000, 'x'));
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_TRUE(outcome->skipped_body);
  EXPECT_EQ(std::count_if(milter.told().begin(), milter.told().end(),
                          [](const std::string& data) { return data[0] == SMFIC_BODY; }),
            1);
}

TEST(MilterClient, HostileAnswersAreErrors) {
  for (const std::string& answer : {packet('?'), network(0), network(0xFFFFFFFF) + "x",
                                    packet(SMFIR_INSHEADER, "x") + network(1)}) {
    ScriptedMilter milter({{SMFIC_BODYEOB, answer}, {SMFIC_QUIT, ""}});
    auto client = MilterClient::connect(milter.socket(), 1);
    ASSERT_TRUE(client);
    const auto outcome = client->send({}, "A: b\n\nx\n");
    ASSERT_FALSE(outcome) << answer;
    EXPECT_EQ(outcome.error().kind, ErrorKind::kUnavailable);
    client = fail(ErrorKind::kUnavailable, "closed");  // lets the milter's thread end
  }
}

TEST(MilterClient, SocketsThatCannotBe) {
  for (const char* bad : {"", "fax:1", "inet:", "inet:25", "unix:"}) {
    EXPECT_FALSE(MilterClient::connect(bad, 1)) << bad;
  }
  EXPECT_THAT(MilterClient::connect("unix:/nonexistent/x", 1).error().message,
              HasSubstr("/nonexistent/x: No such file"));
  EXPECT_EQ(MilterClient::connect("unix:/" + std::string(200, 'x'), 1).error().kind,
            ErrorKind::kUsage);
}

}  // namespace
}  // namespace ringfence
