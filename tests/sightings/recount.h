// What the aggregates should hold by the journal, and what they do hold.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "reputation/sightings/aggregates.h"
#include "reputation/sightings/journal.h"

namespace ringfence {

using AggregateMap = std::map<std::string, std::string>;  // number: bytes

/// Every row of every day, counted again. Also checks each file by SQLite's own means.
inline AggregateMap recount(const std::filesystem::path& directory) {
  std::map<E164, Aggregate> counted;
  const auto folder = directory / "journal";
  for (const std::int32_t day : journal_days(folder)) {
    auto file = JournalDay::open_to_read(journal_file(folder, day), std::chrono::seconds(5));
    if (!file) {
      ADD_FAILURE() << file.error().message;
      continue;
    }
    EXPECT_EQ(file->db().text("PRAGMA integrity_check").value_or("no answer"), "ok");
    const auto rows = file->read_after(0, 100'000'000);
    if (!rows) {
      ADD_FAILURE() << rows.error().message;
      continue;
    }
    for (const auto& [row, sighting] : *rows) {
      const SightingKeys keys(sighting);
      for (const SeenNumber& seen : sighting.numbers) {
        update(counted.try_emplace(seen.number).first->second, keys, seen.places);
      }
    }
  }
  AggregateMap out;
  for (const auto& [number, aggregate] : counted) {
    if (aggregate.last() != 0) out[number.to_string()] = encode(aggregate);
  }
  return out;
}

/// As the file holds them. Nobody may have it open in this process.
inline AggregateMap stored(const std::filesystem::path& directory) {
  AggregateMap out;
  const auto aggregates =
      Aggregates::open_reading(directory / "aggregates.mdb", std::chrono::days(7), nullptr);
  if (!aggregates) {
    ADD_FAILURE() << aggregates.error().message;
    return out;
  }
  const auto done = (*aggregates)->for_each([&](E164 number, const Aggregate& aggregate) {
    out[number.to_string()] = encode(aggregate);
    return true;
  });
  EXPECT_TRUE(done.has_value());
  return out;
}

}  // namespace ringfence
