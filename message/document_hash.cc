#include "message/document_hash.h"

#include <fmt/core.h>
#include <sodium/crypto_hash_sha256.h>

#include <array>

namespace ringfence {

DocumentHash::DocumentHash() : state_(std::make_unique<crypto_hash_sha256_state>()) {
  crypto_hash_sha256_init(state_.get());
}
DocumentHash::DocumentHash(DocumentHash&&) noexcept = default;
DocumentHash& DocumentHash::operator=(DocumentHash&&) noexcept = default;
DocumentHash::~DocumentHash() = default;

void DocumentHash::push(std::string_view bytes) {
  crypto_hash_sha256_update(state_.get(), reinterpret_cast<const unsigned char*>(bytes.data()),
                            bytes.size());
}

std::string DocumentHash::finish() {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256_final(state_.get(), hash.data());
  std::string out;
  for (const unsigned char byte : hash) out += fmt::format("{:02x}", byte);
  return out;
}

}  // namespace ringfence
