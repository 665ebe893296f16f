#include "matcher/candidate_cost.h"

#include <algorithm>

namespace ringfence {

std::size_t candidate_cost(const Cluster& cluster, std::span<const Reading> readings) {
  constexpr std::size_t kBytesPerCandidate = 16;
  constexpr std::size_t kBytesThatDouble = 64;  // the cost of so many is twice that of a few
  std::size_t unread = cluster.end - cluster.begin;
  for (const Reading& reading : readings) {
    if (reading.number) unread -= std::min<std::size_t>(unread, reading.end - reading.begin);
  }
  const std::size_t lengths = unread / kBytesThatDouble;
  return std::max(readings.size(), std::size_t{1}) + unread / kBytesPerCandidate +
         lengths * lengths;
}

}  // namespace ringfence
