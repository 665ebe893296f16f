#include "message/sniff.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ringfence {
namespace {

struct Magic {
  std::string_view bytes;
  SniffedKind kind;
  std::size_t offset = 0;
};

using enum SniffedKind;
using namespace std::string_view_literals;

constexpr auto kMagics = std::to_array<Magic>({
    {"%PDF-"sv, kPdf},
    {"{\\rtf"sv, kRtf},
    {"PK\x03\x04"sv, kZip},
    {"PK\x05\x06"sv, kZip},
    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, kOle},
    {"\x78\x9F\x3E\x22"sv, kTnef},
    {"\x1F\x8B"sv, kArchive},
    {"Rar!\x1A\x07"sv, kArchive},
    {"7z\xBC\xAF\x27\x1C"sv, kArchive},
    {"BZh"sv, kArchive},
    {"\xFD"
     "7zXZ\0"sv,
     kArchive},
    {"\x28\xB5\x2F\xFD"sv, kArchive},
    {"\x89PNG\r\n\x1A\n"sv, kImage},
    {"GIF87a"sv, kImage},
    {"GIF89a"sv, kImage},
    {"\xFF\xD8\xFF"sv, kImage},
    {"BM"sv, kImage},
    {"II*\0"sv, kImage},
    {"MM\0*"sv, kImage},
    {"WEBP"sv, kImage, 8},
    {"ftyphei"sv, kImage, 4},
    {"ftypmif1"sv, kImage, 4},
    {"ftypavif"sv, kImage, 4},
});

constexpr auto kHtmlTags = std::to_array<std::string_view>(
    {"!doctype html", "html",   "head",   "body", "meta", "title",  "table", "div", "p",  "br", "b",
     "style",         "script", "iframe", "font", "span", "center", "img",   "h1",  "h2", "h3", "a",
     "svg",           "!--"});

bool looks_like_html(std::string_view text) {
  if (istarts_with(text, "<?xml")) {
    const std::string lower = ascii_lower(text);
    return lower.find("<html") != std::string::npos || lower.find("<svg") != std::string::npos;
  }
  if (!text.starts_with('<')) return false;
  text.remove_prefix(1);
  return std::ranges::any_of(kHtmlTags, [&](std::string_view tag) {
    if (!istarts_with(text, tag)) return false;
    if (tag == "!--" || text.size() == tag.size()) return true;
    const char behind = text[tag.size()];
    return behind == '>' || behind == '/' || is_ascii_space(behind);
  });
}

bool is_text_control(unsigned char c) {
  return (c >= 0x20 && c != 0x7F) || (c >= '\t' && c <= '\r') || c == 0x1B || c == '\b';
}

// Bytes of UTF-16 text: a byte order mark, and the zero bytes of its ASCII taken out.
std::string narrow(std::string_view head) {
  std::string out(head.substr(2));
  std::erase(out, '\0');
  return out;
}

SniffedKind sniff_text(std::string_view text) {
  text = trim(text);
  if (istarts_with(text, "BEGIN:VCALENDAR")) return kCalendar;
  if (istarts_with(text, "BEGIN:VCARD")) return kContact;
  if (text.starts_with("-----BEGIN PGP ")) return kPgp;
  return looks_like_html(text) ? kHtml : kText;
}

}  // namespace

bool looks_like_text(std::string_view head) {
  const auto bad = std::ranges::count_if(
      head, [](char c) { return !is_text_control(static_cast<unsigned char>(c)); });
  return static_cast<std::size_t>(bad) <= head.size() / 100;
}

SniffedKind sniff(std::string_view head) {
  head = head.substr(0, kSniffBytes);
  if (head.empty()) return kEmpty;
  for (const Magic& magic : kMagics) {
    if (head.size() < magic.offset || !head.substr(magic.offset).starts_with(magic.bytes)) continue;
    // "BM", "BZh" and the like begin honest words as well.
    const bool weak = magic.bytes.size() < 4 && std::ranges::all_of(magic.bytes, is_ascii_alnum);
    if (!weak || !looks_like_text(head)) return magic.kind;
  }
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) {
    const std::string text = narrow(head);
    return looks_like_text(text) ? sniff_text(text) : kBinary;
  }
  if (!looks_like_text(head)) return kBinary;
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  return sniff_text(head);
}

std::string sniff_html_charset(std::string_view head) {
  const std::string lower = ascii_lower(head.substr(0, kSniffCharsetBytes));
  for (std::size_t at = 0; (at = lower.find("<meta", at)) != std::string::npos; at += 5) {
    const std::string_view tag = std::string_view(lower).substr(at, lower.find('>', at) - at);
    std::size_t value = tag.find("charset");
    if (value == std::string_view::npos) continue;
    value += 7;
    const auto skip = [&](std::string_view set) {
      while (value < tag.size() && set.find(tag[value]) != std::string_view::npos) ++value;
    };
    skip(" \t\r\n\f");
    if (value >= tag.size() || tag[value] != '=') continue;
    skip("= \t\r\n\f\"'");
    const std::size_t end = std::min(tag.find_first_of(" \t\r\n\f\"';/>", value), tag.size());
    if (end > value) return std::string(tag.substr(value, end - value));
  }
  return {};
}

}  // namespace ringfence
