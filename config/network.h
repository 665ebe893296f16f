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
  /// True for an address of this network; IPv4-mapped IPv6 addresses count as IPv4.
  bool contains(const std::string& address) const;
  std::string to_string() const;

  bool operator==(const Network&) const = default;

 private:
  std::array<std::uint8_t, 16> address_{};  // IPv4 as ::ffff:a.b.c.d
  int prefix_bits_ = 0;                     // 0-128
};

}  // namespace ringfence
