// Any bytes as a feed of any format, compressed or not: rows and errors, in bounded time. The first
// byte says which format is told, the second where the rest is cut in two.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "reputation/feeds/feed_number.h"
#include "reputation/feeds/feed_parser.h"
#include "reputation/feeds/inflate.h"

namespace {

using namespace ringfence;

constexpr std::uint64_t kInflatedBytesMax = 1 << 20;

Result<E164> any_parser(std::string_view text, std::string_view /*region*/) {
  const auto number = E164::parse(text);
  if (!number) return fail(ErrorKind::kData, "no number");
  return *number;
}

std::string inflated(std::string_view bytes) {
  std::string out;
  Inflater inflater(kInflatedBytesMax);
  const ByteSink sink = [&out](std::string_view block) -> Result<void> {
    out += block;
    return {};
  };
  if (inflater.push(bytes, sink)) (void)inflater.finish(sink);
  if (out.size() > kInflatedBytesMax) std::abort();
  return out;
}

std::vector<FeedRow> rows_of(FeedFormat format, const FeedOptions& feed, std::string_view text,
                             std::size_t cut) {
  std::vector<FeedRow> rows;
  auto parser = make_feed_parser(format, feed, text);
  if (!parser) return rows;
  cut = std::min(cut, text.size());
  auto done = (*parser)->push(text.substr(0, cut), rows);
  if (done) done = (*parser)->push(text.substr(cut), rows);
  if (done) done = (*parser)->finish(rows);
  return rows;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string text = inflated({reinterpret_cast<const char*>(data) + 2, size - 2});
  FeedOptions feed;
  feed.format = static_cast<FeedFormat>(data[0] % 8);
  feed.role = static_cast<ListRole>(data[0] / 8 % 4);
  const auto format = feed_format_of(feed, text, "");
  if (!format) return 0;
  const std::vector<FeedRow> rows = rows_of(*format, feed, text, data[1]);
  if (rows != rows_of(*format, feed, text, 0)) std::abort();
  for (const FeedRow& row : rows) {
    if (row.refusal) continue;
    std::vector<NumberRange> ranges;
    const auto refusal = read_feed_number(row.number, row.region, any_parser, ranges);
    if (refusal.has_value() == !ranges.empty()) std::abort();
  }
  return 0;
}
