#include "message/html_links.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"

namespace ringfence {
namespace {

TEST(HtmlCallTarget, GivesTheNumberOfCallLinks) {
  const struct {
    const char* value;
    const char* number;
  } cases[] = {
      {"tel:+18885550123", "+18885550123"},
      {"TEL:1-888-555-0123", "1-888-555-0123"},
      {"tel:+1%20(888)%20555%2D0123", "+1 (888) 555-0123"},
      {"tel://+18885550123", "+18885550123"},
      {"tel:1-800-FLOWERS", "1-800-FLOWERS"},
      {"tel:+18885550123;ext=42", "+18885550123"},
      {"tel:8885550123?call", "8885550123"},
      {"tel:8885550123#1", "8885550123"},
      {" \n tel:8885550123 ", "8885550123"},
      {"t\tel:888\r\n5550123", "8885550123"},
      {"tel:%d9%a1%FF%zz", "\xD9\xA1\xEF\xBF\xBD%zz"},
      {"tel:", ""},
      {"callto:+18885550123", "+18885550123"},
      {"sms:+18885550123&body=hi", "+18885550123"},
      {"sms:+18885550123,+18885550124?body=hi", "+18885550123,+18885550124"},
      {"smsto:18885550123", "18885550123"},
      {"skype:+18885550123?call", "+18885550123"},
      {"skype:some.body?chat", ""},
      {"facetime-audio:8885550123", "8885550123"},
      {"facetime:me@example.com", ""},
      {"whatsapp://send?text=a&phone=18885550123", "+18885550123"},
      {"viber://chat?number=%2B18885550123", "+18885550123"},
      {"https://wa.me/18885550123", "+18885550123"},
      {"https://wa.me/18885550123?text=hi", "+18885550123"},
      {"https://wa.me/message/ABCDEF", ""},
      {"https://api.whatsapp.com/send?phone=18885550123&text=a", "+18885550123"},
      {"https://api.whatsapp.com/send/?text=a&phone=%2B18885550123", "+18885550123"},
      {"http://web.whatsapp.com/send?text=a", ""},
      {"https://signal.me/#p/+18885550123", "+18885550123"},
      {"https://t.me/+18885550123", "+18885550123"},
      {"https://t.me/+AbC123", ""},
      {"https://example.com/r?u=tel%3A%2B18885550123&x=99", "+18885550123"},
      {"https://example.com/r?u=tel:+1-888-555-0123", "+1-888-555-0123"},
      {"https://example.com/hotel:5550123", ""},
      {"https://tel:99999@example.com/", "99999"},
      {"location.href='tel:8885550123'; return 7", "8885550123"},
      {"0;url=tel:8885550123", "8885550123"},
      {"https://example.com/18885550123", ""},
      {"x:tel:tel:tel:tel:8885550123", "8885550123"},
      {"mailto:tel:8885550123@example.com", ""},
      {"cid:8885550123", ""},
      {"data:text/plain,tel:8885550123", ""},
      {"8885550123", ""},
      {"tel", ""},
      {"", ""},
      {"%", ""},
      {":", ""},
  };
  for (const auto& one : cases) EXPECT_EQ(html_call_target(one.value), one.number) << one.value;
}

TEST(HtmlCallTarget, IsBounded) {
  const std::string target = html_call_target("tel:" + std::string(100'000, '5'));
  EXPECT_EQ(target, std::string(256, '5'));
  EXPECT_EQ(html_call_target("https://example.com/" + std::string(100'000, 't')), "");
}

}  // namespace
}  // namespace ringfence
