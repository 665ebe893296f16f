#include "message/header_text.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "message/charset.h"
#include "message/transfer_decoder.h"

namespace ringfence {
namespace {

// =?charset*language?B?text?=
struct EncodedWord {
  std::string_view charset;
  char encoding = 'q';  // lower case
  std::string_view text;
  std::size_t size = 0;  // of the whole word
};

constexpr std::size_t kCharsetBytesMax = 100;

// The encoded word at the start of `raw`, which begins with "=?". Spaces within the text are taken:
// senders leave them in Q words, and mail programs show such words decoded.
std::optional<EncodedWord> parse_encoded_word(std::string_view raw) {
  EncodedWord word;
  const std::size_t charset_end = raw.find('?', 2);
  if (charset_end == std::string_view::npos || charset_end == 2) return std::nullopt;
  word.charset = raw.substr(2, charset_end - 2);
  if (word.charset.size() > kCharsetBytesMax) return std::nullopt;
  word.charset = word.charset.substr(0, word.charset.find('*'));  // RFC 2231: language
  if (charset_end + 2 >= raw.size() || raw[charset_end + 2] != '?') return std::nullopt;
  word.encoding = ascii_lower(raw[charset_end + 1]);
  if (word.encoding != 'b' && word.encoding != 'q') return std::nullopt;
  const std::size_t text_begin = charset_end + 3;
  for (std::size_t at = text_begin; (at = raw.find('?', at)) != std::string_view::npos; ++at) {
    if (at + 1 < raw.size() && raw[at + 1] == '=') {
      word.text = raw.substr(text_begin, at - text_begin);
      word.size = at + 2;
      return word;
    }
    if (at > text_begin && raw[at - 1] == '=') break;  // the next word begins: this one has no end
  }
  return std::nullopt;
}

std::string decode_word_bytes(const EncodedWord& word, DefectSet& defects) {
  std::string bytes;
  if (word.encoding == 'b') {
    Base64Decoder decoder;
    decoder.push(word.text, bytes);
    decoder.finish(bytes);
    if (decoder.defective()) defects.insert(Defect::kEncodedWordSyntax);
  } else {
    std::string text(word.text);
    std::replace(text.begin(), text.end(), '_', ' ');
    QuotedPrintableDecoder decoder;
    decoder.push(text, bytes);
    decoder.finish(bytes);
    if (decoder.defective()) defects.insert(Defect::kEncodedWordSyntax);
  }
  return bytes;
}

// Bytes of encoded words in a row, to be converted together as long as the charset stays.
class PendingWords {
 public:
  void add(std::string_view charset, const std::string& bytes, std::string& out,
           DefectSet& defects) {
    if (!bytes_.empty() && !iequals(charset, charset_)) flush(out, defects);
    charset_ = charset;
    bytes_ += bytes;
  }
  void flush(std::string& out, DefectSet& defects) {
    if (bytes_.empty()) return;
    out += to_utf8(bytes_, charset_, defects);
    bytes_.clear();
  }

 private:
  std::string_view charset_;
  std::string bytes_;
};

bool is_blank(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_ascii_space);
}

}  // namespace

std::string decode_header_text(std::string_view raw, DefectSet& defects) {
  raw = trim(raw);
  std::string out;
  PendingWords pending;
  bool after_word = false;
  while (!raw.empty()) {
    std::size_t at = raw.find("=?");
    std::optional<EncodedWord> word;
    while (at != std::string_view::npos && !(word = parse_encoded_word(raw.substr(at)))) {
      defects.insert(Defect::kEncodedWordSyntax);
      at = raw.find("=?", at + 2);
    }
    const std::string_view plain = raw.substr(0, at);
    if (!(word && after_word && is_blank(plain))) {
      pending.flush(out, defects);
      if (!plain.empty()) out += to_utf8(plain, {}, defects);
    }
    if (!word) break;
    pending.add(word->charset, decode_word_bytes(*word, defects), out, defects);
    after_word = true;
    raw.remove_prefix(at + word->size);
  }
  pending.flush(out, defects);
  std::erase_if(out, [](char c) { return c == '\0' || c == '\r' || c == '\n'; });
  return out;
}

}  // namespace ringfence
