#include "message/message_reader.h"

#include <algorithm>
#include <utility>

#include "message/entity_reader.h"
#include "message/line_ends.h"

namespace ringfence {

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
    if (facts_.documents.size() != tally_.documents.size()) facts_.documents = tally_.documents;
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
