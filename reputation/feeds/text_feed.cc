#include "reputation/feeds/text_feed.h"

#include "base/text.h"

namespace ringfence {

void TextFeed::push(std::string_view bytes, std::vector<FeedRow>& out) {
  for (const char c : bytes) take(c, out);
}

void TextFeed::finish(std::vector<FeedRow>& out) {
  const bool anything = !piece_.empty() || state_ != State::kPiece || line_has_separator_;
  if (anything) end_line(out);
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
  if (piece_.empty() && is_ascii_space(c)) return;
  piece_ += c;
  if (piece_ == "//" && !line_has_separator_) {
    piece_.clear();
    state_ = State::kComment;
  } else if (piece_.size() > kTextPieceBytesMax) {
    state_ = State::kTooLong;
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
