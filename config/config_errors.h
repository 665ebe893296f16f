// ConfigErrors: everything that is wrong with one configuration file, gathered before it is told.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence {

/// Lines and columns count from 1; columns count bytes.
struct Position {
  int line = 1;
  int column = 1;

  auto operator<=>(const Position&) const = default;
};

class ConfigErrors {
 public:
  void add(Position at, std::string message);
  bool empty() const { return errors_.empty(); }
  std::size_t size() const { return errors_.size(); }

  /// One "name:line:column: message" a line, in the order of the file, at most kShownMax of them.
  std::string to_string(std::string_view name) const;

  static constexpr std::size_t kShownMax = 100;

 private:
  struct Entry {
    Position at;
    std::string message;
    auto operator<=>(const Entry&) const = default;
  };
  std::vector<Entry> errors_;
};

/// "did you mean 'x'?" with the nearest of `candidates`, or "" when none is near.
std::string suggestion(std::string_view text, const std::vector<std::string>& candidates);

}  // namespace ringfence
