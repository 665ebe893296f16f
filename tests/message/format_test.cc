// Text formats: plain, flowed, iCalendar, vCard; and what the first bytes say.
#include "message/text_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "message/leaf_text.h"
#include "message/sniff.h"
#include "tests/message/reading.h"

namespace ringfence {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::string_literals;
using test::Stream;

enum class Kind { kPlain, kFlowed, kFlowedDelSp, kCalendar, kContact };

std::unique_ptr<TextFormat> make(Kind kind, const MessageOptions& options, StreamIds& ids) {
  switch (kind) {
    case Kind::kPlain:
      return std::make_unique<PlainFormat>(Place::kPlain, ids);
    case Kind::kFlowed:
      return std::make_unique<FlowedFormat>(false, ids);
    case Kind::kFlowedDelSp:
      return std::make_unique<FlowedFormat>(true, ids);
    case Kind::kCalendar:
      return std::make_unique<DirectoryFormat>(Place::kCalendar, options, ids);
    case Kind::kContact:
      break;
  }
  return std::make_unique<DirectoryFormat>(Place::kContact, options, ids);
}

std::vector<Stream> run(Kind kind, std::string_view text, const std::vector<std::size_t>& cuts,
                        const MessageOptions& options = {}) {
  StreamIds ids;
  const std::unique_ptr<TextFormat> format = make(kind, options, ids);
  test::StreamCollector collector;
  TextPieces pieces;
  std::size_t begin = 0;
  for (const std::size_t cut : cuts) {
    format->push(text.substr(begin, cut - begin), pieces);
    collector.take(pieces);
    begin = cut;
  }
  format->push(text.substr(begin), pieces);
  format->finish(pieces);
  collector.take(pieces);
  return collector.streams();
}

// The text of the main stream, after checking that every cut gives the same streams.
std::string shown(Kind kind, std::string_view text, const MessageOptions& options = {}) {
  const std::vector<Stream> whole = run(kind, text, {}, options);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    // Pieces hold whole scalars, so cuts within one do not happen to a format.
    if (cut < text.size() && (text[cut] & 0xC0) == 0x80) continue;
    EXPECT_EQ(test::sorted(run(kind, text, {cut}, options)), test::sorted(whole))
        << "cut at " << cut;
  }
  for (const Stream& stream : whole) {
    EXPECT_TRUE(stream.ended);
    if (stream.place != Place::kHref) return stream.text;
  }
  return {};
}

TEST(PlainFormat, DropsQuoteMarks) {
  const std::pair<const char*, const char*> cases[] = {
      {"one line", "one line"},
      {"two\r\nlines\r\n", "two\r\nlines\r\n"},
      {"> call 1 843\r\n> 425-0188\r\n", "call 1 843\r\n425-0188\r\n"},
      {">> deep\n> > deeper\n>>> deepest", "deep\ndeeper\ndeepest"},
      {">\n>no space\n", "\nno space\n"},
      {"a > b\n> c > d", "a > b\nc > d"},
      {" > not a mark", " > not a mark"},
      {"<b>\n>\n", "<b>\n\n"},
      {"\n\n>x", "\n\nx"},
      {">", ""},
      {"", ""},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(shown(Kind::kPlain, text), expected) << text;
}

TEST(FlowedFormat, JoinsSoftBreaks) {
  const std::pair<const char*, const char*> cases[] = {
      {"call 1 843 \r\n425-0188\r\n", "call 1 843 425-0188\n"},
      {"call 1 843 \n425-0188", "call 1 843 425-0188"},
      {"hard\r\nbreak\r\n", "hard\nbreak\n"},
      {"> quoted 1 843 \r\n> 425-0188\r\nmine", "quoted 1 843 425-0188\nmine"},
      {"> one \r\n>> two", "one \ntwo"},
      {">> one \r\n> > two", "one two"},
      {" stuffed\r\n  twice", "stuffed\n twice"},
      {"-- \r\nsignature", "-- \nsignature"},
      {"--- \r\njoined", "--- joined"},
      {"a \r\n\r\nb", "a \nb"},
      {"two  \r\nspaces", "two  spaces"},
      {"a \rb", "a \rb"},
      {"a \r\r\nb", "a b"},
      {"end ", "end"},
      {"", ""},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(shown(Kind::kFlowed, text), expected) << text;
}

TEST(FlowedFormat, DelSpDeletesTheSpaceOfTheBreak) {
  EXPECT_EQ(shown(Kind::kFlowedDelSp, "1-843- \r\n425-0188\r\nend"), "1-843-425-0188\nend");
  EXPECT_EQ(shown(Kind::kFlowedDelSp, "two  \r\nspaces"), "two spaces");
}

TEST(DirectoryFormat, ShowsWhatCalendarsShow) {
  const std::string text =
      "BEGIN:VCALENDAR\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:18885550199\r\n"
      "DTSTART;TZID=\"Zone:1\":20260102T030405Z\r\nSUMMARY:Renewal\\, call\r\n"
      "DESCRIPTION:Line one\\nCall +1 (888) 5\r\n 55-01\r\n\t23\\; now\r\n"
      "LOCATION;ALTREP=\"data:text/html,x:y\":Room 5\r\n"
      "ORGANIZER;CN=\"Desk: 888\";X=1:mailto:desk4711@example.org\r\n"
      "ATTENDEE:mailto:b@example.org\r\n"
      "CONFERENCE;VALUE=URI:tel:+18885550124\r\n"
      "X-ALT-DESC;FMTTYPE=text/html:<b>Bold</b> 1\r\n"
      "X-MICROSOFT-CDO-OWNERAPPTID:1234567890\r\nno colon here\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
  EXPECT_EQ(shown(Kind::kCalendar, text),
            "SUMMARY: Renewal, call\nDESCRIPTION: Line one\nCall +1 (888) 555-0123; now\n"
            "LOCATION: Room 5\nORGANIZER: Desk: 888\nCONFERENCE: tel:+18885550124\n");
  EXPECT_THAT(run(Kind::kCalendar, text, {}),
              ::testing::AllOf(::testing::Contains(Stream{Place::kHref, "tel:+18885550124", true}),
                               ::testing::Contains(Stream{Place::kCalendar, "Bold 1", true})));
}

TEST(DirectoryFormat, ShowsWhatContactsShow) {
  const std::string text =
      "BEGIN:VCARD\nVERSION:2.1\nN:Desk;Help\nitem1.TEL;TYPE=WORK:+1 888 555 0123\n"
      "TEL;VALUE=uri:tel:+1-888-555-0124\nEMAIL:a1234567@example.org\nPHOTO;ENCODING=b:AAAA\n "
      "AAAA\n"
      "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:caf=C3=A9 call=\n +1=20888\n"
      "NOTE;ENCODING=QUOTED-PRINTABLE:joined=\nline\nREV:20260101\nEND:VCARD";
  EXPECT_EQ(shown(Kind::kContact, text),
            "N: Desk Help\nTEL: +1 888 555 0123\nTEL: tel:+1-888-555-0124\n"
            "NOTE: café call=+1 888\nNOTE: joinedline\n");
  EXPECT_THAT(
      run(Kind::kContact, text, {}),
      ::testing::AllOf(::testing::Contains(Stream{Place::kHref, "+1 888 555 0123", true}),
                       ::testing::Contains(Stream{Place::kHref, "tel:+1-888-555-0124", true})));
}

TEST(DirectoryFormat, LongLinesGoOutInPartsAndNothingIsLost) {
  MessageOptions options;
  options.header_bytes_max = 64;
  std::string value;
  for (int i = 0; i < 40; ++i) value += "word" + std::to_string(i) + "é ";
  const std::string text = "DESCRIPTION;LANGUAGE=en:" + value + "\r\nSUMMARY:next\r\n";
  EXPECT_EQ(shown(Kind::kCalendar, text, options), "DESCRIPTION: " + value + "\nSUMMARY: next\n");
  const std::string junk(500, 'x');
  EXPECT_EQ(shown(Kind::kCalendar, junk + "\nSUMMARY:next\n", options), "SUMMARY: next\n");
}

TEST(Sniff, Table) {
  const std::pair<std::string, SniffedKind> cases[] = {
      {"", SniffedKind::kEmpty},
      {"plain words", SniffedKind::kText},
      {"  \r\n<!DOCTYPE html><html>", SniffedKind::kHtml},
      {"<html>", SniffedKind::kHtml},
      {"<p>x", SniffedKind::kHtml},
      {"<pretend", SniffedKind::kText},
      {"<a href=x>", SniffedKind::kHtml},
      {"<?xml version=\"1.0\"?><html xmlns=\"x\">", SniffedKind::kHtml},
      {"<?xml version=\"1.0\"?><plist>", SniffedKind::kText},
      {"\xEF\xBB\xBF<html>", SniffedKind::kHtml},
      {"\xFF\xFE<\0h\0t\0m\0l\0>\0"s, SniffedKind::kHtml},
      {"begin:vcalendar\r\n", SniffedKind::kCalendar},
      {"BEGIN:VCARD\n", SniffedKind::kContact},
      {"-----BEGIN PGP MESSAGE-----", SniffedKind::kPgp},
      {"%PDF-1.7", SniffedKind::kPdf},
      {"{\\rtf1", SniffedKind::kRtf},
      {"PK\x03\x04", SniffedKind::kZip},
      {"\xFF\xD8\xFF\xE0", SniffedKind::kImage},
      {"GIF89a", SniffedKind::kImage},
      {"BM is a car", SniffedKind::kText},
      {"BM\x01\0\0\0"s, SniffedKind::kImage},
      {"\0\0\0\x18"
       "ftypheic"s,
       SniffedKind::kImage},
      {"RIFF....WEBP", SniffedKind::kImage},
      {"\x1F\x8B\x08", SniffedKind::kArchive},
      {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", SniffedKind::kOle},
      {"\x78\x9F\x3E\x22", SniffedKind::kTnef},
      {"\x01\x02\x03\x04 bytes", SniffedKind::kBinary},
      {"\xCF\xF0\xE8\xE2\xE5\xF2", SniffedKind::kText},
  };
  for (const auto& [head, kind] : cases) EXPECT_EQ(sniff(head), kind) << head;
}

TEST(Sniff, HtmlCharset) {
  const std::pair<const char*, const char*> cases[] = {
      {"<meta charset=koi8-r>", "koi8-r"},
      {"<META CHARSET=\"UTF-8\"/>", "utf-8"},
      {"<meta http-equiv='Content-Type' content='text/html; charset=windows-1251'>",
       "windows-1251"},
      {"<meta name=x><meta charset = 'big5' >", "big5"},
      {"<meta name=charset><p charset=x>", ""},
      {"<meta charset", ""},
      {"<p>none", ""},
  };
  for (const auto& [head, label] : cases) EXPECT_EQ(sniff_html_charset(head), label) << head;
}

TEST(TextKind, DeclaredTypeAndBytes) {
  struct Case {
    const char* type;
    std::string head;
    TextKind kind;
  };
  const Case cases[] = {
      {"text/plain", "words", TextKind::kPlain},
      {"text/plain", "<html>shown as it stands", TextKind::kPlain},
      {"text/plain; format=Flowed", "words", TextKind::kFlowed},
      {"text/html", "words", TextKind::kHtml},
      {"application/xhtml+xml", "<html>", TextKind::kHtml},
      {"text/x-anything", "words", TextKind::kPlain},
      {"text/plain", "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n\x01\x02\x03\x04\x05\x06", TextKind::kNone},
      {"text/plain", "%PDF-1.4 call +1 888 555 0123", TextKind::kPlain},
      {"text/plain", "\x89PNG\r\n\x1A\n\0\0\0\x0D"s, TextKind::kNone},
      {"text/plain", "bad bytes \x01\x02\x03\x04 in text", TextKind::kPlain},
      {"text/calendar", "BEGIN:VCALENDAR", TextKind::kCalendar},
      {"application/ics", "BEGIN:VCALENDAR", TextKind::kCalendar},
      {"text/calendar", "not a calendar", TextKind::kPlain},
      {"text/directory", "BEGIN:VCARD", TextKind::kContact},
      {"text/calendar", "BEGIN:VCARD", TextKind::kContact},
      {"text/enriched", "<bold>x</bold>", TextKind::kEnriched},
      {"text/rtf", "{\\rtf1 x}", TextKind::kNone},
      {"text/rtf", "not RTF at all", TextKind::kPlain},
      {"application/octet-stream", "words", TextKind::kPlain},
      {"application/octet-stream", "<html>", TextKind::kHtml},
      {"application/octet-stream", "BEGIN:VCALENDAR", TextKind::kCalendar},
      {"application/octet-stream", "\x01\x02\x03", TextKind::kNone},
      {"application/pdf", "%PDF-1.4 ascii only", TextKind::kNone},
      {"image/jpeg", "words in disguise", TextKind::kPlain},
      {"image/png", "\x89PNG\r\n\x1A\n", TextKind::kNone},
      {"application/pgp-signature", "-----BEGIN PGP SIGNATURE-----", TextKind::kNone},
      {"application/pgp-signature", "call me", TextKind::kPlain},
      {"message/delivery-status", "Status: 5.1.1", TextKind::kPlain},
      {"html", "<html>", TextKind::kHtml},
      {"text/html", "", TextKind::kNone},
  };
  for (const Case& c : cases) {
    DefectSet defects;
    EXPECT_EQ(choose_text_kind(parse_media_type(c.type, defects), sniff(c.head), c.head), c.kind)
        << c.type << " | " << c.head;
  }
}

}  // namespace
}  // namespace ringfence
