#include "reputation/feeds/text_feed.h"

#include <array>

#include "base/text.h"

namespace ringfence {
namespace {

// What take() looks at one by one; all else goes in runs.
constexpr std::array<bool, 256> kSpecial = [] {
  std::array<bool, 256> out{};
  for (const char c : {'\n', '\r', ',', ';', '\t', '#', '/'}) {
    out[static_cast<unsigned char>(c)] = true;
  }
  return out;
}();

std::size_t plain_size(std::string_view bytes) {
  std::size_t size = 0;
  while (size < bytes.size() && !kSpecial[static_cast<unsigned char>(bytes[size])]) ++size;
  return size;
}

}  // namespace

Result<void> TextFeed::push(std::string_view bytes, std::vector<FeedRow>& out) {
  while (!bytes.empty()) {
    if (const std::size_t size = plain_size(bytes); size > 0) {
      take_plain(bytes.substr(0, size));
      bytes.remove_prefix(size);
    } else {
      take(bytes.front(), out);
      bytes.remove_prefix(1);
    }
  }
  return {};
}

Result<void> TextFeed::finish(std::vector<FeedRow>& out) {
  const bool anything = !piece_.empty() || state_ != State::kPiece || line_has_separator_;
  if (anything) end_line(out);
  return {};
}

void TextFeed::take_plain(std::string_view run) {
  after_cr_ = false;
  if (state_ != State::kPiece) return;
  if (piece_.empty()) {
    while (!run.empty() && is_ascii_space(run.front())) run.remove_prefix(1);
  }
  piece_ += run.substr(0, kTextPieceBytesMax + 1 - piece_.size());
  if (piece_.size() > kTextPieceBytesMax) state_ = State::kTooLong;
}

void TextFeed::take(char c, std::vector<FeedRow>& out) {
  const bool lf_of_crlf = c == '\n' && after_cr_;
  after_cr_ = c == '\r';
  if (lf_of_crlf) return;
  if (c == '\n' || c == '\r') return end_line(out);
  if (state_ == State::kComment) return;
  if (c == ',' || c == ';' || c == '\t') {
    // ';' at the begin of a line is a comment, as in zone files and .ini lists.
    if (c == ';' && !line_has_separator_ && trim(piece_).empty()) {
      state_ = State::kComment;
      return;
    }
    end_piece(out);
    line_has_separator_ = true;
    return;
  }
  if (state_ == State::kTooLong) return;
  if (c == '#' && (piece_.empty() || is_ascii_space(piece_.back()))) {
    end_piece(out);
    state_ = State::kComment;
    return;
  }
  take_plain({&c, 1});
  if (piece_ == "//" && !line_has_separator_) {
    piece_.clear();
    state_ = State::kComment;
  }
}

void TextFeed::end_piece(std::vector<FeedRow>& out) {
  const std::string_view text = trim(piece_);
  if (!text.empty()) {
    FeedRow row{.line = line_, .refusal = {}, .number = std::string(text)};
    if (state_ == State::kTooLong) row.refusal = Refusal::kTooLong;
    out.push_back(std::move(row));
    line_has_row_ = true;
  }
  piece_.clear();
  state_ = State::kPiece;
}

void TextFeed::end_line(std::vector<FeedRow>& out) {
  if (state_ == State::kComment) {
    if (!line_has_row_) out.push_back({.line = line_, .refusal = Refusal::kComment});
  } else {
    end_piece(out);
    if (!line_has_row_) out.push_back({.line = line_, .refusal = Refusal::kEmpty});
  }
  state_ = State::kPiece;
  line_has_row_ = false;
  line_has_separator_ = false;
  ++line_;
}

}  // namespace ringfence
