#include "milter/callbacks.h"

#include <arpa/inet.h>
#include <libmilter/mfapi.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <syslog.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "milter/unix_socket.h"

namespace ringfence {
namespace {

constexpr int kBacklog = 256;              // connections the kernel holds until a worker takes them
constexpr std::size_t kArgumentsMax = 64;  // of one MAIL FROM
constexpr std::size_t kReplyLinesMax = 32;       // smfi_setmlreply takes no more
constexpr std::size_t kReplyLineBytesMax = 500;  // and 980 bytes a line; RFC 5321 says 512 in all

// Steps that are answered by nothing: one round trip less each.
constexpr unsigned long kNoReplySteps =
    SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_RCPT | SMFIP_NR_DATA | SMFIP_NR_HDR | SMFIP_NR_EOH;
constexpr unsigned long kEssentialActions = SMFIF_ADDHDRS | SMFIF_CHGHDRS;

SessionHost* session_host = nullptr;  // set once, before libmilter starts

// What the MTA agreed to last. A connection that follows QUIT_NC comes without a negotiation.
std::atomic<unsigned long> agreed_actions{0};
std::atomic<unsigned long> agreed_steps{0};

Session* session_of(SMFICTX* context) { return static_cast<Session*>(smfi_getpriv(context)); }

// libmilter's interface is not const-correct; it does not write to these.
char* c_text(const char* text) { return const_cast<char*>(text); }

std::string_view macro(SMFICTX* context, const char* name) {
  const char* value = smfi_getsymval(context, c_text(name));
  return value == nullptr ? std::string_view() : std::string_view(value);
}

std::string_view or_empty(const char* text) { return text == nullptr ? "" : text; }

std::string address_text(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (address == nullptr) return "";
  const void* bytes = nullptr;
  if (address->sa_family == AF_INET) {
    bytes = &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
  } else if (address->sa_family == AF_INET6) {
    bytes = &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  }
  if (bytes == nullptr) return "";
  return inet_ntop(address->sa_family, bytes, out.data(), out.size()) == nullptr ? "" : out.data();
}

// The reply of a refusal. libmilter falls back to a default text when it does not take ours.
void set_reply(SMFICTX* context, const Reply& reply, bool permanent) {
  const std::string code = reply.code.empty() ? (permanent ? "550" : "451") : reply.code;
  const std::string enhanced =
      reply.enhanced.empty() ? (permanent ? "5.7.1" : "4.7.1") : reply.enhanced;
  std::vector<std::string> lines;
  for (const std::string& line : reply.lines) {
    if (lines.size() < kReplyLinesMax) lines.push_back(reply_line(line));
  }
  if (lines.empty()) lines.emplace_back(permanent ? "Message refused" : "Please try again later");
  // The lines are C varargs that end with a null pointer; those not used are null.
  std::array<char*, kReplyLinesMax> a{};
  for (std::size_t i = 0; i < lines.size(); ++i) a[i] = lines[i].data();
  const int done =
      smfi_setmlreply(context, code.c_str(), enhanced.c_str(), a[0], a[1], a[2], a[3], a[4], a[5],
                      a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13], a[14], a[15], a[16],
                      a[17], a[18], a[19], a[20], a[21], a[22], a[23], a[24], a[25], a[26], a[27],
                      a[28], a[29], a[30], a[31], static_cast<char*>(nullptr));
  if (done != MI_SUCCESS)
    log_warning("", "the reply {} {} is not one libmilter takes", code, enhanced);
}

// Removals go from the last to the first, since the MTA counts what is left.
bool remove_headers(SMFICTX* context, const std::vector<HeaderRemoval>& removals) {
  for (const HeaderRemoval& removal : removals) {
    for (int index = removal.count; index > 0; --index) {
      if (smfi_chgheader(context, c_text(removal.name.c_str()), index, nullptr) != MI_SUCCESS) {
        return false;
      }
    }
  }
  return true;
}

// At 1, below the Received field the MTA itself puts at 0; the last first, so that they stand in
// order.
bool insert_headers(SMFICTX* context, const std::vector<HeaderField>& headers, bool leading_space) {
  for (auto field = headers.rbegin(); field != headers.rend(); ++field) {
    const std::string value = leading_space ? " " + field->value : field->value;
    if (smfi_insheader(context, 1, c_text(field->name.c_str()), c_text(value.c_str())) !=
        MI_SUCCESS) {
      return false;
    }
  }
  return true;
}

sfsistat tell_outcome(SMFICTX* context, Session& session, const Outcome& outcome) {
  const Response& response = outcome.response;
  switch (response.action) {
    case Action::kReject:
    case Action::kTempfail:
      set_reply(context, response.reply, response.action == Action::kReject);
      return response.action == Action::kReject ? SMFIS_REJECT : SMFIS_TEMPFAIL;
    case Action::kDiscard:
      return SMFIS_DISCARD;
    case Action::kAccept:
    case Action::kTag:
    case Action::kQuarantine:
      break;
  }
  const char* refused = nullptr;
  if (!remove_headers(context, outcome.removals)) {
    refused = "the removal of forged header fields";
  } else if (!insert_headers(context, response.headers, session.abilities().leading_space)) {
    refused = "a header field";
  } else if (response.action == Action::kQuarantine &&
             smfi_quarantine(context, c_text(response.quarantine_reason.c_str())) != MI_SUCCESS) {
    refused = "the quarantine";
  }
  if (refused == nullptr) return SMFIS_CONTINUE;
  session.delivery_failed(refused);
  return SMFIS_TEMPFAIL;
}

// Every callback runs its body here: nothing thrown may reach C.
template <typename F>
sfsistat caught(sfsistat otherwise, F&& body) noexcept {
  try {
    return body();
  } catch (...) {
    return otherwise;
  }
}

// For the steps of kNoReplySteps. They can always be had: libmilter answers in our place for an MTA
// that knows none of them.
template <typename F>
sfsistat noted(SMFICTX* context, F&& body) noexcept {
  return caught(SMFIS_NOREPLY, [&]() -> sfsistat {
    if (Session* session = session_of(context)) body(*session);
    return SMFIS_NOREPLY;
  });
}

// The macros we read, asked for so that the administrator need not configure them.
void ask_for_macros(SMFICTX* context) {
  struct {
    int stage;
    const char* macros;
  } constexpr kWanted[] = {{SMFIM_CONNECT, "j {client_addr} {client_name} _"},
                           {SMFIM_ENVFROM, "i {auth_authen}"},
                           {SMFIM_DATA, "i"},
                           {SMFIM_EOH, "i"},
                           {SMFIM_EOM, "i"}};
  for (const auto& wanted : kWanted) {
    if (smfi_setsymlist(context, wanted.stage, c_text(wanted.macros)) != MI_SUCCESS) {
      log_debug("", "macro list of stage {} not taken", wanted.stage);
    }
  }
}

MtaAbilities abilities_of(unsigned long actions, unsigned long steps) {
  return {.leading_space = (steps & SMFIP_HDR_LEADSPC) != 0,
          .quarantine = (actions & SMFIF_QUARANTINE) != 0,
          .skip = (steps & SMFIP_SKIP) != 0};
}

bool start_session(SMFICTX* context, unsigned long actions, unsigned long steps) {
  auto session = std::make_unique<Session>(*session_host, abilities_of(actions, steps));
  if (smfi_setpriv(context, session.get()) != MI_SUCCESS) return false;
  session.release();  // on_close has it
  return true;
}

void warn_once_without_quarantine(unsigned long actions) {
  static std::atomic<bool> warned{false};
  if ((actions & SMFIF_QUARANTINE) != 0 || warned.exchange(true)) return;
  log_warning("", "the MTA cannot quarantine: such messages get what on_failure says");
}

sfsistat on_negotiate(SMFICTX* context, unsigned long actions, unsigned long steps, unsigned long,
                      unsigned long, unsigned long* actions_out, unsigned long* steps_out,
                      unsigned long* third_out, unsigned long* fourth_out) {
  return caught(SMFIS_REJECT, [&]() -> sfsistat {
    // Refused here, the MTA goes by its default action, as for a filter that is down.
    if (session_host->gate().closed()) return SMFIS_REJECT;
    if ((actions & kEssentialActions) != kEssentialActions) {
      log_error("", "the MTA offers no adding and changing of header fields; connection refused");
      return SMFIS_REJECT;
    }
    warn_once_without_quarantine(actions);
    *actions_out = actions & (kEssentialActions | SMFIF_QUARANTINE | SMFIF_SETSYMLIST);
    *steps_out = kNoReplySteps | (steps & (SMFIP_SKIP | SMFIP_HDR_LEADSPC | SMFIP_NOUNKNOWN));
    *third_out = 0;
    *fourth_out = 0;
    agreed_actions.store(*actions_out);
    agreed_steps.store(*steps_out);
    if ((actions & SMFIF_SETSYMLIST) != 0) ask_for_macros(context);
    return start_session(context, *actions_out, *steps_out) ? SMFIS_CONTINUE : SMFIS_REJECT;
  });
}

sfsistat on_connect(SMFICTX* context, char* name, sockaddr* address) {
  return caught(SMFIS_NOREPLY, [&]() -> sfsistat {
    if (session_of(context) == nullptr) {
      start_session(context, agreed_actions.load(), agreed_steps.load());
    }
    if (Session* session = session_of(context)) {
      session->connect(or_empty(name), address_text(address), macro(context, "j"));
    }
    return SMFIS_NOREPLY;
  });
}

sfsistat on_helo(SMFICTX* context, char* name) {
  return noted(context, [&](Session& session) { session.helo(or_empty(name)); });
}

sfsistat on_mail(SMFICTX* context, char** arguments) {
  return caught(SMFIS_TEMPFAIL, [&]() -> sfsistat {
    Session* session = session_of(context);
    if (session == nullptr) return SMFIS_TEMPFAIL;
    std::vector<std::string_view> list;
    for (char** next = arguments; *next != nullptr && list.size() < kArgumentsMax; ++next) {
      list.emplace_back(*next);
    }
    if (session->mail(list, macro(context, "{auth_authen}")) == Step::kTempfail) {
      set_reply(context, Session::busy_reply(session_host->gate().closed()), false);
      return SMFIS_TEMPFAIL;
    }
    session->set_queue_id(macro(context, "i"));
    return SMFIS_CONTINUE;
  });
}

sfsistat on_recipient(SMFICTX* context, char** arguments) {
  return noted(context, [&](Session& session) { session.recipient(or_empty(arguments[0])); });
}

sfsistat on_data(SMFICTX* context) {
  return noted(context, [&](Session& session) { session.set_queue_id(macro(context, "i")); });
}

sfsistat on_header(SMFICTX* context, char* name, char* value) {
  return noted(context, [&](Session& session) { session.header(or_empty(name), or_empty(value)); });
}

sfsistat on_end_of_headers(SMFICTX* context) {
  return noted(context, [&](Session& session) {
    session.set_queue_id(macro(context, "i"));
    session.end_of_headers();
  });
}

sfsistat on_body(SMFICTX* context, unsigned char* bytes, size_t size) {
  return caught(SMFIS_TEMPFAIL, [&]() -> sfsistat {
    Session* session = session_of(context);
    if (session == nullptr) return SMFIS_TEMPFAIL;
    const Step step = session->body({reinterpret_cast<const char*>(bytes), size});
    return step == Step::kSkip && session->abilities().skip ? SMFIS_SKIP : SMFIS_CONTINUE;
  });
}

sfsistat on_end_of_message(SMFICTX* context) {
  return caught(SMFIS_TEMPFAIL, [&]() -> sfsistat {
    Session* session = session_of(context);
    if (session == nullptr) return SMFIS_TEMPFAIL;
    session->set_queue_id(macro(context, "i"));
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto outcome = session->end_of_message(now);
    return outcome ? tell_outcome(context, *session, *outcome) : SMFIS_TEMPFAIL;
  });
}

sfsistat on_abort(SMFICTX* context) {
  return caught(SMFIS_CONTINUE, [&]() -> sfsistat {
    if (Session* session = session_of(context)) session->abort();
    return SMFIS_CONTINUE;
  });
}

// May run under the lock of libmilter's pool: frees memory, waits for nothing.
sfsistat on_close(SMFICTX* context) {
  return caught(SMFIS_CONTINUE, [&]() -> sfsistat {
    delete session_of(context);
    smfi_setpriv(context, nullptr);
    return SMFIS_CONTINUE;
  });
}

// What libmilter wants to know; static, because it keeps the pointers.
smfiDesc description() {
  static char name[] = "ringfence";
  smfiDesc out{};
  out.xxfi_name = name;
  out.xxfi_version = SMFI_VERSION;
  out.xxfi_flags = kEssentialActions | SMFIF_QUARANTINE | SMFIF_SETSYMLIST;
  out.xxfi_connect = on_connect;
  out.xxfi_helo = on_helo;
  out.xxfi_envfrom = on_mail;
  out.xxfi_envrcpt = on_recipient;
  out.xxfi_header = on_header;
  out.xxfi_eoh = on_end_of_headers;
  out.xxfi_body = on_body;
  out.xxfi_eom = on_end_of_message;
  out.xxfi_abort = on_abort;
  out.xxfi_close = on_close;
  out.xxfi_data = on_data;
  out.xxfi_negotiate = on_negotiate;
  return out;
}

}  // namespace

Result<void> open_milter(const MilterOptions& options, SessionHost& host) {
  session_host = &host;
  openlog("ringfence", LOG_PID,
          LOG_MAIL);  // what libmilter itself has to say, wherever our log goes
  const auto path = unix_socket_path(options.socket);
  if (path) {
    if (auto free = clear_stale_socket(*path); !free) return free;
  }
  std::string socket = path ? "unix:" + path->string() : options.socket;
  if (smfi_setconn(socket.data()) != MI_SUCCESS || smfi_register(description()) != MI_SUCCESS) {
    return fail(ErrorKind::kOs, "libmilter does not take the socket " + options.socket);
  }
  smfi_settimeout(options.timeout_seconds);
  smfi_setbacklog(kBacklog);
  const UmaskFor mask(options.socket_mode);
  errno = 0;
  if (smfi_opensocket(0) != MI_SUCCESS) {
    return fail_errno(ErrorKind::kUnavailable, "cannot listen on " + options.socket, errno);
  }
  return path ? set_socket_access(*path, options.socket_mode, options.socket_group)
              : Result<void>();
}

void serve_milter() {
  if (smfi_main() != MI_SUCCESS) log_error("", "libmilter ended with a failure");
}

void withdraw_milter(const MilterOptions& options) {
  if (const auto path = unix_socket_path(options.socket)) {
    std::error_code ignored;
    std::filesystem::remove(*path, ignored);
  }
}

std::string reply_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (out.size() + 2 > kReplyLineBytesMax) break;
    out += c >= ' ' && c <= '~' ? c : '?';
    if (c == '%') out += '%';
  }
  return out;
}

}  // namespace ringfence
