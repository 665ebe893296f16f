// The mailbox lists of header_value.h: where one mailbox ends, which part of it is shown.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "message/header_text.h"
#include "message/header_value.h"

namespace ringfence {
namespace {

constexpr std::size_t kMailboxCountMax = 10'000;

// How far the quoted string, comment or <address> at `at` reaches: one past its end. Only a closed
// one counts; a sign that opens nothing is a sign like others.
std::size_t span_end(std::string_view in, std::size_t at) {
  const char close = in[at] == '"' ? '"' : in[at] == '(' ? ')' : '>';
  int depth = 1;
  for (std::size_t i = at + 1; i < in.size(); ++i) {
    if (in[i] == '\\') {
      ++i;
    } else if (in[i] == close) {
      if (--depth == 0) return i + 1;
    } else if (in[i] == '(' && close == ')') {
      ++depth;
    }
  }
  return at + 1;
}

// The next mailbox of the list, up to ',' or ';'. `open_spans` turns false at a span that never
// closes: looking for the end of each further one would cost the square of the field's length.
std::string_view take_mailbox(std::string_view& in, bool& open_spans) {
  std::size_t at = 0;
  while (at < in.size() && in[at] != ',' && in[at] != ';') {
    const bool opens = in[at] == '"' || in[at] == '(' || in[at] == '<';
    if (!opens || !open_spans) {
      ++at;
      continue;
    }
    const std::size_t end = span_end(in, at);
    open_spans = end > at + 1;
    at = end;
  }
  const std::string_view mailbox = in.substr(0, at);
  in.remove_prefix(std::min(at + 1, in.size()));
  return mailbox;
}

// Where the "<addr>" begins that is the address: the last '<' outside quotes.
std::size_t find_angle(std::string_view in) {
  std::size_t found = std::string_view::npos;
  for (std::size_t at = 0; at < in.size();) {
    if (in[at] == '"') {
      at = span_end(in, at);
      continue;
    }
    if (in[at] == '<') found = at;
    ++at;
  }
  return found;
}

// A display name without its quotes and backslashes; brackets stay.
std::string unquote_phrase(std::string_view in) {
  std::string out;
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (in[i] == '"') continue;
    if (in[i] == '\\' && i + 1 < in.size()) ++i;
    out.push_back(in[i]);
  }
  return out;
}

Mailbox parse_mailbox(std::string_view in, DefectSet& defects) {
  Mailbox out;
  in = trim(in);
  const std::size_t angle = find_angle(in);
  std::string display;
  if (angle != std::string_view::npos) {
    const std::string_view rest = in.substr(angle + 1);
    const std::size_t close = std::min(rest.find('>'), rest.size());
    out.address = trim(rest.substr(0, close));
    const std::string_view behind = rest.substr(std::min(close + 1, rest.size()));
    display = unquote_phrase(in.substr(0, angle));
    if (out.address.find('@') == std::string::npos) display += ' ' + out.address;
    if (!trim(behind).empty()) display += ' ' + unquote_phrase(behind);
  } else if (const std::size_t comment = in.find('(');
             comment != std::string_view::npos &&
             in.substr(0, comment).find('@') != std::string_view::npos) {
    out.address = trim(in.substr(0, comment));  // the old form: address (name)
    std::string_view name = trim(in.substr(comment + 1));
    if (name.ends_with(')')) name.remove_suffix(1);
    display = unquote_phrase(name);
  } else if (in.find('@') != std::string_view::npos &&
             std::none_of(in.begin(), in.end(), is_ascii_space)) {
    out.address = in;
  } else {
    display = unquote_phrase(in);
  }
  out.display = decode_header_text(display, defects);
  return out;
}

}  // namespace

std::vector<Mailbox> parse_mailboxes(std::string_view raw, DefectSet& defects) {
  std::vector<Mailbox> out;
  bool open_spans = true;
  while (!raw.empty() && out.size() < kMailboxCountMax) {
    const std::string_view text = take_mailbox(raw, open_spans);
    if (trim(text).empty()) continue;
    Mailbox mailbox = parse_mailbox(text, defects);
    if (!mailbox.display.empty() || !mailbox.address.empty()) out.push_back(std::move(mailbox));
  }
  return out;
}

}  // namespace ringfence
