#include "reputation/sightings/campaign_record.h"

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "reputation/record.h"

namespace ringfence {
namespace {

constexpr char kVersion = 1;
constexpr char kAlive = 0;
constexpr char kMerged = 1;
constexpr std::size_t kPartNameBytesMax = 255;

void append_u64(std::string& out, std::uint64_t value) {
  append_u32(out, static_cast<std::uint32_t>(value));
  append_u32(out, static_cast<std::uint32_t>(value >> 32));
}

void append_big(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>((value >> shift) & 0xFF);
  }
}

std::uint64_t read_big(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (const char c : bytes.substr(at, count)) value = (value << 8) | static_cast<unsigned char>(c);
  return value;
}

// Takes integers off the front of bytes; `good` is false as soon as they did not suffice.
struct Taker {
  std::string_view bytes;
  bool good = true;

  std::string_view take(std::size_t count) {
    good = good && bytes.size() >= count;
    if (!good) return {};
    const std::string_view out = bytes.substr(0, count);
    bytes.remove_prefix(count);
    return out;
  }
  std::uint8_t u8() {
    const auto b = take(1);
    return good ? static_cast<std::uint8_t>(b[0]) : std::uint8_t{0};
  }
  std::uint16_t u16() {
    const auto b = take(2);
    return good ? read_u16(b) : std::uint16_t{0};
  }
  std::uint32_t u32() {
    const auto b = take(4);
    return good ? read_u32(b) : 0;
  }
  std::uint64_t u64() {
    const std::uint64_t low = u32();
    return low | (std::uint64_t{u32()} << 32);
  }
  std::string text() { return std::string(take(u8())); }
  bool done() const { return good && bytes.empty(); }
};

// What Taker::text() takes; at most 255 bytes.
void append_text(std::string& out, std::string_view text) {
  out += static_cast<char>(text.size());
  out += text;
}

void append_names(std::string& out, const std::vector<CampaignName>& names) {
  out += static_cast<char>(names.size());
  for (const CampaignName& name : names) {
    append_u32(out, name.messages);
    append_text(out, name.name);
  }
}

void take_names(Taker& from, std::vector<CampaignName>& out) {
  const std::size_t count = from.u8();
  from.good = from.good && count <= Campaign::kNamesMax;
  for (std::size_t i = 0; from.good && i < count; ++i) {
    CampaignName name;
    name.messages = from.u32();
    name.name = from.text();
    out.push_back(std::move(name));
  }
}

std::string bounded(std::string_view text, std::size_t bytes_max) {
  const std::string_view head = text.substr(0, bytes_max);
  return std::string(head.substr(0, head.size() - incomplete_utf8_suffix(head)));
}

}  // namespace

void add_up(std::uint32_t& counter, std::uint32_t more) {
  counter += std::min(more, std::numeric_limits<std::uint32_t>::max() - counter);
}

std::uint16_t campaign_day(TimePoint when) {
  return static_cast<std::uint16_t>(
      std::clamp<std::int32_t>(day_of(when), 0, std::numeric_limits<std::uint16_t>::max()));
}

void count_name(std::vector<CampaignName>& names, std::string_view text, std::uint32_t messages) {
  const std::string name = bounded(text, CampaignRecord::kNameBytesMax);
  if (name.empty()) return;
  const auto same = std::find_if(names.begin(), names.end(),
                                 [&](const CampaignName& known) { return known.name == name; });
  if (same != names.end()) return add_up(same->messages, messages);
  if (names.size() < Campaign::kNamesMax) {
    names.push_back({name, messages});
    return;
  }
  const auto rarest = std::min_element(
      names.begin(), names.end(),
      [](const CampaignName& a, const CampaignName& b) { return a.messages < b.messages; });
  // One that is as rare makes room: else the first names would stay for ever.
  if (rarest->messages <= messages) *rarest = {name, messages};
}

void absorb(CampaignRecord& into, const CampaignRecord& from) {
  into.first_seen = std::min(into.first_seen, from.first_seen);
  into.last_seen = std::max(into.last_seen, from.last_seen);
  add_up(into.messages, from.messages);
  add_up(into.numbers, from.numbers);
  for (std::size_t i = 0; i < into.ties.size(); ++i) {
    add_up(into.ties[i].messages, from.ties[i].messages);
    add_up(into.ties[i].weights, from.ties[i].weights);
  }
  for (const CampaignName& name : from.brands) count_name(into.brands, name.name, name.messages);
  for (const CampaignName& name : from.lures) count_name(into.lures, name.name, name.messages);
  for (const CampaignName& name : from.sender_domains) {
    count_name(into.sender_domains, name.name, name.messages);
  }
}

std::string encode(const CampaignRecord& record) {
  std::string out;
  out.reserve(256);
  out += kVersion;
  if (record.merged_into.value != 0) {
    out += kMerged;
    append_u32(out, record.merged_into.value);
    append_u32(out, record.last_seen);
    return out;
  }
  out += kAlive;
  append_u32(out, record.first_seen);
  append_u32(out, record.last_seen);
  append_u32(out, record.messages);
  append_u32(out, record.numbers);
  append_u32(out, static_cast<std::uint32_t>(record.opened.day));
  append_u64(out, static_cast<std::uint64_t>(record.opened.row));
  append_u32(out, record.members);
  for (const std::uint32_t parts : record.parts) append_u32(out, parts);
  for (const CampaignRecord::Tie& tie : record.ties) {
    append_u32(out, tie.messages);
    append_u32(out, tie.weights);
  }
  append_names(out, record.brands);
  append_names(out, record.lures);
  append_names(out, record.sender_domains);
  return out;
}

std::optional<CampaignRecord> decode_campaign(std::string_view bytes) {
  Taker from{bytes};
  if (from.u8() != kVersion) return std::nullopt;
  CampaignRecord out;
  const char kind = static_cast<char>(from.u8());
  if (kind == kMerged) {
    out.merged_into.value = from.u32();
    out.last_seen = from.u32();
    return from.done() && out.merged_into.value != 0 ? std::optional(out) : std::nullopt;
  }
  if (kind != kAlive) return std::nullopt;
  out.first_seen = from.u32();
  out.last_seen = from.u32();
  out.messages = from.u32();
  out.numbers = from.u32();
  out.opened.day = static_cast<std::int32_t>(from.u32());
  out.opened.row = static_cast<std::int64_t>(from.u64());
  out.members = from.u32();
  for (std::uint32_t& parts : out.parts) parts = from.u32();
  for (CampaignRecord::Tie& tie : out.ties) {
    tie.messages = from.u32();
    tie.weights = from.u32();
  }
  take_names(from, out.brands);
  take_names(from, out.lures);
  take_names(from, out.sender_domains);
  return from.done() ? std::optional(std::move(out)) : std::nullopt;
}

void count_use(FeatureRecord& record, CampaignId id, std::uint16_t day) {
  record.day = std::max(record.day, day);
  auto& uses = record.uses;
  const auto same = std::find_if(uses.begin(), uses.end(),
                                 [&](const FeatureRecord::Use& use) { return use.id == id; });
  if (same != uses.end()) {
    same->day = std::max(same->day, day);
    add_up(same->messages, 1);
    std::rotate(uses.begin(), same, same + 1);  // the last used first
    return;
  }
  uses.insert(uses.begin(), {id, day, 1});
  if (uses.size() > FeatureRecord::kCampaignsMax) uses.pop_back();
}

std::string encode(const FeatureRecord& record) {
  std::string out;
  out.reserve(12 + 10 * record.uses.size());
  out += kVersion;
  append_u16(out, record.day);
  append_u32(out, record.suspect);
  append_u32(out, record.other);
  out += static_cast<char>(record.uses.size());
  for (const FeatureRecord::Use& use : record.uses) {
    append_u32(out, use.id.value);
    append_u16(out, use.day);
    append_u32(out, use.messages);
  }
  return out;
}

std::optional<FeatureRecord> decode_feature(std::string_view bytes) {
  Taker from{bytes};
  if (from.u8() != kVersion) return std::nullopt;
  FeatureRecord out;
  out.day = from.u16();
  out.suspect = from.u32();
  out.other = from.u32();
  const std::size_t count = from.u8();
  if (!from.good || count > FeatureRecord::kCampaignsMax) return std::nullopt;
  for (std::size_t i = 0; i < count; ++i) {
    FeatureRecord::Use use;
    use.id.value = from.u32();
    use.day = from.u16();
    use.messages = from.u32();
    out.uses.push_back(use);
  }
  return from.done() ? std::optional(std::move(out)) : std::nullopt;
}

std::string encode(const PartRecord& record) {
  std::string out;
  out += kVersion;
  append_u16(out, record.day);
  append_u32(out, record.messages);
  append_text(out, bounded(record.name, kPartNameBytesMax));
  return out;
}

std::optional<PartRecord> decode_part(std::string_view bytes) {
  Taker from{bytes};
  if (from.u8() != kVersion) return std::nullopt;
  PartRecord out;
  out.day = from.u16();
  out.messages = from.u32();
  out.name = from.text();
  return from.done() ? std::optional(std::move(out)) : std::nullopt;
}

std::string encode(const TemplateRecord& record) {
  std::string out;
  out += kVersion;
  append_u32(out, record.id.value);
  append_u16(out, record.day);
  append_u64(out, record.used);
  append_text(out, bounded(record.hash, kPartNameBytesMax));
  return out;
}

std::optional<TemplateRecord> decode_template(std::string_view bytes) {
  Taker from{bytes};
  if (from.u8() != kVersion) return std::nullopt;
  TemplateRecord out;
  out.id.value = from.u32();
  out.day = from.u16();
  out.used = from.u64();
  out.hash = from.text();
  return from.done() ? std::optional(std::move(out)) : std::nullopt;
}

std::string id_key(CampaignId id) {
  std::string out;
  append_big(out, id.value, 4);
  return out;
}

CampaignId id_of_key(std::string_view key) {
  return {static_cast<std::uint32_t>(read_big(key, 0, 4))};
}

std::string feature_key(CampaignFeature feature, std::uint64_t hash) {
  std::string out(1, static_cast<char>(feature));
  append_big(out, hash, 8);
  return out;
}

std::string part_key(CampaignId id, CampaignFeature feature, std::uint64_t hash) {
  return id_key(id) + feature_key(feature, hash);
}

std::string member_key(CampaignId id, const SightingRef& ref) {
  std::string out = id_key(id);
  append_big(out, static_cast<std::uint32_t>(ref.day), 4);
  append_big(out, static_cast<std::uint64_t>(ref.row), 8);
  return out;
}

std::string merged_key(CampaignId into, CampaignId from) { return id_key(into) + id_key(from); }

std::optional<PartKey> decode_part_key(std::string_view key) {
  if (key.size() != 13) return std::nullopt;
  const auto feature = static_cast<unsigned char>(key[4]);
  if (feature >= kCampaignFeatureCount) return std::nullopt;
  return PartKey{id_of_key(key), static_cast<CampaignFeature>(feature), read_big(key, 5, 8)};
}

std::optional<SightingRef> decode_member_key(std::string_view key) {
  if (key.size() != 16) return std::nullopt;
  return SightingRef{static_cast<std::int32_t>(read_big(key, 4, 4)),
                     static_cast<std::int64_t>(read_big(key, 8, 8))};
}

}  // namespace ringfence
