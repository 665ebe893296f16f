#include "bench/mail_samples.h"

#include <array>
#include <cstdint>
#include <random>
#include <string_view>

namespace ringfence {
namespace {

constexpr std::size_t kLineBytes = 76;
constexpr int kNumberEvery = 400;  // words from one telephone number to the next
constexpr int kDigitsEvery = 25;   // words from one honest figure to the next

constexpr std::array<std::string_view, 32> kWords = {
    "the",     "account", "renewal", "of",      "your",    "order",   "has",    "been",
    "we",      "invoice", "for",     "and",     "service", "monthly", "please", "team",
    "support", "is",      "a",       "message", "to",      "you",     "in",     "meeting",
    "project", "with",    "next",    "week",    "thanks",  "regards", "price",  "delivery"};
constexpr std::array<std::string_view, 6> kFigures = {"$399.99",  "2026-11-22", "12:30",
                                                      "#4711-20", "192.0.2.17", "1,234"};

// Calls sink(word) until `bytes` bytes of words have been given.
template <typename F>
void words(std::size_t bytes, F&& sink) {
  std::mt19937 random(4711);  // NOLINT(bugprone-random-generator-seed): the same mail every time
  std::size_t given = 0;
  for (int i = 1; given < bytes; ++i) {
    std::string word(kWords[random() % kWords.size()]);
    if (i % kDigitsEvery == 0) word = kFigures[random() % kFigures.size()];
    if (i % kNumberEvery == 0) word = "+1 888 555 01" + std::to_string(10 + random() % 90);
    given += word.size() + 1;
    sink(word);
  }
}

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i + 2 < bytes.size(); i += 3) {  // whole triples are enough here
    const auto at = [&](std::size_t k) {
      return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[k]));
    };
    const std::uint32_t bits = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    for (const int shift : {18, 12, 6, 0}) out += kAlphabet[bits >> shift & 63];
    if ((column += 4) == kLineBytes) {
      out += "\r\n";
      column = 0;
    }
  }
  return out + "\r\n";
}

std::string header(std::string_view content_type) {
  return "From: \"Example\" <news@example.net>\r\nTo: bob@example.org\r\nSubject: Your order "
         "4711\r\n"
         "Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <bench@example.net>\r\n"
         "MIME-Version: 1.0\r\nContent-Type: " +
         std::string(content_type) + "\r\n";
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '=') {
      out += "=3D";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string make_prose(std::size_t bytes) {
  std::string out;
  std::size_t column = 0;
  words(bytes, [&](std::string_view word) {
    if (column + word.size() + 1 > kLineBytes) {
      out += "\r\n";
      column = 0;
    }
    out += word;
    out += ' ';
    column += word.size() + 1;
  });
  return out + "\r\n";
}

std::string make_html(std::size_t bytes) {
  std::string out =
      "<!DOCTYPE html><html><head><style>p{color:#333}.pre{display:none}</style></head><body>\r\n";
  int i = 0;
  words(bytes / 2, [&](std::string_view word) {
    if (i % 20 == 0)
      out += "</p>\r\n<p style=\"font-family:Arial,sans-serif;font-size:14px\" class=\"text\">";
    if (i % 7 == 0) {
      out += "<b>" + std::string(word) + "</b>&nbsp;";
    } else {
      out += std::string(word) + ' ';
    }
    ++i;
  });
  return out + "</p></body></html>\r\n";
}

std::string make_plain_message(std::size_t bytes) {
  return header("text/plain; charset=utf-8") + "\r\n" + make_prose(bytes);
}

std::string make_alternative_message(std::size_t bytes) {
  return header("multipart/alternative; boundary=\"b1\"") +
         "\r\n--b1\r\nContent-Type: text/plain; charset=utf-8\r\n"
         "Content-Transfer-Encoding: quoted-printable\r\n\r\n" +
         quoted_printable(make_prose(bytes / 3)) +
         "\r\n--b1\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: "
         "base64\r\n\r\n" +
         base64(make_html(bytes / 2)) + "--b1--\r\n";
}

std::string make_attachment_message(std::size_t bytes) {
  std::mt19937 random(815);  // NOLINT(bugprone-random-generator-seed): the same mail every time
  std::string binary = "\x89PNG\r\n\x1a\n";
  while (binary.size() < bytes * 3 / 4) binary += static_cast<char>(random());
  return header("multipart/mixed; boundary=\"b2\"") +
         "\r\n--b2\r\nContent-Type: text/plain\r\n\r\n" + make_prose(2000) +
         "\r\n--b2\r\nContent-Type: image/png; name=\"a.png\"\r\nContent-Transfer-Encoding: "
         "base64\r\n\r\n" +
         base64(binary) + "--b2--\r\n";
}

}  // namespace ringfence
