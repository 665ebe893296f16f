// Reads messages and streaming stages in the ways a test needs: whole, in two parts cut at every
// byte, byte by byte.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "message/message_reader.h"

namespace ringfence::test {

struct Stream {
  Place place;
  std::string text;
  bool ended = false;

  bool operator==(const Stream&) const = default;
};

/// "place:text", so that a failed comparison can be read.
inline void PrintTo(const Stream& stream, std::ostream* out) {
  *out << to_token(stream.place) << ":" << printable(stream.text, 4000)
       << (stream.ended ? "" : " (open)");
}

struct Reading {
  std::vector<Stream> streams;  // in the order of their first pieces
  MessageFacts facts;

  /// The texts of one place.
  std::vector<std::string> texts(Place place) const {
    std::vector<std::string> out;
    for (const Stream& stream : streams) {
      if (stream.place == place) out.push_back(stream.text);
    }
    return out;
  }
};

/// Puts the pieces of many pushes together by stream.
class StreamCollector {
 public:
  void take(TextPieces& pieces) {
    for (const TextPiece& piece : pieces.pieces) {
      auto at = std::find(ids_.begin(), ids_.end(), piece.stream);
      if (at == ids_.end()) {
        ids_.push_back(piece.stream);
        streams_.push_back({piece.place, {}, false});
        at = ids_.end() - 1;
      }
      Stream& stream = streams_[static_cast<std::size_t>(at - ids_.begin())];
      EXPECT_FALSE(stream.ended) << "a piece after the end of its stream";
      EXPECT_EQ(stream.place, piece.place);
      stream.text += pieces.text(piece);
      stream.ended = piece.ends;
    }
    pieces.clear();
  }
  const std::vector<Stream>& streams() const { return streams_; }

 private:
  std::vector<std::uint32_t> ids_;
  std::vector<Stream> streams_;
};

/// Pushes the pieces of `mail` between the cuts.
inline Reading read_cut(std::string_view mail, const std::vector<std::size_t>& cuts,
                        const MessageOptions& options = {}) {
  MessageReader reader(options);
  StreamCollector collector;
  TextPieces pieces;
  std::size_t begin = 0;
  for (const std::size_t cut : cuts) {
    reader.push(mail.substr(begin, cut - begin), pieces);
    collector.take(pieces);
    begin = cut;
  }
  reader.push(mail.substr(begin), pieces);
  reader.finish(pieces);
  collector.take(pieces);
  return {collector.streams(), reader.facts()};
}

inline Reading read_mail(std::string_view mail, const MessageOptions& options = {}) {
  return read_cut(mail, {}, options);
}

inline std::vector<std::size_t> cuts_every(std::size_t step, std::size_t size) {
  std::vector<std::size_t> cuts;
  for (std::size_t at = step; at < size; at += step) cuts.push_back(at);
  return cuts;
}

/// Streams in an order that does not depend on cuts: interleaved streams may begin sooner or later.
inline std::vector<Stream> sorted(std::vector<Stream> streams) {
  std::sort(streams.begin(), streams.end(), [](const Stream& a, const Stream& b) {
    return std::pair(a.place, std::string_view(a.text)) <
           std::pair(b.place, std::string_view(b.text));
  });
  return streams;
}

inline void expect_same(const Reading& whole, const Reading& cut, const std::string& how) {
  EXPECT_EQ(sorted(whole.streams), sorted(cut.streams)) << how;
  EXPECT_EQ(whole.facts.defects, cut.facts.defects) << how;
  EXPECT_EQ(whole.facts.limits, cut.facts.limits) << how;
  EXPECT_EQ(whole.facts.parts, cut.facts.parts) << how;
  EXPECT_EQ(whole.facts.subject, cut.facts.subject) << how;
  EXPECT_EQ(whole.facts.from_display, cut.facts.from_display) << how;
}

/// Cut at each byte, byte by byte, and in chunks of some odd sizes: all equal the whole.
inline void expect_every_split(std::string_view mail, const MessageOptions& options = {}) {
  const Reading whole = read_mail(mail, options);
  for (std::size_t cut = 1; cut < mail.size() && !::testing::Test::HasFailure(); ++cut) {
    expect_same(whole, read_cut(mail, {cut}, options), "cut at " + std::to_string(cut));
  }
  for (const std::size_t step : {1, 2, 3, 7, 61, 1021}) {
    expect_same(whole, read_cut(mail, cuts_every(step, mail.size()), options),
                "in steps of " + std::to_string(step));
  }
}

/// For a stage with push(in, out) and finish(out) on strings: `make` gives a fresh one.
template <typename Make>
std::string run_stage(Make make, std::string_view in, const std::vector<std::size_t>& cuts) {
  auto stage = make();
  std::string out;
  std::size_t begin = 0;
  for (const std::size_t cut : cuts) {
    stage.push(in.substr(begin, cut - begin), out);
    begin = cut;
  }
  stage.push(in.substr(begin), out);
  stage.finish(out);
  return out;
}

template <typename Make>
void expect_every_stage_split(Make make, std::string_view in) {
  const std::string whole = run_stage(make, in, {});
  for (std::size_t cut = 0; cut <= in.size(); ++cut) {
    EXPECT_EQ(run_stage(make, in, {cut}), whole) << "cut at " << cut << " of " << in;
  }
  EXPECT_EQ(run_stage(make, in, cuts_every(1, in.size())), whole) << "byte by byte: " << in;
  EXPECT_EQ(run_stage(make, in, cuts_every(3, in.size())), whole) << "by threes: " << in;
}

}  // namespace ringfence::test
