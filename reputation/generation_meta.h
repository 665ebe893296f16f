// GenerationMeta: what a generation says of itself, table `meta` of its file.
//
// Does: keys and values to fields and back. Does not: read the file (Generation).
// docs/formats-reputation.md is the format's description.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reputation/block_record.h"
#include "reputation/listing.h"
#include "reputation/reputation_store.h"

namespace ringfence {

inline constexpr std::string_view kTableFormat = "ringfence-reputation 2";

/// The shapes of ranges that occur: digits of the prefix, digits of the number or 0. A lookup tries
/// no others.
using RangeShape = std::pair<int, int>;

/// One brand's directory of genuine numbers, all lists together.
struct Directory {
  std::uint64_t entries = 0;
  std::optional<TimePoint> expires{};  // when its last entry does; nothing: never

  bool operator==(const Directory&) const = default;
};

struct GenerationMeta {
  TimePoint built{};
  std::uint64_t numbers = 0;                       // keys of table `numbers`
  std::uint64_t ranges = 0;                        // keys of table `ranges`
  std::uint64_t records = 0;                       // of both, at least one a key
  std::uint64_t thousands = 0;                     // keys of table `blocks`
  std::uint64_t blocks = 0;                        // and records in them
  MemberRules member_rules{};                      // by which blocks were counted
  std::vector<ListInfo> lists;                     // Record::list indexes it
  std::vector<std::string> categories;             // Record::category indexes it
  std::map<RangeShape, std::uint64_t> shapes;      // keys of `ranges` of each
  std::map<std::uint16_t, Directory> directories;  // by the brand's category
};

/// The `meta` table's keys and values, in ascending order of keys.
std::vector<std::pair<std::string, std::string>> encode_meta(const GenerationMeta& meta);

/// Reads the table's entries one after another, in ascending order of keys.
class MetaReader {
 public:
  /// False on an entry that is broken. Keys not known are passed over.
  bool push(std::string_view key, std::string_view value);
  /// The whole; nothing when an entry is missing or they do not fit together.
  std::optional<GenerationMeta> finish();

 private:
  bool push_list(std::string_view value);
  bool push_shape(std::string_view key, std::string_view value);
  bool push_directory(std::string_view key, std::string_view value);
  bool push_blocks(std::string_view value);
  bool push_count(std::string_view key, std::string_view value);

  GenerationMeta meta_;
  std::vector<std::string> seen_;  // of the entries that must be there
};

}  // namespace ringfence
