// Session: one SMTP connection as the MTA tells it, message after message, on plain values.
//
// Does: take the snapshot a message begins with, apply the skip rules, turn the MTA's events back
// into message bytes, count forged headers, inspect, answer with what the MTA shall do, write the
// message's one log line, hand it to who remembers. Does not: read mail or decide (Inspection),
// word headers (response.h). Does not know: libmilter, sockets, signals. Source: RFC 5321
// sections 3.3 and 4.1.1 (transaction, RSET), RFC 1870 (SIZE=).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inspection/response.h"
#include "inspection/snapshot.h"
#include "milter/message_gate.h"
#include "milter/message_log.h"
#include "reputation/listing.h"
#include "reputation/sightings/recorder.h"

namespace ringfence {

/// What a session needs of the daemon around it. Any thread.
class SessionHost {
 public:
  virtual ~SessionHost() = default;
  /// The snapshot of this moment, never null.
  virtual std::shared_ptr<const Snapshot> snapshot() const = 0;
  virtual MessageGate& gate() = 0;
  /// Who remembers messages; null when nobody does.
  virtual SightingRecorder* recorder() { return nullptr; }
};

/// What the MTA agreed to do for us.
struct MtaAbilities {
  bool leading_space = false;  // header values come and go with the blank after the colon
  bool quarantine = true;
  bool skip = true;  // SMFIS_SKIP
};

/// The answer to one command or chunk.
enum class Step : std::uint8_t { kContinue, kSkip, kTempfail };

/// Fields of this name, numbered from 1 as the MTA counts them (names compared without case).
struct HeaderRemoval {
  std::string name;
  int count = 0;

  bool operator==(const HeaderRemoval&) const = default;
};

/// What the MTA shall do with the message. Removals come before the insertion of headers.
struct Outcome {
  std::vector<HeaderRemoval> removals;
  Response response;
};

/// One connection. Not thread-safe; may move between threads between calls. Nothing throws: a fault
/// inside costs the message what `on_failure` says.
class Session {
 public:
  static constexpr int kForgedHeadersMax = 1'000;        // more in one message and it is rejected
  static constexpr std::size_t kRecipientsMax = 10'000;  // kept of one message

  Session(SessionHost& host, const MtaAbilities& abilities);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const MtaAbilities& abilities() const { return abilities_; }

  /// `address` "" for local submission; `mta_host` is the MTA's own name ({j}), "" when not told.
  void connect(std::string_view name, std::string_view address, std::string_view mta_host);
  void helo(std::string_view name);

  /// A message begins; one left unfinished is dropped. `arguments` are MAIL FROM's as SMTP gives
  /// them, path first. kTempfail: not now (stopping, or too many messages under way).
  Step mail(std::span<const std::string_view> arguments, std::string_view login);
  /// `path` with or without its angle brackets.
  void recipient(std::string_view path);
  /// As soon as the MTA tells it; "" changes nothing.
  void set_queue_id(std::string_view queue_id);
  /// A header field as the MTA gives it: continuation lines after LF or CRLF.
  void header(std::string_view name, std::string_view value);
  void end_of_headers();
  /// kSkip: nothing more of this body is needed.
  Step body(std::string_view bytes);
  /// The message is whole. Nothing when there is none. The message is over after it.
  std::optional<Outcome> end_of_message(TimePoint now);
  /// The MTA could not be told the outcome.
  void delivery_failed(std::string_view what);
  /// The message is dropped; the connection goes on.
  void abort();

  /// Reply to a MAIL FROM answered with kTempfail.
  static Reply busy_reply(bool stopping);

 private:
  struct Message;

  template <typename F>
  void guarded(F&& f);
  void fault(std::string_view reason, std::string_view what) noexcept;
  void begin_message(std::span<const std::string_view> arguments, std::string_view login);
  bool reads_skipped() const;
  void start_inspection();
  Result<Report> finish_inspection(TimePoint now);
  void read_skipped(TimePoint now);
  void record(Action told);
  Response decide_response(TimePoint now, MessageRecord& record);
  Response failure(std::string_view reason);
  std::string hostname() const;

  SessionHost& host_;
  const MtaAbilities abilities_;
  std::string client_name_;
  std::string client_address_;
  std::string helo_;
  std::string mta_host_;
  std::string last_queue_id_;
  std::unique_ptr<Message> message_;
};

/// MAIL FROM's SIZE= parameter (RFC 1870), the largest value when it does not fit, nothing without
/// one.
std::optional<std::size_t> declared_size(std::span<const std::string_view> arguments);
/// "<a@b>" and "a@b" give "a@b", "<>" gives "".
std::string_view strip_path(std::string_view path);

}  // namespace ringfence
