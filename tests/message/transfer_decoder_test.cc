#include "message/transfer_decoder.h"

#include <gtest/gtest.h>

#include "tests/message/reading.h"

namespace ringfence {
namespace {

using namespace std::string_literals;

struct Case {
  std::string in, out;
  bool defective = false;
  std::string foreign = {};
};

const std::vector<Case> kBase64 = {
    {"", ""},
    {"KzE=", "+1"},
    {"KzE5", "+19"},
    {"KzE5MA==", "+190"},
    {"KzE5\r\nMA==\r\n", "+190"},
    {"Kz E5\n", "+19", false, "Kz E5\n"},
    {"K\r\nz\nE\n5", "+19"},
    {"KzE", "+1", true},
    {"Kz", "+", true},
    {"K", "", true},
    {"KzE5MA", "+190", true},
    {"=KzE5", "\n+19", true, "=KzE5"},
    {"KzE=KzE5", "+1\n+19", true, "KzE=KzE5"},
    {"KzE=\r\nKzE5\r\n", "+1\n+19", true, "KzE5\r\n"},
    {"Kz*E5\r\nMTIz", "+19123", true, "Kz*E5\r\n"},
    {"KzE5\r\n-- \r\nList footer 1\r\n", "+19", true, "-- \r\nList footer 1\r\n"},
    {"KzE5   \r\nMTIz\t\r\n", "+19123"},
};

TEST(Base64Decoder, Table) {
  for (const Case& c : kBase64) {
    Base64Decoder decoder;
    std::string out;
    decoder.push(c.in, out);
    decoder.finish(out);
    const bool junk_behind = c.in.find("footer") != std::string::npos;
    EXPECT_EQ(junk_behind ? out.substr(0, c.out.size()) : out, c.out) << c.in;
    EXPECT_EQ(decoder.defective(), c.defective) << c.in;
    EXPECT_EQ(decoder.take_foreign(), c.foreign) << c.in;
    EXPECT_EQ(decoder.take_foreign(), "") << "taken twice";
  }
}

TEST(Base64Decoder, EverySplit) {
  for (const Case& c : kBase64) {
    test::expect_every_stage_split([] { return Base64Decoder(); }, c.in);
    for (std::size_t cut = 0; cut <= c.in.size(); ++cut) {
      Base64Decoder decoder;
      std::string out, foreign;
      decoder.push(std::string_view(c.in).substr(0, cut), out);
      foreign += decoder.take_foreign();
      decoder.push(std::string_view(c.in).substr(cut), out);
      foreign += decoder.take_foreign();
      EXPECT_EQ(foreign, c.foreign) << "cut at " << cut << " of " << c.in;
    }
  }
}

TEST(Base64Decoder, LongForeignLinesAreBounded) {
  const std::string in = std::string(4000, 'A') + "*" + std::string(10, 'B') + "\nKzE5";
  for (const std::size_t step : {1u, 7u, 5000u}) {
    Base64Decoder decoder;
    std::string out, foreign;
    for (std::size_t at = 0; at < in.size(); at += step) {
      decoder.push(std::string_view(in).substr(at, step), out);
      foreign += decoder.take_foreign();
    }
    EXPECT_EQ(foreign, std::string(256, 'A') + "*" + std::string(10, 'B') + "\n") << step;
  }
}

const std::vector<Case> kQuotedPrintable = {
    {"", ""},
    {"plain", "plain"},
    {"=2B1 888", "+1 888"},
    {"=2b1", "+1"},
    {"soft=\r\nbreak", "softbreak"},
    {"soft=\nbreak", "softbreak"},
    {"soft=  \t\r\nbreak", "softbreak"},
    {"end=20\r\n", "end \r\n"},
    {"trailing  \r\nspace", "trailing  \r\nspace"},
    {"lone = sign", "lone = sign", true},
    {"lone =", "lone "},
    {"lone =\r", "lone "},
    {"bad =ZZ", "bad =ZZ", true},
    {"bad =4", "bad =4", true},
    {"bad =4Z=41", "bad =4ZA", true},
    {"==41", "=A", true},
    {"===", "==", true},
    {"=\rx", "=\rx", true},
    {"=" + std::string(100, ' ') + "\r\n", "=" + std::string(100, ' ') + "\r\n", true},
    {"a=00b", "a\0b"s},
    {"caf=C3=A9 =E2=82=AC", "café €"},
};

TEST(QuotedPrintableDecoder, Table) {
  for (const Case& c : kQuotedPrintable) {
    QuotedPrintableDecoder decoder;
    std::string out;
    decoder.push(c.in, out);
    decoder.finish(out);
    EXPECT_EQ(out, c.out) << c.in;
    EXPECT_EQ(decoder.defective(), c.defective) << c.in;
  }
}

TEST(QuotedPrintableDecoder, EverySplit) {
  for (const Case& c : kQuotedPrintable) {
    test::expect_every_stage_split([] { return QuotedPrintableDecoder(); }, c.in);
  }
}

const std::vector<Case> kUuencode = {
    {"begin 644 a.txt\n#0V%T\n`\nend\n", "Cat"},
    {"begin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n", "Cat"},
    {"\nbegin 644 a\n,0V%L;\" X.#@@-34U\n`\nend", "Call 888 555"},
    {"begin 644 a\n#0V%T\n", "Cat", true},
    {"no begin here\n", "", true},
    {"begin 644 a\n#0V%T\nend\nbehind it\n", "Cat"},
};

TEST(UuDecoder, TableAndEverySplit) {
  for (const Case& c : kUuencode) {
    UuDecoder decoder;
    std::string out;
    decoder.push(c.in, out);
    decoder.finish(out);
    EXPECT_EQ(out, c.out) << c.in;
    EXPECT_EQ(decoder.defective(), c.defective) << c.in;
    test::expect_every_stage_split([] { return UuDecoder(); }, c.in);
  }
}

TEST(TransferDecoder, IdentityCopiesNothing) {
  TransferDecoder decoder(TransferEncoding::kIdentity);
  std::string buffer = "old";
  const std::string in = "as it is = KzE5";
  EXPECT_EQ(decoder.push(in, buffer).data(), in.data());
  EXPECT_TRUE(decoder.finish(buffer).empty());
  EXPECT_TRUE(decoder.defects().empty());
}

TEST(TransferDecoder, NamesItsDefects) {
  std::string buffer;
  TransferDecoder base64(TransferEncoding::kBase64);
  EXPECT_EQ(base64.push("KzE=*", buffer), "+1");
  EXPECT_EQ(base64.defects(), DefectSet({Defect::kBase64Syntax}));
  TransferDecoder quoted(TransferEncoding::kQuotedPrintable);
  EXPECT_EQ(quoted.push("=xx", buffer), "=xx");
  EXPECT_EQ(quoted.defects(), DefectSet({Defect::kQuotedPrintableSyntax}));
}

}  // namespace
}  // namespace ringfence
