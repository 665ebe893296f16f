#include "ctl/milter_client.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <libmilter/mfdef.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::uint32_t kPacketBytesMax = 1u << 20;  // of one answer

std::string to_network(std::uint32_t value) {
  const std::uint32_t wire = htonl(value);
  return std::string(reinterpret_cast<const char*>(&wire), sizeof wire);
}

std::uint32_t from_network(std::string_view bytes) {
  std::uint32_t wire = 0;
  std::memcpy(&wire, bytes.data(), std::min(bytes.size(), sizeof wire));
  return ntohl(wire);
}

std::string with_nul(std::string_view text) { return std::string(text) + '\0'; }

Result<UniqueFd> connect_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return fail(ErrorKind::kUsage, "the socket's path is too long: " + path);
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd || ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return fail_errno(ErrorKind::kUnavailable, "cannot connect to " + path, errno);
  }
  return fd;
}

Result<UniqueFd> connect_inet(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (error != 0) {
    return fail(ErrorKind::kUsage,
                fmt::format("cannot find {}:{}: {}", host, port, gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  int last = 0;
  for (const addrinfo* it = found; it != nullptr; it = it->ai_next) {
    UniqueFd fd(::socket(it->ai_family, it->ai_socktype | SOCK_CLOEXEC, it->ai_protocol));
    if (fd && ::connect(fd.get(), it->ai_addr, it->ai_addrlen) == 0) return fd;
    last = errno;
  }
  return fail_errno(ErrorKind::kUnavailable, fmt::format("cannot connect to {}:{}", host, port),
                    last);
}

Result<UniqueFd> open_socket(const std::string& socket) {
  const std::size_t colon = socket.find(':');
  const std::string scheme = socket.starts_with('/') ? "unix" : socket.substr(0, colon);
  const std::string rest =
      socket.starts_with('/') || colon == std::string::npos ? socket : socket.substr(colon + 1);
  if (scheme == "unix" || scheme == "local") return connect_unix(rest);
  if (scheme == "inet" || scheme == "inet6") {
    if (const std::size_t at = rest.find('@'); at != std::string::npos) {
      return connect_inet(rest.substr(at + 1), rest.substr(0, at));
    }
    if (const std::size_t at = rest.rfind(':'); at != std::string::npos) {
      return connect_inet(rest.substr(0, at), rest.substr(at + 1));
    }
  }
  return fail(ErrorKind::kUsage, "not a milter socket: \"" + socket +
                                     "\" (unix:/path, inet:port@host or inet:host:port)");
}

// The next line of `text` without its line end; `text` moves behind it.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// A file's text split at the first empty line, the body with CRLF line ends as SMTP carries it.
struct SplitMessage {
  std::string_view headers;
  std::string body;
};

SplitMessage split_message(std::string_view message) {
  if (message.starts_with("From ")) take_line(message);  // mbox
  SplitMessage out;
  std::string_view rest = message;
  std::size_t header_bytes = message.size();
  while (!rest.empty()) {
    const std::size_t at = message.size() - rest.size();
    if (take_line(rest).empty()) {
      header_bytes = at;
      break;
    }
  }
  out.headers = message.substr(0, header_bytes);
  out.body.reserve(rest.size() + rest.size() / 32);
  while (!rest.empty()) {
    out.body += take_line(rest);
    out.body += "\r\n";
  }
  return out;
}

}  // namespace

Result<MilterClient> MilterClient::connect(const std::string& socket, int timeout_seconds) {
  auto fd = open_socket(socket);
  if (!fd) return tl::unexpected(fd.error());
  const timeval timeout{timeout_seconds, 0};
  ::setsockopt(fd->get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  ::setsockopt(fd->get(), SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  MilterClient client(std::move(*fd));
  if (auto done = client.negotiate(); !done) return tl::unexpected(done.error());
  return client;
}

Result<void> MilterClient::write(char command, std::string_view data) {
  std::string packet = to_network(static_cast<std::uint32_t>(data.size() + 1)) + command;
  packet += data;
  std::string_view rest = packet;
  while (!rest.empty()) {
    const ssize_t sent = ::send(fd_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return fail_errno(ErrorKind::kUnavailable, "cannot write to the milter", errno);
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<void> MilterClient::read_exactly(char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::recv(fd_.get(), data, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) return fail(ErrorKind::kUnavailable, "the milter closed the connection");
    if (got < 0) return fail_errno(ErrorKind::kUnavailable, "no answer from the milter", errno);
    data += got;
    size -= static_cast<std::size_t>(got);
  }
  return {};
}

Result<MilterClient::Packet> MilterClient::read() {
  char head[4];
  if (auto done = read_exactly(head, sizeof head); !done) return tl::unexpected(done.error());
  const std::uint32_t size = from_network({head, sizeof head});
  if (size == 0 || size > kPacketBytesMax) {
    return fail(ErrorKind::kUnavailable,
                fmt::format("the milter answers {} bytes: no milter?", size));
  }
  Packet packet;
  std::string bytes(size, '\0');
  if (auto done = read_exactly(bytes.data(), size); !done) return tl::unexpected(done.error());
  packet.command = bytes[0];
  packet.data = bytes.substr(1);
  return packet;
}

Result<void> MilterClient::negotiate() {
  const std::string offer =
      to_network(SMFI_PROT_VERSION) + to_network(SMFI_CURR_ACTS) + to_network(SMFI_CURR_PROT);
  if (auto done = write(SMFIC_OPTNEG, offer); !done) return done;
  auto reply = read();
  if (!reply) return tl::unexpected(reply.error());
  if (reply->command != SMFIC_OPTNEG || reply->data.size() < MILTER_OPTLEN) {
    return fail(ErrorKind::kUnavailable, "the other side does not speak the milter protocol");
  }
  steps_ = from_network(std::string_view(reply->data).substr(8));
  return {};
}

// Reads answers until one ends the command; false when it also ends the message.
Result<bool> MilterClient::answer(std::string_view smtp_command, MilterOutcome& out) {
  using Disposition = MilterOutcome::Disposition;
  using Change = MilterOutcome::Change;
  const auto end = [&](Disposition disposition, std::string reply) {
    out.disposition = disposition;
    out.reply = std::move(reply);
    out.command = smtp_command;
    return false;
  };
  for (;;) {
    auto packet = read();
    if (!packet) return tl::unexpected(packet.error());
    const std::string_view data = packet->data;
    const auto fields = [&](std::size_t skip) {
      auto parts = split(data.substr(std::min(skip, data.size())), '\0');
      parts.resize(std::max<std::size_t>(parts.size(), 2));
      return parts;
    };
    switch (packet->command) {
      case SMFIR_CONTINUE:
        return true;
      case SMFIR_SKIP:
        out.skipped_body = true;
        return true;
      case SMFIR_PROGRESS:
        continue;
      case SMFIR_ACCEPT:
        return end(Disposition::kAccept, "");
      case SMFIR_DISCARD:
        return end(Disposition::kDiscard, "");
      case SMFIR_REJECT:
        return end(Disposition::kReject, "550 5.7.1 Command rejected");
      case SMFIR_TEMPFAIL:
        return end(Disposition::kTempfail, "451 4.7.1 Service unavailable - try again later");
      case SMFIR_REPLYCODE: {
        std::string reply(fields(0)[0]);
        for (std::size_t at; (at = reply.find("%%")) != std::string::npos;)
          reply.replace(at, 2, "%");
        const bool permanent = reply.starts_with('5');
        return end(permanent ? Disposition::kReject : Disposition::kTempfail, std::move(reply));
      }
      case SMFIR_QUARANTINE:
        out.quarantine = fields(0)[0];
        continue;
      case SMFIR_ADDHEADER: {
        const auto parts = fields(0);
        out.changes.push_back(
            {Change::Kind::kAdd, 0, std::string(parts[0]), std::string(parts[1])});
        continue;
      }
      case SMFIR_INSHEADER:
      case SMFIR_CHGHEADER: {
        const auto parts = fields(4);
        const bool insert = packet->command == SMFIR_INSHEADER;
        const auto kind = insert             ? Change::Kind::kInsert
                          : parts[1].empty() ? Change::Kind::kDelete
                                             : Change::Kind::kChange;
        out.changes.push_back(
            {kind, from_network(data), std::string(parts[0]), std::string(parts[1])});
        continue;
      }
      case SMFIR_REPLBODY:
        out.other.emplace_back("replace body");
        continue;
      case SMFIR_CHGFROM:
        out.other.emplace_back("change sender");
        continue;
      case SMFIR_ADDRCPT:
      case SMFIR_ADDRCPT_PAR:
        out.other.emplace_back("add recipient");
        continue;
      case SMFIR_DELRCPT:
        out.other.emplace_back("delete recipient");
        continue;
      default:
        return fail(ErrorKind::kUnavailable,
                    fmt::format("the milter gives an unknown answer '{}'",
                                printable(std::string_view(&packet->command, 1))));
    }
  }
}

// One command; true to go on with the next.
Result<bool> MilterClient::step(std::string_view smtp_command, char command, std::string_view data,
                                std::uint32_t no_reply_flag, MilterOutcome& out) {
  if (auto done = write(command, data); !done) return tl::unexpected(done.error());
  if ((steps_ & no_reply_flag) != 0) return true;
  return answer(smtp_command, out);
}

Result<bool> MilterClient::send_envelope(const Envelope& envelope, MilterOutcome& out) {
  const std::string address =
      envelope.client_address.empty() ? "127.0.0.1" : envelope.client_address;
  const std::string name =
      envelope.client_name.empty() ? "[" + address + "]" : envelope.client_name;
  const char family = address.find(':') == std::string::npos ? SMFIA_INET : SMFIA_INET6;
  const std::string connection = with_nul(name) + family +
                                 std::string("\x9c\x40", 2) +  // a port of 40000
                                 with_nul((family == SMFIA_INET6 ? "IPv6:" : "") + address);
  const auto macros = [&](char command,
                          std::initializer_list<std::pair<const char*, std::string>> list) {
    std::string data(1, command);
    for (const auto& [key, value] : list) {
      if (!value.empty()) data += with_nul(key) + with_nul(value);
    }
    return write(SMFIC_MACRO, data);
  };

  if (auto done =
          macros(SMFIC_CONNECT, {{"j", "probe.invalid"}, {"{daemon_name}", "ringfencectl"}});
      !done) {
    return tl::unexpected(done.error());
  }
  Result<bool> more = true;
  if (wants(SMFIP_NOCONNECT)) more = step("connect", SMFIC_CONNECT, connection, SMFIP_NR_CONN, out);
  if (more && *more && wants(SMFIP_NOHELO)) {
    const std::string helo = envelope.helo.empty() ? "probe.invalid" : envelope.helo;
    more = step("HELO", SMFIC_HELO, with_nul(helo), SMFIP_NR_HELO, out);
  }
  if (!more || !*more) return more;
  if (auto done =
          macros(SMFIC_MAIL, {{"{auth_authen}", envelope.authenticated},
                              {"{auth_type}", envelope.authenticated.empty() ? "" : "PLAIN"}});
      !done) {
    return tl::unexpected(done.error());
  }
  if (wants(SMFIP_NOMAIL)) {
    more =
        step("MAIL FROM", SMFIC_MAIL, with_nul("<" + envelope.mail_from + ">"), SMFIP_NR_MAIL, out);
  }
  const std::vector<std::string> none = {"postmaster@probe.invalid"};
  for (const std::string& recipient : envelope.recipients.empty() ? none : envelope.recipients) {
    if (!more || !*more) return more;
    if (wants(SMFIP_NORCPT)) {
      more = step("RCPT TO", SMFIC_RCPT, with_nul("<" + recipient + ">"), SMFIP_NR_RCPT, out);
    }
  }
  if (!more || !*more) return more;
  const std::string queue_id = envelope.queue_id.empty() ? "PROBE" : envelope.queue_id;
  if (auto done = macros(SMFIC_DATA, {{"i", queue_id}}); !done) return tl::unexpected(done.error());
  if (wants(SMFIP_NODATA)) more = step("DATA", SMFIC_DATA, "", SMFIP_NR_DATA, out);
  return more;
}

Result<bool> MilterClient::send_headers(std::string_view headers, MilterOutcome& out) {
  Result<bool> more = true;
  while (!headers.empty() && more && *more) {
    std::string field(take_line(headers));
    while (headers.starts_with(' ') || headers.starts_with('\t')) {
      field += '\n';
      field += take_line(headers);
    }
    const std::size_t colon = field.find(':');
    if (colon == std::string::npos) break;  // the MTA would begin the body here
    const std::string name(trim(field.substr(0, colon)));
    std::string value = field.substr(colon + 1);
    if (wants(SMFIP_HDR_LEADSPC) && value.starts_with(' ')) value.erase(0, 1);
    if (wants(SMFIP_NOHDRS)) {
      more = step("header", SMFIC_HEADER, with_nul(name) + with_nul(value), SMFIP_NR_HDR, out);
    }
  }
  if (more && *more && wants(SMFIP_NOEOH)) {
    more = step("end of headers", SMFIC_EOH, "", SMFIP_NR_EOH, out);
  }
  return more;
}

Result<bool> MilterClient::send_body(std::string_view body, MilterOutcome& out) {
  Result<bool> more = true;
  while (!body.empty() && wants(SMFIP_NOBODY) && !out.skipped_body && more && *more) {
    const std::string_view chunk = body.substr(0, MILTER_CHUNK_SIZE);
    body.remove_prefix(chunk.size());
    more = step("body", SMFIC_BODY, chunk, SMFIP_NR_BODY, out);
  }
  return more;
}

Result<MilterOutcome> MilterClient::send(const Envelope& envelope, std::string_view message) {
  const SplitMessage parts = split_message(message);
  MilterOutcome out;
  Result<bool> more = send_envelope(envelope, out);
  if (more && *more) more = send_headers(parts.headers, out);
  if (more && *more) more = send_body(parts.body, out);
  if (more && *more) more = step("end of message", SMFIC_BODYEOB, "", 0, out);
  if (!more) return tl::unexpected(more.error());
  if (auto done = write(SMFIC_QUIT, ""); !done) return tl::unexpected(done.error());
  return out;
}

}  // namespace ringfence
