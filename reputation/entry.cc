#include "reputation/entry.h"

#include <algorithm>
#include <tuple>

namespace ringfence {

void sort_entries(std::span<Entry> entries) {
  const auto before = [](const Entry& a, const Entry& b) {
    const auto rank = [](const Entry& e) {
      return std::tie(e.record.list, e.record.category, e.record.score, e.record.first_listed,
                      e.record.last_seen, e.record.expires);
    };
    return a.key() != b.key() ? a.key() < b.key() : rank(a) < rank(b);
  };
  // A list that was settled is sorted already, and mostly it is the only one.
  if (!std::is_sorted(entries.begin(), entries.end(), before)) {
    std::sort(entries.begin(), entries.end(), before);
  }
}

void merge_record(Record& into, const Record& other) {
  if (other.score > into.score) {
    into.score = other.score;
    into.category = other.category;
  }
  into.first_listed = std::min(into.first_listed, other.first_listed);
  into.last_seen = std::max(into.last_seen, other.last_seen);
  into.expires =
      into.expires == 0 || other.expires == 0 ? 0 : std::max(into.expires, other.expires);
}

std::uint64_t merge_entries(std::vector<Entry>& entries, std::size_t begin, ListRole role) {
  std::size_t kept = begin;
  for (std::size_t i = begin; i < entries.size(); ++i) {
    const bool same = kept > begin && entries[kept - 1].key() == entries[i].key() &&
                      same_entry(entries[kept - 1].record, entries[i].record, role);
    if (same) {
      merge_record(entries[kept - 1].record, entries[i].record);
    } else {
      entries[kept++] = entries[i];
    }
  }
  const std::uint64_t gone = entries.size() - kept;
  entries.resize(kept, Entry{});
  return gone;
}

}  // namespace ringfence
