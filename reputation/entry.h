// Entry: one new listing in memory, and many of them sorted and merged, before they are written.
//
// Does not know: the old generation (GenerationWriter), names.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "reputation/record.h"

namespace ringfence {

/// 28 bytes: the key in two halves, so that nothing is padded to 8. The key is E164::value() or
/// pack_range().
struct Entry {
  std::uint32_t key_high;
  std::uint32_t key_low;
  Record record;

  static Entry of(std::uint64_t key, const Record& record) {
    return {static_cast<std::uint32_t>(key >> 32), static_cast<std::uint32_t>(key), record};
  }
  std::uint64_t key() const { return std::uint64_t{key_high} << 32 | key_low; }
};
static_assert(sizeof(Entry) == 28);

/// By key, list, category, and then all else: equal input gives equal tables.
void sort_entries(std::span<Entry> entries);

/// True when two records of one key are the same entry of one list. A list has one entry for a key,
/// but a directory one for each brand.
inline bool same_entry(const Record& a, const Record& b, ListRole role) {
  return a.list == b.list && (role != ListRole::kGenuine || a.category == b.category);
}

/// The highest score with its category, the earliest first_listed, the latest last_seen and expiry.
void merge_record(Record& into, const Record& other);

/// Merges the entries of one list, which are sorted and stand from `begin` to the end. How many
/// went.
std::uint64_t merge_entries(std::vector<Entry>& entries, std::size_t begin, ListRole role);

}  // namespace ringfence
