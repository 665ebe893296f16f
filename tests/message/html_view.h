// Runs HtmlText over a document cut in a given way and shows what came out, stream by stream.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "message/html_text.h"

namespace ringfence {

struct HtmlView {
  std::string visible;
  std::string hidden;
  // "href=...", "attr=...", and "outlook=..." of what a conditional comment has, in order.
  std::vector<std::string> attributes;
  LimitSet limits;
  bool well_formed = true;  // every piece UTF-8, every stream ended once and silent after

  bool operator==(const HtmlView&) const = default;
};

// For assertions that fail.
inline void PrintTo(const HtmlView& view, std::ostream* out) {
  const auto put = [out](std::string_view text) {
    out->write(text.data(), static_cast<std::streamsize>(text.size()));
  };
  put("visible: " + printable(view.visible, 2000) + "\nhidden: " + printable(view.hidden, 2000));
  for (const std::string& one : view.attributes) put("\n" + printable(one, 500));
  put(view.well_formed ? "\n" : "\nNOT WELL FORMED\n");
}

inline bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Utf8Step step = decode_utf8(text);
    if (!step.valid) return false;
    text.remove_prefix(step.size);
  }
  return true;
}

/// `cuts` are the sizes of the pushes, the last one repeated until the end; empty: all at once.
inline HtmlView view_html(std::string_view html, const std::vector<std::size_t>& cuts = {},
                          const MessageOptions& options = {}) {
  StreamIds ids;
  HtmlText stage(options, ids);
  HtmlView view;
  std::map<std::uint32_t, bool> ended;
  std::map<std::uint32_t, std::string> pages;  // visible text by stream
  bool finishing = false;
  TextPieces out;
  // The page itself ends last.
  const auto is_last_page = [&](const TextPiece& piece) {
    return std::none_of(out.pieces.begin(), out.pieces.end(), [&](const TextPiece& other) {
      return other.place == Place::kHtml && other.stream != piece.stream && &other > &piece;
    });
  };
  const auto collect = [&] {
    for (const TextPiece& piece : out.pieces) {
      const std::string_view text = out.text(piece);
      bool& over = ended[piece.stream];
      view.well_formed = view.well_formed && !over && is_utf8(text);
      over = piece.ends;
      switch (piece.place) {
        case Place::kHtml:
          pages[piece.stream] += text;
          if (!piece.ends) break;
          if (finishing && is_last_page(piece)) {
            view.visible = pages[piece.stream];
          } else {
            view.attributes.push_back("outlook=" + pages[piece.stream]);
          }
          break;
        case Place::kHtmlHidden:
          view.hidden += text;
          break;
        default:
          view.attributes.push_back((piece.place == Place::kHref ? "href=" : "attr=") +
                                    std::string(text));
          view.well_formed = view.well_formed && piece.ends;
      }
    }
    out.clear();
  };
  std::size_t turn = 0;
  for (std::string_view rest = html; !rest.empty();) {
    const std::size_t size =
        cuts.empty() ? rest.size() : std::min(cuts[std::min(turn, cuts.size() - 1)], rest.size());
    stage.push(rest.substr(0, size), out);
    collect();
    rest.remove_prefix(size);
    ++turn;
  }
  finishing = true;
  stage.finish(out);
  collect();
  for (const auto& [stream, over] : ended) view.well_formed = view.well_formed && over;
  view.limits = stage.limits();
  return view;
}

}  // namespace ringfence
