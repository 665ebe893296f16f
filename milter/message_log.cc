#include "milter/message_log.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "base/tokens.h"

namespace ringfence {
namespace {

constexpr std::size_t kLoggedNumbersMax = 3;
constexpr std::size_t kActionCount = 6;

struct Counters {
  std::vector<Counter> by_action;
  Counter skipped =
      counter("ringfence_messages_skipped_total", "Messages passed over by a skip rule");
  Counter failed =
      counter("ringfence_messages_failed_total", "Messages that could not be inspected");
  Counter partial = counter("ringfence_messages_partial_total", "Messages that reached a limit");
  Counter findings = counter("ringfence_findings_total", "Distinct telephone numbers in messages");
  Counter listed = counter("ringfence_findings_scored_total", "Numbers found with a score above 0");
  Counter forged =
      counter("ringfence_forged_headers_total", "X-Ringfence fields that came with mail");
  Counter bytes =
      counter("ringfence_message_bytes_total", "Bytes of messages as the MTA sent them");
  Histogram seconds =
      histogram("ringfence_message_seconds", "Time spent in the daemon on one message",
                {0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10});

  Counters() {
    for (std::size_t i = 0; i < kActionCount; ++i) {
      by_action.push_back(counter("ringfence_messages_total", "Messages finished, by action",
                                  {{"action", std::string(to_token(static_cast<Action>(i)))}}));
    }
  }
};

const Counters& counters() {
  static const auto* instance = new Counters;  // workers may count while the process ends
  return *instance;
}

// "+18885550123/95,+..." the worst first, then how many more.
std::string numbers_of(const Evidence& evidence) {
  std::vector<const NumberEvidence*> numbers;
  for (const NumberEvidence& number : evidence.numbers) numbers.push_back(&number);
  const std::size_t shown = std::min(numbers.size(), kLoggedNumbersMax);
  std::partial_sort(
      numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(shown), numbers.end(),
      [](const auto* a, const auto* b) { return a->reputation.score > b->reputation.score; });
  std::string out;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) out += ',';
    out +=
        fmt::format("{}/{}", numbers[i]->finding.number.to_string(), numbers[i]->reputation.score);
  }
  if (shown < numbers.size()) out += fmt::format(",+{}", numbers.size() - shown);
  return out;
}

void append(std::string& line, std::string_view key, std::string_view value) {
  if (!value.empty()) line += fmt::format(" {}={}", key, value);
}

void append_report(std::string& line, const Report& report) {
  const Verdict& verdict = report.verdict;
  append(line, "rule", log_value(verdict.rule));
  if (verdict.shadow) {
    append(line, "shadow", to_token(verdict.shadow->action));
    append(line, "shadow-rule", log_value(verdict.shadow->rule));
  }
  line += fmt::format(" score={} found={}", verdict.score, report.evidence.numbers.size());
  append(line, "numbers", numbers_of(report.evidence));
  append(line, "partial", tokens_of(report.evidence.limits));
  append(line, "message-id", log_value(report.facts.message_id));
}

}  // namespace

const MessageLog& message_log() {
  static const auto* instance = new MessageLog{
      gauge("ringfence_sessions_open", "SMTP connections the MTA tells us about"),
      counter("ringfence_messages_refused_total", "MAIL FROM answered 451: stopping or too busy"),
      counter("ringfence_outcomes_undelivered_total", "Outcomes the MTA did not take")};
  return *instance;
}

double messages_counted(Action action) {
  return counters().by_action[static_cast<std::size_t>(action)].value();
}

void log_message(const MessageRecord& record, const Envelope& envelope, Action done) {
  const Counters& count = counters();
  count.by_action[static_cast<std::size_t>(done)].add();
  count.bytes.add(static_cast<double>(record.bytes));
  count.seconds.observe(std::chrono::duration<double>(record.spent).count());
  if (!record.skipped.empty()) count.skipped.add();
  if (!record.failure.empty()) count.failed.add();
  if (record.forged > 0) count.forged.add(record.forged);
  if (record.report) {
    const Evidence& evidence = record.report->evidence;
    count.findings.add(static_cast<double>(evidence.numbers.size()));
    count.listed.add(static_cast<double>(
        std::count_if(evidence.numbers.begin(), evidence.numbers.end(),
                      [](const NumberEvidence& number) { return number.reputation.score > 0; })));
    if (!evidence.limits.empty()) count.partial.add();
  }
  if (!log_enabled(LogLevel::kInfo)) return;

  std::string line =
      fmt::format("from=<{}> to={} client={}[{}] action={}", log_value(envelope.mail_from),
                  envelope.recipients.size(), log_value(envelope.client_name),
                  log_value(envelope.client_address), to_token(done));
  append(line, "skip", record.skipped);
  append(line, "failure", record.failure);
  append(line, "note", record.note);
  append(line, "login", log_value(envelope.authenticated));
  if (record.report) append_report(line, *record.report);
  if (record.forged > 0) line += fmt::format(" forged={}", record.forged);
  line += fmt::format(" size={} ms={:.1f}", record.bytes,
                      std::chrono::duration<double, std::milli>(record.spent).count());
  log_info(envelope.queue_id.empty() ? "NOQUEUE" : envelope.queue_id, "{}", line);
}

std::string log_value(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (c == ' ' || c == '<' || c == '>' || c == '=') {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace ringfence
