#include "reputation/sightings/aggregate.h"

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "reputation/record.h"
#include "reputation/sightings/fnv1a.h"

namespace ringfence {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kFixedBytes = 21;
constexpr std::size_t kDayBytes = 6;
constexpr std::size_t kItemBytes = 6;

std::uint16_t short_day(std::int32_t day) {
  return static_cast<std::uint16_t>(
      std::clamp<std::int32_t>(day, 0, std::numeric_limits<std::uint16_t>::max()));
}

template <typename T>
void count_up(T& counter) {
  if (counter != std::numeric_limits<T>::max()) ++counter;
}

void add_item(std::vector<DatedItem>& items, std::uint32_t item, std::uint16_t day,
              std::size_t items_max) {
  const auto same = std::find_if(items.begin(), items.end(),
                                 [&](const DatedItem& known) { return known.item == item; });
  if (same != items.end()) {
    same->day = std::max(same->day, day);
  } else if (items.size() < items_max) {
    items.push_back({item, day});
  } else {
    const auto oldest =
        std::min_element(items.begin(), items.end(),
                         [](const DatedItem& a, const DatedItem& b) { return a.day < b.day; });
    if (oldest->day < day) *oldest = {item, day};
  }
}

void add_day(std::vector<DayCount>& days, std::uint16_t day) {
  const auto at = std::find_if(days.begin(), days.end(),
                               [&](const DayCount& known) { return known.day <= day; });
  if (at != days.end() && at->day == day) {
    count_up(at->messages);
    return;
  }
  days.insert(at, {day, 1});
  if (days.size() > Aggregate::kDaysMax) days.pop_back();
}

int count_since(const std::vector<DatedItem>& items, std::int64_t day) {
  return static_cast<int>(std::count_if(items.begin(), items.end(),
                                        [&](const DatedItem& item) { return item.day >= day; }));
}

void append_items(std::string& out, const std::vector<DatedItem>& items) {
  out += static_cast<char>(items.size());
  for (const DatedItem& item : items) {
    append_u32(out, item.item);
    append_u16(out, item.day);
  }
}

// Takes the count and the entries of `entry_bytes` each off `bytes`, and gives the entries.
std::optional<std::string_view> take_list(std::string_view& bytes, std::size_t entry_bytes,
                                          std::size_t entries_max) {
  if (bytes.empty()) return std::nullopt;
  const std::size_t count = static_cast<unsigned char>(bytes.front());
  if (count > entries_max || bytes.size() < 1 + count * entry_bytes) return std::nullopt;
  const std::string_view entries = bytes.substr(1, count * entry_bytes);
  bytes.remove_prefix(1 + count * entry_bytes);
  return entries;
}

bool take_items(std::string_view& bytes, std::size_t items_max, std::vector<DatedItem>& out) {
  const auto entries = take_list(bytes, kItemBytes, items_max);
  if (!entries) return false;
  for (std::size_t at = 0; at < entries->size(); at += kItemBytes) {
    out.push_back({read_u32(entries->substr(at)), read_u16(entries->substr(at + 4))});
  }
  return true;
}

}  // namespace

SightingKeys::SightingKeys(const Sighting& sighting)
    : good(sighting.good()),
      counts(sighting.counts()),
      seconds(std::max(to_seconds(sighting.when), std::uint32_t{1})),
      day(short_day(day_of(sighting.when))) {
  if (!counts) return;
  if (!sighting.brand.empty()) brand = short_hash(sighting.brand);
  const std::string& sender =
      sighting.from_domain.empty() ? sighting.mail_from_domain : sighting.from_domain;
  if (!sender.empty()) sender_domain = short_hash(sender);
  for (const std::string& recipient : sighting.recipients) {
    if (recipient_domains.size() >= Aggregate::kDomainsMax) break;
    const auto domain = short_hash(std::string_view(recipient).substr(recipient.rfind('@') + 1));
    if (std::find(recipient_domains.begin(), recipient_domains.end(), domain) ==
        recipient_domains.end()) {
      recipient_domains.push_back(domain);
    }
  }
}

bool update(Aggregate& aggregate, const SightingKeys& sighting, PlaceSet places) {
  if (sighting.good) {
    count_up(aggregate.good_messages);
    aggregate.last_good = std::max(aggregate.last_good, sighting.seconds);
    return true;
  }
  if (!sighting.counts) return false;
  count_up(aggregate.messages);
  aggregate.first_seen = aggregate.first_seen == 0
                             ? sighting.seconds
                             : std::min(aggregate.first_seen, sighting.seconds);
  aggregate.last_seen = std::max(aggregate.last_seen, sighting.seconds);
  add_day(aggregate.days, sighting.day);
  if (sighting.brand) {
    add_item(aggregate.brands, *sighting.brand, sighting.day, Aggregate::kBrandsMax);
  }
  if (sighting.sender_domain) {
    add_item(aggregate.sender_domains, *sighting.sender_domain, sighting.day,
             Aggregate::kDomainsMax);
  }
  for (const std::uint32_t domain : sighting.recipient_domains) {
    add_item(aggregate.recipient_domains, domain, sighting.day, Aggregate::kDomainsMax);
  }
  places.for_each([&](Place place) {
    add_item(aggregate.places, static_cast<std::uint32_t>(place), sighting.day, kPlaceCount);
  });
  return true;
}

LocalEvidence local_evidence(const Aggregate& aggregate, TimePoint now,
                             std::chrono::seconds window) {
  LocalEvidence out;
  const auto window_days = std::chrono::ceil<std::chrono::days>(window).count();
  const std::int64_t first_day = day_of(now) - window_days + 1;
  for (const DayCount& day : aggregate.days) {
    if (day.day < first_day) continue;
    out.messages += day.messages;
    ++out.days;
  }
  out.brands = count_since(aggregate.brands, first_day);
  out.formats = count_since(aggregate.places, first_day);
  out.sender_domains = count_since(aggregate.sender_domains, first_day);
  out.recipient_domains = count_since(aggregate.recipient_domains, first_day);
  out.messages_total = aggregate.messages;
  out.good_messages = aggregate.good_messages;
  if (aggregate.first_seen == 0) return out;
  out.first_seen = from_seconds(aggregate.first_seen);
  out.last_seen = from_seconds(aggregate.last_seen);
  const auto silent = std::chrono::floor<std::chrono::days>(now - *out.last_seen).count();
  out.dormant_days = static_cast<int>(std::clamp<std::int64_t>(silent, 0, 100'000));
  return out;
}

LocalEvidence local_evidence(const Aggregate& aggregate, const SightingKeys& at_hand,
                             PlaceSet places, TimePoint now, std::chrono::seconds window) {
  const LocalEvidence before = local_evidence(aggregate, now, window);
  Aggregate counted = aggregate;
  update(counted, at_hand, places);
  LocalEvidence out = local_evidence(counted, now, window);
  out.last_seen = before.last_seen;
  out.dormant_days = before.dormant_days;
  return out;
}

std::string encode(const Aggregate& aggregate) {
  std::string out;
  out.reserve(96);
  out += static_cast<char>(kVersion);
  append_u32(out, aggregate.first_seen);
  append_u32(out, aggregate.last_seen);
  append_u32(out, aggregate.messages);
  append_u32(out, aggregate.good_messages);
  append_u32(out, aggregate.last_good);
  out += static_cast<char>(aggregate.days.size());
  for (const DayCount& day : aggregate.days) {
    append_u16(out, day.day);
    append_u32(out, day.messages);
  }
  append_items(out, aggregate.brands);
  append_items(out, aggregate.sender_domains);
  append_items(out, aggregate.recipient_domains);
  append_items(out, aggregate.places);
  return out;
}

std::optional<Aggregate> decode_aggregate(std::string_view bytes) {
  if (bytes.size() < kFixedBytes || bytes.front() != static_cast<char>(kVersion)) {
    return std::nullopt;
  }
  Aggregate out;
  out.first_seen = read_u32(bytes.substr(1));
  out.last_seen = read_u32(bytes.substr(5));
  out.messages = read_u32(bytes.substr(9));
  out.good_messages = read_u32(bytes.substr(13));
  out.last_good = read_u32(bytes.substr(17));
  bytes.remove_prefix(kFixedBytes);
  const auto days = take_list(bytes, kDayBytes, Aggregate::kDaysMax);
  if (!days) return std::nullopt;
  for (std::size_t at = 0; at < days->size(); at += kDayBytes) {
    out.days.push_back({read_u16(days->substr(at)), read_u32(days->substr(at + 2))});
  }
  if (!take_items(bytes, Aggregate::kBrandsMax, out.brands) ||
      !take_items(bytes, Aggregate::kDomainsMax, out.sender_domains) ||
      !take_items(bytes, Aggregate::kDomainsMax, out.recipient_domains) ||
      !take_items(bytes, kPlaceCount, out.places) || !bytes.empty()) {
    return std::nullopt;
  }
  return out;
}

std::uint32_t short_hash(std::string_view text) {
  return static_cast<std::uint32_t>(fnv1a(ascii_lower(text)));
}

}  // namespace ringfence
