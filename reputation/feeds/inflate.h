// Inflater: gzip and zstd to plain bytes, everything else as it is. The one door to zlib and zstd.
//
// Does: settle by the first bytes what it is; several gzip members or zstd frames in a row;
// bounded memory (kInflateBlockBytes, and zstd's window up to kZstdWindowLogMax); a bound on the
// bytes that come out. Does not: tar, zip, xz.
// Source: RFC 1952, RFC 8878.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace ringfence {

/// Takes bytes as they come out; an Error stops the stage and is handed on.
using ByteSink = std::function<Result<void>(std::string_view bytes)>;

inline constexpr std::size_t kInflateBlockBytes = 256 << 10;
inline constexpr int kZstdWindowLogMax = 27;  // 128 MiB, what zstd itself takes by default

class Inflater {
 public:
  /// More than `bytes_max` bytes coming out are an Error, whatever goes in.
  explicit Inflater(std::uint64_t bytes_max);
  Inflater(Inflater&&) noexcept;
  Inflater& operator=(Inflater&&) noexcept;
  ~Inflater();

  /// kData when the bytes are not what they began as, or inflate to more than `bytes_max`.
  Result<void> push(std::string_view bytes, const ByteSink& sink);
  /// kData when they are cut short.
  Result<void> finish(const ByteSink& sink);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ringfence
