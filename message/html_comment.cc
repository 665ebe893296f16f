#include "message/html_comment.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace ringfence {
namespace {

const char* find(const char* p, const char* end, char c) {
  const void* at = std::memchr(p, c, static_cast<std::size_t>(end - p));
  return at == nullptr ? end : static_cast<const char*>(at);
}

}  // namespace

void HtmlComment::begin(bool declaration) {
  state_ = declaration ? State::kDeclaration : State::kBogus;
  held_.clear();
  full_ = conditional_ = bang_ = false;
}

const char* HtmlComment::read(const char* p, const char* end, HtmlTokenHandler& handler) {
  if (state_ == State::kDeclaration || state_ == State::kDeclarationDash) {
    return read_declaration(p);
  }
  const char* stop = state_ == State::kBogus ? find(p, end, '>') : read_comment(p, end);
  store({p, static_cast<std::size_t>(stop - p)}, handler);
  if (state_ == State::kBogus && stop != end) {
    state_ = State::kClosed;
    ++stop;
  }
  return stop;
}

const char* HtmlComment::read_declaration(const char* p) {
  if (*p != '-') {
    state_ = State::kBogus;
    return p;
  }
  if (state_ == State::kDeclaration) {
    state_ = State::kDeclarationDash;
  } else {
    state_ = State::kComment;
    missing_ = 2;
    dashes_ = 2;  // "<!-->" and "<!--->" are comments
  }
  return p + 1;
}

const char* HtmlComment::read_comment(const char* p, const char* end) {
  while (p != end) {
    if (dashes_ == 0) {
      p = find(p, end, '-');
      if (p == end) break;
    }
    const char c = *p++;
    if (c == '>' && dashes_ == 2) {
      state_ = State::kClosed;
      break;
    }
    if (c == '-') {
      dashes_ = static_cast<std::uint8_t>(bang_ ? 1 : std::min(dashes_ + 1, 2));
      missing_ = static_cast<std::uint8_t>(std::max(missing_ - 1, 0));
      bang_ = false;
    } else if (c == '!' && dashes_ == 2 && missing_ == 0 && !bang_) {
      bang_ = true;  // '>' now still ends the comment
    } else {
      dashes_ = 0;
      missing_ = 0;
      bang_ = false;
    }
  }
  return p;
}

void HtmlComment::store(std::string_view run, HtmlTokenHandler& handler) {
  if (!full_) {
    const std::size_t room = bytes_max_ - std::min(bytes_max_, held_.size());
    held_.append(run.substr(0, room));
    if (run.size() <= room) return;
    run.remove_prefix(room);
    full_ = true;
    conditional_ = istarts_with(held_, "[if");
    if (!conditional_) handler.on_excess(held_);
  }
  if (!conditional_) handler.on_excess(run);
}

void HtmlComment::finish(HtmlTokenHandler& handler) {
  if (!full_ || conditional_) handler.on_unclosed(held_);
  state_ = State::kClosed;
}

}  // namespace ringfence
