// NumberReader: numbers as people type them, for lists and command lines.
//
// Does: fold Unicode, read one number with the numbering plan, in a default region. Does not: find
// numbers in text (MatcherEngine), so it needs no patterns and is made in milliseconds.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/e164.h"
#include "base/result.h"

namespace ringfence {

struct MatcherOptions;
class NumberingPlan;

/// Immutable after creation; shared by all threads.
class NumberReader {
 public:
  /// kConfig for an unknown region among options.regions, kSoftware when the library's metadata
  /// cannot be read. The rest of the options is not looked at.
  static Result<std::shared_ptr<const NumberReader>> create(const MatcherOptions& options);

  /// A number as a person typed it ("1 (888) 555-0123", "+44 20 7946 0000"), for `lookup`, `allow`
  /// and feeds; possible is enough. `region` for numbers without country code, in any case, "" for
  /// the first of the options. kData if it is none. Digits after a '+' cost some 100 ns, what the
  /// library has to be asked for some 20 us. With options.short_codes the digits of a short code of
  /// the region, and the value that stands for one, are numbers too.
  Result<E164> parse_number(std::string_view text, std::string_view region = {}) const;

  /// The regions of the options, in capitals.
  const std::vector<std::string>& regions() const { return regions_; }
  const std::shared_ptr<const NumberingPlan>& plan() const { return plan_; }

 private:
  NumberReader() = default;

  std::optional<E164> parse_short_code(std::string_view text, std::string_view region) const;

  std::vector<std::string> regions_;
  bool short_codes_ = false;
  std::shared_ptr<const NumberingPlan> plan_;
};

}  // namespace ringfence
