// Network: IPv4 and IPv6 prefixes in one 128-bit space (RFC 4291, 2.5.5.2; RFC 4632 for "/n").
#include "config/network.h"

#include <arpa/inet.h>
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace ringfence {
namespace {

using Address = std::array<std::uint8_t, 16>;
constexpr int kIpv4Offset = 96;  // bits of ::ffff:0:0/96

bool is_ipv4(const Address& address) {
  return std::all_of(address.begin(), address.begin() + 10, [](auto byte) { return byte == 0; }) &&
         address[10] == 0xff && address[11] == 0xff;
}

std::optional<Address> parse_address(const std::string& text) {
  Address address{};
  if (text.find('\0') != std::string::npos) return std::nullopt;
  if (inet_pton(AF_INET6, text.c_str(), address.data()) == 1) return address;
  address.fill(0);
  address[10] = address[11] = 0xff;
  if (inet_pton(AF_INET, text.c_str(), address.data() + 12) == 1) return address;
  return std::nullopt;
}

std::optional<int> parse_prefix(std::string_view text, int bits_max) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  int bits = 0;
  for (const char c : text) {
    if (!is_ascii_digit(c)) return std::nullopt;
    bits = bits * 10 + (c - '0');
  }
  return bits <= bits_max ? std::optional(bits) : std::nullopt;
}

Address masked(Address address, int prefix_bits) {
  for (int i = 0; i < 16; ++i) {
    const int kept = std::clamp(prefix_bits - 8 * i, 0, 8);
    address[static_cast<std::size_t>(i)] &= static_cast<std::uint8_t>(0xff00 >> kept);
  }
  return address;
}

}  // namespace

std::optional<Network> Network::parse_masked(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string host(text.substr(0, slash));
  const auto address = parse_address(host);
  if (!address) return std::nullopt;
  Network network;
  network.prefix_bits_ = 128;
  if (slash != std::string_view::npos) {
    const bool dotted = host.find(':') == std::string::npos;  // then the prefix counts IPv4's bits
    const int offset = dotted ? kIpv4Offset : 0;
    const auto bits = parse_prefix(text.substr(slash + 1), 128 - offset);
    if (!bits) return std::nullopt;
    network.prefix_bits_ = *bits + offset;
  }
  network.address_ = masked(*address, network.prefix_bits_);
  return network;
}

std::optional<Network> Network::parse(std::string_view text) {
  const auto network = parse_masked(text);
  if (!network) return std::nullopt;
  const auto address = parse_address(std::string(text.substr(0, text.find('/'))));
  return network->address_ == *address ? network : std::nullopt;
}

bool Network::contains(const std::string& address) const {
  const auto parsed = parse_address(address);
  if (!parsed || is_ipv4(*parsed) != is_ipv4(address_)) return false;
  return masked(*parsed, prefix_bits_) == address_;
}

std::string Network::to_string() const {
  char text[INET6_ADDRSTRLEN] = "";
  const bool ipv4 = is_ipv4(address_);
  inet_ntop(ipv4 ? AF_INET : AF_INET6, address_.data() + (ipv4 ? 12 : 0), text, sizeof text);
  if (prefix_bits_ == 128) return text;
  return fmt::format("{}/{}", text, prefix_bits_ - (ipv4 ? kIpv4Offset : 0));
}

}  // namespace ringfence
