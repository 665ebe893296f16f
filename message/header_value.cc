#include "message/header_value.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "message/charset.h"
#include "message/header_text.h"

namespace ringfence {
namespace {

constexpr std::size_t kParameterCountMax = 1000;
constexpr std::size_t kFileNameCountMax = 4;

bool is_token_char(char c) {
  return static_cast<unsigned char>(c) > 0x20 && c != 0x7F &&
         std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

void skip_space(std::string_view& in) {
  while (!in.empty() && is_ascii_space(in.front())) in.remove_prefix(1);
}

// Past "(...)", nested and with quoted pairs; an unclosed one ends with the field.
void skip_comment(std::string_view& in) {
  int depth = 0;
  while (!in.empty()) {
    const char c = in.front();
    in.remove_prefix(1);
    if (c == '\\' && !in.empty()) {
      in.remove_prefix(1);
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth == 0) {
      return;
    }
  }
}

void skip_space_and_comments(std::string_view& in) {
  for (skip_space(in); !in.empty() && in.front() == '('; skip_space(in)) skip_comment(in);
}

std::string take_token(std::string_view& in) {
  const auto end = std::find_if_not(in.begin(), in.end(), is_token_char);
  std::string token(in.begin(), end);
  in.remove_prefix(token.size());
  return token;
}

// A quoted string from its opening quote; an unclosed one ends with the field.
std::string take_quoted(std::string_view& in) {
  std::string out;
  in.remove_prefix(1);
  while (!in.empty() && in.front() != '"') {
    // Windows paths come unescaped: a backslash escapes only what needs it.
    if (in.front() == '\\' && in.size() > 1 && (in[1] == '"' || in[1] == '\\')) in.remove_prefix(1);
    out.push_back(in.front());
    in.remove_prefix(1);
  }
  if (!in.empty()) in.remove_prefix(1);
  return out;
}

// Unquoted values run to the next ';': file names with spaces and charsets with odd signs come so.
std::string take_value(std::string_view& in) {
  skip_space_and_comments(in);
  if (!in.empty() && in.front() == '"') return take_quoted(in);
  const std::string_view value = in.substr(0, in.find(';'));
  in.remove_prefix(value.size());
  return std::string(trim(value));
}

// A parameter as it stands in the field: name*index*=value.
struct Segment {
  std::string name;
  int index = -1;
  bool extended = false;
  std::string value;
};

Segment make_segment(std::string name, std::string value) {
  Segment segment;
  segment.value = std::move(value);
  if (name.ends_with('*')) {
    segment.extended = true;
    name.pop_back();
  }
  const std::size_t star = name.rfind('*');
  if (star != std::string::npos && star > 0 && name.size() - star <= 4) {
    const std::string_view digits = std::string_view(name).substr(star + 1);
    if (!digits.empty() && std::all_of(digits.begin(), digits.end(), is_ascii_digit)) {
      segment.index = 0;
      for (const char c : digits) segment.index = segment.index * 10 + (c - '0');
      name.resize(star);
    }
  }
  segment.name = std::move(name);
  return segment;
}

std::vector<Segment> take_segments(std::string_view in, bool& clean) {
  std::vector<Segment> out;
  while (out.size() < kParameterCountMax) {
    skip_space_and_comments(in);
    if (in.empty()) break;
    if (in.front() == ';') {
      in.remove_prefix(1);
      continue;
    }
    std::string name = ascii_lower(take_token(in));
    skip_space_and_comments(in);
    if (name.empty() || in.empty() || in.front() != '=') {
      clean = false;
      if (name.empty() && !in.empty()) in.remove_prefix(1);
      continue;
    }
    in.remove_prefix(1);
    std::string value = take_value(in);
    out.push_back(make_segment(std::move(name), std::move(value)));
  }
  return out;
}

// False where programs take different values out of "; name=value; ...".
bool has_tidy_values(std::string_view in) {
  while (!in.empty()) {
    in.remove_prefix(std::min(in.find('='), in.size() - 1) + 1);
    skip_space(in);
    if (in.starts_with('"')) {
      const std::size_t end = in.find_first_of("\"\\", 1);
      if (end == std::string_view::npos || in[end] == '\\') return false;
      in.remove_prefix(end + 1);
    } else {
      take_token(in);
    }
    skip_space(in);
    if (!in.empty() && in.front() != ';') return false;
  }
  return true;
}

// All segments of one name, in order of their index, as one parameter.
Parameter join_segments(const std::vector<const Segment*>& segments, DefectSet& defects) {
  Parameter out;
  out.name = segments.front()->name;
  std::string charset, bytes;
  for (const Segment* segment : segments) {
    std::string_view value = segment->value;
    if (segment->extended && segment == segments.front()) {
      const std::size_t first = value.find('\'');
      const std::size_t second =
          first == std::string_view::npos ? first : value.find('\'', first + 1);
      if (second != std::string_view::npos) {
        charset = value.substr(0, first);
        value.remove_prefix(second + 1);
      }
    }
    out.extended = out.extended || segment->extended;
    bytes += segment->extended ? percent_decode(value) : std::string(value);
  }
  out.value = out.extended ? to_utf8(bytes, charset, defects) : std::move(bytes);
  return out;
}

// Extended parameters come before plain ones of their name: programs that know them prefer them.
std::vector<Parameter> join_parameters(const std::vector<Segment>& segments, DefectSet& defects) {
  std::vector<const Segment*> sorted;
  for (const Segment& segment : segments) sorted.push_back(&segment);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Segment* a, const Segment* b) {
    return std::pair(std::string_view(a->name), a->index) <
           std::pair(std::string_view(b->name), b->index);
  });
  std::vector<Parameter> extended, plain;
  for (std::size_t at = 0; at < sorted.size();) {
    std::vector<const Segment*> group{sorted[at++]};
    while (group.front()->index >= 0 && at < sorted.size() &&
           sorted[at]->name == group.front()->name && sorted[at]->index >= 0) {
      group.push_back(sorted[at++]);
    }
    Parameter parameter = join_segments(group, defects);
    (parameter.extended || group.front()->index >= 0 ? extended : plain)
        .push_back(std::move(parameter));
  }
  extended.insert(extended.end(), std::make_move_iterator(plain.begin()),
                  std::make_move_iterator(plain.end()));
  return extended;
}

}  // namespace

std::string_view MediaType::parameter(std::string_view name) const {
  for (const Parameter& parameter : parameters) {
    if (parameter.name == name) return parameter.value;
  }
  return {};
}

MediaType parse_media_type(std::string_view raw, DefectSet& defects) {
  MediaType out;
  skip_space_and_comments(raw);
  std::string type = ascii_lower(take_token(raw));
  skip_space_and_comments(raw);
  std::string subtype;
  bool clean = true;
  if (!raw.empty() && raw.front() == '/') {
    raw.remove_prefix(1);
    skip_space_and_comments(raw);
    subtype = ascii_lower(take_token(raw));
  }
  const bool composite = type == "multipart" || type == "message";
  if (!type.empty() && (!subtype.empty() || composite)) {
    out.type = std::move(type);
    out.subtype = std::move(subtype);
  } else {
    out.valid = false;
    clean = false;
  }
  skip_space_and_comments(raw);
  if (!raw.empty() && raw.front() != ';') clean = false;
  const bool tidy = has_tidy_values(raw);
  out.parameters = join_parameters(take_segments(raw, clean), defects);
  if (!clean) defects.insert(Defect::kContentTypeSyntax);
  out.clean = clean && tidy && !(composite && out.subtype.empty());
  return out;
}

MediaType parse_disposition(std::string_view raw, DefectSet& defects) {
  MediaType out;
  out.subtype.clear();
  skip_space_and_comments(raw);
  const std::string_view rest = raw;
  out.type = ascii_lower(take_token(raw));
  skip_space_and_comments(raw);
  if (!raw.empty() && raw.front() == '=') {  // "filename=x" without a kind before it
    raw = rest;
    out.type.clear();
  }
  bool clean = true;
  out.parameters = join_parameters(take_segments(raw, clean), defects);
  return out;
}

TransferEncoding parse_transfer_encoding(std::string_view raw, DefectSet& defects) {
  skip_space_and_comments(raw);
  if (!raw.empty() && (raw.front() == '"' || raw.front() == '\'')) raw.remove_prefix(1);
  const std::string name = ascii_lower(take_token(raw));
  std::string letters;
  std::copy_if(name.begin(), name.end(), std::back_inserter(letters), is_ascii_alnum);
  if (letters == "base64" || letters == "xbase64" || letters == "b64") {
    return TransferEncoding::kBase64;
  }
  if (letters == "quotedprintable" || letters == "xquotedprintable" || letters == "qp") {
    return TransferEncoding::kQuotedPrintable;
  }
  if (letters == "xuuencode" || letters == "uuencode" || letters == "xuue" || letters == "uue") {
    return TransferEncoding::kUuencode;
  }
  if (name != "7bit" && name != "8bit" && name != "binary") {
    defects.insert(Defect::kTransferEncodingUnknown);
  }
  return TransferEncoding::kIdentity;
}

std::vector<TransferEncoding> other_transfer_encodings(std::string_view raw) {
  const std::string value = ascii_lower(trim(raw));
  DefectSet ignored;
  const TransferEncoding first = parse_transfer_encoding(raw, ignored);
  std::vector<TransferEncoding> out;
  if (value.find("base64") != std::string::npos && first != TransferEncoding::kBase64) {
    out.push_back(TransferEncoding::kBase64);
  }
  if (value.find("quoted-printable") != std::string::npos &&
      first != TransferEncoding::kQuotedPrintable) {
    out.push_back(TransferEncoding::kQuotedPrintable);
  }
  const bool proper = value == "base64" || value == "quoted-printable" || value == "x-uuencode";
  if (first != TransferEncoding::kIdentity && !proper) out.push_back(TransferEncoding::kIdentity);
  return out;
}

std::vector<std::string> file_names(const MediaType& type, const MediaType& disposition,
                                    DefectSet& defects) {
  std::vector<std::string> out;
  const auto add = [&](const std::vector<Parameter>& parameters, std::string_view name) {
    for (const Parameter& parameter : parameters) {
      if (parameter.name != name || out.size() == kFileNameCountMax) continue;
      std::string text = parameter.extended ? std::string(trim(parameter.value))
                                            : decode_header_text(parameter.value, defects);
      std::erase(text, '\0');
      if (!text.empty() && std::find(out.begin(), out.end(), text) == out.end()) {
        out.push_back(std::move(text));
      }
    }
  };
  add(disposition.parameters, "filename");
  add(type.parameters, "name");
  add(type.parameters, "filename");
  add(disposition.parameters, "name");
  return out;
}

}  // namespace ringfence
