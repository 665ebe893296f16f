// EnumSet<E>: a small set of enumerators, as a bit mask.
#pragma once

#include <bit>
#include <cstdint>
#include <initializer_list>

namespace ringfence {

/// E is an enum class whose values are 0 .. 63 and whose names are given by `to_token(E)`.
template <typename E>
class EnumSet {
 public:
  constexpr EnumSet() = default;
  constexpr EnumSet(std::initializer_list<E> members) {
    for (const E e : members) insert(e);
  }

  constexpr void insert(E e) { bits_ |= bit(e); }
  constexpr void insert(EnumSet other) { bits_ |= other.bits_; }
  constexpr bool contains(E e) const { return (bits_ & bit(e)) != 0; }
  constexpr bool intersects(EnumSet other) const { return (bits_ & other.bits_) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr int size() const { return std::popcount(bits_); }
  constexpr std::uint64_t bits() const { return bits_; }

  /// Calls f(E) for each member in ascending order.
  template <typename F>
  constexpr void for_each(F&& f) const {
    for (std::uint64_t rest = bits_; rest != 0; rest &= rest - 1) {
      f(static_cast<E>(std::countr_zero(rest)));
    }
  }

  constexpr bool operator==(const EnumSet&) const = default;

 private:
  static constexpr std::uint64_t bit(E e) { return std::uint64_t{1} << static_cast<unsigned>(e); }
  std::uint64_t bits_ = 0;
};

}  // namespace ringfence
