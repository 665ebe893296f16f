#include "message/html_tokenizer.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::size_t kDataUrlBytes = 64;     // of a data: URL this much is held
constexpr std::size_t kRawNameBytesMax = 12;  // longer than any raw text element's name

// VT is no white space in HTML.
constexpr bool is_html_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

const char* find(const char* p, const char* end, char c) {
  const void* at = std::memchr(p, c, static_cast<std::size_t>(end - p));
  return at == nullptr ? end : static_cast<const char*>(at);
}

std::string_view view(const char* p, const char* end) {
  return {p, static_cast<std::size_t>(end - p)};
}

}  // namespace

void HtmlTokenizer::push(std::string_view bytes, HtmlTokenHandler& handler) {
  Cursor p = bytes.data();
  const Cursor end = p + bytes.size();
  while (p != end) {
    switch (state_) {
      case State::kText:
        p = step_text(p, end, handler);
        break;
      case State::kReference:
        p = step_reference(p, end, handler);
        break;
      case State::kRawLess:
      case State::kRawSlash:
      case State::kRawName:
        p = step_raw(p, end, handler);
        break;
      case State::kTagOpen:
      case State::kEndTagOpen:
        p = step_open(p, handler);
        break;
      case State::kTagName:
        p = step_tag_name(p, end, handler);
        break;
      case State::kBeforeName:
      case State::kName:
      case State::kAfterName:
      case State::kAfterValue:
      case State::kSelfClosing:
        p = step_attribute(p, end, handler);
        break;
      case State::kBeforeValue:
        p = step_before_value(p, handler);
        break;
      case State::kValueDouble:
      case State::kValueSingle:
      case State::kValueUnquoted:
        p = step_value(p, end, handler);
        break;
      case State::kComment:
        p = comment_.read(p, end, handler);
        if (comment_.closed()) state_ = State::kText;
        break;
    }
  }
}

void HtmlTokenizer::finish(HtmlTokenHandler& handler) {
  switch (state_) {
    case State::kText:
      break;
    case State::kReference:
      resolve_reference(handler);
      break;
    case State::kRawLess:
    case State::kRawSlash:
    case State::kRawName:
      handler.on_text(held_);
      break;
    case State::kTagOpen:
      handler.on_text("<");
      break;
    case State::kEndTagOpen:
      handler.on_text("</");
      break;
    case State::kComment:
      comment_.finish(handler);
      break;
    default:
      if (!full_) handler.on_unclosed(tag_.bytes);
      break;
  }
  state_ = State::kText;
}

HtmlTokenizer::Cursor HtmlTokenizer::step_text(Cursor p, Cursor end, HtmlTokenHandler& handler) {
  if (content_ == HtmlContent::kPlainText) {
    handler.on_text(view(p, end));
    return end;
  }
  const Cursor less = find(p, end, '<');
  if (content_ != HtmlContent::kRawText) {
    // Every '&' up to `less` is seen here, so that '<' is looked for once.
    for (Cursor amp = find(p, less, '&'); amp != less; amp = find(p, less, '&')) {
      if (amp != p) handler.on_text(view(p, amp));
      reference_.begin();
      state_ = State::kReference;
      p = step_reference(amp + 1, less, handler);
      if (state_ == State::kReference) {
        if (less == end) return end;
        resolve_reference(handler);
        break;
      }
    }
  }
  if (less != p) handler.on_text(view(p, less));
  if (less == end) return end;
  held_.assign(1, '<');
  state_ = content_ == HtmlContent::kData ? State::kTagOpen : State::kRawLess;
  return less + 1;
}

HtmlTokenizer::Cursor HtmlTokenizer::step_reference(Cursor p, Cursor end,
                                                    HtmlTokenHandler& handler) {
  for (; p != end; ++p) {
    if (!reference_.take(*p)) break;
    if (reference_.complete()) {
      ++p;
      resolve_reference(handler);
      return p;
    }
  }
  if (p != end) resolve_reference(handler);
  return p;
}

void HtmlTokenizer::resolve_reference(HtmlTokenHandler& handler) {
  const std::string_view raw = reference_.bytes();
  std::string decoded;
  const std::size_t taken = decode_html_reference(raw, false, decoded);
  decoded.append(raw.substr(taken));
  handler.on_text(decoded);
  state_ = State::kText;
}

// "<", "</", "</sty" in raw text: the end tag of the element, or text.
HtmlTokenizer::Cursor HtmlTokenizer::step_raw(Cursor p, Cursor end, HtmlTokenHandler& handler) {
  for (; p != end; ++p) {
    if (state_ == State::kRawLess && *p == '/') {
      state_ = State::kRawSlash;
    } else if (state_ != State::kRawLess && is_ascii_alpha(*p) &&
               held_.size() < 2 + kRawNameBytesMax) {
      state_ = State::kRawName;
    } else {
      break;
    }
    held_.push_back(*p);
  }
  if (p == end) return p;
  if (state_ == State::kRawName && (is_html_space(*p) || *p == '/' || *p == '>') &&
      html_hash(std::string_view(held_).substr(2)) == raw_name_) {
    begin_tag(true);
    tag_.name = raw_name_;
    state_ = State::kBeforeName;
    return p;
  }
  handler.on_text(held_);
  state_ = State::kText;
  return p;
}

HtmlTokenizer::Cursor HtmlTokenizer::step_open(Cursor p, HtmlTokenHandler& handler) {
  if (is_ascii_alpha(*p)) {
    begin_tag(state_ == State::kEndTagOpen);
    state_ = State::kTagName;
    return p;
  }
  if (state_ == State::kTagOpen) {
    if (*p == '/') {
      state_ = State::kEndTagOpen;
      return p + 1;
    }
    if (*p == '!' || *p == '?') {
      comment_.begin(*p == '!');
      state_ = State::kComment;
      return p + 1;
    }
    handler.on_text("<");
    state_ = State::kText;
    return p;
  }
  comment_.begin(false);  // "</>" is nothing, "</ x>" a comment
  state_ = State::kComment;
  return p;
}

void HtmlTokenizer::begin_tag(bool is_end) {
  tag_.name = kHtmlHashSeed;
  tag_.is_end = is_end;
  tag_.self_closing = false;
  tag_.bytes.clear();
  tag_.attributes.clear();
  mark_ = 0;
  full_ = false;
}

HtmlTokenizer::Cursor HtmlTokenizer::step_tag_name(Cursor p, Cursor end,
                                                   HtmlTokenHandler& handler) {
  const Cursor begin = p;
  while (p != end && !is_html_space(*p) && *p != '/' && *p != '>') ++p;
  tag_.name = html_hash(view(begin, p), tag_.name);
  store(view(begin, p), handler);
  if (p == end) return p;
  if (!full_) tag_.bytes.push_back(' ');
  state_ = State::kBeforeName;
  return p;
}

// 13.2.5.32 to 13.2.5.34, 13.2.5.39 and 13.2.5.40.
HtmlTokenizer::Cursor HtmlTokenizer::step_attribute(Cursor p, Cursor end,
                                                    HtmlTokenHandler& handler) {
  if (state_ == State::kName) {
    const Cursor begin = p;
    while (p != end && !is_html_space(*p) && *p != '/' && *p != '>' && *p != '=') ++p;
    name_hash_ = html_hash(view(begin, p), name_hash_);
    store(view(begin, p), handler);
    if (p == end) return p;
    end_name(*p, handler);
    return *p == '=' ? p + 1 : p;
  }
  const char c = *p;
  if (c == '>') {
    tag_.self_closing = state_ == State::kSelfClosing;
    emit_tag(handler);
    return p + 1;
  }
  if (c == '/') {
    state_ = State::kSelfClosing;
    return p + 1;
  }
  if (is_html_space(c)) {
    if (state_ != State::kAfterName) state_ = State::kBeforeName;
    return p + 1;
  }
  if (c == '=' && state_ == State::kAfterName) {
    state_ = State::kBeforeValue;
    return p + 1;
  }
  begin_attribute(handler);
  name_hash_ = html_hash(view(p, p + 1), name_hash_);
  store(view(p, p + 1), handler);  // a '=' here is the name's first byte
  return p + 1;
}

void HtmlTokenizer::begin_attribute(HtmlTokenHandler& handler) {
  mark_ = tag_.bytes.size();
  name_hash_ = kHtmlHashSeed;
  skip_value_ = false;
  if (full_) handler.on_excess(" ");
  state_ = State::kName;
}

void HtmlTokenizer::end_name(char delimiter, HtmlTokenHandler& handler) {
  if (full_) {
    handler.on_excess(" ");
  } else {
    tag_.bytes.push_back(' ');
    mark_ = tag_.bytes.size();
    const auto at = static_cast<std::uint32_t>(mark_);
    tag_.attributes.push_back({name_hash_, at, at});
  }
  state_ = delimiter == '=' ? State::kBeforeValue : State::kAfterName;
}

HtmlTokenizer::Cursor HtmlTokenizer::step_before_value(Cursor p, HtmlTokenHandler& handler) {
  if (is_html_space(*p)) return p + 1;
  if (*p == '>') {
    emit_tag(handler);
    return p + 1;
  }
  state_ = *p == '"'    ? State::kValueDouble
           : *p == '\'' ? State::kValueSingle
                        : State::kValueUnquoted;
  return state_ == State::kValueUnquoted ? p : p + 1;
}

HtmlTokenizer::Cursor HtmlTokenizer::step_value(Cursor p, Cursor end, HtmlTokenHandler& handler) {
  Cursor stop = p;
  if (state_ == State::kValueUnquoted) {
    while (stop != end && !is_html_space(*stop) && *stop != '>') ++stop;
  } else {
    stop = find(p, end, state_ == State::kValueDouble ? '"' : '\'');
  }
  store_value(view(p, stop), handler);
  if (stop == end) return end;
  if (!full_) tag_.bytes.push_back(' ');
  if (state_ == State::kValueUnquoted) {
    state_ = State::kBeforeName;
    return stop;
  }
  state_ = State::kAfterValue;
  return stop + 1;
}

// Names and values are kept with spaces between them: this is what on_unclosed gives.
void HtmlTokenizer::store(std::string_view run, HtmlTokenHandler& handler) {
  if (!full_) {
    const std::size_t room = token_bytes_max_ - std::min(token_bytes_max_, tag_.bytes.size());
    if (run.size() <= room) {
      tag_.bytes.append(run);
      return;
    }
    tag_.bytes.append(run.substr(0, room));
    run.remove_prefix(room);
    full_ = true;
    // What stands at the seam must not be torn.
    handler.on_excess(std::string_view(tag_.bytes).substr(std::min(mark_, tag_.bytes.size())));
  }
  handler.on_excess(run);
}

void HtmlTokenizer::store_value(std::string_view run, HtmlTokenHandler& handler) {
  if (skip_value_) return;
  if (full_) {
    store(run, handler);
    return;
  }
  const std::size_t size = tag_.bytes.size() - mark_;
  if (size < kDataUrlBytes) {
    const std::string_view head = run.substr(0, kDataUrlBytes - size);
    store(head, handler);
    run.remove_prefix(head.size());
    skip_value_ = !full_ && size + head.size() == kDataUrlBytes &&
                  istarts_with(trim(std::string_view(tag_.bytes).substr(mark_)), "data:");
    if (skip_value_) tag_.bytes.resize(tag_.bytes.size() - incomplete_utf8_suffix(tag_.bytes));
  }
  if (!skip_value_ && !run.empty()) store(run, handler);
  if (!tag_.attributes.empty()) {
    tag_.attributes.back().end = static_cast<std::uint32_t>(tag_.bytes.size());
  }
}

void HtmlTokenizer::emit_tag(HtmlTokenHandler& handler) {
  state_ = State::kText;
  content_ = HtmlContent::kData;
  if (tag_.is_end) {
    handler.on_end_tag(tag_);
    return;
  }
  content_ = handler.on_start_tag(tag_);
  raw_name_ = tag_.name;
}

}  // namespace ringfence
