#include "message/html_sink.h"

#include <algorithm>
#include <array>

namespace ringfence {
namespace {

constexpr std::string_view kInvisibleSeparator = "\xE2\x81\xA3";  // U+2063

enum ByteClass : std::uint8_t { kInk, kBlank, kNewlineByte, kNul };

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (const unsigned char c : {' ', '\t', '\f'}) classes[c] = kBlank;
  for (const unsigned char c : {'\n', '\r'}) classes[c] = kNewlineByte;
  classes[0] = kNul;
  return classes;
}

constexpr std::array<std::uint8_t, 256> kClasses = make_classes();

std::uint8_t class_of(char c) { return kClasses[static_cast<unsigned char>(c)]; }

// From `at` on, the end of the stretch that collapsing leaves as it is: words with single spaces.
std::size_t stretch_end(std::string_view run, std::size_t at) {
  const std::size_t size = run.size();
  for (;;) {
    while (at < size && class_of(run[at]) == kInk) ++at;
    if (at + 1 >= size || run[at] != ' ' || class_of(run[at + 1]) != kInk) return at;
    ++at;
  }
}

}  // namespace

bool HtmlSink::text(std::string_view run, WhiteSpace mode, TextPieces& out) {
  if (mode == WhiteSpace::kPreserve) return preserve(run, out);
  return collapse(run, mode == WhiteSpace::kPreserveBreaks, out);
}

bool HtmlSink::collapse(std::string_view run, bool keep_newlines, TextPieces& out) {
  bool ink = false;
  for (std::size_t at = 0; at < run.size();) {
    const std::uint8_t kind = class_of(run[at]);
    if (kind == kInk) {
      const std::size_t stop = stretch_end(run, at);
      settle(out);
      emit(run.substr(at, stop - at), out);
      inked_ = ink = true;
      at = stop;
      continue;
    }
    if (kind != kNul) {
      part(kind == kNewlineByte && keep_newlines ? Break::kNewline : Break::kSpace);
    }
    ++at;
  }
  return ink;
}

bool HtmlSink::preserve(std::string_view run, TextPieces& out) {
  bool ink = false;
  for (std::size_t at = 0; at < run.size();) {
    const char c = run[at];
    const std::uint8_t kind = class_of(c);
    if (kind == kInk) {
      std::size_t stop = at;
      while (stop < run.size() && class_of(run[stop]) == kInk) ++stop;
      settle(out);
      emit(run.substr(at, stop - at), out);
      inked_ = ink = true;
      after_cr_ = false;
      at = stop;
      continue;
    }
    ++at;
    if (kind == kNul || (c == '\n' && after_cr_)) {
      after_cr_ = after_cr_ && kind == kNul;
      continue;
    }
    gap_ = false;
    settle(out);
    emit(kind == kNewlineByte ? "\n" : std::string_view(&c, 1), out);
    inked_ = false;
    after_cr_ = c == '\r';
  }
  return ink;
}

void HtmlSink::part(Break width) {
  pending_ = std::max(pending_, width);
  gap_ = false;
}

void HtmlSink::settle(TextPieces& out) {
  if (pending_ != Break::kNone && stream_ != 0) {
    emit(pending_ == Break::kNewline ? "\n" : pending_ == Break::kTab ? "\t" : " ", out);
    inked_ = false;
  } else if (gap_) {
    emit(kInvisibleSeparator, out);
  }
  pending_ = Break::kNone;
  gap_ = false;
}

void HtmlSink::emit(std::string_view bytes, TextPieces& out) {
  if (stream_ == 0) stream_ = ids_->next();
  if (!out.pieces.empty()) {
    TextPiece& last = out.pieces.back();
    if (last.stream == stream_ && !last.ends && last.end == out.utf8.size()) {
      out.utf8.append(bytes);
      last.end = static_cast<std::uint32_t>(out.utf8.size());
      return;
    }
  }
  out.append(stream_, place_, bytes);
}

void HtmlSink::finish(TextPieces& out) {
  if (stream_ != 0) out.append(stream_, place_, {}, true);
}

}  // namespace ringfence
