// Response: a report in the words of the milter protocol. Pure; docs/formats.md has the header
// grammar.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/policy.h"
#include "inspection/inspection.h"

namespace ringfence {

struct HeaderField {
  std::string name;
  std::string value;  // folded with "\n\t", ASCII, every line at most 998 bytes (RFC 5322, 2.1.1)

  bool operator==(const HeaderField&) const = default;
};

struct Response {
  Action action = Action::kAccept;
  std::vector<HeaderField> headers;  // to insert at the top, in this order
  std::string quarantine_reason;     // for kQuarantine
  Reply reply;                       // for kReject and kTempfail
};

/// True for names of our own headers ("X-Ringfence" and "X-Ringfence-..."), in any case: copies
/// that come with the mail are forged and are removed.
bool is_own_header(std::string_view name);

/// Lists that say something of the number's honesty (block and allow), each once, worst first.
std::vector<std::string> lists_of(const NumberReputation& reputation);
/// The range the operator's word is for, and those that these lists hold the number by, each once.
std::vector<std::string> ranges_of(const NumberReputation& reputation);

/// `hostname` is who says it (`host=`). One X-Ringfence, and with findings one X-Ringfence-Score
/// and an X-Ringfence-Number per number.
Response make_response(const Config& config, const Report& report, std::string_view hostname);
/// Mail passed over by a skip rule: `X-Ringfence: skip; v=1; reason=...`.
Response make_skip_response(std::string_view reason, std::string_view hostname);
/// Mail we failed on, by `on_failure`: `X-Ringfence: error; v=1; reason=...` or a tempfail.
Response make_failure_response(OnFailure on_failure, std::string_view reason,
                               std::string_view hostname);

}  // namespace ringfence
