// A picture of Graphviz source, drawn by Graphviz in a process of its own.
//
// Does: run a program without a shell, feed it, take what it says, within bounds of time and size.
// Does not: know what the graph is about.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ringfence {

struct FilterOptions {
  std::vector<std::string> command = {"dot", "-Tsvg"};  // found by PATH
  std::chrono::milliseconds time_max = std::chrono::seconds(30);
  std::size_t bytes_max = 32 << 20;  // of what it gives
};

/// What the command writes to its standard output when `input` stands at its standard input.
/// kUnavailable when there is no such program, it fails, takes too long or gives too much; it is
/// ended then. Its standard error is left to it.
Result<std::string> run_filter(std::string_view input, const FilterOptions& options);

/// run_filter() with Graphviz, and words on how to get it.
Result<std::string> svg_of_dot(std::string_view dot);

}  // namespace ringfence
