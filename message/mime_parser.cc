#include "message/mime_parser.h"

#include <utility>

namespace ringfence {

MimeParser::MimeParser(const MessageOptions& options, MimeTally& tally, MimeHandler& handler,
                       int depth)
    : options_(options), tally_(&tally), handler_(&handler), outer_depth_(depth) {
  header_.is_message = true;
}

MimeParser::MimeParser(const MimeParser& at, MimeTally& tally, MimeHandler& handler)
    : MimeParser(at) {
  tally_ = &tally;
  handler_ = &handler;
}

void MimeParser::begin_in_multipart(const PartHeader& header) {
  begun_ = true;
  header_ = header;
  enter_multipart();
}

void MimeParser::push(std::string_view bytes) {
  if (!std::exchange(begun_, true)) begin_header(true, false);
  while (!bytes.empty()) {
    bytes.remove_prefix(state_ == State::kHeader ? push_header(bytes) : push_body(bytes));
  }
}

void MimeParser::finish() {
  if (!std::exchange(begun_, true)) begin_header(true, false);
  if (state_ == State::kHeader && !line_.empty()) take_header_line(std::exchange(line_, {}));
  if (state_ == State::kBody && at_line_start_ && held_.starts_with("--")) {
    const std::string line = std::exchange(held_, {});
    if (!take_boundary_line(line)) held_ = line;
  }
  // Each of the two can lead to the other once: a boundary to a header, a held line to a body.
  if (state_ == State::kHeader) end_header_as_is();
  while (state_ == State::kHeader) end_header_as_is();
  release_line_start();
  release_line_start();  // the CR the first one kept
  end_body();
  pop_frames(0);
}

}  // namespace ringfence
