// libFuzzer target of MessageReader: any bytes are read without a fault, and any cut of them gives
// the same streams. The first byte says how they are cut.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "message/message_reader.h"

namespace {

using namespace ringfence;

struct Stream {
  Place place;
  std::string text;
  bool ended;
  auto operator<=>(const Stream&) const = default;
};

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_well_formed(std::string_view text) {
  while (!text.empty()) {
    const Utf8Step step = decode_utf8(text);
    if (!step.valid) return false;
    text.remove_prefix(step.size);
  }
  return true;
}

std::pair<std::multimap<Place, std::string>, MessageFacts> read(std::string_view mail,
                                                                std::size_t step) {
  MessageOptions options;
  options.part_depth_max = 6;
  options.part_count_max = 40;
  options.header_bytes_max = 256;
  options.header_count_max = 40;
  MessageReader reader(options);
  std::map<std::uint32_t, Stream> streams;
  TextPieces pieces;
  const auto take = [&] {
    for (const TextPiece& piece : pieces.pieces) {
      auto [at, is_new] = streams.try_emplace(piece.stream, Stream{piece.place, {}, false});
      require(!at->second.ended && at->second.place == piece.place);
      require(is_well_formed(pieces.text(piece)));
      at->second.text += pieces.text(piece);
      at->second.ended = piece.ends;
    }
    pieces.clear();
  };
  for (std::size_t at = 0; at < mail.size(); at += step) {
    reader.push(mail.substr(at, step), pieces);
    take();
  }
  reader.finish(pieces);
  take();
  std::multimap<Place, std::string> texts;
  for (const auto& [id, stream] : streams) {
    require(stream.ended);
    if (!stream.text.empty()) texts.emplace(stream.place, stream.text);
  }
  return {texts, reader.facts()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view mail(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto [whole, whole_facts] = read(mail, mail.size() + 1);
  auto [cut, cut_facts] = read(mail, data[0] % 64u + 1);
  const auto sort_equal = [](auto a, auto b) {
    for (auto it = a.begin(); it != a.end();) {
      auto [low, high] = b.equal_range(it->first);
      bool found = false;
      for (; low != high && !found; ++low) {
        if (low->second == it->second) {
          b.erase(low);
          found = true;
          break;
        }
      }
      if (!found) return false;
      it = a.erase(it);
    }
    return b.empty();
  };
  require(sort_equal(whole, cut));
  require(whole_facts.defects == cut_facts.defects);
  require(whole_facts.limits == cut_facts.limits);
  require(whole_facts.parts == cut_facts.parts);
  return 0;
}
