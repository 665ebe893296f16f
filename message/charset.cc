#include "message/charset.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
// Enough of a UTF-16 or UTF-32 text to hold a zero byte, whatever it says: a space or a line end.
constexpr std::size_t kHeadBytes = 32;

struct ConverterCloser {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using ConverterHandle = std::unique_ptr<UConverter, ConverterCloser>;

// Writes U+FFFD and notes it; ICU's own substitution writes U+001A for some charsets.
void on_bad_bytes(const void* context, UConverterToUnicodeArgs* args, const char*, std::int32_t,
                  UConverterCallbackReason reason, UErrorCode* error) {
  if (reason > UCNV_IRREGULAR) return;  // reset, close, clone
  *static_cast<bool*>(const_cast<void*>(context)) = true;
  *error = U_ZERO_ERROR;
  const UChar replacement = 0xFFFD;
  ucnv_cbToUWriteUChars(args, &replacement, 1, 0, error);
}

ConverterHandle open_converter(const std::string& name, bool& bad) {
  UErrorCode error = U_ZERO_ERROR;
  ConverterHandle handle(ucnv_open(name.c_str(), &error));
  if (U_FAILURE(error)) return nullptr;
  ucnv_setToUCallBack(handle.get(), on_bad_bytes, &bad, nullptr, nullptr, &error);
  return U_FAILURE(error) ? nullptr : std::move(handle);
}

bool writes_ascii_as_ascii(UConverter* converter) {
  constexpr std::string_view kProbe = "0123456789 abcxyzABCXYZ";
  UChar out[64];
  UErrorCode error = U_ZERO_ERROR;
  const std::int32_t size = ucnv_toUChars(converter, out, 64, kProbe.data(),
                                          static_cast<std::int32_t>(kProbe.size()), &error);
  ucnv_reset(converter);
  if (U_FAILURE(error) || size != static_cast<std::int32_t>(kProbe.size())) return false;
  for (std::size_t i = 0; i < kProbe.size(); ++i) {
    if (out[i] != static_cast<UChar>(kProbe[i])) return false;
  }
  return true;
}

std::shared_ptr<const ByteTable> make_table(UConverter* converter, bool& bad) {
  auto table = std::make_shared<ByteTable>();
  for (int byte = 0; byte < 256; ++byte) {
    const char in = static_cast<char>(byte);
    UChar out[4];
    UErrorCode error = U_ZERO_ERROR;
    bad = false;
    const std::int32_t size = ucnv_toUChars(converter, out, 4, &in, 1, &error);
    if (bad || U_FAILURE(error) || size != 1 || U16_IS_SURROGATE(out[0])) continue;
    std::string utf8;
    append_utf8(utf8, out[0]);
    table->size[static_cast<std::size_t>(byte)] = static_cast<std::uint8_t>(utf8.size());
    std::memcpy(table->utf8[static_cast<std::size_t>(byte)].data(), utf8.data(), utf8.size());
  }
  bad = false;
  return table;
}

std::shared_ptr<const ByteTable> windows_1252() {
  static const std::shared_ptr<const ByteTable> table = [] {
    bool bad = false;
    const ConverterHandle handle = open_converter("windows-1252", bad);
    return handle ? make_table(handle.get(), bad) : std::make_shared<const ByteTable>();
  }();
  return table;
}

}  // namespace

// A converter that keeps state between pushes: multi-byte, stateful and wide charsets.
class CharsetDecoder::Converter {
 public:
  static std::unique_ptr<Converter> open(const std::string& name) {
    auto made = std::make_unique<Converter>();
    made->handle_ = open_converter(name, made->bad_);
    if (!made->handle_) return nullptr;
    return made;
  }
  UConverter* get() { return handle_.get(); }
  bool& bad() { return bad_; }

  void convert(std::string_view bytes, bool flush, std::string& utf8) {
    const char* source = bytes.data();
    const char* const source_end = source + bytes.size();
    UChar units[1024];
    for (;;) {
      UChar* target = units;
      UErrorCode error = U_ZERO_ERROR;
      ucnv_toUnicode(handle_.get(), &target, units + 1024, &source, source_end, nullptr, flush,
                     &error);
      append(units, target, utf8);
      if (error == U_BUFFER_OVERFLOW_ERROR) continue;
      if (U_FAILURE(error)) {  // the callback mends what it can; whatever else, go on behind it
        bad_ = true;
        ucnv_resetToUnicode(handle_.get());
        if (source < source_end) continue;
      }
      break;
    }
    if (flush && lead_ != 0) {
      utf8 += kReplacement;
      lead_ = 0;
    }
  }

 private:
  void append(const UChar* at, const UChar* end, std::string& utf8) {
    for (; at < end; ++at) {
      const UChar unit = *at;
      if (lead_ != 0) {
        const UChar lead = std::exchange(lead_, UChar{0});
        if (U16_IS_TRAIL(unit)) {
          append_utf8(utf8, static_cast<char32_t>(U16_GET_SUPPLEMENTARY(lead, unit)));
          continue;
        }
        utf8 += kReplacement;
      }
      if (unit < 0x80) {
        utf8.push_back(static_cast<char>(unit));
      } else if (U16_IS_LEAD(unit)) {
        lead_ = unit;
      } else {
        append_utf8(utf8, unit);  // U+FFFD for a trail surrogate alone
      }
    }
  }

  bool bad_ = false;
  ConverterHandle handle_;
  UChar lead_ = 0;  // a surrogate pair parted by the end of the buffer
};

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
  std::unique_ptr<Converter> converter = Converter::open(name);
  if (!converter || !writes_ascii_as_ascii(converter->get())) {
    defects_.insert(Defect::kCharsetUnknown);
    kind_ = CharsetKind::kUnknown;
    return;
  }
  if (ucnv_getMaxCharSize(converter->get()) == 1) {
    table_ = make_table(converter->get(), converter->bad());
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
    converter_ = Converter::open(name);
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
    table_ = windows_1252();
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
    while (!bytes.empty() && static_cast<unsigned char>(bytes.front()) >= 0x80) {
      const auto byte = static_cast<unsigned char>(bytes.front());
      bytes.remove_prefix(1);
      if (table_->size[byte] == 0) {
        utf8 += kReplacement;
        defects_.insert(Defect::kCharsetInvalid);
      } else {
        utf8.append(table_->utf8[byte].data(), table_->size[byte]);
      }
    }
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
