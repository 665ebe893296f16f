#include "reputation/feeds/refresh_rules.h"

#include <fmt/core.h>

#include <algorithm>

#include "reputation/feeds/fetch_retry.h"
#include "reputation/feeds/signature.h"

namespace ringfence {
namespace {

// A hash of several texts that does not confuse ("a", "bc") with ("ab", "c").
class Fingerprint {
 public:
  Fingerprint& operator<<(std::string_view text) {
    hash_.push(fmt::format("{}:", text.size()));
    hash_.push(text);
    return *this;
  }
  Fingerprint& operator<<(std::int64_t number) { return *this << fmt::format("{}", number); }
  std::string finish() { return hash_.finish(); }

 private:
  ContentHash hash_;
};

}  // namespace

bool is_due(const FeedState& state, std::chrono::seconds every, TimePoint now) {
  if (!state.checked || *state.checked > now) return true;
  const TimePoint latest = *state.checked + std::max(every, kNextTryMax);
  const TimePoint next = std::min(state.next.value_or(*state.checked + every), latest);
  return now + std::min(kDueSlack, every / 10) >= next;
}

TimePoint next_after_good(std::chrono::seconds every, TimePoint now) { return now + every; }

TimePoint next_after_fault(std::chrono::seconds every, int failures,
                           std::optional<std::chrono::seconds> come_back, TimePoint now) {
  constexpr int kDoublingsMax = 10;
  const auto pause =
      std::min(every, kAgainAfterFault * (1 << std::clamp(failures - 1, 0, kDoublingsMax)));
  const auto wish = std::min(come_back.value_or(std::chrono::seconds(0)), kNextTryMax);
  return now + std::max(pause, wish);
}

std::string origin_of(const FeedOptions& feed) {
  Fingerprint out;
  out << to_token(feed.source) << feed.url << feed.minisign_key;
  if (feed.source == FeedSource::kMispRest) {
    out << feed.misp_last << (feed.misp_to_ids_only ? 1 : 0);
  }
  return out.finish();
}

std::string settings_of(const FeedOptions& feed) {
  Fingerprint out;
  out << to_token(feed.format) << to_token(feed.role) << feed.region << feed.category;
  for (const std::string* column :
       {&feed.columns.number, &feed.columns.category, &feed.columns.type, &feed.columns.score,
        &feed.columns.first_seen, &feed.columns.last_seen, &feed.columns.expires}) {
    out << *column;
  }
  out << feed.score << feed.weight << (feed.repeats_weigh ? 1 : 0) << (feed.keep_missing ? 1 : 0)
      << (feed.expires_after ? feed.expires_after->count() : -1) << (feed.misp_to_ids_only ? 1 : 0)
      << (feed.misp_people ? 1 : 0);
  return out.finish();
}

bool is_reading_due(const FeedState& state, const FeedOptions& feed,
                    std::optional<TimePoint> in_table, TimePoint now) {
  if (!state.rolled_back.empty() && state.rolled_back == state.kept.hash) return false;
  if (!in_table) return true;
  if (state.list.settings != settings_of(feed) || state.list.hash != state.kept.hash) return true;
  return *in_table > now || now - *in_table >= kReadAgainAfter;
}

std::optional<std::string> objection_to(const FeedGuard& guard, const ListCounts& counts,
                                        bool keep_missing) {
  const std::uint64_t before = counts.numbers_before + counts.ranges_before;
  const std::uint64_t now = counts.numbers + counts.ranges;
  const std::uint64_t kept = counts.numbers_kept + counts.ranges_kept;
  if (before < guard.numbers_min || before == 0) return std::nullopt;
  const auto percent = [before](std::uint64_t part) {
    return static_cast<double>(part) * 100 / static_cast<double>(before);
  };
  const std::uint64_t gone = keep_missing ? 0 : before - std::min(kept, before);
  if (percent(gone) > guard.shrink_max_percent) {
    return fmt::format(
        "{} of its {} numbers are gone ({:.0f} %, more than the guard's shrink_max of {} %)", gone,
        before, percent(gone), guard.shrink_max_percent);
  }
  const std::uint64_t total = keep_missing ? before + (now - std::min(kept, now)) : now;
  const std::uint64_t more = total > before ? total - before : 0;
  if (guard.grow_max_percent > 0 && percent(more) > guard.grow_max_percent) {
    return fmt::format(
        "it has {} numbers after {} ({:.0f} % more, beyond the guard's grow_max of {} %)", total,
        before, percent(more), guard.grow_max_percent);
  }
  return std::nullopt;
}

}  // namespace ringfence
