#include "message/transfer_decoder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::uint8_t kSpace = 64;
constexpr std::uint8_t kLineEnd = 65;
constexpr std::uint8_t kPadding = 66;
constexpr std::uint8_t kForeign = 67;

constexpr std::array<std::uint8_t, 256> kBase64Values = [] {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::uint8_t, 256> values{};
  values.fill(kForeign);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  values[' '] = values['\t'] = kSpace;
  values['\r'] = values['\n'] = kLineEnd;
  values['='] = kPadding;
  return values;
}();

constexpr std::size_t kLineStartBytesMax = 256;  // kept of a line that may turn out foreign
constexpr std::size_t kSoftBreakSpaceMax = 64;   // white space between '=' and the line end
constexpr std::size_t kUuLineBytesMax = 128;     // "M" and 60 characters, with room for a checksum

constexpr std::size_t kTailBytesMax = 48;  // before a '=' that may stand within a number

// Appends to what is kept of a text, of which at most the last `size` bytes count.
void keep_end(std::string_view text, std::size_t size, std::string& kept) {
  kept.append(text.size() > size ? text.substr(text.size() - size) : text);
  if (kept.size() > size) kept.erase(0, kept.size() - size);
}

// A line of digits is base64 too, but is shown as it stands where the rest cannot be decoded.
constexpr std::size_t kNumberLineBytesMax = 24;
bool is_number_char(char c) {
  return is_ascii_digit(c) || (is_ascii_space(c) && c != '\n') || c == '=';
}
bool is_number_line(std::string_view line) {
  constexpr std::ptrdiff_t kDigitsMin = 7;
  return line.size() <= kNumberLineBytesMax && std::ranges::all_of(line, is_number_char) &&
         std::ranges::count_if(line, is_ascii_digit) >= kDigitsMin;
}

std::uint8_t value_of(char c) { return kBase64Values[static_cast<unsigned char>(c)]; }

}  // namespace

void Base64Decoder::push(std::string_view in, std::string& out) {
  foreign_end_ = 0;
  if (foreign_line_) {
    const std::size_t end = std::min(in.find('\n'), in.size() - 1) + 1;
    foreign_.append(in.substr(0, end));
    foreign_end_ = end;
  }
  const std::size_t begin = out.size();
  out.resize(begin + in.size() / 4 * 3 + 6);  // once: growing line by line costs a fill each time
  char* write = out.data() + begin;
  for (std::size_t at = 0; at < in.size(); ++at) {
    if (count_ == 0 && !padded_ && !space_ && !joining_) {
      for (; at + 4 <= in.size(); at += 4) {
        const std::uint8_t a = value_of(in[at]), b = value_of(in[at + 1]), c = value_of(in[at + 2]),
                           d = value_of(in[at + 3]);
        if ((a | b | c | d) >= 64) break;
        const auto group = static_cast<std::uint32_t>(a << 18 | b << 12 | c << 6 | d);
        *write++ = static_cast<char>(group >> 16);
        *write++ = static_cast<char>(group >> 8);
        *write++ = static_cast<char>(group);
      }
      if (at == in.size()) break;
    }
    if (in[at] == '=' && !joining_) {
      begin_joining({out.data() + begin, static_cast<std::size_t>(write - out.data()) - begin});
    }
    write = take(in, at, write);
  }
  out.resize(static_cast<std::size_t>(write - out.data()));
  keep_line_start(in);
  if (!joining_) keep_end(std::string_view(out).substr(begin), kTailBytesMax, tail_);
}

// One character that is not part of a whole group; gives where the next byte is to be written.
char* Base64Decoder::take(std::string_view in, std::size_t at, char* write) {
  const std::uint8_t value = value_of(in[at]);
  if (value == kLineEnd) {
    space_ = false;
    if (in[at] == '\n') {
      if (ends_number_line(in, at)) note_foreign(in, at);
      foreign_line_ = false;
    }
  } else if (value == kSpace) {
    space_ = true;
  } else if (value == kPadding) {
    if (count_ == 1 || (count_ == 0 && !padded_)) defective_ = true;
    write = write_rest(write);
    padded_ = true;
    joined_[1].take(0);
  } else if (value == kForeign) {
    defective_ = true;
    note_foreign(in, at);
  } else {
    if (padded_) {
      defective_ = true;
      padded_ = false;
      *write++ = '\n';  // a new text: the digits at the end of the last are not to grow by its junk
      note_foreign(in, at);
    } else if (space_) {
      note_foreign(in, at);
    }
    space_ = false;
    if (joining_) {
      joined_needed_ = true;
      for (Joined& way : joined_) way.take(value);
    }
    group_ = group_ << 6 | value;
    if (++count_ == 4) {
      *write++ = static_cast<char>(group_ >> 16);
      *write++ = static_cast<char>(group_ >> 8);
      *write++ = static_cast<char>(group_);
      count_ = 0;
      group_ = 0;
    }
  }
  return write;
}

// Whether the line that ends at `at` is a number alone. Most lines tell by their last character.
bool Base64Decoder::ends_number_line(std::string_view in, std::size_t at) const {
  std::size_t begin = at;
  while (begin > 0 && at - begin <= kNumberLineBytesMax && is_number_char(in[begin - 1])) --begin;
  if (begin > 0 && in[begin - 1] != '\n') return false;
  const std::string_view line = in.substr(begin, at - begin);
  return begin > 0 ? is_number_line(line) : is_number_line(line_start_ + std::string(line));
}

void Base64Decoder::note_foreign(std::string_view in, std::size_t at) {
  if (foreign_line_ || at < foreign_end_) return;
  foreign_line_ = true;
  std::size_t begin = at;
  while (begin > 0 && in[begin - 1] != '\n' && at - begin < kLineStartBytesMax) --begin;
  if (begin == 0 && at < kLineStartBytesMax) {
    const std::size_t room = kLineStartBytesMax - at;
    foreign_.append(line_start_, line_start_.size() - std::min(room, line_start_.size()));
  }
  const std::size_t end = std::min(in.find('\n', at), in.size() - 1) + 1;
  foreign_.append(in.substr(begin, end - begin));
  foreign_end_ = end;
}

// The first '=': what stands before it is common to all ways.
void Base64Decoder::begin_joining(std::string_view decoded) {
  joining_ = true;
  keep_end(decoded, kTailBytesMax, tail_);
  for (Joined& way : joined_) way = {group_, count_, {}};
}

void Base64Decoder::Joined::take(std::uint32_t value) {
  group = group << 6 | value;
  if (++count < 4) return;
  bytes.push_back(static_cast<char>(group >> 16));
  bytes.push_back(static_cast<char>(group >> 8));
  bytes.push_back(static_cast<char>(group));
  group = 0;
  count = 0;
}

std::string Base64Decoder::take_joined(std::size_t way) {
  return joined_needed_ ? std::exchange(joined_[way].bytes, {}) : std::string();
}

void Base64Decoder::keep_line_start(std::string_view in) {
  const std::size_t line_end = in.rfind('\n');
  if (line_end != std::string_view::npos) {
    line_start_.clear();
    in.remove_prefix(line_end + 1);
  }
  keep_end(in, kLineStartBytesMax, line_start_);
}

char* Base64Decoder::write_rest(char* write) {
  if (count_ == 2) *write++ = static_cast<char>(group_ >> 4);
  if (count_ == 3) {
    *write++ = static_cast<char>(group_ >> 10);
    *write++ = static_cast<char>(group_ >> 2);
  }
  group_ = 0;
  count_ = 0;
  return write;
}

void Base64Decoder::finish(std::string& out) {
  if (count_ != 0) defective_ = true;
  char rest[2];
  out.append(rest, static_cast<std::size_t>(write_rest(rest) - rest));
  for (Joined& way : joined_) way.finish();
  if (is_number_line(line_start_) && !foreign_line_) foreign_ += line_start_;
}

void Base64Decoder::Joined::finish() {
  if (count >= 2) bytes.push_back(static_cast<char>(group >> (6 * count - 8)));
  if (count == 3) bytes.push_back(static_cast<char>(group >> 2));
  count = 0;
}

std::string Base64Decoder::take_foreign() { return std::exchange(foreign_, {}); }

// One '=' and what follows; gives how many bytes were taken, 0 when more are needed to tell.
std::size_t QuotedPrintableDecoder::take_escape(std::string_view in, std::string& out, bool last) {
  if (in.size() >= 3) {
    const int high = hex_value(in[1]), low = hex_value(in[2]);
    if (high >= 0 && low >= 0) {
      out.push_back(static_cast<char>(high << 4 | low));
      return 3;
    }
  }
  std::size_t at = 1;
  while (at < in.size() && at <= kSoftBreakSpaceMax && (in[at] == ' ' || in[at] == '\t')) ++at;
  const bool may_break = at <= kSoftBreakSpaceMax;
  if (may_break && at < in.size() && in[at] == '\n') return at + 1;
  if (may_break && at + 1 < in.size() && in[at] == '\r') {
    if (in[at + 1] == '\n') return at + 2;
  } else if (may_break && at + 1 >= in.size()) {
    const bool hex_begun = in.size() == 2 && hex_value(in[1]) >= 0;
    const bool open = at == in.size() || in[at] == '\r' || hex_begun;
    if (open && !last) return 0;
    if (at == in.size() || in[at] == '\r') return in.size();  // '=' at the very end joins nothing
  }
  defective_ = true;
  out.push_back('=');
  return 1;
}

void QuotedPrintableDecoder::push(std::string_view in, std::string& out) {
  while (!held_.empty() && !in.empty()) {
    held_.push_back(in.front());
    in.remove_prefix(1);
    const std::string held = std::exchange(held_, {});
    const std::size_t taken = take_escape(held, out, false);
    if (taken == 0) {
      held_ = held;
    } else if (taken < held.size()) {
      push(std::string_view(held).substr(taken), out);  // shorter each time, at most 66 bytes
    }
  }
  while (!in.empty()) {
    const std::size_t escape = std::min(in.find('='), in.size());
    out.append(in.substr(0, escape));
    in.remove_prefix(escape);
    if (in.empty()) return;
    const std::size_t taken = take_escape(in, out, false);
    if (taken == 0) {
      held_ = in;
      return;
    }
    in.remove_prefix(taken);
  }
}

void QuotedPrintableDecoder::finish(std::string& out) {
  const std::string held = std::exchange(held_, {});
  if (held.empty()) return;
  const std::size_t taken = take_escape(held, out, true);
  out.append(held, taken);
}

void UuDecoder::push(std::string_view in, std::string& out) {
  while (!in.empty()) {
    const std::size_t end = std::min(in.find('\n'), in.size());
    const std::string_view piece = in.substr(0, end);
    if (!foreign_line_ && line_.size() + piece.size() > kUuLineBytesMax) {
      foreign_line_ = defective_ = true;
      foreign_ += std::exchange(line_, {});
    }
    (foreign_line_ ? foreign_ : line_).append(piece);
    if (end == in.size()) return;
    in.remove_prefix(end + 1);
    if (std::exchange(foreign_line_, false)) {
      foreign_ += '\n';
    } else {
      take_line(std::exchange(line_, {}), out);
    }
  }
}

void UuDecoder::take_line(std::string_view line, std::string& out) {
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (!begun_ && line.starts_with("begin ")) {
    begun_ = true;
  } else if (begun_ && !ended_ && line == "end") {
    ended_ = true;
  } else if (!trim(line).empty() && (!begun_ || ended_ || !decode_line(line, out) || is_number_line(line))) {
    if (!ended_) defective_ = true;
    foreign_.append(line) += '\n';
  }
}

// False when it is not as it should be; what there is of it is decoded all the same.
bool UuDecoder::decode_line(std::string_view line, std::string& out) {
  bool clean = true;
  const auto bits = [&](std::size_t at) {
    const auto c =
        at < line.size() ? static_cast<unsigned char>(line[at]) : static_cast<unsigned char>(' ');
    if (c < 0x20 || c > 0x60) clean = false;
    return static_cast<unsigned>(c - 0x20) & 0x3F;
  };
  const std::size_t size = bits(0);
  // Encoders cut white space off the end, which stands for zeros: not so of what is much too short.
  if (line.size() * 2 < size) clean = false;
  std::size_t at = 1;
  for (std::size_t done = 0; done < size; at += 4) {
    const unsigned group = bits(at) << 18 | bits(at + 1) << 12 | bits(at + 2) << 6 | bits(at + 3);
    for (int shift = 16; shift >= 0 && done < size; shift -= 8, ++done) {
      out.push_back(static_cast<char>(group >> shift));
    }
  }
  return clean && line.size() <= at + 1;  // some write a checksum behind
}

void UuDecoder::finish(std::string& out) {
  if (!line_.empty()) take_line(std::exchange(line_, {}), out);
  if (!ended_) defective_ = true;
}

std::string UuDecoder::take_foreign() { return std::exchange(foreign_, {}); }

std::string_view TransferDecoder::push(std::string_view in, std::string& buffer) {
  if (encoding_ == TransferEncoding::kIdentity) return in;
  buffer.clear();
  if (encoding_ == TransferEncoding::kBase64) base64_.push(in, buffer);
  if (encoding_ == TransferEncoding::kQuotedPrintable) quoted_printable_.push(in, buffer);
  if (encoding_ == TransferEncoding::kUuencode) uuencode_.push(in, buffer);
  return buffer;
}

std::string_view TransferDecoder::finish(std::string& buffer) {
  buffer.clear();
  if (encoding_ == TransferEncoding::kBase64) base64_.finish(buffer);
  if (encoding_ == TransferEncoding::kQuotedPrintable) quoted_printable_.finish(buffer);
  if (encoding_ == TransferEncoding::kUuencode) uuencode_.finish(buffer);
  return buffer;
}

DefectSet TransferDecoder::defects() const {
  DefectSet out;
  if (base64_.defective()) out.insert(Defect::kBase64Syntax);
  if (quoted_printable_.defective()) out.insert(Defect::kQuotedPrintableSyntax);
  if (uuencode_.defective()) out.insert(Defect::kTransferEncodingUnknown);
  return out;
}

}  // namespace ringfence
