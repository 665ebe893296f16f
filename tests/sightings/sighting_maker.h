// Sightings for tests: one message with numbers, the rest as a test wants it.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "reputation/sightings/sighting.h"

namespace ringfence {

inline constexpr TimePoint kNow{std::chrono::seconds(1'780'000'000)};  // 2026-05-28T20:26:40Z
inline constexpr std::int32_t kToday = 20'601;

inline E164 number_of(std::string_view text) { return *E164::parse(text); }

inline Sighting make_sighting(std::initializer_list<std::string_view> numbers,
                              const std::function<void(Sighting&)>& change = {}) {
  Sighting out;
  out.when = kNow;
  out.queue_id = "4ABC12";
  out.message_id = "<1@sender.example>";
  out.from_domain = "sender.example";
  out.mail_from_domain = "bounce.sender.example";
  out.from_display = "Billing";
  out.subject = "Your renewal";
  out.recipients = {"b@example.org"};
  out.recipient_count = 1;
  out.action = "accept";
  for (const std::string_view number : numbers) {
    out.numbers.push_back({.number = number_of(number),
                           .places = {Place::kPlain},
                           .tricks = {},
                           .shown = std::string(number)});
  }
  if (change) change(out);
  return out;
}

}  // namespace ringfence
