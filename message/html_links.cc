#include "message/html_links.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ringfence {
namespace {

constexpr std::size_t kTargetBytesMax = 256;
constexpr int kEmbeddedMax = 8;  // "tel:" within one value that are looked at

// Percent-decoded; what is no UTF-8 then becomes U+FFFD.
std::string decode_target(std::string_view text) {
  const std::string bytes = percent_decode(text);
  std::string utf8;
  for (std::string_view rest = bytes; !rest.empty();) {
    const Utf8Step step = decode_utf8(rest);
    append_utf8(utf8, step.scalar);
    rest.remove_prefix(step.size);
  }
  return utf8;
}

// The number ends where parameters begin: ";ext=", "?body=", "&body=", "#".
std::string number_part(std::string_view text) {
  while (!text.empty() && text.front() == '/') text.remove_prefix(1);
  text = text.substr(0, std::min(text.find_first_of("?;&#"), kTargetBytesMax));
  return std::string(trim(decode_target(text)));
}

// The value of "name=" in a query.
std::string_view query_value(std::string_view url, std::string_view name) {
  std::size_t at = url.find('?');
  while (at != std::string_view::npos) {
    url.remove_prefix(at + 1);
    if (istarts_with(url, name)) return url.substr(name.size());
    at = url.find('&');
  }
  return {};
}

// Services write numbers in international form, with or without the plus.
std::string international(std::string_view text) {
  std::string number = number_part(text);
  if (number.empty() || number.front() == '+') return number;
  return is_ascii_digit(number.front()) ? "+" + number : std::string();
}

bool has_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_ascii_digit);
}

bool is_separator(char c) {
  return c == '-' || c == '.' || c == '(' || c == ')' || c == ' ' || c == '/';
}

// "tel:" or "tel%3A" within a value: a redirect's query, a script.
std::string embedded_number(std::string_view value) {
  int tries = 0;
  for (std::size_t at = 0; at + 4 < value.size() && tries < kEmbeddedMax; ++at) {
    if (ascii_lower(value[at]) != 't' || !istarts_with(value.substr(at), "tel")) continue;
    if (at > 0 && is_ascii_alnum(value[at - 1]) && !(at > 2 && value[at - 3] == '%')) continue;
    std::string_view rest = value.substr(at + 3);
    if (istarts_with(rest, "%3a")) {
      rest.remove_prefix(3);
    } else if (rest.front() == ':') {
      rest.remove_prefix(1);
    } else {
      continue;
    }
    ++tries;
    const std::string decoded = decode_target(rest.substr(0, kTargetBytesMax));
    std::size_t size = 0;
    while (size < decoded.size() && (is_ascii_digit(decoded[size]) || is_separator(decoded[size]) ||
                                     (decoded[size] == '+' && size == 0))) {
      ++size;
    }
    const std::string_view number = trim(std::string_view(decoded).substr(0, size));
    if (has_digit(number)) return std::string(number);
  }
  return {};
}

std::string from_web_link(std::string_view url) {
  std::string_view rest = url.substr(url.find(':') + 1);
  while (!rest.empty() && (rest.front() == '/' || rest.front() == '\\')) rest.remove_prefix(1);
  if (istarts_with(rest, "www.")) rest.remove_prefix(4);
  if (istarts_with(rest, "wa.me/")) return international(rest.substr(6));
  if (istarts_with(rest, "api.whatsapp.com/") || istarts_with(rest, "web.whatsapp.com/") ||
      istarts_with(rest, "whatsapp.com/")) {
    return international(query_value(rest, "phone="));
  }
  if (istarts_with(rest, "signal.me/#p/")) return international(rest.substr(13));
  if (istarts_with(rest, "t.me/+")) {
    const std::string number = number_part(rest.substr(5));
    return std::all_of(number.begin() + 1, number.end(), is_ascii_digit) ? number : std::string();
  }
  return embedded_number(rest);
}

// As the URL standard has it (4.4): white space around is dropped, tabs and line ends anywhere.
std::string_view tidy(std::string_view value, std::string& scratch) {
  while (!value.empty() && static_cast<unsigned char>(value.front()) <= ' ') value.remove_prefix(1);
  const auto is_dropped = [](char c) { return c == '\t' || c == '\r' || c == '\n'; };
  if (std::none_of(value.begin(), value.end(), is_dropped)) return value;
  std::remove_copy_if(value.begin(), value.end(), std::back_inserter(scratch), is_dropped);
  return scratch;
}

}  // namespace

std::string html_call_target(std::string_view value) {
  std::string scratch;
  value = tidy(value, scratch);
  const std::size_t colon = value.find(':');
  if (colon == std::string_view::npos) {
    return value.find('%') == std::string_view::npos ? std::string() : embedded_number(value);
  }
  const std::string_view scheme = value.substr(0, colon);
  const std::string_view rest = value.substr(colon + 1);
  if (iequals(scheme, "https") || iequals(scheme, "http")) return from_web_link(value);
  if (iequals(scheme, "data") || iequals(scheme, "mailto") || iequals(scheme, "cid")) return {};
  for (const std::string_view plain : {"tel", "callto", "sms", "smsto", "mms", "mmsto"}) {
    if (iequals(scheme, plain)) return number_part(rest);
  }
  for (const std::string_view by_name : {"skype", "facetime", "facetime-audio"}) {
    if (!iequals(scheme, by_name)) continue;
    std::string number = number_part(rest);  // or a user's name
    return !number.empty() && (number.front() == '+' || is_ascii_digit(number.front()))
               ? number
               : std::string();
  }
  if (iequals(scheme, "whatsapp")) return international(query_value(rest, "phone="));
  if (iequals(scheme, "viber")) return international(query_value(rest, "number="));
  if (iequals(scheme, "tg")) return international(query_value(rest, "phone="));
  return embedded_number(value);
}

}  // namespace ringfence
