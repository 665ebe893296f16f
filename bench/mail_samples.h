// Mail made up for measuring: deterministic, of the kinds and sizes that mail has.
#pragma once

#include <cstddef>
#include <string>

namespace ringfence {

/// English-like prose with some honest digits and, every `kNumberEvery` bytes or so, a number of
/// the fictional range. Lines of at most 76 characters, CRLF.
std::string make_prose(std::size_t bytes);
/// The same as HTML with the tags, styles and entities of newsletters.
std::string make_html(std::size_t bytes);

/// A message with a text/plain body of about `bytes`.
std::string make_plain_message(std::size_t bytes);
/// multipart/alternative: text/plain in quoted-printable, text/html in base64.
std::string make_alternative_message(std::size_t bytes);
/// multipart/mixed: a short text and a binary attachment of about `bytes` in base64.
std::string make_attachment_message(std::size_t bytes);

}  // namespace ringfence
