#include "matcher/pattern_self_test.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <random>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr int kTexts = 48;
constexpr int kCutsPerText = 60;
constexpr std::size_t kTextBytesMax = 160;
constexpr std::size_t kPiecesMax = 6;

constexpr std::array<std::string_view, 22> kFragments = {"1-888-555-0123",
                                                         "+44 1632 960123",
                                                         "(202) 555-0147",
                                                         "1 - 8 0 0 - 5 5 5 - 0 1 9 9",
                                                         "l-8OO-S55-OI23",
                                                         "1-866-858-HOST",
                                                         "800 FLOWERS",
                                                         "one eight hundred five five five",
                                                         "one-8-double-eight",
                                                         "2 zero 2 five",
                                                         "call ",
                                                         "the invoice of ",
                                                         "\r\n> ",
                                                         " ",
                                                         ". ",
                                                         "$399.99 ",
                                                         "2026-02-03 ",
                                                         "0123456789",
                                                         "x",
                                                         "\x01\x02",
                                                         "AbCd09+/",
                                                         "Order no. 4711 "};

class Collector final : public PatternSink {
 public:
  explicit Collector(std::vector<SeenMatch>& out) : out_(out) {}
  void on_match(std::uint32_t id, std::uint64_t end) override { out_.push_back({id, end}); }

 private:
  std::vector<SeenMatch>& out_;
};

std::size_t below(std::mt19937& random, std::size_t bound) { return random() % bound; }

std::string random_text(std::mt19937& random, const std::vector<std::string>& words) {
  std::string out;
  const std::size_t size = 1 + below(random, kTextBytesMax);
  while (out.size() < size) {
    if (below(random, 4) == 0) {
      out +=
          static_cast<char>(below(random, 3) == 0 ? '0' + below(random, 10) : below(random, 256));
    } else if (!words.empty() && below(random, 3) == 0) {
      out += words[below(random, words.size())];
    } else {
      out += kFragments[below(random, kFragments.size())];
    }
  }
  return out;
}

std::vector<std::string_view> random_cut(std::string_view text, std::mt19937& random) {
  std::vector<std::size_t> cuts = {0, text.size()};
  for (std::size_t i = 1 + below(random, kPiecesMax - 1); i > 0; --i) {
    cuts.push_back(below(random, text.size() + 1));
  }
  std::sort(cuts.begin(), cuts.end());
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    out.push_back(text.substr(cuts[i], cuts[i + 1] - cuts[i]));
  }
  return out;
}

void settle(std::vector<SeenMatch>& matches) {
  std::sort(matches.begin(), matches.end());
  matches.erase(std::unique(matches.begin(), matches.end()), matches.end());
}

}  // namespace

Result<void> prove_streams(const ScanPieces& block, const ScanPieces& stream,
                           const std::vector<std::string>& words) {
  std::mt19937 random(20260203);  // the same texts at every start
  for (int i = 0; i < kTexts; ++i) {
    const std::string text = random_text(random, words);
    std::vector<SeenMatch> expected;
    const std::array<std::string_view, 1> whole = {text};
    bool ran = block(whole, expected);
    settle(expected);
    for (int j = 0; ran && j < kCutsPerText; ++j) {
      const std::vector<std::string_view> pieces = random_cut(text, random);
      std::vector<SeenMatch> seen;
      ran = stream(pieces, seen);
      settle(seen);
      if (ran && seen != expected) {
        return fail(
            ErrorKind::kSoftware,
            fmt::format("the pattern engine ({}) finds {} matches in a stream and {} in one "
                        "block of the same text: \"{}\". Use Hyperscan (libhyperscan5), not "
                        "vectorscan",
                        pattern_engine_version(), seen.size(), expected.size(), printable(text)));
      }
    }
    if (!ran) return fail(ErrorKind::kSoftware, "no memory for the pattern engine");
  }
  return {};
}

Result<void> prove_streams(const PatternDatabase& block, const PatternDatabase& stream,
                           const std::vector<std::string>& words) {
  const ScanPieces as_block = [&](std::span<const std::string_view> pieces,
                                  std::vector<SeenMatch>& out) {
    Collector collector(out);
    return block.scan(pieces.front(), collector);
  };
  const ScanPieces as_stream = [&](std::span<const std::string_view> pieces,
                                   std::vector<SeenMatch>& out) {
    Collector collector(out);
    PatternStream opened(stream);
    return std::all_of(pieces.begin(), pieces.end(),
                       [&](std::string_view piece) { return opened.scan(piece, collector); });
  };
  return prove_streams(as_block, as_stream, words);
}

}  // namespace ringfence
