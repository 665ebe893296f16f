// What mail programs read in different ways must be read in each: one mail a way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/message/reading.h"

namespace ringfence {
namespace {

using test::read_mail;
using test::Reading;
using testing::Contains;
using testing::HasSubstr;

std::string all_text(const Reading& reading) {
  std::string out;
  for (const test::Stream& stream : reading.streams) out += stream.text + "\n--\n";
  return out;
}

TEST(Disagreement, ACarriageReturnMayEndALine) {
  const std::string mail =
      "From: a@example.org\rSubject: =?utf-8?Q?call_888-555-0110?=\r"
      "Content-Type: multipart/mixed; boundary=b\r\r--b\rContent-Transfer-Encoding: base64\r\r"
      "Y2FsbCA4ODgtNTU1LTAxMTE=\r--b--\r";
  const Reading reading = read_mail(mail);
  EXPECT_EQ(reading.texts(Place::kSubject), std::vector<std::string>{"call 888-555-0110"});
  EXPECT_THAT(reading.texts(Place::kPlain), Contains("call 888-555-0111"));
  EXPECT_TRUE(reading.facts.defects.contains(Defect::kBareLf));
  test::expect_every_split(mail);
}

TEST(Disagreement, ACarriageReturnMayEndNoLine) {
  const std::string mail =
      "From: a@example.org\r\nX-A: b\rSubject: 888-555-0110\r\n"
      "Content-Type: text/plain\rX: y\r\n\r\ncall\r--b 888-555-0111\r\n";
  const Reading reading = read_mail(mail);
  EXPECT_EQ(reading.texts(Place::kSubject), std::vector<std::string>{"888-555-0110"});
  EXPECT_THAT(all_text(reading), HasSubstr("call\r--b 888-555-0111"));
  test::expect_every_split(mail);
}

/// CR CR LF: an empty line behind each line, or not.
TEST(Disagreement, TwoCarriageReturns) {
  const std::string mail =
      "From: a@example.org\r\r\nSubject: =?utf-8?Q?888-555-0110?=\r\r\n"
      "Content-Transfer-Encoding: base64\r\r\n\r\r\nY2FsbCA4ODgtNTU1LTAxMTE=\r\r\n";
  const std::string text = all_text(read_mail(mail));
  EXPECT_THAT(text, HasSubstr("888-555-0110"));
  EXPECT_THAT(text, HasSubstr("call 888-555-0111"));
  EXPECT_THAT(text, HasSubstr("Subject: =?utf-8?Q?888-555-0110?="));  // of the body
  test::expect_every_split(mail);
}

/// Messages within messages, each with such line ends and read twice: no more than a few times.
TEST(Disagreement, SecondReadingsAreBounded) {
  std::string mail = "Subject: x\r\r\n\r\r\n888-555-0110\r\r\n";
  for (int i = 0; i < 12; ++i) {
    mail =
        "Subject: x\r\r\nContent-Type: message/rfc822\r\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\r\n\r\r\n" +
        mail;
  }
  EXPECT_LT(read_mail(mail).streams.size(), 400u);
  EXPECT_THAT(all_text(read_mail(mail)), HasSubstr("888-555-0110"));
}

TEST(Disagreement, PaddingWithinBase64) {
  // "call 888-555-0110 now" with '=' put in, which is not there to some, a zero to others.
  for (const std::string_view body :
       {"Y2FsbCA4ODgtNTU=1LTAxMTAgbm93\r\n", "Y2FsbCA4ODgtNTU1L=TAxMTAgbm93\r\n",
        "Y2FsbCA4ODg==tNTU1LTAxMTAgbm93\r\n", "Y2FsbC=\r\nA4ODgtNTU1LTAxMTAgbm93\r\n"}) {
    const std::string mail = "Content-Transfer-Encoding: base64\r\n\r\n" + std::string(body);
    EXPECT_THAT(all_text(read_mail(mail)), HasSubstr("888-555-0110")) << body;
    test::expect_every_split(mail);
  }
  const std::string zero =
      "Content-Transfer-Encoding: base64\r\n\r\nY2FsbC=4ODgtNTU1LTAxMTAgbm93\r\n";
  EXPECT_THAT(all_text(read_mail(zero)), HasSubstr("888-555-0110"));
}

/// A footer behind base64 is shown as it stands; what it would decode to is no text.
TEST(Disagreement, AFooterBehindBase64IsNoSecondText) {
  const Reading reading = read_mail(
      "Content-Transfer-Encoding: base64\r\n\r\nQ2FsbCArMSA4ODgtNTU1LTAxMTA=\r\n"
      "____________\r\nmailing list\r\nlist@example.org\r\n");
  EXPECT_EQ(reading.streams.size(), 2u);
}

TEST(Disagreement, ALineOfDigitsIsBase64AndANumber) {
  for (const std::string_view line : {"18885550110", "1 888 5550110", "18885550110 ="}) {
    for (const std::string_view encoding : {"base64", "x-uuencode"}) {
      const std::string mail = "Content-Transfer-Encoding: " + std::string(encoding) +
                               "\r\n\r\nQQ==\r\n" + std::string(line) + "\r\n";
      EXPECT_THAT(all_text(read_mail(mail)), HasSubstr(line)) << encoding;
      EXPECT_THAT(all_text(read_mail(mail.substr(0, mail.size() - 2))), HasSubstr(line));
      test::expect_every_split(mail);
    }
  }
  EXPECT_EQ(read_mail("Content-Transfer-Encoding: base64\r\n\r\nY2FsbA==\r\n").streams.size(), 1u);
}

TEST(Disagreement, AMultipartMayBeginWithoutAnEmptyLine) {
  const std::string mail =
      "Content-Type: multipart/mixed; boundary=b\r\n--b\r\nContent-Transfer-Encoding: base64\r\n"
      "\r\nY2FsbCA4ODgtNTU1LTAxMTE=\r\n--b--\r\n";
  const Reading reading = read_mail(mail);
  EXPECT_THAT(reading.texts(Place::kPlain), Contains("call 888-555-0111"));
  EXPECT_TRUE(reading.facts.defects.contains(Defect::kMissingHeaderEnd));
  test::expect_every_split(mail);
}

TEST(Disagreement, WhatABoundaryMayBe) {
  for (const std::string_view type : {"boundary=b (comment)", "boundary=\"\\b\""}) {
    const std::string mail = "Content-Type: multipart/mixed; " + std::string(type) +
                             "\r\n\r\n--b\r\nMIME-Version: 1.0\r\n"
                             "Content-Transfer-Encoding: base64\r\n\r\n"
                             "Y2FsbCA4ODgtNTU1LTAxMTE=\r\n--b--\r\n";
    EXPECT_THAT(read_mail(mail).texts(Place::kPlain), Contains("call 888-555-0111")) << type;
  }
}

/// An attached message that says it is quoted-printable is undone by some programs only.
TEST(Disagreement, EncodedMessagesAreReadAsTheyStandToo) {
  const std::string mail =
      "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
      "Subject: =?utf-8?B?Y2FsbCA4ODgtNTU1LTAxMTE=?=\r\nX: y\r\n\r\nhi\r\n";
  EXPECT_THAT(read_mail(mail).texts(Place::kSubject), Contains("call 888-555-0111"));
  test::expect_every_split(mail);
}

}  // namespace
}  // namespace ringfence
