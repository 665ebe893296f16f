// MessageReader: the bytes of one message in, cut anywhere; the text it shows out, in order.
//
// Does: RFC 5322 headers, MIME (RFC 2045-2049, 2231, nested multiparts, message/rfc822), transfer
// encodings, charsets, HTML, iCalendar and vCard text, in memory bounded by MessageOptions.
// Does not: read documents (PDF, Office, images), decide anything, fail: malformed input gives a
// best effort plus Defects; a reached bound gives a Limit. Does not know: numbers, SMTP, policy.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limit.h"
#include "message/defect.h"
#include "message/text_pieces.h"

namespace ringfence {

struct MessageOptions {
  std::size_t message_bytes_max = 50u << 20;     // read this much of a message, pass over the rest
  std::size_t header_bytes_max = 64u << 10;      // of one header field, name and folding included
  int header_count_max = 1000;                   // header fields read of one part
  int part_count_max = 1000;                     // parts of one message
  int part_depth_max = 32;                       // nesting of multiparts and attached messages
  int html_depth_max = 512;                      // open elements
  std::size_t html_token_bytes_max = 16u << 10;  // one tag or attribute value of HTML
  std::size_t document_bytes_max = 0;  // decoded to hash documents, all of a message; 0: none
};

/// What the reader learnt beside the text. Strings are decoded UTF-8, bounded by header_bytes_max,
/// empty when the header is missing.
struct MessageFacts {
  std::string subject;
  std::string from_display;  // display name of the first From mailbox
  std::string from_address;  // its addr-spec, as written
  std::string from_domain;   // lower case, IDN as written
  std::string message_id;    // with its angle brackets, as written
  std::string date;          // the Date field, as written
  // What it is written in, at most kNamesMax of each, as named by parts and Content-Language.
  std::vector<std::string> charsets;   // lower case
  std::vector<std::string> languages;  // "pt-BR"
  static constexpr std::size_t kNamesMax = 8;
  /// SHA-256 of the documents, archives and images among its parts, at most kDocumentsMax, in
  /// order; of those alone that lie wholly within document_bytes_max.
  std::vector<std::string> documents;
  static constexpr std::size_t kDocumentsMax = 8;
  std::size_t bytes = 0;  // bytes pushed
  int parts = 0;          // MIME parts begun, the message itself included
  DefectSet defects;
  LimitSet limits;  // reached so far
};

class MessageReader {
 public:
  explicit MessageReader(const MessageOptions& options);
  MessageReader(MessageReader&&) noexcept;
  MessageReader& operator=(MessageReader&&) noexcept;
  ~MessageReader();

  /// The next bytes of the message: header fields, empty line, body, with CRLF or LF line ends.
  /// Appends to `out`. Any cut of the message into pushes gives the same text per stream.
  void push(std::string_view bytes, TextPieces& out);
  /// The end of the message: ends every open stream. Call once; nothing may be pushed after it.
  void finish(TextPieces& out);

  /// True when nothing pushed from here on can yield text (message_bytes_max reached).
  bool exhausted() const;
  const MessageFacts& facts() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ringfence
