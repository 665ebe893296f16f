// DocumentHash: the one door of this room to libsodium: SHA-256 of a document's bytes.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct crypto_hash_sha256_state;

namespace ringfence {

/// One document, as it is decoded. Holds no bytes of it.
class DocumentHash {
 public:
  DocumentHash();
  DocumentHash(DocumentHash&&) noexcept;
  DocumentHash& operator=(DocumentHash&&) noexcept;
  ~DocumentHash();

  void push(std::string_view bytes);
  /// 64 hexadecimal digits, lower case. Call once.
  std::string finish();

 private:
  std::unique_ptr<crypto_hash_sha256_state> state_;
};

}  // namespace ringfence
