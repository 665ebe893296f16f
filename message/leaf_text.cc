#include "message/leaf_text.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace ringfence {
namespace {

bool is_document(SniffedKind kind) { return kind >= SniffedKind::kPdf; }

TextKind kind_of_sniffed(SniffedKind sniffed) {
  switch (sniffed) {
    case SniffedKind::kText:
    case SniffedKind::kPgp:
      return TextKind::kPlain;
    case SniffedKind::kHtml:
      return TextKind::kHtml;
    case SniffedKind::kCalendar:
      return TextKind::kCalendar;
    case SniffedKind::kContact:
      return TextKind::kContact;
    default:
      return TextKind::kNone;
  }
}

bool is_calendar(const MediaType& type) {
  return type.is("text", "calendar") || type.is("text", "x-vcalendar") ||
         type.is("application", "ics") || type.is("application", "calendar");
}

bool is_contact(const MediaType& type) {
  return type.is("text", "vcard") || type.is("text", "x-vcard") || type.is("text", "directory") ||
         type.is("application", "vcard");
}

bool is_signature(const MediaType& type) {
  return type.type == "application" &&
         (type.subtype.starts_with("pgp-") || type.subtype.ends_with("-signature"));
}

}  // namespace

TextKind choose_text_kind(const MediaType& type, SniffedKind sniffed, std::string_view head) {
  if (sniffed == SniffedKind::kEmpty) return TextKind::kNone;
  const bool textual = type.type == "text" || type.is("application", "xhtml+xml") ||
                       type.type == "message" || is_calendar(type) || is_contact(type);
  // A document in disguise; but text that only begins like one is text to those who read it.
  const bool magic = is_document(sniffed) && sniffed != SniffedKind::kBinary;
  if (magic && (!textual || !looks_like_text(head.substr(0, kSniffBytes)))) return TextKind::kNone;
  if (type.is("text", "rtf") || type.is("text", "richtext+rtf")) {
    if (sniffed == SniffedKind::kRtf) return TextKind::kNone;
  }
  const bool component = sniffed == SniffedKind::kCalendar || sniffed == SniffedKind::kContact;
  if ((is_calendar(type) || is_contact(type)) && component) return kind_of_sniffed(sniffed);
  if (!textual) {
    if (sniffed == SniffedKind::kPgp && is_signature(type)) return TextKind::kNone;
    return kind_of_sniffed(sniffed);
  }
  if (type.subtype == "html" || type.subtype == "xhtml+xml") return TextKind::kHtml;
  if (type.is("text", "enriched") || type.is("text", "richtext")) return TextKind::kEnriched;
  if (!type.valid)
    return kind_of_sniffed(sniffed) == TextKind::kHtml ? TextKind::kHtml : TextKind::kPlain;
  if (type.is("text", "plain") && iequals(type.parameter("format"), "flowed")) {
    return TextKind::kFlowed;
  }
  return TextKind::kPlain;
}

void note_document(MimeTally& tally, const std::string& hash) {
  if (tally.documents.size() >= MessageFacts::kDocumentsMax) return;
  if (std::ranges::find(tally.documents, hash) == tally.documents.end()) {
    tally.documents.push_back(hash);
  }
}

LeafText::LeafText(const Context& context, const PartHeader& header)
    : context_(context), decoder_(header.encoding), charset_(std::string_view{}) {
  content_.type = header.type;
  DefectSet noted;  // the header's own defects were noted when its names were shown
  std::vector<std::string> names = file_names(header.type, header.disposition, noted);
  if (!names.empty()) content_.file_name = std::move(names.front());
}

LeafText::LeafText(const Context& context)
    : context_(context),
      decoder_(TransferEncoding::kIdentity),
      decided_(true),
      charset_(std::string_view{}),
      format_(std::make_unique<PlainFormat>(Place::kRaw, context.ids)) {}

LeafText::~LeafText() = default;

void LeafText::push(std::string_view bytes, TextPieces& out) {
  if (!decided_) return push_undecided(bytes, out);
  if (!format_ && !document_) return;
  take_decoded(decoder_.push(bytes, buffer_), out);
  take_foreign(out);
}

// Foreign lines count up to where the part turns out to hold no text, if it does; to know which
// those are, a push that has any is decoded again byte by byte.
void LeafText::push_undecided(std::string_view bytes, TextPieces& out) {
  const TransferDecoder before = decoder_;
  const std::string_view decoded = decoder_.push(bytes, buffer_);
  if (!decoder_.has_foreign()) {
    take_decoded(decoded, out);
    return take_foreign(out);
  }
  decoder_ = before;
  while (!bytes.empty() && !decided_) {
    take_decoded(decoder_.push(bytes.substr(0, 1), buffer_), out);
    bytes.remove_prefix(1);
    if (decided_) break;
    foreign_lines_ += decoder_.take_foreign();
    if (foreign_lines_.size() > context_.options.header_bytes_max) decide(out, true);
  }
  take_foreign(out);
  if (!bytes.empty()) push(bytes, out);
}

void LeafText::finish(TextPieces& out) {
  if (decided_ && !format_ && !document_) return;
  take_decoded(decoder_.finish(buffer_), out);
  foreign_lines_ += decoder_.take_foreign();
  if (!decided_) decide(out, !foreign_lines_.empty());
  take_foreign(out);
  if (document_) note_document(context_.tally, document_->finish());
  if (!format_) return;
  context_.tally.defects.insert(decoder_.defects());
  utf8_.clear();
  charset_.finish(utf8_);
  emit(out);
  context_.tally.defects.insert(charset_.defects());
  format_->finish(out);
  context_.tally.limits.insert(format_->limits());
  if (asides_) asides_->finish(out);
}

void LeafText::take_decoded(std::string_view bytes, TextPieces& out) {
  if (!decided_) {
    const std::size_t want = std::min(kSniffCharsetBytes - head_.size(), bytes.size());
    head_.append(bytes.substr(0, want));
    if (head_.size() < kSniffCharsetBytes) return;
    bytes.remove_prefix(want);
    decide(out);
  }
  take_text(bytes, out);
}

// Lines of a base64 body that are not base64 are shown by some programs as they stand.
void LeafText::take_foreign(TextPieces& out) {
  if (!decided_) return;
  const std::string lines = std::exchange(foreign_lines_, {}) + decoder_.take_foreign();
  if (!format_ || decoder_.encoding() == TransferEncoding::kIdentity) return;
  if (!asides_) asides_ = std::make_unique<AsideTexts>(context_);
  asides_->push_foreign(lines, out);
  asides_->take_joined(decoder_, out);
}

void LeafText::decide(TextPieces& out, bool force) {
  decided_ = true;
  content_.sniffed = sniff(head_);
  kind_ = choose_text_kind(content_.type, content_.sniffed, head_);
  if (force && kind_ == TextKind::kNone && content_.type.type == "text") kind_ = TextKind::kPlain;
  const std::string head = std::exchange(head_, {});
  if (kind_ == TextKind::kNone) return begin_document(head);
  std::string label(content_.type.parameter("charset"));
  if (label.empty() && kind_ == TextKind::kHtml) label = sniff_html_charset(head);
  note_charset(ascii_lower(label));
  charset_ = CharsetDecoder(label);
  make_format();
  take_text(head, out);
}

// Parts without text are passed over undecoded, but for documents as long as there is a budget.
void LeafText::begin_document(std::string_view head) {
  const bool is_one = is_document(content_.sniffed) && content_.sniffed != SniffedKind::kBinary;
  if (!is_one || context_.options.document_bytes_max == 0 ||
      context_.tally.documents.size() >= MessageFacts::kDocumentsMax) {
    return;
  }
  document_.emplace();
  take_document(head);
}

void LeafText::take_document(std::string_view bytes) {
  context_.tally.document_bytes += bytes.size();
  if (context_.tally.document_bytes > context_.options.document_bytes_max) {
    document_.reset();
  } else {
    document_->push(bytes);
  }
}

void LeafText::note_charset(const std::string& label) {
  std::vector<std::string>& known = context_.tally.charsets;
  if (label.empty() || known.size() >= MessageFacts::kNamesMax) return;
  if (std::ranges::find(known, label) == known.end()) known.push_back(label);
}

void LeafText::make_format() {
  switch (kind_) {
    case TextKind::kFlowed:
      format_ = std::make_unique<FlowedFormat>(iequals(content_.type.parameter("delsp"), "yes"),
                                               context_.ids);
      break;
    case TextKind::kHtml:
      format_ = std::make_unique<HtmlFormat>(Place::kHtml, context_.options, context_.ids);
      break;
    case TextKind::kEnriched:
      format_ = std::make_unique<HtmlFormat>(Place::kPlain, context_.options, context_.ids);
      break;
    case TextKind::kCalendar:
      format_ = std::make_unique<DirectoryFormat>(Place::kCalendar, context_.options, context_.ids);
      break;
    case TextKind::kContact:
      format_ = std::make_unique<DirectoryFormat>(Place::kContact, context_.options, context_.ids);
      break;
    default:
      format_ = std::make_unique<PlainFormat>(Place::kPlain, context_.ids);
  }
}

void LeafText::take_text(std::string_view bytes, TextPieces& out) {
  if (document_) return take_document(bytes);
  if (!format_ || bytes.empty()) return;
  utf8_.clear();
  charset_.push(bytes, utf8_);
  emit(out);
}

void LeafText::emit(TextPieces& out) {
  if (utf8_.find('\0') != std::string::npos) {
    context_.tally.defects.insert(Defect::kNulByte);
    std::erase(utf8_, '\0');  // mail programs show nothing for it
  }
  if (!utf8_.empty()) format_->push(utf8_, out);
}

void AsideTexts::push(std::unique_ptr<LeafText>& text, std::string_view bytes, TextPieces& out) {
  if (bytes.empty()) return;
  if (!text) text = std::make_unique<LeafText>(context_);
  text->push(bytes, out);
}

void AsideTexts::take_joined(TransferDecoder& decoder, TextPieces& out) {
  for (std::size_t i = 0; i < joined_.size(); ++i) {
    const std::string bytes = decoder.take_joined(i);
    if (bytes.empty()) continue;
    Joined& way = joined_[i];
    if (!way.sieve) way.sieve.emplace(decoder.joined_tail());
    std::string passed;
    way.sieve->push(bytes, passed);
    push(way.text, passed, out);
  }
}

void AsideTexts::finish(TextPieces& out) {
  if (foreign_) foreign_->finish(out);
  for (Joined& way : joined_) {
    std::string passed;
    if (way.sieve) way.sieve->finish(passed);
    push(way.text, passed, out);
    if (way.text) way.text->finish(out);
  }
}

}  // namespace ringfence
