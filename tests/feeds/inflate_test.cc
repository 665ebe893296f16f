#include "reputation/feeds/inflate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <random>
#include <string>
#include <vector>

namespace ringfence {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kPlenty = 1 << 20;

std::string gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size =
      ZSTD_compress(out.data(), out.size(), text.data(), text.size(), ZSTD_CLEVEL_DEFAULT);
  EXPECT_FALSE(ZSTD_isError(size));
  out.resize(size);
  return out;
}

struct Inflated {
  std::string bytes{};
  std::string error{};

  bool operator==(const Inflated&) const = default;
};

Inflated inflate_all(const std::vector<std::string_view>& chunks, std::uint64_t max = kPlenty) {
  Inflated out;
  Inflater inflater(max);
  const auto sink = [&](std::string_view bytes) -> Result<void> {
    EXPECT_LE(bytes.size(), kPlenty);
    out.bytes += bytes;
    return {};
  };
  for (const std::string_view chunk : chunks) {
    if (const auto pushed = inflater.push(chunk, sink); !pushed) {
      out.error = pushed.error().message;
      return out;
    }
  }
  if (const auto finished = inflater.finish(sink); !finished) {
    out.error = finished.error().message;
  }
  return out;
}

const std::string& sample() {
  static const std::string kSample = [] {
    std::string out;
    for (int i = 0; i < 200; ++i) out += "+1888555" + std::to_string(1000 + i * 7) + "\n";
    return out;
  }();
  return kSample;
}

TEST(InflaterTest, WhatItReads) {
  const std::string skippable("\x5a\x2a\x4d\x18\x03\x00\x00\x00xyz", 11);
  struct Row {
    const char* name;
    std::string input;
    std::string output;
  };
  const Row rows[] = {
      {"nothing", "", ""},
      {"one byte", "+", "+"},
      {"three bytes", "812", "812"},
      {"plain", sample(), sample()},
      {"gzip", gzip(sample()), sample()},
      {"gzip of nothing", gzip(""), ""},
      {"gzip members", gzip("+18885550100\n") + gzip("") + gzip(sample()),
       "+18885550100\n" + sample()},
      {"gzip and padding", gzip(sample()) + std::string(600, '\0'), sample()},
      {"zstd", zstd(sample()), sample()},
      {"zstd of nothing", zstd(""), ""},
      {"zstd frames", zstd("+18885550100\n") + zstd(sample()), "+18885550100\n" + sample()},
      {"zstd with a frame to pass over", skippable + zstd(sample()), sample()},
  };
  for (const Row& row : rows) {
    const std::string_view input = row.input;
    EXPECT_EQ(inflate_all({input}), (Inflated{row.output, ""})) << row.name;
    for (std::size_t cut = 0; cut <= input.size(); ++cut) {
      ASSERT_EQ(inflate_all({input.substr(0, cut), input.substr(cut)}), (Inflated{row.output, ""}))
          << row.name << " cut at " << cut;
    }
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < input.size(); ++i) bytes.push_back(input.substr(i, 1));
    EXPECT_EQ(inflate_all(bytes), (Inflated{row.output, ""})) << row.name;
  }
}

TEST(InflaterTest, CutShortAtEachByte) {
  for (const std::string& whole : {gzip(sample()), zstd(sample()), gzip("a") + gzip(sample())}) {
    for (std::size_t size = 4; size < whole.size(); ++size) {
      if (size == gzip("a").size() && whole.starts_with(gzip("a"))) continue;  // a whole member
      const Inflated got = inflate_all({std::string_view(whole).substr(0, size)});
      ASSERT_THAT(got.error, HasSubstr("cut short")) << size << " of " << whole.size();
    }
  }
}

TEST(InflaterTest, BrokenDataIsAnError) {
  std::string wrong_sum = gzip(sample());
  wrong_sum[wrong_sum.size() - 6] = static_cast<char>(wrong_sum[wrong_sum.size() - 6] ^ 1);
  EXPECT_THAT(inflate_all({wrong_sum}).error, HasSubstr("gzip data is broken"));
  EXPECT_THAT(inflate_all({gzip(sample()) + "rest"}).error, HasSubstr("gzip data is broken"));
  EXPECT_THAT(inflate_all({gzip(sample()) + std::string(3, '\0') + "x"}).error,
              HasSubstr("something else follows"));
  EXPECT_THAT(inflate_all({zstd(sample()) + "rest"}).error, HasSubstr("zstd data is broken"));
  // A window of 2 GiB: memory is not what a feed decides about.
  const std::string vast("\x28\xb5\x2f\xfd\x00\xa8\x00\x00\x00", 9);
  EXPECT_THAT(inflate_all({vast}).error, HasSubstr("zstd data is broken"));
}

TEST(InflaterTest, ABombStopsAtTheBound) {
  const std::string zeros(std::size_t{64} << 20, '\0');
  for (const std::string& bomb : {gzip(zeros), zstd(zeros)}) {
    ASSERT_LT(bomb.size(), std::size_t{100} << 10);
    const Inflated got = inflate_all({bomb}, 3'000'000);
    EXPECT_THAT(got.error, HasSubstr("more than 3000000 bytes"));
    EXPECT_LE(got.bytes.size(), 3'000'000U);
  }
  EXPECT_THAT(inflate_all({sample()}, 100).error, HasSubstr("more than 100 bytes"));
  EXPECT_EQ(inflate_all({sample()}, sample().size()).error, "");
  // A bomb in many members is one bomb.
  std::string many;
  for (int i = 0; i < 100; ++i) many += gzip(sample());
  EXPECT_THAT(inflate_all({many}, 50 * sample().size()).error, HasSubstr("more than"));
}

TEST(InflaterTest, AnErrorOfTheSinkIsHandedOn) {
  for (const std::string& input : {sample(), gzip(sample()), zstd(sample())}) {
    Inflater inflater(kPlenty);
    const ByteSink full = [](std::string_view) { return fail(ErrorKind::kIo, "disk full"); };
    auto result = inflater.push(input, full);
    if (result) result = inflater.finish(full);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error(), (Error{ErrorKind::kIo, "disk full"}));
  }
}

TEST(InflaterTest, AnyBytesGiveBytesOrAnError) {
  std::mt19937 random(7);
  for (int i = 0; i < 2'000; ++i) {
    std::string bytes = i % 2 == 0 ? gzip(sample()) : zstd(sample());
    for (int changes = 0; changes < 4; ++changes) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    const Inflated got = inflate_all({bytes});
    EXPECT_LE(got.bytes.size(), kPlenty);
    EXPECT_TRUE(!got.error.empty() || !got.bytes.empty());
  }
}

}  // namespace
}  // namespace ringfence
