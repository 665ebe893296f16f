// iCalendar and vCard: "NAME;PARAMETERS:VALUE" lines, folded by a line end and a space.
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "message/charset.h"
#include "message/text_format.h"
#include "message/transfer_decoder.h"

namespace ringfence {
namespace {

// Fields for programs. What is neither here nor an extension is shown: a property we have not heard
// of may be shown by a calendar that has.
constexpr auto kMachineFields =
    std::to_array<std::string_view>({"action",        "attach",
                                     "bday",          "begin",
                                     "calscale",      "class",
                                     "completed",     "created",
                                     "dtend",         "dtstamp",
                                     "dtstart",       "due",
                                     "duration",      "email",
                                     "end",           "exdate",
                                     "exrule",        "freebusy",
                                     "geo",           "impp",
                                     "key",           "last-modified",
                                     "logo",          "mailer",
                                     "method",        "percent-complete",
                                     "photo",         "priority",
                                     "prodid",        "rdate",
                                     "recurrence-id", "related-to",
                                     "repeat",        "request-status",
                                     "rev",           "rrule",
                                     "sequence",      "sound",
                                     "status",        "transp",
                                     "trigger",       "tz",
                                     "tzid",          "tzoffsetfrom",
                                     "tzoffsetto",    "tzurl",
                                     "uid",           "version"});
static_assert(std::ranges::is_sorted(kMachineFields));

constexpr auto kShownExtensions =
    std::to_array<std::string_view>({"x-ablabel", "x-alt-desc", "x-wr-caldesc", "x-wr-calname"});

bool is_shown(std::string_view name) {
  if (name.starts_with("x-"))
    return std::ranges::find(kShownExtensions, name) != kShownExtensions.end();
  return !std::ranges::binary_search(kMachineFields, name);
}

bool is_telephone_uri(std::string_view value) {
  return istarts_with(value, "tel:") || istarts_with(value, "callto:") ||
         istarts_with(value, "sms:");
}

// Where the value begins: behind the first colon that is not within quotes.
std::size_t head_size(std::string_view line) {
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == ':' && !quoted) return i + 1;
  }
  const std::size_t colon = line.find(':');  // an unclosed quote
  return colon == std::string_view::npos ? 0 : colon + 1;
}

// The value of one parameter, without quotes; `lower` is all parameters in lower case.
std::string_view parameter(std::string_view parameters, std::string_view lower,
                           std::string_view name) {
  for (std::size_t at = 0; (at = lower.find(name, at)) != std::string_view::npos; ++at) {
    const std::size_t equals = at + name.size();
    if (at == 0 || lower[at - 1] != ';' || equals >= lower.size() || lower[equals] != '=') continue;
    std::string_view value = parameters.substr(equals + 1);
    if (value.starts_with('"')) {
      value.remove_prefix(1);
      return value.substr(0, value.find('"'));
    }
    return value.substr(0, value.find_first_of(";:"));
  }
  return {};
}

// "\n", "\," and "\;" undone; the semicolons that part a structured value become spaces.
std::string unescape(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 1 < value.size()) {
      ++i;
      out.push_back(value[i] == 'n' || value[i] == 'N' ? '\n' : value[i]);
    } else {
      out.push_back(value[i] == ';' ? ' ' : value[i]);
    }
  }
  return out;
}

// vCard 2.1's "NOTE;ENCODING=QUOTED-PRINTABLE:"; looks no further than such a head is long.
bool is_quoted_printable(std::string_view line) {
  constexpr std::size_t kHeadBytesMax = 1024;
  line = line.substr(0, kHeadBytesMax);
  return ascii_lower(line.substr(0, head_size(line))).find("quoted-printable") != std::string::npos;
}

std::string decode_quoted_printable(std::string_view value, std::string_view charset) {
  QuotedPrintableDecoder decoder;
  std::string bytes;
  decoder.push(value, bytes);
  decoder.finish(bytes);
  DefectSet ignored;
  return to_utf8(bytes, charset, ignored);
}

}  // namespace

void DirectoryFormat::push(std::string_view utf8, TextPieces& out) {
  while (!utf8.empty()) {
    if (std::exchange(after_feed_, false)) {
      if (utf8.front() == ' ' || utf8.front() == '\t') {
        utf8.remove_prefix(1);
        continue;
      }
      if (quoted_printable_ && line_.ends_with('=')) {
        line_.pop_back();
      } else {
        end_line(false, out);
      }
    }
    const std::size_t feed = utf8.find('\n');
    add_to_line(utf8.substr(0, feed), out);
    if (feed == std::string_view::npos) return;
    utf8.remove_prefix(feed + 1);
    while (line_.size() > head_size_ && line_.ends_with('\r')) line_.pop_back();
    after_feed_ = true;
    quoted_printable_ = line_.ends_with('=') && is_quoted_printable(line_);
  }
}

// A line too long goes out in parts, each with the head that says what it is.
void DirectoryFormat::add_to_line(std::string_view text, TextPieces& out) {
  while (line_.size() + text.size() > options_.header_bytes_max) {
    std::size_t room =
        options_.header_bytes_max - std::min(options_.header_bytes_max, line_.size());
    while (room > 0 && (text[room] & 0xC0) == 0x80) --room;  // whole scalars
    line_.append(text.substr(0, room));
    text.remove_prefix(room);
    const std::size_t head = head_size(line_);
    if (head > 0 && head <= options_.header_bytes_max / 2) {
      end_line(true, out);
    } else {
      line_.clear();  // not a property: nothing of it is shown
      head_size_ = 0;
    }
  }
  line_.append(text);
}

void DirectoryFormat::end_line(bool goes_on, TextPieces& out) {
  const std::string_view line = line_;
  const std::size_t head = head_size(line);
  if (head > 0) show(line.substr(0, head - 1), line.substr(head), goes_on, out);
  head_size_ = goes_on ? head : 0;
  line_.resize(head_size_);
}

void DirectoryFormat::show(std::string_view head, std::string_view value, bool goes_on,
                           TextPieces& out) {
  const std::string lower = ascii_lower(head);
  std::string_view name = std::string_view(lower).substr(0, lower.find(';'));
  const std::size_t shown_from = name.rfind('.') + 1;  // vCard groups: "item1.TEL"
  name.remove_prefix(shown_from);
  const bool more = head_size_ > 0;  // a part of this line went out before
  if (is_telephone_uri(value)) show_link(value, out);
  if (name == "tel" && !is_telephone_uri(value)) show_link(unescape(value), out);
  if (name == "organizer" || name == "attendee") {  // their value is an address
    value = parameter(head, lower, "cn");
    if (value.empty()) return;
  }
  if (!is_shown(name)) return;
  std::string text;
  if (!more) text = std::string(head.substr(shown_from, name.size())) + ": ";
  if (lower.find("quoted-printable") != std::string::npos) {
    text += decode_quoted_printable(value, parameter(head, lower, "charset"));
  } else if (lower.find("fmttype=text/html") != std::string::npos) {
    return show_html(unescape(value), out);
  } else {
    text += unescape(value);
  }
  if (!goes_on) text += '\n';
  show_text(text, out);
}

void DirectoryFormat::show_text(std::string_view text, TextPieces& out) {
  if (stream_ == 0) stream_ = ids_.next();
  out.append(stream_, place_, text);
}

void DirectoryFormat::show_link(std::string_view target, TextPieces& out) {
  out.append(ids_.next(), Place::kHref, trim(target), true);
}

void DirectoryFormat::show_html(std::string_view html, TextPieces& out) {
  HtmlFormat format(place_, options_, ids_);
  format.push(html, out);
  format.finish(out);
}

void DirectoryFormat::finish(TextPieces& out) {
  while (line_.size() > head_size_ && line_.ends_with('\r')) line_.pop_back();
  if (!line_.empty()) end_line(false, out);
  if (stream_ != 0) out.append(stream_, place_, {}, true);
}

void HtmlFormat::push(std::string_view utf8, TextPieces& out) {
  const std::size_t first = out.pieces.size();
  html_.push(utf8, out);
  rename(first, out);
}

void HtmlFormat::finish(TextPieces& out) {
  const std::size_t first = out.pieces.size();
  html_.finish(out);
  rename(first, out);
}

void HtmlFormat::rename(std::size_t first, TextPieces& out) const {
  if (place_ == Place::kHtml) return;
  for (; first < out.pieces.size(); ++first) {
    if (out.pieces[first].place == Place::kHtml) out.pieces[first].place = place_;
  }
}

}  // namespace ringfence
