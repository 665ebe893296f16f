// Documents among a message's parts, by their hash.
#include "message/document_hash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "message/message_reader.h"

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string hash_of(std::string_view bytes) {
  DocumentHash hash;
  hash.push(bytes);
  return hash.finish();
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::array<unsigned, 3> in{};
    for (std::size_t n = 0; n < 3 && i + n < bytes.size(); ++n) {
      in[n] = static_cast<unsigned char>(bytes[i + n]);
    }
    const unsigned all = in[0] << 16 | in[1] << 8 | in[2];
    out += kDigits[all >> 18];
    out += kDigits[all >> 12 & 63];
    out += i + 1 < bytes.size() ? kDigits[all >> 6 & 63] : '=';
    out += i + 2 < bytes.size() ? kDigits[all & 63] : '=';
    if (i / 3 % 19 == 18) out += "\r\n";
  }
  return out;
}

std::string pdf(std::size_t bytes, char fill) {
  std::string out = "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n";
  while (out.size() < bytes) out += static_cast<char>(fill + out.size() % 7), out += '\0';
  return out;
}

std::string part(std::string_view type, std::string_view body) {
  return "--b\r\nContent-Type: " + std::string(type) +
         "\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64(body) + "\r\n";
}

std::string mail(std::string_view parts) {
  return "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: "
         "text/plain\r\n\r\nCall us.\r\n" +
         std::string(parts) + "--b--\r\n";
}

std::vector<std::string> documents_of(std::string_view message, std::size_t bytes_max = 1u << 20,
                                      std::size_t chunk = 65'535) {
  MessageOptions options;
  options.document_bytes_max = bytes_max;
  MessageReader reader(options);
  TextPieces pieces;
  for (std::size_t at = 0; at < message.size(); at += chunk) {
    reader.push(message.substr(at, chunk), pieces);
  }
  reader.finish(pieces);
  return reader.facts().documents;
}

TEST(DocumentHashTest, IsSha256) {
  EXPECT_EQ(hash_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hash_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(DocumentHashTest, OfDecodedBytesWhateverTheTypeSays) {
  const std::string large = pdf(5'000, 'a'), small = pdf(40, 'b');
  const std::string parts = part("application/pdf", large) + part("image/jpeg", small);
  EXPECT_THAT(documents_of(mail(parts)), ElementsAre(hash_of(large), hash_of(small)));
  EXPECT_THAT(documents_of(mail(parts + parts)), SizeIs(2)) << "each once";
}

TEST(DocumentHashTest, EverySplitIsTheWhole) {
  const std::string message =
      mail(part("application/pdf", pdf(2'000, 'a')) + part("application/zip", pdf(30, 'b')));
  const auto whole = documents_of(message);
  ASSERT_THAT(whole, SizeIs(2));
  EXPECT_EQ(documents_of(message, 1u << 20, 1), whole);
  for (std::size_t at = 0; at < message.size(); ++at) {
    MessageOptions options;
    options.document_bytes_max = 1u << 20;
    MessageReader reader(options);
    TextPieces pieces;
    reader.push(std::string_view(message).substr(0, at), pieces);
    reader.push(std::string_view(message).substr(at), pieces);
    reader.finish(pieces);
    ASSERT_EQ(reader.facts().documents, whole) << at;
  }
}

TEST(DocumentHashTest, NothingChangesButTheHashes) {
  const std::string message =
      mail(part("application/pdf", pdf(3'000, 'a')) + part("text/plain", "Call +1 888 555 0123") +
           "--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: "
           "base64\r\n\r\n!!\x01 not base64 ====\r\n");
  const auto read = [&](std::size_t bytes_max) {
    MessageOptions options;
    options.document_bytes_max = bytes_max;
    MessageReader reader(options);
    TextPieces pieces;
    reader.push(message, pieces);
    reader.finish(pieces);
    return std::tuple(pieces.utf8, pieces.pieces.size(), reader.facts().defects,
                      reader.facts().limits, reader.facts().parts);
  };
  EXPECT_EQ(read(0), read(1u << 20));
}

TEST(DocumentHashTest, TextAndUnknownBytesAreNone) {
  EXPECT_THAT(documents_of(mail(part("text/plain", std::string(3'000, 'x')))), IsEmpty());
  EXPECT_THAT(documents_of(mail(part("application/octet-stream", "\x01\x02\x03\x04"))), IsEmpty());
  EXPECT_THAT(documents_of(mail(part("application/pdf", pdf(900, 'a'))), 0), IsEmpty());
}

TEST(DocumentHashTest, WithinTheBudgetAlone) {
  const std::string a = pdf(4'000, 'a'), b = pdf(4'000, 'b');
  const std::string message = mail(part("application/pdf", a) + part("application/pdf", b));
  EXPECT_THAT(documents_of(message, 3'999), IsEmpty());
  EXPECT_THAT(documents_of(message, 6'000), ElementsAre(hash_of(a)));
  EXPECT_THAT(documents_of(message, 10'000), SizeIs(2));
  std::string many;
  for (char c = 'a'; c < 'z'; ++c) many += part("application/pdf", pdf(100, c));
  EXPECT_THAT(documents_of(mail(many)), SizeIs(MessageFacts::kDocumentsMax));
}

TEST(DocumentHashTest, InAnEncodedMessageToo) {
  const std::string inner = pdf(2'000, 'i'), outer = pdf(2'000, 'o');
  const std::string message = mail(part("application/pdf", outer) +
                                   part("message/rfc822", mail(part("application/pdf", inner))));
  EXPECT_THAT(documents_of(message), ElementsAre(hash_of(outer), hash_of(inner)));
}

}  // namespace
}  // namespace ringfence
