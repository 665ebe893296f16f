// Digests of numbers and names: the one door to libcrypto.
//
// Source: FIPS 180-4, RFC 4648 (base32), RFC 9562 (UUID version 5).
#pragma once

#include <string>
#include <string_view>

namespace ringfence {

/// 40 hexadecimal digits in lower case.
std::string sha1_hex(std::string_view text);
/// 52 characters of RFC 4648's base32 in lower case, without padding: 64 hexadecimal digits are
/// more than a DNS label holds.
std::string sha256_base32(std::string_view text);

/// The UUID of a kind of thing and its name in the namespace of this program's exports: the same
/// for the same, and no other's.
std::string export_uuid(std::string_view kind, std::string_view name);

}  // namespace ringfence
