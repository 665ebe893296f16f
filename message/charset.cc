// CharsetConverter by ICU: the one place of this room that knows ICU.
#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/utf16.h>

#include <cstring>
#include <utility>

#include "base/text.h"
#include "message/charset.h"
#include "message/charset_converter.h"

namespace ringfence {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

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

bool writes_as_ascii(UConverter* converter, std::string_view probe) {
  UChar out[128];
  UErrorCode error = U_ZERO_ERROR;
  const std::int32_t size = ucnv_toUChars(converter, out, 128, probe.data(),
                                          static_cast<std::int32_t>(probe.size()), &error);
  ucnv_reset(converter);
  if (U_FAILURE(error) || size != static_cast<std::int32_t>(probe.size())) return false;
  for (std::size_t i = 0; i < probe.size(); ++i) {
    if (out[i] != static_cast<UChar>(probe[i])) return false;
  }
  return true;
}

// True for a charset whose bytes below 0x80 are ASCII wherever a character begins. Stateful
// charsets are not: after an escape sequence (whose first byte is a control character, '+' or '~')
// they mean more.
bool is_ascii_superset(UConverter* converter) {
  const UConverterType type = ucnv_getType(converter);
  if (type != UCNV_MBCS && type != UCNV_DBCS && type != UCNV_SBCS) return false;
  std::string all;
  for (int c = 0; c < 0x80; ++c) all.push_back(static_cast<char>(c));
  return writes_as_ascii(converter, all);
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

}  // namespace

struct CharsetConverter::State {
  bool bad = false;
  bool ascii_superset = false;
  ConverterHandle handle;
  UChar lead = 0;  // a surrogate pair parted by the end of the buffer

  bool is_between_characters() const {
    UErrorCode error = U_ZERO_ERROR;
    return lead == 0 && ucnv_toUCountPending(handle.get(), &error) == 0 && U_SUCCESS(error);
  }
  void append(const UChar* at, const UChar* end, std::string& utf8) {
    for (; at < end; ++at) {
      const UChar unit = *at;
      if (lead != 0) {
        const UChar first = std::exchange(lead, UChar{0});
        if (U16_IS_TRAIL(unit)) {
          append_utf8(utf8, static_cast<char32_t>(U16_GET_SUPPLEMENTARY(first, unit)));
          continue;
        }
        utf8 += kReplacement;
      }
      if (unit < 0x80) {
        utf8.push_back(static_cast<char>(unit));
      } else if (U16_IS_LEAD(unit)) {
        lead = unit;
      } else {
        append_utf8(utf8, unit);  // U+FFFD for a trail surrogate alone
      }
    }
  }
};

CharsetConverter::CharsetConverter(std::unique_ptr<State> state) : state_(std::move(state)) {}
CharsetConverter::~CharsetConverter() = default;

std::unique_ptr<CharsetConverter> CharsetConverter::open(const std::string& name) {
  auto state = std::make_unique<State>();
  state->handle = open_converter(name, state->bad);
  if (!state->handle) return nullptr;
  state->ascii_superset = is_ascii_superset(state->handle.get());
  state->bad = false;
  return std::unique_ptr<CharsetConverter>(new CharsetConverter(std::move(state)));
}

bool CharsetConverter::writes_digits_as_ascii() {
  return writes_as_ascii(state_->handle.get(), "0123456789 abcxyzABCXYZ");
}

std::shared_ptr<const ByteTable> CharsetConverter::table() {
  if (ucnv_getMaxCharSize(state_->handle.get()) != 1) return nullptr;
  return make_table(state_->handle.get(), state_->bad);
}

bool CharsetConverter::bad() const { return state_->bad; }

void CharsetConverter::convert(std::string_view bytes, bool flush, std::string& utf8) {
  if (state_->ascii_superset && state_->is_between_characters()) {
    const std::size_t ascii = ascii_prefix(bytes);
    utf8.append(bytes.substr(0, ascii));
    bytes.remove_prefix(ascii);
  }
  const char* source = bytes.data();
  const char* const source_end = source + bytes.size();
  UChar units[1024];
  for (;;) {
    UChar* target = units;
    UErrorCode error = U_ZERO_ERROR;
    ucnv_toUnicode(state_->handle.get(), &target, units + 1024, &source, source_end, nullptr, flush,
                   &error);
    state_->append(units, target, utf8);
    if (error == U_BUFFER_OVERFLOW_ERROR) continue;
    if (U_FAILURE(error)) {  // the callback mends what it can; whatever else, go on behind it
      state_->bad = true;
      ucnv_resetToUnicode(state_->handle.get());
      if (source < source_end) continue;
    }
    break;
  }
  if (flush && std::exchange(state_->lead, UChar{0}) != 0) utf8 += kReplacement;
}

std::shared_ptr<const ByteTable> windows_1252_table() {
  static const std::shared_ptr<const ByteTable> table = [] {
    const std::unique_ptr<CharsetConverter> converter = CharsetConverter::open("windows-1252");
    return converter ? converter->table() : std::make_shared<const ByteTable>();
  }();
  return table;
}

}  // namespace ringfence
