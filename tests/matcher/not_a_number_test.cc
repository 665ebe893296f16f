#include "matcher/not_a_number.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "matcher/identifiers.h"
#include "tests/support/read_text.h"

namespace ringfence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Rejected {
  const char* text;
  const char* reason;
};

/// Every reason is here at least once.
const Rejected kRejected[] = {
    {"Rate us 1 2 3 4 5 6 7 8 9 10.", "counting"},
    {"call it 2147483647 at most", "integer"},
    {"DL 307.695 196.2 S(g.)", "decimal"},
    {"421.874 335.391 Td", "decimal"},
    {"-0.54 0.49271-0.06606 c", "decimal"},
    {"30 ... 1 0] [ 63 62 ... 33", "too-few-digits"},
    {"x = 8005550142ull;", "integer"},
    {"415/5550142+617/5550199/8885550122AbCd2125550142==", "base64"},
    {"int64_t(+8615841276005LL)", "integer"},
    {"12167  9.0.0632  calling a function", "version"},
    {"prod is at 2125550142 rows", "unit"},
    {"48 C.F.R. 252.227-7014", "law"},
    {"failed tests: 571 612 1056", "id-label"},
    {"tel 555-01", "too-few-digits"},
    {"seen 2024-05-17 10:30:00 by", "date"},
    {"seen 17/05/2024 10:30 by", "date"},
    {"seen 17.05.2024 10:30 by", "date"},
    {"seen 5/17/24, 10:30:15 by", "date"},
    {"from 12/05/2024 - 14/05/2024", "date"},
    {"stamp 20240517103000 end", "date"},
    {"stamp 20240517 10:30:00 end", "date"},
    {"Sep 12 12:04:13.785852 check", "time"},
    {"at 12:11:40 +0300 (EEST)", "time"},
    {"$212-555-0123", "price"},
    {"212-555-0123$", "price"},
    {"\u20AC 2125550123", "price"},
    {"\u00A3212-555-0123", "price"},
    {"212-555-0123%", "percentage"},
    {"IBAN DE89 3704 0044 0532 0130 00", "iban"},
    {"GB29NWBK60161331926819", "iban"},
    {"Visa 4111 1111 1111 1111", "card-number"},
    {"4111111111111111", "card-number"},
    {"paid by 5500-0000-0000-0004", "card-number"},
    {"parcel 12345678901234567890", "long-run"},
    {"ISBN 978-0-596-00317-4", "isbn"},
    {"0-596-00317-X in print", "isbn"},
    {"9780596003173", "isbn"},
    {"from 192.168.100.123 port", "ip-address"},
    {"user2125550123@example.com", "mail-address"},
    {"<20240517.2125550123@mx.example.org>", "mail-address"},
    {"https://example.com/view/2125550123?a=b", "url"},
    {"www.example.com/2125550123", "url"},
    {"?item=2125550123", "query"},
    {"a/2125550123/b", "path"},
    {"see 212-555-0123.html", "file-name"},
    {"id 550e8400-e29b-41d4-a716-446655440000", "hex"},
    {"commit d41d8cd98f00b204e9800998ecf8427e", "hex"},
    {"UPS 1Z 999 AA1 01 2345 6784", "tracking-number"},
    {"serial QX212ZZ5550123", "mixed-id"},
    {"INV2125550123", "id-label"},
    {"ABC2125550123", "mixed-id"},
    {"x_2125550123", "mixed-id"},
    {"Order #2125550123 shipped", "id-label"},
    {"Ticket 212-555-0123 closed", "id-label"},
    {"paid 2125550123px wide", "unit"},
    {"at 40.7127761, -74.0059741", "decimal"},
    {"p = 0.999632042904", "decimal"},
    {"34191.79001 01043.510047 91020.150008 5 91230000012345", "boleto"},
    {"CPF 123.456.789-09", "tax-id"},
    {"34.895.492/0001-42 matriz; 60.746.948.0001-12", "tax-id"},
    {"arc 1.3.6.1.4.1.11129 of", "object-id"},
    {"Portland, OR 97225-2668", "zip-code"},
    {"{2125550123}", "code"},
    {"5 1 7 168 3574 06317 282571 7 2020434 5676 4424815517", "table"},
    {"left 2125550123 there", "no-context"},
    {"left 2125550123Xx there", "glued"},
    {"call 123-456-7890", "not-possible"},
    {"call 983 5550123456", "not-possible"},
    {"so 983 555 0123", "not-valid"},
    {"the agent has said that 9002309. 158 then", "odd-grouping"},
    {"x 212-555-0123-98-76 y", "part-of-longer"},
};

std::string first_reason(std::string_view text) {
  const auto readings = read_text(text);
  for (const Reading& r : readings) {
    if (r.number) return "number " + r.number->to_string();
  }
  return readings.empty() ? "nothing" : std::string(readings.front().reason);
}

TEST(NotANumber, SaysWhy) {
  for (const Rejected& row : kRejected) EXPECT_EQ(first_reason(row.text), row.reason) << row.text;
}

/// Honest text without a telephone number, as lines of a mail.
const char* const kHonest[] = {
    "Order #8885550123 has shipped",
    "Order No. 46186222677 5985-BJ-3973 has been delivered",
    "Your order number is 888-555-0123-77",
    "Invoice INV-8885550123 is due",
    "Invoice number: 2025550143",
    "Ticket 4155550187 was closed",
    "Case # 2125550123 opened",
    "Tracking number 9400 1000 0000 0000 0000 00",
    "FedEx tracking 7712 3456 7890",
    "Your parcel 1234567890 is on its way",
    "Sendungsnummer: 00340434161094042557",
    "Amazon order 114-1234567-1234567",
    "Transaction ID: 4155550123",
    "Transaction ID 8AB12345CD678901E",
    "Txn 2125550199 of $399.99",
    "Account number 4155550123",
    "Konto 1234567890 BLZ 10050000",
    "IBAN: FR14 2004 1010 0505 0001 3M02 606",
    "Amex 3782 822463 10005",
    "USt-IdNr.: DE 814 324 152",
    "TVA FR 12 345 678 901",
    "BTW: BE 0400.778.165",
    "CNPJ 34.895.492/0001-42",
    "EIN 12-3456789",
    "SSN 123-45-6789",
    "ABN 53 004 085 616",
    "ISSN 1234-5678",
    "Date: Thu, 25 Jul 2002 12:11:40 +0300",
    "DTSTART:20251031T032713Z",
    "timestamp 1715941800123",
    "1715941800",
    "10.0.0.1:8080",
    "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
    "index 8f3a9d2..4155550 100644",
    "http://cgi.example.com/ws/dll?ViewItem&item=2057697313",
    "bounce-4155550123@list.example.com",
    "IMG_4155550123.jpg",
    "report-2125550123.pdf",
    "Total 4,155,550,123 and 1,234,567.89 more",
    "USD 4155550123",
    "12.345.678,90 EUR",
    "version 10.0.19041.1234567",
    "Build 19041.4155550",
    "color: #41555501;",
    "Meeting ID: 881 2345 6789 Passcode: 123456",
    "PIN 415555",
    "Your code is 2548623521",
    "enter this code: 2548623521 5865421 Verification code",
    "  15113     4797    10316    0.32",
    "4000-6000 words long",
    "pages 207-208 (1978)",
    "port-216-3073879-ds200.devices",
    "--==_Exmh_16073047980--",
    "Routing number: 026003269",
    "Account number: 012-879-6-034422-0",
    "X-OWNERAPPTID:1276982354",
    "Registered in England no. 01234567",
    "Reg. No. 1995/006077/07",
    "Customer no: 4155550123",
    "Kundennummer: 4155550123",
    "Booking reference 4155550123",
    "Token Id- #69498-6720",
    "Sale Receipt #10892725157",
    "Billing ID: 1820953715",
    "bitcoin 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "SGVsbG8gNDE1NTU1MDEyMyB3b3JsZA==",
    "571 612 1056 1320 are failed tests",
    "12 34 56 78 90 12 34",
    "RFC 5322 and RFC 2045-2049",
    "2147483647 and 4294967295",
    "1.3.6.1.4.1.11129",
    "(0)(0)(1)(0)(0)(1)(1)(0)(0)(0)(0)",
    "x = 3 + 63) / 368640",
    "swaks (0.0+20061116.0-2)",
    "lines 100-200, 300-4000",
    "open 0900 1730 weekdays",
    "Hours: 8.00 - 18.00, 9.00 - 13.00",
    "2019-2023 2024-2025",
    "GTIN 04012345678901",
    "DFARS 252.227-7013",
    "12-345-6789",
    "One of the two, three at most, four or five, six to eight",
    "Call before 12/31/2024",
    "phone us before 10.10.2024 10:00",
    "Section 800-171 and 800-53",
};

TEST(NotANumber, HonestTextHasNone) {
  const std::vector<std::vector<std::string>> regions = {
      {"US"}, {"DE"}, {"GB"}, {"FR"}, {"BR"}, {"IN"}, {"US", "DE", "ES"}};
  for (const char* text : kHonest) {
    const std::string mail = "Hello,\nplease see below.\n" + std::string(text) + "\nThank you.\n";
    for (const auto& r : regions) {
      EXPECT_THAT(numbers_in(mail, r), IsEmpty()) << text << " in " << r.front();
    }
  }
}

/// The same digits, told apart by what stands around.
TEST(NotANumber, ContextDecidesTheDoubtful) {
  const struct {
    const char* before;
    bool is_number;
    const char* after;
  } table[] = {
      {"Call ", true, ""},
      {"Tel.: ", true, ""},
      {"WhatsApp ", true, " any time"},
      {"Rufen Sie uns an unter ", true, ""},
      {"Telefonnummer ", true, ""},
      {"ligue para ", true, ""},
      {"\u260E ", true, ""},
      {"\U0001F4DE", true, ""},
      {"\u0422\u0435\u043B\u0435\u0444\u043E\u043D: ", true, ""},
      {"\u7535\u8BDD\uFF1A", true, ""},
      {"our customer support ", true, ""},
      {"", true, " (fax)"},
      {"T: ", true, ""},
      {"(v) ", true, ""},
      {"Order ", false, ""},
      {"to call about order ", false, ""},
      {"order by phone: ", true, ""},
      {"The figure ", false, " was found"},
      {"", false, " Fax: 212-555-0124"},
      {"id=", false, ""},
      {"#", false, ""},
      {"phone #", true, ""},
      {"phonecode ", false, ""},
      {"have paid, call ", true, ""},
      {"call customerId ", false, ""},
  };
  for (const auto& row : table) {
    const std::string text =
        "we say: " + std::string(row.before) + "2125550123" + row.after + " ok";
    bool found = false;
    for (const std::string& n : numbers_in(text)) found |= n == "+12125550123";
    EXPECT_EQ(found, row.is_number) << text;
  }
}

TEST(NotANumber, PlacesDecideToo) {
  EXPECT_THAT(numbers_in("2125550123", {"US"}, Place::kHref), ElementsAre("+12125550123"));
  EXPECT_THAT(numbers_in("scan 2125550123.pdf", {"US"}, Place::kFilename), IsEmpty());
  EXPECT_THAT(numbers_in("x 8 8 8 5 5 5 0 1 2 3 y", {"US"}, Place::kHtmlHidden), IsEmpty());
  EXPECT_THAT(numbers_in("call +1 888 555 0123", {"US"}, Place::kHtmlHidden),
              ElementsAre("+18885550123"));
}

TEST(NotANumber, LuhnChecks) {
  EXPECT_TRUE(has_luhn_check("4111111111111111"));
  EXPECT_TRUE(has_luhn_check("378282246310005"));
  EXPECT_FALSE(has_luhn_check("4111111111111112"));
  EXPECT_FALSE(has_luhn_check("0"));
  EXPECT_FALSE(has_luhn_check(""));
}

}  // namespace
}  // namespace ringfence
