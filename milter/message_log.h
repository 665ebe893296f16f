// The one log line and the counters of a message.
//
// Does not know: sessions, libmilter. Log lines are for people and for grep: `key=value` pairs
// whose values cannot forge a pair of their own.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/metrics.h"
#include "config/envelope.h"
#include "inspection/inspection.h"

namespace ringfence {

/// What became of one message. Empty texts are left out of the line.
struct MessageRecord {
  std::optional<Report> report;  // nothing when it was skipped, refused or failed
  std::string_view skipped;      // reason of a skip rule
  std::string_view failure;      // why it could not be inspected
  std::string_view note;         // what else was decided, and not by policy
  int forged = 0;                // header fields in our name that came with it
  std::size_t bytes = 0;
  std::chrono::nanoseconds spent{};  // in the daemon
};

/// Writes the line (info) and counts the message. `done` is what the MTA is told.
void log_message(const MessageRecord& record, const Envelope& envelope, Action done);

/// Counters that are not of one finished message.
struct MessageLog {
  Gauge sessions_open;
  Counter refused;      // MAIL FROM answered 451: stopping or too many under way
  Counter undelivered;  // outcomes the MTA did not take
};
const MessageLog& message_log();

/// Messages finished with `action` since the start.
double messages_counted(Action action);

/// A value as it may stand after `key=` in a log line: blanks, '<', '>', '=' and what printable()
/// escapes become \xNN, cut to 200 bytes.
std::string log_value(std::string_view text);

}  // namespace ringfence
