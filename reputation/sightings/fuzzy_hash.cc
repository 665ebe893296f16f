#include "reputation/sightings/fuzzy_hash.h"

#include <tlsh.h>

#include <algorithm>
#include <array>

namespace ringfence {
namespace {

constexpr std::size_t kPushMax = 1u << 30;  // TLSH counts in unsigned int

bool is_upper_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'); }

}  // namespace

std::optional<FuzzyHash> FuzzyHash::parse(std::string_view text) {
  if (text.size() != kTextBytes || !std::all_of(text.begin(), text.end(), is_upper_hex)) {
    return std::nullopt;
  }
  // What leads, two digits each: checksum, length, ratios of quartiles. In a text of a few hundred
  // bytes the quartiles are small integers, and one word more makes their ratios jump by half the
  // scale: 150 of distance between two mails of one template. The body and the length tell.
  std::string compared(text);
  compared.replace(0, 2, "00").replace(4, 2, "00");
  auto hash = std::make_unique<Tlsh>();
  if (hash->fromTlshStr(compared.c_str()) != 0) return std::nullopt;
  return FuzzyHash(std::move(hash));
}

FuzzyHash::FuzzyHash(std::unique_ptr<Tlsh> hash) : hash_(std::move(hash)) {}
FuzzyHash::FuzzyHash(FuzzyHash&&) noexcept = default;
FuzzyHash& FuzzyHash::operator=(FuzzyHash&&) noexcept = default;
FuzzyHash::~FuzzyHash() = default;

int FuzzyHash::distance(const FuzzyHash& other) const {
  return hash_->totalDiff(other.hash_.get());
}

FuzzyHasher::FuzzyHasher() : hash_(std::make_unique<Tlsh>()) {}
FuzzyHasher::FuzzyHasher(FuzzyHasher&&) noexcept = default;
FuzzyHasher& FuzzyHasher::operator=(FuzzyHasher&&) noexcept = default;
FuzzyHasher::~FuzzyHasher() = default;

void FuzzyHasher::push(std::string_view bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kPushMax))) {
    hash_->update(reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<unsigned>(std::min(bytes.size(), kPushMax)));
  }
}

std::string FuzzyHasher::finish() {
  hash_->final();
  std::array<char, FuzzyHash::kTextBytes + 1> text{};
  const char* given = hash_->getHash(text.data(), static_cast<unsigned>(text.size()));
  const std::string out = given == nullptr ? "" : given;
  // A hash that cannot be read again is none.
  return FuzzyHash::parse(out) ? out : "";
}

}  // namespace ringfence
