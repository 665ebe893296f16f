// Transfer decoders: the body of a part as the mail carries it in, cut anywhere; its bytes out.
//
// Does: base64, quoted-printable and uuencode as mail programs read them: junk is passed over, a
// missing end is an end. Does not: stop, or know what the bytes mean. Source: RFC 2045 section 6.7
// and 6.8.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "message/defect.h"

namespace ringfence {

enum class TransferEncoding : std::uint8_t { kIdentity, kBase64, kQuotedPrintable, kUuencode };

/// Four characters of the alphabet are three bytes. Others are passed over; '=' ends a group and
/// what follows begins a new one.
///
/// A line with characters that base64 does not have, with words, or behind the padding is decoded
/// too, and given as it stands by take_foreign(): a footer added by a mailing list, or text whose
/// label lies. Behind a '=' with more characters after it, programs go on in the middle of the
/// group: to some the '=' is not there, to others it is a zero. take_joined() gives their bytes.
class Base64Decoder {
 public:
  void push(std::string_view in, std::string& out);
  void finish(std::string& out);
  bool defective() const { return defective_; }
  /// The foreign lines met since the last call, each but the last with its line end.
  std::string take_foreign();
  bool has_foreign() const { return !foreign_.empty(); }
  /// Since the last call; 0: '=' is passed over, 1: it is a zero.
  std::string take_joined(std::size_t way);
  /// The last bytes that all ways have in common.
  std::string_view joined_tail() const { return tail_; }
  static constexpr std::size_t kJoinedWays = 2;

 private:
  /// The bytes of one way to go on behind a '='.
  struct Joined {
    std::uint32_t group = 0;
    int count = 0;
    std::string bytes;

    void take(std::uint32_t value);
    void finish();
  };

  bool ends_number_line(std::string_view in, std::size_t at) const;
  void begin_joining(std::string_view decoded);
  char* take(std::string_view in, std::size_t at, char* write);
  void note_foreign(std::string_view in, std::size_t at);
  void keep_line_start(std::string_view in);
  char* write_rest(char* write);

  std::uint32_t group_ = 0;  // the characters of the group begun, 6 bits each
  int count_ = 0;            // how many, 0 to 3
  bool padded_ = false;      // a '=' ended the last group
  bool space_ = false;       // white space within this line
  bool defective_ = false;
  bool foreign_line_ = false;    // the current line is being copied to foreign_
  std::size_t foreign_end_ = 0;  // copied up to here in this push
  std::array<Joined, kJoinedWays> joined_;
  bool joining_ = false;        // a '=' was met
  bool joined_needed_ = false;  // and more behind it
  std::string tail_;            // the last bytes of former pushes, bounded
  std::string line_start_;      // end of the current line's part in former pushes, bounded
  std::string foreign_;
};

/// "=XX" is a byte, "=" at a line end (white space between them aside) joins the lines, any other
/// '=' stands for itself. White space at a line end is kept, unlike section 6.7 rule 3: it shows
/// nothing, and format=flowed text from senders that forget to write =20 stays joined.
class QuotedPrintableDecoder {
 public:
  void push(std::string_view in, std::string& out);
  void finish(std::string& out);
  bool defective() const { return defective_; }

 private:
  std::size_t take_escape(std::string_view in, std::string& out, bool last);

  std::string held_;  // from an '=' on that later bytes explain, bounded
  bool defective_ = false;
};

/// "begin MODE NAME", lines of a length character and 4 for 3, "end". What stands before and
/// behind, and lines that break the rules, are given as they stand by take_foreign().
class UuDecoder {
 public:
  void push(std::string_view in, std::string& out);
  void finish(std::string& out);
  bool defective() const { return defective_; }
  std::string take_foreign();
  bool has_foreign() const { return !foreign_.empty(); }

 private:
  void take_line(std::string_view line, std::string& out);
  bool decode_line(std::string_view line, std::string& out);

  std::string line_;           // the line begun, bounded
  bool foreign_line_ = false;  // it is too long to be one: its rest goes to foreign_
  std::string foreign_;
  bool begun_ = false;
  bool ended_ = false;
  bool defective_ = false;
};

/// The decoder a part needs.
class TransferDecoder {
 public:
  explicit TransferDecoder(TransferEncoding encoding) : encoding_(encoding) {}

  TransferEncoding encoding() const { return encoding_; }
  /// The bytes that `in` gives: `in` itself where nothing is encoded, else `buffer`, overwritten.
  std::string_view push(std::string_view in, std::string& buffer);
  std::string_view finish(std::string& buffer);
  /// kBase64Syntax, kQuotedPrintableSyntax.
  DefectSet defects() const;
  bool has_foreign() const { return base64_.has_foreign() || uuencode_.has_foreign(); }
  std::string take_foreign() { return base64_.take_foreign() + uuencode_.take_foreign(); }
  std::string take_joined(std::size_t way) { return base64_.take_joined(way); }
  std::string_view joined_tail() const { return base64_.joined_tail(); }

 private:
  TransferEncoding encoding_;
  Base64Decoder base64_;
  QuotedPrintableDecoder quoted_printable_;
  UuDecoder uuencode_;
};

}  // namespace ringfence
