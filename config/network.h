// Network: an IPv4 or IPv6 prefix ("192.0.2.0/24", "2001:db8::/32", or one address).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ringfence {

class Network {
 public:
  /// Nothing on a syntax error, or when bits after the prefix are set.
  static std::optional<Network> parse(std::string_view text);
  /// The same with the bits after the prefix cleared. Nothing on a syntax error.
  static std::optional<Network> parse_masked(std::string_view text);
  /// True for an address of this network. IPv4-mapped IPv6 addresses are IPv4, and no IPv4 address
  /// is in an IPv6 network, "::/0" included. False for what is not an address.
  bool contains(const std::string& address) const;
  /// "192.0.2.0/24", "2001:db8::/32"; one address without its prefix length.
  std::string to_string() const;

  bool operator==(const Network&) const = default;

 private:
  std::array<std::uint8_t, 16> address_{};  // IPv4 as ::ffff:a.b.c.d
  int prefix_bits_ = 0;                     // 0-128, of IPv4 96-128
};

}  // namespace ringfence
