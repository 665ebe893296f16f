// Random: the same draws for the same seed and name, with every compiler.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <string_view>
#include <vector>

namespace ringfence::simulation {

/// One thread. Streams of different names do not disturb each other, so that scenarios differ in
/// what they are about alone.
class Random {
 public:
  Random(std::uint64_t seed, std::string_view name) : engine_(mixed(seed, name)) {}

  double uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }  // [0, 1)
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Both included.
  std::int64_t integer(std::int64_t low, std::int64_t high) {
    const auto size = static_cast<double>(high - low + 1);
    return std::min(high, low + static_cast<std::int64_t>(uniform() * size));
  }
  std::size_t index(std::size_t size) {
    return static_cast<std::size_t>(integer(0, static_cast<std::int64_t>(size) - 1));
  }
  bool chance(double share) { return uniform() < share; }
  double exponential(double mean) { return -mean * std::log1p(-uniform()); }
  double lognormal(double median, double spread) {
    const double radius = std::sqrt(-2 * std::log1p(-uniform()));
    return median * std::exp(spread * radius * std::cos(2 * std::numbers::pi * uniform()));
  }
  /// 1, 2, ...; `mean` is at least 1.
  int geometric(double mean) {
    int count = 1;
    while (count < 1000 && !chance(1 / mean)) ++count;
    return count;
  }
  /// The integer below or above `mean`, so that they average to it.
  int rounded(double mean) { return static_cast<int>(std::floor(mean + uniform())); }

 private:
  static std::uint64_t mixed(std::uint64_t seed, std::string_view name) {
    std::uint64_t hash = 0xcbf29ce484222325u ^ seed * 0x9e3779b97f4a7c15u;  // FNV-1a
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return hash;
  }

  std::mt19937_64 engine_;
};

/// 0 to `size` - 1 by Zipf's law: the n-th is drawn in proportion to 1/n.
class Zipf {
 public:
  explicit Zipf(int size) {
    double sum = 0;
    for (int i = 1; i <= size; ++i) sums_.push_back(sum += 1.0 / i);
  }
  std::size_t draw(Random& random) const {
    const double at = random.uniform() * sums_.back();
    return static_cast<std::size_t>(std::upper_bound(sums_.begin(), sums_.end(), at) -
                                    sums_.begin());
  }

 private:
  std::vector<double> sums_;
};

}  // namespace ringfence::simulation
