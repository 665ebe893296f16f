// CampaignReader: an analyst's questions about campaigns.
//
// Does: read the campaigns in the aggregates' file, while the daemon goes on writing. Does not:
// change anything. Does not know: output. docs/sightings.md has the tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "reputation/sightings/campaign.h"

namespace ringfence {

/// All that is set must hold.
struct CampaignQuery {
  enum class Order : std::uint8_t { kNewest, kLargest };

  std::optional<TimePoint> since{};  // last seen at or after
  std::optional<TimePoint> until{};  // first seen at or before
  std::uint32_t messages_min = 2;    // each suspect mail is a campaign of one until another joins
  std::size_t limit = 100;
  Order order = Order::kNewest;  // by last_seen, or by messages
};

struct CampaignNumber {
  E164 number;
  std::uint32_t messages = 0;  // of the campaign that show it
  TimePoint last_seen{};       // to the day, 00:00 UTC

  bool operator==(const CampaignNumber&) const = default;
};

struct CampaignMembers {
  std::vector<SightingRef> messages{};    // the newest recorded first; their day may be deleted
  std::vector<CampaignNumber> numbers{};  // in the most messages first
  bool messages_cut = false;              // there are, or were, more
  bool numbers_cut = false;
};

/// For a picture. `name` is as mail had it for domains and brands: escape it.
struct CampaignNode {
  enum class Kind : std::uint8_t { kCampaign, kFeature };

  Kind kind = Kind::kCampaign;
  CampaignFeature feature{};  // of kFeature
  /// The id ("c7f3a10b2"), "+18885550123", "+1888555012#", "+188855501##", a hash, a domain,
  /// "norton: invoice, renewal".
  std::string name;
  std::uint32_t messages = 0;

  bool operator==(const CampaignNode&) const = default;
};

/// Between nodes by index: a campaign and a feature of it, a number and its block, or a campaign
/// and one merged into it.
struct CampaignEdge {
  std::size_t from = 0;
  std::size_t to = 0;
  double weight = 0;           // what the feature counts when shared, 0 to 1; 1 for merged ones
  std::uint32_t messages = 0;  // 0 for merged ones

  bool operator==(const CampaignEdge&) const = default;
};

/// Node 0 is the campaign itself. No other node stands alone.
struct CampaignGraph {
  std::vector<CampaignNode> nodes{};
  std::vector<CampaignEdge> edges{};
  bool cut = false;  // there are more: what the fewest messages show was left out
};

/// One thread. A process must not open the same directory twice, nor have Aggregates of it open
/// (LMDB's rule for one file in one process). Each call sees one moment.
class CampaignReader {
 public:
  static constexpr std::size_t kMembersMax = 10'000;  // messages and numbers of members()
  static constexpr std::size_t kNodesMax = 200;       // of edges()
  static constexpr std::size_t kMergedMax = 1'000;    // ids followed back from one campaign

  /// `directory` is that of the sightings; `now` is what Campaign::state is as of. kNoInput when
  /// nothing was ever recorded there; a table without campaigns is one of none.
  static Result<CampaignReader> open(const std::filesystem::path& directory, TimePoint now);
  CampaignReader(CampaignReader&&) noexcept;
  CampaignReader& operator=(CampaignReader&&) noexcept;
  ~CampaignReader();

  /// Reads every campaign's record: about a second for a million.
  Result<std::vector<Campaign>> list(const CampaignQuery& query) const;
  /// By any id that it ever had. Nothing when there is no such campaign (any more).
  Result<std::optional<Campaign>> find(CampaignId id) const;
  /// The same for the campaign that the number belongs to.
  Result<std::optional<Campaign>> find(E164 number) const;
  /// Of the campaign that find() gives; empty when there is none.
  Result<CampaignMembers> members(CampaignId id) const;
  Result<CampaignGraph> edges(CampaignId id) const;

 private:
  struct Impl;
  explicit CampaignReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ringfence
