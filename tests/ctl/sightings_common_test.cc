#include "ctl/sightings_common.h"

#include <gtest/gtest.h>

#include "ctl/common.h"

namespace ringfence {
namespace {

constexpr TimePoint kNow{std::chrono::seconds(1'780'000'000)};  // 2026-05-28T20:26:40Z

TEST(Moment, AsPeopleTypeIt) {
  const struct {
    const char* text;
    bool end_of_day;
    const char* expected;  // "" for no time
  } cases[] = {
      {"90s", false, "2026-05-28T20:25:10Z"},
      {"90m", false, "2026-05-28T18:56:40Z"},
      {"24h", false, "2026-05-27T20:26:40Z"},
      {"7d", true, "2026-05-21T20:26:40Z"},
      {"2w", false, "2026-05-14T20:26:40Z"},
      {"0s", false, "2026-05-28T20:26:40Z"},
      {"36000d", false, "1970-01-01T00:00:00Z"},
      {"2026-05-20", false, "2026-05-20T00:00:00Z"},
      {"2026-05-20", true, "2026-05-20T23:59:59Z"},
      {"2024-02-29", false, "2024-02-29T00:00:00Z"},
      {"2026-05-20T13:50", true, "2026-05-20T13:50:00Z"},
      {"2026-05-20 13:50", false, "2026-05-20T13:50:00Z"},
      {"2026-05-20T13:50Z", false, "2026-05-20T13:50:00Z"},
      {"2026-05-20T13:50:16", false, "2026-05-20T13:50:16Z"},
      {"2026-05-20T13:50:16Z", false, "2026-05-20T13:50:16Z"},
      {"", false, ""},
      {"24", false, ""},
      {"h", false, ""},
      {"-1h", false, ""},
      {"1y", false, ""},
      {"1hh", false, ""},
      {"99999999999999999999d", false, ""},
      {"9223372036854775807d", false, ""},
      {"2026-02-29", false, ""},
      {"2026-13-01", false, ""},
      {"1969-12-31", false, ""},
      {"2026-5-20", false, ""},
      {"2026-05-20T", true, "2026-05-20T23:59:59Z"},
      {"2026-05-20T24:00", false, ""},
      {"2026-05-20T13", false, ""},
      {"2026-05-20T13:50:61", false, ""},
      {"2026-05-20T13:50:16Zx", false, ""},
      {"yesterday", false, ""},
  };
  for (const auto& one : cases) {
    const auto time = parse_moment(one.text, kNow, one.end_of_day);
    EXPECT_EQ(time ? iso_time(*time) : "", one.expected) << one.text;
  }
}

TEST(Moment, Windows) {
  EXPECT_FALSE(parse_window("", "", kNow)->since);
  EXPECT_TRUE(parse_window("2026-05-20", "2026-05-20", kNow));
  EXPECT_FALSE(parse_window("2026-05-21", "2026-05-20", kNow));
  EXPECT_FALSE(parse_window("x", "", kNow));
  EXPECT_FALSE(parse_window("", "x", kNow));
  const auto window = parse_window("2h", "1h", kNow);
  ASSERT_TRUE(window);
  EXPECT_TRUE(window->contains(kNow - std::chrono::hours(2)));
  EXPECT_TRUE(window->contains(kNow - std::chrono::hours(1)));
  EXPECT_FALSE(window->contains(kNow));
  EXPECT_FALSE(window->contains(kNow - std::chrono::hours(3)));
}

Sighting mail(std::string action, std::vector<std::string> recipients, std::uint32_t count) {
  Sighting out;
  out.action = std::move(action);
  out.recipients = std::move(recipients);
  out.recipient_count = count;
  return out;
}

TEST(MailCount, WhatBecameOfThem) {
  MailCount count;
  count.add(mail("accept", {"a@example.org"}, 1));
  EXPECT_EQ(count.text(), "1 mail to 1 recipient (1 different): 1 delivered");
  count.add(mail("tag", {"a@example.org", "b@example.org"}, 2));
  count.add(mail("quarantine", {"c@example.org"}, 1));
  count.add(mail("tempfail", {"c@example.org"}, 1));
  count.add(mail("reject", {"c@example.org"}, 1));
  count.add(mail("discard", {"c@example.org"}, 1));
  EXPECT_EQ(count.text(),
            "6 mails to 7 recipients (3 different): 2 delivered, 1 held, 1 put off, 2 refused");
  EXPECT_FALSE(count.names_cut());
  count.add(mail("accept", std::vector<std::string>(Sighting::kRecipientsMax, "d@example.org"),
                 Sighting::kRecipientsMax + 1));
  EXPECT_TRUE(count.names_cut());
}

TEST(RecipientsText, AllOrTheFirst) {
  const Sighting one = mail("accept", {"a@example.org", "b@\x1b[1mexample.org"}, 3);
  EXPECT_EQ(recipients_text(one, false), "a@example.org, b@\\x1b[1mexample.org +1");
  EXPECT_EQ(recipients_text(one, true), "a@example.org +2");
  EXPECT_EQ(recipients_text(mail("accept", {"example.org"}, 5), true), "example.org +4");
  EXPECT_EQ(recipients_text(mail("accept", {}, 0), true), "");
}

}  // namespace
}  // namespace ringfence
