// Broken mail, made from a seed: the same seed gives the same mail on every machine.
//
// Does: takes mails of mail_maker, wrong in the ways mail programs disagree about, and those of
// tests/mail, and damages both at random places. Every text carries a marker of its own. Does not:
// judge.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence::test {

/// A stream of numbers that is the same everywhere: the standard's distributions are not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// 0 to below `count`, which is not 0.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }
  bool percent(unsigned chance) { return next() % 100 < chance; }

 private:
  std::uint64_t state_;
};

/// The markers are numbers of the range kept for fiction, +1 NXX 555 01xx, as eleven digits.
std::string marker(int index);
std::set<std::string> markers_in(std::string_view text);

/// The seed-th broken mail; `golden` are mails to be damaged beside the composed ones.
std::string broken_mail(std::uint64_t seed, const std::vector<std::string>& golden);

/// The mails of tests/mail, their numbers turned to markers where they stand as plain text.
std::vector<std::string> golden_mails();

}  // namespace ringfence::test
