// FuzzyHash: the one door to TLSH: texts that are alike have hashes that are near.
//
// Does: hash bytes as they come; compare two hashes. Does not know: what is hashed (inspection has
// the text of a mail).
// Source: J. Oliver, C. Cheng, Y. Chen, "TLSH - A Locality Sensitive Hash", 2013; libtlsh 3.4.4.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

class Tlsh;

namespace ringfence {

/// A hash that was read. Movable. Many threads may compare at the same time.
class FuzzyHash {
 public:
  static constexpr std::size_t kTextBytes = 70;  // hexadecimal digits

  /// Nothing when `text` is no hash of FuzzyHasher.
  static std::optional<FuzzyHash> parse(std::string_view text);
  FuzzyHash(FuzzyHash&&) noexcept;
  FuzzyHash& operator=(FuzzyHash&&) noexcept;
  ~FuzzyHash();

  /// Of body and length, without TLSH's quartile ratios: 0 for the same, up to about 60 for the
  /// same with other names, from about 90 for texts that have nothing to do with each other.
  /// Symmetric.
  int distance(const FuzzyHash& other) const;

 private:
  explicit FuzzyHash(std::unique_ptr<Tlsh> hash);
  std::unique_ptr<Tlsh> hash_;
};

/// One text. About 30 ns a byte: bound what is pushed.
class FuzzyHasher {
 public:
  static constexpr std::size_t kBytesMin = 256;  // TLSH gives nothing for less

  FuzzyHasher();
  FuzzyHasher(FuzzyHasher&&) noexcept;
  FuzzyHasher& operator=(FuzzyHasher&&) noexcept;
  ~FuzzyHasher();

  void push(std::string_view bytes);
  /// The hash in upper case hexadecimal; "" for less than kBytesMin bytes or too little variety.
  /// Call once.
  std::string finish();

 private:
  std::unique_ptr<Tlsh> hash_;
};

}  // namespace ringfence
