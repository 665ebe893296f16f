#include "reputation/feeds/vcard_feed.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace ringfence {
namespace {

// Where the value begins: behind the first colon that is not within quotes.
std::size_t value_begin(std::string_view line) {
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == ':' && !quoted) return i + 1;
  }
  return line.size();
}

// "item1.TEL;TYPE=work" to "TEL".
std::string_view name_of(std::string_view head) {
  head = head.substr(0, head.find_first_of(";:"));
  const std::size_t group = head.rfind('.');
  return trim(group == std::string_view::npos ? head : head.substr(group + 1));
}

std::string unescape(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 1 < value.size()) ++i;
    out += value[i];
  }
  return out;
}

}  // namespace

Result<void> VcardFeed::push(std::string_view bytes, std::vector<FeedRow>& out) {
  while (!bytes.empty()) {
    if (std::exchange(line_ended_, false)) {
      if (bytes.front() == ' ' || bytes.front() == '\t') {
        bytes.remove_prefix(1);
        continue;
      }
      end_line(out);
    }
    const std::size_t end = bytes.find('\n');
    add(bytes.substr(0, end));
    if (end == std::string_view::npos) break;
    bytes.remove_prefix(end + 1);
    while (text_.ends_with('\r')) text_.pop_back();
    line_ended_ = true;
    ++line_;
  }
  return {};
}

void VcardFeed::add(std::string_view bytes) {
  text_ += bytes.substr(0, kVcardLineBytesMax + 1 - std::min(text_.size(), kVcardLineBytesMax + 1));
}

void VcardFeed::end_line(std::vector<FeedRow>& out) {
  const std::string_view line = text_;
  const std::string_view name = name_of(line);
  const std::string_view value = trim(line.substr(value_begin(line)));
  if (iequals(name, "BEGIN") && iequals(value, "VCARD")) in_card_ = true;
  if (iequals(name, "END") && iequals(value, "VCARD")) in_card_ = false;
  if (iequals(name, "TEL")) {
    FeedRow row{.line = begin_, .refusal = {}, .number = unescape(value)};
    if (row.number.empty()) row.refusal = Refusal::kNoNumber;
    if (line.size() > kVcardLineBytesMax) {
      row.refusal = Refusal::kTooLong;
      row.number.resize(std::min<std::size_t>(row.number.size(), 80));
    }
    out.push_back(std::move(row));
  }
  text_.clear();
  begin_ = line_;
}

Result<void> VcardFeed::finish(std::vector<FeedRow>& out) {
  while (text_.ends_with('\r')) text_.pop_back();
  end_line(out);
  if (!in_card_) return {};
  return fail(ErrorKind::kData, "it is cut short: its last card does not end");
}

}  // namespace ringfence
