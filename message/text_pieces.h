// TextPieces: what a message shows, as it comes out of the reader: runs of UTF-8, each of one
// stream.
//
// A stream is one continuous text: the decoded Subject, the visible text of an HTML part, one `alt`
// value. Streams may interleave (the visible and the hidden text of one HTML part), so a consumer
// keeps state by stream id and drops it when `ends` comes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/place.h"

namespace ringfence {

struct TextPiece {
  std::uint32_t stream = 0;  // unique in the message
  Place place = Place::kPlain;
  bool ends = false;        // no more pieces of this stream; the piece itself may be empty
  std::uint32_t begin = 0;  // the text is utf8[begin, end) of the TextPieces it stands in
  std::uint32_t end = 0;
};

/// Hands out stream ids, one source per message.
class StreamIds {
 public:
  std::uint32_t next() { return ++last_; }

 private:
  std::uint32_t last_ = 0;
};

struct TextPieces {
  std::string utf8;  // well-formed UTF-8 in every piece; pieces never split a scalar
  std::vector<TextPiece> pieces;

  std::string_view text(const TextPiece& piece) const {
    return std::string_view(utf8).substr(piece.begin, piece.end - piece.begin);
  }
  void append(std::uint32_t stream, Place place, std::string_view text, bool ends = false) {
    const auto begin = static_cast<std::uint32_t>(utf8.size());
    utf8.append(text);
    pieces.push_back({stream, place, ends, begin, static_cast<std::uint32_t>(utf8.size())});
  }
  void clear() {
    utf8.clear();
    pieces.clear();
  }
};

}  // namespace ringfence
