#include "tests/differential/broken_mail.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "tests/differential/broken_forms.h"

namespace ringfence::test {
namespace {

constexpr std::string_view kMarkerMiddle = "55501";
constexpr std::size_t kMarkerSize = 11;
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

// One mail in the making. Each throw of the dice stands in a statement of its own: the order within
// an expression is the compiler's choice.
class Maker {
 public:
  Maker(Dice& dice, int first_marker) : dice_(dice), next_marker_(first_marker) {}

  std::string message(int depth);
  void damage(std::string& mail);
  void break_lines(std::string& mail);

 private:
  struct Names {
    std::string type, boundary = "b", other, charset, encoding;
  };

  std::string new_marker() { return marker(next_marker_++); }
  template <typename Table>
  std::string form(const Table& table, const Names& names);
  std::string boundary();
  std::string entity(int depth);
  std::string multipart(int depth);
  std::string leaf();
  std::string text();
  std::string header_text();
  std::string encode(std::string body, std::string_view encoding);
  std::string charset_bytes(std::string text, std::string_view charset);
  std::string header_end();

  Dice& dice_;
  int next_marker_;
  std::vector<std::string> boundaries_;
};

template <typename Table>
std::string Maker::form(const Table& table, const Names& names) {
  std::string out(table[dice_.below(dice_.percent(70) ? kProperForms : table.size())]);
  const std::size_t half = names.boundary.size() / 2;
  replace_all(out, "%T", names.type);
  replace_all(out, "%W", names.other);
  replace_all(out, "%P", std::string_view(names.boundary).substr(0, half));
  replace_all(out, "%S", std::string_view(names.boundary).substr(half));
  replace_all(out, "%C", names.charset);
  replace_all(out, "%E", names.encoding);
  replace_all(out, "%0", std::string_view("\0", 1));
  replace_all(out, "%B", names.boundary);
  return out.empty() ? out : out + "\n";
}

// Often a prefix or an extension of one that is in use, or the same once more.
std::string Maker::boundary() {
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

std::string Maker::text() {
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

std::string Maker::header_text() {
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

std::string Maker::charset_bytes(std::string text, std::string_view charset) {
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

std::string Maker::encode(std::string body, std::string_view encoding) {
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

std::string Maker::header_end() {
  static constexpr auto kEnds =
      std::to_array<std::string_view>({"", " \n", "\t\n\n", "\n\n", "\r\n"});
  return dice_.percent(90) ? "\n" : std::string(kEnds[dice_.below(kEnds.size())]);
}

std::string Maker::leaf() {
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
    head.insert(at, form(kJunkFields, names));
  }
  head += header_end();
  return head + body;
}

std::string Maker::multipart(int depth) {
  static constexpr auto kTypes = std::to_array<std::string_view>(
      {"multipart/mixed", "multipart/alternative", "multipart/related", "multipart/digest",
       "multipart/signed", "multipart/report", "Multipart/Mixed"});
  Names names;
  names.type = kTypes[dice_.below(kTypes.size())];
  names.boundary = boundary();
  names.other = boundary();
  std::string out = form(kMultipartForms, names);
  if (dice_.percent(6)) out += form(kJunkFields, names);
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

std::string Maker::entity(int depth) {
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
  return std::string(kHeads[dice_.below(kHeads.size())]) + message(depth + 1);
}

std::string Maker::message(int depth) {
  std::vector<std::string> fields = {"From: \"Desk " + new_marker() + "\" <a@example.org>\n",
                                     "To: b@example.net\n", "Subject: " + header_text() + "\n",
                                     "MIME-Version: 1.0\n"};
  if (dice_.percent(15)) fields[0] = "From: " + header_text() + " <a@example.org>\n";
  if (dice_.percent(5)) fields[0] = "From: a@example.org (" + header_text() + ")\n";
  if (dice_.percent(5)) fields.push_back("Subject: " + header_text() + "\n");
  if (dice_.percent(10)) fields.push_back(form(kJunkFields, {}));
  if (dice_.percent(5)) fields[2] = "Subject:\n " + header_text() + "\n";
  if (dice_.percent(3)) fields[2] = "Subject : " + header_text() + "\n";
  for (std::size_t i = fields.size(); i > 1; --i) std::swap(fields[i - 1], fields[dice_.below(i)]);
  std::string out;
  for (const std::string& field : fields) out += field;
  if (depth == 0 && dice_.percent(4)) out = "From bob Thu Jan  1 00:00:00 2026\n" + out;
  return out + (dice_.percent(depth == 0 ? 65 : 30) ? multipart(depth) : leaf());
}

// Damage at random places: to bytes, to lines, to the end.
void Maker::damage(std::string& mail) {
  if (mail.empty()) return;
  static constexpr std::string_view kSigns("\0\n\r -=:;\"()<>?/\\\t%*,.\xC3\xFF@", 24);
  const std::size_t at = dice_.below(mail.size());
  const std::size_t line = mail.rfind('\n', at) + 1;
  const std::size_t end = std::min(mail.find('\n', at), mail.size() - 1) + 1;
  const std::string taken = line < end ? mail.substr(line, end - line) : std::string();
  const std::size_t other = mail.rfind('\n', dice_.below(mail.size())) + 1;
  switch (dice_.below(11)) {
    case 0:
      mail.erase(at, 1 + dice_.below(3));
      break;
    case 1:
      mail.insert(at, 1, kSigns[dice_.below(kSigns.size())]);
      break;
    case 2:
      mail[at] = kSigns[dice_.below(kSigns.size())];
      break;
    case 3:
      mail.resize(at);
      break;
    case 4:
      mail.erase(line, taken.size());
      break;
    case 5:
      mail.insert(line, taken);
      break;
    case 6:
      mail.insert(other, taken);
      break;
    case 7:
      mail.insert(line, dice_.percent(50) ? " " : "\n");
      break;
    case 8:
      mail.insert(line, form(kJunkFields, {}));
      break;
    case 9:
      mail.insert(at, dice_.percent(50) ? "\n" : "\n ");
      break;
    default:
      mail[at] = static_cast<char>(mail[at] ^ (dice_.percent(50) ? 0x20 : 0x80));
      break;
  }
}

void Maker::break_lines(std::string& mail) {
  const std::size_t way = dice_.below(20);
  if (way < 8) return;
  std::string out;
  for (const char c : mail) {
    if (c != '\n') {
      out += c;
    } else if (way < 16) {
      out += "\r\n";
    } else if (way == 16) {
      out += "\r";
    } else if (way == 17) {
      out += "\r\r\n";
    } else {
      out += dice_.percent(90) ? "\r\n" : dice_.percent(50) ? "\n" : "\r";
    }
  }
  mail = std::move(out);
}

}  // namespace

// SplitMix64.
std::uint64_t Dice::next() {
  std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}

std::string marker(int index) {
  return fmt::format("1{}{}{:02}", 212 + index / 100, kMarkerMiddle, index % 100);
}

std::set<std::string> markers_in(std::string_view text) {
  std::set<std::string> out;
  for (std::size_t at = 4; (at = text.find(kMarkerMiddle, at)) != std::string_view::npos; ++at) {
    const std::string_view found = text.substr(at - 4, kMarkerSize);
    if (found.size() == kMarkerSize && found[0] == '1' &&
        std::all_of(found.begin(), found.end(), is_ascii_digit)) {
      out.emplace(found);
    }
  }
  return out;
}

std::vector<std::string> golden_mails() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(RINGFENCE_SOURCE_DIR) + "/tests/mail")) {
    if (entry.path().extension() == ".eml") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> out;
  int next = 0;
  for (const auto& path : paths) {
    std::ifstream in(path, std::ios::binary);
    std::string mail{std::istreambuf_iterator<char>(in), {}};
    for (const std::string_view start : {"+1 888 555 01", "020 7946 00"}) {
      for (std::size_t at = 0; (at = mail.find(start, at)) != std::string::npos;) {
        mail.replace(at, start.size() + 2, marker(next++ % 100));
      }
    }
    out.push_back(std::move(mail));
  }
  return out;
}

std::string broken_mail(std::uint64_t seed, const std::vector<std::string>& golden) {
  Dice dice(seed);
  Maker maker(dice, 100);  // behind those of the golden mails
  const bool composed = golden.empty() || dice.percent(75);
  std::string mail = composed ? maker.message(0) : golden[dice.below(golden.size())];
  for (std::size_t i = dice.below(composed ? 3 : 5); i > 0; --i) maker.damage(mail);
  if (composed) maker.break_lines(mail);
  return mail;
}

}  // namespace ringfence::test
