// CsvFeed: a table to rows. The one door to libcsv.
//
// Does: RFC 4180 as people write it (quotes, doubled quotes, line ends in quotes, LF or CRLF),
// separators ',', ';', tab or '|', columns by the names in the first line or by position, '#'
// comment lines between records. libcsv collects a field without bound while a quote is open:
// records beyond kCsvRecordBytesMax are given up, with kTooLong, and reading goes on at the next
// line. Does not: judge cells; take off a byte order mark.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "reputation/feeds/feed_columns.h"
#include "reputation/feeds/feed_parser.h"

namespace ringfence {

inline constexpr std::size_t kCsvRecordBytesMax = 32 << 10;

struct CsvShape {
  char separator = ',';
  std::vector<FeedCell> columns{};  // by position; empty: the first line names them

  bool operator==(const CsvShape&) const = default;
};

/// The shape that a table's first line shows: one whose header names a column with numbers, or, for
/// directories and tables of providers, one without a header ("Example Bank,+18885550100",
/// "339900|Example Mobile"). Nothing when it is neither. `line` is without its end.
std::optional<CsvShape> csv_shape(std::string_view line, const FeedColumnNames& names,
                                  ListRole role);

class CsvFeed : public FeedParser {
 public:
  CsvFeed(CsvShape shape, FeedColumnNames names);
  ~CsvFeed() override;

  /// kData when the header names no column with numbers; the feed is of no use then.
  Result<void> push(std::string_view bytes, std::vector<FeedRow>& out) override;
  Result<void> finish(std::vector<FeedRow>& out) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ringfence
