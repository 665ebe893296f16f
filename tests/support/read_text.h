// A text as one cluster, read: for tests of readings without the scanner.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/cluster.h"
#include "matcher/fold.h"
#include "matcher/numbering_plan.h"
#include "matcher/reading.h"

namespace ringfence {

inline const NumberingPlan& test_plan() {
  static const std::shared_ptr<const NumberingPlan> plan = [] {
    auto made = NumberingPlan::create();
    EXPECT_TRUE(made.has_value());
    return *made;
  }();
  return *plan;
}

/// The whole text is the cluster; UTF-8 is folded as the scanner would fold it.
inline Cluster cluster_of(std::string_view utf8, Place place = Place::kPlain) {
  Fold fold;
  FoldedText folded;
  fold.push(utf8, folded);
  fold.finish(folded);
  Cluster cluster;
  cluster.text = folded.ascii;
  cluster.end = static_cast<std::uint32_t>(cluster.text.size());
  cluster.place = place;
  cluster.original = utf8;
  for (std::uint64_t i = 0; i < folded.ascii.size(); ++i) {
    cluster.original_at.push_back(static_cast<std::uint32_t>(folded.original_at(i)));
  }
  cluster.original_at.push_back(static_cast<std::uint32_t>(utf8.size()));
  for (const FoldedText::Mark& m : folded.marks) {
    cluster.tricks.push_back(
        {m.trick, static_cast<std::uint32_t>(m.begin), static_cast<std::uint32_t>(m.end)});
  }
  return cluster;
}

inline std::vector<Reading> read_text(std::string_view utf8,
                                      std::vector<std::string> regions = {"US"},
                                      Place place = Place::kPlain) {
  std::vector<Reading> out;
  read_cluster(cluster_of(utf8, place), test_plan(), regions, out);
  return out;
}

/// The numbers alone, "+1888..." in the order they stand.
inline std::vector<std::string> numbers_in(std::string_view utf8,
                                           std::vector<std::string> regions = {"US"},
                                           Place place = Place::kPlain) {
  std::vector<std::string> out;
  for (const Reading& r : read_text(utf8, std::move(regions), place)) {
    if (r.number) out.push_back(r.number->to_string());
  }
  return out;
}

}  // namespace ringfence
