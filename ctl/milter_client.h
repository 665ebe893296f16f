// MilterClient: the MTA's side of the milter protocol, version 6, for one message.
//
// Does: connect to a milter, replay one message as an SMTP session would be told, and gather what
// the milter asks for. Bounded in time (`timeout_seconds` for each answer) and size. Does not:
// decide or print. Does not know: Ringfence's headers; any milter will do. Source:
// libmilter/mfdef.h and sendmail's libmilter documentation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "config/envelope.h"

namespace ringfence {

/// What the milter asked the MTA to do with one message.
struct MilterOutcome {
  enum class Disposition { kAccept, kReject, kTempfail, kDiscard };
  struct Change {
    enum class Kind { kInsert, kAdd, kChange, kDelete };
    Kind kind = Kind::kAdd;
    std::uint32_t index = 0;  // position (insert) or which of that name (change, delete)
    std::string name;
    std::string value;
  };

  Disposition disposition = Disposition::kAccept;
  std::string command = "end of message";  // the SMTP command the answer was given to
  std::string reply;       // "550 5.7.1 ..." when the milter gave one; lines parted by "\r\n"
  std::string quarantine;  // reason, empty when not held
  std::vector<Change> changes;
  std::vector<std::string> other;  // modifications of another kind, by name
  bool skipped_body = false;       // the milter did not want all of the body
};

class MilterClient {
 public:
  /// `socket`: "unix:/path", "local:/path", "inet:port@host", "inet:host:port" or "/path".
  static Result<MilterClient> connect(const std::string& socket, int timeout_seconds);

  /// One SMTP session with one message. `message` as it lies in a file, with CRLF or LF line ends.
  Result<MilterOutcome> send(const Envelope& envelope, std::string_view message);

 private:
  struct Packet {
    char command = 0;
    std::string data;
  };

  explicit MilterClient(UniqueFd fd) : fd_(std::move(fd)) {}

  Result<void> negotiate();
  Result<void> write(char command, std::string_view data);
  Result<void> read_exactly(char* data, std::size_t size);
  Result<Packet> read();
  Result<bool> step(std::string_view smtp_command, char command, std::string_view data,
                    std::uint32_t no_reply_flag, MilterOutcome& out);
  Result<bool> answer(std::string_view smtp_command, MilterOutcome& out);
  Result<bool> send_envelope(const Envelope& envelope, MilterOutcome& out);
  Result<bool> send_headers(std::string_view headers, MilterOutcome& out);
  Result<bool> send_body(std::string_view body, MilterOutcome& out);
  bool wants(std::uint32_t not_wanted_flag) const { return (steps_ & not_wanted_flag) == 0; }

  UniqueFd fd_;
  std::uint32_t steps_ = 0;  // SMFIP_* the milter asked for
};

}  // namespace ringfence
