// CharsetDecoder: bytes in any charset in, cut anywhere; well-formed UTF-8 out, whole scalars only.
//
// Does: conversion by label, detection without one, byte order marks, U+FFFD for what is invalid.
// Does not: look inside the text for a label (that is sniff's part).
// ICU's converters stand behind charset_converter.h, in charset.cc.
// Source: WHATWG Encoding (labels, BOM), RFC 2978.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "message/charset_label.h"
#include "message/defect.h"

namespace ringfence {

class CharsetConverter;
struct ByteTable;

class CharsetDecoder {
 public:
  /// `label` as the mail gives it; empty when there is none. A label that no converter knows, or
  /// whose charset writes ASCII digits other than ASCII does (EBCDIC: no mail program follows such
  /// a label, so following it would hide what people see), gives kCharsetUnknown and is treated as
  /// none: UTF-8 as long as it is valid, windows-1252 from the first byte on where it is not.
  explicit CharsetDecoder(std::string_view label);
  CharsetDecoder(CharsetDecoder&&) noexcept;
  CharsetDecoder& operator=(CharsetDecoder&&) noexcept;
  ~CharsetDecoder();

  void push(std::string_view bytes, std::string& utf8);
  void finish(std::string& utf8);
  /// kCharsetUnknown, kCharsetInvalid.
  DefectSet defects() const { return defects_; }

 private:
  enum class Mode : std::uint8_t { kHead, kUtf8, kDetect, kTable, kConverter };

  void open_named(const std::string& name);
  void begin(std::string& utf8);
  void push_body(std::string_view bytes, std::string& utf8);
  void push_utf8(std::string_view bytes, std::string& utf8);
  std::string_view push_carried(std::string_view bytes, std::string& utf8);
  void push_table(std::string_view bytes, std::string& utf8);
  bool ill_formed(std::string& utf8);

  Mode mode_ = Mode::kHead;
  Mode after_head_ = Mode::kDetect;
  CharsetKind kind_ = CharsetKind::kUnknown;
  bool ascii_promised_ = false;
  std::string carry_;  // kHead: the first bytes; kUtf8, kDetect: a sequence begun, at most 3 bytes
  std::shared_ptr<const ByteTable> table_;
  std::unique_ptr<CharsetConverter> converter_;
  DefectSet defects_;
};

/// A whole text at once.
std::string to_utf8(std::string_view bytes, std::string_view label, DefectSet& defects);

/// The length of the longest prefix of bytes below 0x80.
std::size_t ascii_prefix(std::string_view bytes);

}  // namespace ringfence
