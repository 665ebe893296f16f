#include "reputation/feeds/inflate.h"

#include <fmt/core.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <string>

namespace ringfence {
namespace {

constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";
constexpr std::size_t kMagicBytes = 4;

enum class Kind : std::uint8_t { kUnknown, kPlain, kGzip, kZstd };

// RFC 8878, 3.1.2: 0x184D2A50 to 0x184D2A5F, little-endian, begin a frame to be passed over.
bool is_skippable_frame(std::string_view head) {
  return head.size() >= kMagicBytes && (static_cast<unsigned char>(head[0]) & 0xF0) == 0x50 &&
         head.substr(1, 3) == "\x2a\x4d\x18";
}

Kind kind_of(std::string_view head) {
  if (head.starts_with(kGzipMagic)) return Kind::kGzip;
  if (head.starts_with(kZstdMagic) || is_skippable_frame(head)) return Kind::kZstd;
  return Kind::kPlain;
}

tl::unexpected<Error> broken(std::string_view what, std::string_view why) {
  return fail(ErrorKind::kData, fmt::format("its {} data is broken: {}", what, why));
}

tl::unexpected<Error> cut_short(std::string_view what) {
  return fail(ErrorKind::kData, fmt::format("its {} data is cut short", what));
}

}  // namespace

struct Inflater::Impl {
  explicit Impl(std::uint64_t max) : bytes_max(max) {}
  ~Impl() {
    if (gzip_open) inflateEnd(&gzip);
    ZSTD_freeDStream(zstd);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<void> begin();
  Result<void> take(std::string_view bytes, const ByteSink& sink);
  Result<void> take_gzip(std::string_view bytes, const ByteSink& sink);
  Result<void> take_zstd(std::string_view bytes, const ByteSink& sink);
  Result<void> put(std::string_view bytes, const ByteSink& sink);

  std::uint64_t bytes_max;
  std::uint64_t bytes_out = 0;
  Kind kind = Kind::kUnknown;
  std::string head;  // until the kind is known
  std::string block;

  z_stream gzip{};
  bool gzip_open = false;
  bool padding = false;  // zeros after the last member
  ZSTD_DStream* zstd = nullptr;
  bool between = true;  // members or frames
};

Result<void> Inflater::Impl::begin() {
  kind = kind_of(head);
  if (kind == Kind::kPlain) return {};
  block.resize(kInflateBlockBytes);
  if (kind == Kind::kGzip) {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    if (inflateInit2(&gzip, kGzipOnly) != Z_OK) return fail(ErrorKind::kOs, "no memory for zlib");
    gzip_open = true;
    return {};
  }
  zstd = ZSTD_createDStream();
  if (zstd == nullptr) return fail(ErrorKind::kOs, "no memory for zstd");
  ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, kZstdWindowLogMax);
  return {};
}

Result<void> Inflater::Impl::put(std::string_view bytes, const ByteSink& sink) {
  if (bytes.empty()) return {};
  if (bytes.size() > bytes_max - bytes_out) {
    return fail(ErrorKind::kData, fmt::format("it holds more than {} bytes", bytes_max));
  }
  bytes_out += bytes.size();
  return sink(bytes);
}

Result<void> Inflater::Impl::take_gzip(std::string_view bytes, const ByteSink& sink) {
  // next_in is not const for C's sake; zlib does not write there.
  gzip.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  gzip.avail_in = static_cast<uInt>(bytes.size());
  for (;;) {
    if (between && gzip.avail_in > 0) {
      // Tapes and some programs fill up with zeros after the last member.
      padding = padding || *gzip.next_in == 0;
      if (padding) {
        if (std::any_of(gzip.next_in, gzip.next_in + gzip.avail_in,
                        [](Bytef b) { return b != 0; })) {
          return broken("gzip", "something else follows it");
        }
        return {};
      }
      inflateReset(&gzip);
      between = false;
    }
    if (between) return {};
    gzip.next_out = reinterpret_cast<Bytef*>(block.data());
    gzip.avail_out = static_cast<uInt>(block.size());
    const int code = inflate(&gzip, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
      return broken("gzip", gzip.msg != nullptr ? gzip.msg : "it cannot be read");
    }
    const std::size_t size = block.size() - gzip.avail_out;
    if (auto put_out = put({block.data(), size}, sink); !put_out) return put_out;
    between = code == Z_STREAM_END;
    if (!between && gzip.avail_in == 0 && gzip.avail_out > 0) return {};
  }
}

Result<void> Inflater::Impl::take_zstd(std::string_view bytes, const ByteSink& sink) {
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  for (;;) {
    ZSTD_outBuffer out{block.data(), block.size(), 0};
    if (in.pos == in.size && between) return {};
    const std::size_t code = ZSTD_decompressStream(zstd, &out, &in);
    if (ZSTD_isError(code) != 0) return broken("zstd", ZSTD_getErrorName(code));
    if (auto put_out = put({block.data(), out.pos}, sink); !put_out) return put_out;
    between = code == 0;
    if (in.pos == in.size && out.pos < out.size) return {};
  }
}

Result<void> Inflater::Impl::take(std::string_view bytes, const ByteSink& sink) {
  if (kind == Kind::kGzip) return take_gzip(bytes, sink);
  if (kind == Kind::kZstd) return take_zstd(bytes, sink);
  return put(bytes, sink);
}

Inflater::Inflater(std::uint64_t bytes_max) : impl_(std::make_unique<Impl>(bytes_max)) {}
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;
Inflater::~Inflater() = default;

Result<void> Inflater::push(std::string_view bytes, const ByteSink& sink) {
  // zlib counts a push in 32 bits.
  constexpr std::size_t kPushBytesMax = std::size_t{1} << 30;
  if (impl_->kind == Kind::kUnknown) {
    const std::size_t missing = std::min(kMagicBytes - impl_->head.size(), bytes.size());
    impl_->head += bytes.substr(0, missing);
    bytes.remove_prefix(missing);
    if (impl_->head.size() < kMagicBytes) return {};
    auto begun = impl_->begin();
    if (begun) begun = impl_->take(impl_->head, sink);
    if (!begun) return begun;
  }
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, kPushBytesMax);
    bytes.remove_prefix(part.size());
    if (auto taken = impl_->take(part, sink); !taken) return taken;
  }
  return {};
}

Result<void> Inflater::finish(const ByteSink& sink) {
  if (impl_->kind == Kind::kUnknown) {
    auto begun = impl_->begin();
    if (begun) begun = impl_->take(impl_->head, sink);
    if (!begun) return begun;
  }
  if (impl_->kind == Kind::kPlain || impl_->between) return {};
  return cut_short(impl_->kind == Kind::kGzip ? "gzip" : "zstd");
}

}  // namespace ringfence
