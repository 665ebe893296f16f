#include "reputation/export/digest.h"

#include <openssl/sha.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ringfence {
namespace {

// 3a7dd610-8cb0-4651-aed4-ff3fdf2034f3, drawn by lot for this program. The namespace that STIX
// keeps for observables (00abedb4-...) is not for indicators and sightings.
constexpr std::array<std::uint8_t, 16> kNamespace = {
    0x3a, 0x7d, 0xd6, 0x10, 0x8c, 0xb0, 0x46, 0x51, 0xae, 0xd4, 0xff, 0x3f, 0xdf, 0x20, 0x34, 0xf3};

using Sha1 = std::array<std::uint8_t, SHA_DIGEST_LENGTH>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Sha1 sha1(std::string_view text) {
  Sha1 out{};
  ::SHA1(bytes_of(text), text.size(), out.data());
  return out;
}

void append_hex(std::span<const std::uint8_t> bytes, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
}

}  // namespace

std::string sha1_hex(std::string_view text) {
  const Sha1 digest = sha1(text);
  std::string out;
  append_hex(digest, out);
  return out;
}

std::string sha256_base32(std::string_view text) {
  constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
  ::SHA256(bytes_of(text), text.size(), digest.data());
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const std::uint8_t byte : digest) {
    bits = bits << 8 | byte;
    for (held += 8; held >= 5; held -= 5) out += kAlphabet[bits >> (held - 5) & 31];
  }
  if (held > 0) out += kAlphabet[bits << (5 - held) & 31];
  return out;
}

std::string export_uuid(std::string_view kind, std::string_view name) {
  std::string text(reinterpret_cast<const char*>(kNamespace.data()), kNamespace.size());
  text.append(kind).append("\n").append(name);
  Sha1 digest = sha1(text);
  digest[6] = static_cast<std::uint8_t>((digest[6] & 0x0F) | 0x50);  // version 5
  digest[8] = static_cast<std::uint8_t>((digest[8] & 0x3F) | 0x80);  // variant of RFC 9562
  std::string hex;
  append_hex(std::span(digest).first(16), hex);
  for (const std::size_t at : {20, 16, 12, 8}) hex.insert(at, 1, '-');
  return hex;
}

}  // namespace ringfence
