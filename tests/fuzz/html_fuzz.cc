// libFuzzer: any HTML, cut anywhere, gives the same text per stream.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "base/text.h"
#include "message/html_text.h"

namespace {

using namespace ringfence;

std::string well_formed(std::string_view bytes) {
  std::string utf8;
  while (!bytes.empty()) {
    const Utf8Step step = decode_utf8(bytes);
    append_utf8(utf8, step.scalar);
    bytes.remove_prefix(step.size);
  }
  return utf8;
}

using Streams = std::map<std::uint32_t, std::string>;

Streams read(std::string_view html, std::size_t size) {
  MessageOptions options;
  options.html_token_bytes_max = 64;
  options.html_depth_max = 8;
  StreamIds ids;
  HtmlText stage(options, ids);
  TextPieces out;
  for (; !html.empty(); html.remove_prefix(std::min(size, html.size()))) {
    stage.push(html.substr(0, size), out);
  }
  stage.finish(out);
  Streams streams;
  for (const TextPiece& piece : out.pieces) {
    const std::string_view text = out.text(piece);
    if (well_formed(text) != text) std::abort();
    streams[piece.stream] += text;
  }
  return streams;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t cut = data[0] % 16 + 1;
  const std::string html = well_formed({reinterpret_cast<const char*>(data) + 1, size - 1});
  if (read(html, html.size() + 1) != read(html, cut)) std::abort();
  return 0;
}
