// Phone books: vCard and XML.
#include <gmock/gmock.h>

#include "reputation/feeds/vcard_feed.h"
#include "reputation/feeds/xml_feed.h"
#include "tests/feeds/stage_support.h"

namespace ringfence {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<FeedParser> vcard_feed() { return std::make_unique<VcardFeed>(); }
std::unique_ptr<FeedParser> xml_feed() {
  return std::make_unique<XmlFeed>(FeedColumnNames({}, ListRole::kBlock));
}

std::string card(const std::string& lines) { return "BEGIN:VCARD\r\n" + lines + "END:VCARD\r\n"; }

TEST(VcardFeedTest, Samples) {
  const std::string long_line(kVcardLineBytesMax, '7');
  expect_samples(
      {
          {"", ""},
          {card(""), ""},
          {card("FN:A\r\nTEL;TYPE=WORK,VOICE:+18885550100\r\nTEL:+18885550101\r\n"),
           "3:+18885550100 4:+18885550101"},
          {card("TEL:1\r\n") + "\r\n" + card("TEL:2\r\n"), "2:1 6:2"},
          {"BEGIN:VCARD\nTEL:1\nEND:VCARD", "2:1"},
          {"begin:vcard\ntel;type=cell:1\nend:vcard\n", "2:1"},
          {card("item1.TEL;VALUE=uri:tel:+1-888-555-0100\r\n"), "2:tel:+1-888-555-0100"},
          {card("TEL;TYPE=\"a:b;c\":1\r\n"), "2:1"},
          // Folds: a line end and one space or tab, anywhere.
          {card("TEL;TYPE=work:+1888\r\n 555\r\n\t0100\r\nNOTE:x\r\n"), "2:+18885550100"},
          {card("TE\r\n L:1\r\n"), "2:1"},
          {card("NOTE:x\r\n TEL:9\r\nTEL:1\r\n"), "4:1"},
          {card("TEL:+1 (888) 555\\, 0100\\;1\r\n"), "2:+1 (888) 555, 0100;1"},
          {card("TEL:\r\nTEL\r\nTEL;X\r\n"), "2!no-number 3!no-number 4!no-number"},
          {card("TELEX:1\r\nX-TEL:2\r\nNOTE:TEL:3\r\n"), ""},
          {card("TEL:" + long_line + "\r\nTEL:1\r\n"), "2!too-long 3:1"},
          {card("PHOTO:" + long_line + long_line + "\r\nTEL:1\r\n"), "3:1"},
          {"BEGIN:VCARD\r\nTEL:1\r\n", "2:1 error: it is cut short: its last card does not end"},
          {"BEGIN:VCARD\r\nTEL:1", "2:1 error: it is cut short: its last card does not end"},
      },
      vcard_feed);
}

TEST(VcardFeedTest, AnEndlessLineTakesNoMemory) {
  VcardFeed feed;
  Rows rows;
  ASSERT_TRUE(feed.push("BEGIN:VCARD\nTEL:", rows));
  const std::string block(1 << 20, '7');
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(feed.push(block, rows));
  ASSERT_TRUE(feed.push("\nEND:VCARD\n", rows));
  ASSERT_TRUE(feed.finish(rows));
  ASSERT_EQ(show(rows), "2!too-long");
  EXPECT_LE(rows[0].number.size(), kVcardLineBytesMax);
}

TEST(XmlFeedTest, Samples) {
  const std::string head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
  expect_samples(
      {
          {head + "<phonebooks/>", ""},
          {head + "<phonebooks><contact>\n<number type=\"work\">+18885550100</number>\n"
                  "<number>030 2312*</number></contact></phonebooks>",
           "3:+18885550100 4:030 2312*"},
          {"<a><number> +1888\n555 </number></a>", "1:+1888\n555"},
          {"<a><number>1&amp;2&#51;</number><number><![CDATA[4]]></number></a>", "1:1&23 1:4"},
          {"<a><number></number><number/></a>", "1!no-number 1!no-number"},
          // Other makers' books.
          {"<AddressBook><Contact><Phone "
           "type=\"Work\"><phonenumber>1</phonenumber></Phone></Contact>"
           "</AddressBook>",
           "1:1"},
          {"<IPPhoneDirectory><DirectoryEntry><Name>A</Name><Telephone>1</Telephone><Telephone>2"
           "</Telephone></DirectoryEntry></IPPhoneDirectory>",
           "1:1 1:2"},
          {"<p:book xmlns:p=\"urn:x\"><p:Number>1</p:Number></p:book>", "1:1"},
          {"<a><number>" + std::string(kXmlNumberBytesMax + 1, '7') +
               "</number><number>1</number></a>",
           "1!too-long 1:1"},
          {"<?xml version=\"1.0\" "
           "encoding=\"iso-8859-1\"?><a><name>\xfc</name><number>1</number></a>",
           "1:1"},
          {"<a><number>1</number></b>",
           "1:1 error: line 1: it is not well-formed XML: mismatched tag"},
          {"<a><number>1</number>",
           "1:1 error: line 1: it is not well-formed XML: no element found"},
          {"", "error: line 1: it is not well-formed XML: no element found"},
          // Entities: neither the file's own nor another's.
          {"<!DOCTYPE a [<!ENTITY x \"1\">]><a><number>&x;</number></a>",
           "error: line 1: it declares entities, which no phone book needs"},
          {"<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a><number>&x;</number></a>",
           "error: line 1: it declares entities, which no phone book needs"},
          {"<!DOCTYPE a SYSTEM \"http://192.0.2.1/x.dtd\"><a><number>1</number></a>", "1:1"},
          {"<!DOCTYPE a SYSTEM \"http://192.0.2.1/x.dtd\"><a><number>&x;1</number></a>", "1:1"},
      },
      xml_feed);
}

TEST(XmlFeedTest, Bounds) {
  std::string deep;
  for (int i = 0; i <= kXmlDepthMax; ++i) deep += "<a>";
  EXPECT_THAT(show(run_stage(xml_feed, {deep})), HasSubstr("nested too deep"));
  const std::string name = "<a x=\"" + std::string(3 * kXmlTokenBytesMax, 'y');
  EXPECT_THAT(show(run_stage(xml_feed, {name})), HasSubstr("too long"));
  // Long text is no token.
  const std::string text = "<a>" + std::string(3 * kXmlTokenBytesMax, 'y') + "</a>";
  EXPECT_EQ(show(run_stage(xml_feed, {text})), "");
}

TEST(XmlFeedTest, AnEntityBombIsRefused) {
  std::string bomb = "<!DOCTYPE a [<!ENTITY l0 \"lol\">";
  for (int i = 1; i < 10; ++i) {
    bomb += "<!ENTITY l" + std::to_string(i) + " \"";
    for (int n = 0; n < 10; ++n) bomb += "&l" + std::to_string(i - 1) + ";";
    bomb += "\">";
  }
  bomb += "]><a><number>&l9;</number></a>";
  EXPECT_THAT(show(run_stage(xml_feed, {bomb})), HasSubstr("declares entities"));
}

}  // namespace
}  // namespace ringfence
