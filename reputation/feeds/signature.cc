#include "reputation/feeds/signature.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

#include "base/file.h"
#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::size_t kAlgorithmBytes = 2;
constexpr std::size_t kIdBytes = 8;
constexpr std::size_t kSignatureBytes = crypto_sign_BYTES;
constexpr std::size_t kReadBytes = 256 << 10;

void initialise() {
  // Safe to call again and from any thread; hashing and verifying need no randomness.
  static const int done = sodium_init();
  static_cast<void>(done);
}

std::optional<std::vector<unsigned char>> from_base64(std::string_view text, std::size_t bytes) {
  std::vector<unsigned char> out(bytes);
  std::size_t got = 0;
  const int code = sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr,
                                     &got, nullptr, sodium_base64_VARIANT_ORIGINAL);
  if (code != 0 || got != bytes) return std::nullopt;
  return out;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

template <typename Push>
Result<void> read_through(const std::filesystem::path& file, const Push& push) {
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail_errno(ErrorKind::kNoInput, "cannot open " + file.string(), errno);
  std::string block(kReadBytes, '\0');
  for (;;) {
    const ssize_t got = ::read(fd.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(ErrorKind::kNoInput, "cannot read " + file.string(), errno);
    if (got == 0) return {};
    push(std::string_view(block).substr(0, static_cast<std::size_t>(got)));
  }
}

// The parts of a .minisig file.
struct Minisig {
  bool prehashed = false;
  std::vector<unsigned char> id;
  std::vector<unsigned char> signature;
  std::string trusted_comment;
  std::vector<unsigned char> global_signature;
};

std::optional<Minisig> parse_minisig(std::string_view text) {
  constexpr std::string_view kUntrusted = "untrusted comment:";
  constexpr std::string_view kTrusted = "trusted comment: ";
  std::vector<std::string_view> lines = split(text, '\n');
  for (std::string_view& line : lines) {
    if (line.ends_with('\r')) line.remove_suffix(1);
  }
  if (lines.size() < 4 || !lines[0].starts_with(kUntrusted) || !lines[2].starts_with(kTrusted)) {
    return std::nullopt;
  }
  const auto head = from_base64(lines[1], kAlgorithmBytes + kIdBytes + kSignatureBytes);
  auto global = from_base64(lines[3], kSignatureBytes);
  if (!head || !global || (*head)[0] != 'E' || ((*head)[1] != 'd' && (*head)[1] != 'D')) {
    return std::nullopt;
  }
  const auto id = head->begin() + kAlgorithmBytes;
  return Minisig{.prehashed = (*head)[1] == 'D',
                 .id = {id, id + kIdBytes},
                 .signature = {id + kIdBytes, head->end()},
                 .trusted_comment = std::string(lines[2].substr(kTrusted.size())),
                 .global_signature = std::move(*global)};
}

// What the signature is of: the content, or its BLAKE2b-512.
Result<std::string> signed_bytes(const std::filesystem::path& file, bool prehashed) {
  if (!prehashed) {
    auto content = read_file(file, kLegacySignedBytesMax);
    if (!content && content.error().kind == ErrorKind::kData) {
      return fail(ErrorKind::kData,
                  fmt::format("the signature is of the old kind, which is not checked for more "
                              "than {} bytes; sign with minisign -H",
                              kLegacySignedBytesMax));
    }
    return content;
  }
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, crypto_generichash_BYTES_MAX);
  auto read = read_through(file, [&](std::string_view bytes) {
    crypto_generichash_update(&state, bytes_of(bytes), bytes.size());
  });
  if (!read) return tl::unexpected(read.error());
  std::array<unsigned char, crypto_generichash_BYTES_MAX> hash;
  crypto_generichash_final(&state, hash.data(), hash.size());
  return std::string(hash.begin(), hash.end());
}

bool is_signature(const std::vector<unsigned char>& signature, std::string_view message,
                  const MinisignKey& key) {
  return crypto_sign_verify_detached(signature.data(), bytes_of(message), message.size(),
                                     key.key.data()) == 0;
}

}  // namespace

Result<MinisignKey> parse_minisign_key(std::string_view base64) {
  initialise();
  MinisignKey out;
  const auto bytes = from_base64(trim(base64), kAlgorithmBytes + out.id.size() + out.key.size());
  if (!bytes || (*bytes)[0] != 'E' || (*bytes)[1] != 'd') {
    return fail(ErrorKind::kConfig,
                "minisign_key is no minisign public key: the second line of minisign.pub, 56 "
                "characters that begin with RW");
  }
  const auto id = bytes->begin() + kAlgorithmBytes;
  std::copy_n(id, out.id.size(), out.id.begin());
  std::copy_n(id + kIdBytes, out.key.size(), out.key.begin());
  return out;
}

Result<std::string> verify_minisign(const std::filesystem::path& file, std::string_view minisig,
                                    const MinisignKey& key) {
  initialise();
  const auto parts = parse_minisig(minisig);
  if (!parts) return fail(ErrorKind::kData, "the signature is no minisign signature");
  if (!std::equal(parts->id.begin(), parts->id.end(), key.id.begin(), key.id.end())) {
    return fail(ErrorKind::kData, "the signature was made with another key");
  }
  const auto content = signed_bytes(file, parts->prehashed);
  if (!content) return tl::unexpected(content.error());
  if (!is_signature(parts->signature, *content, key)) {
    return fail(ErrorKind::kData, "the signature is not of this content");
  }
  std::string global(parts->signature.begin(), parts->signature.end());
  global += parts->trusted_comment;
  if (!is_signature(parts->global_signature, global, key)) {
    return fail(ErrorKind::kData, "the signature's trusted comment was changed");
  }
  return parts->trusted_comment;
}

struct ContentHash::State {
  crypto_hash_sha256_state sha256;
};

ContentHash::ContentHash() : state_(std::make_unique<State>()) {
  initialise();
  crypto_hash_sha256_init(&state_->sha256);
}
ContentHash::ContentHash(ContentHash&&) noexcept = default;
ContentHash& ContentHash::operator=(ContentHash&&) noexcept = default;
ContentHash::~ContentHash() = default;

void ContentHash::push(std::string_view bytes) {
  crypto_hash_sha256_update(&state_->sha256, bytes_of(bytes), bytes.size());
}

std::string ContentHash::finish() {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash;
  crypto_hash_sha256_final(&state_->sha256, hash.data());
  std::string out;
  for (const unsigned char byte : hash) out += fmt::format("{:02x}", byte);
  return out;
}

std::string to_base64(std::string_view bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes_of(bytes), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // its terminator
  return out;
}

Result<std::string> hash_file(const std::filesystem::path& file) {
  ContentHash hash;
  auto read = read_through(file, [&](std::string_view bytes) { hash.push(bytes); });
  if (!read) return tl::unexpected(read.error());
  return hash.finish();
}

}  // namespace ringfence
