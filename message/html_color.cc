// parse_color: CSS Color 4, sections 5 and 6, as far as sRGB goes.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "message/html_css.h"

namespace ringfence {
namespace {

constexpr int kChannelMax = 255;

// 3, 4, 6 or 8 hexadecimal digits, the last of 4 and the last two of 8 being opacity.
std::int32_t parse_hex(std::string_view digits) {
  const std::size_t size = digits.size();
  if (size != 3 && size != 4 && size != 6 && size != 8) return kColorUnset;
  if (std::any_of(digits.begin(), digits.end(), [](char c) { return hex_value(c) < 0; })) {
    return kColorUnset;
  }
  const std::size_t width = size < 6 ? 1 : 2;
  std::array<std::int32_t, 4> channels = {0, 0, 0, kChannelMax};
  for (std::size_t i = 0; i * width < size; ++i) {
    const int high = hex_value(digits[i * width]);
    channels[i] = high * 16 + hex_value(digits[i * width + width - 1]);
  }
  if (channels[3] == 0) return kColorTransparent;
  return channels[0] << 16 | channels[1] << 8 | channels[2];
}

// "12", "50%", "0.5": the number times 1 or, for percents, times `whole` / 100.
double parse_channel(std::string_view& text, double whole) {
  while (!text.empty() && !is_ascii_digit(text.front()) && text.front() != '.') {
    text.remove_prefix(1);
  }
  double value = 0;
  double step = 1;
  bool fraction = false;
  std::size_t at = 0;
  for (; at < text.size() && (is_ascii_digit(text[at]) || text[at] == '.'); ++at) {
    if (text[at] == '.') {
      fraction = true;
    } else if (fraction) {
      value += (text[at] - '0') * (step /= 10);
    } else {
      value = std::min(value * 10 + (text[at] - '0'), 1e6);
    }
  }
  text.remove_prefix(at);
  return !text.empty() && text.front() == '%' ? value * whole / 100 : value;
}

std::int32_t parse_rgb(std::string_view arguments) {
  std::int32_t rgb = 0;
  for (int i = 0; i < 3; ++i) {
    const double channel = std::min<double>(parse_channel(arguments, kChannelMax), kChannelMax);
    rgb = rgb << 8 | static_cast<std::int32_t>(channel);
  }
  const bool has_alpha = arguments.find_first_of("0123456789.") != std::string_view::npos;
  return has_alpha && parse_channel(arguments, 1) < 0.02 ? kColorTransparent : rgb;
}

}  // namespace

std::int32_t parse_color(std::string_view text) {
  text = trim(text);
  if (text.empty()) return kColorUnset;
  if (text.front() == '#') return parse_hex(text.substr(1));
  if (const std::size_t open = text.find('('); open != std::string_view::npos) {
    const std::string_view name = trim(text.substr(0, open));
    if (!iequals(name, "rgb") && !iequals(name, "rgba")) {
      return iequals(name, "url") ? kColorUnset : kColorUnknown;
    }
    return parse_rgb(text.substr(open + 1));
  }
  if (iequals(text, "transparent")) return kColorTransparent;
  return named_color(text);
}

std::int32_t parse_legacy_color(std::string_view text) {
  text = trim(text);
  const std::int32_t bare = parse_hex(text);
  return bare != kColorUnset && text.size() % 3 == 0 ? bare : parse_color(text);
}

}  // namespace ringfence
