// ListPlan: what becomes of one list in the next generation.
#pragma once

#include <cstdint>
#include <optional>

#include "reputation/generation_builder.h"

namespace ringfence {

struct ListPlan {
  enum class Fate : std::uint8_t {
    kUntouched,  // as in the old generation
    kReplaced,   // by new entries
    kDropped,
    kForgotten,  // named, and withdrawn: never was
  };

  ListInfo info{};                 // as it will be
  std::optional<ListInfo> before;  // as the old generation has it
  Fate fate = Fate::kUntouched;
  bool keep_missing = false;
  ListChange change{};
  std::size_t order = 0;   // in which it was named
  std::uint16_t next = 0;  // its index in the next generation

  bool goes_on() const { return fate == Fate::kUntouched || fate == Fate::kReplaced; }
  /// Old records stay where no new one takes their place.
  bool keeps_old() const {
    return fate == Fate::kUntouched || (fate == Fate::kReplaced && keep_missing);
  }
};

}  // namespace ringfence
