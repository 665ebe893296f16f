// MimeParser's headers: lines to fields, fields to a PartHeader, and what to do with lines that are
// no fields.
//
// Lines that are no fields are held. If a well-known field follows, they were slips; if the header
// ends before one does, the body began with them, without its empty line.
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "message/charset.h"
#include "message/mime_parser.h"

namespace ringfence {
namespace {

constexpr auto kKnownFields = std::to_array<std::string_view>({"apparently-to",
                                                               "approved",
                                                               "authentication-results",
                                                               "auto-submitted",
                                                               "bcc",
                                                               "cc",
                                                               "comments",
                                                               "date",
                                                               "delivered-to",
                                                               "delivery-date",
                                                               "disposition-notification-to",
                                                               "dkim-signature",
                                                               "domainkey-signature",
                                                               "envelope-to",
                                                               "errors-to",
                                                               "feedback-id",
                                                               "from",
                                                               "importance",
                                                               "in-reply-to",
                                                               "keywords",
                                                               "lines",
                                                               "mailing-list",
                                                               "message-id",
                                                               "mime-version",
                                                               "newsgroups",
                                                               "organization",
                                                               "path",
                                                               "precedence",
                                                               "priority",
                                                               "received",
                                                               "received-spf",
                                                               "references",
                                                               "reply-to",
                                                               "return-path",
                                                               "sender",
                                                               "sensitivity",
                                                               "status",
                                                               "subject",
                                                               "to",
                                                               "user-agent",
                                                               "xref"});
static_assert(std::ranges::is_sorted(kKnownFields));

constexpr auto kKnownPrefixes =
    std::to_array<std::string_view>({"arc-", "content-", "list-", "resent-", "thread-", "x-"});

constexpr std::size_t kOtherBoundaryCountMax = 4;

bool is_known_field(std::string_view name) {
  const std::string lower = ascii_lower(name);
  if (std::ranges::binary_search(kKnownFields, std::string_view(lower))) return true;
  return std::ranges::any_of(kKnownPrefixes,
                             [&](std::string_view p) { return lower.starts_with(p); });
}

// The name of a field, empty when the line is none. White space before the colon is old but
// allowed.
std::string_view field_name(std::string_view line) {
  std::string_view name = line.substr(0, line.find(':'));
  if (name.size() == line.size()) return {};
  while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.remove_suffix(1);
  const bool printable = std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7F; });
  return printable ? name : std::string_view{};
}

bool is_valid_utf8(std::string_view text) {
  for (;;) {
    text.remove_prefix(ascii_prefix(text));
    if (text.empty()) return true;
    const Utf8Step step = decode_utf8(text);
    if (!step.valid) return false;
    text.remove_prefix(step.size);
  }
}

// "From here: +1 888 ..." but not "From bob@example.org Thu Jan  1 00:00:00 2026".
bool may_hold_number(std::string_view mbox_line) {
  constexpr std::ptrdiff_t kDigitsMin = 7;
  const std::size_t colon = mbox_line.find(':');
  const bool time = colon != std::string_view::npos && colon + 3 < mbox_line.size() &&
                    is_ascii_digit(mbox_line[colon - 1]) && mbox_line[colon + 3] == ':';
  return !time && std::ranges::count_if(mbox_line, is_ascii_digit) >= kDigitsMin;
}

bool looks_like_base64(std::string_view line) {
  return line.size() >= 4 && line.size() % 4 == 0 && std::ranges::all_of(line, [](char c) {
           return is_ascii_alnum(c) || c == '+' || c == '/' || c == '=';
         });
}

// How many bytes of `lines` stand before the first line that looks like base64.
std::size_t foreign_lines_size(std::string_view lines) {
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    if (looks_like_base64(trim(lines.substr(at, end - at)))) return at;
    at = end + 1;
  }
  return lines.size();
}

// Of two types that contradict each other the one under which more is read.
int richness(const MediaType& type) {
  if (type.type == "multipart") return 4;
  if (type.type == "message") return 3;
  if (type.subtype == "html") return 2;
  return type.type == "text" || !type.valid ? 1 : 0;
}

}  // namespace

void MimeParser::begin_header(bool is_message, bool doubtful) {
  ++tally_->parts;
  state_ = State::kHeader;
  header_ = PartHeader{};
  header_.is_message = is_message;
  if (!is_message && !frames_.empty() && frames_.back().header.type.subtype == "digest") {
    header_.type.type = "message";
    header_.type.subtype = "rfc822";
  }
  doubtful_ = doubtful;
  first_line_ = true;
  suspicious_ = empty_first_ = seen_type_ = seen_encoding_ = seen_from_ = seen_subject_ = false;
  field_count_ = 0;
  field_.clear();
  field_open_ = junk_held_ = false;
}

std::size_t MimeParser::push_header(std::string_view bytes) {
  const std::size_t line_end = bytes.find('\n');
  const std::string_view piece = bytes.substr(0, line_end);
  const std::size_t room =
      options_.header_bytes_max - std::min(options_.header_bytes_max, line_.size());
  if (piece.size() > room) tally_->limits.insert(Limit::kHeaderBytes);
  if (line_end == std::string_view::npos || !line_.empty()) line_.append(piece.substr(0, room));
  if (line_end == std::string_view::npos) return bytes.size();
  if (line_.empty()) {
    take_header_line(piece.substr(0, room));
  } else {
    const std::string line = std::exchange(line_, {});
    take_header_line(line);
  }
  return line_end + 1;
}

void MimeParser::take_header_line(std::string_view line) {
  line_break_ = line.ends_with('\r') ? "\r\n" : "\n";
  while (line.ends_with('\r')) line.remove_suffix(1);
  if (boundaries_ && line.starts_with("--")) {
    if (match_boundary(line).found) {
      if (!header_.is_message && !first_line_) tally_->defects.insert(Defect::kMissingHeaderEnd);
      while (state_ == State::kHeader) end_header_as_is();  // an attached message's header as well
      at_boundary(match_boundary(line));  // perhaps of the multipart whose header this was
      return;
    }
  }
  if (line.starts_with("--") && begins_own_body(line)) return end_header_with(line);
  if (line.empty()) {
    // Attached messages often come with an empty line too many before their header.
    if (header_.is_message && first_line_) {
      suspicious_ = empty_first_ = doubtful_ = true;
      return;
    }
    const bool in_body = junk_held_ && junk_is_body_;
    if (in_body && header_.encoding != TransferEncoding::kBase64) return end_header_with(line);
    end_header_as_is();
    return;
  }
  const bool first = std::exchange(first_line_, false);
  if (first && header_.is_message && (line.starts_with("From ") || line.starts_with(">From "))) {
    if (doubtful_ || may_hold_number(line)) handler_->on_stray(line);
    return;
  }
  if (line.front() == ' ' || line.front() == '\t') {
    if (field_open_ || junk_held_) return extend_field(line);
    return take_junk_line(line);
  }
  const std::string_view name = field_name(line);
  if (name.empty()) return take_junk_line(line);
  take_field_line(line, is_known_field(name));
}

// The first boundary of the multipart whose header this is, its empty line missing.
bool MimeParser::begins_own_body(std::string_view line) {
  end_field();
  if (header_.type.type != "multipart") return false;
  const std::string_view boundary = trim(line.substr(2));
  const auto is_it = [&](std::string_view own) { return !own.empty() && trim(own) == boundary; };
  return std::ranges::any_of(
             header_.type.parameters,
             [&](const Parameter& p) { return p.name == "boundary" && is_it(p.value); }) ||
         std::ranges::any_of(header_.other_boundaries, is_it);
}

// A folded line's next line; the white space it begins with stays.
void MimeParser::extend_field(std::string_view line) {
  if (trim(line).empty()) suspicious_ = true;  // some programs take this for the end of the header
  if (junk_held_) return take_junk_line(line);
  if (doubtful_) handler_->on_stray(line);
  const std::size_t room =
      options_.header_bytes_max - std::min(options_.header_bytes_max, field_.size());
  if (line.size() > room) tally_->limits.insert(Limit::kHeaderBytes);
  field_.append(line.substr(0, room));
}

void MimeParser::take_field_line(std::string_view line, bool known) {
  if (suspicious_ && !known) return take_junk_line(line);
  if (junk_held_) {
    handler_->on_stray(junk_);
    junk_held_ = false;
  }
  if (doubtful_) handler_->on_stray(line);
  end_field();
  field_ = line;
  field_open_ = true;
}

void MimeParser::take_junk_line(std::string_view line) {
  const bool no_header = empty_first_ && field_count_ == 0 && !field_open_;
  const bool full = junk_.size() + line.size() > options_.header_bytes_max;
  if (no_header || (junk_held_ && full)) return end_header_with(line);
  junk_is_body_ = suspicious_;
  if (junk_held_) {
    junk_.append(line_break_).append(line);
    return;
  }
  tally_->defects.insert(Defect::kHeaderSyntax);
  end_field();
  junk_ = line;
  junk_held_ = suspicious_ = doubtful_ = true;
}

void MimeParser::end_field() {
  if (!std::exchange(field_open_, false)) return;
  if (field_.find('\0') != std::string::npos) {
    tally_->defects.insert(Defect::kNulByte);
    std::erase(field_, '\0');
  }
  if (!is_valid_utf8(field_)) tally_->defects.insert(Defect::kHeaderEightBit);
  const std::string_view name = field_name(field_);
  if (name.empty()) return;
  const std::string_view value = trim(std::string_view(field_).substr(field_.find(':') + 1));
  const bool content = istarts_with(name, "content-");
  if (++field_count_ > options_.header_count_max) {
    tally_->limits.insert(Limit::kHeaderCount);
    if (!content) return;
  }
  if (content) note_content_field(name, value);
  if (header_.is_message) {
    const bool twice = (iequals(name, "from") && std::exchange(seen_from_, true)) ||
                       (iequals(name, "subject") && std::exchange(seen_subject_, true));
    if (twice) tally_->defects.insert(Defect::kDuplicateHeader);
  }
  handler_->on_field(header_.is_message, name, value);
}

void MimeParser::note_content_field(std::string_view name, std::string_view value) {
  if (iequals(name, "content-type")) {
    MediaType type = parse_media_type(value, tally_->defects);
    if (std::exchange(seen_type_, true)) {
      tally_->defects.insert(Defect::kDuplicateHeader);
      const std::string_view boundary = type.parameter("boundary");
      if (!boundary.empty() && header_.other_boundaries.size() < kOtherBoundaryCountMax) {
        header_.other_boundaries.emplace_back(boundary);
      }
      type.clean = header_.type.clean = false;
      if (richness(type) <= richness(header_.type)) return;
    }
    header_.type = std::move(type);
  } else if (iequals(name, "content-transfer-encoding")) {
    const TransferEncoding encoding = parse_transfer_encoding(value, tally_->defects);
    if (std::exchange(seen_encoding_, true)) {
      tally_->defects.insert(Defect::kDuplicateHeader);
      if (encoding != header_.encoding) {
        add_other(encoding);
        add_other(header_.encoding);
      }
    }
    for (const TransferEncoding other : other_transfer_encodings(value)) add_other(other);
    if (header_.encoding == TransferEncoding::kIdentity) header_.encoding = encoding;
  } else if (iequals(name, "content-disposition")) {
    if (header_.disposition.parameters.empty()) {
      header_.disposition = parse_disposition(value, tally_->defects);
    }
  } else if (iequals(name, "content-description")) {
    if (header_.description.empty()) header_.description = value;
  }
}

void MimeParser::add_other(TransferEncoding encoding) {
  std::vector<TransferEncoding>& others = header_.other_encodings;
  if (std::ranges::find(others, encoding) == others.end()) others.push_back(encoding);
}

void MimeParser::end_header() {
  end_field();
  field_.clear();
  field_.shrink_to_fit();
  const MediaType& type = header_.type;
  if (doubtful_) add_other(TransferEncoding::kIdentity);
  handler_->on_header_end(header_);
  if (type.type == "multipart") return enter_multipart();
  const bool message = type.is("message", "rfc822") || type.is("message", "global") ||
                       type.is("message", "news") || type.is("message", "partial") ||
                       type.is("text", "rfc822-headers");
  if (!message) return begin_body(BodyKind::kLeaf, header_);
  if (header_.encoding != TransferEncoding::kIdentity) {
    tally_->defects.insert(Defect::kTransferEncodingMultipart);
    return begin_body(BodyKind::kLeaf, header_);
  }
  const bool deep = depth() >= options_.part_depth_max;
  if (deep) tally_->limits.insert(Limit::kPartDepth);
  const bool many = tally_->parts >= options_.part_count_max;
  if (many) tally_->limits.insert(Limit::kPartCount);
  if (deep || many) return begin_body(BodyKind::kRaw, header_);
  // Returned headers are shown as text, whatever their fields.
  const bool doubtful = doubtful_ || type.is("text", "rfc822-headers");
  frames_.push_back({header_, {}, false, true, true, doubtful});
  begin_header(true, doubtful);
}

// The header is over; a held line that is no field was the body's first, unless the body is base64
// and the line is not.
void MimeParser::end_header_as_is() {
  if (!junk_held_) return end_header();
  junk_held_ = false;
  end_field();
  const std::string junk = std::exchange(junk_, {});
  const std::size_t foreign =
      header_.encoding == TransferEncoding::kBase64 ? foreign_lines_size(junk) : 0;
  if (foreign > 0) handler_->on_stray(junk.substr(0, foreign));
  end_header();
  if (foreign < junk.size()) push(junk.substr(foreign) + std::string(line_break_));
}

// The header is over without an empty line: `line` is the body's, and so is a held one.
void MimeParser::end_header_with(std::string_view line) {
  end_field();
  if (!empty_first_ || field_count_ > 0) tally_->defects.insert(Defect::kMissingHeaderEnd);
  std::string text;
  if (junk_held_) text = std::exchange(junk_, {}).append(line_break_);
  junk_held_ = false;
  text.append(line).append(line_break_);
  end_header();
  push(text);
}

}  // namespace ringfence
