// CharsetDecoder: detection, byte order marks, UTF-8 and single-byte charsets; others by converter.
#include <algorithm>
#include <cstring>
#include <utility>

#include "base/text.h"
#include "message/charset.h"
#include "message/charset_converter.h"

namespace ringfence {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
// Enough of a UTF-16 or UTF-32 text to hold a zero byte, whatever it says: a space or a line end.
constexpr std::size_t kHeadBytes = 32;
constexpr std::size_t kRunBytes = 256;  // converted by table at a time

// The size of a sequence of two or three bytes that is well-formed at a glance, else 0.
std::size_t common_sequence(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  if (bytes.size() >= 2 && byte(0) >= 0xC2 && byte(0) <= 0xDF) return follows(1) ? 2 : 0;
  if (bytes.size() >= 3 && byte(0) >= 0xE1 && byte(0) <= 0xEC) {
    return follows(1) && follows(2) ? 3 : 0;
  }
  return 0;
}

}  // namespace

CharsetDecoder::CharsetDecoder(CharsetDecoder&&) noexcept = default;
CharsetDecoder& CharsetDecoder::operator=(CharsetDecoder&&) noexcept = default;
CharsetDecoder::~CharsetDecoder() = default;

CharsetDecoder::CharsetDecoder(std::string_view label) {
  const CharsetLabel resolved = resolve_charset_label(label);
  kind_ = resolved.kind;
  switch (kind_) {
    case CharsetKind::kAscii:
      ascii_promised_ = true;
      break;
    case CharsetKind::kUtf8:
      after_head_ = Mode::kUtf8;
      break;
    case CharsetKind::kNamed:
      open_named(resolved.name);
      break;
    default:
      break;
  }
}

void CharsetDecoder::open_named(const std::string& name) {
  std::unique_ptr<CharsetConverter> converter = CharsetConverter::open(name);
  if (!converter || !converter->writes_digits_as_ascii()) {
    defects_.insert(Defect::kCharsetUnknown);
    kind_ = CharsetKind::kUnknown;
    return;
  }
  table_ = converter->table();
  if (table_) {
    after_head_ = Mode::kTable;
    return;
  }
  converter_ = std::move(converter);
  after_head_ = Mode::kConverter;
}

void CharsetDecoder::push(std::string_view bytes, std::string& utf8) {
  if (bytes.empty()) return;
  if (mode_ == Mode::kHead) {
    const bool wide = kind_ >= CharsetKind::kUtf16 && kind_ <= CharsetKind::kUtf32Be;
    const auto first = static_cast<unsigned char>(carry_.empty() ? bytes[0] : carry_[0]);
    if (!wide && first != 0xEF && first != 0xFE && first != 0xFF) {
      mode_ = after_head_;
    } else {
      const std::size_t want = std::min(kHeadBytes - carry_.size(), bytes.size());
      carry_.append(bytes.substr(0, want));
      bytes.remove_prefix(want);
      if (carry_.size() < kHeadBytes) return;
      begin(utf8);
    }
  }
  push_body(bytes, utf8);
}

// Decides on the head: byte order marks, and whether wide text is really wide. A label that says
// UTF-16 over text without a single zero byte is a mistake, and clients that show it show 8-bit
// text.
void CharsetDecoder::begin(std::string& utf8) {
  const std::string head = std::exchange(carry_, {});
  std::string_view rest = head;
  const bool zero = head.find('\0') != std::string::npos;
  const bool wide = kind_ >= CharsetKind::kUtf16 && kind_ <= CharsetKind::kUtf32Be;
  std::string name;
  if (rest.starts_with("\xEF\xBB\xBF")) {
    rest.remove_prefix(3);
    after_head_ = Mode::kUtf8;
  } else if (zero && rest.starts_with(std::string_view("\xFF\xFE\0\0", 4))) {
    name = "UTF-32LE", rest.remove_prefix(4);
  } else if (zero && rest.starts_with(std::string_view("\0\0\xFE\xFF", 4))) {
    name = "UTF-32BE", rest.remove_prefix(4);
  } else if ((zero || wide) && rest.starts_with("\xFF\xFE")) {
    name = "UTF-16LE", rest.remove_prefix(2);
  } else if ((zero || wide) && rest.starts_with("\xFE\xFF")) {
    name = "UTF-16BE", rest.remove_prefix(2);
  } else if (wide && zero) {
    const bool first_zero = head[0] == '\0';
    switch (kind_) {
      case CharsetKind::kUtf16Le:
        name = "UTF-16LE";
        break;
      case CharsetKind::kUtf16Be:
        name = "UTF-16BE";
        break;
      case CharsetKind::kUtf32Le:
        name = "UTF-32LE";
        break;
      case CharsetKind::kUtf32Be:
        name = "UTF-32BE";
        break;
      case CharsetKind::kUtf32:
        name = first_zero ? "UTF-32BE" : "UTF-32LE";
        break;
      default:
        name = !first_zero && head.size() > 1 && head[1] == '\0' ? "UTF-16LE" : "UTF-16BE";
    }
  } else if (wide) {
    defects_.insert(Defect::kCharsetInvalid);
    after_head_ = Mode::kDetect;
  }
  if (!name.empty()) {
    converter_ = CharsetConverter::open(name);
    after_head_ = converter_ ? Mode::kConverter : Mode::kDetect;
  }
  mode_ = after_head_;
  push_body(rest, utf8);
}

void CharsetDecoder::push_body(std::string_view bytes, std::string& utf8) {
  switch (mode_) {
    case Mode::kHead:
      break;
    case Mode::kUtf8:
    case Mode::kDetect:
      push_utf8(bytes, utf8);
      break;
    case Mode::kTable:
      push_table(bytes, utf8);
      break;
    case Mode::kConverter:
      converter_->convert(bytes, false, utf8);
      break;
  }
}

void CharsetDecoder::finish(std::string& utf8) {
  if (mode_ == Mode::kHead && !carry_.empty()) begin(utf8);
  if (!carry_.empty() && ill_formed(utf8)) push_table(std::exchange(carry_, {}), utf8);
  carry_.clear();
  if (mode_ == Mode::kConverter) converter_->convert({}, true, utf8);
  if (converter_ && converter_->bad()) defects_.insert(Defect::kCharsetInvalid);
}

// An ill-formed sequence: U+FFFD in UTF-8, the end of the detection else. True when the bytes, from
// this sequence on, are windows-1252.
bool CharsetDecoder::ill_formed(std::string& utf8) {
  defects_.insert(Defect::kCharsetInvalid);
  if (mode_ == Mode::kDetect) {
    mode_ = Mode::kTable;
    table_ = windows_1252_table();
    return true;
  }
  utf8 += kReplacement;
  return false;
}

// Finishes the sequence in carry_ with the first bytes; returns those that are left.
std::string_view CharsetDecoder::push_carried(std::string_view bytes, std::string& utf8) {
  const std::size_t held = carry_.size();
  const std::string joined = carry_ + std::string(bytes.substr(0, 4));
  if (incomplete_utf8_suffix(joined) == joined.size()) {
    carry_ = joined;
    return {};
  }
  const Utf8Step step = decode_utf8(joined);
  if (step.valid) {
    utf8.append(joined, 0, step.size);
  } else if (ill_formed(utf8)) {
    push_table(std::exchange(carry_, {}), utf8);
    push_table(bytes, utf8);
    return {};
  }
  carry_.clear();
  bytes.remove_prefix(step.size - held);
  return bytes;
}

void CharsetDecoder::push_utf8(std::string_view bytes, std::string& utf8) {
  if (!carry_.empty()) bytes = push_carried(bytes, utf8);
  if (bytes.empty()) return;
  std::size_t start = 0;  // of the valid run not yet appended
  for (std::size_t at = 0;;) {
    at += ascii_prefix(bytes.substr(at));
    if (at == bytes.size()) break;
    if (ascii_promised_) defects_.insert(Defect::kCharsetInvalid);
    if (const std::size_t size = common_sequence(bytes.substr(at))) {
      at += size;
      continue;
    }
    const Utf8Step step = decode_utf8(bytes.substr(at));
    if (step.valid) {
      at += step.size;
      continue;
    }
    utf8.append(bytes.substr(start, at - start));
    const std::string_view rest = bytes.substr(at);
    if (rest.size() < 4 && incomplete_utf8_suffix(rest) == rest.size()) {
      carry_ = rest;
      return;
    }
    if (ill_formed(utf8)) return push_table(rest, utf8);
    at += step.size;
    start = at;
  }
  utf8.append(bytes.substr(start));
}

void CharsetDecoder::push_table(std::string_view bytes, std::string& utf8) {
  while (!bytes.empty()) {
    const std::size_t ascii = ascii_prefix(bytes);
    utf8.append(bytes.substr(0, ascii));
    bytes.remove_prefix(ascii);
    char run[kRunBytes * 3];
    std::size_t size = 0;
    std::size_t at = 0;
    for (; at < bytes.size() && at < kRunBytes; ++at) {
      const auto byte = static_cast<unsigned char>(bytes[at]);
      if (table_->size[byte] == 0) {
        defects_.insert(Defect::kCharsetInvalid);
        std::memcpy(run + size, kReplacement.data(), kReplacement.size());
        size += kReplacement.size();
      } else {
        std::memcpy(run + size, table_->utf8[byte].data(), 3);
        size += table_->size[byte];
      }
    }
    utf8.append(run, size);
    bytes.remove_prefix(at);
  }
}

std::string to_utf8(std::string_view bytes, std::string_view label, DefectSet& defects) {
  std::string out;
  out.reserve(bytes.size());
  CharsetDecoder decoder(label);
  decoder.push(bytes, out);
  decoder.finish(out);
  defects.insert(decoder.defects());
  return out;
}

std::size_t ascii_prefix(std::string_view bytes) {
  constexpr std::uint64_t kHigh = 0x8080808080808080;
  std::size_t at = 0;
  for (; at + 32 <= bytes.size(); at += 32) {
    std::uint64_t words[4];
    std::memcpy(words, bytes.data() + at, 32);
    if (((words[0] | words[1] | words[2] | words[3]) & kHigh) != 0) break;
  }
  while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x80) ++at;
  return at;
}

}  // namespace ringfence
