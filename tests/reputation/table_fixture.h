// A table in a directory of its own, looked up with blocks as an operator has them.
#pragma once

#include <string>
#include <vector>

#include "tests/reputation/reputation_fixture.h"

namespace ringfence {

class TableTest : public ReputationTest {
 protected:
  std::shared_ptr<ReputationStore> open_store(BlockOptions blocks = {}) const {
    auto store = ReputationStore::open({.directory = root_, .blocks = blocks});
    EXPECT_TRUE(store) << store.error().message;
    return store ? *store : nullptr;
  }
  NumberReputation look_up(std::uint64_t value, TimePoint now = kNow) const {
    const std::vector<E164> numbers{number(value)};
    const auto store = open_store();
    const auto found = store->lookup(numbers, now);
    EXPECT_TRUE(found) << found.error().message;
    return found ? found->at(0) : NumberReputation();
  }
  StoreStatus status() const { return open_store()->status().value(); }
};

inline std::vector<std::string> names(const std::vector<Listing>& listings) {
  std::vector<std::string> out;
  for (const Listing& l : listings) {
    out.push_back(l.list + (l.range ? "/" + l.range->to_string() : ""));
  }
  return out;
}

inline std::vector<TestEntry> row(std::uint64_t from, std::uint64_t count, int score = 90) {
  std::vector<TestEntry> out;
  for (std::uint64_t i = 0; i < count; ++i) out.push_back({.number = from + i, .score = score});
  return out;
}

}  // namespace ringfence
