// minisign signatures, the hash by which a body is known again, base64. The one door to libsodium.
//
// Does: both kinds of signature, prehashed ("ED", what minisign has made since 0.10) and legacy
// ("Ed"), with the trusted comment. Does not: make signatures, fetch them.
// Source: https://jedisct1.github.io/minisign/ (signature format).
//
//   untrusted comment: <not looked at>
//   base64(<algorithm, 2 bytes> || <key id, 8> || <signature, 64>)
//   trusted comment: <text>
//   base64(<signature of the 64 bytes and the text, 64>)
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ringfence {

inline constexpr std::size_t kMinisigBytesMax = 16 << 10;
/// A legacy signature needs the whole file in memory.
inline constexpr std::size_t kLegacySignedBytesMax = std::size_t{256} << 20;

struct MinisignKey {
  std::array<unsigned char, 8> id{};
  std::array<unsigned char, 32> key{};

  bool operator==(const MinisignKey&) const = default;
};

/// From the second line of minisign.pub. kConfig when it is no such key.
Result<MinisignKey> parse_minisign_key(std::string_view base64);

/// Is `minisig` (the text of a .minisig file) a good signature of `file` by `key`? The trusted
/// comment. kData when it is not, with why; kNoInput when the file cannot be read.
Result<std::string> verify_minisign(const std::filesystem::path& file, std::string_view minisig,
                                    const MinisignKey& key);

/// SHA-256 of bytes as they come. Movable.
class ContentHash {
 public:
  ContentHash();
  ContentHash(ContentHash&&) noexcept;
  ContentHash& operator=(ContentHash&&) noexcept;
  ~ContentHash();

  void push(std::string_view bytes);
  /// 64 hexadecimal digits. Call once.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// RFC 4648, section 4, with padding.
std::string to_base64(std::string_view bytes);

/// The hash of a file's content. kNoInput when it cannot be read.
Result<std::string> hash_file(const std::filesystem::path& file);

}  // namespace ringfence
