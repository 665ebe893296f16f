#include "message/message_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "message/charset.h"
#include "message/header_text.h"
#include "message/leaf_text.h"
#include "message/mime_parser.h"

namespace ringfence {
namespace {

// Notes a CR or LF that stands alone, wherever in the message; off once one was met.
class LineEndCheck {
 public:
  void push(std::string_view bytes, DefectSet& defects) {
    if (found_ || bytes.empty()) return;
    if ((bytes.front() == '\n') != after_return_) return note(defects);
    // An LF stands behind every CR and nowhere else. In blocks of a fixed size, for the compiler to
    // make vectors of.
    constexpr std::size_t kBlock = 64;
    std::size_t at = 1;
    for (; at + kBlock <= bytes.size(); at += kBlock) {
      const char* const block = bytes.data() + at;
      const char* const before = block - 1;
      unsigned char differs = 0;
      for (std::size_t i = 0; i < kBlock; ++i) {
        differs |= static_cast<unsigned char>((block[i] == '\n') ^ (before[i] == '\r'));
      }
      if (differs != 0) return note(defects);
    }
    for (; at < bytes.size(); ++at) {
      if ((bytes[at] == '\n') != (bytes[at - 1] == '\r')) return note(defects);
    }
    after_return_ = bytes.back() == '\r';
  }
  void finish(DefectSet& defects) {
    if (after_return_) note(defects);
  }

 private:
  void note(DefectSet& defects) {
    found_ = true;
    defects.insert(Defect::kBareLf);
  }
  bool found_ = false;
  bool after_return_ = false;
};

constexpr std::size_t kNestedHeadBytes = 256;

// A body that is said to be encoded but begins with a header field is not.
bool begins_with_field(std::string_view head) {
  return head.substr(0, head.find('\n')).find(':') != std::string_view::npos;
}

// One message, its attached messages included where they are not encoded.
class EntityReader final : public MimeHandler {
 public:
  EntityReader(const LeafText::Context& context, MessageFacts* facts, int depth)
      : context_(context), facts_(facts), parser_(context.options, context.tally, *this, depth) {}

  void begin_in_multipart(const PartHeader& header, TextPieces& out) {
    out_ = &out;
    parser_.begin_in_multipart(header);
  }
  void push(std::string_view bytes, TextPieces& out) {
    out_ = &out;
    parser_.push(bytes);
  }
  void finish(TextPieces& out) {
    out_ = &out;
    parser_.finish();
  }

  void on_field(bool is_message, std::string_view name, std::string_view value) override;
  void on_header_end(const PartHeader& header) override;
  void on_body_begin(BodyKind kind, const PartHeader& header) override;
  void on_body(std::string_view bytes) override;
  void on_body_end() override;
  void on_stray(std::string_view text) override;

 private:
  void show(Place place, std::string_view text);
  void show_mailboxes(Place place, std::string_view name, std::string_view value);
  void note_fact(std::string& fact, std::string_view value);
  void begin_others(PartHeader header);
  void push_nested(std::string_view bytes);
  void begin_nested();

  LeafText::Context context_;
  MessageFacts* facts_;  // null in attached messages
  bool facts_open_ = true;
  MimeParser parser_;
  TextPieces* out_ = nullptr;  // of the call in progress

  std::unique_ptr<LeafText> leaf_;
  std::vector<std::unique_ptr<LeafText>> others_;  // the same body as other programs decode it

  // A body whose encoding hides a structure: an encoded message, or an encoded multipart.
  // What its reader notes counts only if there was one: any preamble of a multipart could be such.
  struct Nested {
    PartHeader header;
    MimeTally tally;
    bool multipart = false;
    std::optional<TransferDecoder> decoder;
    std::string head, buffer;
    std::unique_ptr<EntityReader> reader;
  };
  std::unique_ptr<Nested> nested_;
};

void EntityReader::show(Place place, std::string_view text) {
  if (!text.empty()) out_->append(context_.ids.next(), place, text, true);
}

void EntityReader::note_fact(std::string& fact, std::string_view value) {
  DefectSet ignored;
  if (fact.empty()) fact = to_utf8(value, {}, ignored);
}

void EntityReader::on_field(bool is_message, std::string_view name, std::string_view value) {
  if (!is_message) return;
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
    nested_ = std::make_unique<Nested>();
    nested_->header = header;
    nested_->multipart = kind == BodyKind::kPreamble;
    nested_->tally = context_.tally;
    // Programs that do not undo it show "=12" as it stands.
    if (header.encoding == TransferEncoding::kQuotedPrintable) {
      others_.push_back(std::make_unique<LeafText>(context_));
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
  if (nested_) push_nested(bytes);
}

// The first bytes tell whether they are encoded at all; then all go to a reader of their own.
void EntityReader::push_nested(std::string_view bytes) {
  Nested& nested = *nested_;
  if (!nested.reader) {
    const std::size_t want = std::min(kNestedHeadBytes - nested.head.size(), bytes.size());
    nested.head.append(bytes.substr(0, want));
    if (nested.head.size() < kNestedHeadBytes) return;
    begin_nested();
    bytes.remove_prefix(want);
  }
  nested.reader->push(nested.decoder->push(bytes, nested.buffer), *out_);
}

void EntityReader::begin_nested() {
  Nested& nested = *nested_;
  // Quoted-printable is undone in any case: it hardly changes text that is not encoded.
  const bool plain = !nested.multipart && begins_with_field(nested.head) &&
                     nested.header.encoding != TransferEncoding::kQuotedPrintable;
  nested.decoder.emplace(plain ? TransferEncoding::kIdentity : nested.header.encoding);
  nested.reader = std::make_unique<EntityReader>(
      LeafText::Context{context_.options, context_.ids, nested.tally}, nullptr,
      parser_.depth() + 1);
  if (nested.multipart) {
    PartHeader header = nested.header;
    header.encoding = TransferEncoding::kIdentity;
    nested.reader->begin_in_multipart(header, *out_);
  }
  const std::string head = std::exchange(nested.head, {});
  nested.reader->push(nested.decoder->push(head, nested.buffer), *out_);
}

void EntityReader::on_body_end() {
  if (leaf_) leaf_->finish(*out_);
  for (const auto& other : others_) other->finish(*out_);
  if (nested_) {
    if (!nested_->reader) begin_nested();
    nested_->reader->push(nested_->decoder->finish(nested_->buffer), *out_);
    nested_->reader->finish(*out_);
    if (!nested_->multipart || nested_->tally.parts > context_.tally.parts) {
      context_.tally.parts = nested_->tally.parts;
      context_.tally.charsets = nested_->tally.charsets;
      context_.tally.defects.insert(nested_->tally.defects);
      context_.tally.limits.insert(nested_->tally.limits);
    }
  }
  leaf_.reset();
  others_.clear();
  nested_.reset();
}

void EntityReader::on_stray(std::string_view text) {
  show(Place::kRaw, to_utf8(text, {}, context_.tally.defects));
}

}  // namespace

class MessageReader::Impl {
 public:
  explicit Impl(const MessageOptions& options)
      : options_(options), reader_(LeafText::Context{options_, ids_, tally_}, &facts_, 0) {}

  void push(std::string_view bytes, TextPieces& out) {
    const std::size_t room =
        options_.message_bytes_max - std::min(options_.message_bytes_max, facts_.bytes);
    facts_.bytes += bytes.size();
    if (bytes.size() > room) tally_.limits.insert(Limit::kMessageBytes);
    bytes = bytes.substr(0, room);
    line_ends_.push(bytes, tally_.defects);
    reader_.push(bytes, out);
    note_facts();
  }
  void finish(TextPieces& out) {
    line_ends_.finish(tally_.defects);
    reader_.finish(out);
    note_facts();
  }
  bool exhausted() const { return facts_.bytes >= options_.message_bytes_max; }
  const MessageFacts& facts() const { return facts_; }

 private:
  void note_facts() {
    facts_.parts = tally_.parts;
    facts_.charsets = tally_.charsets;
    facts_.defects = tally_.defects;
    facts_.limits = tally_.limits;
  }

  MessageOptions options_;
  StreamIds ids_;
  MimeTally tally_;
  MessageFacts facts_;
  LineEndCheck line_ends_;
  EntityReader reader_;
};

MessageReader::MessageReader(const MessageOptions& options)
    : impl_(std::make_unique<Impl>(options)) {}
MessageReader::MessageReader(MessageReader&&) noexcept = default;
MessageReader& MessageReader::operator=(MessageReader&&) noexcept = default;
MessageReader::~MessageReader() = default;

void MessageReader::push(std::string_view bytes, TextPieces& out) { impl_->push(bytes, out); }
void MessageReader::finish(TextPieces& out) { impl_->finish(out); }
bool MessageReader::exhausted() const { return impl_->exhausted(); }
const MessageFacts& MessageReader::facts() const { return impl_->facts(); }

}  // namespace ringfence
