#include "message/entity_reader.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "message/header_text.h"
#include "message/line_ends.h"

namespace ringfence {
namespace {

constexpr std::size_t kNestedHeadBytes = 256;
// Of one stretch of bytes: each doubles the work.
constexpr int kSecondReadingsMax = 2;

// A body that is said to be encoded but begins with a header field is not.
bool begins_with_field(std::string_view head) {
  return head.substr(0, head.find('\n')).find(':') != std::string_view::npos;
}

}  // namespace

EntityReader::EntityReader(const EntityReader& at, MimeTally& tally)
    : context_{at.context_.options, at.context_.ids, tally},
      facts_(at.facts_),
      facts_open_(at.facts_open_),
      parser_(at.parser_, tally, *this) {}

void EntityReader::push(std::string_view bytes, TextPieces& out) {
  if (bytes.empty()) return;
  out_ = &out;
  if (std::exchange(held_return_, false)) {
    if (bytes.front() == '\n') {
      push_lines("\r\n");
      bytes.remove_prefix(1);
    } else {
      push_lone_return();
    }
  }
  held_return_ = bytes.ends_with('\r');
  if (held_return_) bytes.remove_suffix(1);
  push_lines(bytes);
}

void EntityReader::finish(TextPieces& out) {
  out_ = &out;
  if (std::exchange(held_return_, false)) push_lone_return();
  parser_.finish();
  if (!other_lines_) return;
  other_lines_->reader->finish(out);
  context_.tally.limits.insert(other_lines_->tally.limits);
}

// A CR at the end of `bytes` has no LF behind it.
void EntityReader::push_lines(std::string_view bytes) {
  if (!other_lines_ && context_.tally.second_readings < kSecondReadingsMax) {
    const std::size_t lone = find_lone_return(bytes);
    if (lone != std::string_view::npos) {
      parser_.push(bytes.substr(0, lone));
      bytes.remove_prefix(lone);
      begin_other_lines();
    }
  }
  if (!other_lines_) return parser_.push(bytes);
  // Line by line, for the texts of both to come in the same order however the message is cut.
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
    parser_.push(bytes.substr(0, end));
    with_returns_as_line_ends(bytes.substr(0, end), other_lines_->buffer);
    other_lines_->reader->push(other_lines_->buffer, *out_);
    bytes.remove_prefix(end);
  }
}

void EntityReader::push_lone_return() {
  if (!other_lines_ && context_.tally.second_readings < kSecondReadingsMax) begin_other_lines();
  parser_.push("\r");
  if (other_lines_) other_lines_->reader->push("\n", *out_);
}

void EntityReader::begin_other_lines() {
  other_lines_ = std::make_unique<OtherLines>();
  other_lines_->tally = context_.tally;
  ++other_lines_->tally.second_readings;
  ++context_.tally.second_readings;
  other_lines_->reader.reset(new EntityReader(*this, other_lines_->tally));
}

void EntityReader::show(Place place, std::string_view text) {
  if (!text.empty()) out_->append(context_.ids.next(), place, text, true);
}

void EntityReader::note_fact(std::string& fact, std::string_view value) {
  DefectSet ignored;
  if (fact.empty()) fact = to_utf8(value, {}, ignored);
}

void EntityReader::on_field(bool is_message, std::string_view name, std::string_view value) {
  if (!is_message) {
    // Not shown, but to programs to which the header of an attached message begins here.
    const bool shown = iequals(name, "subject") || iequals(name, "from") || iequals(name, "to");
    if (shown) show(Place::kHeader, decode_header_text(value, context_.tally.defects));
    return;
  }
  MessageFacts* const facts = facts_open_ ? facts_ : nullptr;
  DefectSet& defects = context_.tally.defects;
  if (iequals(name, "subject")) {
    const std::string text = decode_header_text(value, defects);
    if (facts && facts->subject.empty()) facts->subject = text;
    show(Place::kSubject, text);
  } else if (iequals(name, "from") || iequals(name, "reply-to") || iequals(name, "sender")) {
    show_mailboxes(Place::kFrom, name, value);
  } else if (iequals(name, "to") || iequals(name, "cc")) {
    show_mailboxes(Place::kHeader, name, value);
  } else if (iequals(name, "comments") || iequals(name, "organization") ||
             iequals(name, "keywords")) {
    show(Place::kHeader, decode_header_text(value, defects));
  } else if (facts && iequals(name, "content-language")) {
    for (const std::string_view language : split(value, ',')) {
      if (facts->languages.size() < MessageFacts::kNamesMax) {
        facts->languages.emplace_back(trim(language));
      }
    }
  } else if (facts && iequals(name, "message-id")) {
    note_fact(facts->message_id, value);
  } else if (facts && iequals(name, "date")) {
    note_fact(facts->date, value);
  }
}

void EntityReader::show_mailboxes(Place place, std::string_view name, std::string_view value) {
  std::string text;
  bool first = true;
  for (const Mailbox& mailbox : parse_mailboxes(value, context_.tally.defects)) {
    if (std::exchange(first, false) && facts_ && facts_open_ && iequals(name, "from") &&
        facts_->from_display.empty() && facts_->from_address.empty()) {
      facts_->from_display = mailbox.display;
      note_fact(facts_->from_address, mailbox.address);
      const std::size_t at = facts_->from_address.rfind('@');
      if (at != std::string::npos) {
        facts_->from_domain = ascii_lower(facts_->from_address.substr(at + 1));
      }
    }
    if (mailbox.display.empty()) continue;
    if (!text.empty()) text += "\n\n";  // names are no neighbours: no number goes over two of them
    text += mailbox.display;
  }
  show(place, text);
}

void EntityReader::on_header_end(const PartHeader& header) {
  facts_open_ = false;
  DefectSet& defects = context_.tally.defects;
  for (const std::string& name : file_names(header.type, header.disposition, defects)) {
    show(Place::kFilename, name);
  }
  show(Place::kFilename, decode_header_text(header.description, defects));
}

void EntityReader::on_body_begin(BodyKind kind, const PartHeader& header) {
  const bool encoded = header.encoding != TransferEncoding::kIdentity;
  const bool deep = parser_.depth() >= context_.options.part_depth_max;
  const bool nests = encoded && !deep;
  const bool message = kind == BodyKind::kLeaf &&
                       (header.type.type == "message" || header.type.is("text", "rfc822-headers"));
  if (encoded && deep && message) context_.tally.limits.insert(Limit::kPartDepth);
  if (nests && (kind == BodyKind::kPreamble || message)) {
    expect_nested(header, header.encoding, kind == BodyKind::kPreamble);
    // Programs that do not undo it show "=12" as it stands.
    if (header.encoding == TransferEncoding::kQuotedPrintable) {
      if (message && context_.tally.second_readings < kSecondReadingsMax) {
        Nested& as_it_stands = expect_nested(header, TransferEncoding::kIdentity, false);
        as_it_stands.second = true;
        ++as_it_stands.tally.second_readings;
      } else {
        others_.push_back(std::make_unique<LeafText>(context_));
      }
    }
  }
  if (kind != BodyKind::kRaw) begin_others(header);
  if (message && nests) return;
  if (kind != BodyKind::kLeaf) {
    leaf_ = std::make_unique<LeafText>(context_);
    return;
  }
  leaf_ = std::make_unique<LeafText>(context_, header);
}

void EntityReader::begin_others(PartHeader header) {
  std::vector<TransferEncoding> begun = {header.encoding};
  // As it stands is another way even where nothing is encoded: the body may be no text by its type.
  if (header.encoding == TransferEncoding::kIdentity) begun.clear();
  for (const TransferEncoding encoding : header.other_encodings) {
    if (std::ranges::find(begun, encoding) != begun.end()) continue;
    begun.push_back(encoding);
    header.encoding = encoding;
    const bool raw = encoding == TransferEncoding::kIdentity;
    others_.push_back(raw ? std::make_unique<LeafText>(context_)
                          : std::make_unique<LeafText>(context_, header));
  }
}

void EntityReader::on_body(std::string_view bytes) {
  if (leaf_) leaf_->push(bytes, *out_);
  for (const auto& other : others_) other->push(bytes, *out_);
  for (const auto& nested : nested_) push_nested(*nested, bytes);
}

EntityReader::Nested& EntityReader::expect_nested(const PartHeader& header,
                                                  TransferEncoding encoding, bool multipart) {
  Nested& nested = *nested_.emplace_back(std::make_unique<Nested>());
  nested.header = header;
  nested.header.encoding = encoding;
  nested.multipart = multipart;
  nested.tally = context_.tally;
  return nested;
}

// The first bytes tell whether they are encoded at all; then all go to a reader of their own.
void EntityReader::push_nested(Nested& nested, std::string_view bytes) {
  if (!nested.reader) {
    const std::size_t want = std::min(kNestedHeadBytes - nested.head.size(), bytes.size());
    nested.head.append(bytes.substr(0, want));
    if (nested.head.size() < kNestedHeadBytes) return;
    begin_nested(nested);
    bytes.remove_prefix(want);
  }
  push_encoded(nested, bytes);
}

void EntityReader::begin_nested(Nested& nested) {
  // Quoted-printable is undone in any case: it hardly changes text that is not encoded.
  const bool plain = !nested.multipart && begins_with_field(nested.head) &&
                     nested.header.encoding != TransferEncoding::kQuotedPrintable;
  const LeafText::Context context{context_.options, context_.ids, nested.tally};
  nested.decoder.emplace(plain ? TransferEncoding::kIdentity : nested.header.encoding);
  nested.asides.emplace(context);
  nested.reader = std::make_unique<EntityReader>(context, nullptr, parser_.depth() + 1);
  if (nested.multipart) {
    PartHeader header = nested.header;
    header.encoding = TransferEncoding::kIdentity;
    nested.reader->begin_in_multipart(header, *out_);
  }
  push_encoded(nested, std::exchange(nested.head, {}));
}

void EntityReader::push_encoded(Nested& nested, std::string_view bytes) {
  nested.reader->push(nested.decoder->push(bytes, nested.buffer), *out_);
  nested.asides->push_foreign(nested.decoder->take_foreign(), *out_);
  nested.asides->take_joined(*nested.decoder, *out_);
}

void EntityReader::finish_nested(Nested& nested) {
  if (!nested.reader) begin_nested(nested);
  nested.reader->push(nested.decoder->finish(nested.buffer), *out_);
  nested.asides->push_foreign(nested.decoder->take_foreign(), *out_);
  nested.asides->finish(*out_);
  nested.reader->finish(*out_);
  if (nested.multipart && nested.tally.parts <= context_.tally.parts) return;
  context_.tally.limits.insert(nested.tally.limits);
  if (nested.second) return;
  context_.tally.parts = nested.tally.parts;
  context_.tally.charsets = nested.tally.charsets;
  for (const std::string& hash : nested.tally.documents) note_document(context_.tally, hash);
  context_.tally.document_bytes =
      std::max(context_.tally.document_bytes, nested.tally.document_bytes);
  context_.tally.defects.insert(nested.tally.defects);
}

void EntityReader::on_body_end() {
  if (leaf_) leaf_->finish(*out_);
  for (const auto& other : others_) other->finish(*out_);
  for (const auto& nested : nested_) finish_nested(*nested);
  leaf_.reset();
  others_.clear();
  nested_.clear();
}

void EntityReader::on_stray(std::string_view text) {
  show(Place::kRaw, to_utf8(text, {}, context_.tally.defects));
}

}  // namespace ringfence
