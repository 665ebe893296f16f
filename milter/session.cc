#include "milter/session.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <limits>
#include <map>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "inspection/sighting_of.h"
#include "milter/message_log.h"

namespace ringfence {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kSkipSize = "size";
constexpr std::size_t kNameBytesMax = 1024;  // of a host name, HELO or login that is kept

std::string bounded(std::string_view text, std::size_t bytes_max = kNameBytesMax) {
  return std::string(text.substr(0, bytes_max));
}

// Appends `value` with every line end as CRLF: MTAs hand folded fields over with bare LF.
void append_with_crlf(std::string& out, std::string_view value) {
  while (!value.empty()) {
    const std::size_t lf = value.find('\n');
    if (lf == std::string_view::npos) break;
    out.append(value.substr(0, lf));
    if (lf == 0 || value[lf - 1] != '\r') out += '\r';
    out += '\n';
    value.remove_prefix(lf + 1);
  }
  out.append(value);
}

}  // namespace

struct Session::Message {
  std::shared_ptr<const Snapshot> snapshot;  // of MAIL FROM, kept to the end
  MessageGate::Slot slot;
  Envelope envelope;                     // handed to the inspection when it starts
  std::optional<Inspection> inspection;  // from the first header on, unless skipped or failed
  std::string_view skip_reason;          // static text; "" when the message is read
  std::string_view failure_reason;       // static text; "" while all is well
  std::map<std::string, int> forged;     // lower-case name -> how many came
  int forged_count = 0;
  bool forged_all_known = true;      // false: a fault came while one was noted
  std::size_t bytes = 0;             // of the message as the MTA sent it
  bool answers = false;              // it has In-Reply-To or References
  std::optional<Sighting> sighting;  // to be remembered
  std::string line;                  // reused for header fields
  Clock::duration spent{};           // our own time on it
};

// Runs `f` on the time account of the message; what it throws becomes the message's failure.
template <typename F>
void Session::guarded(F&& f) {
  const auto begun = Clock::now();
  try {
    f();
  } catch (const std::bad_alloc&) {
    fault("out-of-memory", "no memory");
  } catch (const std::exception& e) {
    fault("internal-fault", e.what());
  } catch (...) {
    fault("internal-fault", "unknown exception");
  }
  if (!message_) return;
  message_->spent += Clock::now() - begun;
  if (message_->failure_reason.empty()) return;
  message_->inspection.reset();
  // What is only read for its numbers is passed by like before.
  if (!message_->skip_reason.empty()) message_->failure_reason = {};
}

void Session::fault(std::string_view reason, std::string_view what) noexcept {
  if (message_) message_->failure_reason = reason;
  try {
    log_error(last_queue_id_, "fault in the filter: {}", what);
  } catch (...) {  // no memory for a log line either; the counters tell
  }
}

Session::Session(SessionHost& host, const MtaAbilities& abilities)
    : host_(host), abilities_(abilities) {
  message_log().sessions_open.add(1);
}

Session::~Session() { message_log().sessions_open.add(-1); }

void Session::connect(std::string_view name, std::string_view address, std::string_view mta_host) {
  guarded([&] {
    message_.reset();
    client_name_ = bounded(name);
    client_address_ = bounded(address);
    mta_host_ = bounded(mta_host);
  });
}

void Session::helo(std::string_view name) {
  guarded([&] { helo_ = bounded(name); });
}

Step Session::mail(std::span<const std::string_view> arguments, std::string_view login) {
  message_.reset();
  last_queue_id_.clear();
  MessageGate::Slot slot = host_.gate().enter();
  if (!slot) {
    message_log().refused.add();
    return Step::kTempfail;
  }
  try {
    message_ = std::make_unique<Message>();
  } catch (const std::bad_alloc&) {
    return Step::kTempfail;
  }
  message_->slot = std::move(slot);
  guarded([&] { begin_message(arguments, login); });
  // Without a snapshot there is no on_failure to go by.
  if (!message_->snapshot) {
    message_.reset();
    return Step::kTempfail;
  }
  return Step::kContinue;
}

void Session::begin_message(std::span<const std::string_view> arguments, std::string_view login) {
  Message& message = *message_;
  message.snapshot = host_.snapshot();
  message.envelope.client_address = client_address_;
  message.envelope.client_name = client_name_;
  message.envelope.helo = helo_;
  message.envelope.authenticated = bounded(login);
  if (!arguments.empty()) message.envelope.mail_from = bounded(strip_path(arguments.front()));

  const SkipOptions& skip = message.snapshot->config.milter.skip;
  const auto& networks = skip.client_networks;
  const auto size = declared_size(arguments);
  if (skip.authenticated && !login.empty()) {
    message.skip_reason = "authenticated";
  } else if (std::any_of(networks.begin(), networks.end(), [&](const Network& network) {
               return network.contains(client_address_);
             })) {
    message.skip_reason = "client-network";
  } else if (skip.message_bytes_max > 0 && size && *size > skip.message_bytes_max) {
    message.skip_reason = kSkipSize;
  }
}

void Session::recipient(std::string_view path) {
  if (!message_) return;
  if (message_->envelope.recipients.size() >= kRecipientsMax) {
    message_->envelope.recipients_cut = true;
    return;
  }
  guarded([&] { message_->envelope.recipients.push_back(bounded(strip_path(path))); });
}

void Session::set_queue_id(std::string_view queue_id) {
  if (!message_ || queue_id.empty()) return;
  guarded([&] {
    last_queue_id_ = bounded(queue_id);
    message_->envelope.queue_id = last_queue_id_;
    if (message_->inspection) message_->inspection->envelope().queue_id = last_queue_id_;
  });
}

void Session::start_inspection() {
  Message& message = *message_;
  if (message.inspection || !message.failure_reason.empty()) return;
  if (!message.skip_reason.empty() && !reads_skipped()) return;
  message.inspection.emplace(message.snapshot, message.envelope);
}

// Mail of our own users says which numbers are honest; large mail is passed by for its size.
bool Session::reads_skipped() const {
  const SightingOptions& options = message_->snapshot->config.sightings;
  return options.enabled && options.outbound && message_->skip_reason != kSkipSize &&
         host_.recorder() != nullptr;
}

void Session::header(std::string_view name, std::string_view value) {
  if (!message_) return;
  guarded([&] {
    Message& message = *message_;
    message.bytes += name.size() + 1 + value.size() + 2;
    // "X-Ringfence : yes" is the same field to whoever reads it after us.
    const std::string_view bare_name = trim(name);
    if (is_own_header(bare_name)) {
      if (++message.forged_count > kForgedHeadersMax) return;
      message.forged_all_known = false;
      ++message.forged[ascii_lower(bare_name)];
      message.forged_all_known = true;
      return;
    }
    start_inspection();
    if (!message.inspection) return;
    message.answers =
        message.answers || iequals(bare_name, "In-Reply-To") || iequals(bare_name, "References");
    message.line.assign(name);
    message.line += abilities_.leading_space ? ":" : ": ";
    append_with_crlf(message.line, value);
    message.line += "\r\n";
    message.inspection->push(message.line);
  });
}

void Session::end_of_headers() {
  if (!message_) return;
  guarded([&] {
    message_->bytes += 2;
    start_inspection();
    if (message_->inspection) message_->inspection->push("\r\n");
  });
}

Step Session::body(std::string_view bytes) {
  if (!message_) return Step::kContinue;
  guarded([&] {
    message_->bytes += bytes.size();
    start_inspection();
    if (message_->inspection) message_->inspection->push(bytes);
  });
  const bool needed = message_->inspection && !message_->inspection->exhausted();
  return needed ? Step::kContinue : Step::kSkip;
}

std::optional<Outcome> Session::end_of_message(TimePoint now) {
  if (!message_) return std::nullopt;
  Message& message = *message_;
  Outcome outcome;
  Response& response = outcome.response;
  MessageRecord record;
  guarded([&] {
    start_inspection();  // a message without header and body
    response = decide_response(now, record);
  });
  if (!message.failure_reason.empty()) {
    response.action = Action::kTempfail;  // stays when there is no memory for the words
    guarded([&] { response = failure(message.failure_reason); });
  }
  bool removable = false;
  guarded([&] {
    for (const auto& [name, count] : message.forged) outcome.removals.push_back({name, count});
    removable = message.forged_all_known;
  });
  if (!removable) response.action = Action::kTempfail;  // never let a forged field through
  guarded([&] {
    record.forged = message.forged_count;
    record.bytes = message.bytes;
    record.failure = message.failure_reason;
    record.skipped = message.skip_reason;
    record.spent = message.spent;
    log_message(record, message.envelope, response.action);
  });
  guarded([&] { this->record(response.action); });
  message_.reset();
  return outcome;
}

Response Session::decide_response(TimePoint now, MessageRecord& record) {
  Message& message = *message_;
  const Config& config = message.snapshot->config;
  if (message.forged_count > kForgedHeadersMax) {
    record.note = "too-many-forged-headers";
    Response out;
    out.action = Action::kReject;
    out.reply = {"550", "5.7.1", {"Too many X-Ringfence header fields in the message"}};
    return out;
  }
  if (!message.skip_reason.empty()) {
    read_skipped(now);
    return make_skip_response(message.skip_reason, hostname());
  }
  if (!message.inspection) return {};  // failed before; the caller says so
  auto report = finish_inspection(now);
  if (!report) {
    log_error(last_queue_id_, "cannot look numbers up: {}", report.error().message);
    message.failure_reason = "lookup-failed";
    return {};
  }
  Response out = make_response(config, *report, hostname());
  if (report->sighting) {
    message.sighting = std::move(report->sighting);
    set_outcome(*message.sighting, report->verdict, out.action);
  }
  record.report = std::move(*report);
  if (out.action == Action::kQuarantine && !abilities_.quarantine) {
    record.note = "mta-cannot-quarantine";
    if (config.milter.on_failure == OnFailure::kTempfail) return failure(record.note);
    out.action = Action::kAccept;  // with its headers, for those who filter behind us
  }
  return out;
}

Result<Report> Session::finish_inspection(TimePoint now) {
  Message& message = *message_;
  message.inspection->envelope() = message.envelope;
  if (message.answers) message.inspection->set_answers();
  return message.inspection->finish(now);
}

void Session::read_skipped(TimePoint now) {
  if (!message_->inspection) return;
  auto report = finish_inspection(now);
  if (report) message_->sighting = std::move(report->sighting);
}

// As the MTA was told, which may be milder than the verdict.
void Session::record(Action told) {
  SightingRecorder* recorder = host_.recorder();
  if (recorder == nullptr || !message_->sighting) return;
  message_->sighting->action = to_token(told);
  recorder->offer(std::move(*message_->sighting));
}

Response Session::failure(std::string_view reason) {
  return make_failure_response(message_->snapshot->config.milter.on_failure, reason, hostname());
}

void Session::delivery_failed(std::string_view what) {
  message_log().undelivered.add();
  log_error(last_queue_id_, "the MTA did not take {}", what);
}

void Session::abort() {
  if (message_ && log_enabled(LogLevel::kDebug)) {
    guarded([&] {
      log_debug(last_queue_id_, "aborted: from=<{}> client={}[{}]",
                log_value(message_->envelope.mail_from), log_value(client_name_),
                log_value(client_address_));
    });
  }
  message_.reset();
}

std::string Session::hostname() const {
  const std::string& configured = message_->snapshot->config.milter.hostname;
  if (!configured.empty()) return configured;
  if (!mta_host_.empty()) return mta_host_;
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

Reply Session::busy_reply(bool stopping) {
  if (stopping) return {"451", "4.3.2", {"Mail filter is restarting, please try again"}};
  return {"451", "4.3.2", {"Mail filter is too busy, please try again"}};
}

std::optional<std::size_t> declared_size(std::span<const std::string_view> arguments) {
  constexpr std::string_view kKeyword = "SIZE=";
  for (const std::string_view argument :
       arguments.subspan(std::min<std::size_t>(1, arguments.size()))) {
    if (!istarts_with(argument, kKeyword)) continue;
    const std::string_view digits = argument.substr(kKeyword.size());
    std::size_t value = 0;
    const auto end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, value);
    if (rest != end || digits.empty()) return std::nullopt;
    if (error == std::errc::result_out_of_range) return std::numeric_limits<std::size_t>::max();
    if (error == std::errc()) return value;
  }
  return std::nullopt;
}

std::string_view strip_path(std::string_view path) {
  if (path.size() >= 2 && path.front() == '<' && path.back() == '>') {
    return path.substr(1, path.size() - 2);
  }
  return path;
}

}  // namespace ringfence
