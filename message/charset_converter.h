// CharsetConverter: what of a charset is left to the converter library, without its types.
//
// Does: opening by name, single-byte tables, conversion that keeps state between pushes.
// Does not: labels, detection, byte order marks (charset.h).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace ringfence {

/// Single-byte charset as a table: the UTF-8 of each byte; size 0 for bytes that are not of the
/// charset.
struct ByteTable {
  std::array<std::array<char, 3>, 256> utf8{};
  std::array<std::uint8_t, 256> size{};
};

/// windows-1252, made once.
std::shared_ptr<const ByteTable> windows_1252_table();

class CharsetConverter {
 public:
  /// Null when no converter has that name.
  static std::unique_ptr<CharsetConverter> open(const std::string& name);
  ~CharsetConverter();

  /// False for EBCDIC and its like.
  bool writes_digits_as_ascii();
  /// Null for charsets of more than one byte a character.
  std::shared_ptr<const ByteTable> table();

  /// Appends whole scalars. `flush` with the last bytes.
  void convert(std::string_view bytes, bool flush, std::string& utf8);
  /// Bytes were met that are not of the charset; each became U+FFFD.
  bool bad() const;

 private:
  struct State;
  explicit CharsetConverter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ringfence
