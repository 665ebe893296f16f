#include "tests/differential/mail_maker.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "tests/differential/broken_forms.h"

namespace ringfence::test {
namespace {

constexpr int kDepthMax = 3;

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

std::string base64(std::string_view in, std::size_t line_size) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < in.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8 | (at + i < in.size() ? static_cast<unsigned char>(in[at + i]) : 0u);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += at + i > in.size() ? '=' : kAlphabet[group >> (18 - 6 * i) & 0x3F];
    }
  }
  for (std::size_t at = line_size; line_size > 0 && at < out.size(); at += line_size + 1) {
    out.insert(at, 1, '\n');
  }
  return out;
}

template <typename Table>
std::string_view choose(const Table& table, Dice& dice) {
  return table[dice.below(dice.percent(70) ? kProperForms : table.size())];
}

const std::string kNul(1, '\0');

}  // namespace

template <typename Table>
std::string MailMaker::form(const Table& table, const Names& names) {
  std::string out(choose(table, dice_));
  const std::size_t half = names.boundary.size() / 2;
  replace_all(out, "%T", names.type);
  replace_all(out, "%W", names.other);
  replace_all(out, "%P", std::string_view(names.boundary).substr(0, half));
  replace_all(out, "%S", std::string_view(names.boundary).substr(half));
  replace_all(out, "%C", names.charset);
  replace_all(out, "%E", names.encoding);
  replace_all(out, "%0", kNul);
  replace_all(out, "%B", names.boundary);
  return out.empty() ? out : out + "\n";
}

// Often a prefix or an extension of one that is in use, or the same once more.
std::string MailMaker::boundary() {
  static constexpr auto kShapes = std::to_array<std::string_view>(
      {"outer", "=_Part_1_2.3", "----=_NextPart_000", "b", "a b", "x:y", "0", "--",
       "Aa'()+_,-./:=?",
       "boundary-that-is-rather-long-but-still-within-the-seventy-that-are-allow"});
  std::string out(kShapes[dice_.below(kShapes.size())]);
  if (!boundaries_.empty() && dice_.percent(40)) {
    out = boundaries_[dice_.below(boundaries_.size())];
    if (dice_.percent(40)) out += dice_.percent(50) ? "-in" : "--";
    if (dice_.percent(20) && out.size() > 2) out.pop_back();
    if (dice_.percent(10)) out = ascii_lower(out);
  }
  boundaries_.push_back(out);
  return out;
}

std::string MailMaker::text() {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"Call ", "caf\xC3\xA9 ", "Your order\n", "From us: ", ">From here: ", "--\n", "-- \n", "\n",
       "a=b ", "Subject: ", "Content-Type: text/plain\n\n", "=\n", "begin 644 x\n", "X: y\n",
       "\xE9 ", " ", "--b "});
  std::string out;
  for (std::size_t i = dice_.below(3); i > 0; --i) out += kWords[dice_.below(kWords.size())];
  out += new_marker();
  for (std::size_t i = dice_.below(3); i > 0; --i) {
    out += " ";
    out += kWords[dice_.below(kWords.size())];
  }
  if (dice_.percent(30)) out += " or " + new_marker();
  if (dice_.percent(80)) out += "\n";
  return out;
}

std::string MailMaker::header_text() {
  const std::string number = new_marker();
  switch (dice_.below(14)) {
    case 0:
      return "=?utf-8?B?" + base64("call " + number, 0) + "?=";
    case 1:
      return "=?utf-8?Q?call_" + number + "?=";
    case 2:
      return "=?utf-8?Q?call " + number + "?=";
    case 3:
      return "call\n " + number;
    case 4:
      return "=?utf-8?Q?" + number.substr(0, 5) + "?=\n =?utf-8?Q?" + number.substr(5) + "?=";
    case 5:
      return "=?utf-8?Q?call?=" + number;
    case 6:
      return "=?x-unknown?Q?" + number + "?=";
    case 7:
      return "=?utf-8?X?" + number + "?=";
    case 8:
      return "=?utf-8?Q?" + number;
    case 9:
      return "=?utf-8?B?" + base64(number, 0).substr(0, 15) + "?=";
    case 10:
      return "=?utf-8*en?q?=31" + number.substr(1) + "?= (" + new_marker() + ")";
    case 11:
      return "=?iso-8859-1?Q?caf=E9_?= =?utf-8?b?" + base64(number, 0) + "?=x";
    case 12:
      return "caf\xE9 \"" + number + "\" \\";
    default:
      return "call " + number;
  }
}

std::string MailMaker::charset_bytes(std::string text, std::string_view charset) {
  if (!charset.starts_with("utf-16") || dice_.percent(50)) return text;
  std::string out;
  if (charset == "utf-16" && dice_.percent(60)) out = "\xFF\xFE";
  for (const char c : text) {
    if (charset == "utf-16be") out += '\0';
    out += c;
    if (charset != "utf-16be") out += '\0';
  }
  return out;
}

std::string MailMaker::encode(std::string body, std::string_view encoding) {
  if (encoding == "base64") {
    static constexpr auto kLines = std::to_array<std::size_t>({76, 76, 60, 4, 7, 1, 0});
    std::string out = base64(body, kLines[dice_.below(kLines.size())]);
    static constexpr auto kJunk = std::to_array<std::string_view>(
        {"=", "==", "!", "\n\n", "-", "_", " ", "=\n", "*junk*", "\xE9", "====", "A", "--"});
    for (std::size_t i = dice_.percent(30) ? 1 + dice_.below(3) : 0; i > 0; --i) {
      const std::size_t at = dice_.below(out.size() + 1);
      out.insert(at, kJunk[dice_.below(kJunk.size())]);
    }
    if (dice_.percent(10)) out += "\nfooter: " + new_marker();
    if (dice_.percent(5)) out = "intro: " + new_marker() + "\n" + out;
    if (dice_.percent(5)) out += base64(text(), 76);
    if (dice_.percent(5)) out.resize(out.size() - std::min<std::size_t>(out.size(), 2));
    return out + "\n";
  }
  if (encoding != "quoted-printable") return body;
  std::string out;
  for (const char c : body) {
    const bool escaped = c == '=' || static_cast<unsigned char>(c) > 0x7E || dice_.percent(5);
    if (escaped && c != '\n') {
      const std::string escape = fmt::format("={:02X}", static_cast<unsigned char>(c));
      out += dice_.percent(50) ? escape : ascii_lower(escape);
    } else {
      out += c;
    }
    if (dice_.percent(3)) {
      static constexpr auto kBreaks = std::to_array<std::string_view>(
          {"=\n", "=\n", "= \n", "=\t\n", "=\n=\n", "=", "=X", "=3", "==\n", "=\r", "=0D=0A"});
      out += kBreaks[dice_.below(kBreaks.size())];
    }
  }
  return out + (dice_.percent(10) ? "=" : "");
}

std::string MailMaker::header_end() {
  static constexpr auto kEnds =
      std::to_array<std::string_view>({"", " \n", "\t\n\n", "\n\n", "\r\n"});
  return dice_.percent(90) ? "\n" : std::string(kEnds[dice_.below(kEnds.size())]);
}

std::string MailMaker::leaf() {
  static constexpr auto kEncodings =
      std::to_array<std::string_view>({"7bit", "8bit", "base64", "quoted-printable", "binary"});
  static constexpr auto kTypes = std::to_array<std::string_view>(
      {"text/plain", "text/plain", "text/html", "text/enriched", "text/x-odd", "TEXT/Plain"});
  Names names;
  names.type = kTypes[dice_.below(kTypes.size())];
  names.charset = kCharsets[dice_.below(dice_.percent(70) ? 3 : kCharsets.size())];
  names.encoding = kEncodings[dice_.below(kEncodings.size())];
  std::string body = text();
  if (names.type == "text/html") body = "<html><p>" + body + "</p></html>\n";
  body = encode(charset_bytes(std::move(body), names.charset), names.encoding);
  if (dice_.percent(5)) names.encoding = kEncodings[dice_.below(kEncodings.size())];
  std::string head = form(kTextForms, names);
  const std::string encoding = form(kEncodingForms, names);
  head = dice_.percent(50) ? head + encoding : encoding + head;
  if (dice_.percent(8)) {
    const std::size_t at = dice_.percent(50) ? 0 : head.size();
    head.insert(at, junk_field(dice_));
  }
  head += header_end();
  return head + body;
}

std::string MailMaker::multipart(int depth) {
  static constexpr auto kTypes = std::to_array<std::string_view>(
      {"multipart/mixed", "multipart/alternative", "multipart/related", "multipart/digest",
       "multipart/signed", "multipart/report", "Multipart/Mixed"});
  Names names;
  names.type = kTypes[dice_.below(kTypes.size())];
  names.boundary = boundary();
  names.other = boundary();
  std::string out = form(kMultipartForms, names);
  if (dice_.percent(6)) out += junk_field(dice_);
  out += header_end();
  if (dice_.percent(20)) out += "preamble " + text();
  for (std::size_t i = 1 + dice_.below(3); i > 0; --i) {
    out += form(kDelimiterForms, names);
    out += entity(depth + 1);
    if (dice_.percent(80) && !out.ends_with('\n')) out += "\n";
  }
  out += form(kCloseForms, names);
  if (dice_.percent(20)) out += "epilogue " + text();
  return out;
}

std::string MailMaker::entity(int depth) {
  const bool flat = depth >= kDepthMax;
  if (!flat && dice_.percent(30)) return multipart(depth);
  if (flat || dice_.percent(80)) return leaf();
  static constexpr auto kHeads = std::to_array<std::string_view>(
      {"Content-Type: message/rfc822\n\n", "Content-Type: message/rfc822\n\n",
       "Content-Type: message/rfc822\nContent-Transfer-Encoding: 7bit\n\n\n",
       "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n",
       "Content-Type: message/rfc822\n\nFrom bob Thu Jan  1 00:00:00 2026\n",
       "Content-Type: message/global\n\n", "Content-Type: message/rfc822\n",
       "Content-Type: message/rfc822; name=x.eml\nContent-Disposition: attachment\n\n>From x\n",
       "Content-Type: text/rfc822-headers\n\n", "Content-Type: message/news\n\n"});
  if (dice_.percent(15)) {
    return "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" +
           encode(message(depth + 1), "base64");
  }
  const std::string inner = message(depth + 1);
  return std::string(kHeads[dice_.below(kHeads.size())]) + inner;
}

std::string MailMaker::message(int depth) {
  std::vector<std::string> fields = {"From: \"Desk " + new_marker() + "\" <a@example.org>\n",
                                     "To: b@example.net\n", "Subject: " + header_text() + "\n",
                                     "MIME-Version: 1.0\n"};
  if (dice_.percent(15)) fields[0] = "From: " + header_text() + " <a@example.org>\n";
  if (dice_.percent(5)) fields[0] = "From: a@example.org (" + header_text() + ")\n";
  if (dice_.percent(5)) fields.push_back("Subject: " + header_text() + "\n");
  if (dice_.percent(10)) fields.push_back(junk_field(dice_));
  if (dice_.percent(5)) fields[2] = "Subject:\n " + header_text() + "\n";
  if (dice_.percent(3)) fields[2] = "Subject : " + header_text() + "\n";
  for (std::size_t i = fields.size(); i > 1; --i) std::swap(fields[i - 1], fields[dice_.below(i)]);
  std::string out;
  for (const std::string& field : fields) out += field;
  if (depth == 0 && dice_.percent(4)) out = "From bob Thu Jan  1 00:00:00 2026\n" + out;
  return out + (dice_.percent(depth == 0 ? 65 : 30) ? multipart(depth) : leaf());
}

std::string junk_field(Dice& dice) {
  std::string out(choose(kJunkFields, dice));
  replace_all(out, "%0", kNul);
  return out + "\n";
}

}  // namespace ringfence::test
