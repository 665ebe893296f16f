// SightingOptions: what is kept of the numbers that mail showed, and for how long.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>

namespace ringfence {

struct SightingOptions {
  bool enabled = true;
  /// Made when its parent is there.
  std::filesystem::path directory = "/var/lib/ringfence/sightings";
  bool keep_addresses = true;  // of recipients; else only their domains
  bool outbound = true;        // read mail of our own users too: evidence for its numbers
  std::chrono::seconds window = std::chrono::days(7);          // of LocalEvidence
  std::chrono::seconds journal_kept = std::chrono::days(30);   // whole days; older ones are deleted
  std::chrono::seconds numbers_kept = std::chrono::days(180);  // after the last sighting
  std::size_t numbers_max = 20'000'000;  // different numbers that evidence is kept of
  std::size_t queue_max = 20'000;        // messages that wait to be written; more are dropped

  static constexpr int kWindowDaysMax = 32;

  bool operator==(const SightingOptions&) const = default;
};

}  // namespace ringfence
