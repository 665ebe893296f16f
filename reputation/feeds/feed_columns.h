// Columns by name: what a CSV header cell, a JSON key or an XML element says of the cell below it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reputation/feed_options.h"
#include "reputation/feeds/feed_row.h"

namespace ringfence {

enum class FeedCell : std::uint8_t {
  kNumber,
  kNumberEnd,  // the last number of an interval that kNumber begins
  kPrefix,     // of a range; counts where kNumber is empty
  kRegion,
  kCategory,
  kType,
  kScore,
  kFirstSeen,
  kLastSeen,
  kExpires,
  kRepeats,
};
inline constexpr std::size_t kFeedCellCount = 11;

/// Longer cells are cut; no number, score, date or category is.
inline constexpr std::size_t kCellBytesMax = 1024;

/// The names known in the wild, with the operator's own in front. What some names mean depends on
/// the list's role: "operator" is the provider in a table of providers and nothing in a block list.
class FeedColumnNames {
 public:
  FeedColumnNames(const FeedColumns& own, ListRole role);

  struct Match {
    FeedCell cell;
    std::size_t rank;  // the lower one counts when several columns are for the same cell
  };
  /// Case, white space and punctuation of `name` do not matter.
  std::optional<Match> find(std::string_view name) const;
  /// True for a column with numbers or prefixes.
  bool names_number(std::string_view name) const;

 private:
  struct Own {
    std::string name;
    FeedCell cell;
  };
  std::vector<Own> own_;
  std::array<bool, kFeedCellCount> settled_{};  // by the operator: known names do not count
  ListRole role_;
};

/// The cells of one record, by FeedCell, with the rank of the column each came from.
class FeedCells {
 public:
  /// Takes the cell unless a better column filled it already. `text` is trimmed and cut.
  void set(FeedColumnNames::Match match, std::string_view text);
  /// The row, kNoNumber without a number; the cells are empty again.
  FeedRow take_row(std::uint64_t line);
  const std::string& operator[](FeedCell cell) const {
    return text_[static_cast<std::size_t>(cell)];
  }

 private:
  std::array<std::string, kFeedCellCount> text_;
  std::array<std::size_t, kFeedCellCount> rank_{};
};

}  // namespace ringfence
