// TextFeed: a list of numbers as plain text, to rows.
//
//   # comment
//   +1 888 555 0123            # a comment after white space
//   +18885550123,+18885550124;+18885550125
//
// Does: lines ended by LF, CRLF or CR, the last maybe by nothing; several numbers a line between
// ',', ';' or tabs; comments; in constant memory. Does not: judge whether a text is a number; take
// off a byte order mark.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reputation/feeds/feed_parser.h"

namespace ringfence {

/// Longer texts between separators are refused with kTooLong, whole.
inline constexpr std::size_t kTextPieceBytesMax = 200;

class TextFeed : public FeedParser {
 public:
  /// Neither ever fails.
  Result<void> push(std::string_view bytes, std::vector<FeedRow>& out) override;
  Result<void> finish(std::vector<FeedRow>& out) override;

 private:
  enum class State : std::uint8_t { kPiece, kTooLong, kComment };

  void take_plain(std::string_view run);
  void take(char c, std::vector<FeedRow>& out);
  void end_piece(std::vector<FeedRow>& out);
  void end_line(std::vector<FeedRow>& out);

  State state_ = State::kPiece;
  std::string piece_;          // of the current piece, at most kTextPieceBytesMax
  bool line_has_row_ = false;  // something of this line was put out
  bool line_has_separator_ = false;
  bool after_cr_ = false;
  std::uint64_t line_ = 1;
};

}  // namespace ringfence
