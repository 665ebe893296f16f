// Header values: encoded words, parameters, mailboxes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "message/header_text.h"
#include "message/header_value.h"

namespace ringfence {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::string_literals;

TEST(HeaderText, Table) {
  struct Case {
    std::string raw, text;
    DefectSet defects = {};
  };
  const DefectSet broken = {Defect::kEncodedWordSyntax};
  const Case cases[] = {
      {"", ""},
      {"  plain text ", "plain text"},
      {"=?utf-8?Q?Call_=2B1_888?=", "Call +1 888"},
      {"=?UTF-8?b?Q2FsbCArMQ==?= now", "Call +1 now"},
      {"=?us-ascii*en?Q?a?=", "a"},
      {"=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"},
      {"=?utf-8?Q?a?=\t\t=?utf-8?Q?b?=", "ab"},
      {"=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"},
      {"=?utf-8?Q?a?= x =?utf-8?Q?b?=", "a x b"},
      {"=?utf-8?B?4oI=?= =?utf-8?Q?=AC5?=", "€5"},
      {"=?iso-8859-1?Q?=E9?= =?utf-8?B?w6k=?=", "éé"},
      {"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"},
      {"pre=?utf-8?Q?fix?=ed", "prefixed"},
      {"\"=?utf-8?Q?quoted?=\" <a@b>", "\"quoted\" <a@b>"},
      {"=?utf-8?Q?with space in it?=", "with space in it"},
      {"=?utf-8?Q?what?_1?=", "what? 1"},
      {"=?utf-8?Q?no end", "=?utf-8?Q?no end", broken},
      {"=?utf-8?X?abc?=", "=?utf-8?X?abc?=", broken},
      {"=?utf-8?Q?open =?utf-8?Q?closed?=", "=?utf-8?Q?open closed", broken},
      {"=??Q?abc?=", "=??Q?abc?=", broken},
      {"=?utf-8?B?Q2F*s?=", "Cal", broken},
      {"=?utf-8?B?Q2FsbA?=", "Call", broken},
      {"=?utf-8?Q?=FF?=", "\uFFFD", {Defect::kCharsetInvalid}},
      {"=?no-such?Q?caf=C3=A9?=", "café", {Defect::kCharsetUnknown}},
      {"raw \xC3\xA9", "raw é"},
      {"raw \xE9", "raw é", {Defect::kCharsetInvalid}},
      {"nul\0byte"s, "nulbyte"},
      {"=?utf-8?Q?line=0D=0Abreak?=", "linebreak"},
      {"=?utf-8?Q?"
       "?=",
       ""},
  };
  for (const Case& c : cases) {
    DefectSet defects;
    EXPECT_EQ(decode_header_text(c.raw, defects), c.text) << c.raw;
    EXPECT_EQ(defects, c.defects) << c.raw;
  }
}

TEST(HeaderText, ManyOpenWordsCostNoSquare) {
  std::string raw;
  for (int i = 0; i < 100'000; ++i) raw += "=?a?b?xx";
  DefectSet defects;
  EXPECT_EQ(decode_header_text(raw, defects), raw);
}

TEST(MediaType, Table) {
  struct Case {
    std::string raw, type, charset;
    bool clean = true;
  };
  const Case cases[] = {
      {"text/plain", "text/plain", ""},
      {"TEXT/HTML; charset=UTF-8", "text/html", "UTF-8"},
      {"text/plain;charset=\"utf-8\"", "text/plain", "utf-8"},
      {"text/plain; charset = utf-8 ; format=flowed", "text/plain", "utf-8"},
      {"text/plain; charset=utf-8;", "text/plain", "utf-8"},
      {"text/plain (a comment); (another) charset=utf-8", "text/plain", "utf-8"},
      {"text / plain; charset=utf-8", "text/plain", "utf-8"},
      {"text/plain charset=utf-8", "text/plain", "utf-8", false},
      {"text/html; charset=\"utf-8", "text/html", "utf-8"},
      {"text/html; charset=utf-8; charset=koi8-r", "text/html", "utf-8"},
      {"text/html; ; ;charset=utf-8", "text/html", "utf-8"},
      {"text/html; garbage; charset=utf-8", "text/html", "utf-8", false},
      {"text/html; =x; charset=utf-8", "text/html", "utf-8", false},
      {"text/html; charset*=us-ascii''utf%2D8", "text/html", "utf-8"},
      {"text/html; charset*0=utf; charset*1=-8", "text/html", "utf-8"},
      {"multipart/", "multipart/", ""},
      {"multipart", "multipart/", ""},
      {"html", "text/plain", "", false},
      {"text", "text/plain", "", false},
      {"", "text/plain", "", false},
      {"/plain", "text/plain", "", false},
      {"text/; charset=utf-8", "text/plain", "utf-8", false},
  };
  for (const Case& c : cases) {
    DefectSet defects;
    const MediaType type = parse_media_type(c.raw, defects);
    EXPECT_EQ(type.type + "/" + type.subtype, c.type) << c.raw;
    EXPECT_EQ(type.parameter("charset"), c.charset) << c.raw;
    EXPECT_EQ(defects, c.clean ? DefectSet{} : DefectSet{Defect::kContentTypeSyntax}) << c.raw;
  }
}

TEST(MediaType, BoundariesKeepTheirSigns) {
  const std::pair<const char*, const char*> cases[] = {
      {"multipart/mixed; boundary=\"=_ a:b;c\"", "=_ a:b;c"},
      {"multipart/mixed; boundary=----=_Part_1.2", "----=_Part_1.2"},
      {"multipart/mixed; boundary==_x", "=_x"},
      {"multipart/mixed; boundary=\"a\\\"b\"", "a\"b"},
      {"multipart/mixed; boundary=\"a\\b\"", "a\\b"},
      {"multipart/mixed; boundary=(comment)x", "x"},
      {"multipart/mixed; BOUNDARY=x", "x"},
  };
  for (const auto& [raw, boundary] : cases) {
    DefectSet defects;
    EXPECT_EQ(parse_media_type(raw, defects).parameter("boundary"), boundary) << raw;
  }
}

TEST(FileNames, Table) {
  struct Case {
    std::string type, disposition;
    std::vector<std::string> names;
  };
  const Case cases[] = {
      {"a/b", "attachment", {}},
      {"a/b", "attachment; filename=call.txt", {"call.txt"}},
      {"a/b; name=call.txt", "attachment; filename=call.txt", {"call.txt"}},
      {"a/b; name=one.txt", "attachment; filename=two.txt", {"two.txt", "one.txt"}},
      {"a/b", "attachment; filename=with space.txt; size=5", {"with space.txt"}},
      {"a/b", "attachment; filename=\"=?utf-8?Q?+1_888_555_0123?=.pdf\"", {"+1 888 555 0123.pdf"}},
      {"a/b", "attachment; filename*=utf-8''caf%C3%A9.txt", {"café.txt"}},
      {"a/b", "attachment; filename*=UTF-8'en'%2B1; filename=x.txt", {"+1", "x.txt"}},
      {"a/b", "attachment; filename*0=call-; filename*1=888.txt", {"call-888.txt"}},
      {"a/b", "attachment; filename*1=888.txt; filename*0=call-", {"call-888.txt"}},
      {"a/b", "attachment; filename*0*=utf-8''%E2%82; filename*1*=%AC; filename*2=5", {"€5"}},
      {"a/b", "attachment; filename*=bad%zz", {"bad%zz"}},
      {"a/b", "filename=bare.txt", {"bare.txt"}},
      {"a/b; name=\"C:\\call\\now.txt\"", "", {"C:\\call\\now.txt"}},
  };
  for (const Case& c : cases) {
    DefectSet defects;
    EXPECT_EQ(file_names(parse_media_type(c.type, defects),
                         parse_disposition(c.disposition, defects), defects),
              c.names)
        << c.type << " | " << c.disposition;
  }
}

TEST(TransferEncodingField, Table) {
  using enum TransferEncoding;
  const std::tuple<const char*, TransferEncoding, bool> cases[] = {
      {"7bit", kIdentity, true},
      {"8BIT", kIdentity, true},
      {"binary", kIdentity, true},
      {"base64", kBase64, true},
      {" BASE64 ", kBase64, true},
      {"base64;", kBase64, true},
      {"\"base64\"", kBase64, true},
      {"base64 (really)", kBase64, true},
      {"quoted-printable", kQuotedPrintable, true},
      {"Quoted-Printable;x", kQuotedPrintable, true},
      {"x-uuencode", kUuencode, true},
      {"8bit+", kIdentity, false},
      {"7-bit", kIdentity, false},
      {"", kIdentity, false},
  };
  for (const auto& [raw, encoding, known] : cases) {
    DefectSet defects;
    EXPECT_EQ(parse_transfer_encoding(raw, defects), encoding) << raw;
    EXPECT_EQ(defects.empty(), known) << raw;
  }
}

using Pair = std::pair<std::string, std::string>;

std::vector<Pair> mailboxes(std::string_view raw) {
  DefectSet defects;
  std::vector<Pair> out;
  for (const Mailbox& m : parse_mailboxes(raw, defects)) out.emplace_back(m.display, m.address);
  return out;
}

TEST(Mailboxes, Table) {
  EXPECT_THAT(mailboxes(""), IsEmpty());
  EXPECT_THAT(mailboxes("a@example.org"), ElementsAre(Pair("", "a@example.org")));
  EXPECT_THAT(mailboxes("<a@example.org>"), ElementsAre(Pair("", "a@example.org")));
  EXPECT_THAT(mailboxes("Support <a@example.org>"), ElementsAre(Pair("Support", "a@example.org")));
  EXPECT_THAT(mailboxes("\"Desk, Help\" <a@example.org>, B <b@example.org>"),
              ElementsAre(Pair("Desk, Help", "a@example.org"), Pair("B", "b@example.org")));
  EXPECT_THAT(mailboxes("a@example.org (Call 888 555 0123)"),
              ElementsAre(Pair("Call 888 555 0123", "a@example.org")));
  EXPECT_THAT(mailboxes("Call (888) 555-0123 <a@example.org>"),
              ElementsAre(Pair("Call (888) 555-0123", "a@example.org")));
  EXPECT_THAT(mailboxes("=?utf-8?Q?Call_888?= <a@example.org>"),
              ElementsAre(Pair("Call 888", "a@example.org")));
  EXPECT_THAT(mailboxes("\"=?utf-8?Q?Call_888?=\" <a@example.org>"),
              ElementsAre(Pair("Call 888", "a@example.org")));
  EXPECT_THAT(mailboxes("\"a \\\"b\\\" c\" <a@example.org>"),
              ElementsAre(Pair("a \"b\" c", "a@example.org")));
  EXPECT_THAT(mailboxes("Call 888 555 0123"), ElementsAre(Pair("Call 888 555 0123", "")));
  EXPECT_THAT(mailboxes("Call <888-555-0123> <a@example.org>"),
              ElementsAre(Pair("Call <888-555-0123>", "a@example.org")));
  EXPECT_THAT(mailboxes("<888-555-0123>"), ElementsAre(Pair("888-555-0123", "888-555-0123")));
  EXPECT_THAT(mailboxes("Team: a@example.org, B <b@example.org>;"),
              ElementsAre(Pair("Team: a@example.org", ""), Pair("B", "b@example.org")));
  EXPECT_THAT(mailboxes("\"open <a@example.org>, B <b@example.org>"),
              ElementsAre(Pair("open", "a@example.org"), Pair("B", "b@example.org")));
  EXPECT_THAT(mailboxes(",,; ,"), IsEmpty());
}

TEST(Mailboxes, ManyOpenBracketsCostNoSquare) {
  std::string raw;
  for (int i = 0; i < 100'000; ++i) raw += "(<\",";
  DefectSet defects;
  EXPECT_FALSE(parse_mailboxes(raw, defects).empty());
}

}  // namespace
}  // namespace ringfence
