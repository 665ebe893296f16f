// Scalars of the mail world: sockets, hosts, domains, networks, SMTP replies.
#include <arpa/inet.h>
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "config/scalars.h"

namespace ringfence {
namespace {

constexpr std::size_t kDomainBytesMax = 253;  // RFC 1035, 3.1, without the root's length byte
constexpr std::size_t kLabelBytesMax = 63;

tl::unexpected<std::string> wrong(std::string_view text, std::string_view why) {
  return tl::unexpected(fmt::format("{} {}", in_quotes(text), why));
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLabelBytesMax && label.front() != '-' &&
         label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
           return is_ascii_alnum(c) || c == '-' || c == '_';
         });
}

bool is_host(std::string_view text) {
  if (text.empty() || text.size() > kDomainBytesMax) return false;
  const auto labels = split(text, '.');
  return std::all_of(labels.begin(), labels.end(), is_label);
}

bool is_address(int family, std::string_view text) {
  unsigned char address[16];
  return inet_pton(family, std::string(text).c_str(), address) == 1;
}

bool is_port(std::string_view text) { return integer(1, 65'535)(text).has_value(); }

bool is_plain_path(std::string_view text) {
  return text.starts_with('/') && std::all_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
         });
}

bool is_code_part(std::string_view text) {
  return !text.empty() && text.size() <= 3 &&
         std::all_of(text.begin(), text.end(), is_ascii_digit) &&
         (text.size() == 1 || text[0] != '0');
}

}  // namespace

Parsed<std::filesystem::path> parse_path(std::string_view text) {
  if (is_plain_path(text)) return std::filesystem::path(text);
  return wrong(text, "is not an absolute path");
}

Parsed<std::string> parse_unix_path(std::string_view text) {
  if (!is_plain_path(text) || text.ends_with('/')) return wrong(text, "is not an absolute path");
  if (text.size() <= kUnixPathBytesMax) return std::string(text);
  return wrong(text, fmt::format("is too long for a socket: {} bytes, {} at most", text.size(),
                                 kUnixPathBytesMax));
}

Parsed<std::string> parse_milter_socket(std::string_view text) {
  constexpr std::string_view kForms =
      "is not a socket: unix:/path, inet:port@host or inet6:port@host";
  const std::size_t colon = text.find(':');
  const std::string_view kind = text.substr(0, colon);
  if (colon == std::string_view::npos) return wrong(text, kForms);
  const std::string_view rest = text.substr(colon + 1);
  if (kind == "unix" || kind == "local") {
    const auto path = parse_unix_path(rest);
    if (!path) return tl::unexpected(path.error());
    return fmt::format("unix:{}", *path);
  }
  if (kind != "inet" && kind != "inet6") return wrong(text, kForms);

  const std::size_t at = rest.find('@');
  const std::string_view port = rest.substr(0, at);
  if (!is_port(port)) return wrong(text, "has no port from 1 to 65535 (inet:8891@127.0.0.1)");
  if (at == std::string_view::npos) {
    return wrong(text, fmt::format("has no host: {}:{}@{} listens on this machine only", kind, port,
                                   kind == "inet" ? "127.0.0.1" : "::1"));
  }
  std::string_view host = rest.substr(at + 1);
  const bool literal = is_address(kind == "inet" ? AF_INET : AF_INET6, host);
  const bool numeric =
      std::all_of(host.begin(), host.end(), [](char c) { return is_ascii_digit(c) || c == '.'; });
  if (literal || (is_host(host) && !numeric)) return std::string(text);
  return wrong(text, fmt::format("has no good host after '@': an {} address or a host name",
                                 kind == "inet" ? "IPv4" : "IPv6"));
}

Parsed<std::string> parse_hostname(std::string_view text) {
  if (text.empty() || (is_host(text) && text.find('_') == std::string_view::npos)) {
    return std::string(text);
  }
  return wrong(text, "is not a host name such as mx1.example.org");
}

Parsed<std::string> parse_domain(std::string_view text) {
  const std::string domain = ascii_lower(text);
  if (is_host(text.starts_with('.') ? text.substr(1) : text)) return domain;
  if (domain.starts_with("*.") && is_host(domain.substr(2))) {
    return wrong(text, fmt::format("is written '{}' to cover subdomains", domain.substr(1)));
  }
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return static_cast<signed char>(c) < 0; })) {
    return wrong(text, "is not ASCII: write the domain in its xn-- form");
  }
  const std::size_t at = text.rfind('@');
  if (at != std::string_view::npos && is_host(text.substr(at + 1))) {
    return wrong(text,
                 fmt::format("is an address; a domain is meant: '{}'", domain.substr(at + 1)));
  }
  return wrong(text, "is not a domain such as example.org, or .example.org with its subdomains");
}

Parsed<Network> parse_network(std::string_view text) {
  if (const auto network = Network::parse(text)) return *network;
  if (const auto network = Network::parse_masked(text)) {
    return wrong(text, fmt::format("has bits set after its prefix; '{}' is the network",
                                   network->to_string()));
  }
  return wrong(text, "is not a network such as 192.0.2.0/24, 2001:db8::/32 or 192.0.2.1");
}

Parsed<std::string> parse_reply_code(std::string_view text) {
  const bool good = text.size() == 3 && (text[0] == '4' || text[0] == '5') && text[1] >= '0' &&
                    text[1] <= '5' && is_ascii_digit(text[2]);
  if (good) return std::string(text);
  return wrong(text, "is not an SMTP reply code 4xx or 5xx, such as 451 or 550");
}

Parsed<std::string> parse_enhanced_code(std::string_view text) {
  const auto parts = split(text, '.');
  const bool good = parts.size() == 3 && (parts[0] == "4" || parts[0] == "5") &&
                    is_code_part(parts[1]) && is_code_part(parts[2]);
  if (good) return std::string(text);
  return wrong(text, "is not an enhanced status code (RFC 3463) such as 5.7.1 or 4.7.1");
}

Parsed<std::string> parse_reply_line(std::string_view text) {
  if (text.empty()) return tl::unexpected(std::string("a line of the reply is empty"));
  if (text.size() > kReplyLineBytesMax) {
    return wrong(text,
                 fmt::format("is a line of {} bytes, {} at most", text.size(), kReplyLineBytesMax));
  }
  if (std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; })) {
    return std::string(text);
  }
  return wrong(text, "holds other than printable ASCII, which SMTP replies are made of");
}

}  // namespace ringfence
