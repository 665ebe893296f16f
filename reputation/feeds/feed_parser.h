// FeedParser: the stage that every format is: the bytes of one document in, rows out.
//
// Does: bytes cut anywhere, memory bounded whatever the size of the document. What is wrong with
// one row is a Refusal in that row and stops nothing; an Error is about the whole document. Does
// not: inflate (Inflater), judge rows (FeedImport).
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reputation/feed_options.h"
#include "reputation/feeds/feed_row.h"

namespace ringfence {

/// One document, one thread. Rows are appended to `out`. After an Error it is of no more use, and
/// the rows given so far are all there are.
class FeedParser {
 public:
  virtual ~FeedParser() = default;
  virtual Result<void> push(std::string_view bytes, std::vector<FeedRow>& out) = 0;
  /// kData when the document is cut short, where the format can tell.
  virtual Result<void> finish(std::vector<FeedRow>& out) = 0;
};

/// What the head of a document says it is. `head` is its begin, without byte order mark; `name` a
/// file name or the last part of a URL, for its extension. `feed.format` wins, then what
/// `feed.source` implies, then the bytes. Never kAuto. kData for what is not read: spreadsheets,
/// web pages, UTF-16 ...
Result<FeedFormat> feed_format_of(const FeedOptions& feed, std::string_view head,
                                  std::string_view name);

/// The parser of that format; `head` as above.
Result<std::unique_ptr<FeedParser>> make_feed_parser(FeedFormat format, const FeedOptions& feed,
                                                     std::string_view head);

}  // namespace ringfence
