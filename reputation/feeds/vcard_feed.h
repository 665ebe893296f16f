// VcardFeed: address books as vCards, to rows: the value of every TEL line.
//
//   BEGIN:VCARD
//   item1.TEL;TYPE=work;VALUE=uri:tel:+1-888-555-0100
//   TEL;TYPE="voice,cell":+1888555
//    0101
//   END:VCARD
//
// Does: any count of cards, folded lines, groups, parameters with quotes, backslashes, tel: URIs,
// vCard 2.1 to 4.0; memory bounded by kVcardLineBytesMax. Does not: other properties; the quoted-
// printable of vCard 2.1.
// Source: RFC 6350, 3.2 and 3.3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reputation/feeds/feed_parser.h"

namespace ringfence {

/// Of a TEL line with its folds; longer ones are refused with kTooLong.
inline constexpr std::size_t kVcardLineBytesMax = 1000;

class VcardFeed : public FeedParser {
 public:
  Result<void> push(std::string_view bytes, std::vector<FeedRow>& out) override;
  /// kData when the last card does not end.
  Result<void> finish(std::vector<FeedRow>& out) override;

 private:
  void add(std::string_view bytes);
  void end_line(std::vector<FeedRow>& out);

  std::string text_;  // the line so far without folds, at most one byte too long
  bool line_ended_ = false;
  bool in_card_ = false;
  std::uint64_t line_ = 1;
  std::uint64_t begin_ = 1;  // where the line that is being read begins
};

}  // namespace ringfence
