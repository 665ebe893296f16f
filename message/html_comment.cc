#include "message/html_comment.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::size_t kConditionBytesMax = 256;  // "[if (gte mso 9)|(IE)]>"

const char* find(const char* p, const char* end, char c) {
  const void* at = std::memchr(p, c, static_cast<std::size_t>(end - p));
  return at == nullptr ? end : static_cast<const char*>(at);
}

/// True when the condition asks for something that may hold in Outlook: "mso", "gte mso 9",
/// "(mso)|(IE)"; not when all it says is what shall not be: "!mso".
bool may_hold(std::string_view condition) {
  bool denied = false;
  for (std::size_t i = 0; i < condition.size(); ++i) {
    const char c = condition[i];
    if (c == '!') {
      denied = true;
    } else if (c == '|' || c == '&') {
      denied = false;
    } else if (is_ascii_alpha(c)) {
      if (!denied) return true;
      while (i + 1 < condition.size() && is_ascii_alnum(condition[i + 1])) ++i;
    }
  }
  return false;
}

}  // namespace

void HtmlComment::begin(bool declaration) {
  state_ = declaration ? State::kDeclaration : State::kBogus;
  held_.clear();
  full_ = conditional_ = bang_ = false;
  told_ = shown_ = false;
}

const char* HtmlComment::read(const char* p, const char* end, HtmlTokenHandler& handler) {
  if (state_ == State::kDeclaration || state_ == State::kDeclarationDash) {
    return read_declaration(p);
  }
  if (state_ == State::kBogus) {
    told_ = true;
    const char* stop = find(p, end, '>');
    store({p, static_cast<std::size_t>(stop - p)}, handler);
    if (stop == end) return stop;
    state_ = State::kClosed;
    return stop + 1;
  }
  const char* stop = read_comment(p, end);
  store({p, static_cast<std::size_t>(stop - p)}, handler);
  if (closed()) close(handler);
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

/// Reads the condition once all of it is there: "[if gte mso 9]>".
void HtmlComment::begin_conditional(HtmlTokenHandler& handler) {
  constexpr std::string_view kOpen = "[if";
  const std::string_view held = std::string_view(held_);
  const bool other = held.size() > kOpen.size() && is_ascii_alnum(held[kOpen.size()]);
  if (other || !istarts_with(kOpen, held.substr(0, kOpen.size()))) {
    told_ = true;
    return;
  }
  const std::size_t end = held.find("]>");
  if (end == std::string_view::npos) {
    told_ = held.size() >= kConditionBytesMax;
    return;
  }
  told_ = true;
  shown_ = may_hold(held.substr(kOpen.size(), end - kOpen.size()));
  if (!shown_) return;
  handler.on_conditional(held.substr(end + 2));
  held_.resize(end + 2);
}

void HtmlComment::store(std::string_view run, HtmlTokenHandler& handler) {
  if (shown_) {
    handler.on_conditional(run);
    return;
  }
  if (!told_) {
    const std::size_t taken = std::min(run.size(), kConditionBytesMax - held_.size());
    held_.append(run.substr(0, taken));
    run.remove_prefix(taken);
    begin_conditional(handler);
    if (run.empty()) return;
    return store(run, handler);
  }
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

void HtmlComment::close(HtmlTokenHandler& handler) {
  if (shown_) handler.on_conditional_end();
  shown_ = false;
}

void HtmlComment::finish(HtmlTokenHandler& handler) {
  if (shown_) {
    close(handler);
  } else if (!full_ || conditional_) {
    handler.on_unclosed(held_);
  }
  state_ = State::kClosed;
}

}  // namespace ringfence
