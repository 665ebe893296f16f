// MessageReader as a whole: what is shown, facts, and a mail for each Defect and each Limit.
#include "message/message_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "tests/message/reading.h"

namespace ringfence {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::string_literals;
using test::expect_every_split;
using test::read_mail;
using test::Reading;

using Strings = std::vector<std::string>;

TEST(MessageReader, ShownHeaders) {
  const std::string mail =
      "From: \"Billing, =?utf-8?Q?+1_888_555_0123?=\" <Desk4711@Example.ORG>\r\n"
      "Reply-To: Help (888) 555-0124 <a@example.org>\r\nSender: c@example.org\r\n"
      "To: First Last <d@example.org>, =?utf-8?B?U2Vjb25k?= <e@example.org>\r\n"
      "Cc: f@example.org\r\nSubject: =?utf-8?Q?Your_order?=\r\n =?utf-8?Q?_9?=\r\n"
      "Comments: call\r\nOrganization: Example Ltd\r\nKeywords: a, b\r\n"
      "Received: from 18885550125\r\nX-Number: 18885550126\r\n"
      "Message-ID: <18885550127@example.org>\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\n\r\nhi";
  const Reading reading = read_mail(mail);
  EXPECT_EQ(reading.texts(Place::kFrom),
            Strings({"Billing, +1 888 555 0123", "Help (888) 555-0124"}));
  EXPECT_EQ(reading.texts(Place::kSubject), Strings({"Your order 9"}));
  EXPECT_EQ(reading.texts(Place::kHeader),
            Strings({"First Last\n\nSecond", "call", "Example Ltd", "a, b"}));
  EXPECT_EQ(reading.texts(Place::kPlain), Strings({"hi"}));
  EXPECT_EQ(reading.streams.size(), 8u);
  EXPECT_EQ(reading.facts.subject, "Your order 9");
  EXPECT_EQ(reading.facts.from_display, "Billing, +1 888 555 0123");
  EXPECT_EQ(reading.facts.from_address, "Desk4711@Example.ORG");
  EXPECT_EQ(reading.facts.from_domain, "example.org");
  EXPECT_EQ(reading.facts.message_id, "<18885550127@example.org>");
  EXPECT_EQ(reading.facts.date, "Thu, 1 Jan 2026 00:00:00 +0000");
  EXPECT_EQ(reading.facts.bytes, mail.size());
  EXPECT_EQ(reading.facts.parts, 1);
  EXPECT_TRUE(reading.facts.defects.empty());
  expect_every_split(mail);
}

TEST(MessageReader, FactsNameCharsetsAndLanguages) {
  const std::string mail =
      "Content-Language: pt-BR, en\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
      "--b\r\nContent-Type: text/plain; charset=\"ISO-2022-JP\"\r\n\r\nhi\r\n"
      "--b\r\nContent-Type: text/plain; charset=iso-2022-jp\r\n\r\nhi\r\n"
      "--b\r\nContent-Type: text/html\r\n\r\n<meta charset=big5>hi\r\n"
      "--b\r\nContent-Type: image/png; charset=koi8-r\r\n\r\n\x89PNG\r\n\x1A\n\r\n"
      "--b\r\nContent-Language: de\r\nContent-Type: message/rfc822\r\n"
      "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
      "Content-Type: text/plain; charset=3Dgb2312\r\n\r\nhi\r\n--b--\r\n";
  const Reading reading = read_mail(mail);
  EXPECT_EQ(reading.facts.charsets, Strings({"iso-2022-jp", "big5", "gb2312"}));
  EXPECT_EQ(reading.facts.languages, Strings({"pt-BR", "en"}));
  expect_every_split(mail);

  std::string many = "Content-Type: multipart/mixed; boundary=b\r\nContent-Language: ";
  for (int i = 0; i < 100; ++i) many += "l" + std::to_string(i) + ",";
  many += "\r\n\r\n";
  for (int i = 0; i < 100; ++i) {
    many += "--b\r\nContent-Type: text/plain; charset=c" + std::to_string(i) + "\r\n\r\nhi\r\n";
  }
  EXPECT_EQ(read_mail(many).facts.charsets.size(), MessageFacts::kNamesMax);
  EXPECT_EQ(read_mail(many).facts.languages.size(), MessageFacts::kNamesMax);
}

TEST(MessageReader, FactsAreOfTheOuterMessage) {
  const Reading reading = read_mail(
      "Content-Type: message/rfc822\r\n\r\nSubject: inner\r\nFrom: In <i@example.net>\r\n"
      "Message-ID: <i@example.net>\r\n\r\nhi");
  EXPECT_EQ(reading.facts.subject, "");
  EXPECT_EQ(reading.facts.from_address, "");
  EXPECT_EQ(reading.facts.message_id, "");
  EXPECT_EQ(reading.facts.parts, 2);
  EXPECT_EQ(reading.texts(Place::kSubject), Strings({"inner"}));
  EXPECT_EQ(reading.texts(Place::kFrom), Strings({"In"}));
}

TEST(MessageReader, PartsByType) {
  const std::string mail =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble 1\r\n--b\r\n\r\nplain 2\r\n--b\r\n"
      "Content-Type: text/html\r\nContent-Disposition: attachment; filename=3.html\r\n\r\n<p>html "
      "3</p>\r\n--b\r\nContent-Type: application/octet-stream; name=4.htm\r\n\r\n<html>octets "
      "4\r\n--b\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
      "/9j/4AAQSkZJRgABAQAAAQABAAD\r\n--b\r\nContent-Type: text/plain\r\nContent-Description: the "
      "=?utf-8?Q?sixth?=\r\n\r\n<b>6</b>\r\n--b\r\nContent-Type: text/enriched\r\n\r\n<bold>rich "
      "7</bold>\r\n--b--\r\nepilogue 8\r\n";
  const Reading reading = read_mail(mail);
  EXPECT_EQ(reading.texts(Place::kRaw), Strings({"preamble 1", "epilogue 8\r\n"}));
  EXPECT_EQ(reading.texts(Place::kPlain), Strings({"plain 2", "<b>6</b>", "rich 7"}));
  EXPECT_EQ(reading.texts(Place::kHtml).size(), 2u);
  EXPECT_THAT(reading.texts(Place::kHtml).front(), ::testing::HasSubstr("html 3"));
  EXPECT_THAT(reading.texts(Place::kHtml).back(), ::testing::HasSubstr("octets 4"));
  EXPECT_EQ(reading.texts(Place::kFilename), Strings({"3.html", "4.htm", "the sixth"}));
  EXPECT_EQ(reading.facts.parts, 7);
  expect_every_split(mail);
}

TEST(MessageReader, CharsetOfHtmlFromMetaOrHeader) {
  const std::string meta = "<html><head><meta charset=\"windows-1251\"></head>\xCF\xF0\xE8";
  EXPECT_THAT(read_mail("Content-Type: text/html\n\n" + meta).texts(Place::kHtml),
              ElementsAre(::testing::HasSubstr("При")));
  EXPECT_THAT(
      read_mail("Content-Type: text/html; charset=iso-8859-1\n\n" + meta).texts(Place::kHtml),
      ElementsAre(::testing::HasSubstr("Ïðè")));
}

TEST(MessageReader, EncodedContainersAreOpened) {
  // "Subject: inner 1\n\nbody 2\n" in base64.
  const std::string message =
      "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
      "U3ViamVjdDogaW5uZXIgMQoKYm9keSAyCg==\n";
  const Reading reading = read_mail(message);
  EXPECT_EQ(reading.texts(Place::kSubject), Strings({"inner 1"}));
  EXPECT_EQ(reading.texts(Place::kPlain), Strings({"body 2\n"}));
  expect_every_split(message);

  const Reading lies = read_mail(
      "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nSubject: inner "
      "1\n\nbody 2\n");
  EXPECT_EQ(lies.texts(Place::kSubject), Strings({"inner 1"}));
  EXPECT_EQ(lies.texts(Place::kPlain), Strings({"body 2\n"}));

  // "--b\nContent-Type: text/html\n\n<p>3\n--b--\n" in base64.
  const std::string multipart =
      "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n"
      "LS1iCkNvbnRlbnQtVHlwZTogdGV4dC9odG1sCgo8cD4zCi0tYi0tCg==\n";
  const Reading inside = read_mail(multipart);
  EXPECT_THAT(inside.texts(Place::kHtml), ElementsAre(::testing::HasSubstr("3")));
  EXPECT_EQ(inside.facts.parts, 2);
  expect_every_split(multipart);
}

TEST(MessageReader, EncodedContainersNestedDeepAreBounded) {
  std::string mail = "Subject: deepest\n\nhi\n";
  const auto base64 = [](const std::string& in) {
    constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < in.size(); i += 3) {
      unsigned group = 0;
      for (std::size_t j = 0; j < 3; ++j) {
        group = group << 8 | (i + j < in.size() ? static_cast<unsigned char>(in[i + j]) : 0u);
      }
      for (int shift = 18; shift >= 0; shift -= 6) out += kAlphabet[group >> shift & 63];
    }
    return out;
  };
  for (int i = 0; i < 12; ++i) {
    mail = "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64(mail);
  }
  MessageOptions options;
  EXPECT_EQ(read_mail(mail, options).texts(Place::kSubject), Strings({"deepest"}));
  options.part_depth_max = 5;
  const Reading bounded = read_mail(mail, options);
  EXPECT_THAT(bounded.texts(Place::kSubject), IsEmpty());
  EXPECT_TRUE(bounded.facts.limits.contains(Limit::kPartDepth));
}

TEST(MessageReader, TextThatIsNotBase64IsGivenRaw) {
  const std::string mail =
      "Content-Transfer-Encoding: base64\r\n\r\nQ2FsbCArMQ==\r\n-- \r\nList: 888-555-0123\r\n";
  const Reading reading = read_mail(mail);
  EXPECT_EQ(reading.texts(Place::kRaw), Strings({"-- \r\nList: 888-555-0123\r\n"}));
  EXPECT_EQ(reading.texts(Place::kPlain).front().substr(0, 7), "Call +1");
  expect_every_split(mail);
}

TEST(MessageReader, ContradictingEncodingsAreReadBothWays) {
  const Reading reading = read_mail(
      "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: quoted-printable\n\n=2B1\n");
  EXPECT_EQ(reading.texts(Place::kPlain), Strings({"+1\n"}));
  EXPECT_EQ(reading.texts(Place::kRaw), Strings({"=2B1\n"}));
}

TEST(MessageReader, StreamsStartInOneSource) {
  TextPieces pieces;
  MessageReader reader{MessageOptions{}};
  reader.push("Subject: a\n\nb", pieces);
  reader.finish(pieces);
  std::set<std::uint32_t> ids;
  for (const TextPiece& piece : pieces.pieces) ids.insert(piece.stream);
  EXPECT_EQ(ids, (std::set<std::uint32_t>{1, 2}));
}

struct DefectCase {
  Defect defect;
  std::string mail;
};

// Each mail has exactly this one defect.
const std::vector<DefectCase>& defect_cases() {
  static const std::string kMixed = "Content-Type: multipart/mixed; boundary=b\r\n";
  static const std::vector<DefectCase> kCases = {
      {Defect::kBareLf, "Subject: x\n\r\nhi"},
      {Defect::kBareLf, "Subject: x\r\n\r\nhi\rthere"},
      {Defect::kBareLf, "Subject: x\r\n\r\nhi\r"},
      {Defect::kNulByte, "Subject: x\r\n\r\na\0b"s},
      {Defect::kNulByte, "Subject: a\0b\r\n\r\n"s},
      {Defect::kHeaderSyntax, "Subject: x\r\njunk\r\nTo: y\r\n\r\nhi"},
      {Defect::kHeaderSyntax, "Subject: x\r\n: y\r\nTo: y\r\n\r\nhi"},
      {Defect::kHeaderEightBit, "X-Any: caf\xE9\r\n\r\nhi"},
      {Defect::kDuplicateHeader, "Subject: x\r\nSubject: y\r\n\r\nhi"},
      {Defect::kDuplicateHeader, "From: x\r\nFrom: y\r\n\r\nhi"},
      {Defect::kDuplicateHeader, "Content-Type: text/plain\r\nContent-Type: text/plain\r\n\r\n"},
      {Defect::kBoundaryMissing, "Content-Type: multipart/mixed\r\n\r\nhi"},
      {Defect::kBoundaryNotFound, kMixed + "\r\nhi"},
      {Defect::kBoundaryUnclosed, kMixed + "\r\n--b\r\n\r\nhi"},
      {Defect::kContentTypeSyntax, "Content-Type: what\r\n\r\nhi"},
      {Defect::kTransferEncodingUnknown, "Content-Transfer-Encoding: x-own\r\n\r\nhi"},
      {Defect::kTransferEncodingMultipart,
       kMixed + "Content-Transfer-Encoding: base64\r\n\r\n--b\r\n\r\nhi\r\n--b--\r\n"},
      {Defect::kBase64Syntax, "Content-Transfer-Encoding: base64\r\n\r\nQ2Fs*bA=="},
      {Defect::kQuotedPrintableSyntax,
       "Content-Transfer-Encoding: quoted-printable\r\n\r\na =zz b"},
      {Defect::kEncodedWordSyntax, "Subject: =?utf-8?Q?open\r\n\r\nhi"},
      {Defect::kCharsetUnknown, "Content-Type: text/plain; charset=x-none\r\n\r\nhi"},
      {Defect::kCharsetInvalid, "Content-Type: text/plain; charset=utf-8\r\n\r\nh\xFFi"},
  };
  return kCases;
}

// What programs that go by another encoding see, or by none, is among the texts.
TEST(MessageReader, EveryReadingOfTheEncodingIsGiven) {
  for (const std::string_view mail : {
           "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: "
           "quoted-printable\n\n121=335550100\n",
           "Content-Transfer-Encoding: base64;\n\n12135550100\n",
           "Content-Transfer-Encoding: =?us-ascii?Q?base64?=\n\nMTIxMzU1NTAxMDA=\n",
           "Content-Transfer-Encoding: x-uuencode\n\n12135550100\n",
           "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\nSubject: "
           "=12135550100\n\nhi\n",
           "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: "
           "quoted-printable\n\nhi\n--b --\n121=335550100\n",
           "Content-Type: multipart/mixed boundary=b\n\n--b\nContent-Transfer-Encoding: "
           "base64\n\n12135550100\n",
       }) {
    const Reading reading = read_mail(mail);
    EXPECT_TRUE(std::any_of(
        reading.streams.begin(), reading.streams.end(),
        [](const test::Stream& s) { return s.text.find("12135550100") != std::string::npos; }))
        << mail;
    expect_every_split(mail);
  }
}

TEST(MessageReader, DefectTable) {
  DefectSet seen;
  for (const DefectCase& c : defect_cases()) {
    EXPECT_EQ(read_mail(c.mail).facts.defects, DefectSet({c.defect})) << to_token(c.defect) << "\n"
                                                                      << c.mail;
    seen.insert(c.defect);
    expect_every_split(c.mail);
  }
  // The one defect that never comes alone: the line that is no field is a defect too.
  const std::string no_end = "Subject: x\r\nhi there\r\nyou\r\n\r\n";
  EXPECT_EQ(read_mail(no_end).facts.defects,
            DefectSet({Defect::kHeaderSyntax, Defect::kMissingHeaderEnd}));
  expect_every_split(no_end);
  seen.insert(Defect::kMissingHeaderEnd);
  EXPECT_EQ(seen.size(), kDefectCount) << "a Defect without a mail";
}

TEST(MessageReader, DefectsHaveTokens) {
  for (int i = 0; i < kDefectCount; ++i) {
    const auto defect = static_cast<Defect>(i);
    EXPECT_EQ(defect_from_token(to_token(defect)), defect);
  }
  EXPECT_EQ(to_token(Defect::kBareLf), "bare-lf");
  EXPECT_EQ(to_token(Defect::kCharsetInvalid), "charset-invalid");
  EXPECT_EQ(defect_from_token("no-such"), std::nullopt);
}

TEST(MessageReader, LimitTable) {
  struct Case {
    Limit limit;
    std::function<void(MessageOptions&)> set;
    std::string mail;
    std::string still_read;
  };
  const std::string part = "--b\r\n\r\nx\r\n";
  const std::string mixed = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  const Case cases[] = {
      {Limit::kMessageBytes, [](auto& o) { o.message_bytes_max = 20; },
       "Subject: x\r\n\r\n0123456789", "012345"},
      {Limit::kHeaderBytes, [](auto& o) { o.header_bytes_max = 16; },
       "Subject: 0123456789\r\n\r\nx", "0123456"},
      {Limit::kHeaderCount, [](auto& o) { o.header_count_max = 1; },
       "Subject: first\r\nComments: second\r\n\r\nx", "first"},
      {Limit::kPartCount, [](auto& o) { o.part_count_max = 2; },
       mixed + part + "--b\r\n\r\nbeyond 1\r\n--b--\r\n", "\r\nbeyond 1"},
      {Limit::kPartDepth, [](auto& o) { o.part_depth_max = 1; },
       mixed + "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\nbeyond 2\r\n--b--\r\n",
       "beyond 2"},
      {Limit::kHtmlDepth, [](auto& o) { o.html_depth_max = 4; },
       "Content-Type: text/html\r\n\r\n<div><div><div><div><div><div>deep</div>", "deep"},
      {Limit::kHtmlTokenBytes, [](auto& o) { o.html_token_bytes_max = 32; },
       "Content-Type: text/html\r\n\r\n<a title='" + std::string(100, 't') + "'>link", "link"},
  };
  for (const Case& c : cases) {
    EXPECT_TRUE(read_mail(c.mail).facts.limits.empty()) << to_token(c.limit);
    MessageOptions options;
    c.set(options);
    const Reading reading = read_mail(c.mail, options);
    EXPECT_EQ(reading.facts.limits, LimitSet({c.limit})) << to_token(c.limit);
    const bool found = std::any_of(
        reading.streams.begin(), reading.streams.end(),
        [&](const test::Stream& s) { return s.text.find(c.still_read) != std::string::npos; });
    EXPECT_TRUE(found) << to_token(c.limit) << ": what was read is lost";
    expect_every_split(c.mail, options);
  }
}

TEST(MessageReader, ExhaustedWhenNothingMoreIsRead) {
  MessageOptions options;
  options.message_bytes_max = 12;
  MessageReader reader(options);
  TextPieces pieces;
  reader.push("Subject: x", pieces);
  EXPECT_FALSE(reader.exhausted());
  reader.push("\n\nbeyond", pieces);
  EXPECT_TRUE(reader.exhausted());
  pieces.clear();
  reader.push("more", pieces);
  EXPECT_THAT(pieces.pieces, IsEmpty());
  EXPECT_EQ(reader.facts().bytes, 22u);
}

TEST(MessageReader, AnyBytesAreRead) {
  const std::string_view bits[] = {"--b",
                                   "\r\n",
                                   "\n",
                                   "\r",
                                   "Content-Type: ",
                                   "multipart/mixed; boundary=b",
                                   "=",
                                   std::string_view("\0", 1),
                                   ":",
                                   "base64",
                                   "Content-Transfer-Encoding: ",
                                   "text/html",
                                   "\xE2",
                                   "<a",
                                   ">",
                                   "Subject",
                                   "=?utf-8?B?",
                                   "message/rfc822",
                                   "?=",
                                   " ",
                                   "--",
                                   "BEGIN:VCALENDAR",
                                   "charset=utf-16",
                                   ";"};
  unsigned seed = 7;
  const auto next = [&] { return (seed = seed * 1103515245 + 12345) >> 16; };
  for (int round = 0; round < 400; ++round) {
    std::string mail = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
    for (int i = 0; i < 60; ++i) mail += bits[next() % std::size(bits)];
    const Reading whole = read_mail(mail);
    for (const test::Stream& stream : whole.streams) EXPECT_TRUE(stream.ended);
    test::expect_same(whole, test::read_cut(mail, test::cuts_every(1, mail.size())), mail);
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace ringfence
