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

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Letters of all scripts: what is not ASCII is one.
bool is_letter(char c) {
  const char lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

void TemplateText::push(std::uint32_t stream, Place place, std::string_view text) {
  if (const auto kind = kind_of(place)) kinds_[*kind].push(stream, text);
}

void TemplateText::Masked::push(std::uint32_t from, std::string_view bytes) {
  if (from != stream) end_word();
  stream = from;
  for (const char c : bytes) {
    if (text.size() >= kTextBytesMax) return;
    if (is_digit(c)) {
      numeric = true;
    } else if (is_letter(c)) {
      if (word.size() < kWordBytesMax) word += ascii_lower(c);
    } else {
      end_word();
    }
  }
}

// Numbers are one mask however they are grouped: "+1 (888) 555-0123" is "#".
void TemplateText::Masked::end_word() {
  if (text.size() < kTextBytesMax && (numeric || !word.empty())) {
    if (!numeric) {
      if (!text.empty()) text += ' ';
      text += word;
    } else if (!text.ends_with(kMask)) {
      if (!text.empty()) text += ' ';
      text += kMask;
    }
  }
  word.clear();
  numeric = false;
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
