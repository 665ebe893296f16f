// XmlFeed: phone books as XML (Fritz!Box and others) to rows: the text of every element that is
// named as a column of numbers is, <number> first of all. The one door to expat.
//
// Does: any encoding expat knows, namespaces passed over, bounded depth and token size. Does not:
// entities of the document's own (a document that declares one is refused), external ones, DTDs,
// schemas, attributes.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "reputation/feeds/feed_columns.h"
#include "reputation/feeds/feed_parser.h"

namespace ringfence {

inline constexpr int kXmlDepthMax = 64;
inline constexpr std::size_t kXmlTokenBytesMax = 64 << 10;  // a tag, a comment
inline constexpr std::size_t kXmlNumberBytesMax = 200;      // longer ones are kTooLong

class XmlFeed : public FeedParser {
 public:
  explicit XmlFeed(FeedColumnNames names);
  ~XmlFeed() override;

  /// kData when it is not well-formed, declares entities, or reaches a bound.
  Result<void> push(std::string_view bytes, std::vector<FeedRow>& out) override;
  Result<void> finish(std::vector<FeedRow>& out) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ringfence
