// The structure of messages: what each part is, and which text belongs to it.
#include "message/mime_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/message/reading.h"

namespace ringfence {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Writes what the parser says as lines: "type: body", "preamble: body", "raw: body", "stray: text".
class Recorder final : public MimeHandler {
 public:
  void on_field(bool is_message, std::string_view name, std::string_view value) override {
    fields.push_back((is_message ? "message " : "part ") + std::string(name) + "=" +
                     std::string(value));
  }
  void on_header_end(const PartHeader&) override {}
  void on_body_begin(BodyKind kind, const PartHeader& header) override {
    EXPECT_FALSE(open);
    open = true;
    line = kind == BodyKind::kPreamble ? "preamble"
           : kind == BodyKind::kRaw    ? "raw"
                                       : header.type.type + "/" + header.type.subtype;
    line += ": ";
    any = kind == BodyKind::kLeaf;
  }
  void on_body(std::string_view bytes) override {
    EXPECT_TRUE(open);
    line += bytes;
    any = any || !bytes.empty();
  }
  void on_body_end() override {
    EXPECT_TRUE(open);
    open = false;
    if (any) lines.push_back(line);
  }
  void on_stray(std::string_view text) override { lines.push_back("stray: " + std::string(text)); }

  bool open = false;
  bool any = false;
  std::string line;
  std::vector<std::string> lines, fields;
};

struct Result {
  std::vector<std::string> lines, fields;
  MimeTally tally;
};

Result parse_cut(std::string_view mail, const std::vector<std::size_t>& cuts,
                 const MessageOptions& options) {
  Result out;
  Recorder recorder;
  MimeParser parser(options, out.tally, recorder);
  std::size_t begin = 0;
  for (const std::size_t cut : cuts) {
    parser.push(mail.substr(begin, cut - begin));
    begin = cut;
  }
  parser.push(mail.substr(begin));
  parser.finish();
  EXPECT_FALSE(recorder.open);
  out.lines = recorder.lines;
  out.fields = recorder.fields;
  return out;
}

std::string with_crlf(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? "\r\n" : std::string(1, c);
  return out;
}

// Parses whole, checks every cut, and LF against CRLF line ends.
Result parse(std::string_view mail, const MessageOptions& options = {}) {
  const Result whole = parse_cut(mail, {}, options);
  const auto same = [&](const Result& other, const std::string& how) {
    EXPECT_EQ(other.lines, whole.lines) << how;
    EXPECT_EQ(other.fields, whole.fields) << how;
    EXPECT_EQ(other.tally.defects, whole.tally.defects) << how;
    EXPECT_EQ(other.tally.limits, whole.tally.limits) << how;
    EXPECT_EQ(other.tally.parts, whole.tally.parts) << how;
  };
  for (std::size_t cut = 1; cut < mail.size(); ++cut) {
    same(parse_cut(mail, {cut}, options), "cut at " + std::to_string(cut));
  }
  for (const std::size_t step : {1, 2, 5}) {
    same(parse_cut(mail, test::cuts_every(step, mail.size()), options),
         "by " + std::to_string(step));
  }
  if (mail.find('\r') == std::string_view::npos) {
    const std::string crlf = with_crlf(mail);
    Result other = parse_cut(crlf, test::cuts_every(1, crlf.size()), options);
    for (std::string& line : other.lines) std::erase(line, '\r');
    same(other, "with CRLF");
  }
  return whole;
}

TEST(MimeParser, NoHeaderNoBody) {
  EXPECT_THAT(parse("").lines, ElementsAre("text/plain: "));
  EXPECT_THAT(parse("Subject: x\n").lines, ElementsAre("text/plain: "));
  EXPECT_THAT(parse("Subject: x\n\n").lines, ElementsAre("text/plain: "));
  EXPECT_THAT(parse("Subject: x").fields, ElementsAre("message Subject=x"));
}

TEST(MimeParser, FieldsAreUnfolded) {
  const Result result = parse("Subject: one\n two\n\tthree\nX : y\n\nbody\n");
  EXPECT_THAT(result.fields, ElementsAre("message Subject=one two\tthree", "message X=y"));
  EXPECT_THAT(result.lines, ElementsAre("text/plain: body\n"));
  EXPECT_TRUE(result.tally.defects.empty());
}

TEST(MimeParser, NestedMultiparts) {
  const Result result = parse(
      "Content-Type: multipart/mixed; boundary=out\n\npre\n--out\nContent-Type: "
      "multipart/alternative; boundary=\"in\"\n\n--in\n\none\n--in\nContent-Type: "
      "text/html\n\n<b>two\n--in--\n--out\nContent-Type: a/b\n\nthree\n\n--out--\nepi\nlogue");
  EXPECT_THAT(result.lines, ElementsAre("preamble: pre", "text/plain: one", "text/html: <b>two",
                                        "a/b: three\n", "raw: epi\nlogue"));
  EXPECT_TRUE(result.tally.defects.empty());
  EXPECT_EQ(result.tally.parts, 5);
}

TEST(MimeParser, BoundaryLines) {
  const auto body = [](std::string_view boundary_line) {
    return parse("Content-Type: multipart/mixed; boundary=\"abcdefgh\"\n\n" +
                 std::string(boundary_line) + "\n\none\n--abcdefgh--\n");
  };
  EXPECT_THAT(body("--abcdefgh").lines, ElementsAre("text/plain: one"));
  EXPECT_THAT(body("--abcdefgh  \t").lines, ElementsAre("text/plain: one"));
  EXPECT_THAT(body("--abcdefgh junk").lines, ElementsAre("text/plain: one"));
  EXPECT_THAT(body("--abcdefghi").lines, ElementsAre("preamble: --abcdefghi\n\none"));
  EXPECT_THAT(body("--abcdefgh-").lines, ElementsAre("preamble: --abcdefgh-\n\none"));
  EXPECT_THAT(body("-abcdefgh").lines, ElementsAre("preamble: -abcdefgh\n\none"));
  EXPECT_THAT(body("- --abcdefgh").lines, ElementsAre("preamble: - --abcdefgh\n\none"));
  EXPECT_THAT(body(" --abcdefgh").lines, ElementsAre("preamble:  --abcdefgh\n\none"));
  EXPECT_THAT(body("-").lines, ElementsAre("preamble: -\n\none"));
  EXPECT_THAT(body("--").lines, ElementsAre("preamble: --\n\none"));
  EXPECT_THAT(body("--ABCDEFGH").lines, ElementsAre("preamble: --ABCDEFGH\n\none"));
  EXPECT_THAT(body("--abcdefgh" + std::string(600, ' ')).lines,
              ElementsAre("preamble: --abcdefgh" + std::string(600, ' ') + "\n\none"));
}

TEST(MimeParser, ShortBoundariesFillTheirLine) {
  const Result result =
      parse("Content-Type: multipart/mixed; boundary=a\n\n--a\n\n--a quick one\n--ab\n--a--\n");
  EXPECT_THAT(result.lines, ElementsAre("text/plain: --a quick one\n--ab"));
}

TEST(MimeParser, BoundariesWithTrailingSpaces) {
  const Result result = parse(
      "Content-Type: multipart/mixed; boundary=\"b d  \"\n\n--b d  \n\none\n--b d\n\ntwo\n--b d  "
      "--\n");
  EXPECT_THAT(result.lines, ElementsAre("text/plain: one", "text/plain: two"));
  EXPECT_TRUE(result.tally.defects.empty());
}

TEST(MimeParser, OneBoundaryBeginsAnother) {
  for (const auto& [outer, inner] : {std::pair("=_1", "=_10"), std::pair("=_10", "=_1")}) {
    const std::string o = outer, i = inner;
    const Result result = parse("Content-Type: multipart/mixed; boundary=\"" + o + "\"\n\n--" + o +
                                "\nContent-Type: multipart/mixed; boundary=\"" + i + "\"\n\n--" +
                                i + "\n\none\n--" + i + "--\n--" + o + "\n\ntwo\n--" + o + "--\n");
    EXPECT_THAT(result.lines, ElementsAre("text/plain: one", "text/plain: two")) << o << " " << i;
    EXPECT_TRUE(result.tally.defects.empty());
  }
}

TEST(MimeParser, OuterBoundaryEndsInnerParts) {
  const Result result = parse(
      "Content-Type: multipart/mixed; boundary=out\n\n--out\nContent-Type: multipart/mixed; "
      "boundary=in\n\n--in\n\none\n--out\n\ntwo\n--out--\n");
  EXPECT_THAT(result.lines, ElementsAre("text/plain: one", "text/plain: two"));
  EXPECT_EQ(result.tally.defects, DefectSet({Defect::kBoundaryUnclosed}));
}

TEST(MimeParser, BoundaryWithinAHeaderEndsIt) {
  const Result result = parse(
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: "
      "text/html\n--b\n\ntwo\n--b--\n");
  EXPECT_THAT(result.lines, ElementsAre("text/html: ", "text/plain: two"));
}

TEST(MimeParser, BoundaryAtTheVeryEnd) {
  for (const std::string_view end : {"--b--", "--b--\n", "--b"}) {
    const Result result =
        parse("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n" + std::string(end));
    EXPECT_EQ(result.lines.front(), "text/plain: one") << end;
  }
}

TEST(MimeParser, PartsAfterTheClosingBoundaryAreReadBothWays) {
  const Result result = parse(
      "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\nepilogue\n--b\nCall: 1 "
      "888\nContent-Type: text/html\n\ntwo\n");
  EXPECT_THAT(result.lines, ElementsAre("text/plain: one", "raw: epilogue", "stray: Call: 1 888",
                                        "stray: Content-Type: text/html", "text/html: two\n"));
}

TEST(MimeParser, MissingBoundaryIsTakenFromTheBody) {
  const Result result =
      parse("Content-Type: multipart/mixed\n\n--xx\nContent-Type: text/html\n\none\n--xx--\n");
  EXPECT_THAT(result.lines,
              ElementsAre("preamble: --xx", "stray: Content-Type: text/html", "text/html: one"));
  EXPECT_EQ(result.tally.defects, DefectSet({Defect::kBoundaryMissing}));
}

TEST(MimeParser, WrongBoundaryToo) {
  const Result result = parse(
      "Content-Type: multipart/mixed; boundary=yy\n\n-- \nhi\n--xx\ncontent-type: "
      "text/html\n\none\n--yy\n\ntwo\n--yy--\n");
  EXPECT_THAT(result.lines, ElementsAre("preamble: -- \nhi\n--xx", "stray: content-type: text/html",
                                        "text/html: one", "text/plain: two"));
  const Result none = parse("Content-Type: multipart/mixed; boundary=yy\n\n--xx\ncontent\n--zz\n");
  EXPECT_THAT(none.lines, ElementsAre("preamble: --xx\ncontent\n--zz\n"));
  EXPECT_EQ(none.tally.defects, DefectSet({Defect::kBoundaryNotFound}));
}

TEST(MimeParser, AttachedMessages) {
  const Result result = parse(
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n\nFrom: "
      "x\nSubject: inner\nContent-Type: text/html\n\nhi\n--b\nContent-Type: "
      "text/rfc822-headers\n\nSubject: bounced\n--b--\n");
  // An empty line too many ends the header for some; returned headers are shown as they stand.
  EXPECT_THAT(result.lines, ElementsAre("stray: From: x", "stray: Subject: inner",
                                        "stray: Content-Type: text/html", "text/html: hi",
                                        "stray: Subject: bounced", "text/plain: "));
  EXPECT_THAT(result.fields,
              ::testing::IsSupersetOf({"message Subject=inner", "message Subject=bounced",
                                       "part Content-Type=message/rfc822"}));
  EXPECT_TRUE(result.tally.defects.empty());
}

TEST(MimeParser, ManyJunkLinesDoNotEndTheHeader) {
  const Result result = parse("Subject: x\njunk\nmore junk\nContent-Type: text/html\n\nhi\n");
  EXPECT_THAT(result.lines, ElementsAre("stray: junk\nmore junk", "stray: Content-Type: text/html",
                                        "text/html: hi\n"));
}

TEST(MimeParser, OfTwoBoundariesBothCount) {
  for (const std::string_view type :
       {"Content-Type: multipart/mixed; boundary=one; boundary=two\n",
        "Content-Type: multipart/mixed; boundary=one\nContent-Type: multipart/mixed; "
        "boundary=two\n",
        "Content-Type: multipart/mixed; boundary=one; boundary*=us-ascii''two\n"}) {
    for (const std::string_view boundary : {"one", "two"}) {
      const Result result = parse(std::string(type) + "\n--" + std::string(boundary) + "\n\nhi\n");
      EXPECT_THAT(result.lines, ::testing::Contains("text/plain: hi\n")) << type << boundary;
    }
  }
}

TEST(MimeParser, ABoundaryBehindAnAttachedMessagesJunkLosesNothing) {
  const Result result = parse(
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\no 1 "
      "888\n--b--\n");
  EXPECT_THAT(result.lines, ::testing::Contains(::testing::HasSubstr("o 1 888")));
}

TEST(MimeParser, DigestPartsAreMessages) {
  const Result result = parse(
      "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\nhi\n--b\nContent-Type: "
      "text/html\n\nno\n--b--\n");
  EXPECT_THAT(result.lines, ElementsAre("text/plain: hi", "text/html: no"));
  EXPECT_THAT(result.fields, ::testing::Contains("message Subject=one"));
}

TEST(MimeParser, MboxLine) {
  for (const std::string_view from : {"From a@b Mon Jan 1\n", ">From a@b\n"}) {
    const Result result = parse(std::string(from) + "Subject: x\n\nFrom here\n");
    EXPECT_THAT(result.fields, ElementsAre("message Subject=x"));
    EXPECT_THAT(result.lines, ElementsAre("text/plain: From here\n"));
    EXPECT_TRUE(result.tally.defects.empty());
  }
  EXPECT_THAT(parse("From us: 1 888 555 0123\nSubject: x\n\nhi").lines,
              ElementsAre("stray: From us: 1 888 555 0123", "text/plain: hi"));
}

TEST(MimeParser, MissingHeaderEndBeforeABoundary) {
  const std::string head = "Content-Type: multipart/mixed; boundary=b\n\n--b\n";
  EXPECT_TRUE(parse(head + "Content-Type: text/plain\n--b--\n")
                  .tally.defects.contains(Defect::kMissingHeaderEnd));
  EXPECT_TRUE(
      parse(head + "call 1 888\n--b--\n").tally.defects.contains(Defect::kMissingHeaderEnd));
  // A message may be a header alone, a part may have no header.
  EXPECT_TRUE(
      parse(head + "Content-Type: message/rfc822\n\nSubject: x\n--b--\n").tally.defects.empty());
  EXPECT_TRUE(parse(head + "\nhi\n--b--\n").tally.defects.empty());
  EXPECT_TRUE(parse("Subject: x\n").tally.defects.empty());
}

TEST(MimeParser, MissingHeaderEnd) {
  const Result two = parse("Subject: x\nDear customer\ncall us: 1 888\n\nbye\n");
  EXPECT_THAT(two.lines, ElementsAre("text/plain: Dear customer\ncall us: 1 888\n\nbye\n"));
  EXPECT_EQ(two.tally.defects, DefectSet({Defect::kHeaderSyntax, Defect::kMissingHeaderEnd}));
  const Result field_like = parse("Subject: x\nDear customer\nPhone: 1 888\n\nbye\n");
  EXPECT_THAT(field_like.lines, ElementsAre("text/plain: Dear customer\nPhone: 1 888\n\nbye\n"));
  const Result one = parse("Subject: x\nDear customer\n\nbye\n");
  EXPECT_THAT(one.lines, ElementsAre("text/plain: Dear customer\nbye\n"));
  const Result part =
      parse("Content-Type: multipart/mixed; boundary=b\n\n--b\nno header at all\n--b--\n");
  EXPECT_THAT(part.lines, ElementsAre("text/plain: no header at all"));
}

TEST(MimeParser, JunkLineAmongFields) {
  const Result result = parse("Subject: x\njunk 1 888\nContent-Type: text/html\n\nhi\n");
  EXPECT_THAT(result.lines, ElementsAre("stray: junk 1 888", "stray: Content-Type: text/html",
                                        "text/html: hi\n"));
  EXPECT_EQ(result.tally.defects, DefectSet({Defect::kHeaderSyntax}));
  const Result base64 = parse("Content-Transfer-Encoding: base64\njunk 1\n\nKzE=\n");
  EXPECT_THAT(base64.lines, ElementsAre("stray: junk 1", "text/plain: KzE=\n"));
  const Result glued = parse("Content-Transfer-Encoding: base64\nQ2FsbCArMSA4ODgg\n\n");
  EXPECT_THAT(glued.lines, ElementsAre("text/plain: Q2FsbCArMSA4ODgg\n"));
}

TEST(MimeParser, JunkLinesApartFromEachOther) {
  const Result result = parse("junk 1\nSubject: x\njunk 2\nContent-Type: text/html\n\nhi\n");
  EXPECT_THAT(result.lines,
              ::testing::UnorderedElementsAre("stray: junk 1", "stray: Subject: x", "stray: junk 2",
                                              "stray: Content-Type: text/html", "text/html: hi\n"));
}

TEST(MimeParser, EmptyLineBeforeTheHeader) {
  EXPECT_THAT(parse("\n\nSubject: x\n\nhi").fields, ElementsAre("message Subject=x"));
  const Result body = parse("\nDear you\nPhone: 1\n");
  EXPECT_THAT(body.lines, ElementsAre("text/plain: Dear you\nPhone: 1\n"));
  EXPECT_TRUE(body.tally.defects.empty());
}

TEST(MimeParser, WhiteSpaceLineMayEndTheHeader) {
  const Result result = parse("Subject: x\n \nPhone: 1 888\n\nbye\n");
  EXPECT_THAT(result.lines, ElementsAre("text/plain: Phone: 1 888\n\nbye\n"));
}

TEST(MimeParser, OfTwoTypesTheRicherCounts) {
  const Result result = parse(
      "Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\n\npre\n--b\n\none\n");
  EXPECT_THAT(result.lines, ElementsAre("preamble: pre", "text/plain: one\n"));
  EXPECT_EQ(result.tally.defects, DefectSet({Defect::kDuplicateHeader, Defect::kBoundaryUnclosed}));
}

TEST(MimeParser, EncodedContainers) {
  const Result message =
      parse("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdA==\n");
  EXPECT_THAT(message.lines, ElementsAre("message/rfc822: U3ViamVjdA==\n"));
  EXPECT_EQ(message.tally.defects, DefectSet({Defect::kTransferEncodingMultipart}));
}

std::string nested(int depth) {
  std::string mail;
  for (int i = 0; i < depth; ++i) {
    const std::string b = "b" + std::to_string(i);
    mail += "Content-Type: multipart/mixed; boundary=" + b + "\n\n--" + b + "\n";
  }
  return mail + "\ndeepest\n";
}

TEST(MimeParser, DepthIsBounded) {
  MessageOptions options;
  options.part_depth_max = 3;
  const Result within = parse(nested(3), options);
  EXPECT_THAT(within.lines, ElementsAre("text/plain: deepest\n"));
  EXPECT_TRUE(within.tally.limits.empty());
  const Result beyond = parse(nested(4), options);
  EXPECT_THAT(beyond.lines, ElementsAre("raw: --b3\n\ndeepest\n"));
  EXPECT_EQ(beyond.tally.limits, LimitSet({Limit::kPartDepth}));
  const Result messages = parse(
      "Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nContent-Type: "
      "message/rfc822\n\nContent-Type: message/rfc822\n\nSubject: x\n\nhi\n",
      options);
  EXPECT_THAT(messages.lines, ElementsAre("raw: Subject: x\n\nhi\n"));
  EXPECT_EQ(messages.tally.limits, LimitSet({Limit::kPartDepth}));
}

TEST(MimeParser, PartCountIsBounded) {
  MessageOptions options;
  options.part_count_max = 3;
  const Result result = parse(
      "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b\nX: "
      "y\n\nthree\n--b\n\nfour\n--b--\nend",
      options);
  EXPECT_THAT(result.lines, ElementsAre("text/plain: one", "text/plain: two", "raw: X: y\n\nthree",
                                        "raw: \nfour", "raw: end"));
  EXPECT_EQ(result.tally.parts, 3);
  EXPECT_EQ(result.tally.limits, LimitSet({Limit::kPartCount}));
}

TEST(MimeParser, HeaderBytesAreBounded) {
  MessageOptions options;
  options.header_bytes_max = 32;
  const Result line = parse("Subject: " + std::string(100, 'x') + "\nFrom: y\n\nhi", options);
  EXPECT_THAT(line.fields,
              ElementsAre("message Subject=" + std::string(23, 'x'), "message From=y"));
  EXPECT_EQ(line.tally.limits, LimitSet({Limit::kHeaderBytes}));
  const Result folded = parse("Subject: 0123456789\n 0123456789\n 0123456789\n\nhi", options);
  EXPECT_THAT(folded.fields, ElementsAre("message Subject=0123456789 0123456789 0"));
  EXPECT_EQ(folded.tally.limits, LimitSet({Limit::kHeaderBytes}));
}

TEST(MimeParser, HeaderCountIsBoundedButStructureIsRead) {
  MessageOptions options;
  options.header_count_max = 2;
  const Result result = parse("A: 1\nB: 2\nC: 3\nContent-Type: text/html\n\n<b>\n", options);
  EXPECT_THAT(result.fields,
              ElementsAre("message A=1", "message B=2", "message Content-Type=text/html"));
  EXPECT_THAT(result.lines, ElementsAre("text/html: <b>\n"));
  EXPECT_EQ(result.tally.limits, LimitSet({Limit::kHeaderCount}));
}

}  // namespace
}  // namespace ringfence
