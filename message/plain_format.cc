// Plain text and format=flowed.
#include <algorithm>
#include <utility>

#include "message/text_format.h"

namespace ringfence {

void PlainFormat::push(std::string_view utf8, TextPieces& out) {
  if (utf8.empty()) return;
  if (stream_ == 0) stream_ = ids_.next();
  const std::size_t begin = out.utf8.size();
  while (!utf8.empty()) {
    if (at_ != At::kWithin) {
      const char c = utf8.front();
      if (c == '>' || (c == ' ' && at_ == At::kQuoteMarks)) {
        at_ = At::kQuoteMarks;
        utf8.remove_prefix(1);
        continue;
      }
    }
    // Quote marks are rare, so look for those and not for line ends.
    std::size_t end = utf8.find('>');
    while (end != std::string_view::npos && !(end > 0 && utf8[end - 1] == '\n')) {
      end = utf8.find('>', end + 1);
    }
    end = std::min(end, utf8.size());
    out.utf8.append(utf8.substr(0, end));
    at_ = utf8[end - 1] == '\n' ? At::kLineStart : At::kWithin;
    utf8.remove_prefix(end);
  }
  if (out.utf8.size() > begin) {
    out.pieces.push_back({stream_, place_, false, static_cast<std::uint32_t>(begin),
                          static_cast<std::uint32_t>(out.utf8.size())});
  }
}

void PlainFormat::finish(TextPieces& out) {
  if (stream_ != 0) out.append(stream_, place_, {}, true);
}

void FlowedFormat::push(std::string_view utf8, TextPieces& out) {
  if (utf8.empty()) return;
  if (stream_ == 0) stream_ = ids_.next();
  const std::size_t begin = out.utf8.size();
  while (!utf8.empty()) {
    const char c = utf8.front();
    if (at_ != At::kWithin && c == '>') {  // "> > " too, though RFC 3676 writes ">> "
      ++depth_;
      at_ = At::kQuoteMarks;
      utf8.remove_prefix(1);
    } else if (at_ == At::kQuoteMarks && c == ' ') {
      at_ = At::kStuffing;
      utf8.remove_prefix(1);
    } else if (at_ != At::kWithin) {
      at_ = At::kWithin;
    } else {
      const std::size_t feed = utf8.find('\n');
      take_content(utf8.substr(0, feed), out);
      if (feed == std::string_view::npos) break;
      end_line(out);
      utf8.remove_prefix(feed + 1);
    }
  }
  if (out.utf8.size() > begin) {
    out.pieces.push_back({stream_, Place::kPlain, false, static_cast<std::uint32_t>(begin),
                          static_cast<std::uint32_t>(out.utf8.size())});
  }
}

// The line end owed, unless the line before goes on in this one.
void FlowedFormat::begin_content(TextPieces& out) {
  if (broken_depth_ >= 0 && broken_depth_ != depth_) hard_break_ = true;
  broken_depth_ = -1;
  if (std::exchange(hard_break_, false)) out.utf8.push_back('\n');
}

void FlowedFormat::take_content(std::string_view text, TextPieces& out) {
  std::string_view content = text;
  while (content.ends_with('\r')) content.remove_suffix(1);
  if (!content.empty()) {
    begin_content(out);
    if (space_) out.utf8.push_back(' ');
    out.utf8.append(std::exchange(returns_, 0), '\r');
    if (start_.size() < 4) start_.append(content.substr(0, 4 - start_.size()));
    space_ = content.ends_with(' ');
    out.utf8.append(content.substr(0, content.size() - (space_ ? 1 : 0)));
  }
  returns_ += text.size() - content.size();
}

void FlowedFormat::end_line(TextPieces& out) {
  begin_content(out);
  if (space_ && start_ != "-- ") {
    broken_depth_ = depth_;
    if (!delete_space_) out.utf8.push_back(' ');
  } else {
    if (space_) out.utf8.push_back(' ');
    hard_break_ = true;
  }
  at_ = At::kQuoteMarks;
  depth_ = 0;
  returns_ = 0;
  space_ = false;
  start_.clear();
}

void FlowedFormat::finish(TextPieces& out) {
  if (stream_ != 0) out.append(stream_, Place::kPlain, hard_break_ ? "\n" : "", true);
}

}  // namespace ringfence
