// CsvFeed: a table with a header line, to rows. The one door to libcsv.
//
// Does: RFC 4180 as people write it (quotes, doubled quotes, line ends in quotes, LF or CRLF),
// separators
// ',', ';', tab or '|', columns by their name, '#' comment lines between records. libcsv collects a
// field without bound while a quote is open: records beyond kCsvRecordBytesMax are given up, with
// kTooLong, and reading goes on at the next line. Does not: judge cells; take off a byte order
// mark.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reputation/feeds/feed_row.h"

namespace ringfence {

inline constexpr std::size_t kCsvRecordBytesMax = 32 << 10;

/// The separator of a header line that names a column with numbers, nothing when none does. `line`
/// is without its end.
std::optional<char> csv_separator(std::string_view line);

class CsvFeed {
 public:
  explicit CsvFeed(char separator);
  CsvFeed(CsvFeed&&) noexcept;
  CsvFeed& operator=(CsvFeed&&) noexcept;
  ~CsvFeed();

  /// kData when the header names no column with numbers; the feed is of no use then.
  Result<void> push(std::string_view bytes, std::vector<FeedRow>& out);
  Result<void> finish(std::vector<FeedRow>& out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ringfence
