#include "inspection/template_text.h"

#include <optional>

#include "base/text.h"
#include "reputation/sightings/fuzzy_hash.h"

namespace ringfence {
namespace {

constexpr char kMask = '#';

std::optional<std::size_t> kind_of(Place place) {
  switch (place) {
    case Place::kHtml:
      return 0;
    case Place::kPlain:
      return 1;
    case Place::kPdf:
    case Place::kOffice:
    case Place::kImage:
      return 2;
    default:
      return std::nullopt;
  }
}

// What stays of a byte: itself in lower case, the mask for digits, 0 for what separates. Letters of
// all scripts are letters: what is not ASCII is one.
constexpr std::array<char, 256> kStays = [] {
  std::array<char, 256> out{};
  for (int i = 0; i < 256; ++i) {
    const char lower = ascii_lower(static_cast<char>(i));
    const bool letter = (lower >= 'a' && lower <= 'z') || i >= 0x80;
    const bool digit = i >= '0' && i <= '9';
    out[static_cast<std::size_t>(i)] = digit ? kMask : letter ? lower : '\0';
  }
  return out;
}();

}  // namespace

void TemplateText::push(std::uint32_t stream, Place place, std::string_view text) {
  if (const auto kind = kind_of(place)) kinds_[*kind].push(stream, text);
}

void TemplateText::Masked::push(std::uint32_t from, std::string_view bytes) {
  if (full) return;
  if (from != stream) end_word();
  stream = from;
  if (text.capacity() < kTextBytesMax) text.reserve(kTextBytesMax + kWordBytesMax + 2);
  for (const char c : bytes) {
    const char stays = kStays[static_cast<unsigned char>(c)];
    if (stays == '\0') {
      if (text.size() == begin && !numeric) continue;
      end_word();
      if (full) return;
    } else if (stays == kMask) {
      numeric = true;
    } else if (text.size() - begin < kWordBytesMax) {
      text += stays;
    }
  }
}

// Numbers are one mask however they are grouped: "+1 (888) 555-0123" is "#".
void TemplateText::Masked::end_word() {
  if (numeric) {
    text.resize(begin);
    if (!text.ends_with("# ")) text += kMask;
  }
  if (text.size() > begin) text += ' ';
  begin = text.size();
  numeric = false;
  full = begin >= kTextBytesMax;
}

std::string_view TemplateText::text() {
  for (Masked& kind : kinds_) kind.end_word();
  for (const Masked& kind : kinds_) {
    if (kind.text.size() >= FuzzyHasher::kBytesMin) return kind.text;
  }
  return {};
}

std::string TemplateText::finish() {
  const std::string_view masked = text();
  if (masked.empty()) return "";
  FuzzyHasher hasher;
  hasher.push(masked);
  return hasher.finish();
}

}  // namespace ringfence
