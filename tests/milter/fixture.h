// What the milter tests share: a snapshot with one denied number and a rule for each action.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "inspection/snapshot.h"
#include "milter/session.h"
#include "reputation/overrides.h"
#include "tests/support/temporary_directory.h"

namespace ringfence {

inline constexpr std::string_view kDenied = "+18885550123";
inline constexpr TimePoint kNow{std::chrono::seconds(1'780'000'000)};

/// Rules by recipient domain: a denied number in mail to tag.example is tagged, and so on;
/// quarantine for all others.
inline Policy test_policy() {
  Policy policy;
  const auto add = [&](std::string name, std::string domain, Action action, Mode mode) {
    Rule rule;
    rule.name = std::move(name);
    rule.when.number.states = {ReputationState::kDenied};
    if (!domain.empty()) rule.when.recipient_domains = {std::move(domain)};
    rule.action = action;
    rule.mode = mode;
    if (action == Action::kReject) {
      rule.reply = {"554", "5.7.9", {"This mail is 100% unwanted.", "Ask postmaster."}};
    }
    if (action == Action::kTempfail) rule.reply = {"451", "4.7.1", {"Later."}};
    policy.rules.push_back(std::move(rule));
  };
  add("to-shadow", "shadow.example", Action::kReject, Mode::kShadow);
  add("to-shadow-end", "shadow.example", Action::kAccept, Mode::kEnforce);
  add("to-tag", "tag.example", Action::kTag, Mode::kEnforce);
  add("to-reject", "reject.example", Action::kReject, Mode::kEnforce);
  add("to-tempfail", "tempfail.example", Action::kTempfail, Mode::kEnforce);
  add("to-discard", "discard.example", Action::kDiscard, Mode::kEnforce);
  add("denied-number", "", Action::kQuarantine, Mode::kEnforce);
  return policy;
}

/// The folder of the reputation table, with the denied number; made once for the process.
inline const std::filesystem::path& test_reputation() {
  static const TemporaryDirectory directory;
  static const bool made = [] {
    Override deny;
    deny.added = kNow;
    deny.reason = "test";
    return add_override(directory.path(), *E164::parse(kDenied), deny).has_value();
  }();
  if (!made) throw std::runtime_error("no override could be made");
  return directory.path();
}

inline Config test_config() {
  Config config = default_config();
  config.reputation.directory = test_reputation();
  config.milter.hostname = "mx.test.example";
  config.policy = test_policy();
  return config;
}

inline std::shared_ptr<const Snapshot> make_snapshot(Config config) {
  auto snapshot = Snapshot::make(std::move(config), true);
  if (!snapshot) throw std::runtime_error(snapshot.error().message);
  return *snapshot;
}

/// test_config(); made once, because compiling patterns takes its time.
inline std::shared_ptr<const Snapshot> test_snapshot() {
  static const auto snapshot = make_snapshot(test_config());
  return snapshot;
}

/// test_snapshot() with another configuration, sharing its engine.
inline std::shared_ptr<const Snapshot> test_snapshot(const std::function<void(Config&)>& change) {
  auto snapshot = std::make_shared<Snapshot>(*test_snapshot());
  change(snapshot->config);
  return snapshot;
}

class TestHost : public SessionHost {
 public:
  std::shared_ptr<const Snapshot> snapshot() const override {
    if (fault) fault();
    return current;
  }
  MessageGate& gate() override { return gate_; }
  SightingRecorder* recorder() override { return recording.get(); }

  std::shared_ptr<const Snapshot> current = test_snapshot();
  std::function<void()> fault;
  std::shared_ptr<SightingRecorder> recording;

 private:
  MessageGate gate_{3};
};

/// A message as an MTA hands it over.
struct TestMail {
  std::vector<std::string_view> mail_from = {"<a@sender.example>"};
  std::string_view login = {};
  std::vector<std::string_view> recipients = {"<b@example.org>"};
  std::vector<std::pair<std::string_view, std::string_view>> headers = {
      {"From", " a@sender.example"}, {"Subject", " hello"}};
  std::vector<std::string_view> body = {"Good morning.\r\n"};
};

/// Sends it whole; what the session says at its end.
inline std::optional<Outcome> send(Session& session, const TestMail& mail) {
  if (session.mail(mail.mail_from, mail.login) != Step::kContinue) return std::nullopt;
  for (const auto recipient : mail.recipients) session.recipient(recipient);
  session.set_queue_id("4ABC12");
  for (const auto& [name, value] : mail.headers) session.header(name, value);
  session.end_of_headers();
  for (const auto chunk : mail.body) {
    if (session.body(chunk) == Step::kSkip) break;
  }
  return session.end_of_message(kNow);
}

/// Value of the first header of that name, "" without one.
inline std::string header_of(const Response& response, std::string_view name) {
  for (const HeaderField& field : response.headers) {
    if (field.name == name) return field.value;
  }
  return "";
}

}  // namespace ringfence
