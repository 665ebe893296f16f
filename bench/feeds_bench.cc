// feeds_bench [ROWS]: how fast each format becomes rows, ROWS (10 million) made-up numbers each.
//
// Numbers begin with 999, which no country has. Documents are made as they are read, so no disk and
// no large memory takes part; the number parser is one that takes what E.164 takes, so that the
// formats are measured and not the numbering plan. Prints rows a second of processor time, and peak
// memory at the end; nothing is judged.
#include <fmt/core.h>
#include <sys/resource.h>

#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "base/integer.h"
#include "reputation/feeds/feed_number.h"
#include "reputation/feeds/feed_parser.h"

namespace ringfence {
namespace {

constexpr std::uint64_t kFirst = 99'900'000'000;
constexpr std::size_t kBlockBytes = 64 << 10;

struct Document {
  const char* name;
  FeedFormat format;
  std::string head;
  std::function<std::string(const std::string& number)> row;
  std::string tail;
};

Result<E164> plain_parser(std::string_view text, std::string_view /*region*/) {
  const auto number = E164::parse(text);
  if (!number) return fail(ErrorKind::kData, "no number");
  return *number;
}

// Other programs at work on the machine play no part.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Rows a second; with `numbers`, their cells are read too.
Result<double> measure(const Document& document, std::uint64_t count, bool numbers) {
  auto parser = make_feed_parser(document.format, {}, document.head);
  if (!parser) return tl::unexpected(parser.error());
  std::vector<FeedRow> rows;
  std::vector<NumberRange> ranges;
  std::uint64_t good = 0;
  const NumberParser number_parser = plain_parser;
  double spent = 0;
  std::string block = document.head;
  for (std::uint64_t i = 0; i < count;) {
    while (i < count && block.size() < kBlockBytes) {
      block += document.row("+" + std::to_string(kFirst + i * 7));
      ++i;
    }
    if (i == count) block += document.tail;
    const double start = processor_seconds();
    if (auto pushed = (*parser)->push(block, rows); !pushed) return tl::unexpected(pushed.error());
    if (i == count) {
      if (auto done = (*parser)->finish(rows); !done) return tl::unexpected(done.error());
    }
    for (const FeedRow& row : rows) {
      if (row.refusal) continue;
      if (numbers) {
        ranges.clear();
        if (read_feed_number(row.number, {}, number_parser, ranges)) continue;
      }
      ++good;
    }
    rows.clear();
    spent += processor_seconds() - start;
    block.clear();
  }
  if (good != count) {
    return fail(ErrorKind::kSoftware, fmt::format("{} of {} rows came out", good, count));
  }
  return static_cast<double>(count) / spent;
}

int run(std::uint64_t count) {
  const Document documents[] = {
      {"text", FeedFormat::kText, "", [](const std::string& n) { return n + "\n"; }, ""},
      {"csv", FeedFormat::kCsv, "number,category,score,last_seen\n",
       [](const std::string& n) { return n + ",toad,90,2026-09-01\n"; }, ""},
      {"json lines", FeedFormat::kJson, "",
       [](const std::string& n) { return R"({"number":")" + n + "\",\"category\":\"toad\"}\n"; },
       ""},
      {"stix", FeedFormat::kStix, R"({"type":"bundle","objects":[)",
       [](const std::string& n) {
         return R"({"type":"indicator","pattern":"[phone-number:value = ')" + n + "']\"},\n";
       },
       "]}"},
      {"misp", FeedFormat::kMisp, R"({"Event":{"Attribute":[)",
       [](const std::string& n) {
         return R"({"type":"phone-number","value":")" + n + "\",\"timestamp\":\"1790000000\"},\n";
       },
       "]}}"},
      {"vcard", FeedFormat::kVcard, "BEGIN:VCARD\n",
       [](const std::string& n) { return "TEL;TYPE=WORK:" + n + "\n"; }, "END:VCARD\n"},
      {"xml", FeedFormat::kXml, "<a>",
       [](const std::string& n) { return "<number>" + n + "</number>\n"; }, "</a>"},
  };
  for (const Document& document : documents) {
    const auto rows = measure(document, count, false);
    const auto numbers = measure(document, count, true);
    if (!rows || !numbers) {
      fmt::print(stderr, "{}: {}\n", document.name, (rows ? numbers : rows).error().message);
      return 1;
    }
    fmt::print("{:<10} {:>8.2f} M rows/s, {:>8.2f} M with cells read\n", document.name, *rows / 1e6,
               *numbers / 1e6);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("peak memory {} MiB\n", usage.ru_maxrss / 1024);
  return 0;
}

}  // namespace
}  // namespace ringfence

int main(int argc, char** argv) {
  const auto count = argc > 1 ? ringfence::to_integer<std::uint64_t>(argv[1])
                              : std::optional<std::uint64_t>(10'000'000);
  if (!count || *count == 0) {
    fmt::print(stderr, "usage: feeds_bench [ROWS]\n");
    return 64;
  }
  return ringfence::run(*count);
}
